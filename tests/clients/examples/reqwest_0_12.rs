//! `reqwest` 0.12: one call more on the builder.

mod support;

use support::{Outcome, server, show, signer};
use volcengine_sigv4::client::reqwest_0_12::SignRequest;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let (_server, endpoint) = server()?;
    let signer = signer()?.for_scope("cn-north-1", "cv")?;
    // A redirect would take the session token along.
    let redirects = reqwest_0_12::redirect::Policy::none();
    let client = reqwest_0_12::Client::builder().redirect(redirects).no_proxy().build()?;

    let reply = client
        .post(format!("{endpoint}/?Action=CVProcess&Version=2022-08-31"))
        .header("content-type", "application/json")
        .body(r#"{"req_key":"jimeng_high_aes_general_v21_L","prompt":"一只猫"}"#)
        .signed_by(&signer)?
        .send()
        .await?;
    show(reply.status().as_u16(), &reply.text().await?)
}
