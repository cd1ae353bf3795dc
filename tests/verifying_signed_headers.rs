//! Which headers a signature must cover.

mod support;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue};
use support::receiving::{accepted, call, compatible, refused, signed, signed_over};
use support::{verifier, with_token};
use volcengine_sigv4::{ErrorKind, Payload, RejectReason};

#[test]
fn the_headers_of_the_protocol_and_content_type_must_be_signed() {
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
    let token = with_token("STS-token");
    assert!(strict.claim(&head).unwrap().verify(Some(&token), ()).is_ok());
}

#[test]
fn a_header_that_proxies_change_may_be_unsigned() {
    let mut head = signed(call(), "");
    for name in ["user-agent", "x-forwarded-for", "x-request-id", "via", "accept"] {
        head.headers.insert(name, HeaderValue::from_static("added on the way"));
    }
    let verified = accepted(&verifier(), &head, "");
    assert_eq!(verified.header("x-forwarded-for"), None);
}

#[test]
fn a_header_that_is_allowed_unsigned_may_be_unsigned() {
    let mut head = signed(call(), "");
    head.headers.insert("x-gateway", HeaderValue::from_static("1"));
    refused(RejectReason::UnsignedHeader, &verifier(), &head, "");
    let verifier = verifier().allow_unsigned(HeaderName::from_static("x-gateway")).unwrap();
    assert_eq!(accepted(&verifier, &head, "").header("x-gateway"), None);
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
fn only_compatible_accepts_an_unsorted_list_of_signed_headers() {
    let names = ["x-date", "x-content-sha256", "host"];
    let head = signed_over(&names, call().header("x-content-sha256", hash("")), "");
    refused(RejectReason::InvalidSignedHeaders, &verifier(), &head, "");
    accepted(&compatible(), &head, "");
}

#[test]
fn a_malformed_list_of_signed_headers_is_refused() {
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
fn a_signed_header_that_is_absent_or_repeated_is_refused() {
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
fn an_authorization_that_lists_itself_as_signed_is_refused() {
    let mut head = signed(call(), "");
    let authorization = head.headers["authorization"].to_str().unwrap();
    let authorization = authorization.replace("=host;", "=authorization;host;");
    head.headers.insert(AUTHORIZATION, authorization.parse().unwrap());
    refused(RejectReason::InvalidSignedHeaders, &compatible(), &head, "");
}

fn hash(body: &str) -> String {
    let hash = Payload::from(body).sha256();
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
