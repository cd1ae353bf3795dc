//! The signing key of the day, kept: deriving one takes four times the hashing of using it.

use std::sync::{Arc, Mutex, PoisonError};

use crate::credentials::Credentials;
use crate::protocol::scope::RegionAndService;
use crate::protocol::signing_key::SigningKey;
use crate::protocol::timestamp::XDate;

/// One key, for the credentials and the date it was derived from. Region and service are the
/// signer's, and a signer for others has a cache of its own.
#[derive(Default)]
pub(super) struct KeyCache(Mutex<Option<Entry>>);

struct Entry {
    credentials: Credentials,
    key: Arc<SigningKey>,
}

impl KeyCache {
    pub(super) fn key(
        &self,
        credentials: &Credentials,
        scope: &RegionAndService,
        x_date: &XDate,
    ) -> Arc<SigningKey> {
        // An entry is replaced whole, so one that a panic left behind is whole too.
        let mut entry = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*entry {
            Some(Entry { credentials: derived_from, key })
                if x_date.dates(key.scope().as_str())
                    && derived_from.has_secret_of(credentials) =>
            {
                Arc::clone(key)
            }
            _ => {
                let key = Arc::new(SigningKey::derive(credentials, &scope.on(x_date)));
                *entry = Some(Entry { credentials: credentials.clone(), key: Arc::clone(&key) });
                key
            }
        }
    }
}
