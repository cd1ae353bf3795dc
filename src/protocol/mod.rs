//! What the protocol prescribes, one step per file, in the order of the data.
//!
//! The steps know no clock, no policy and no client.

// What the steps are made from.
pub(crate) mod header;
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
