//! Adapter for [`reqwest-middleware` 0.5](https://docs.rs/reqwest-middleware/0.5): a middleware
//! that signs each attempt.

use std::future::Future;
use std::pin::Pin;

use http::Extensions;
use reqwest_0_13::{Request, Response};
use reqwest_middleware::{Error, Middleware, Next, Result};

use super::reqwest_0_13::SignRequest;
use super::time_learning::SentRequest;
use crate::payload::Payload;
use crate::signer::Signer;

/// Signs every request of a client of `reqwest-middleware` 0.5. Feature `reqwest-middleware-0_5`.
///
/// `reqwest-middleware` 0.5 sends requests with `reqwest` 0.13. Add this middleware after all
/// others. It is then the innermost one, so a retry middleware sends each attempt with a new
/// signature.
///
/// You can put two values into the [`http::Extensions`] of a request:
///
/// - A [`Signer`]. It signs this request instead of the signer of the middleware. Use it for
///   another region or service.
/// - A [`Payload<'static>`](Payload). It is signed as the payload of this request, and the
///   middleware does not hash the body. It is required if the body is a stream.
///
/// Turn off redirects: `reqwest` follows them and can send the session token to another host.
///
/// Headers that the client adds when it sends the request, such as `default_headers`, are not
/// signed. Servers refuse a request with an unsigned `content-type` or `x-*` header, so add these
/// headers to the request itself.
///
/// # Examples
///
/// ```no_run
/// # use reqwest_0_13 as reqwest;
/// use reqwest::redirect::Policy;
/// use reqwest_middleware::ClientBuilder;
/// use volcengine_sigv4::client::reqwest_middleware_0_5::SigningMiddleware;
/// use volcengine_sigv4::{Credentials, Signer};
///
/// # async fn call() -> Result<(), Box<dyn std::error::Error>> {
/// let signer = Signer::new(Credentials::from_env()?, "cn-beijing", "ecs")?;
/// let client = ClientBuilder::new(reqwest::Client::builder().redirect(Policy::none()).build()?)
///     .with(SigningMiddleware::new(signer))
///     .build();
/// let url = "https://open.volcengineapi.com/?Action=DescribeZones&Version=2020-04-01";
/// println!("{}", client.get(url).send().await?.text().await?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct SigningMiddleware {
    signer: Signer,
    learns_time: bool,
}

impl SigningMiddleware {
    /// Makes a middleware that signs with `signer`.
    pub fn new(signer: Signer) -> Self {
        Self { signer, learns_time: false }
    }

    /// [Learns the time](Signer::learn_time) from each response. The signer of the request uses it.
    ///
    /// A response that came from another host after a redirect is ignored. Use this only over TLS:
    /// anyone who can forge a response can change the learnt time.
    pub fn with_time_learning(self) -> Self {
        Self { learns_time: true, ..self }
    }
}

#[cfg(not(target_arch = "wasm32"))]
type ResponseFuture<'f> = Pin<Box<dyn Future<Output = Result<Response>> + Send + 'f>>;
#[cfg(target_arch = "wasm32")]
type ResponseFuture<'f> = Pin<Box<dyn Future<Output = Result<Response>> + 'f>>;

impl Middleware for SigningMiddleware {
    // The trait is declared with `async_trait`. This is the signature that the macro generates.
    fn handle<'s, 'e, 'n, 'f>(
        &'s self,
        request: Request,
        extensions: &'e mut Extensions,
        next: Next<'n>,
    ) -> ResponseFuture<'f>
    where
        's: 'f,
        'e: 'f,
        'n: 'f,
        Self: 'f,
    {
        Box::pin(async move {
            let signer = extensions.get().unwrap_or(&self.signer).clone();
            let signed = match extensions.get::<Payload<'static>>() {
                Some(&payload) => request.signed_by_with_payload(&signer, payload),
                None => request.signed_by(&signer),
            };
            let request = signed.map_err(Error::middleware)?;
            let sent = self.learns_time.then(|| SentRequest::to(request.url().host_str()));
            let response = next.run(request, extensions).await?;
            if let Some(sent) = sent {
                sent.learn(&signer, response.url().host_str(), response.headers());
            }
            Ok(response)
        })
    }
}
