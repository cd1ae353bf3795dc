//! Dummy credentials and a dummy signing key.
//!
//! A request with an unknown access key id is checked against them. It then takes as long as a
//! request with a wrong signature, so that an attacker cannot find out which ids exist.

use std::sync::LazyLock;

use crate::credentials::Credentials;
use crate::protocol::signing_key::SigningKey;

/// Returns the dummy credentials. They are always `Some`, because the texts below are valid.
pub(super) fn credentials<'a>() -> Option<&'a Credentials> {
    static CREDENTIALS: LazyLock<Option<Credentials>> =
        LazyLock::new(|| Credentials::new("dummy", "dummy").ok());
    CREDENTIALS.as_ref()
}

/// Returns a key derived from the dummy credentials.
pub(super) fn signing_key<'a>() -> Option<&'a SigningKey> {
    static SIGNING_KEY: LazyLock<Option<SigningKey>> = LazyLock::new(|| {
        let scope = "19700101/dummy/dummy/request".parse().ok()?;
        Some(SigningKey::derive(credentials()?, &scope))
    });
    SIGNING_KEY.as_ref()
}
