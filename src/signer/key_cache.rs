//! A cache for the signing key of the day.
//!
//! Deriving a key takes about four times as much hashing as signing with it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::credentials::Credentials;
use crate::protocol::scope::RegionAndService;
use crate::protocol::signing_key::SigningKey;
use crate::protocol::timestamp::XDate;

/// Caches one signing key for one region and service. The key is derived again when the day or the
/// secret access key changes.
pub(crate) struct KeyCache {
    scope: RegionAndService,
    cached_key: Mutex<Option<Arc<SigningKey>>>,
}

impl KeyCache {
    pub(super) fn new(scope: RegionAndService) -> Self {
        Self { scope, cached_key: Mutex::default() }
    }

    /// Returns a cache for other credentials. It starts with the cached key of this one if the
    /// secret access key is the same.
    pub(super) fn for_credentials(&self, credentials: &Credentials) -> Self {
        let key =
            self.lock().clone().filter(|key| key.credentials().has_same_secret_as(credentials));
        Self { scope: self.scope.clone(), cached_key: Mutex::new(key) }
    }

    pub(crate) fn scope(&self) -> &RegionAndService {
        &self.scope
    }

    /// Returns the signing key for the day of `x_date`. Derives it if it is not in the cache.
    pub(super) fn key(&self, credentials: &Credentials, x_date: &XDate) -> Arc<SigningKey> {
        let mut cached_key = self.lock();
        match &*cached_key {
            Some(key)
                if key.scope().has_same_date_as(x_date)
                    && key.credentials().has_same_secret_as(credentials) =>
            {
                Arc::clone(key)
            }
            _ => {
                let key = Arc::new(SigningKey::derive(credentials, &self.scope.to_scope(x_date)));
                *cached_key = Some(Arc::clone(&key));
                key
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<SigningKey>>> {
        // A poisoned lock is harmless: the key is replaced in one assignment.
        self.cached_key.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
