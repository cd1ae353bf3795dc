//! Two releases of `reqwest` in one crate, and even in one function.

use std::time::UNIX_EPOCH;

use reqwest_0_12 as old;
use volcengine_sigv4::client::reqwest_0_12::SignRequest as _;
use volcengine_sigv4::client::reqwest_0_13::SignRequest as _;
use volcengine_sigv4::{Credentials, Signer};

const URL: &str = "http://h.example/?Action=DescribeZones&Version=2020-04-01";

#[test]
fn two_releases_of_reqwest_are_signed_side_by_side() {
    let credentials = Credentials::new("AKLTEXAMPLE", "secret").unwrap();
    let signer = Signer::new(credentials, "cn-beijing", "ecs").unwrap().at(UNIX_EPOCH);
    let old = old::Client::new().get(URL).signed_by(&signer).unwrap().build().unwrap();
    let new = reqwest::Client::new().get(URL).signed_by(&signer).unwrap().build().unwrap();
    assert!(old.headers().contains_key("authorization"));
    assert_eq!(old.headers(), new.headers());

    let old = old::blocking::Client::new().get(URL).signed_by(&signer).unwrap().build().unwrap();
    let new = reqwest::blocking::Client::new().get(URL).signed_by(&signer).unwrap();
    assert_eq!(old.headers(), new.build().unwrap().headers());
}
