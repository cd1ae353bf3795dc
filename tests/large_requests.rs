//! Requests are signed up to the sizes that `http` allows.

mod support;

use http::header::{HOST, HeaderName, HeaderValue};
use http::{Request, Uri};
use support::signer;

#[test]
fn a_request_with_24_000_signed_headers_is_signed() {
    let mut request = Request::get("https://example.com/").body("").unwrap();
    for index in 0..24_000 {
        let name = format!("x-{index}").parse::<HeaderName>().unwrap();
        request.headers_mut().try_insert(name, HeaderValue::from(index)).unwrap();
    }
    signer().sign(&mut request).unwrap();
    assert_eq!(request.headers().len(), 24_003);
}

#[test]
fn a_request_with_32_000_values_of_an_unsigned_header_is_signed() {
    let mut request = Request::get("https://example.com/").body("").unwrap();
    for index in 0..32_000 {
        request.headers_mut().try_append("accept", HeaderValue::from(index)).unwrap();
    }
    signer().sign(&mut request).unwrap();
    assert_eq!(request.headers().len(), 32_003);
}

#[test]
fn a_target_of_65_000_bytes_is_signed() {
    let queries = ["a", "&", "=", "%20", "a=b&", "b&a&"];
    let queries = queries.map(|piece| format!("/?a={}", piece.repeat(65_000 / piece.len())));
    for target in queries.into_iter().chain(["/".repeat(65_000)]) {
        let mut request = Request::get(target).header(HOST, "example.com").body("").unwrap();
        signer().sign(&mut request).unwrap();
    }
}

#[test]
fn a_body_of_64_mebibytes_is_signed() {
    let mut request = Request::new(vec![0; 64 << 20]);
    *request.uri_mut() = Uri::from_static("https://example.com/");
    signer().sign(&mut request).unwrap();
    assert_eq!(
        request.headers()["x-content-sha256"],
        "3b6a07d0d404fab4e23b6d34bc6696a6a312dd92821332385e5af7c01c421351"
    );
}
