//! Where a signer gets its credentials from, each time it signs.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use super::Credentials;
use crate::error::Error;

/// A source of credentials, asked at each signing.
///
/// Fixed [`Credentials`] are a source, and so are [`RotatingCredentials`], closures, and any of
/// these behind an [`Arc`]. Asking must be quick: a source that fetches over the network does so
/// in the background and answers from memory.
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
pub trait ProvideCredentials: Send + Sync {
    /// Returns the credentials to sign with now.
    ///
    /// # Errors
    ///
    /// Whatever kept the source from having some, best through
    /// [`Error::credentials_unavailable`]. The signer passes it on and signs nothing.
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

/// A cell of credentials that another thread may replace while signers use it.
///
/// Clones share the cell: keep one, give the other to [`Signer::new`](crate::Signer::new).
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
#[derive(Clone)]
pub struct RotatingCredentials(Arc<RwLock<Credentials>>);

impl RotatingCredentials {
    /// Makes a cell that holds `credentials` until the first [`set`](Self::set).
    pub fn new(credentials: Credentials) -> Self {
        Self(Arc::new(RwLock::new(credentials)))
    }

    /// Replaces the credentials for every signing that starts from now on.
    pub fn set(&self, credentials: Credentials) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = credentials;
    }

    fn get(&self) -> Credentials {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ProvideCredentials for RotatingCredentials {
    fn credentials(&self) -> Result<Credentials, Error> {
        Ok(self.get())
    }
}

impl fmt::Debug for RotatingCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RotatingCredentials").field(&self.get()).finish()
    }
}
