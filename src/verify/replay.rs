//! Replay protection: accepts each request only once.

use std::collections::{BTreeSet, HashSet};
use std::error::Error;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::rejected::{RejectReason, Rejected};
use super::verified::Verified;

impl Verified {
    /// Returns the request if it is new to `guard`, which then remembers it.
    ///
    /// # Errors
    ///
    /// - [`Replayed`](RejectReason::Replayed): the guard has seen the request before. Or it cannot
    ///   know, because it may have deleted its entry for this request.
    /// - [`ReplayGuardFailed`](RejectReason::ReplayGuardFailed): the guard returned an error.
    pub fn check_replay(self, guard: &(impl ReplayGuard + ?Sized)) -> Result<Self, Rejected> {
        match guard.remember(&self) {
            Ok(true) => Ok(self),
            Ok(false) => Err(RejectReason::Replayed.into()),
            Err(_) => Err(RejectReason::ReplayGuardFailed.into()),
        }
    }
}

/// Remembers accepted requests, so that a request that is sent again is refused.
///
/// [`MemoryReplayGuard`] does this for one process. Several servers need a store that they share.
/// Use the [`signature`](Verified::signature) of a request as the key of its entry.
///
/// The verifier checks the time when it parses the head of a request, so a request with a slow
/// payload can reach the guard after it has expired. In a shared store, keep each entry until one
/// hour after [`expires_at`](Verified::expires_at). A guard must refuse a request whose entry it
/// may have deleted.
///
/// All verifiers that share a guard must have the same
/// [`max_skew`](crate::Verifier::with_max_skew). Otherwise one verifier could still accept a
/// request that the guard has already forgotten.
///
/// Two equal requests that are signed within the same second have the same signature. The guard
/// refuses the second one as a replay.
///
/// This trait is for stores whose calls block. For an `async` store, write a function instead:
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use volcengine_sigv4::{RejectReason, Rejected, Verified};
///
/// # struct Store;
/// # impl Store {
/// #     async fn insert_if_absent(&self, _: String, _: SystemTime) -> std::io::Result<bool> {
/// #         Ok(true)
/// #     }
/// # }
/// async fn accept_once(store: &Store, verified: Verified) -> Result<Verified, Rejected> {
///     let key = verified.signature().to_string();
///     let keep_until = verified.expires_at() + Duration::from_secs(3600);
///     let is_new = store.insert_if_absent(key, keep_until).await;
///     // From `keep_until` on, the store may have forgotten the request.
///     let may_be_forgotten = SystemTime::now() >= keep_until;
///     match is_new {
///         Ok(true) if !may_be_forgotten => Ok(verified),
///         Ok(_) => Err(RejectReason::Replayed.into()),
///         Err(_) => Err(RejectReason::ReplayGuardFailed.into()),
///     }
/// }
/// ```
///
/// # Examples
///
/// A shared folder can be a store for this trait, because it cannot contain two files with the same
/// name. This example leaves out the job that deletes old files. With the default
/// [`max_skew`](crate::Verifier::with_max_skew), the job may delete each file after 8 days: a
/// presigned URL expires at most 7 days and 15 minutes after it was received.
///
/// ```
/// use std::error::Error;
/// use std::fs::File;
/// use std::io;
/// use std::path::PathBuf;
/// use std::time::{Duration, SystemTime};
///
/// use volcengine_sigv4::{ReplayGuard, Verified};
///
/// struct SharedFolder(PathBuf);
///
/// impl ReplayGuard for SharedFolder {
///     fn remember(&self, verified: &Verified) -> Result<bool, Box<dyn Error + Send + Sync>> {
///         let keep_until = verified.expires_at() + Duration::from_secs(3600);
///         match File::create_new(self.0.join(verified.signature().to_string())) {
///             // From `keep_until` on, an earlier file may have been deleted.
///             Ok(_) => Ok(SystemTime::now() < keep_until),
///             Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
///             Err(error) => Err(error.into()),
///         }
///     }
/// }
/// ```
pub trait ReplayGuard: Send + Sync {
    /// Remembers `verified` and returns whether it is new.
    ///
    /// The implementation must be atomic: if two threads or servers call it for the same request at
    /// the same time, only one call may return `true`. It must return `false` for a request that
    /// the guard may have forgotten.
    ///
    /// # Errors
    ///
    /// An error of the store. The request is then refused. Log the error here, because
    /// [`check_replay`](Verified::check_replay) drops it.
    fn remember(&self, verified: &Verified) -> Result<bool, Box<dyn Error + Send + Sync>>;
}

/// A [`ReplayGuard`] in memory, for one process.
///
/// When it gets a request, it deletes the entries of all requests that expired before this one was
/// received. From then on, it refuses every request that does not expire later than a deleted one,
/// because it cannot know whether it has seen that request. A request whose payload arrives too
/// slowly can be refused for this reason.
///
/// When the guard is full, it refuses every new request with
/// [`ReplayGuardFailed`](RejectReason::ReplayGuardFailed) until a remembered request expires. Only
/// senders with valid credentials can fill it. A presigned URL can occupy an entry for about 7
/// days.
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

/// The remembered requests.
///
/// The look-ups are not in constant time. This is safe, because only verified signatures are looked
/// up.
#[derive(Default)]
struct Seen {
    signatures: HashSet<[u8; 32]>,
    by_expiry: BTreeSet<(SystemTime, [u8; 32])>,
    /// The latest `expires_at` of all forgotten requests.
    latest_forgotten_expiry: Option<SystemTime>,
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
        let has_expired = |entry: &(SystemTime, _)| entry.0 < verified.received_at();
        while self.by_expiry.first().is_some_and(has_expired) {
            if let Some((expires_at, signature)) = self.by_expiry.pop_first() {
                self.signatures.remove(&signature);
                self.latest_forgotten_expiry = self.latest_forgotten_expiry.max(Some(expires_at));
            }
        }
        let signature = verified.signature().to_bytes();
        // The head of the request arrived in time, but its payload may have arrived late. An equal
        // request may have been remembered and forgotten in the meantime.
        let may_be_forgotten = Some(verified.expires_at()) <= self.latest_forgotten_expiry;
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
