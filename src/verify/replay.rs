//! A request may be accepted once: who wants that keeps a guard.

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::verified::Verified;

/// Remembers which requests were accepted, as long as they could be accepted again.
///
/// [`MemoryReplayGuard`] does so for one process. Several servers need a store that they share; a
/// guard of one's own asks it with what [`Verified::signature`] and [`Verified::expires_at`] say.
///
/// Two equal requests of one second have one signature, so the second counts as a replay. Verifiers
/// that share a guard have one [window](crate::Verifier::with_max_skew): what one of them takes for
/// expired is forgotten for all.
///
/// # Examples
///
/// A store that adds a name only once, as a folder does:
///
/// ```
/// use std::fs::File;
/// use std::io;
/// use std::path::PathBuf;
///
/// use volcengine_sigv4::{ReplayGuard, Verified};
///
/// struct SharedFolder(PathBuf);
///
/// impl ReplayGuard for SharedFolder {
///     fn is_first_use(&self, verified: &Verified) -> io::Result<bool> {
///         // A file may go an hour after the `expires_at`: a slow payload can come as late.
///         match File::create_new(self.0.join(verified.signature().to_string())) {
///             Ok(_) => Ok(true),
///             Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
///             Err(error) => Err(error),
///         }
///     }
/// }
/// ```
pub trait ReplayGuard: Send + Sync {
    /// Takes note of `verified` and returns whether it is seen for the first time, so that of two
    /// calls at once only one is told so. What may have been forgotten is not.
    ///
    /// # Errors
    ///
    /// Whatever keeps the guard from knowing. The request is then refused, and the error dropped: log
    /// it here.
    fn is_first_use(&self, verified: &Verified) -> io::Result<bool>;
}

/// A [`ReplayGuard`] in memory, for one process.
///
/// It forgets a request once that has expired. While it is full of others it accepts none: only
/// senders with a key can fill it, for 7 days with presigned URLs of the longest life.
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
/// let receive = || verifier.claim(&head)?.verify(&credentials, ())?.first_use(&guard);
/// assert!(receive().is_ok());
/// assert_eq!(receive().unwrap_err().reason(), RejectReason::Replayed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct MemoryReplayGuard {
    capacity: usize,
    seen: Mutex<Seen>,
}

// Only signatures that were verified come here, so no time tells a forger anything.
#[derive(Default)]
struct Seen {
    signatures: HashSet<[u8; 32]>,
    by_expiry: BTreeSet<(SystemTime, [u8; 32])>,
    /// The latest expiry of what was forgotten.
    forgotten: Option<SystemTime>,
}

impl MemoryReplayGuard {
    /// Makes a guard that remembers `capacity` requests at most, each in some 200 bytes.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, seen: Mutex::default() }
    }
}

impl ReplayGuard for MemoryReplayGuard {
    fn is_first_use(&self, verified: &Verified) -> io::Result<bool> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).add(verified, self.capacity)
    }
}

impl Seen {
    fn add(&mut self, verified: &Verified, capacity: usize) -> io::Result<bool> {
        let is_over = |entry: &(SystemTime, _)| entry.0 < verified.particulars.seen_at;
        while self.by_expiry.first().is_some_and(is_over) {
            if let Some((expires_at, signature)) = self.by_expiry.pop_first() {
                self.signatures.remove(&signature);
                self.forgotten = self.forgotten.max(Some(expires_at));
            }
        }
        // What was verified in time and comes here late may have been forgotten.
        let may_be_forgotten = Some(verified.expires_at()) <= self.forgotten;
        if may_be_forgotten || self.signatures.contains(verified.signature().as_bytes()) {
            return Ok(false);
        }
        if self.signatures.len() >= capacity {
            return Err(io::Error::other("the replay guard is full"));
        }
        let signature = *verified.signature().as_bytes();
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
