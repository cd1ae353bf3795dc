//! The signing key of the day, kept: deriving one takes four times the hashing of using it.

use std::sync::{Arc, Mutex, PoisonError};

use crate::credentials::Credentials;
use crate::protocol::scope::RegionAndService;
use crate::protocol::signing_key::SigningKey;
use crate::protocol::timestamp::XDate;

/// One key of one region and service, for the credentials and the date it was derived from.
pub(crate) struct KeyCache {
    scope: RegionAndService,
    entry: Mutex<Option<Arc<SigningKey>>>,
}

impl KeyCache {
    pub(super) fn new(scope: RegionAndService) -> Self {
        Self { scope, entry: Mutex::default() }
    }

    pub(crate) fn scope(&self) -> &RegionAndService {
        &self.scope
    }

    pub(super) fn key(&self, credentials: &Credentials, x_date: &XDate) -> Arc<SigningKey> {
        // An entry is replaced whole, so one that a panic left behind is whole too.
        let mut entry = self.entry.lock().unwrap_or_else(PoisonError::into_inner);
        match &*entry {
            Some(key)
                if key.scope().is_of_the_day_of(x_date)
                    && key.credentials().has_secret_of(credentials) =>
            {
                Arc::clone(key)
            }
            _ => {
                let key = Arc::new(SigningKey::derive(credentials, &self.scope.on(x_date)));
                *entry = Some(Arc::clone(&key));
                key
            }
        }
    }
}
