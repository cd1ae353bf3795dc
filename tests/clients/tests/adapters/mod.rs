//! The same tests for every adapter: it signs, its client sends, a server on loopback judges what
//! arrives.
//!
//! A test file says in its function `send` how its client sends a request that is not signed yet; what
//! that returns is the status and the body of the reply, or the error.

#[path = "../cases/case.rs"]
pub(crate) mod case;

use std::error::Error;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};

use http::{Method, Request};
use volcengine_sigv4::Signer;

use self::case::*;
use crate::send;

pub(crate) type Outcome = Result<(u16, String), Box<dyn Error + Send + Sync>>;

/// A signer of temporary credentials.
pub(crate) fn signer() -> Signer {
    Case { session_token: Some("STS-token/+=="), ..GET }.signer()
}

#[track_caller]
fn accepted(case: &Case) {
    let server = server();
    let (status, reply) = send(case.request(server.address()), case.signer()).unwrap();
    assert_eq!(status, 200, "{} {}: {reply}", case.method, case.target);
}

#[test]
fn every_request_that_a_client_can_send_is_accepted() {
    ALL.iter().for_each(accepted);
}

#[test]
fn an_empty_post_is_accepted() {
    accepted(&POST);
}

#[test]
fn a_mebibyte_is_accepted() {
    accepted(&Case { method: Method::PUT, body: &[b'a'; 1 << 20], ..GET });
}

#[test]
fn a_host_that_is_not_allowed_is_not_even_called() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let signer = signer().with_allowed_hosts(["*.volcengineapi.com"]).unwrap();
    let uri = format!("http://{}/", listener.local_addr().unwrap());
    let request = Request::get(uri).body(vec![]).unwrap();
    let error = send(request, signer).unwrap_err();
    let (mut texts, mut cause) = (error.to_string(), error.source());
    while let Some(error) = cause {
        texts += &error.to_string();
        cause = error.source();
    }
    assert!(texts.contains("the host is not among the allowed hosts"), "{texts}");
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
}
