//! Who signs: an access key id, its secret access key, perhaps a session token and an expiration.
//!
//! Everything is checked once, here: what exists can be signed with.

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

/// An access key id with its secret access key, and what came along with them.
///
/// Cloning shares one copy, which is wiped from memory when the last clone goes. `Debug` shows
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
    /// Takes an access key id (1 to 128 bytes of visible ASCII without `/` and `,`; inner spaces
    /// are fine) and a secret access key (1 to 1024 bytes).
    ///
    /// The secret is used as it is: the console shows it base64-encoded and the protocol never
    /// decodes it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidCredentials`] for any other shape, and for a secret with a line break
    /// or with white space around it, as a key read from a file often has.
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
    /// [`ErrorKind::InvalidCredentials`] for any other shape.
    pub fn with_session_token(self, token: impl Into<String>) -> Result<Self, Error> {
        self.with_named_token("session token", Zeroizing::new(token.into()))
    }

    /// Sets when the credentials stop working: from `at` on, nothing is signed with them.
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

    /// Returns when the credentials stop working, if that is known.
    pub fn expiration(&self) -> Option<SystemTime> {
        self.0.expiration
    }

    /// Returns HMAC keyed with the secret access key. It is made once, so that deriving a signing key
    /// takes the same time for a secret of any length.
    pub(crate) fn keyed_secret(&self) -> &Hmac<Sha256> {
        &self.0.keyed_secret
    }

    pub(crate) fn has_secret_of(&self, other: &Self) -> bool {
        // Both are the owner's own, so what the comparison's time tells, it tells nobody else.
        Arc::ptr_eq(&self.0, &other.0) || self.0.secret_access_key == other.0.secret_access_key
    }

    pub(crate) fn have_expired(&self, now: SystemTime) -> bool {
        self.0.expiration.is_some_and(|expiration| expiration <= now)
    }

    /// As [`new`](Self::new), each value with the name that errors call it by. The access key id is
    /// wiped if it is refused: it may be the secret, in the wrong place.
    fn named(
        (id_name, mut access_key_id): (&str, Zeroizing<String>),
        (secret_name, secret_access_key): (&str, Zeroizing<String>),
    ) -> Result<Self, Error> {
        let kind = ErrorKind::InvalidCredentials;
        check_access_key_id(kind, id_name, &access_key_id)?;
        check_length(kind, secret_name, &secret_access_key, 1024)?;
        let inner = secret_access_key.trim();
        let start = secret_access_key.len().saturating_sub(secret_access_key.trim_start().len());
        let end = start.saturating_add(inner.len());
        check_bytes(
            kind,
            secret_name,
            &secret_access_key,
            "no line break and no white space around it",
            |offset, byte| (start..end).contains(&offset) && !matches!(byte, b'\r' | b'\n'),
        )?;

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

pub(crate) fn check_session_token(name: &str, token: &str) -> Result<(), Error> {
    let kind = ErrorKind::InvalidCredentials;
    check_length(kind, name, token, 8192)?;
    check_bytes(kind, name, token, "visible ASCII", |_, byte| byte.is_ascii_graphic())
}

/// An access key id may hold an inner space, as the placeholder of the origin document does.
pub(crate) fn check_access_key_id(kind: ErrorKind, name: &str, value: &str) -> Result<(), Error> {
    check_length(kind, name, value, 128)?;
    let is_inner = |offset: usize| 0 < offset && offset.saturating_add(1) < value.len();
    check_bytes(kind, name, value, SCOPE_PART, |offset, byte| {
        is_scope_part(byte) || (byte == b' ' && is_inner(offset))
    })
}

/// Checks a region or service.
pub(crate) fn check_scope_part(kind: ErrorKind, name: &str, value: &str) -> Result<(), Error> {
    check_length(kind, name, value, 128)?;
    check_bytes(kind, name, value, SCOPE_PART, |_, byte| is_scope_part(byte))
}

// "/" separates the parts of the scope, "," those of the authorization.
const SCOPE_PART: &str = "visible ASCII without \"/\" and \",\"";

fn is_scope_part(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'/' | b',')
}

fn check_length(kind: ErrorKind, name: &str, value: &str, most: usize) -> Result<(), Error> {
    match value.len() {
        length if (1..=most).contains(&length) => Ok(()),
        length => Err(Error::length(kind, name, length, most)),
    }
}

fn check_bytes(
    kind: ErrorKind,
    name: &str,
    value: &str,
    expected: &str,
    is_allowed: impl Fn(usize, u8) -> bool,
) -> Result<(), Error> {
    match value.bytes().enumerate().find(|&(offset, byte)| !is_allowed(offset, byte)) {
        None => Ok(()),
        Some((offset, _)) => Err(Error::byte(kind, name, offset, expected)),
    }
}
