//! Replay protection: accepts a request once.

use std::collections::{BTreeSet, HashSet};
use std::error::Error;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::rejected::{RejectReason, Rejected};
use super::verified::Verified;

impl Verified {
    /// Returns the request if `guard` sees it for the first time, and remembers it.
    ///
    /// # Errors
    ///
    /// - [`Replayed`](RejectReason::Replayed): the guard has seen the request before.
    /// - [`ReplayGuardFailed`](RejectReason::ReplayGuardFailed): the guard could not tell.
    pub fn check_replay(self, guard: &(impl ReplayGuard + ?Sized)) -> Result<Self, Rejected> {
        match guard.remember(&self) {
            Ok(true) => Ok(self),
            Ok(false) => Err(RejectReason::Replayed.into()),
            Err(_) => Err(RejectReason::ReplayGuardFailed.into()),
        }
    }
}

/// Remembers accepted requests for as long as they could be accepted again.
///
/// [`MemoryReplayGuard`] does so for one process. Several servers need a store that they share,
/// under the [`signature`](Verified::signature) of a request and until it
/// [expires](Verified::expires_at). This trait is for stores that block. A store that is awaited
/// needs no trait:
///
/// ```
/// # use std::time::SystemTime;
/// # use volcengine_sigv4::{RejectReason, Rejected, Verified};
/// # struct Store;
/// # impl Store {
/// #     async fn insert_if_absent(&self, _: String, _: SystemTime) -> std::io::Result<bool> {
/// #         Ok(true)
/// #     }
/// # }
/// async fn accept_once(store: &Store, verified: Verified) -> Result<Verified, Rejected> {
///     let name = verified.signature().to_string();
///     match store.insert_if_absent(name, verified.expires_at()).await {
///         Ok(true) => Ok(verified),
///         Ok(false) => Err(RejectReason::Replayed.into()),
///         Err(_) => Err(RejectReason::ReplayGuardFailed.into()),
///     }
/// }
/// ```
///
/// Two equal requests of one second have one signature, so the second counts as a replay. All
/// verifiers that share a guard must have the same [window](crate::Verifier::with_max_skew): a
/// guard forgets what one of them considers expired.
///
/// # Examples
///
/// A folder can be such a store, since it has each file name only once:
///
/// ```
/// use std::error::Error;
/// use std::fs::File;
/// use std::io;
/// use std::path::PathBuf;
///
/// use volcengine_sigv4::{ReplayGuard, Verified};
///
/// struct SharedFolder(PathBuf);
///
/// impl ReplayGuard for SharedFolder {
///     fn remember(&self, verified: &Verified) -> Result<bool, Box<dyn Error + Send + Sync>> {
///         // Delete a file an hour after its `expires_at`: a slow payload can arrive that late.
///         match File::create_new(self.0.join(verified.signature().to_string())) {
///             Ok(_) => Ok(true),
///             Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
///             Err(error) => Err(error.into()),
///         }
///     }
/// }
/// ```
pub trait ReplayGuard: Send + Sync {
    /// Remembers `verified` and returns whether it is new.
    ///
    /// Must be atomic: of two calls at once for one request, only one may return `true`. Must
    /// return `false` for a request that the guard may have forgotten.
    ///
    /// # Errors
    ///
    /// Any error of the store. The request is then refused and the error is dropped, so log it
    /// here.
    fn remember(&self, verified: &Verified) -> Result<bool, Box<dyn Error + Send + Sync>>;
}

/// A [`ReplayGuard`] in memory, for one process.
///
/// It forgets a request when that has expired. When it is full, it accepts no request: only senders
/// with a key can fill it, with presigned URLs for up to 7 days.
///
/// # Examples
///
/// ```
/// use volcengine_sigv4::{Credentials, MemoryReplayGuard, RejectReason, Signer, Verifier};
///
/// let credentials = Credentials::new("AKLTEXAMPLE", "secret")?;
/// let mut request = http::Request::get("http://localhost/").body("")?;
/// Signer::new(credentials.clone(), "cn-beijing", "ecs")?.sign(&mut request)?;
/// let (head, _) = request.into_parts();
///
/// let verifier = Verifier::new("cn-beijing", "ecs")?;
/// let guard = MemoryReplayGuard::new(100_000);
/// let receive =
///     || verifier.claim(&head)?.verify(Some(&credentials), ())?.check_replay(&guard);
/// assert!(receive().is_ok());
/// assert_eq!(receive().unwrap_err().reason(), RejectReason::Replayed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct MemoryReplayGuard {
    capacity: usize,
    seen: Mutex<Seen>,
}

// Plain sets, without constant time: they hold verified signatures only.
#[derive(Default)]
struct Seen {
    signatures: HashSet<[u8; 32]>,
    by_expiry: BTreeSet<(SystemTime, [u8; 32])>,
    /// The latest expiry of all forgotten requests.
    forgotten: Option<SystemTime>,
}

impl MemoryReplayGuard {
    /// Makes a guard that remembers at most `capacity` requests, each in about 200 bytes.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, seen: Mutex::default() }
    }
}

impl ReplayGuard for MemoryReplayGuard {
    fn remember(&self, verified: &Verified) -> Result<bool, Box<dyn Error + Send + Sync>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).add(verified, self.capacity)
    }
}

impl Seen {
    fn add(
        &mut self,
        verified: &Verified,
        capacity: usize,
    ) -> Result<bool, Box<dyn Error + Send + Sync>> {
        let is_over = |entry: &(SystemTime, _)| entry.0 < verified.received_at();
        while self.by_expiry.first().is_some_and(is_over) {
            if let Some((expires_at, signature)) = self.by_expiry.pop_first() {
                self.signatures.remove(&signature);
                self.forgotten = self.forgotten.max(Some(expires_at));
            }
        }
        let signature = verified.signature().to_bytes();
        // A request that was received in time may arrive here late, after its twin was forgotten.
        let may_be_forgotten = Some(verified.expires_at()) <= self.forgotten;
        if may_be_forgotten || self.signatures.contains(&signature) {
            return Ok(false);
        }
        if self.signatures.len() >= capacity {
            return Err("the replay guard is full".into());
        }
        self.signatures.insert(signature);
        self.by_expiry.insert((verified.expires_at(), signature));
        Ok(true)
    }
}

impl fmt::Debug for MemoryReplayGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryReplayGuard")
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}
