//! Rewrites the URI of a request to the spelling that HTTP clients send.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use http::Uri;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode, utf8_percent_encode};

use crate::error::Error;
use crate::protocol::canonical::{Host, RequestLine};

/// How the signer treats a URI that HTTP clients would change before sending it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UriMode {
    /// Rewrites the URI of the request, if necessary, so that every client sends it unchanged.
    ///
    /// The host becomes lower case. An empty port, port 80 on `http` and port 443 on `https` are
    /// removed, also if they are written with leading zeros. An empty path becomes `/`. Bytes that
    /// clients escape are escaped, and a `+` in the query becomes `%20`. The canonical request
    /// stays the same, except for the case of the host.
    ///
    /// Other changes that clients make are not imitated. The signer returns an error for dot
    /// segments and backslashes in the path, for any other port with leading zeros, and for a host
    /// that is a number or an IP address unless clients keep its spelling.
    #[default]
    Normalize,
    /// Signs and sends the URI as it is. Use it with clients that do not change URIs. Presigning
    /// still writes the query in canonical form.
    Preserve,
}

impl UriMode {
    /// Returns the URI to send, or `None` if `uri` is sent unchanged. `request_line` must have been
    /// parsed from `uri`.
    pub(super) fn rewrite(
        self,
        uri: &Uri,
        request_line: &RequestLine<'_>,
    ) -> Result<Option<Uri>, Error> {
        match self {
            Self::Normalize => normalize(uri, request_line),
            Self::Preserve => Ok(None),
        }
    }
}

fn normalize(uri: &Uri, request_line: &RequestLine<'_>) -> Result<Option<Uri>, Error> {
    check_path(uri.path())?;
    let host = request_line.authority;
    let authority = host.map(|host| normalized_authority(host, uri.scheme_str())).transpose()?;
    let has_path = uri.path_and_query().is_some_and(|target| target.as_str().starts_with('/'));
    let is_start_unchanged = has_path && authority.as_deref() == host.map(|host| host.text);
    // Clients do not change a path and query in canonical form.
    if is_start_unchanged && request_line.has_canonical_encoding() {
        return Ok(None);
    }
    let path = Cow::from(utf8_percent_encode(uri.path(), ESCAPED_BY_CLIENTS));
    let query = uri.query().map(normalized_query);
    if is_start_unchanged && path == uri.path() && query.as_deref() == uri.query() {
        return Ok(None);
    }
    let authority = authority.unwrap_or_default();
    let scheme = uri.scheme_str().map_or(["", ""], |scheme| [scheme, "://"]);
    let query = query.as_deref().map_or(["", ""], |query| ["?", query]);
    let text = [scheme, [&*authority, &*path], query].concat().concat();
    // `Uri` accepted each part, and the rewriting only escapes, shortens or lowers the case. So the
    // length of the whole text is the only thing that it can still refuse.
    Uri::try_from(text).map(Some).map_err(|_| Error::rewritten_uri_too_long())
}

fn normalized_query(query: &str) -> Cow<'_, str> {
    let query = Cow::from(utf8_percent_encode(query, ESCAPED_BY_CLIENTS));
    if query.contains('+') { Cow::Owned(query.replace('+', "%20")) } else { query }
}

fn check_path(path: &str) -> Result<(), Error> {
    if let Some(offset) = path.bytes().position(|byte| byte == b'\\') {
        return Err(Error::path_that_clients_rewrite("backslash", offset));
    }
    let mut offset = 0_usize;
    for segment in path.as_bytes().split(|&byte| byte == b'/') {
        if is_dot_segment(segment) {
            return Err(Error::path_that_clients_rewrite("dot segment", offset));
        }
        offset = offset.saturating_add(segment.len()).saturating_add(1);
    }
    Ok(())
}

/// Returns whether `segment` is `.` or `..`. Each dot may be escaped as `%2e`.
fn is_dot_segment(segment: &[u8]) -> bool {
    (1..=6).contains(&segment.len()) && {
        let segment = Cow::from(percent_decode(segment));
        matches!(&*segment, b"." | b"..")
    }
}

fn normalized_authority<'a>(host: Host<'a>, scheme: Option<&str>) -> Result<Cow<'a, str>, Error> {
    if !is_unchanged_by_clients(host.name) {
        return Err(Error::invalid_host(
            "is a number or address in a spelling that clients rewrite",
        ));
    }
    let has_leading_zero = || {
        let port = host.text.strip_prefix(host.name).unwrap_or_default();
        port.len() > ":0".len() && port.starts_with(":0")
    };
    let authority = match (host.port, scheme) {
        (None, _) | (Some(80), Some("http")) | (Some(443), Some("https")) => host.name,
        (Some(_), _) if has_leading_zero() => {
            return Err(Error::invalid_host(
                "has a port with leading zeros, which clients rewrite",
            ));
        }
        (Some(_), _) => host.text,
    };
    // `fold` with `|` is faster than `any`, because it does not branch for each byte (measured).
    if authority.bytes().fold(false, |any, byte| any | byte.is_ascii_uppercase()) {
        Ok(Cow::Owned(authority.to_ascii_lowercase()))
    } else {
        Ok(Cow::Borrowed(authority))
    }
}

/// Returns whether clients send the host `name` unchanged, except for its case.
///
/// Clients that follow the WHATWG URL standard normalize IPv6 addresses. They parse a host as an
/// IPv4 address if its last label is a number.
fn is_unchanged_by_clients(name: &str) -> bool {
    if let Some(address) = name.strip_prefix('[') {
        let address = address.trim_end_matches(']').to_ascii_lowercase();
        return address.parse::<Ipv6Addr>().is_ok_and(|parsed| whatwg_text(parsed) == address);
    }
    let mut labels = name.as_bytes().rsplit(|&byte| byte == b'.');
    let is_number = match labels.find(|label| !label.is_empty()).unwrap_or_default() {
        [b'0', b'x' | b'X', digits @ ..] => digits.iter().all(u8::is_ascii_hexdigit),
        digits => digits.iter().all(u8::is_ascii_digit),
    };
    !is_number || name.parse::<Ipv4Addr>().is_ok()
}

/// Writes `address` as the WHATWG URL standard does: without a dotted-decimal part at the end.
fn whatwg_text(address: Ipv6Addr) -> String {
    match (address.to_ipv4_mapped(), address.segments()) {
        (Some(_), [.., high, low]) => format!("::ffff:{high:x}:{low:x}"),
        (None, _) => address.to_string(),
    }
}

/// The bytes to escape: those that RFC 3986 does not allow in a path or query, and the apostrophe,
/// which some clients escape. `%` is not in the set, so that existing escapes stay unchanged.
const ESCAPED_BY_CLIENTS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'\'')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');
