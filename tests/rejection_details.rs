//! What a refusal says in the log: which header, which of region, service and day, how many seconds.

mod support;

use std::collections::HashSet;
use std::time::Duration;

use http::request::{Builder, Parts};
use http::{HeaderValue, Request};
use support::{credentials, now, signer, verifier, with_token};
use volcengine_sigv4::{
    Claim, Credentials, PresignOptions, RejectReason, Rejected, SigningKey, Verified, Verifier,
    VerifyPolicy,
};

fn call() -> Builder {
    Request::get("/?Action=DescribeZones").header("host", "ecs.example")
}

fn signed(request: Builder) -> Parts {
    let mut request = request.body("").unwrap();
    signer().sign(&mut request).unwrap();
    request.into_parts().0
}

fn presigned() -> Parts {
    let uri = "https://ecs.example/?Action=DescribeZones".parse().unwrap();
    let url = signer().presign(&http::Method::GET, &uri, &PresignOptions::default()).unwrap();
    Request::get(url.as_str()).body(()).unwrap().into_parts().0
}

/// Checks reason and detail of a refused request.
#[track_caller]
fn detailed<T>(result: Result<T, Rejected>, reason: RejectReason, detail: &str) {
    let rejected = result.err().unwrap();
    assert_eq!((rejected.reason(), rejected.detail()), (reason, Some(detail)));
}

fn verify(head: &Parts, credentials: &Credentials) -> Result<Verified, Rejected> {
    verifier().claim(head)?.verify(Some(credentials), ())
}

#[test]
fn an_unsigned_header_is_named() {
    let mut head = signed(call());
    head.headers.insert("x-tag", HeaderValue::from_static("value"));
    let detail = "header \"x-tag\" is not signed";
    detailed(verifier().claim(&head), RejectReason::UnsignedHeader, detail);
}

#[test]
fn a_signed_header_that_is_absent_is_named() {
    let mut head = signed(call().header("x-tag", "value"));
    head.headers.remove("x-tag");
    let detail = "header \"x-tag\" is listed as signed, but is missing from the request";
    detailed(verifier().claim(&head), RejectReason::InvalidSignedHeaders, detail);
}

#[test]
fn a_wrong_region_service_or_day_is_named_with_both_values() {
    let claim =
        |region, service| Verifier::new(region, service).unwrap().at(now()).claim(&signed(call()));
    let reason = RejectReason::ScopeMismatch;
    let detail = "region: expected \"cn-north-1\", found \"cn-beijing\"";
    detailed(claim("cn-north-1", "ecs"), reason, detail);
    let detail = "region: expected \"cn-north-1\", found \"cn-beijing\", \
                  service: expected \"iam\", found \"ecs\"";
    detailed(claim("cn-north-1", "iam"), reason, detail);
    let mut head = signed(call());
    head.headers.insert("x-date", HeaderValue::from_static("20210819T000000Z"));
    let detail = "day: expected \"20210819\", found \"20210818\"";
    detailed(verifier().claim(&head), reason, detail);
}

#[test]
fn a_wrong_time_is_given_in_seconds() {
    let head = signed(call());
    let early = verifier().at(now() - Duration::from_secs(3600)).claim(&head);
    let detail = "x-date is 3600 seconds ahead of the clock";
    detailed(early, RejectReason::NotYetValid, detail);
    let late = verifier().at(now() + Duration::from_secs(3600)).claim(&head);
    let detail = "x-date is 3600 seconds behind the clock, expected at most 900";
    detailed(late, RejectReason::Expired, detail);
}

#[test]
fn a_malformed_part_has_the_text_of_its_parser() {
    let with = |name: &'static str, value: &str| {
        let mut head = signed(call());
        head.headers.insert(name, value.parse().unwrap());
        verifier().claim(&head)
    };
    detailed(
        with("x-date", "yesterday"),
        RejectReason::InvalidTime,
        "malformed x-date, expected YYYYMMDDTHHMMSSZ",
    );
    detailed(
        with("authorization", "HMAC-SHA256 Signature="),
        RejectReason::MalformedAuthorization,
        "the authorization does not have Credential as its first part",
    );
    let detail = "x-content-sha256 is malformed, expected 64 lower-case hex digits";
    let authorization = signed(call()).headers["authorization"].to_str().unwrap().to_owned();
    assert!(authorization.contains("x-content-sha256"));
    detailed(with("x-content-sha256", "ab"), RejectReason::InvalidPayloadHash, detail);
    let uri = Request::get("/?a=%zz").body(()).unwrap().into_parts().0;
    let detail = "malformed percent escape in query at byte 2";
    detailed(verifier().claim(&uri), RejectReason::InvalidUri, detail);
}

#[test]
fn a_limit_is_given_with_the_number_that_exceeds_it() {
    let detailed = |head: Parts, detail| {
        detailed(verifier().claim(&head), RejectReason::TooLarge, detail);
    };
    let uri = format!("/?{}", "a&".repeat(1024));
    let head = Request::get(uri).body(()).unwrap().into_parts().0;
    detailed(head, "query has 1025 items, expected at most 1024");
    let mut head = signed(call());
    head.headers.insert("authorization", "a".repeat(4097).parse().unwrap());
    detailed(head, "authorization has 4097 bytes, expected at most 4096");
    let mut head = signed(call());
    let long = head.headers["authorization"].to_str().unwrap();
    let long = long.replace("SignedHeaders=host", &format!("SignedHeaders={}", "a;".repeat(64)));
    head.headers.insert("authorization", long.parse().unwrap());
    let count = 64 + signed_names();
    detailed(head, &format!("SignedHeaders has {count} items, expected at most 64"));
}

/// Returns how many headers a plain call signs.
fn signed_names() -> usize {
    signed(call()).headers["authorization"].to_str().unwrap().matches(';').count() + 1
}

#[test]
fn unsigned_parameters_are_counted_and_not_named() {
    let mut head = presigned();
    head.uri = format!("{}&Password=hunter2", head.uri).parse().unwrap();
    let detail =
        "X-SignedQueries lists other keys than the query has: 7 in the list, 8 in the query";
    detailed(verifier().claim(&head), RejectReason::UnsignedParameter, detail);
}

#[test]
fn an_absent_an_unexpected_and_another_session_token_have_different_texts() {
    let reason = RejectReason::InvalidSessionToken;
    let detail = "x-security-token is absent, but the credentials have a session token";
    detailed(verify(&signed(call()), &with_token("a")), reason, detail);

    let mut request = call().body("").unwrap();
    let signer = signer().for_credentials(with_token("a"));
    signer.sign(&mut request).unwrap();
    let head = request.into_parts().0;
    let detail = "x-security-token is sent, but the credentials have no session token";
    detailed(verify(&head, &credentials()), reason, detail);
    let detail = "x-security-token is not the session token of the credentials";
    detailed(verify(&head, &with_token("b")), reason, detail);
    assert!(verify(&head, &with_token("a")).is_ok());
}

#[test]
fn a_key_of_another_id_or_scope_is_named_as_such() {
    let head = signed(call());
    let authenticate = |id, scope: &str| {
        let credentials = Credentials::new(id, "secret").unwrap();
        let key = SigningKey::derive(&credentials, &scope.parse().unwrap());
        verifier().claim(&head).and_then(|claim: Claim| claim.authenticate(Some(&key)))
    };
    detailed(
        authenticate("AKLTEXAMPLE", "20210817/cn-beijing/ecs/request"),
        RejectReason::KeyMismatch,
        "the key is for the scope 20210817/cn-beijing/ecs/request, \
         expected 20210818/cn-beijing/ecs/request",
    );
    detailed(
        authenticate("AKLTOTHER", "20210818/cn-beijing/ecs/request"),
        RejectReason::KeyMismatch,
        "the key is for another access key id than that of the request",
    );
}

#[test]
fn expired_credentials_are_given_with_their_age() {
    let expired = credentials().with_expiration(now() - Duration::from_secs(60));
    let detail = "the credentials expired 60 seconds ago";
    detailed(verify(&signed(call()), &expired), RejectReason::CredentialsExpired, detail);
}

#[test]
fn a_body_that_is_announced_and_absent_is_named() {
    let head = signed(call().header("content-length", "5"));
    let detail = "the headers announce a body, but no body was passed";
    detailed(verify(&head, &credentials()), RejectReason::PayloadMismatch, detail);
}

#[test]
fn a_header_that_cannot_be_signed_is_named() {
    let mut head = presigned();
    head.uri = head
        .uri
        .to_string()
        .replace("SignedHeaders=host", "SignedHeaders=host%3Bx-date")
        .parse()
        .unwrap();
    head.headers.insert("x-date", HeaderValue::from_static("20210818T095729Z"));
    let reason = RejectReason::InvalidSignedHeaders;
    detailed(verifier().claim(&head), reason, "SignedHeaders of a presigned url has x-date");
    let mut head = signed(call());
    let unsorted = head.headers["authorization"].to_str().unwrap().replace("host;", "");
    let unsorted = unsorted.replace(", Signature", ";host, Signature");
    head.headers.insert("authorization", unsorted.parse().unwrap());
    detailed(verifier().claim(&head), reason, "SignedHeaders is not sorted");
    let own = unsorted.replace(";host, Signature", ";authorization, Signature");
    head.headers.insert("authorization", own.parse().unwrap());
    let detail = "SignedHeaders has authorization, which cannot sign itself";
    let compatible = verifier().with_policy(VerifyPolicy::Compatible);
    detailed(compatible.claim(&head), reason, detail);
}

#[test]
fn a_wrong_key_a_missing_clock_and_a_failed_guard_are_faults_of_the_server() {
    for reason in
        [RejectReason::KeyMismatch, RejectReason::NoClock, RejectReason::ReplayGuardFailed]
    {
        assert!(Rejected::from(reason).is_server_fault(), "{reason:?}");
    }
    for reason in [RejectReason::SignatureMismatch, RejectReason::Expired, RejectReason::Replayed] {
        assert!(!Rejected::from(reason).is_server_fault(), "{reason:?}");
    }
}

#[test]
fn every_reason_has_its_own_text() {
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

#[test]
fn an_absent_parameter_of_a_presigned_url_is_named() {
    let without = |name: &str| {
        let mut head = presigned();
        head.uri = head.uri.to_string().replace(&format!("&{name}="), "&Other=").parse().unwrap();
        verifier().claim(&head)
    };
    detailed(
        without("X-SignedQueries"),
        RejectReason::UnsignedParameter,
        "X-SignedQueries is absent",
    );
    detailed(without("X-Credential"), RejectReason::MalformedCredential, "X-Credential is absent");
    detailed(
        without("X-SignedHeaders"),
        RejectReason::MalformedAuthorization,
        "X-SignedHeaders is absent",
    );
}

#[test]
fn a_fraction_of_a_second_is_rounded_up() {
    let late = verifier().at(now() + Duration::from_millis(900_500)).claim(&signed(call()));
    let detail = "x-date is 901 seconds behind the clock, expected at most 900";
    detailed(late, RejectReason::Expired, detail);
    let early = verifier().at(now() - Duration::from_millis(900_500)).claim(&signed(call()));
    detailed(early, RejectReason::NotYetValid, "x-date is 901 seconds ahead of the clock");
}

#[test]
fn an_algorithm_that_only_begins_like_ours_is_unsupported() {
    let mut head = signed(call());
    let other = head.headers["authorization"].to_str().unwrap().replace("SHA256 ", "SHA256X ");
    head.headers.insert("authorization", other.parse().unwrap());
    let rejected = verifier().claim(&head).unwrap_err();
    assert_eq!(rejected.reason(), RejectReason::UnsupportedAlgorithm);
}
