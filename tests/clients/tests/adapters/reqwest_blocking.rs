//! The same tests for each release of `reqwest::blocking`. A test file names the release and its
//! `SignRequest`.

use std::error::Error;

use http::Request;
use volcengine_sigv4::{ErrorKind, Payload, Signer};

use crate::SignRequest;
use crate::adapters::case::server;
use crate::adapters::{Outcome, signer};
use crate::release::blocking::{Body, Client};
use crate::release::{self, blocking};

fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

pub(crate) fn send(request: Request<Vec<u8>>, signer: Signer) -> Outcome {
    let request: blocking::Request = request.try_into()?;
    let reply = client().execute(request.signed_by(&signer)?)?;
    Ok((reply.status().as_u16(), reply.text()?))
}

#[test]
fn a_request_builder_is_signed_and_accepted() {
    let server = server();
    let url = format!("http://{}/?Action=CreateUser", server.address());
    let reply = client().post(url).body("{}").signed_by(&signer()).unwrap().send().unwrap();
    assert_eq!(reply.status(), 200);
}

#[test]
fn a_reader_is_sent_with_its_payload() {
    let server = server();
    let post = || {
        let body = Body::new("a long upload".as_bytes());
        client().post(format!("http://{}/", server.address())).body(body)
    };
    assert_eq!(post().signed_by(&signer()).unwrap_err().kind(), ErrorKind::StreamedBody);
    let payload = Payload::from("a long upload");
    let reply = post().signed_by_with_payload(&signer(), payload).unwrap().send().unwrap();
    assert_eq!(reply.status(), 200);
}

#[test]
fn an_error_of_the_builder_is_the_source_of_the_error() {
    for error in [
        client().get("no url").signed_by(&signer()).unwrap_err(),
        client().get("no url").signed_by_with_payload(&signer(), ()).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Client);
        assert!(error.source().unwrap().is::<release::Error>());
    }
}
