//! A request that the protocol does not allow is refused with the right reason.

mod support;

use http::header::{AUTHORIZATION, HOST};
use http::{HeaderValue, Request};
use support::receiving::{call, compatible, presigned, refused, signed};
use support::{X_DATE, verifier};
use volcengine_sigv4::{PresignOptions, RejectReason};

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
fn a_target_with_another_host_than_the_host_header_is_refused() {
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
fn another_authentication_scheme_or_algorithm_is_refused() {
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
