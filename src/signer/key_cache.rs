//! The signing key of the day, kept: deriving a key takes four times the hashing of using it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::credentials::Credentials;
use crate::protocol::scope::RegionAndService;
use crate::protocol::signing_key::SigningKey;
use crate::protocol::timestamp::XDate;

/// One key for one region and service, and for the credentials and the day of its derivation.
pub(super) struct KeyCache {
    scope: RegionAndService,
    entry: Mutex<Option<Arc<SigningKey>>>,
}

impl KeyCache {
    pub(super) fn new(scope: RegionAndService) -> Self {
        Self { scope, entry: Mutex::default() }
    }

    /// Returns a cache for other credentials. It starts with this key if the secret is the same.
    pub(super) fn for_credentials(&self, credentials: &Credentials) -> Self {
        let entry =
            self.lock().clone().filter(|key| key.credentials().has_same_secret_as(credentials));
        Self { scope: self.scope.clone(), entry: Mutex::new(entry) }
    }

    pub(super) fn scope(&self) -> &RegionAndService {
        &self.scope
    }

    pub(super) fn key(&self, credentials: &Credentials, x_date: &XDate) -> Arc<SigningKey> {
        let mut entry = self.lock();
        match &*entry {
            Some(key)
                if key.scope().has_same_date_as(x_date)
                    && key.credentials().has_same_secret_as(credentials) =>
            {
                Arc::clone(key)
            }
            _ => {
                let key = Arc::new(SigningKey::derive(credentials, &self.scope.to_scope(x_date)));
                *entry = Some(Arc::clone(&key));
                key
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<SigningKey>>> {
        // A poisoned lock is harmless: the entry is replaced in one assignment.
        self.entry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
