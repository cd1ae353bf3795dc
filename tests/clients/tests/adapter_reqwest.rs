//! `SignRequest` for `reqwest`, async.

mod adapters;
#[path = "../../../examples/run_instances/loopback.rs"]
mod loopback;

use adapters::case::server;
use adapters::{Outcome, signer};
use http::Request;
use reqwest::Body;
use reqwest::redirect::Policy;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use volcengine_sigv4::{ErrorKind, PayloadHasher, SignRequest, Signer};

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

#[tokio::main(flavor = "current_thread")]
async fn send(request: Request<Vec<u8>>, signer: Signer) -> Outcome {
    let request: reqwest::Request = request.try_into()?;
    let reply = client().execute(request.signed_by(&signer)?).await?;
    Ok((reply.status().as_u16(), reply.text().await?))
}

#[test]
fn the_url_that_is_signed_is_the_one_that_is_sent() {
    let signed = client().get("http://h.example/?a=b+c").signed_by(&signer()).unwrap();
    assert_eq!(signed.build().unwrap().url().as_str(), "http://h.example/?a=b%20c");
}

#[tokio::test]
async fn a_redirect_that_the_client_follows_takes_the_session_token_along() {
    for (policy, is_followed) in [(Policy::default(), true), (Policy::none(), false)] {
        let elsewhere = tokio::net::TcpListener::bind("127.0.0.2:0").await.unwrap();
        let target = format!("http://{}/", elsewhere.local_addr().unwrap());
        let redirecting = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", redirecting.local_addr().unwrap());
        let end = "connection: close\r\ncontent-length: 0\r\n\r\n";
        tokio::spawn(async move {
            let reply = format!("HTTP/1.1 307 -\r\nlocation: {target}\r\n{end}");
            answer(redirecting, reply).await
        });
        let second = tokio::spawn(answer(elsewhere, format!("HTTP/1.1 200 -\r\n{end}")));
        let client = reqwest::Client::builder().redirect(policy).no_proxy().build().unwrap();
        client.get(url).signed_by(&signer()).unwrap().send().await.unwrap();
        if is_followed {
            assert!(second.await.unwrap().contains("x-security-token: STS-token"));
        } else {
            assert!(!second.is_finished());
        }
    }
}

/// Answers one request and returns its head.
async fn answer(listener: tokio::net::TcpListener, reply: String) -> String {
    let (mut connection, _) = listener.accept().await.unwrap();
    let mut head = vec![0; 4096];
    let length = connection.read(&mut head).await.unwrap();
    connection.write_all(reply.as_bytes()).await.unwrap();
    String::from_utf8_lossy(&head[..length]).into_owned()
}

#[tokio::test]
async fn a_request_builder_is_signed_and_accepted() {
    let server = server();
    let url = format!("http://{}/?Action=CreateUser", server.address());
    let reply = client().post(url).body("{}").signed_by(&signer()).unwrap().send().await.unwrap();
    assert_eq!(reply.status(), 200);
}

#[tokio::test]
async fn a_stream_is_sent_with_the_payload_it_was_hashed_to() {
    let server = server();
    let stream = || {
        let pieces = ["a long ", "upload"].map(|piece| Ok::<_, std::io::Error>(piece.to_owned()));
        Body::wrap_stream(tokio_stream(pieces))
    };
    let post = |body| client().post(format!("http://{}/", server.address())).body(body);
    let error = post(stream()).signed_by(&signer()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StreamedBody);
    assert_eq!(
        error.to_string(),
        "the body is a stream or too long, expected its hash from PayloadHasher beside it"
    );
    let mut hasher = PayloadHasher::new();
    hasher.update("a long upload");
    let signed = post(stream()).signed_by_with_payload(&signer(), hasher.finish()).unwrap();
    assert_eq!(signed.send().await.unwrap().status(), 200);
}

/// A stream of pieces that are there already.
fn tokio_stream<T, const N: usize>(
    pieces: [T; N],
) -> impl futures_util::Stream<Item = T> + Send + 'static
where
    T: Send + 'static,
{
    futures_util::stream::iter(pieces)
}

#[test]
fn an_error_of_the_builder_is_the_source_of_the_error() {
    let error = client().get("no url").signed_by(&signer()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Client);
    assert_eq!(error.to_string(), "the http client cannot build the request");
    assert!(std::error::Error::source(&error).is_some());
}
