//! `SignLayer` in a `tower` stack over the client of `hyper-util`.

mod adapters;
#[path = "../../../examples/run_instances/loopback.rs"]
mod loopback;
#[path = "adapters/time_learning.rs"]
mod time_learning;

use std::convert::Infallible;
use std::io::{Read, Write};
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use adapters::case::server;
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
use volcengine_sigv4::client::tower_0_3::SignLayer;
use volcengine_sigv4::{Credentials, ErrorKind, Payload, Signer, Verifier};

fn send(request: Request<Vec<u8>>, signer: Signer) -> Outcome {
    send_through(SignLayer::new(signer), request)
}

fn send_and_learn(request: Request<Vec<u8>>, signer: Signer) -> Outcome {
    send_through(SignLayer::new(signer).with_time_learning(), request)
}

#[tokio::main(flavor = "current_thread")]
async fn send_through(layer: SignLayer, request: Request<Vec<u8>>) -> Outcome {
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let stack = ServiceBuilder::new().layer(layer).service(client);
    let reply = stack.oneshot(request.map(|body| Full::from(Bytes::from(body)))).await?;
    let status = reply.status().as_u16();
    let body = reply.into_body().collect().await?.to_bytes();
    Ok((status, String::from_utf8_lossy(&body).into_owned()))
}

#[test]
fn a_body_is_signed_up_to_the_limit_and_not_beyond() {
    let three = || SignLayer::new(signer()).with_body_limit(3);
    assert!(is_signed(three(), b"abc"));
    assert!(!is_signed(three(), b"four"));
    let default = || SignLayer::new(signer());
    assert!(is_signed(default(), &[b'a'; 1 << 20]));
    assert!(!is_signed(default(), &[b'a'; (1 << 20) + 1]));
    assert!(is_signed(default().with_body_limit(usize::MAX), &[b'a'; (1 << 20) + 1]));
}

/// Whether a request with `body` is signed, and the inner service called.
#[tokio::main(flavor = "current_thread")]
async fn is_signed(layer: SignLayer, body: &'static [u8]) -> bool {
    let client = tower::service_fn(async |request: Request<Full<Bytes>>| {
        assert!(request.headers().contains_key("authorization"));
        Ok::<_, Infallible>(Response::new(()))
    });
    let stack = ServiceBuilder::new().layer(layer).service(client);
    let request = Request::post("https://h.example/").body(Full::from(body)).unwrap();
    match stack.oneshot(request).await {
        Ok(_) => true,
        Err(error) => {
            let error = error.downcast::<volcengine_sigv4::Error>().unwrap();
            assert_eq!(error.kind(), ErrorKind::StreamedBody);
            false
        }
    }
}

#[tokio::test]
async fn an_error_of_a_body_and_of_the_inner_service_comes_back_as_it_is() {
    #[derive(Debug)]
    struct Broken(Option<Full<Bytes>>);
    impl From<Bytes> for Broken {
        fn from(bytes: Bytes) -> Self {
            Self(Some(Full::from(bytes)))
        }
    }
    impl hyper::body::Body for Broken {
        type Data = Bytes;
        type Error = std::io::Error;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, std::io::Error>>> {
            Poll::Ready(match self.0 {
                Some(_) => None,
                None => Some(Err(std::io::Error::other("the body broke"))),
            })
        }
    }
    let refusing = tower::service_fn(async |_: Request<Broken>| {
        Err::<Response<()>, _>(std::io::Error::other("the service refused"))
    });
    for (body, text) in [(None, "the body broke"), (Some(Full::default()), "the service refused")] {
        let stack = ServiceBuilder::new().layer(SignLayer::new(signer())).service(refusing);
        let request = Request::post("https://h.example/").body(Broken(body)).unwrap();
        let error = stack.oneshot(request).await.unwrap_err();
        assert_eq!(error.downcast::<std::io::Error>().unwrap().to_string(), text);
    }
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
