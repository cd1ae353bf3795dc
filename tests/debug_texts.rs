//! `Debug` of each public type, word for word: it says what the value is, and no secret.

use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, Method, Request, Uri};
use volcengine_sigv4::{
    Authorization, CanonicalRequest, CredentialScope, Credentials, ErrorKind, MemoryReplayGuard,
    Payload, PayloadHasher, PresignOptions, RotatingCredentials, Signature, Signer, SigningKey,
    StringToSign, Verifier, XDate,
};

const SCOPE: &str = "20210818/cn-beijing/ecs/request";

#[track_caller]
fn debugs(value: impl Debug, expected: &str) {
    assert_eq!(format!("{value:?}"), expected);
}

fn now() -> SystemTime {
    "20210818T095729Z".parse::<XDate>().unwrap().into()
}

fn credentials() -> Credentials {
    Credentials::new("AKLTEXAMPLE", "secret").unwrap()
}

fn signer() -> Signer {
    Signer::new(credentials(), "cn-beijing", "ecs").unwrap().at(now())
}

fn scope() -> CredentialScope {
    SCOPE.parse().unwrap()
}

#[test]
fn credentials_show_their_id_and_whether_they_have_a_token() {
    let text = "Credentials { access_key_id: \"AKLTEXAMPLE\", has_session_token: false, \
                expiration: None, .. }";
    debugs(credentials(), text);
    debugs(RotatingCredentials::new(credentials()), &format!("RotatingCredentials(Some({text}))"));
    debugs(RotatingCredentials::default(), "RotatingCredentials(None)");
    let temporary = credentials().with_session_token("token").unwrap();
    assert!(format!("{temporary:?}").contains("has_session_token: true"));
}

#[test]
fn payloads_show_their_length() {
    debugs(Payload::Empty, "Empty");
    debugs(Payload::from("four"), "Bytes(4 bytes)");
    debugs(PayloadHasher::new(), "PayloadHasher { .. }");
    debugs(PayloadHasher::new().finish(), "Sha256");
}

#[test]
fn protocol_objects_show_their_text() {
    let x_date: XDate = "20210818T095729Z".parse().unwrap();
    assert_eq!(x_date.to_string(), "20210818T095729Z");
    debugs(x_date, "XDate(\"20210818T095729Z\")");
    debugs(scope(), "CredentialScope(\"20210818/cn-beijing/ecs/request\")");
    let signature = Signature::from([0xab; 32]);
    debugs(&signature, &format!("Signature({})", "ab".repeat(32)));
    let string_to_sign = StringToSign::new(&x_date, &scope(), [0xab; 32]).unwrap();
    let text = format!("HMAC-SHA256\\n20210818T095729Z\\n{SCOPE}\\n{}", "ab".repeat(32));
    debugs(string_to_sign, &format!("StringToSign(\"{text}\")"));
    let authorization = Authorization::new("AKLTEXAMPLE", scope(), &["host"], signature).unwrap();
    debugs(
        authorization,
        "Authorization { access_key_id: \"AKLTEXAMPLE\", \
         scope: CredentialScope(\"20210818/cn-beijing/ecs/request\"), \
         signed_headers: \"host\", .. }",
    );
}

#[test]
fn a_canonical_request_shows_its_length() {
    let uri = Uri::from_static("https://h.example/?Password=p");
    let canonical_request =
        CanonicalRequest::new(&Method::GET, &uri, &HeaderMap::new(), &["host"], [0; 32]).unwrap();
    let length = canonical_request.as_bytes().len();
    debugs(canonical_request, &format!("CanonicalRequest {{ len: {length}, .. }}"));
}

#[test]
fn a_signing_key_shows_its_scope() {
    debugs(
        SigningKey::derive(&credentials(), &scope()),
        "SigningKey { scope: CredentialScope(\"20210818/cn-beijing/ecs/request\"), .. }",
    );
}

#[test]
fn a_signer_shows_its_settings() {
    let signer = Signer::new(credentials(), "cn-beijing", "ecs").unwrap();
    let date = HeaderMap::from_iter([(
        http::header::DATE,
        "Wed, 18 Aug 2021 09:57:29 GMT".parse().unwrap(),
    )]);
    let sent = now() - Duration::from_millis(3_600_000 - 500);
    signer.learn_time(&date, sent, sent);
    debugs(
        signer,
        "Signer { scope: RegionAndService { region: \"cn-beijing\", service: \"ecs\" }, \
         allowed_hosts: None, header_policy: HeaderPolicy { overrides: {} }, \
         uri_mode: Normalize, fixed_time: None, clock_offset: 3600000, .. }",
    );
}

#[test]
fn what_signing_gives_shows_names() {
    let uri = Uri::from_static("https://h.example/");
    let signed = signer().authorize(&Method::GET, &uri, &HeaderMap::new(), ()).unwrap();
    debugs(&signed, "{\"x-date\", \"x-content-sha256\", \"authorization\"}");
    let mut headers = signed.into_iter();
    headers.next();
    debugs(headers, "{\"x-content-sha256\", \"authorization\"}");
    let options = PresignOptions::default().without_host();
    debugs(options, "PresignOptions { expires_in: None, without_host: true }");
}

#[test]
fn the_states_of_a_received_request_show_who_and_what() {
    let mut request =
        Request::get("/p?Action=A&Password=p").header("host", "h.example").body("").unwrap();
    signer().sign(&mut request).unwrap();
    let (head, _) = request.into_parts();
    let verifier = Verifier::new("cn-beijing", "ecs").unwrap().at(now());
    let who = format!("access_key_id: \"AKLTEXAMPLE\", scope: CredentialScope({SCOPE:?})");
    let claim = verifier.claim(&head).unwrap();
    debugs(&claim, &format!("Claim {{ {who}, has_session_token: false, .. }}"));
    let key = claim.derive_key(Some(&credentials()));
    let authenticated = claim.authenticate(key.as_ref()).unwrap();
    assert_eq!(authenticated.access_key_id(), "AKLTEXAMPLE");
    debugs(&authenticated, &format!("Authenticated {{ {who}, .. }}"));
    debugs(
        authenticated.verify_payload(()).unwrap(),
        &format!(
            "Verified {{ {who}, x_date: XDate(\"20210818T095729Z\"), method: GET, \
             host: Some(\"h.example\"), path: \"/p\", payload_is_signed: true, .. }}"
        ),
    );
    debugs(MemoryReplayGuard::new(7), "MemoryReplayGuard { capacity: 7, .. }");
}

#[test]
fn an_error_shows_its_kind_and_its_text() {
    let error = "x".parse::<XDate>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidTime);
    debugs(
        error,
        "Error { kind: InvalidTime, text: \"malformed x-date, expected YYYYMMDDTHHMMSSZ\", .. }",
    );
}
