//! Which mistake made a wrong signature.

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
    /// Finds which mistakes made the signature that `request` carries.
    ///
    /// `request` is not changed, and nothing is sent.
    ///
    /// # Errors
    ///
    /// [`CredentialsUnavailable`](crate::ErrorKind::CredentialsUnavailable) or whatever else the
    /// credential source returned.
    pub fn diagnose<'a, B>(
        &self,
        request: &Request<B>,
        payload: impl Into<Payload<'a>>,
    ) -> Result<Diagnosis, Error> {
        let now = self.clock.now()?;
        let is_time_set = self.clock.fixed_time.is_some();
        let time = if is_time_set { now } else { self.clock_offset.correct(now)?.1 };
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
