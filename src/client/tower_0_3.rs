//! Adapter for [`tower`](https://docs.rs/tower) 0.4 and 0.5: a layer that signs each request.
//!
//! It implements the traits of `tower-layer` and `tower-service` 0.3, which both releases of
//! `tower` use.

use std::error::Error as StdError;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tower_layer::Layer;
use tower_service::Service;

use super::DEFAULT_BODY_LIMIT;
use super::error;
use super::time_learning::SentRequest;
use crate::payload::Payload;
use crate::signer::Signer;

/// A layer for `tower` 0.4 and 0.5 that signs every request. Feature `tower-0_3`, named after the
/// version of `tower-layer` and `tower-service`.
///
/// The layer reads the whole body, hashes it, and sends the same bytes. It reads at most 1 MiB,
/// unless [`with_body_limit`](Self::with_body_limit) sets another limit.
///
/// You can put two values into the [`http::Extensions`] of a request:
///
/// - A [`Signer`]. It signs this request instead of the signer of the layer. Use it for another
///   region or service.
/// - A [`Payload<'static>`](Payload). It is signed as the payload of this request, and the layer
///   does not read the body.
///
/// The body type must implement `From<Bytes>`, as `Full<Bytes>` and the body of `axum` do. The
/// inner service must implement `Clone`. Errors are returned as `Box<dyn Error + Send + Sync>`.
///
/// Add this layer after all others. It is then the innermost one, so a retry layer sends each
/// attempt with a new signature.
///
/// Turn off redirects in the inner client. If an outer layer follows redirects, set [allowed
/// hosts](Signer::with_allowed_hosts) for the signer that you pass to [`new`](Self::new). The outer
/// layer drops the extensions of the request. Therefore the redirected request is signed by the
/// signer that you pass to `new`, and not by a signer from the extensions.
///
/// # Examples
///
/// This example uses `service_fn` instead of a client. Use any service that accepts an
/// `http::Request`, such as the client of [`hyper-util`](https://docs.rs/hyper-util).
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use http_body_util::Full;
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
/// use volcengine_sigv4::client::tower_0_3::SignLayer;
/// use volcengine_sigv4::{Credentials, Signer};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// let signer = Signer::new(Credentials::new("AKLTEXAMPLE", "secret")?, "cn-beijing", "ecs")?;
/// let client = service_fn(async |request: Request<Full<Bytes>>| {
///     assert!(request.headers().contains_key("authorization"));
///     Ok::<_, std::io::Error>(Response::new(()))
/// });
/// let stack = ServiceBuilder::new().layer(SignLayer::new(signer)).service(client);
/// let url = "https://open.volcengineapi.com/?Action=DescribeZones&Version=2020-04-01";
/// stack.oneshot(Request::get(url).body(Full::default())?).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct SignLayer {
    signer: Signer,
    body_limit: usize,
    learns_time: bool,
}

impl SignLayer {
    /// Makes a layer that signs with `signer`.
    pub fn new(signer: Signer) -> Self {
        Self { signer, body_limit: DEFAULT_BODY_LIMIT, learns_time: false }
    }

    /// Sets how many bytes of a body the layer reads at most. The default is 1 MiB.
    ///
    /// For a longer body, and for a body with trailers, the service returns the error
    /// [`StreamedBody`](crate::ErrorKind::StreamedBody).
    pub fn with_body_limit(self, bytes: usize) -> Self {
        Self { body_limit: bytes, ..self }
    }

    /// [Learns the time](Signer::learn_time) from each response. The signer of the request uses it.
    ///
    /// Use this only over TLS: anyone who can forge a response can change the learnt time. The
    /// layer cannot see whether the inner client followed a redirect to another host.
    pub fn with_time_learning(self) -> Self {
        Self { learns_time: true, ..self }
    }
}

impl<S> Layer<S> for SignLayer {
    type Service = SignService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        SignService { inner, layer: self.clone() }
    }
}

/// The service that [`SignLayer`] makes. It signs each request and passes it to the inner service.
/// Feature `tower-0_3`.
#[derive(Clone, Debug)]
pub struct SignService<S> {
    inner: S,
    layer: SignLayer,
}

type BoxError = Box<dyn StdError + Send + Sync>;

impl<S, B, R> Service<Request<B>> for SignService<S>
where
    S: Service<Request<B>, Response = Response<R>, Error: Into<BoxError>, Future: Send>
        + Clone
        + Send
        + 'static,
    B: Body<Data: Send, Error: Into<BoxError>> + From<Bytes> + Send + 'static,
{
    type Response = Response<R>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // `tower` requires to call the instance on which `poll_ready` returned ready. A clone may
        // not be ready, so keep the clone for the next call.
        let clone = self.inner.clone();
        let mut ready = mem::replace(&mut self.inner, clone);
        let layer = self.layer.clone();
        Box::pin(async move {
            let (mut head, body) = request.into_parts();
            let signer = head.extensions.get().unwrap_or(&layer.signer).clone();
            let body = match head.extensions.get::<Payload<'static>>() {
                Some(&payload) => {
                    signer.sign_parts(&mut head, payload)?;
                    body
                }
                None => {
                    let bytes = read_body(body, layer.body_limit).await?;
                    signer.sign_parts(&mut head, &bytes)?;
                    bytes.into()
                }
            };
            // Pass no host: a service does not return the host that sent the response.
            let sent = layer.learns_time.then(|| SentRequest::to(None));
            let response = ready.call(Request::from_parts(head, body)).await.map_err(Into::into)?;
            if let Some(sent) = sent {
                sent.learn(&signer, None, response.headers());
            }
            Ok(response)
        })
    }
}

async fn read_body<B: Body<Error: Into<BoxError>>>(
    body: B,
    limit: usize,
) -> Result<Bytes, BoxError> {
    let collected = Limited::new(body, limit).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() { error::streamed_body().into() } else { error }
    })?;
    // The body that is sent is made from `Bytes`, and such a body cannot have trailers.
    if collected.trailers().is_some() {
        Err(error::body_has_trailers().into())
    } else {
        Ok(collected.to_bytes())
    }
}
