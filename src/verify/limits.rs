//! The limits on what a request may ask a verifier to read.

use http::header::AUTHORIZATION;
use http::request;

use super::rejected::{RejectReason, Rejected};

const LONGEST_AUTHORIZATION: usize = 4096;
const MOST_SIGNED_HEADERS: usize = 64;
const MOST_PARAMETERS: usize = 1024;

/// Refuses a request whose authorization or query takes too much work to read.
pub(super) fn check_size(head: &request::Parts) -> Result<(), Rejected> {
    let authorizations = head.headers.get_all(AUTHORIZATION).iter();
    if let Some(long) =
        authorizations.map(|value| value.len()).find(|length| *length > LONGEST_AUTHORIZATION)
    {
        return Err(too_large("authorization", long, LONGEST_AUTHORIZATION, "bytes"));
    }
    check_count("query", head.uri.query().unwrap_or_default(), '&', MOST_PARAMETERS)
}

/// Refuses a list of too many signed headers.
pub(super) fn check_signed_headers(list: &str) -> Result<(), Rejected> {
    check_count("SignedHeaders", list, ';', MOST_SIGNED_HEADERS)
}

/// Checks that a list has at most `most` items, empty ones counted.
fn check_count(name: &str, list: &str, separator: char, most: usize) -> Result<(), Rejected> {
    if list.len() < most {
        return Ok(());
    }
    match list.split(separator).count() {
        count if count > most => Err(too_large(name, count, most, "items")),
        _ => Ok(()),
    }
}

fn too_large(name: &str, found: usize, most: usize, unit: &str) -> Rejected {
    let detail = format!("{name} has {found} {unit}, expected at most {most}");
    Rejected::new(RejectReason::TooLarge, detail)
}
