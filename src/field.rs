//! Checks the length and the bytes of access key ids, secret access keys, session tokens, regions
//! and services.
//!
//! In: a value and its name for the error text. Out: `Ok(())`, or an error with that name and the
//! length of the value or the offset of the invalid byte. The error never contains the value.

use crate::error::{Error, ErrorKind};

/// Checks an access key id. The placeholder in the vendor's sample code contains a space. Therefore
/// spaces are allowed, but not at the start or end.
pub(crate) fn check_access_key_id(kind: ErrorKind, name: &str, value: &str) -> Result<(), Error> {
    check_length(kind, name, value, 128)?;
    let expected = "visible ASCII or inner spaces, without \"/\" and \",\"";
    let is_inner = |offset: usize| 0 < offset && offset.saturating_add(1) < value.len();
    check_bytes(kind, name, value, expected, |offset, byte| {
        is_scope_part(byte) || (byte == b' ' && is_inner(offset))
    })
}

/// Checks a secret access key.
pub(crate) fn check_secret_access_key(name: &str, value: &str) -> Result<(), Error> {
    let kind = ErrorKind::InvalidCredentials;
    check_length(kind, name, value, 1024)?;
    let start = value.len().saturating_sub(value.trim_start().len());
    let end = value.trim_end().len();
    let expected = "no line break and no white space at either end";
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

/// Checks a region and a service, which are parts of the credential scope.
pub(crate) fn check_region_and_service(region: &str, service: &str) -> Result<(), Error> {
    let kind = ErrorKind::InvalidScope;
    let expected = "visible ASCII without \"/\" and \",\"";
    for (name, value) in [("region", region), ("service", service)] {
        check_length(kind, name, value, 128)?;
        check_bytes(kind, name, value, expected, |_, byte| is_scope_part(byte))?;
    }
    Ok(())
}

// "/" separates the parts of the scope, and "," separates the parts of the authorization.
fn is_scope_part(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'/' | b',')
}

fn check_length(kind: ErrorKind, name: &str, value: &str, max_length: usize) -> Result<(), Error> {
    match value.len() {
        length if (1..=max_length).contains(&length) => Ok(()),
        length => Err(Error::invalid_length(kind, name, length, max_length)),
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
        Some((offset, _)) => Err(Error::invalid_byte(kind, name, offset, expected)),
    }
}
