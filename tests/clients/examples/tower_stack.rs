//! A `tower` stack: the signature is the innermost layer over any client of `http::Request`.

mod support;

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use support::{Outcome, server, show, signer};
use tower::{ServiceBuilder, ServiceExt};
use volcengine_sigv4::client::tower_0_3::SignLayer;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let (_server, endpoint) = server()?;
    let stack = ServiceBuilder::new()
        .timeout(Duration::from_secs(10))
        .layer(SignLayer::new(signer()?))
        .service(Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>());

    let request = Request::put(format!("{endpoint}/upload")).body(Full::from("a file"))?;
    let reply = stack.oneshot(request).await?;
    let status = reply.status().as_u16();
    let body = reply.into_body().collect().await?.to_bytes();
    show(status, &String::from_utf8_lossy(&body))
}
