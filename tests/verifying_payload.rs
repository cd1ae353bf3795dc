//! The payload must be the one that was signed. It is read only after the signature is checked.

mod support;

use http::HeaderValue;
use http::request::Parts;
use support::receiving::{accepted, call, compatible, presigned, refused, signed, signed_over};
use support::{credentials, verifier};
use volcengine_sigv4::{PayloadHasher, PresignOptions, RejectReason, SigningKey};

#[test]
fn the_signature_is_checked_before_the_body_is_read() {
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
fn only_compatible_accepts_a_request_without_x_content_sha256() {
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
fn only_compatible_accepts_a_body_beside_a_presigned_url() {
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
fn a_body_that_the_headers_announce_must_be_passed() {
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
