//! The same tests for every adapter that learns the time and whose client follows redirects.

use std::net::Ipv4Addr;

use http::Request;

use crate::adapters::case::{answering, answering_at, x_date};
use crate::adapters::signer;
use crate::send_and_learn;

const DATE: &str = "date: Wed, 18 Aug 2021 09:57:29 GMT";

/// Returns the date that is signed with after a redirect to a server at `address`.
#[track_caller]
fn redirected(address: [u8; 4]) -> String {
    let target = answering_at(Ipv4Addr::from(address), 200, DATE);
    let url = answering(307, &format!("location: {target}"));
    let signer = signer();
    let reply = send_and_learn(Request::get(url).body(vec![]).unwrap(), signer.clone());
    assert_eq!(reply.unwrap().0, 200);
    x_date(&signer)
}

#[test]
fn a_redirect_to_another_host_teaches_no_time() {
    assert!(!redirected([127, 0, 0, 2]).starts_with("2021"));
}

#[test]
fn a_redirect_to_the_same_host_teaches_the_time() {
    assert!(redirected([127, 0, 0, 1]).starts_with("20210818T0957"));
}
