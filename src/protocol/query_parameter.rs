//! The parameters of a presigned URL, in the spelling that the protocol has for them.

pub(crate) const X_ALGORITHM: &str = "X-Algorithm";
pub(crate) const X_CREDENTIAL: &str = "X-Credential";
pub(crate) const X_DATE: &str = "X-Date";
pub(crate) const X_EXPIRES: &str = "X-Expires";
pub(crate) const X_NOT_SIGN_BODY: &str = "X-NotSignBody";
pub(crate) const X_SECURITY_TOKEN: &str = "X-Security-Token";
pub(crate) const X_SIGNATURE: &str = "X-Signature";
pub(crate) const X_SIGNED_HEADERS: &str = "X-SignedHeaders";
pub(crate) const X_SIGNED_QUERIES: &str = "X-SignedQueries";

/// The most that `X-Expires` may say, in seconds: 7 days.
pub(crate) const LONGEST_LIFE: u64 = 7 * 24 * 60 * 60;
