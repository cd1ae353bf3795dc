//! `reqwest` 0.13: one call more on the builder.

mod support;

use support::{Outcome, server, show, signer};
use volcengine_sigv4::client::reqwest_0_13::SignRequest;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let (_server, endpoint) = server()?;
    let signer = signer()?;
    // A redirect would take the session token along.
    let redirects = reqwest::redirect::Policy::none();
    let client = reqwest::Client::builder().redirect(redirects).no_proxy().build()?;

    let reply = client
        .post(format!("{endpoint}/?Action=CreateUser&Version=2018-01-01"))
        .header("content-type", "application/json")
        .body(r#"{"UserName":"deploy"}"#)
        .signed_by(&signer)?
        .send()
        .await?;
    show(reply.status().as_u16(), &reply.text().await?)
}
