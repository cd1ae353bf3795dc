//! Which bytes the texts of the protocol may have, and how many.
//!
//! In: a text and the name that an error calls it by. Out: nothing, or an error that names the
//! length or the offset, never the value.

use crate::error::{Error, ErrorKind};

/// Checks an access key id. It may hold an inner space, as the placeholder of the vendor's sample
/// does.
pub(crate) fn check_access_key_id(kind: ErrorKind, name: &str, value: &str) -> Result<(), Error> {
    check_length(kind, name, value, 128)?;
    let is_inner = |offset: usize| 0 < offset && offset.saturating_add(1) < value.len();
    check_bytes(kind, name, value, SCOPE_PART, |offset, byte| {
        is_scope_part(byte) || (byte == b' ' && is_inner(offset))
    })
}

/// Checks a secret access key.
pub(crate) fn check_secret_access_key(name: &str, value: &str) -> Result<(), Error> {
    let kind = ErrorKind::InvalidCredentials;
    check_length(kind, name, value, 1024)?;
    let start = value.len().saturating_sub(value.trim_start().len());
    let end = value.trim_end().len();
    let expected = "no line break and no white space around it";
    check_bytes(kind, name, value, expected, |offset, byte| {
        (start..end).contains(&offset) && !matches!(byte, b'\r' | b'\n')
    })
}

/// Checks a session token.
pub(crate) fn check_session_token(name: &str, value: &str) -> Result<(), Error> {
    let kind = ErrorKind::InvalidCredentials;
    check_length(kind, name, value, 8192)?;
    check_bytes(kind, name, value, "visible ASCII", |_, byte| byte.is_ascii_graphic())
}

/// Checks a region and a service.
pub(crate) fn check_region_and_service(region: &str, service: &str) -> Result<(), Error> {
    let kind = ErrorKind::InvalidScope;
    for (name, value) in [("region", region), ("service", service)] {
        check_length(kind, name, value, 128)?;
        check_bytes(kind, name, value, SCOPE_PART, |_, byte| is_scope_part(byte))?;
    }
    Ok(())
}

// "/" separates the parts of the scope, "," those of the authorization.
const SCOPE_PART: &str = "visible ASCII without \"/\" and \",\"";

fn is_scope_part(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'/' | b',')
}

fn check_length(kind: ErrorKind, name: &str, value: &str, most: usize) -> Result<(), Error> {
    match value.len() {
        length if (1..=most).contains(&length) => Ok(()),
        length => Err(Error::length(kind, name, length, most)),
    }
}

fn check_bytes(
    kind: ErrorKind,
    name: &str,
    value: &str,
    expected: &str,
    is_allowed: impl Fn(usize, u8) -> bool,
) -> Result<(), Error> {
    match value.bytes().enumerate().find(|&(offset, byte)| !is_allowed(offset, byte)) {
        None => Ok(()),
        Some((offset, _)) => Err(Error::byte(kind, name, offset, expected)),
    }
}
