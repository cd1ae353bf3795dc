//! The steps of the signing protocol, one module for each step, and the parts that the steps share.
//!
//! The steps do not read the clock. They do not depend on the settings of a signer or verifier, or
//! on an HTTP client.

// Parts that the steps share.
pub(crate) mod header;
pub(crate) mod hex;
pub(crate) mod query_parameter;
pub(crate) mod scope;
pub(crate) mod timestamp;
// Step 1: the canonical request.
pub(crate) mod canonical;
// Step 2: the string to sign.
pub(crate) mod string_to_sign;
// Step 3: the signing key.
pub(crate) mod signing_key;
// Step 4: the signature.
pub(crate) mod signature;
// Step 5: the authorization value.
pub(crate) mod authorization;

/// The name of the signing algorithm.
pub(crate) const ALGORITHM: &str = "HMAC-SHA256";
