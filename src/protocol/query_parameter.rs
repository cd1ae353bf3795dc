//! The names of the query parameters that presigning adds to a URL, as the protocol spells them.

pub(crate) const X_ALGORITHM: &str = "X-Algorithm";
pub(crate) const X_CREDENTIAL: &str = "X-Credential";
pub(crate) const X_DATE: &str = "X-Date";
pub(crate) const X_EXPIRES: &str = "X-Expires";
pub(crate) const X_NOT_SIGN_BODY: &str = "X-NotSignBody";
pub(crate) const X_SECURITY_TOKEN: &str = "X-Security-Token";
pub(crate) const X_SIGNATURE: &str = "X-Signature";
pub(crate) const X_SIGNED_HEADERS: &str = "X-SignedHeaders";
pub(crate) const X_SIGNED_QUERIES: &str = "X-SignedQueries";

/// Every parameter that presigning adds.
pub(crate) const PRESIGN_PARAMETERS: [&str; 9] = [
    X_ALGORITHM,
    X_CREDENTIAL,
    X_DATE,
    X_EXPIRES,
    X_NOT_SIGN_BODY,
    X_SECURITY_TOKEN,
    X_SIGNATURE,
    X_SIGNED_HEADERS,
    X_SIGNED_QUERIES,
];

/// Returns whether `key` is the name of a parameter that presigning adds.
pub(crate) fn is_presign_parameter(key: &[u8]) -> bool {
    PRESIGN_PARAMETERS.iter().any(|name| key == name.as_bytes())
}

/// The largest value of `X-Expires`: 7 days, in seconds.
pub(crate) const MAX_EXPIRES: u64 = 7 * 24 * 60 * 60;
