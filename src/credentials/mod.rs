//! Who signs: an access key id, its secret access key, perhaps a session token and an expiration.
//!
//! The constructors check everything, so that every [`Credentials`] value is valid.

mod environment;
mod keyed;
mod provider;

use std::fmt;
use std::mem;
use std::sync::Arc;
use std::time::SystemTime;

use hmac::Hmac;
use sha2::Sha256;
use zeroize::Zeroizing;

pub(crate) use self::keyed::keyed;
pub use self::provider::{ProvideCredentials, RotatingCredentials};
use crate::error::{Error, ErrorKind};
use crate::field::{check_access_key_id, check_secret_access_key, check_session_token};

/// An access key id and its secret access key (AK/SK), with a session token and an expiration if
/// they are temporary.
///
/// Clones share one copy, which is wiped from memory when the last clone is dropped. `Debug` shows
/// neither the secret access key nor the session token.
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
    keyed_secret: Hmac<Sha256>,
    session_token: Option<Zeroizing<String>>,
    expiration: Option<SystemTime>,
}

impl Credentials {
    /// Makes credentials from an access key id (1 to 128 bytes of visible ASCII without `/` and
    /// `,`; inner spaces are fine) and a secret access key (1 to 1024 bytes).
    ///
    /// The secret is used as the console shows it. It looks like base64, but the protocol never
    /// decodes it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidCredentials`] for a value that breaks these rules, and for a secret with
    /// a line break or with white space around it, which a key read from a file often has.
    pub fn new(
        access_key_id: impl Into<String>,
        secret_access_key: impl Into<String>,
    ) -> Result<Self, Error> {
        Self::named(
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

    /// Sets when the credentials expire. From `at` on, nothing is signed with them.
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

    /// Returns HMAC keyed with the secret access key. It is made once, so that deriving a signing
    /// key takes the same time for a secret of any length.
    pub(crate) fn keyed_secret(&self) -> &Hmac<Sha256> {
        &self.0.keyed_secret
    }

    pub(crate) fn has_secret_of(&self, other: &Self) -> bool {
        // Not constant time: both secrets belong to this process.
        Arc::ptr_eq(&self.0, &other.0) || self.0.secret_access_key == other.0.secret_access_key
    }

    pub(crate) fn have_expired(&self, now: SystemTime) -> bool {
        self.0.expiration.is_some_and(|expiration| expiration <= now)
    }

    /// As [`new`](Self::new); each value comes with its name in errors. A refused access key id is
    /// wiped, because it may be the secret in the wrong place.
    fn named(
        (id_name, mut access_key_id): (&str, Zeroizing<String>),
        (secret_name, secret_access_key): (&str, Zeroizing<String>),
    ) -> Result<Self, Error> {
        check_access_key_id(ErrorKind::InvalidCredentials, id_name, &access_key_id)?;
        check_secret_access_key(secret_name, &secret_access_key)?;
        Ok(Self(Arc::new(Inner {
            access_key_id: mem::take(&mut access_key_id),
            keyed_secret: keyed(secret_access_key.as_bytes()),
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
