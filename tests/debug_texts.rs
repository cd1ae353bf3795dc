//! The `Debug` text of each public type, word for word. None shows a secret.

mod support;

use std::fmt::Debug;
use std::time::Duration;

use http::{HeaderMap, Method, Request, Uri};
use support::{X_DATE, credentials, now, signer, verifier, with_token};
use volcengine_sigv4::{
    Authorization, CanonicalRequest, CredentialScope, ErrorKind, MemoryReplayGuard, Payload,
    PayloadHasher, PresignOptions, RotatingCredentials, Signature, Signer, SigningKey,
    StringToSign, XDate,
};

const SCOPE: &str = "20210818/cn-beijing/ecs/request";

#[track_caller]
fn debugs(value: impl Debug, expected: &str) {
    assert_eq!(format!("{value:?}"), expected);
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
    assert!(format!("{:?}", with_token("token")).contains("has_session_token: true"));
}

#[test]
fn a_payload_shows_its_length_only() {
    debugs(Payload::Empty, "Empty");
    debugs(Payload::from("four"), "Bytes(4 bytes)");
    debugs(PayloadHasher::new(), "PayloadHasher { .. }");
    debugs(PayloadHasher::new().finish(), "Sha256");
}

#[test]
fn a_protocol_object_shows_its_text() {
    let x_date: XDate = X_DATE.parse().unwrap();
    assert_eq!(x_date.to_string(), X_DATE);
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
fn a_canonical_request_shows_its_length_only() {
    let uri = Uri::from_static("https://h.example/?Password=p");
    let canonical_request =
        CanonicalRequest::new(&Method::GET, &uri, &HeaderMap::new(), &["host"], [0; 32]).unwrap();
    let length = canonical_request.as_bytes().len();
    debugs(canonical_request, &format!("CanonicalRequest {{ len: {length}, .. }}"));
}

#[test]
fn a_signing_key_shows_its_scope_only() {
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
fn a_signed_head_shows_the_names_of_its_headers() {
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
fn a_claim_an_authenticated_and_a_verified_request_show_no_value() {
    let mut request =
        Request::get("/p?Action=A&Password=p").header("host", "h.example").body("").unwrap();
    signer().sign(&mut request).unwrap();
    let (head, _) = request.into_parts();
    let who = format!("access_key_id: \"AKLTEXAMPLE\", scope: CredentialScope({SCOPE:?})");
    let claim = verifier().claim(&head).unwrap();
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

#[test]
fn a_presigned_url_shows_no_value_except_those_of_action_and_version() {
    let uri = Uri::from_static("https://h.example/?Action=A&Version=1&Password=hunter2");
    debugs(
        signer().presign(&Method::GET, &uri, &PresignOptions::default()).unwrap(),
        "PresignedUrl(\"https://h.example/?Action=A&Password=***&Version=1&X-Algorithm=***\
         &X-Credential=***&X-Date=***&X-NotSignBody=&X-SignedHeaders=***&X-SignedQueries=***\
         &X-Signature=***\")",
    );
}
