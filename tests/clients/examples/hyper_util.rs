//! The client of `hyper-util`, without an adapter: it takes an `http::Request`.

mod support;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use support::{Outcome, server, show, signer};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let (_server, endpoint) = server()?;
    let client = Client::builder(TokioExecutor::new()).build_http();

    let url = format!("{endpoint}/?Action=DescribeZones&Version=2020-04-01");
    let mut request = Request::get(url).body(Full::<Bytes>::default())?;
    signer()?.sign_with_payload(&mut request, ())?;
    let reply = client.request(request).await?;
    let status = reply.status().as_u16();
    let body = reply.into_body().collect().await?.to_bytes();
    show(status, &String::from_utf8_lossy(&body))
}
