//! Which spelling of the URI is signed and sent.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use http::Uri;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode, utf8_percent_encode};

use crate::error::Error;
use crate::protocol::canonical::{Host, RequestLine};

/// What happens to a URI that clients would send in another spelling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UriMode {
    /// Rewrites the request's URI, if necessary, to the spelling that every client sends unchanged.
    ///
    /// The host becomes lower case. Port 80 on `http` and 443 on `https` are removed. An empty path
    /// becomes `/`. What clients escape is escaped, and a `+` in the query becomes `%20`. The
    /// canonical request stays the same, except for the case of the host.
    ///
    /// What clients would change in other ways is refused: dot segments and backslashes in the
    /// path, ports with leading zeros, and hosts that are a number or an address in another
    /// spelling than clients write.
    #[default]
    Normalize,
    /// Signs the URI as it is, for clients that send it byte for byte. Presigning still writes the
    /// query in canonical form.
    Preserve,
}

impl UriMode {
    /// Returns the URI to send, or `None` if that is `uri`, from which `request_line` was parsed.
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
    let given = request_line.authority;
    let sent = given.map(|host| normal_authority(host, uri.scheme_str())).transpose()?;
    let has_path = uri.path_and_query().is_some_and(|target| target.as_str().starts_with('/'));
    let is_kept = has_path && sent.as_deref() == given.map(|host| host.text);
    // Clients never rewrite canonical text.
    if is_kept && request_line.has_canonical_encoding() {
        return Ok(None);
    }
    let path = Cow::from(utf8_percent_encode(uri.path(), ESCAPED_BY_CLIENTS));
    let query = uri.query().map(normal_query);
    if is_kept && path == uri.path() && query.as_deref() == uri.query() {
        return Ok(None);
    }
    let sent = sent.unwrap_or_default();
    let scheme = uri.scheme_str().map_or(["", ""], |scheme| [scheme, "://"]);
    let query = query.as_deref().map_or(["", ""], |query| ["?", query]);
    let text = [scheme, [&*sent, &*path], query].concat().concat();
    Uri::try_from(text).map(Some).map_err(|_| Error::rewritten_uri_too_long())
}

fn normal_query(query: &str) -> Cow<'_, str> {
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

/// Returns whether `segment` is `.` or `..`, plain or escaped.
fn is_dot_segment(segment: &[u8]) -> bool {
    (1..=6).contains(&segment.len()) && {
        let segment = Cow::from(percent_decode(segment));
        matches!(&*segment, b"." | b"..")
    }
}

fn normal_authority<'a>(host: Host<'a>, scheme: Option<&str>) -> Result<Cow<'a, str>, Error> {
    if !is_kept_by_clients(host.name) {
        return Err(Error::invalid_host(
            "is a number or address in a spelling that clients rewrite",
        ));
    }
    let has_leading_zero = || {
        let port = host.text.strip_prefix(host.name).unwrap_or_default();
        port.len() > ":0".len() && port.starts_with(":0")
    };
    let sent = match (host.port, scheme) {
        (None, _) | (Some(80), Some("http")) | (Some(443), Some("https")) => host.name,
        (Some(_), _) if has_leading_zero() => {
            return Err(Error::invalid_host(
                "has a port with leading zeros, which clients rewrite",
            ));
        }
        (Some(_), _) => host.text,
    };
    // `|` and `fold` instead of `any`: no branch per byte (measured).
    if sent.bytes().fold(false, |any, byte| any | byte.is_ascii_uppercase()) {
        Ok(Cow::Owned(sent.to_ascii_lowercase()))
    } else {
        Ok(Cow::Borrowed(sent))
    }
}

/// Returns whether clients keep the host `name`, except for its case. By the WHATWG URL standard,
/// they normalize addresses, and parse a name that ends in a number as an IPv4 address.
fn is_kept_by_clients(name: &str) -> bool {
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

/// Writes `address` by the WHATWG URL standard, which has no dotted-decimal tail.
fn whatwg_text(address: Ipv6Addr) -> String {
    match (address.to_ipv4_mapped(), address.segments()) {
        (Some(_), [.., high, low]) => format!("::ffff:{high:x}:{low:x}"),
        (None, _) => address.to_string(),
    }
}

/// The bytes that RFC 3986 does not allow in a path or query, and the apostrophe, which some
/// clients escape. `%` is not included, so that existing escapes stay.
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
