//! The same tests for each release of `reqwest`, async. A test file names the release and its
//! `SignRequest`.

use std::error::Error;

use http::{HeaderMap, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use volcengine_sigv4::{ErrorKind, Payload, PayloadHasher, Signer};

use crate::SignRequest;
use crate::adapters::case::server;
use crate::adapters::{Outcome, signer};
use crate::release as reqwest;
use crate::release::Body;
use crate::release::redirect::Policy;

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn send(request: Request<Vec<u8>>, signer: Signer) -> Outcome {
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
        Body::wrap_stream(futures_util::stream::iter(pieces))
    };
    let post = |body| client().post(format!("http://{}/", server.address())).body(body);
    let error = post(stream()).signed_by(&signer()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StreamedBody);
    assert_eq!(
        error.to_string(),
        "the body is a stream or too long, expected its hash from PayloadHasher"
    );
    let mut hasher = PayloadHasher::new();
    hasher.update("a long upload");
    let signed = post(stream()).signed_by_with_payload(&signer(), hasher.finish()).unwrap();
    assert_eq!(signed.send().await.unwrap().status(), 200);
}

#[test]
fn the_payload_that_is_given_is_signed_instead_of_the_body() {
    let request = || client().post("http://h.example/").body("sent").build().unwrap();
    let hash = |headers: &HeaderMap| headers["x-content-sha256"].to_str().unwrap().to_owned();
    let of_the_body = request().signed_by(&signer()).unwrap();
    let given = request().signed_by_with_payload(&signer(), "given").unwrap();
    assert_eq!(hash(of_the_body.headers()), hex(&Payload::from("sent").sha256()));
    assert_eq!(hash(given.headers()), hex(&Payload::from("given").sha256()));
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn an_error_of_the_builder_is_the_source_of_the_error() {
    let error = client().get("no url").signed_by(&signer()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Client);
    assert_eq!(error.to_string(), "the http client cannot build the request");
    assert!(error.source().unwrap().downcast_ref::<reqwest::Error>().unwrap().is_builder());
    let error = client().get("no url").signed_by_with_payload(&signer(), ()).unwrap_err();
    assert!(error.source().unwrap().is::<reqwest::Error>());
}

#[test]
fn an_error_of_the_builder_does_not_show_the_url() {
    let url = "data:,Password=canary";
    let builder = || client().get(url);
    assert!(builder().build().unwrap_err().to_string().contains("canary"));
    for error in [
        builder().signed_by(&signer()).unwrap_err(),
        builder().signed_by_with_payload(&signer(), ()).unwrap_err(),
    ] {
        let source = error.source().unwrap();
        assert!(!format!("{source} {source:?}").contains("canary"), "{source:?}");
    }
}

#[test]
fn a_url_that_is_too_long_for_a_uri_is_an_error() {
    let url = format!("http://h.example/?{}", "a".repeat(70_000));
    let error = client().get(url).signed_by(&signer()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidUri);
    assert_eq!(error.to_string(), "the url is not a valid http uri or has more than 65534 bytes");
}
