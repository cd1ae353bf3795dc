//! What most tests start from: one access key, one scope, one moment.
#![allow(dead_code, reason = "each test uses a part of it")]

pub(crate) mod receiving;

use std::time::{Duration, SystemTime};

use volcengine_sigv4::{Credentials, ProvideCredentials, Signer, Verifier, XDate};

pub(crate) const SECOND: Duration = Duration::from_secs(1);

/// The smallest step of `SystemTime` on Windows. A smaller one is rounded to nothing there.
pub(crate) const TICK: Duration = Duration::from_nanos(100);

pub(crate) const X_DATE: &str = "20210818T095729Z";

/// The moment of [`X_DATE`].
pub(crate) fn now() -> SystemTime {
    X_DATE.parse::<XDate>().unwrap().into()
}

pub(crate) fn credentials() -> Credentials {
    Credentials::new("AKLTEXAMPLE", "secret").unwrap()
}

pub(crate) fn with_token(token: &str) -> Credentials {
    credentials().with_session_token(token).unwrap()
}

pub(crate) fn signer() -> Signer {
    signer_of(credentials())
}

pub(crate) fn signer_of(credentials: impl ProvideCredentials + 'static) -> Signer {
    Signer::new(credentials, "cn-beijing", "ecs").unwrap().at(now())
}

pub(crate) fn verifier() -> Verifier {
    Verifier::new("cn-beijing", "ecs").unwrap().at(now())
}
