//! [`tower`](https://docs.rs/tower): a layer that signs what goes through it.

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

use super::server_time::learn;
use crate::clock::Clock;
use crate::error::Error;
use crate::payload::Payload;
use crate::signer::Signer;

/// Signs every request that goes through a [`tower`](https://docs.rs/tower) stack.
///
/// The body is collected, hashed and put back: up to 1 MiB, or [another
/// limit](Self::with_body_limit). What a request has in its [`http::Extensions`] comes first: a
/// [`Signer`] signs it instead of this one, for another region or service, and a
/// [`Payload<'static>`](Payload) says what the body is, which is then left alone.
///
/// The type of the body must be made from [`Bytes`], as `Full<Bytes>` and the body of `axum` are,
/// and the inner service be `Clone`; its errors come boxed.
///
/// Let it be the innermost layer, so that each attempt of a retry is signed anew, and below any
/// layer that follows redirects. Those drop the extensions: give the signer of the layer, too, its
/// [allowed hosts](Signer::with_allowed_hosts).
///
/// # Examples
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use http_body_util::Full;
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
/// use volcengine_sigv4::{Credentials, SignLayer, Signer};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// let signer = Signer::new(Credentials::new("AKLTEXAMPLE", "secret")?, "cn-beijing", "ecs")?;
/// let client = service_fn(async |request: Request<Full<Bytes>>| {
///     assert!(request.headers().contains_key("authorization"));
///     Ok::<_, std::io::Error>(Response::new(()))
/// });
/// let request = Request::post("https://open.volcengineapi.com/").body(Full::from("{}"))?;
/// ServiceBuilder::new().layer(SignLayer::new(signer)).service(client).oneshot(request).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct SignLayer {
    signer: Signer,
    body_limit: usize,
    learns_time: bool,
}

impl SignLayer {
    /// Signs with `signer`.
    pub fn new(signer: Signer) -> Self {
        Self { signer, body_limit: 1 << 20, learns_time: false }
    }

    /// Collects bodies of at most `bytes`; a longer one is
    /// [`StreamedBody`](crate::ErrorKind::StreamedBody), and so is one with trailers.
    pub fn with_body_limit(self, bytes: usize) -> Self {
        Self { body_limit: bytes, ..self }
    }

    /// [Learns the time](Signer::learn_time), for the signer of the request, from the answers. Use
    /// it over TLS only: whoever can forge an answer can move the clock.
    pub fn with_server_time(self) -> Self {
        Self { learns_time: true, ..self }
    }
}

impl<S> Layer<S> for SignLayer {
    type Service = SignService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        SignService { inner, layer: self.clone() }
    }
}

/// The service that [`SignLayer`] makes.
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
        // The one that is ready is called, its clone waits for its own turn.
        let clone = self.inner.clone();
        let mut ready = mem::replace(&mut self.inner, clone);
        let layer = self.layer.clone();
        Box::pin(async move {
            let (mut head, body) = request.into_parts();
            let signer = head.extensions.get().cloned().unwrap_or(layer.signer);
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
            let sent = Clock::default().now();
            let response = ready.call(Request::from_parts(head, body)).await.map_err(Into::into)?;
            if layer.learns_time {
                learn(&signer, response.headers(), sent);
            }
            Ok(response)
        })
    }
}

async fn collect<B: Body<Error: Into<BoxError>>>(body: B, limit: usize) -> Result<Bytes, BoxError> {
    let collected = Limited::new(body, limit).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() { Error::streamed_body().into() } else { error }
    })?;
    // To send them on, the body would have to be another one.
    if collected.trailers().is_some() {
        Err(Error::trailers().into())
    } else {
        Ok(collected.to_bytes())
    }
}
