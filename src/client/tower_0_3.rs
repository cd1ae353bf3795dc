//! Adapter for [`tower`](https://docs.rs/tower) 0.4 and 0.5: a layer that signs each request.
//!
//! It uses the traits of `tower-layer` and `tower-service` 0.3, which both releases of `tower`
//! share.

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
use super::time_learning::Sent;
use crate::payload::Payload;
use crate::signer::Signer;

/// Signs every request that goes through a stack of `tower` 0.4 or 0.5. Feature `tower-0_3`, after
/// the version of the traits in `tower-layer` and `tower-service`.
///
/// The layer reads the whole body, hashes it and puts it back, if it has at most 1 MiB or [another
/// limit](Self::with_body_limit). Two things in the [`http::Extensions`] of a request replace what
/// the layer does by itself:
///
/// - a [`Signer`] signs this request, for another region or service;
/// - a [`Payload<'static>`](Payload) is the payload of this request, whose body is then not read.
///
/// The body type must implement `From<Bytes>`, as `Full<Bytes>` and the body of `axum` do. The
/// inner service must be `Clone`. Errors are boxed.
///
/// Add the layer last, so that it is the innermost one and each attempt of a retry gets a new
/// signature. Turn redirects off in the client below it. If a layer above it follows redirects,
/// give the signer its [allowed hosts](Signer::with_allowed_hosts), since such a layer drops the
/// extensions and the new request is signed by the signer of the layer.
///
/// # Examples
///
/// Any client that takes an `http::Request` can stand where `service_fn` does, such as the one of
/// [`hyper-util`](https://docs.rs/hyper-util).
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
    /// Signs with `signer`.
    pub fn new(signer: Signer) -> Self {
        Self { signer, body_limit: DEFAULT_BODY_LIMIT, learns_time: false }
    }

    /// Reads bodies of at most `bytes` to hash them, instead of at most 1 MiB.
    ///
    /// A longer body is [`StreamedBody`](crate::ErrorKind::StreamedBody), and so is a body with
    /// trailers.
    pub fn with_body_limit(self, bytes: usize) -> Self {
        Self { body_limit: bytes, ..self }
    }

    /// [Learns the time](Signer::learn_time) from each response, for the signer of the request.
    ///
    /// Use it over TLS only: anyone who can forge a response can move the clock. The layer cannot
    /// see that a client below it followed a redirect to another host.
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

/// The service that [`SignLayer`] makes. Feature `tower-0_3`.
///
/// It signs each request and calls the inner service with it.
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
        // Call the instance that `poll_ready` made ready and keep the clone: the rule of `tower`.
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
                    let bytes = collect(body, layer.body_limit).await?;
                    signer.sign_parts(&mut head, &bytes)?;
                    bytes.into()
                }
            };
            // No hosts to compare: a service does not say which host its response came from.
            let sent = layer.learns_time.then(|| Sent::to(None));
            let response = ready.call(Request::from_parts(head, body)).await.map_err(Into::into)?;
            if let Some(sent) = sent {
                sent.learn(&signer, None, response.headers());
            }
            Ok(response)
        })
    }
}

async fn collect<B: Body<Error: Into<BoxError>>>(body: B, limit: usize) -> Result<Bytes, BoxError> {
    let collected = Limited::new(body, limit).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() { error::streamed_body().into() } else { error }
    })?;
    // A body that is made from `Bytes` cannot carry trailers.
    if collected.trailers().is_some() {
        Err(error::trailers().into())
    } else {
        Ok(collected.to_bytes())
    }
}
