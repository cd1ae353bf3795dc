//! What is signed is what `reqwest` sends.

mod cases;
#[path = "../../../examples/run_instances/loopback.rs"]
mod loopback;

#[tokio::main(flavor = "current_thread")]
async fn send(request: http::Request<Vec<u8>>) -> (u16, String) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let reply = client.execute(request.try_into().unwrap()).await.unwrap();
    (reply.status().as_u16(), reply.text().await.unwrap())
}
