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
///         // Whoever tidies up removes files that are older than the verifier's window.
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
    /// calls at once only one is told so.
    ///
    /// # Errors
    ///
    /// Whatever keeps the guard from knowing. The request is then refused.
    fn is_first_use(&self, verified: &Verified) -> io::Result<bool>;
}

/// A [`ReplayGuard`] in memory, for one process.
///
/// It forgets a request once that has expired. While it is full of others it accepts none: only
/// senders with a key can fill it.
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
    /// The latest time that any request was seen at.
    now: Option<SystemTime>,
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
        let now = self.now.max(Some(verified.seen_at)).unwrap_or(verified.seen_at);
        self.now = Some(now);
        while self.by_expiry.first().is_some_and(|(expires_at, _)| *expires_at < now) {
            if let Some((_, signature)) = self.by_expiry.pop_first() {
                self.signatures.remove(&signature);
            }
        }
        // What was verified in time and comes here late may have been forgotten.
        if verified.expires_at() < now || self.signatures.contains(verified.signature().as_bytes())
        {
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
