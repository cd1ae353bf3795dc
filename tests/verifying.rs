//! What a verifier accepts, what it refuses and why, and what it then says about a request.

use std::collections::HashSet;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST};
use http::request::{Builder, Parts};
use http::{Extensions, HeaderName, HeaderValue, Method, Request, Uri};
use volcengine_sigv4::{
    Authorization, CanonicalRequest, CredentialScope, Credentials, ErrorKind, MemoryReplayGuard,
    Payload, PayloadHasher, PresignOptions, RejectReason, Rejected, ReplayGuard, Signer,
    SigningKey, StringToSign, UriMode, Verified, Verifier, VerifyPolicy, XDate,
};

const X_DATE: &str = "20210818T095729Z";
const SECOND: Duration = Duration::from_secs(1);
const QUARTER: Duration = Duration::from_secs(900);

fn now() -> SystemTime {
    X_DATE.parse::<XDate>().unwrap().into()
}

fn credentials() -> Credentials {
    Credentials::new("AKLTEXAMPLE", "secret").unwrap()
}

fn signer() -> Signer {
    Signer::new(credentials(), "cn-beijing", "ecs").unwrap().at(now())
}

fn verifier() -> Verifier {
    Verifier::new("cn-beijing", "ecs").unwrap().at(now())
}

fn compatible() -> Verifier {
    verifier().with_policy(VerifyPolicy::Compatible)
}

/// A call as a server gets it.
fn call() -> Builder {
    Request::post("/?Action=RunInstances&Version=2020-04-01").header(HOST, "ecs.example")
}

fn signed(call: Builder, body: &'static str) -> Parts {
    signed_by(&signer(), call, body)
}

fn signed_by(signer: &Signer, call: Builder, body: &'static str) -> Parts {
    let mut request = call.body(body).unwrap();
    signer.clone().with_uri_mode(UriMode::Preserve).sign(&mut request).unwrap();
    request.into_parts().0
}

/// Signs the headers called `names` and no others, as foreign signers do.
fn signed_over(names: &[&str], call: Builder, body: &str) -> Parts {
    let call = call.header("x-date", X_DATE);
    let mut head = call.body(()).unwrap().into_parts().0;
    let x_date: XDate = X_DATE.parse().unwrap();
    let scope = CredentialScope::new(&x_date, "cn-beijing", "ecs").unwrap();
    let canonical_request = CanonicalRequest::new(
        &head.method,
        &head.uri,
        &head.headers,
        names,
        Payload::from(body).sha256(),
    )
    .unwrap();
    let string_to_sign = StringToSign::new(&x_date, &scope, canonical_request.sha256()).unwrap();
    let signature = SigningKey::derive(&credentials(), &scope).sign(&string_to_sign);
    let authorization = Authorization::new("AKLTEXAMPLE", scope, names, signature).unwrap();
    head.headers.insert(AUTHORIZATION, authorization.to_string().parse().unwrap());
    head
}

fn hash(body: &str) -> String {
    let hash = Payload::from(body).sha256();
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Presigns and returns what a server gets.
fn presigned(target: &str, options: PresignOptions) -> Parts {
    presigned_by(&signer(), target, options)
}

fn presigned_by(signer: &Signer, target: &str, options: PresignOptions) -> Parts {
    let uri: Uri = format!("https://ecs.example{target}").parse().unwrap();
    let url: Uri = signer.presign(&Method::GET, &uri, &options).unwrap().into();
    let request = Request::get(url.path_and_query().unwrap().as_str());
    request.header(HOST, "ecs.example").body(()).unwrap().into_parts().0
}

fn expiring(seconds: u64) -> PresignOptions {
    PresignOptions::default().expires_in(Duration::from_secs(seconds)).unwrap()
}

fn verify(verifier: &Verifier, head: &Parts, body: &str) -> Result<Verified, Rejected> {
    verifier.claim(head)?.verify(Some(&credentials()), body)
}

#[track_caller]
fn accepted(verifier: &Verifier, head: &Parts, body: &str) -> Verified {
    verify(verifier, head, body).unwrap()
}

#[track_caller]
fn refused(reason: RejectReason, verifier: &Verifier, head: &Parts, body: &str) {
    assert_eq!(verify(verifier, head, body).unwrap_err().reason(), reason);
}

// What is accepted.

#[test]
fn what_a_signer_signs_is_accepted() {
    let head = signed(call().header(CONTENT_TYPE, "text/plain"), "hello");
    for verifier in [verifier(), compatible()] {
        assert!(accepted(&verifier, &head, "hello").payload_is_signed());
    }
}

#[test]
fn a_request_over_http_2_has_its_host_in_the_target() {
    let head = signed(Request::get("https://ecs.example/?Action=A"), "");
    assert!(!head.headers.contains_key(HOST));
    assert_eq!(accepted(&verifier(), &head, "").host(), Some("ecs.example"));
}

#[test]
fn a_target_with_a_host_may_differ_from_the_host_header_in_case_and_default_port() {
    let head = signed(Request::get("http://ECS.example:80/").header(HOST, "ecs.example"), "");
    assert_eq!(accepted(&verifier(), &head, "").host(), Some("ecs.example"));
}

#[test]
fn the_signature_is_checked_before_a_byte_of_the_body_is_there() {
    let head = signed(call(), "hello");
    let claim = verifier().claim(&head).unwrap();
    let key = SigningKey::derive(&credentials(), claim.scope());
    let authenticated = claim.authenticate(Some(&key)).unwrap();
    assert_eq!(authenticated.access_key_id(), "AKLTEXAMPLE");
    let mut hasher = PayloadHasher::new();
    ["he", "llo"].into_iter().for_each(|piece| hasher.update(piece));
    assert!(authenticated.verify_payload(hasher.finish()).is_ok());
}

#[test]
fn a_claim_says_whose_key_it_wants() {
    let token = credentials().with_session_token("STS-token").unwrap();
    let signer = Signer::new(token.clone(), "cn-beijing", "ecs").unwrap().at(now());
    for head in [
        signed_by(&signer, call(), ""),
        presigned_by(&signer, "/?Action=A", PresignOptions::default()),
    ] {
        let claim = verifier().claim(&head).unwrap();
        assert_eq!(claim.access_key_id(), "AKLTEXAMPLE");
        assert_eq!(claim.session_token(), Some("STS-token"));
        assert_eq!(claim.scope().as_str(), "20210818/cn-beijing/ecs/request");
        assert!(claim.verify(Some(&token), ()).is_ok());
    }
}

#[test]
fn headers_that_proxies_change_may_be_there_unsigned() {
    let mut head = signed(call(), "");
    for name in ["user-agent", "x-forwarded-for", "x-request-id", "via", "accept"] {
        head.headers.insert(name, HeaderValue::from_static("added on the way"));
    }
    let verified = accepted(&verifier(), &head, "");
    assert_eq!(verified.header("x-forwarded-for"), None);
}

#[test]
fn a_header_of_our_own_gateway_may_be_there_unsigned() {
    let mut head = signed(call(), "");
    head.headers.insert("x-gateway", HeaderValue::from_static("1"));
    refused(RejectReason::UnsignedHeader, &verifier(), &head, "");
    let verifier = verifier().allow_unsigned(HeaderName::from_static("x-gateway")).unwrap();
    assert_eq!(accepted(&verifier, &head, "").header("x-gateway"), None);
}

#[test]
fn parameters_may_repeat_where_the_headers_are_signed() {
    let head = signed(Request::get("/?a=2&b=3&a=1").header(HOST, "ecs.example"), "");
    let verified = accepted(&verifier(), &head, "");
    assert_eq!(verified.query_values("a").collect::<Vec<_>>(), [&b"2"[..], b"1"]);
}

// What is known of an accepted request.

#[test]
fn what_was_signed_can_be_read() {
    let target = "/a%20b/%e7%81%ab?Name=web+1%2F&Name&=empty&%4eumber=7";
    let call = Request::put(target)
        .header(HOST, "ecs.example:8443")
        .header("x-tag", " a  b ")
        .header(CONTENT_TYPE, HeaderValue::from_bytes(b"text/\xe4").unwrap());
    let head = signed(call, "hello");
    let verified = accepted(&verifier(), &head, "hello");
    assert_eq!(verified.access_key_id(), "AKLTEXAMPLE");
    assert_eq!(verified.scope().service(), "ecs");
    assert_eq!(verified.method(), Method::PUT);
    assert_eq!(verified.host(), Some("ecs.example:8443"));
    assert_eq!(verified.path(), "/a%20b/%E7%81%AB");
    assert_eq!(verified.header("X-Tag"), Some(&b"a  b"[..]));
    assert_eq!(verified.header("content-type"), Some(&b"text/\xe4"[..]));
    assert_eq!(verified.header("x-date"), Some(X_DATE.as_bytes()));
    assert_eq!(verified.query_values("Name").collect::<Vec<_>>(), [&b"web 1/"[..], b""]);
    assert_eq!(verified.query_values("Number").collect::<Vec<_>>(), [&b"7"[..]]);
    assert_eq!(verified.query_values("").collect::<Vec<_>>(), [&b"empty"[..]]);
    assert_eq!(verified.query_values("name").count(), 0);
    assert_eq!(verified.signed_at(), now());
    assert_eq!(verified.expires_at(), now() + QUARTER);
    let authorization = head.headers["authorization"].to_str().unwrap();
    assert!(authorization.ends_with(&verified.signature().to_string()));
}

#[test]
fn a_request_without_parameters_has_none() {
    let head = signed(Request::get("/?").header(HOST, "ecs.example"), "");
    assert_eq!(accepted(&verifier(), &head, "").query_values("").count(), 0);
}

#[test]
fn what_was_not_signed_cannot_be_read() {
    let mut head = signed(call(), "");
    head.headers.insert(ACCEPT, HeaderValue::from_static("text/plain"));
    head.headers.insert("x-added", HeaderValue::from_static("1"));
    let verified = accepted(&compatible(), &head, "");
    for name in ["accept", "x-added", "authorization", "", "GET", "\n", "host;x-date"] {
        assert_eq!(verified.header(name), None, "{name:?}");
    }

    let head = presigned("/?a=1", PresignOptions::default());
    let verified = accepted(&verifier(), &head, "");
    assert_eq!(verified.query_values("X-Signature").count(), 0);
    assert_eq!(verified.query_values("X-SignedHeaders").collect::<Vec<_>>(), [&b"host"[..]]);
}

#[test]
fn a_verified_request_travels_with_its_request() {
    let head = signed(call(), "");
    let mut extensions = Extensions::new();
    extensions.insert(accepted(&verifier(), &head, ""));
    drop(head);
    let verified: Verified = extensions.get().cloned().unwrap();
    let action =
        std::thread::spawn(move || verified.query_values("Action").next().unwrap().into_owned());
    assert_eq!(action.join().unwrap(), b"RunInstances");
}

// The time.

#[test]
fn a_request_is_accepted_15_minutes_before_and_after_its_date() {
    let head = signed(call(), "");
    for at in [now() - QUARTER, now(), now() + QUARTER] {
        accepted(&verifier().at(at), &head, "");
    }
    let nano = Duration::from_nanos(1);
    let early = now() - QUARTER - nano;
    refused(RejectReason::NotYetValid, &verifier().at(early), &head, "");
    refused(RejectReason::Expired, &verifier().at(now() + QUARTER + nano), &head, "");
}

#[test]
fn the_window_is_as_wide_as_it_is_set_and_7_days_at_most() {
    let head = signed(call(), "");
    let narrow = verifier().with_max_skew(SECOND).unwrap();
    accepted(&narrow.at(now() + SECOND), &head, "");
    refused(RejectReason::Expired, &narrow.at(now() + 2 * SECOND), &head, "");
    refused(RejectReason::NotYetValid, &narrow.at(now() - 2 * SECOND), &head, "");

    let week = Duration::from_secs(604_800);
    let wide = verifier().with_max_skew(week).unwrap();
    assert_eq!(accepted(&wide.at(now() + week), &head, "").expires_at(), now() + week);
    refused(RejectReason::Expired, &wide.at(now() + week + SECOND), &head, "");

    for skew in [week + Duration::from_nanos(1), Duration::MAX] {
        let error = verifier().with_max_skew(skew).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidVerifierOptions);
        assert_eq!(error.to_string(), "the allowed skew is more than 7 days");
    }
}

#[test]
fn a_header_that_must_be_signed_cannot_be_allowed_unsigned() {
    for name in ["host", "x-date", "x-content-sha256", "x-security-token"] {
        let error = verifier().allow_unsigned(name.parse().unwrap()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidVerifierOptions);
        let text = format!("header \"{name}\" must be signed and cannot be allowed unsigned");
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn a_presigned_url_lives_as_long_as_it_says() {
    for seconds in [1, 60, 604_800] {
        let (head, life) = (presigned("/", expiring(seconds)), Duration::from_secs(seconds));
        for at in [now() - QUARTER, now(), now() + life] {
            let verified = accepted(&verifier().at(at), &head, "");
            assert_eq!(verified.expires_at(), now() + life);
        }
        refused(RejectReason::Expired, &verifier().at(now() + life + SECOND), &head, "");
        let early = now() - QUARTER - SECOND;
        refused(RejectReason::NotYetValid, &verifier().at(early), &head, "");
    }
}

#[test]
fn a_presigned_url_that_says_no_life_ends_with_the_window_or_after_15_minutes() {
    let head = presigned("/", PresignOptions::default());
    accepted(&verifier().at(now() + QUARTER), &head, "");
    refused(RejectReason::Expired, &verifier().at(now() + QUARTER + SECOND), &head, "");
    let narrow = verifier().with_max_skew(SECOND).unwrap();
    refused(RejectReason::Expired, &narrow.at(now() + 2 * SECOND), &head, "");
    let wide = verifier().with_max_skew(2 * QUARTER).unwrap();
    refused(RejectReason::Expired, &wide.at(now() + QUARTER + SECOND), &head, "");
}

#[test]
fn a_life_beside_signed_headers_shortens_the_window_and_never_lengthens_it() {
    let with_life = |life: &str| {
        signed(Request::get(format!("/?X-Expires={life}")).header(HOST, "ecs.example"), "")
    };
    accepted(&verifier().at(now() + SECOND), &with_life("1"), "");
    refused(RejectReason::Expired, &verifier().at(now() + 2 * SECOND), &with_life("1"), "");
    accepted(&verifier().at(now() + QUARTER), &with_life("604800"), "");
    let late = verifier().at(now() + QUARTER + SECOND);
    refused(RejectReason::Expired, &late, &with_life("604800"), "");
    accepted(&verifier().at(now() + SECOND), &with_life("604800&X-Expires=1"), "");
    let repeated = with_life("604800&X-Expires=1");
    refused(RejectReason::Expired, &verifier().at(now() + 2 * SECOND), &repeated, "");
    // What is no life is a parameter like any other.
    for life in ["", "0", "01", "+1", "-1", "1.0", "604801", "99999999999999999999", "%FF"] {
        accepted(&verifier().at(now() + QUARTER), &with_life(life), "");
    }
}

// What must be signed.

#[test]
fn the_owned_headers_must_be_signed_whatever_may_be_unsigned() {
    let call = || {
        let call = call().header("x-content-sha256", hash("")).header(CONTENT_TYPE, "text/plain");
        call.header("x-security-token", "STS-token")
    };
    let all = ["content-type", "host", "x-content-sha256", "x-date", "x-security-token"];
    let verifiers = [verifier(), compatible()];
    for missing in all {
        let names: Vec<_> = all.into_iter().filter(|name| *name != missing).collect();
        let head = signed_over(&names, call(), "");
        for verifier in &verifiers {
            refused(RejectReason::UnsignedHeader, verifier, &head, "");
        }
    }
    let [strict, _] = &verifiers;
    let strict = strict.clone().allow_unsigned(CONTENT_TYPE).unwrap();
    let head = signed_over(&all[1..], call(), "");
    let token = credentials().with_session_token("STS-token").unwrap();
    assert!(strict.claim(&head).unwrap().verify(Some(&token), ()).is_ok());
}

#[test]
fn an_unsorted_list_is_accepted_by_compatible_only() {
    let names = ["x-date", "x-content-sha256", "host"];
    let head = signed_over(&names, call().header("x-content-sha256", hash("")), "");
    refused(RejectReason::InvalidSignedHeaders, &verifier(), &head, "");
    accepted(&compatible(), &head, "");
}

#[test]
fn a_list_with_a_name_twice_or_in_upper_case_is_refused_by_all() {
    let head = signed(call(), "");
    let authorization = head.headers["authorization"].to_str().unwrap().to_owned();
    for list in ["host;host;x-content-sha256;x-date", "Host;x-content-sha256;x-date", "", "host;"] {
        let (before, after) = authorization.split_once("host;x-content-sha256;x-date").unwrap();
        let mut head = head.clone();
        head.headers.insert(AUTHORIZATION, [before, list, after].concat().parse().unwrap());
        refused(RejectReason::InvalidSignedHeaders, &verifier(), &head, "");
        refused(RejectReason::InvalidSignedHeaders, &compatible(), &head, "");
    }
}

#[test]
fn a_listed_header_that_is_absent_or_repeated_is_refused() {
    let head = signed(call().header("x-tag", "1"), "");
    let mut absent = head.clone();
    absent.headers.remove("x-tag");
    let mut repeated = head;
    repeated.headers.append("x-tag", HeaderValue::from_static("1"));
    for verifier in [verifier(), compatible()] {
        refused(RejectReason::InvalidSignedHeaders, &verifier, &absent, "");
        refused(RejectReason::InvalidSignedHeaders, &verifier, &repeated, "");
    }
}

#[test]
fn a_signature_that_claims_to_sign_itself_is_refused() {
    let mut head = signed(call(), "");
    let authorization = head.headers["authorization"].to_str().unwrap();
    let authorization = authorization.replace("=host;", "=authorization;host;");
    head.headers.insert(AUTHORIZATION, authorization.parse().unwrap());
    refused(RejectReason::InvalidSignedHeaders, &compatible(), &head, "");
}

#[test]
fn a_request_that_does_not_say_its_payload_hash_is_verified_by_compatible_with_the_payload() {
    let head = signed_over(&["host", "x-date"], call(), "hello");
    refused(RejectReason::InvalidPayloadHash, &verifier(), &head, "hello");
    assert!(accepted(&compatible(), &head, "hello").payload_is_signed());
    refused(RejectReason::SignatureMismatch, &compatible(), &head, "hell");
    let mut announced = head.clone();
    announced.headers.insert("content-length", "5".parse().unwrap());
    accepted(&compatible(), &announced, "hello");

    let claim = compatible().claim(&head).unwrap();
    let key = SigningKey::derive(&credentials(), claim.scope());
    let rejected = claim.authenticate(Some(&key)).unwrap_err();
    assert_eq!(rejected.reason(), RejectReason::InvalidPayloadHash);
}

#[test]
fn a_presigned_url_must_sign_its_host_but_for_compatible() {
    let head = presigned("/?a=1", PresignOptions::default().without_host());
    refused(RejectReason::UnsignedHeader, &verifier(), &head, "");
    assert_eq!(accepted(&compatible(), &head, "").host(), None);
}

#[test]
fn a_presigned_url_comes_without_a_body_but_for_compatible() {
    let head = presigned("/?a=1", PresignOptions::default());
    refused(RejectReason::UnsignedPayload, &verifier(), &head, "hello");
    for (verifier, body) in [(verifier(), ""), (compatible(), ""), (compatible(), "hello")] {
        assert!(!accepted(&verifier, &head, body).payload_is_signed());
    }
    for (name, value) in [("content-length", "5"), ("transfer-encoding", "chunked")] {
        let mut head = head.clone();
        head.headers.insert(name, value.parse().unwrap());
        let rejected = verifier().claim(&head).unwrap_err();
        assert_eq!(rejected.reason(), RejectReason::UnsignedPayload);
        assert!(compatible().claim(&head).is_ok());
    }
}

#[test]
fn a_payload_that_the_head_announces_cannot_be_left_out() {
    let mut twice = signed(call().header("content-length", "0"), "");
    twice.headers.append("content-length", HeaderValue::from_static("5"));
    let rejected = verifier().claim(&twice).unwrap().verify(Some(&credentials()), ()).unwrap_err();
    assert_eq!(rejected.reason(), RejectReason::PayloadMismatch);
    let mut head = signed(call().header("content-length", "0"), "");
    let verify = |head: &Parts| verifier().claim(head)?.verify(Some(&credentials()), ());
    assert!(verify(&head).is_ok());
    for (name, value) in [("transfer-encoding", "chunked"), ("content-length", "5")] {
        head.headers.insert(name, value.parse().unwrap());
        assert_eq!(verify(&head).unwrap_err().reason(), RejectReason::PayloadMismatch);
        accepted(&verifier(), &head, "");
    }
}

#[test]
fn a_signature_in_the_headers_cannot_become_one_of_a_url() {
    let names = "host%3Bx-content-sha256%3Bx-date";
    let target = format!(
        "/?X-Algorithm=HMAC-SHA256&X-Date={X_DATE}&X-Expires=604800&X-SignedHeaders={names}\
         &X-Credential=AKLTEXAMPLE%2F20210818%2Fcn-beijing%2Fecs%2Frequest\
         &X-SignedQueries=X-Algorithm%3BX-Credential%3BX-Date%3BX-Expires%3BX-SignedHeaders\
         %3BX-SignedQueries"
    );
    let mut head = signed(Request::get(&target).header(HOST, "ecs.example"), "");
    let signature = accepted(&verifier(), &head, "").signature().to_string();
    head.headers.remove(AUTHORIZATION);
    head.uri = format!("{target}&X-Signature={signature}").parse().unwrap();
    for verifier in [verifier(), compatible()] {
        refused(RejectReason::InvalidSignedHeaders, &verifier, &head, "");
    }
}

#[test]
fn a_presigned_url_signs_each_parameter_once() {
    let head = presigned("/?a=1", PresignOptions::default());
    let with = |change: fn(&str) -> String| {
        let mut head = head.clone();
        head.uri = change(&head.uri.to_string()).parse().unwrap();
        head
    };
    for verifier in [verifier(), compatible()] {
        let appended = with(|uri| format!("{uri}&b=2"));
        refused(RejectReason::UnsignedParameter, &verifier, &appended, "");
        let removed = with(|uri| uri.replace("a=1&", ""));
        refused(RejectReason::UnsignedParameter, &verifier, &removed, "");
        let repeated = with(|uri| format!("{uri}&%61=2"));
        refused(RejectReason::RepeatedParameter, &verifier, &repeated, "");
        let unlisted = with(|uri| uri.replace("X-SignedQueries=", "X-Signed="));
        refused(RejectReason::UnsignedParameter, &verifier, &unlisted, "");
        accepted(&verifier, &with(|uri| uri.replace("/?", "/?&&")), "");
        let headerless = with(|uri| uri.replace("X-SignedHeaders=host&", ""));
        refused(RejectReason::MalformedAuthorization, &verifier, &headerless, "");
    }
}

#[test]
fn the_list_of_signed_parameters_may_stand_in_any_order() {
    // The list is signed, so another order is another signature: of a foreign presigner.
    let mut head = presigned("/?a=1", PresignOptions::default());
    let (unsigned, _) = head.uri.query().unwrap().split_once("&X-Signature=").unwrap();
    let unsigned = unsigned.replace("X-Algorithm%3BX-Credential", "X-Credential%3BX-Algorithm");
    let target: Uri = format!("/?{unsigned}").parse().unwrap();
    let (hash, names) = (Payload::Empty.sha256(), ["host"]);
    let canonical_request =
        CanonicalRequest::new(&Method::GET, &target, &head.headers, &names, hash).unwrap();
    let x_date: XDate = X_DATE.parse().unwrap();
    let scope = CredentialScope::new(&x_date, "cn-beijing", "ecs").unwrap();
    let string_to_sign = StringToSign::new(&x_date, &scope, canonical_request.sha256()).unwrap();
    let signature = SigningKey::derive(&credentials(), &scope).sign(&string_to_sign);
    head.uri = format!("{target}&X-Signature={signature}").parse().unwrap();
    accepted(&verifier(), &head, "");
}

#[test]
fn a_token_that_a_presigned_url_does_not_sign_is_bound_by_the_look_up() {
    let mut head = presigned("/?a=1", PresignOptions::default());
    head.uri = format!("{}&X-Security-Token=STS-token", head.uri).parse().unwrap();
    refused(RejectReason::UnsignedParameter, &verifier(), &head, "");

    let verify = |credentials| compatible().claim(&head).unwrap().verify(Some(&credentials), ());
    assert!(verify(credentials().with_session_token("STS-token").unwrap()).is_ok());
    for other in [credentials(), credentials().with_session_token("another").unwrap()] {
        assert_eq!(verify(other).unwrap_err().reason(), RejectReason::InvalidSessionToken);
    }
}

// Who signed.

#[test]
fn the_credentials_must_be_those_of_the_claim() {
    let head = signed(call(), "");
    let reason = |credentials: Credentials| {
        let claim = verifier().claim(&head).unwrap();
        claim.verify(Some(&credentials), ()).unwrap_err().reason()
    };
    let (id, secret) = ("AKLTEXAMPLE", "secret");
    let other_id = Credentials::new("AKLTOTHER", secret).unwrap();
    assert_eq!(reason(other_id), RejectReason::KeyMismatch);
    let other_secret = Credentials::new(id, "Secret").unwrap();
    assert_eq!(reason(other_secret), RejectReason::SignatureMismatch);
    let with_token = credentials().with_session_token("STS-token").unwrap();
    assert_eq!(reason(with_token), RejectReason::InvalidSessionToken);
    assert_eq!(reason(credentials().with_expiration(now())), RejectReason::CredentialsExpired);
    assert!(
        verifier()
            .claim(&head)
            .unwrap()
            .verify(Some(&credentials().with_expiration(now() + SECOND)), ())
            .is_ok()
    );
}

#[test]
fn a_signing_key_must_be_of_the_credentials_and_the_scope_of_the_claim() {
    let head = signed(call(), "");
    let reason = |credentials: Credentials| {
        let claim = verifier().claim(&head).unwrap();
        let key = SigningKey::derive(&credentials, claim.scope());
        claim.authenticate(Some(&key)).unwrap_err().reason()
    };
    let other_id = Credentials::new("AKLTOTHER", "secret").unwrap();
    assert_eq!(reason(other_id), RejectReason::KeyMismatch);
    let with_token = credentials().with_session_token("STS-token").unwrap();
    assert_eq!(reason(with_token), RejectReason::InvalidSessionToken);
    assert_eq!(reason(credentials().with_expiration(now())), RejectReason::CredentialsExpired);
    for scope in ["20210817/cn-beijing/ecs/request", "20210818/cn-north-1/ecs/request"] {
        let key = SigningKey::derive(&credentials(), &scope.parse().unwrap());
        let rejected = verifier().claim(&head).unwrap().authenticate(Some(&key)).unwrap_err();
        assert_eq!(rejected.reason(), RejectReason::KeyMismatch);
    }
}

#[test]
fn a_claim_of_another_region_service_or_day_is_refused() {
    let head = signed(call(), "");
    for (region, service) in [("cn-north-1", "ecs"), ("cn-beijing", "vpc"), ("CN-BEIJING", "ecs")] {
        let verifier = Verifier::new(region, service).unwrap().at(now());
        refused(RejectReason::ScopeMismatch, &verifier, &head, "");
    }
    let mut url = presigned("/", PresignOptions::default());
    url.uri = url.uri.to_string().replace("20210818%2F", "20210817%2F").parse().unwrap();
    refused(RejectReason::ScopeMismatch, &verifier(), &url, "");
    let mut other_day = head;
    let authorization = other_day.headers["authorization"].to_str().unwrap();
    let authorization = authorization.replace("/20210818/", "/20210817/");
    other_day.headers.insert(AUTHORIZATION, authorization.parse().unwrap());
    refused(RejectReason::ScopeMismatch, &verifier(), &other_day, "");
}

#[test]
fn an_unknown_key_and_a_wrong_signature_look_the_same() {
    let head = signed(call(), "");
    let claim = || verifier().claim(&head).unwrap();
    let wrong = Credentials::new("AKLTEXAMPLE", "wrong").unwrap();
    let rejections = [
        claim().authenticate(None).unwrap_err(),
        claim().verify(None, ()).unwrap_err(),
        claim().verify(Some(&wrong), ()).unwrap_err(),
        claim().authenticate(Some(&SigningKey::derive(&wrong, claim().scope()))).unwrap_err(),
    ];
    let texts: HashSet<_> = rejections.iter().map(Rejected::to_string).collect();
    assert_eq!(texts, ["the signature of the request was not accepted".to_owned()].into());
    assert_eq!(
        rejections.map(|rejected| rejected.reason()),
        [
            RejectReason::UnknownAccessKey,
            RejectReason::UnknownAccessKey,
            RejectReason::SignatureMismatch,
            RejectReason::SignatureMismatch,
        ]
    );
}

// What is no request of the protocol.

#[test]
fn a_request_without_a_signature_is_refused() {
    let bare = |target: &str| {
        Request::get(target).header(HOST, "ecs.example").body(()).unwrap().into_parts().0
    };
    refused(RejectReason::MissingAuthentication, &verifier(), &bare("/?a=1"), "");
    let presigned = presigned("/", PresignOptions::default()).uri.to_string();
    let (unsigned, _) = presigned.split_once("&X-Signature=").unwrap();
    refused(RejectReason::MissingSignature, &verifier(), &bare(unsigned), "");

    let mut head = signed(call(), "");
    let authorization = head.headers["authorization"].to_str().unwrap();
    let (unsigned, _) = authorization.split_once(", Signature=").unwrap();
    let unsigned = unsigned.parse().unwrap();
    head.headers.insert(AUTHORIZATION, unsigned);
    refused(RejectReason::MissingSignature, &verifier(), &head, "");
}

#[test]
fn a_request_with_two_signatures_is_refused() {
    let mut both = presigned("/", PresignOptions::default());
    both.headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer token"));
    refused(RejectReason::ConflictingAuthentication, &compatible(), &both, "");
    let mut twice = signed(call(), "");
    let authorization = twice.headers["authorization"].clone();
    twice.headers.append(AUTHORIZATION, authorization);
    refused(RejectReason::ConflictingAuthentication, &compatible(), &twice, "");
    let mut escaped = signed(Request::get("/?a").header(HOST, "h"), "");
    escaped.uri = "/?a&X%2dSignature=1".parse().unwrap();
    refused(RejectReason::ConflictingAuthentication, &compatible(), &escaped, "");
}

#[test]
fn a_target_of_another_host_is_refused() {
    for target in ["http://other.example/", "http://ecs.example:8080/"] {
        let head = signed(Request::get(target).header(HOST, "ecs.example"), "");
        refused(RejectReason::HostMismatch, &compatible(), &head, "");
    }
    let mut head = signed(Request::get("http://ecs.example/").header(HOST, "ecs.example"), "");
    head.headers.append(HOST, HeaderValue::from_static("ecs.example"));
    refused(RejectReason::HostMismatch, &compatible(), &head, "");
    head.headers.insert(HOST, HeaderValue::from_static("ecs example"));
    refused(RejectReason::HostMismatch, &compatible(), &head, "");
}

#[test]
fn a_target_that_cannot_be_signed_is_refused() {
    let head = signed(call(), "");
    for target in ["/%zz", "/a%2Fb", "/?a=%4", "*", "http://user@ecs.example/"] {
        let mut head = head.clone();
        head.uri = target.parse().unwrap();
        refused(RejectReason::InvalidUri, &verifier(), &head, "");
    }
}

#[test]
fn other_schemes_and_algorithms_are_refused() {
    let mut head = signed(call(), "");
    for authorization in ["Bearer token", "Basic dTpw", "AWS4-HMAC-SHA256 Credential=", ""] {
        head.headers.insert(AUTHORIZATION, authorization.parse().unwrap());
        refused(RejectReason::UnsupportedAlgorithm, &verifier(), &head, "");
    }
}

#[test]
fn a_malformed_header_is_refused() {
    let head = signed(call(), "");
    let with = |name: &'static str, value: &[u8]| {
        let mut head = head.clone();
        head.headers.insert(name, HeaderValue::from_bytes(value).unwrap());
        head
    };
    for x_date in [&b""[..], b"2021-08-18T09:57:29Z", b"\xff"] {
        refused(RejectReason::InvalidTime, &verifier(), &with("x-date", x_date), "");
    }
    let mut repeated = head.clone();
    repeated.headers.append("x-date", X_DATE.parse().unwrap());
    refused(RejectReason::InvalidTime, &verifier(), &repeated, "");
    for token in [&b"\xff"[..], b"a b", b""] {
        let head = with("x-security-token", token);
        refused(RejectReason::InvalidSessionToken, &verifier(), &head, "");
    }
    let mut repeated = with("x-security-token", b"t");
    repeated.headers.append("x-security-token", HeaderValue::from_static("t"));
    refused(RejectReason::InvalidSessionToken, &verifier(), &repeated, "");
    for hash in ["", "00", &"AB".repeat(32), &"g0".repeat(32)] {
        let head = with("x-content-sha256", hash.as_bytes());
        refused(RejectReason::InvalidPayloadHash, &verifier(), &head, "");
    }
    let authorization = with("authorization", b"HMAC-SHA256 \xff");
    refused(RejectReason::MalformedAuthorization, &verifier(), &authorization, "");
}

#[test]
fn a_malformed_parameter_of_a_presigned_url_is_refused() {
    let url = presigned("/", expiring(60)).uri.to_string();
    let with = |key: &str, value: &str| {
        let (before, after) = url.split_once(&format!("{key}=")).unwrap();
        let after = after.split_once('&').map_or("", |(_, after)| after);
        let target = format!("{before}{key}={value}&{after}");
        Request::get(target).header(HOST, "ecs.example").body(()).unwrap().into_parts().0
    };
    let refused = |reason, key: &str, value: &str| {
        let head = with(key, value);
        for verifier in [verifier(), compatible()] {
            refused(reason, &verifier, &head, "");
        }
    };
    refused(RejectReason::UnsupportedAlgorithm, "X-Algorithm", "HMAC-SHA1");
    refused(RejectReason::MalformedCredential, "X-Credential", "AKLTEXAMPLE");
    refused(RejectReason::MalformedCredential, "X-Credential", "%FF");
    refused(RejectReason::InvalidTime, "X-Date", "20210818");
    refused(RejectReason::InvalidExpires, "X-Expires", "060");
    refused(RejectReason::InvalidExpires, "X-Expires", "%FF");
    refused(RejectReason::MalformedAuthorization, "X-SignedHeaders", "%FF");
    refused(RejectReason::InvalidSignedHeaders, "X-SignedHeaders", "host%3Bx-tag");
    refused(RejectReason::MalformedAuthorization, "X-Signature", "00");
    refused(RejectReason::TooLarge, "X-SignedHeaders", &["x"; 65].join("%3B"));
    for token in ["", "a%20b", "%FF"] {
        let value = format!("&X-Security-Token={token}");
        refused(RejectReason::InvalidSessionToken, "X-NotSignBody", &value);
    }
}

// The limits.

#[test]
fn an_authorization_of_4_kib_is_looked_at_and_no_longer_one() {
    let mut head = signed(call(), "");
    let authorization = head.headers["authorization"].to_str().unwrap().to_owned();
    let of_length = |length: usize| {
        let spaces = " ".repeat(length - authorization.len());
        authorization.replacen(", ", &format!(", {spaces}"), 1).parse().unwrap()
    };
    head.headers.insert(AUTHORIZATION, of_length(4096));
    accepted(&verifier(), &head, "");
    head.headers.insert(AUTHORIZATION, of_length(4097));
    refused(RejectReason::TooLarge, &verifier(), &head, "");
}

#[test]
fn sixty_four_signed_headers_are_accepted_and_not_one_more() {
    let with_headers = |count| {
        let tags = (3..count).fold(call(), |call, i| call.header(format!("x-tag-{i}"), i));
        signed(tags, "")
    };
    accepted(&verifier(), &with_headers(64), "");
    refused(RejectReason::TooLarge, &verifier(), &with_headers(65), "");
}

#[test]
fn a_thousand_and_24_parameters_are_accepted_and_not_one_more() {
    let with_parameters = |count| {
        let parameters: Vec<_> = (0..count).map(|i| i.to_string()).collect();
        signed(Request::get(format!("/?{}", parameters.join("&"))).header(HOST, "h"), "")
    };
    accepted(&verifier(), &with_parameters(1024), "");
    refused(RejectReason::TooLarge, &verifier(), &with_parameters(1025), "");
}

// Replays.

#[test]
fn a_request_is_used_once_under_a_guard() {
    let guard = MemoryReplayGuard::new(10);
    let use_once = |head: &Parts| accepted(&verifier(), head, "").check_replay(&guard);
    let head = signed(call(), "");
    assert!(use_once(&head).is_ok());
    assert_eq!(use_once(&head).unwrap_err().reason(), RejectReason::Replayed);
    assert!(use_once(&signed(call().header("x-tag", "another"), "")).is_ok());
    assert!(use_once(&presigned("/", PresignOptions::default())).is_ok());
}

#[test]
fn another_spelling_of_a_request_is_the_same_request() {
    let guard: Arc<dyn ReplayGuard> = Arc::new(MemoryReplayGuard::new(10));
    let mut head = signed(call(), "");
    assert!(accepted(&verifier(), &head, "").check_replay(&*guard).is_ok());
    head.uri = "/?Version=2020-04%2D01&&Action=Run%49nstances".parse().unwrap();
    let replayed = accepted(&verifier(), &head, "").check_replay(&*guard).unwrap_err();
    assert_eq!(replayed.reason(), RejectReason::Replayed);
}

#[test]
fn a_full_guard_accepts_nothing_until_something_expires() {
    let guard = MemoryReplayGuard::new(1);
    let receive = |at: SystemTime| {
        let signer = signer().at(at);
        accepted(&verifier().at(at), &signed_by(&signer, call(), ""), "").check_replay(&guard)
    };
    assert!(receive(now()).is_ok());
    let full = receive(now() + SECOND).unwrap_err();
    assert_eq!(full.reason(), RejectReason::ReplayGuardFailed);
    assert!(receive(now() + QUARTER + SECOND).is_ok());
}

#[test]
fn a_guard_remembers_until_the_last_moment() {
    let guard = MemoryReplayGuard::new(10);
    let head = signed(call(), "");
    let use_at = |at: SystemTime| accepted(&verifier().at(at), &head, "").check_replay(&guard);
    assert!(use_at(now()).is_ok());
    assert_eq!(use_at(now() + QUARTER).unwrap_err().reason(), RejectReason::Replayed);
}

#[test]
fn a_clock_that_was_ahead_for_a_moment_does_not_stop_a_guard() {
    let guard = MemoryReplayGuard::new(10);
    let days = Duration::from_secs(6 * 24 * 3600);
    let url = presigned("/", expiring(604_800));
    assert!(accepted(&verifier().at(now() + days), &url, "").check_replay(&guard).is_ok());
    assert!(accepted(&verifier(), &signed(call(), ""), "").check_replay(&guard).is_ok());
}

#[test]
fn what_comes_late_to_a_guard_that_forgot_it_is_refused() {
    let guard = MemoryReplayGuard::new(10);
    let head = signed(call(), "");
    // The same request twice, the second held back until the guard has forgotten the first.
    let last_moment = verifier().at(now() + QUARTER);
    let [first, held_back] = [(); 2].map(|()| accepted(&last_moment, &head, ""));
    assert!(first.check_replay(&guard).is_ok());
    let later = now() + QUARTER + SECOND;
    let other = signed_by(&signer().at(later), call(), "");
    assert!(accepted(&verifier().at(later), &other, "").check_replay(&guard).is_ok());
    assert_eq!(held_back.check_replay(&guard).unwrap_err().reason(), RejectReason::Replayed);
}

#[test]
fn a_guard_that_fails_lets_nothing_pass() {
    struct Broken;
    impl ReplayGuard for Broken {
        fn remember(&self, _: &Verified) -> Result<bool, Box<dyn Error + Send + Sync>> {
            Err("the store is away".into())
        }
    }
    let rejected =
        accepted(&verifier(), &signed(call(), ""), "").check_replay(&Broken).unwrap_err();
    assert_eq!(rejected.reason(), RejectReason::ReplayGuardFailed);
}

#[test]
fn every_reason_has_a_line_of_its_own_for_the_log() {
    use RejectReason::*;
    let reasons = [
        MissingAuthentication,
        ConflictingAuthentication,
        MissingSignature,
        TooLarge,
        UnsupportedAlgorithm,
        MalformedAuthorization,
        MalformedCredential,
        InvalidUri,
        HostMismatch,
        ScopeMismatch,
        InvalidTime,
        InvalidExpires,
        NotYetValid,
        Expired,
        InvalidSignedHeaders,
        UnsignedHeader,
        UnsignedParameter,
        RepeatedParameter,
        InvalidPayloadHash,
        UnknownAccessKey,
        KeyMismatch,
        SignatureMismatch,
        InvalidSessionToken,
        CredentialsExpired,
        PayloadMismatch,
        UnsignedPayload,
        Replayed,
        ReplayGuardFailed,
        NoClock,
    ];
    let lines: HashSet<_> = reasons.iter().map(RejectReason::to_string).collect();
    assert_eq!(lines.len(), reasons.len());
    for reason in reasons {
        assert_eq!(Rejected::from(reason).to_string(), Rejected::from(Expired).to_string());
        assert_eq!(
            format!("{:?}", Rejected::from(reason)),
            format!("Rejected {{ reason: {reason:?}, detail: None }}")
        );
    }
}
