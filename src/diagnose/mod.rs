//! Which mistake made a wrong signature.
//!
//! The gateway answers `SignatureDoesNotMatch` and never shows the canonical request that it
//! computed. [`Signer::diagnose`] recomputes the signature of a request under each known mistake,
//! and under pairs of the likely ones. A mistake that gives the very signature is proven: 256 bits
//! agree. Besides, it says what is seen in the request without any computing, such as a clock that
//! is wrong.
//!
//! What it cannot find: another secret, three mistakes at once, and what is not in the request,
//! such as a prefix of the path that a proxy removed.
//!
//! In: a request with its signature. Out: a [`Diagnosis`]. Reads no clock but that of the signer.
//!
//! ```text
//! received ─▶ right recipe ─▶ hypotheses (one mistake each) ─▶ search ─▶ Diagnosis ─▶ report
//!    └──────▶ hints
//! ```

mod base64;
mod comparison;
mod diagnosis;
mod encoder;
mod finding;
mod hints;
mod hypotheses;
mod proof;
mod received;
mod recipe;
mod report;
mod right;
mod search;
mod signing;
mod spellings;
mod steps;
mod text;
mod texts;
mod writer;

use http::Request;

pub use self::comparison::{Difference, Row};
pub use self::diagnosis::{Diagnosis, Verdict};
pub use self::finding::{Finding, Language, ids};
use self::hints::Wanted;
pub use self::proof::{Proof, Step};
use self::received::Received;
use crate::error::Error;
use crate::payload::Payload;
use crate::protocol::canonical::Host;
use crate::signer::Signer;

impl Signer {
    /// Finds which mistakes made the signature that `request` carries, in its headers or in its
    /// URL.
    ///
    /// `request` is the request as it was sent, and `payload` its body. Neither is changed, and
    /// nothing is sent. The signer has the credentials, region and service that should have been
    /// used; a request of another day is diagnosed by its own `X-Date`. Set the time with
    /// [`at`](Self::at) if you know when the request was received: then `X-Date` is compared with
    /// it. Without that, only an `X-Date` in the future is reported.
    ///
    /// Whoever runs a server calls the same with the credentials that were looked up:
    /// `Signer::new(looked_up, region, service)?.at(received).diagnose(&request, &body)`. Do so on
    /// demand: a diagnosis may take as long as a thousand signings, and it is no answer to a
    /// client.
    ///
    /// # Errors
    ///
    /// [`CredentialsUnavailable`](crate::ErrorKind::CredentialsUnavailable) or whatever else the
    /// credential source returned; [`NoClock`](crate::ErrorKind::NoClock). Expired credentials, a
    /// target that cannot be signed and a host that is not allowed are no errors but
    /// [hints](Diagnosis::hints).
    ///
    /// # Examples
    ///
    /// See [`Diagnosis`].
    pub fn diagnose<'a, B>(
        &self,
        request: &Request<B>,
        payload: impl Into<Payload<'a>>,
    ) -> Result<Diagnosis, Error> {
        let now = self.clock.now()?;
        let is_time_set = self.clock.fixed_time.is_some();
        let time = if is_time_set { now } else { self.clock_offset.server_time(now)?.1 };
        let credentials = self.credentials.credentials()?;
        let received = Received::new(request, payload.into());
        let scope = self.key_cache.scope();
        let (region, service) = (scope.region(), scope.service());
        let host_check = Host::of_uri(request.uri())
            .and_then(|authority| self.check_host(authority, request.headers()));
        let wanted =
            Wanted { credentials: &credentials, region, service, time, is_time_set, host_check };
        let hints = hints::hints(&received, &wanted);
        let claims = received.claims();
        let found = search::search(&received, &claims, &credentials, [region, service]);
        Ok(Diagnosis::new(&received, &found, hints, &credentials))
    }
}
