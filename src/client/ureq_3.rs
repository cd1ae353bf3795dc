//! Adapter for [`ureq` 3](https://docs.rs/ureq/3): a middleware that signs each request and reads
//! its body to hash it.

use std::io::Read;

use http::{Method, Request, Response};
use ureq::middleware::{Middleware, MiddlewareNext};
use ureq::{AsSendBody, Body, Error, ResponseExt, SendBody};

use super::time_learning::Sent;
use super::{DEFAULT_BODY_LIMIT, error};
use crate::error::Error as SigningError;
use crate::payload::Payload;
use crate::signer::Signer;

/// Signs every request of an agent of `ureq` 3. Feature `ureq-3`.
///
/// Two things in the [`http::Extensions`] of a request replace what the middleware does by itself:
///
/// - a [`Signer`] signs this request, for another region or service;
/// - a [`Payload<'static>`](Payload) is the payload of this request, whose body is then not read.
///   A body that is longer than [the limit](Self::with_body_limit) needs one.
///
/// Turn redirects off with `max_redirects(0)`: `ureq` follows them and can send the session token
/// to another host.
///
/// # Examples
///
/// ```no_run
/// use volcengine_sigv4::client::ureq_3::SigningMiddleware;
/// use volcengine_sigv4::{Credentials, Signer};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let signer = Signer::new(Credentials::from_env()?, "cn-beijing", "ecs")?;
/// let agent: ureq::Agent = ureq::Agent::config_builder()
///     .middleware(SigningMiddleware::new(signer))
///     .max_redirects(0)
///     .build()
///     .into();
/// let url = "https://open.volcengineapi.com/?Action=DescribeZones&Version=2020-04-01";
/// println!("{}", agent.get(url).call()?.body_mut().read_to_string()?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct SigningMiddleware {
    signer: Signer,
    body_limit: usize,
    learns_time: bool,
}

impl SigningMiddleware {
    /// Signs with `signer`.
    pub fn new(signer: Signer) -> Self {
        Self { signer, body_limit: DEFAULT_BODY_LIMIT, learns_time: false }
    }

    /// Reads bodies of at most `bytes` to hash them, instead of at most 1 MiB.
    ///
    /// A longer body is [`StreamedBody`](crate::ErrorKind::StreamedBody).
    pub fn with_body_limit(self, bytes: usize) -> Self {
        Self { body_limit: bytes, ..self }
    }

    /// [Learns the time](Signer::learn_time) from each response, for the signer of the request.
    ///
    /// Ignores a response that came from another host after a redirect. Use it over TLS only:
    /// anyone who can forge a response can move the clock.
    ///
    /// A server that refuses a signature for its time answers with status 400 or more. `ureq` lets
    /// a middleware see that response only if the agent has `http_status_as_error(false)`.
    pub fn with_time_learning(self) -> Self {
        Self { learns_time: true, ..self }
    }
}

impl Middleware for SigningMiddleware {
    fn handle(
        &self,
        request: Request<SendBody<'_>>,
        next: MiddlewareNext<'_>,
    ) -> Result<Response<Body>, Error> {
        let (mut head, body) = request.into_parts();
        let signer = head.extensions.get().unwrap_or(&self.signer).clone();
        if let Some(&payload) = head.extensions.get::<Payload<'static>>() {
            signer.sign_parts(&mut head, payload).map_err(other)?;
            return self.send(&signer, Request::from_parts(head, body), next);
        }
        let mut bytes = self.read(body)?;
        signer.sign_parts(&mut head, &bytes).map_err(other)?;
        // These methods say that they have no body, with `content-length: 0`. The others send no
        // body at all.
        let says_length = matches!(head.method, Method::POST | Method::PUT | Method::PATCH);
        // There are two calls because the two `SendBody` values have different lifetimes.
        if says_length || !bytes.is_empty() {
            self.send(&signer, Request::from_parts(head, bytes.as_body()), next)
        } else {
            self.send(&signer, Request::from_parts(head, SendBody::none()), next)
        }
    }
}

impl SigningMiddleware {
    fn read(&self, body: SendBody<'_>) -> Result<Vec<u8>, Error> {
        // One byte more than allowed tells a body that is too long from one that just fits.
        let limit = u64::try_from(self.body_limit).unwrap_or(u64::MAX).saturating_add(1);
        let mut bytes = Vec::new();
        if body.into_reader().take(limit).read_to_end(&mut bytes)? > self.body_limit {
            return Err(other(error::streamed_body()));
        }
        Ok(bytes)
    }

    fn send(
        &self,
        signer: &Signer,
        request: Request<SendBody<'_>>,
        next: MiddlewareNext<'_>,
    ) -> Result<Response<Body>, Error> {
        let sent = self.learns_time.then(|| Sent::to(request.uri().host()));
        let response = next.handle(request)?;
        if let Some(sent) = sent {
            sent.learn(signer, response.get_uri().host(), response.headers());
        }
        Ok(response)
    }
}

fn other(error: SigningError) -> Error {
    Error::Other(Box::new(error))
}
