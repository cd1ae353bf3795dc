//! `SignRequest` for `reqwest`, async.

mod adapters;
#[path = "../../../examples/run_instances/loopback.rs"]
mod loopback;

use adapters::{Outcome, signer};
use http::Request;
use reqwest::Body;
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

#[tokio::test]
async fn a_builder_is_signed_on_the_way() {
    let server = adapters::server();
    let url = format!("http://{}/?Action=CreateUser", server.address());
    let reply = client().post(url).body("{}").signed_by(&signer()).unwrap().send().await.unwrap();
    assert_eq!(reply.status(), 200);
}

#[tokio::test]
async fn a_stream_is_sent_with_the_payload_it_was_hashed_to() {
    let server = adapters::server();
    let stream = || {
        let pieces = ["a long ", "upload"].map(|piece| Ok::<_, std::io::Error>(piece.to_owned()));
        Body::wrap_stream(tokio_stream(pieces))
    };
    let post = |body| client().post(format!("http://{}/", server.address())).body(body);
    let error = post(stream()).signed_by(&signer()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StreamedBody);
    assert_eq!(
        error.to_string(),
        "the body is a stream or too long, expected its payload from PayloadHasher beside it"
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
