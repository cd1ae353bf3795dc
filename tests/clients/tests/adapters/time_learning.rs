//! The same tests for every adapter that learns the time.
//!
//! A test file says in its function `send_and_learn` how its client sends a request, with the
//! extensions of the request, and learns.

use http::Request;
use volcengine_sigv4::{Credentials, Signer};

use crate::adapters::case::{answering, nested_comments, x_date};
use crate::adapters::signer;
use crate::{send, send_and_learn};

const DATE: &str = "date: Wed, 18 Aug 2021 09:57:29 GMT";

#[test]
fn a_machine_with_a_wrong_clock_learns_the_time_from_a_refusal() {
    let signer = signer();
    let request = Request::get(answering(400, DATE)).body(vec![]).unwrap();
    assert_eq!(send_and_learn(request, signer.clone()).unwrap().0, 400);
    assert!(x_date(&signer).starts_with("20210818T0957"));
}

#[test]
fn the_time_is_learnt_only_where_it_is_asked_for() {
    let signer = signer();
    let request = Request::get(answering(400, DATE)).body(vec![]).unwrap();
    assert_eq!(send(request, signer.clone()).unwrap().0, 400);
    assert!(!x_date(&signer).starts_with("2021"));
}

#[test]
fn the_signer_that_a_request_brings_learns_the_time() {
    let of_the_adapter = signer();
    let credentials = Credentials::new("AKLTEXAMPLE", "secret").unwrap();
    let of_the_request = Signer::new(credentials, "cn-north-1", "iam").unwrap();
    let request = Request::get(answering(200, DATE)).extension(of_the_request.clone());
    send_and_learn(request.body(vec![]).unwrap(), of_the_adapter.clone()).unwrap();
    assert!(x_date(&of_the_request).starts_with("20210818T0957"));
    assert!(!x_date(&of_the_adapter).starts_with("2021"));
}

#[test]
fn no_date_of_a_server_exhausts_the_stack() {
    let signer = signer();
    let request = Request::get(answering(200, &nested_comments())).body(vec![]).unwrap();
    // A client may refuse so long a header.
    let _ = send_and_learn(request, signer.clone());
    assert!(!x_date(&signer).starts_with("2021"));
}
