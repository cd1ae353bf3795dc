//! `SignLayer` in a `tower` stack over the client of `hyper-util`.

mod adapters;
#[path = "../../../examples/run_instances/loopback.rs"]
mod loopback;

use std::convert::Infallible;
use std::io::{Read, Write};
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use adapters::case::{answering, nested_comments, server, x_date};
use adapters::{Outcome, signer};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, Version};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tower::retry::Policy;
use tower::{BoxError, Service, ServiceBuilder, ServiceExt};
use tower_http::follow_redirect::FollowRedirectLayer;
use volcengine_sigv4::{Credentials, ErrorKind, Payload, SignLayer, Signer, Verifier};

#[tokio::main(flavor = "current_thread")]
async fn send(request: Request<Vec<u8>>, signer: Signer) -> Outcome {
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let stack = ServiceBuilder::new().layer(SignLayer::new(signer)).service(client);
    let reply = stack.oneshot(request.map(|body| Full::from(Bytes::from(body)))).await?;
    let status = reply.status().as_u16();
    let body = reply.into_body().collect().await?.to_bytes();
    Ok((status, String::from_utf8_lossy(&body).into_owned()))
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_an_error() {
    let never = tower::service_fn(async |_: Request<Full<Bytes>>| {
        Err::<Response<()>, _>(std::io::Error::other("called"))
    });
    let layer = SignLayer::new(signer()).with_body_limit(3);
    let stack = ServiceBuilder::new().layer(layer).service(never);
    let request = Request::post("https://h.example/").body(Full::from("four")).unwrap();
    let error = stack.oneshot(request).await.unwrap_err();
    let error = error.downcast::<volcengine_sigv4::Error>().unwrap();
    assert_eq!(error.kind(), ErrorKind::StreamedBody);
}

#[tokio::test]
async fn a_body_with_trailers_is_an_error() {
    type Trailing = BoxBody<Bytes, Infallible>;
    #[derive(Debug)]
    struct Sent(Trailing);
    impl From<Bytes> for Sent {
        fn from(bytes: Bytes) -> Self {
            Self(Full::from(bytes).boxed())
        }
    }
    impl hyper::body::Body for Sent {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, Infallible>>> {
            Pin::new(&mut self.0).poll_frame(context)
        }
    }
    let never = tower::service_fn(async |_: Request<Sent>| {
        Err::<Response<()>, _>(std::io::Error::other("called"))
    });
    let trailers = async { Some(Ok(HeaderMap::new())) };
    let body = Full::<Bytes>::from("x").with_trailers(trailers).boxed();
    let stack = ServiceBuilder::new().layer(SignLayer::new(signer())).service(never);
    let request = Request::post("https://h.example/").body(Sent(body)).unwrap();
    let error = stack.oneshot(request).await.unwrap_err();
    assert_eq!(error.to_string(), "the body has trailers, which cannot be signed");
}

#[tokio::test]
async fn a_machine_with_a_wrong_clock_learns_the_time() {
    let server = tower::service_fn(async |_: Request<Full<Bytes>>| {
        Response::builder().header("date", "Wed, 18 Aug 2021 09:57:29 GMT").body(())
    });
    let signer = signer();
    let layer = SignLayer::new(signer.clone()).with_server_time();
    let request = Request::get("https://h.example/").body(Full::default()).unwrap();
    ServiceBuilder::new().layer(layer).service(server).oneshot(request).await.unwrap();
    assert!(x_date(&signer).starts_with("20210818T0957"));
}

#[tokio::test]
async fn no_date_of_a_server_exhausts_the_stack() {
    let url = answering(200, &nested_comments());
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let layer = SignLayer::new(signer()).with_server_time();
    let request = Request::get(url).body(Full::default()).unwrap();
    let reply = ServiceBuilder::new().layer(layer).service(client).oneshot(request).await.unwrap();
    assert_eq!(reply.status(), 200);
}

#[tokio::test]
async fn the_service_that_is_ready_is_the_one_that_is_called() {
    /// Each clone must be asked whether it is ready before it is called.
    struct Strict {
        is_ready: bool,
    }
    impl Clone for Strict {
        fn clone(&self) -> Self {
            Self { is_ready: false }
        }
    }
    impl Service<Request<Full<Bytes>>> for Strict {
        type Response = Response<()>;
        type Error = Infallible;
        type Future = std::future::Ready<Result<Response<()>, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            self.is_ready = true;
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request<Full<Bytes>>) -> Self::Future {
            assert!(self.is_ready);
            std::future::ready(Ok(Response::new(())))
        }
    }
    let mut stack =
        ServiceBuilder::new().layer(SignLayer::new(signer())).service(Strict { is_ready: false });
    for _ in 0..2 {
        let request = Request::get("https://h.example/").body(Full::default()).unwrap();
        stack.ready().await.unwrap().call(request).await.unwrap();
    }
}

#[tokio::test]
async fn each_attempt_of_a_retry_is_signed_anew() {
    #[derive(Clone)]
    struct Once(bool);
    impl<R> Policy<Request<Full<Bytes>>, R, BoxError> for Once {
        type Future = std::future::Ready<()>;

        fn retry(
            &mut self,
            _: &mut Request<Full<Bytes>>,
            _: &mut Result<R, BoxError>,
        ) -> Option<Self::Future> {
            mem::take(&mut self.0).then(|| std::future::ready(()))
        }

        fn clone_request(
            &mut self,
            request: &Request<Full<Bytes>>,
        ) -> Option<Request<Full<Bytes>>> {
            Some(request.clone())
        }
    }
    let asked = Arc::new(Mutex::new(0));
    let count = Arc::clone(&asked);
    let credentials = move || {
        *count.lock().unwrap() += 1;
        Credentials::new("AKLTEXAMPLE", "secret")
    };
    let signer = Signer::new(credentials, "cn-beijing", "ecs").unwrap();
    let client = tower::service_fn(async |request: Request<Full<Bytes>>| {
        assert!(request.headers().contains_key("authorization"));
        Ok::<_, Infallible>(Response::new(()))
    });
    let stack =
        ServiceBuilder::new().retry(Once(true)).layer(SignLayer::new(signer)).service(client);
    let request = Request::get("https://h.example/").body(Full::default()).unwrap();
    stack.oneshot(request).await.unwrap();
    assert_eq!(*asked.lock().unwrap(), 2);
}

#[tokio::test]
async fn http_2_signs_its_authority() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/?Action=A", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(None));
    let server = Arc::clone(&seen);
    tokio::spawn(async move {
        let (connection, _) = listener.accept().await.unwrap();
        let service = service_fn(move |request: Request<hyper::body::Incoming>| {
            *server.lock().unwrap() = Some(request.into_parts().0);
            std::future::ready(Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())))
        });
        hyper::server::conn::http2::Builder::new(TokioExecutor::new())
            .serve_connection(TokioIo::new(connection), service)
            .await
    });
    let client = Client::builder(TokioExecutor::new()).http2_only(true).build_http::<Full<Bytes>>();
    let stack = ServiceBuilder::new().layer(SignLayer::new(signer())).service(client);
    let request = Request::get(uri).body(Full::default()).unwrap();
    assert_eq!(stack.oneshot(request).await.unwrap().status(), 200);

    let head = seen.lock().unwrap().take().unwrap();
    assert_eq!((head.version, head.headers.contains_key("host")), (Version::HTTP_2, false));
    let credentials = Credentials::new("AKLTEXAMPLE", "secret").unwrap();
    let credentials = credentials.with_session_token("STS-token/+==").unwrap();
    let claim = Verifier::new("cn-beijing", "ecs").unwrap().claim(&head).unwrap();
    assert!(claim.verify(Some(&credentials), ()).is_ok());
}

#[tokio::test]
async fn a_request_may_bring_its_own_signer_and_payload() {
    let server = server();
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    // No body would pass the limit, so this one is not collected.
    let layer = SignLayer::new(signer()).with_body_limit(0);
    let stack = ServiceBuilder::new().layer(layer).service(client);
    let request = Request::post(format!("http://{}/", server.address()))
        .extension(signer().for_scope("cn-north-1", "iam").unwrap())
        .extension(Payload::Sha256(Payload::from("{}").sha256()))
        .body(Full::from("{}"))
        .unwrap();
    let reply = stack.oneshot(request).await.unwrap().into_body().collect().await.unwrap();
    let reply = String::from_utf8(reply.to_bytes().to_vec()).unwrap();
    assert!(reply.contains(r#""Service":"iam""#), "{reply}");
}

#[tokio::test]
async fn a_redirect_above_the_layer_gets_no_signature_for_another_host() {
    let elsewhere = std::net::TcpListener::bind("127.0.0.2:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let target = format!("http://{}/", elsewhere.local_addr().unwrap());
    let redirecting = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let uri = format!("http://{}/", redirecting.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut connection, _) = redirecting.accept().unwrap();
        let _ = connection.read(&mut [0; 4096]).unwrap();
        let reply = format!("HTTP/1.1 307 -\r\nlocation: {target}\r\ncontent-length: 0\r\n\r\n");
        connection.write_all(reply.as_bytes()).unwrap();
    });
    let signer = signer().with_allowed_hosts(["127.0.0.1"]).unwrap();
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let stack = ServiceBuilder::new()
        .layer(FollowRedirectLayer::new())
        .layer(SignLayer::new(signer))
        .service(client);
    let request = Request::get(uri).body(Full::default()).unwrap();
    let error = stack.oneshot(request).await.unwrap_err();
    assert_eq!(error.to_string(), "the host is not among the allowed hosts");
    assert_eq!(elsewhere.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn debug_shows_no_secret() {
    let text = format!("{:?}", SignLayer::new(signer()));
    assert!(text.contains("cn-beijing") && !text.contains("secret") && !text.contains("STS-token"));
}
