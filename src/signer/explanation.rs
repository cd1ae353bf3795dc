//! The texts that the signer computes for a request, for people who debug a signature.

use std::fmt;

use http::{HeaderMap, HeaderValue};

use crate::protocol::canonical::CanonicalRequest;
use crate::protocol::header;
use crate::protocol::string_to_sign::StringToSign;

/// The texts that [`Signer::sign`](crate::Signer::sign) computes for a request: the canonical
/// request, the string to sign and the `Authorization` header.
///
/// If a server answers `SignatureDoesNotMatch`, compare these texts with those of another signer.
/// The server does not show its own texts. The feature `diagnose` needs no texts to compare: from a
/// request with a wrong signature, it finds the mistake that the signer made.
///
/// `Display` and `Debug` show `***` for the session token, for headers marked sensitive, and for
/// query values. Only the values of `Action` and `Version` are shown. The accessors return the raw
/// texts.
///
/// # Examples
///
/// See [`Signer::explain`](crate::Signer::explain).
#[derive(Clone)]
pub struct Explanation {
    canonical_request: CanonicalRequest,
    string_to_sign: String,
    authorization: String,
    redacted_canonical_request: String,
}

impl Explanation {
    pub(super) fn new(
        canonical_request: CanonicalRequest,
        string_to_sign: &StringToSign,
        authorization: String,
        headers: &HeaderMap,
    ) -> Self {
        let is_hidden = |name: &str| {
            name == header::X_SECURITY_TOKEN
                || headers.get(name).is_some_and(HeaderValue::is_sensitive)
        };
        Self {
            redacted_canonical_request: canonical_request.redacted(is_hidden),
            canonical_request,
            string_to_sign: string_to_sign.to_string(),
            authorization,
        }
    }

    /// Returns the raw canonical request. It contains the query values and the session token.
    pub fn canonical_request(&self) -> &[u8] {
        self.canonical_request.as_bytes()
    }

    /// Returns the string to sign.
    pub fn string_to_sign(&self) -> &str {
        &self.string_to_sign
    }

    /// Returns the value of the `Authorization` header.
    pub fn authorization(&self) -> &str {
        &self.authorization
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "canonical request:\n{}\n", self.redacted_canonical_request)?;
        writeln!(f, "string to sign:\n{}\n", self.string_to_sign)?;
        write!(f, "authorization:\n{}", self.authorization)
    }
}

impl fmt::Debug for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explanation")
            .field("canonical_request", &self.redacted_canonical_request)
            .field("string_to_sign", &self.string_to_sign)
            .field("authorization", &self.authorization)
            .finish_non_exhaustive()
    }
}
