//! Adapter for [`ureq` 3](https://docs.rs/ureq/3): a middleware that signs each request and reads
//! its body to hash it.

use std::io::Read;

use http::{Method, Request, Response};
use ureq::middleware::{Middleware, MiddlewareNext};
use ureq::{AsSendBody, Body, Error, ResponseExt, SendBody};

use super::time_learning::SentRequest;
use super::{DEFAULT_BODY_LIMIT, error};
use crate::error::Error as SigningError;
use crate::payload::Payload;
use crate::signer::Signer;

/// Signs every request of an agent of `ureq` 3. Feature `ureq-3`.
///
/// The middleware reads the whole body and hashes it. It reads at most 1 MiB, unless
/// [`with_body_limit`](Self::with_body_limit) sets another limit.
///
/// You can put two values into the [`http::Extensions`] of a request:
///
/// - A [`Signer`]. It signs this request instead of the signer of the middleware. Use it for
///   another region or service.
/// - A [`Payload<'static>`](Payload). It is signed as the payload of this request, and the
///   middleware does not read the body. It is required for a body that is longer than the limit.
///
/// Turn off redirects with `max_redirects(0)`: `ureq` follows them and can send the session token
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
    /// Makes a middleware that signs with `signer`.
    pub fn new(signer: Signer) -> Self {
        Self { signer, body_limit: DEFAULT_BODY_LIMIT, learns_time: false }
    }

    /// Sets how many bytes of a body the middleware reads at most. The default is 1 MiB.
    ///
    /// For a longer body, `ureq` returns the error
    /// [`StreamedBody`](crate::ErrorKind::StreamedBody) in its `Error::Other`.
    pub fn with_body_limit(self, bytes: usize) -> Self {
        Self { body_limit: bytes, ..self }
    }

    /// [Learns the time](Signer::learn_time) from each response. The signer of the request uses it.
    ///
    /// A response that came from another host after a redirect is ignored. Use this only over TLS:
    /// anyone who can forge a response can change the learnt time.
    ///
    /// A server that refuses a signature because of its time answers with a status of 400 or more.
    /// `ureq` passes such a response to a middleware only if the agent has
    /// `http_status_as_error(false)`.
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
            signer.sign_parts(&mut head, payload).map_err(into_ureq_error)?;
            return self.send(&signer, Request::from_parts(head, body), next);
        }
        let mut bytes = self.read(body)?;
        signer.sign_parts(&mut head, &bytes).map_err(into_ureq_error)?;
        // If the body is empty, POST, PUT and PATCH are sent with an empty body, so that `ureq`
        // sends `content-length: 0`. Other methods are then sent with no body and without that
        // header.
        let sends_content_length =
            matches!(head.method, Method::POST | Method::PUT | Method::PATCH);
        // There are two calls because the two `SendBody` values have different lifetimes.
        if sends_content_length || !bytes.is_empty() {
            self.send(&signer, Request::from_parts(head, bytes.as_body()), next)
        } else {
            self.send(&signer, Request::from_parts(head, SendBody::none()), next)
        }
    }
}

impl SigningMiddleware {
    fn read(&self, body: SendBody<'_>) -> Result<Vec<u8>, Error> {
        // Read one byte more than the limit, to find out whether the body is longer than the limit.
        let max = u64::try_from(self.body_limit).unwrap_or(u64::MAX).saturating_add(1);
        let mut bytes = Vec::new();
        if body.into_reader().take(max).read_to_end(&mut bytes)? > self.body_limit {
            return Err(into_ureq_error(error::streamed_body()));
        }
        Ok(bytes)
    }

    fn send(
        &self,
        signer: &Signer,
        request: Request<SendBody<'_>>,
        next: MiddlewareNext<'_>,
    ) -> Result<Response<Body>, Error> {
        let sent = self.learns_time.then(|| SentRequest::to(request.uri().host()));
        let response = next.handle(request)?;
        if let Some(sent) = sent {
            sent.learn(signer, response.get_uri().host(), response.headers());
        }
        Ok(response)
    }
}

fn into_ureq_error(error: SigningError) -> Error {
    Error::Other(Box::new(error))
}
