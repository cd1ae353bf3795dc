//! What the middlewares of two clients have in common.

use std::time::SystemTime;

use http::{Extensions, HeaderMap};

use crate::clock::Clock;
use crate::error::Error;
use crate::signer::Signer;

/// Signs every request that a client sends: a middleware of `reqwest-middleware` and of `ureq`.
///
/// Let it be the innermost one, so that each attempt of a retry is signed anew. What a request has in
/// its [`http::Extensions`] comes first: a [`Signer`] signs it instead of this one, for another region
/// or service, and a [`Payload<'static>`](crate::Payload) says what its body is without reading it.
///
/// A client that follows redirects takes the headers of a signature along, session token included:
/// turn that off in the client.
#[derive(Clone, Debug)]
pub struct SigningMiddleware {
    signer: Signer,
    learns_time: bool,
}

impl SigningMiddleware {
    /// Signs with `signer`.
    pub fn new(signer: Signer) -> Self {
        Self { signer, learns_time: false }
    }

    /// [Learns the time](Signer::observe) from the answers.
    pub fn with_server_time(self) -> Self {
        Self { learns_time: true, ..self }
    }

    pub(super) fn signer<'a>(&'a self, extensions: &'a Extensions) -> &'a Signer {
        extensions.get().unwrap_or(&self.signer)
    }

    pub(super) fn learn(
        &self,
        signer: &Signer,
        response: &HeaderMap,
        sent: Result<SystemTime, Error>,
    ) {
        if let (true, Ok(sent), Ok(received)) = (self.learns_time, sent, Clock::default().now()) {
            signer.observe(response, sent, received);
        }
    }
}
