//! The host that a request goes to, without the ports that clients leave away.

use http::header::HOST;
use http::{HeaderMap, Uri};

use super::headers::sole_value;
use crate::error::Error;

/// Returns the value that the signed `host` line has: the `Host` header or else the URI's
/// authority, without `:80`, `:443` and an empty port, whatever the scheme.
pub(crate) fn canonical_host<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Result<&'a str, Error> {
    let host = match sole_value(headers, &HOST)? {
        Some(value) => value.trim_ascii(),
        None => authority(uri)?.ok_or_else(Error::missing_host)?.as_bytes(),
    };
    let host = std::str::from_utf8(host)
        .ok()
        .filter(|host| host.bytes().all(is_host_byte))
        .ok_or_else(|| Error::host("holds a byte that no host has"))?;
    let (name, port) = split_port(host)?;
    match port {
        None | Some(80 | 443) => Ok(name),
        Some(_) => Ok(host),
    }
}

/// Returns the URI's authority, which must not carry user info.
pub(crate) fn authority(uri: &Uri) -> Result<Option<&str>, Error> {
    match uri.authority().map(|authority| authority.as_str()) {
        Some(authority) if authority.contains('@') => Err(Error::user_info()),
        authority => Ok(authority),
    }
}

/// Splits `host` into name and port; an empty port is none. The brackets of an IPv6 address
/// belong to the name.
pub(crate) fn split_port(host: &str) -> Result<(&str, Option<u16>), Error> {
    let name_length = match host.find(']') {
        Some(bracket) if host.starts_with('[') => bracket.saturating_add(1),
        None if host.starts_with('[') => return Err(Error::host("has no closing bracket")),
        _ => host.find(':').unwrap_or(host.len()),
    };
    let (name, port) = host.split_at_checked(name_length).unwrap_or_default();
    if matches!(name, "" | "[]") {
        return Err(Error::host("is empty"));
    }
    let port = match port.strip_prefix(':') {
        None if port.is_empty() => return Ok((name, None)),
        None => return Err(Error::host("goes on after its closing bracket")),
        Some("") => return Ok((name, None)),
        Some(port) => port,
    };
    if !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::host("has a port that is no number"));
    }
    match port.parse() {
        Ok(port) => Ok((name, Some(port))),
        Err(_) => Err(Error::host("has a port above 65535")),
    }
}

/// What RFC 3986 has in a host and port, but for the comma, which joins two headers into one.
fn is_host_byte(byte: u8) -> bool {
    matches!(
        byte,
        b'!' | b'$'..=b'+' | b'-' | b'.' | b'0'..=b';' | b'=' | b'A'..=b'[' | b']' | b'_' | b'a'..=b'z' | b'~'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_header(value: &str) -> Result<String, Error> {
        let mut headers = HeaderMap::new();
        headers.insert("host", value.parse().unwrap());
        canonical_host(&Uri::from_static("/"), &headers).map(str::to_owned)
    }

    #[test]
    fn the_default_ports_are_dropped_whatever_the_scheme() {
        for host in ["h", "h:", "h:80", "h:443", "h:0080", " h "] {
            assert_eq!(from_header(host).unwrap(), "h", "{host:?}");
        }
        assert_eq!(from_header("h:8080").unwrap(), "h:8080");
        assert_eq!(from_header("H:8443").unwrap(), "H:8443");
    }

    #[test]
    fn the_colons_in_brackets_are_no_port() {
        assert_eq!(from_header("[::1]").unwrap(), "[::1]");
        assert_eq!(from_header("[2001:db8::80]:443").unwrap(), "[2001:db8::80]");
        assert_eq!(from_header("[::1]:8443").unwrap(), "[::1]:8443");
    }

    #[test]
    fn the_host_header_comes_before_the_uri() {
        let uri = Uri::from_static("https://uri.example/");
        let mut headers = HeaderMap::new();
        assert_eq!(canonical_host(&uri, &headers).unwrap(), "uri.example");
        headers.insert("host", "header.example".parse().unwrap());
        assert_eq!(canonical_host(&uri, &headers).unwrap(), "header.example");
    }

    #[test]
    fn a_host_that_is_none_is_refused() {
        let problem = |value| from_header(value).unwrap_err().to_string();
        assert_eq!(problem(""), "the host is empty");
        assert_eq!(problem(":443"), "the host is empty");
        assert_eq!(problem("h:65536"), "the host has a port above 65535");
        assert_eq!(problem("h:+80"), "the host has a port that is no number");
        assert_eq!(problem("[::1]80"), "the host goes on after its closing bracket");
        assert_eq!(problem("[::1"), "the host has no closing bracket");
        assert_eq!(problem("[]"), "the host is empty");
        assert_eq!(problem("h\"x"), "the host holds a byte that no host has");
        assert_eq!(problem("user@h"), "the host holds a byte that no host has");
        let nowhere = canonical_host(&Uri::from_static("/"), &HeaderMap::new()).unwrap_err();
        assert_eq!(nowhere.to_string(), "neither the host header nor the uri names a host");
    }
}
