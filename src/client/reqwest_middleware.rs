//! [`reqwest_middleware`]: a middleware that signs each attempt.

use std::future::Future;
use std::pin::Pin;

use http::Extensions;
use reqwest::{Request, Response};
use reqwest_middleware::{Middleware, Next, Result};

use super::{SignRequest, SigningMiddleware};
use crate::clock::Clock;
use crate::payload::Payload;

#[cfg(not(target_arch = "wasm32"))]
type Handled<'f> = Pin<Box<dyn Future<Output = Result<Response>> + Send + 'f>>;
#[cfg(target_arch = "wasm32")]
type Handled<'f> = Pin<Box<dyn Future<Output = Result<Response>> + 'f>>;

impl Middleware for SigningMiddleware {
    // As `async_trait` writes it.
    fn handle<'s, 'e, 'n, 'f>(
        &'s self,
        request: Request,
        extensions: &'e mut Extensions,
        next: Next<'n>,
    ) -> Handled<'f>
    where
        's: 'f,
        'e: 'f,
        'n: 'f,
        Self: 'f,
    {
        Box::pin(async move {
            let signer = self.signer(extensions).clone();
            let signed = match extensions.get::<Payload<'static>>() {
                Some(&payload) => request.signed_by_with_payload(&signer, payload),
                None => request.signed_by(&signer),
            };
            let request = signed.map_err(reqwest_middleware::Error::middleware)?;
            let asked = request.url().host_str().map(str::to_owned);
            let sent = Clock::default().now();
            let response = next.run(request, extensions).await?;
            let hosts = [asked.as_deref(), response.url().host_str()];
            self.learn(&signer, hosts, response.headers(), sent);
            Ok(response)
        })
    }
}
