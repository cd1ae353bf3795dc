//! What the protocol prescribes, one step a file, in the order of the data.
//!
//! Pure: the steps know no clock, no policy and no client.

pub(crate) mod authorization;
pub(crate) mod canonical;
pub(crate) mod hex;
pub(crate) mod scope;
pub(crate) mod signature;
pub(crate) mod signing_key;
pub(crate) mod string_to_sign;
pub(crate) mod timestamp;

use http::HeaderName;

pub(crate) const ALGORITHM: &str = "HMAC-SHA256";

pub(crate) static X_DATE: HeaderName = HeaderName::from_static("x-date");
pub(crate) static X_CONTENT_SHA256: HeaderName = HeaderName::from_static("x-content-sha256");
pub(crate) static X_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-security-token");
pub(crate) const X_SIGNATURE: &str = "X-Signature";
