//! What is signed is what the client of `hyper-util` sends.

mod cases;
#[path = "../../../examples/run_instances/loopback.rs"]
mod loopback;

use std::io::Cursor;

use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

#[tokio::main(flavor = "current_thread")]
async fn send(request: http::Request<Vec<u8>>) -> (u16, String) {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let request = request.map(|body| Full::new(Cursor::new(body)));
    let reply = client.request(request).await.unwrap();
    let status = reply.status().as_u16();
    let body = reply.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}
