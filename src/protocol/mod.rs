//! What the protocol prescribes, one step a file, in the order of the data.
//!
//! Pure: the steps know no clock, no policy and no client.

// What the steps are made from.
pub(crate) mod hex;
pub(crate) mod query_parameter;
pub(crate) mod scope;
pub(crate) mod timestamp;
// Step 1.
pub(crate) mod canonical;
// Step 2.
pub(crate) mod string_to_sign;
// Step 3.
pub(crate) mod signing_key;
// Step 4.
pub(crate) mod signature;
// Step 5.
pub(crate) mod authorization;

pub(crate) const ALGORITHM: &str = "HMAC-SHA256";

pub(crate) const X_DATE: &str = "x-date";
pub(crate) const X_CONTENT_SHA256: &str = "x-content-sha256";
pub(crate) const X_SECURITY_TOKEN: &str = "x-security-token";
