//! A request that would take too much work to read is refused.

mod support;

use http::Request;
use http::header::{AUTHORIZATION, HOST};
use support::receiving::{accepted, call, refused, signed};
use support::verifier;
use volcengine_sigv4::RejectReason;

#[test]
fn an_authorization_of_more_than_4_kib_is_refused() {
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
fn more_than_64_signed_headers_are_refused() {
    let with_headers = |count| {
        let tags = (3..count).fold(call(), |call, i| call.header(format!("x-tag-{i}"), i));
        signed(tags, "")
    };
    accepted(&verifier(), &with_headers(64), "");
    refused(RejectReason::TooLarge, &verifier(), &with_headers(65), "");
}

#[test]
fn more_than_1024_parameters_are_refused() {
    let with_parameters = |count| {
        let parameters: Vec<_> = (0..count).map(|i| i.to_string()).collect();
        signed(Request::get(format!("/?{}", parameters.join("&"))).header(HOST, "h"), "")
    };
    accepted(&verifier(), &with_parameters(1024), "");
    refused(RejectReason::TooLarge, &verifier(), &with_parameters(1025), "");
}
