//! The names of the headers that signing adds, as the canonical request spells them.

use http::HeaderMap;
use http::header::AsHeaderName;

pub(crate) const X_DATE: &str = "x-date";
pub(crate) const X_CONTENT_SHA256: &str = "x-content-sha256";
pub(crate) const X_SECURITY_TOKEN: &str = "x-security-token";

/// Returns the trimmed value of the header `name`, or `None` if it is absent. It is an error if the
/// header occurs more than once.
pub(crate) fn single_value(
    headers: &HeaderMap,
    name: impl AsHeaderName,
) -> Result<Option<&[u8]>, Repeated> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (_, Some(_)) => Err(Repeated),
        (value, None) => Ok(value.map(|value| value.as_bytes().trim_ascii())),
    }
}

/// The error for a header that occurs more than once.
pub(crate) struct Repeated;
