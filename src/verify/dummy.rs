//! Credentials and a key that nobody has.
//!
//! A request with an unknown access key id is checked against them, so that the time of the answer
//! does not tell which ids exist.

use std::sync::LazyLock;

use crate::credentials::Credentials;
use crate::protocol::signing_key::SigningKey;

pub(super) fn credentials<'a>() -> Option<&'a Credentials> {
    static CREDENTIALS: LazyLock<Option<Credentials>> =
        LazyLock::new(|| Credentials::new("nobody", "nobody").ok());
    CREDENTIALS.as_ref()
}

pub(super) fn signing_key<'a>() -> Option<&'a SigningKey> {
    static SIGNING_KEY: LazyLock<Option<SigningKey>> = LazyLock::new(|| {
        let scope = "19700101/nowhere/nothing/request".parse().ok()?;
        Some(SigningKey::derive(credentials()?, &scope))
    });
    SIGNING_KEY.as_ref()
}
