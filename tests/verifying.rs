//! A verifier accepts what a signer signs, and then shows exactly what was signed.

mod support;

use http::header::{ACCEPT, CONTENT_TYPE, HOST};
use http::{Extensions, HeaderValue, Method, Request};
use support::receiving::{
    WINDOW, accepted, call, compatible, presigned, presigned_by, signed, signed_by,
};
use support::{X_DATE, now, signer_of, verifier, with_token};
use volcengine_sigv4::{PresignOptions, Verified};

#[test]
fn a_signed_request_is_accepted_by_both_policies() {
    let head = signed(call().header(CONTENT_TYPE, "text/plain"), "hello");
    for verifier in [verifier(), compatible()] {
        assert!(accepted(&verifier, &head, "hello").payload_is_signed());
    }
}

#[test]
fn the_host_of_a_request_over_http_2_is_in_its_target() {
    let head = signed(Request::get("https://ecs.example/?Action=A"), "");
    assert!(!head.headers.contains_key(HOST));
    assert_eq!(accepted(&verifier(), &head, "").host(), Some("ecs.example"));
}

#[test]
fn target_and_host_header_may_differ_in_case_and_default_port() {
    let head = signed(Request::get("http://ECS.example:80/").header(HOST, "ecs.example"), "");
    assert_eq!(accepted(&verifier(), &head, "").host(), Some("ecs.example"));
}

#[test]
fn a_parameter_may_repeat_beside_signed_headers() {
    let head = signed(Request::get("/?a=2&b=3&a=1").header(HOST, "ecs.example"), "");
    let verified = accepted(&verifier(), &head, "");
    assert_eq!(verified.query_values("a").collect::<Vec<_>>(), [&b"2"[..], b"1"]);
}

#[test]
fn a_claim_names_the_key_to_look_up() {
    let token = with_token("STS-token");
    let signer = signer_of(token.clone());
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
fn every_signed_part_of_a_request_can_be_read() {
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
    assert_eq!(verified.expires_at(), now() + WINDOW);
    let authorization = head.headers["authorization"].to_str().unwrap();
    assert!(authorization.ends_with(&verified.signature().to_string()));
}

#[test]
fn a_request_with_an_empty_query_has_no_parameters() {
    let head = signed(Request::get("/?").header(HOST, "ecs.example"), "");
    assert_eq!(accepted(&verifier(), &head, "").query_values("").count(), 0);
}

#[test]
fn an_unsigned_header_or_parameter_cannot_be_read() {
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
fn a_verified_request_can_be_stored_in_the_extensions() {
    let head = signed(call(), "");
    let mut extensions = Extensions::new();
    extensions.insert(accepted(&verifier(), &head, ""));
    drop(head);
    let verified: Verified = extensions.get().cloned().unwrap();
    let action =
        std::thread::spawn(move || verified.query_values("Action").next().unwrap().into_owned());
    assert_eq!(action.join().unwrap(), b"RunInstances");
}
