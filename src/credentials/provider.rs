//! Sources of credentials.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use super::Credentials;
use crate::error::Error;

/// A source of credentials. The signer calls it for each signing.
///
/// Sources are [`Credentials`], [`RotatingCredentials`], closures, any of these in an [`Arc`], and
/// `Box<dyn ProvideCredentials>`. The call must be quick: fetch over the network in the background
/// and answer from memory. For a source that must be awaited, see
/// [`Signer::for_credentials`](crate::Signer::for_credentials).
///
/// # Examples
///
/// ```
/// use volcengine_sigv4::{Credentials, Error, Signer};
///
/// let read_secret = || std::fs::read_to_string("/run/secrets/volcengine");
/// let signer = Signer::new(
///     move || {
///         let secret = read_secret().map_err(Error::credentials_unavailable)?;
///         Credentials::new("AKLTEXAMPLE", secret.trim_end())
///     },
///     "cn-beijing",
///     "ecs",
/// )?;
/// # let _ = signer;
/// # Ok::<(), Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no source of credentials",
    label = "expected `Credentials`, `RotatingCredentials`, a closure, or one of these in an `Arc`",
    note = "a closure has the signature `Fn() -> Result<Credentials, Error> + Send + Sync`"
)]
pub trait ProvideCredentials: Send + Sync {
    /// Returns the credentials to sign with now.
    ///
    /// # Errors
    ///
    /// Why there are no credentials, usually through [`Error::credentials_unavailable`]. The signer
    /// returns the error and signs nothing.
    fn credentials(&self) -> Result<Credentials, Error>;
}

impl ProvideCredentials for Credentials {
    fn credentials(&self) -> Result<Credentials, Error> {
        Ok(self.clone())
    }
}

impl<F> ProvideCredentials for F
where
    F: Fn() -> Result<Credentials, Error> + Send + Sync,
{
    fn credentials(&self) -> Result<Credentials, Error> {
        self()
    }
}

impl<P: ProvideCredentials + ?Sized> ProvideCredentials for Arc<P> {
    fn credentials(&self) -> Result<Credentials, Error> {
        self.as_ref().credentials()
    }
}

impl ProvideCredentials for Box<dyn ProvideCredentials> {
    fn credentials(&self) -> Result<Credentials, Error> {
        self.as_ref().credentials()
    }
}

/// A cell of credentials. Another thread can replace them while signers use them.
///
/// Clones share the cell: keep one and pass another to [`Signer::new`](crate::Signer::new). A cell
/// may start empty ([`RotatingCredentials::default`]); until the first [`set`](Self::set), signing
/// is [`CredentialsUnavailable`](crate::ErrorKind::CredentialsUnavailable).
///
/// # Examples
///
/// ```
/// use volcengine_sigv4::{Credentials, RotatingCredentials, Signer};
///
/// let cell = RotatingCredentials::new(Credentials::new("AKLTOLD", "old-secret")?);
/// let signer = Signer::new(cell.clone(), "cn-beijing", "ecs")?;
/// cell.set(Credentials::new("AKLTNEW", "new-secret")?);
///
/// let mut request = http::Request::get("https://open.volcengineapi.com/").body("").unwrap();
/// signer.sign(&mut request)?;
/// let authorization = request.headers()["authorization"].to_str().unwrap();
/// assert!(authorization.starts_with("HMAC-SHA256 Credential=AKLTNEW/"));
/// # Ok::<(), volcengine_sigv4::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct RotatingCredentials(Arc<RwLock<Option<Credentials>>>);

impl RotatingCredentials {
    /// Makes a cell that holds `credentials`.
    pub fn new(credentials: Credentials) -> Self {
        Self(Arc::new(RwLock::new(Some(credentials))))
    }

    /// Replaces the credentials. Each signing that starts after this call uses the new ones.
    pub fn set(&self, credentials: Credentials) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(credentials);
    }

    fn get(&self) -> Option<Credentials> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ProvideCredentials for RotatingCredentials {
    fn credentials(&self) -> Result<Credentials, Error> {
        self.get().ok_or_else(Error::not_set)
    }
}

impl fmt::Debug for RotatingCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RotatingCredentials").field(&self.get()).finish()
    }
}
