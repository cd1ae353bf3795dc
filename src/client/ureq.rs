//! [`ureq`]: a middleware that signs each request, reading its body to hash it.

use std::io::Read;

use http::{Method, Request, Response};
use ureq::middleware::{Middleware, MiddlewareNext};
use ureq::{AsSendBody, Body, Error, ResponseExt, SendBody};

use super::SigningMiddleware;
use crate::clock::Clock;
use crate::payload::Payload;
use crate::signer::Signer;

impl Middleware for SigningMiddleware {
    fn handle(
        &self,
        request: Request<SendBody<'_>>,
        next: MiddlewareNext<'_>,
    ) -> Result<Response<Body>, Error> {
        let (mut head, body) = request.into_parts();
        let signer = self.signer(&head.extensions).clone();
        if let Some(&payload) = head.extensions.get::<Payload<'static>>() {
            signer.sign_parts(&mut head, payload).map_err(other)?;
            return self.send(&signer, Request::from_parts(head, body), next);
        }
        let mut bytes = Vec::new();
        let limit = u64::try_from(self.body_limit).unwrap_or(u64::MAX);
        let mut reader = body.into_reader().take(limit.saturating_add(1));
        if reader.read_to_end(&mut bytes)? > self.body_limit {
            return Err(other(crate::Error::streamed_body()));
        }
        signer.sign_parts(&mut head, &bytes).map_err(other)?;
        // A POST says that its body is empty, a GET has none.
        let says_length = matches!(head.method, Method::POST | Method::PUT | Method::PATCH);
        // Two calls: a `SendBody` of nothing has another lifetime than one of bytes.
        if says_length || !bytes.is_empty() {
            self.send(&signer, Request::from_parts(head, bytes.as_body()), next)
        } else {
            self.send(&signer, Request::from_parts(head, SendBody::none()), next)
        }
    }
}

impl SigningMiddleware {
    fn send(
        &self,
        signer: &Signer,
        request: Request<SendBody<'_>>,
        next: MiddlewareNext<'_>,
    ) -> Result<Response<Body>, Error> {
        let asked = request.uri().host().map(str::to_owned);
        let sent = Clock::default().now();
        let response = next.handle(request)?;
        let hosts = [asked.as_deref(), response.get_uri().host()];
        self.learn(signer, hosts, response.headers(), sent);
        Ok(response)
    }
}

fn other(error: crate::Error) -> Error {
    Error::Other(Box::new(error))
}
