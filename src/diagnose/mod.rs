//! Which mistake made a wrong signature.

mod base64;
mod diagnosis;
mod encoder;
mod finding;
mod hypotheses;
mod proof;
mod received;
mod recipe;
mod right;
mod search;
mod spellings;
mod steps;
mod text;
mod texts;
mod writer;

use http::Request;

pub use self::diagnosis::{Diagnosis, Verdict};
pub use self::finding::{Finding, Language, ids};
pub use self::proof::{Difference, Proof, Row, Step};
use self::received::Received;
use crate::error::Error;
use crate::payload::Payload;
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
        let credentials = self.credentials.credentials()?;
        let received = Received::new(request, payload.into());
        let claims = received.claims();
        let scope = self.key_cache.scope();
        let found = search::search(&received, &claims, &credentials, [scope.region(), scope.service()]);
        Ok(Diagnosis::new(&received, found))
    }
}
