//! The credentials to sign with: an access key id and its secret access key, and optionally a
//! session token and an expiration.
//!
//! The constructors check every value, so that a [`Credentials`] is always valid.

mod environment;
mod hmac_sha256;
mod provider;

use std::fmt;
use std::mem;
use std::sync::Arc;
use std::time::SystemTime;

use hmac::Hmac;
use sha2::Sha256;
use zeroize::Zeroizing;

pub(crate) use self::hmac_sha256::new_hmac;
pub use self::provider::{ProvideCredentials, RotatingCredentials};
use crate::error::{Error, ErrorKind};
use crate::field::{check_access_key_id, check_secret_access_key, check_session_token};

/// An access key id and its secret access key (AK/SK). Temporary credentials also have a session
/// token and usually an expiration.
///
/// Clones share one copy of the values. [`with_session_token`](Self::with_session_token) and
/// [`with_expiration`](Self::with_expiration) make a second copy if there are other clones. When
/// the last clone that shares a copy is dropped, the secret access key and the session token are
/// wiped from memory. `Debug` shows neither of them.
///
/// # Examples
///
/// ```
/// use volcengine_sigv4::Credentials;
///
/// let credentials = Credentials::new("AKLTEXAMPLE", "c2VjcmV0")?.with_session_token("STS-token")?;
/// assert_eq!(credentials.access_key_id(), "AKLTEXAMPLE");
/// assert_eq!(credentials.session_token(), Some("STS-token"));
/// # Ok::<(), volcengine_sigv4::Error>(())
/// ```
#[doc(alias = "AK")]
#[doc(alias = "SK")]
#[derive(Clone)]
pub struct Credentials(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    access_key_id: String,
    secret_access_key: Zeroizing<String>,
    secret_hmac: Hmac<Sha256>,
    session_token: Option<Zeroizing<String>>,
    expiration: Option<SystemTime>,
}

impl Credentials {
    /// Makes credentials from an access key id (1 to 128 bytes of visible ASCII without `/` and
    /// `,`; spaces are allowed except at the start and end) and a secret access key (1 to 1024
    /// bytes).
    ///
    /// Pass the secret as the console shows it. It looks like base64, but the protocol does not
    /// decode it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidCredentials`] for a value that breaks these rules, and for a secret that
    /// contains a line break or has white space at either end. A secret that was read from a file
    /// often ends with a line break.
    pub fn new(
        access_key_id: impl Into<String>,
        secret_access_key: impl Into<String>,
    ) -> Result<Self, Error> {
        Self::from_named_values(
            ("access key id", Zeroizing::new(access_key_id.into())),
            ("secret access key", Zeroizing::new(secret_access_key.into())),
        )
    }

    /// Adds the session token of temporary credentials: 1 to 8192 bytes of visible ASCII.
    ///
    /// It is sent as `X-Security-Token` and is signed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidCredentials`] for a token that breaks this rule.
    pub fn with_session_token(self, token: impl Into<String>) -> Result<Self, Error> {
        self.with_named_token("session token", Zeroizing::new(token.into()))
    }

    /// Sets when the credentials expire. At this time and later, signing and verifying with them
    /// fail.
    pub fn with_expiration(mut self, at: SystemTime) -> Self {
        Arc::make_mut(&mut self.0).expiration = Some(at);
        self
    }

    /// Returns the access key id.
    pub fn access_key_id(&self) -> &str {
        &self.0.access_key_id
    }

    /// Returns the session token, if these are temporary credentials.
    pub fn session_token(&self) -> Option<&str> {
        self.0.session_token.as_deref().map(String::as_str)
    }

    /// Returns when the credentials expire, if that is known.
    pub fn expiration(&self) -> Option<SystemTime> {
        self.0.expiration
    }

    #[cfg(feature = "diagnose")]
    pub(crate) fn secret_access_key(&self) -> &[u8] {
        self.0.secret_access_key.as_bytes()
    }

    /// Returns the HMAC whose key is the secret access key. HMAC hashes a key that is longer than a
    /// block. To do this only once, the HMAC is computed when the credentials are made. Deriving a
    /// signing key then takes the same time for a secret of any length.
    pub(crate) fn secret_hmac(&self) -> &Hmac<Sha256> {
        &self.0.secret_hmac
    }

    /// Returns whether both have the same secret access key.
    pub(crate) fn has_same_secret_as(&self, other: &Self) -> bool {
        // Not constant time: both secrets belong to this process.
        Arc::ptr_eq(&self.0, &other.0) || self.0.secret_access_key == other.0.secret_access_key
    }

    pub(crate) fn have_expired(&self, now: SystemTime) -> bool {
        self.0.expiration.is_some_and(|expiration| expiration <= now)
    }

    /// As [`new`](Self::new), but with a name for each value, which is used in errors. A refused
    /// access key id is wiped, because the caller may have passed the secret in its place.
    fn from_named_values(
        (id_name, mut access_key_id): (&str, Zeroizing<String>),
        (secret_name, secret_access_key): (&str, Zeroizing<String>),
    ) -> Result<Self, Error> {
        check_access_key_id(ErrorKind::InvalidCredentials, id_name, &access_key_id)?;
        check_secret_access_key(secret_name, &secret_access_key)?;
        Ok(Self(Arc::new(Inner {
            access_key_id: mem::take(&mut access_key_id),
            secret_hmac: new_hmac(secret_access_key.as_bytes()),
            secret_access_key,
            session_token: None,
            expiration: None,
        })))
    }

    fn with_named_token(mut self, name: &str, token: Zeroizing<String>) -> Result<Self, Error> {
        check_session_token(name, &token)?;
        Arc::make_mut(&mut self.0).session_token = Some(token);
        Ok(self)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id())
            .field("has_session_token", &self.session_token().is_some())
            .field("expiration", &self.expiration())
            .finish_non_exhaustive()
    }
}
