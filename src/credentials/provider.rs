//! Sources that return the credentials for each signing.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use super::Credentials;
use crate::error::Error;

/// A source of credentials. The signer calls it for each signing.
///
/// [`Credentials`], [`RotatingCredentials`], closures, any of these in an [`Arc`], and
/// `Box<dyn ProvideCredentials>` implement this trait. The call must be quick: fetch credentials
/// over the network in the background and return them from memory. If you must await the source,
/// see [`Signer::for_credentials`](crate::Signer::for_credentials).
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
    message = "`{Self}` is not a source of credentials",
    label = "expected `Credentials`, `RotatingCredentials`, a closure, or one of these in an `Arc`",
    note = "a closure has the signature `Fn() -> Result<Credentials, Error> + Send + Sync`"
)]
pub trait ProvideCredentials: Send + Sync {
    /// Returns the credentials to sign with now.
    ///
    /// # Errors
    ///
    /// If there are no credentials, usually [`Error::credentials_unavailable`]. The signer returns
    /// this error and does not sign.
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

/// A cell that contains credentials. You can replace them from any thread while signers use the
/// cell.
///
/// Clones share the cell: keep one clone and pass another one to
/// [`Signer::new`](crate::Signer::new). [`RotatingCredentials::default`] makes an empty cell. Until
/// the first [`set`](Self::set), signing fails with
/// [`CredentialsUnavailable`](crate::ErrorKind::CredentialsUnavailable).
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
    /// Makes a cell that contains `credentials`.
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
        self.get().ok_or_else(Error::credentials_not_set)
    }
}

impl fmt::Debug for RotatingCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RotatingCredentials").field(&self.get()).finish()
    }
}
