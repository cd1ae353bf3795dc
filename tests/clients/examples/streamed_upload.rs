//! An upload that is larger than memory: read once to hash it, and once more to send it.

mod support;

use std::fs::File;
use std::io;

use support::{Outcome, server, show, signer};
use volcengine_sigv4::PayloadHasher;
use volcengine_sigv4::client::reqwest_0_13::SignRequest;

fn main() -> Outcome {
    let (_server, endpoint) = server()?;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock");
    let redirects = reqwest::redirect::Policy::none();
    let client = reqwest::blocking::Client::builder().redirect(redirects).no_proxy().build()?;

    let mut hasher = PayloadHasher::new();
    let length = io::copy(&mut File::open(path)?, &mut hasher)?;
    let body = reqwest::blocking::Body::sized(File::open(path)?, length);
    let reply = client
        .put(format!("{endpoint}/upload"))
        .body(body)
        .signed_by_with_payload(&signer()?, hasher.finish())?
        .send()?;
    show(reply.status().as_u16(), &reply.text()?)
}
