//! The parameters of a presigned URL, in the protocol's spelling.

pub(crate) const X_ALGORITHM: &str = "X-Algorithm";
pub(crate) const X_CREDENTIAL: &str = "X-Credential";
pub(crate) const X_DATE: &str = "X-Date";
pub(crate) const X_EXPIRES: &str = "X-Expires";
pub(crate) const X_NOT_SIGN_BODY: &str = "X-NotSignBody";
pub(crate) const X_SECURITY_TOKEN: &str = "X-Security-Token";
pub(crate) const X_SIGNATURE: &str = "X-Signature";
pub(crate) const X_SIGNED_HEADERS: &str = "X-SignedHeaders";
pub(crate) const X_SIGNED_QUERIES: &str = "X-SignedQueries";

/// Every parameter that presigning writes, except the signature.
pub(crate) const WRITTEN: [&str; 8] = [
    X_ALGORITHM,
    X_CREDENTIAL,
    X_DATE,
    X_EXPIRES,
    X_NOT_SIGN_BODY,
    X_SECURITY_TOKEN,
    X_SIGNED_HEADERS,
    X_SIGNED_QUERIES,
];

/// Returns whether `key` is one of these parameters.
pub(crate) fn is_own(key: &[u8]) -> bool {
    key == X_SIGNATURE.as_bytes() || WRITTEN.iter().any(|name| key == name.as_bytes())
}

/// The largest `X-Expires`, in seconds: 7 days.
pub(crate) const LONGEST_LIFE: u64 = 7 * 24 * 60 * 60;
