//! `reqwest::blocking` 0.13: one call more on the builder.

mod support;

use support::{Outcome, server, show, signer};
use volcengine_sigv4::client::reqwest_0_13::SignRequest;

fn main() -> Outcome {
    let (_server, endpoint) = server()?;
    let signer = signer()?;
    let redirects = reqwest::redirect::Policy::none();
    let client = reqwest::blocking::Client::builder().redirect(redirects).no_proxy().build()?;

    let url = format!("{endpoint}/?Action=DescribeZones&Version=2020-04-01");
    let reply = client.get(url).signed_by(&signer)?.send()?;
    show(reply.status().as_u16(), &reply.text()?)
}
