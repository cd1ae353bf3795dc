//! `reqwest-middleware` with retries: the signature is innermost, so that each attempt has its own.

mod support;

use reqwest_middleware::ClientBuilder;
use reqwest_retry::RetryTransientMiddleware;
use reqwest_retry::policies::ExponentialBackoff;
use support::{Outcome, server, show, signer};
use volcengine_sigv4::client::reqwest_middleware_0_5::SigningMiddleware;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let (_server, endpoint) = server()?;
    let redirects = reqwest::redirect::Policy::none();
    let retries = ExponentialBackoff::builder().build_with_max_retries(3);
    let client =
        ClientBuilder::new(reqwest::Client::builder().redirect(redirects).no_proxy().build()?)
            .with(RetryTransientMiddleware::new_with_policy(retries))
            .with(SigningMiddleware::new(signer()?).with_time_learning())
            .build();

    let url = format!("{endpoint}/?Action=DescribeZones&Version=2020-04-01");
    let reply = client.get(url).send().await?;
    show(reply.status().as_u16(), &reply.text().await?)
}
