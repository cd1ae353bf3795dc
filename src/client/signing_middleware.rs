//! What the middlewares of two clients have in common.

use std::time::SystemTime;

use http::{Extensions, HeaderMap};

use super::server_time::learn;
use crate::error::Error;
use crate::signer::Signer;

/// Signs every request that a client sends: a middleware of `reqwest-middleware` and of `ureq`.
///
/// Let it be the innermost one, so that each attempt of a retry is signed anew. What a request has
/// in its [`http::Extensions`] comes first: a [`Signer`] signs it instead of this one, for another
/// region or service, and a [`Payload<'static>`](crate::Payload) says what its body is without
/// reading it.
///
/// A client that follows redirects takes the headers of a signature along, session token included:
/// turn that off in the client. Headers that the client itself adds later, such as
/// `default_headers`, are not signed: servers refuse an unsigned `content-type` or `x-*`.
#[derive(Clone, Debug)]
pub struct SigningMiddleware {
    signer: Signer,
    learns_time: bool,
    #[cfg(feature = "ureq")]
    pub(super) body_limit: usize,
}

impl SigningMiddleware {
    /// Signs with `signer`.
    pub fn new(signer: Signer) -> Self {
        Self {
            signer,
            learns_time: false,
            #[cfg(feature = "ureq")]
            body_limit: 1 << 20,
        }
    }

    /// [Learns the time](Signer::learn_time), for the signer of the request, from every answer but
    /// one that comes after a redirect to another host. Use it over TLS only: whoever can forge an
    /// answer can move the clock.
    ///
    /// `ureq` shows the answer to a refused request only with `http_status_as_error(false)`.
    pub fn with_server_time(self) -> Self {
        Self { learns_time: true, ..self }
    }

    /// In `ureq`, which has bodies as readers: reads at most `bytes` of one, 1 MiB unless set, to
    /// hash it. A longer one is [`StreamedBody`](crate::ErrorKind::StreamedBody).
    #[cfg(feature = "ureq")]
    pub fn with_body_limit(self, bytes: usize) -> Self {
        Self { body_limit: bytes, ..self }
    }

    pub(super) fn signer<'a>(&'a self, extensions: &'a Extensions) -> &'a Signer {
        extensions.get().unwrap_or(&self.signer)
    }

    /// Takes the hosts that the request went to and that the answer came from.
    pub(super) fn learn(
        &self,
        signer: &Signer,
        [asked, answered]: [Option<&str>; 2],
        response: &HeaderMap,
        sent: Result<SystemTime, Error>,
    ) {
        if self.learns_time && asked == answered {
            learn(signer, response, sent);
        }
    }
}
