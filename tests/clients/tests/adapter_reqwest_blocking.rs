//! `SignRequest` for `reqwest::blocking`.

mod adapters;
#[path = "../../../examples/run_instances/loopback.rs"]
mod loopback;

use adapters::case::server;
use adapters::{Outcome, signer};
use http::Request;
use volcengine_sigv4::{ErrorKind, Payload, SignRequest, Signer};

fn client() -> reqwest::blocking::Client {
    reqwest::blocking::Client::builder().no_proxy().build().unwrap()
}

fn send(request: Request<Vec<u8>>, signer: Signer) -> Outcome {
    let request: reqwest::blocking::Request = request.try_into()?;
    let reply = client().execute(request.signed_by(&signer)?)?;
    Ok((reply.status().as_u16(), reply.text()?))
}

#[test]
fn a_reader_is_sent_with_its_payload() {
    let server = server();
    let post = || {
        let body = reqwest::blocking::Body::new("a long upload".as_bytes());
        client().post(format!("http://{}/", server.address())).body(body)
    };
    assert_eq!(post().signed_by(&signer()).unwrap_err().kind(), ErrorKind::StreamedBody);
    let payload = Payload::from("a long upload");
    let reply = post().signed_by_with_payload(&signer(), payload).unwrap().send().unwrap();
    assert_eq!(reply.status(), 200);
}
