//! Which spelling of the URI is signed: the one that clients put on the wire.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use http::Uri;
use percent_encoding::percent_decode_str;

use crate::error::Error;
use crate::protocol::canonical::{Query, authority, push_encoded, split_port};

/// What happens to a URI that clients would send in another spelling than it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UriMode {
    /// Rewrites the request's URI, where it must, to the spelling that every client transmits
    /// unchanged.
    ///
    /// The host in lower case, no port 80 on `http` and 443 on `https`, `/` for an empty path,
    /// escapes for what clients escape, `%20` for a `+` in the query. The canonical request stays
    /// the same, the case of the host aside. What clients resolve or rewrite beyond that is refused: dot
    /// segments and backslashes in the path, ports with leading zeros, and hosts that are a number
    /// or address in a spelling of its own.
    #[default]
    Normalize,
    /// Leaves the URI as it is and signs it so: for clients that send it byte for byte.
    Preserve,
}

impl UriMode {
    /// Returns the URI to send, where it is another than `uri`, whose query has been parsed.
    pub(super) fn rewrite(self, uri: &Uri, parsed: &Query<'_>) -> Result<Option<Uri>, Error> {
        match (self, uri.path_and_query()) {
            (Self::Normalize, Some(path_and_query)) => {
                normalize(uri, path_and_query.as_str(), parsed.is_plain())
            }
            _ => Ok(None),
        }
    }
}

fn normalize(uri: &Uri, path_and_query: &str, has_plain_query: bool) -> Result<Option<Uri>, Error> {
    check_path(uri.path())?;
    let query = uri.query().unwrap_or_default();
    let authority = match authority(uri)? {
        Some(authority) => normal_authority(authority, uri.scheme_str())?,
        None => Cow::Borrowed(""),
    };
    if authority == uri.authority().map_or("", |authority| authority.as_str())
        && path_and_query.starts_with('/')
        && are_sent_unchanged(uri.path(), is_sent_unchanged)
        && (has_plain_query
            || are_sent_unchanged(query, |byte| is_sent_unchanged(byte) & (byte != b'+')))
    {
        return Ok(None);
    }
    let mut text = String::with_capacity(uri.path().len().saturating_add(authority.len()));
    if let Some(scheme) = uri.scheme_str() {
        text.push_str(scheme);
        text.push_str("://");
    }
    text.push_str(&authority);
    push_encoded(uri.path(), is_sent_unchanged, &mut text);
    if uri.query().is_some() {
        text.push('?');
        for (index, part) in query.split('+').enumerate() {
            if index > 0 {
                text.push_str("%20");
            }
            push_encoded(part, is_sent_unchanged, &mut text);
        }
    }
    Uri::try_from(text).map(Some).map_err(|_| Error::rewritten_uri())
}

fn check_path(path: &str) -> Result<(), Error> {
    if let Some(offset) = path.find('\\') {
        return Err(Error::path_that_clients_rewrite("backslash", offset));
    }
    let mut offset = 0_usize;
    for segment in path.split('/') {
        if is_dot_segment(segment) {
            return Err(Error::path_that_clients_rewrite("dot segment", offset));
        }
        offset = offset.saturating_add(segment.len()).saturating_add(1);
    }
    Ok(())
}

/// Whether `segment` is `.` or `..`, plain or escaped.
fn is_dot_segment(segment: &str) -> bool {
    (1..=6).contains(&segment.len()) && {
        let segment = Cow::from(percent_decode_str(segment));
        matches!(&*segment, b"." | b"..")
    }
}

fn normal_authority<'a>(authority: &'a str, scheme: Option<&str>) -> Result<Cow<'a, str>, Error> {
    let (name, port) = split_port(authority)?;
    if !is_kept_by_clients(name) {
        return Err(Error::host("is a number or address in a spelling that clients rewrite"));
    }
    let has_leading_zero = authority
        .strip_prefix(name)
        .is_some_and(|port| port.len() > ":0".len() && port.starts_with(":0"));
    let sent = match (port, scheme) {
        (None, _) | (Some(80), Some("http")) | (Some(443), Some("https")) => name,
        (Some(_), _) if has_leading_zero => {
            return Err(Error::host("has a port with leading zeros, which clients rewrite"));
        }
        (Some(_), _) => authority,
    };
    if sent.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Ok(Cow::Owned(sent.to_ascii_lowercase()))
    } else {
        Ok(Cow::Borrowed(sent))
    }
}

/// Whether clients keep the host `name`, the case of its letters aside. By the WHATWG URL
/// standard they write addresses anew and read a name that ends in a number as an IPv4 address.
fn is_kept_by_clients(name: &str) -> bool {
    if let Some(address) = name.strip_prefix('[') {
        let address = address.trim_end_matches(']').to_ascii_lowercase();
        return address.parse::<Ipv6Addr>().is_ok_and(|parsed| whatwg_text(parsed) == address);
    }
    let last_label = name.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    let is_number = match last_label.get(..2) {
        Some("0x" | "0X") => last_label.bytes().skip(2).all(|byte| byte.is_ascii_hexdigit()),
        _ => last_label.bytes().all(|byte| byte.is_ascii_digit()),
    };
    !is_number || name.parse::<Ipv4Addr>().is_ok()
}

/// Writes `address` as URLs have it, which is never half in decimal.
fn whatwg_text(address: Ipv6Addr) -> String {
    match (address.to_ipv4_mapped(), address.segments()) {
        (Some(_), [.., high, low]) => format!("::ffff:{high:x}:{low:x}"),
        (None, _) => address.to_string(),
    }
}

/// Looks at every byte, which is faster than to stop early: nearly always there is no reason to.
fn are_sent_unchanged(text: &str, is_sent_unchanged: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(true, |all, byte| all & is_sent_unchanged(byte))
}

/// What RFC 3986 allows in a path or query, an apostrophe aside, and `%` for the escapes that are
/// there already.
fn is_sent_unchanged(byte: u8) -> bool {
    matches!(
        byte,
        b'!' | b'$'..=b'&' | b'('..=b';' | b'=' | b'?'..=b'Z' | b'_' | b'a'..=b'z' | b'~'
    )
}
