//! Limits on the size of the parts of a request that a verifier parses.

use http::header::AUTHORIZATION;
use http::request;

use super::rejected::{RejectReason, Rejected};

const MAX_AUTHORIZATION_BYTES: usize = 4096;
const MAX_SIGNED_HEADERS: usize = 64;
const MAX_PARAMETERS: usize = 1024;

/// Refuses a request whose `Authorization` header is too long, or whose query has too many
/// parameters.
pub(super) fn check_size(head: &request::Parts) -> Result<(), Rejected> {
    let authorizations = head.headers.get_all(AUTHORIZATION).iter();
    if let Some(length) =
        authorizations.map(|value| value.len()).find(|length| *length > MAX_AUTHORIZATION_BYTES)
    {
        return Err(too_large("authorization", length, MAX_AUTHORIZATION_BYTES, "bytes"));
    }
    check_count("query", head.uri.query().unwrap_or_default(), '&', MAX_PARAMETERS)
}

/// Refuses a list with too many signed headers.
pub(super) fn check_signed_headers(list: &str) -> Result<(), Rejected> {
    check_count("SignedHeaders", list, ';', MAX_SIGNED_HEADERS)
}

/// Checks that a list has at most `max` items. Empty items count, too.
fn check_count(name: &str, list: &str, separator: char, max: usize) -> Result<(), Rejected> {
    // `n` items have at least `n - 1` separators, so such a short list cannot have too many.
    if list.len() < max {
        return Ok(());
    }
    match list.split(separator).count() {
        count if count > max => Err(too_large(name, count, max, "items")),
        _ => Ok(()),
    }
}

fn too_large(name: &str, found: usize, max: usize, unit: &str) -> Rejected {
    let detail = format!("{name} has {found} {unit}, expected at most {max}");
    Rejected::new(RejectReason::TooLarge, detail)
}
