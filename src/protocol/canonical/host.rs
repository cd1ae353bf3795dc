//! The host of a request, without the ports that clients omit.

use http::header::HOST;
use http::{HeaderMap, Uri};

use super::encoding::Component;
use crate::error::Error;
use crate::protocol::header::sole_value;

/// A host and its port, from the URI or the `Host` header.
#[derive(Clone, Copy)]
pub(crate) struct Host<'a> {
    pub(crate) text: &'a str,
    /// With the brackets of an IPv6 address.
    pub(crate) name: &'a str,
    /// `None` also for an empty port.
    pub(crate) port: Option<u16>,
}

impl<'a> Host<'a> {
    /// Returns the host of the URI, which must not contain user info.
    pub(crate) fn of_uri(uri: &'a Uri) -> Result<Option<Self>, Error> {
        let Some(authority) = uri.authority() else { return Ok(None) };
        Self::new(authority.as_str()).map(Some).map_err(|error| {
            if authority.as_str().contains('@') { Error::user_info() } else { error }
        })
    }

    /// Returns the host of the `Host` header, or else that of the URI.
    pub(crate) fn of_request(
        authority: Option<Self>,
        headers: &'a HeaderMap,
    ) -> Result<Self, Error> {
        let value = sole_value(headers, HOST).map_err(|_| Error::repeated_header(HOST.as_str()))?;
        match value {
            Some(value) => std::str::from_utf8(value)
                .map_err(|_| Error::host(NO_HOST_BYTE))
                .and_then(Self::new),
            None => authority.ok_or_else(Error::missing_host),
        }
    }

    pub(crate) fn new(text: &'a str) -> Result<Self, Error> {
        if !text.bytes().all(is_host_byte) {
            return Err(Error::host(NO_HOST_BYTE));
        }
        let name_length = if text.starts_with('[') {
            let bracket = text.find(']').ok_or_else(|| Error::host("has no closing bracket"))?;
            bracket.saturating_add(1)
        } else {
            text.find(':').unwrap_or(text.len())
        };
        let (name, port) = text.split_at_checked(name_length).unwrap_or_default();
        if matches!(name, "" | "[]") {
            return Err(Error::host("is empty"));
        }
        let port = match port.strip_prefix(':') {
            None if port.is_empty() => None,
            None => return Err(Error::host("goes on after its closing bracket")),
            Some("") => None,
            Some(port) if !port.bytes().all(|byte| byte.is_ascii_digit()) => {
                return Err(Error::host("has a port that is no number"));
            }
            Some(port) => Some(port.parse().map_err(|_| Error::host("has a port above 65535"))?),
        };
        Ok(Self { text, name, port })
    }

    /// Returns the value of the signed `host` line: without `:80`, `:443` and an empty port, for
    /// every scheme.
    pub(crate) fn canonical(&self) -> &'a str {
        match self.port {
            None | Some(80 | 443) => self.name,
            Some(_) => self.text,
        }
    }
}

const NO_HOST_BYTE: &str = "holds a byte that no host has";

/// The bytes that RFC 3986 allows in a host and port, without the comma, since proxies join
/// repeated headers with it.
fn is_host_byte(byte: u8) -> bool {
    !Component::Query.is_encoded(byte)
        || matches!(byte, b'!' | b'$'..=b'+' | b':' | b';' | b'=' | b'[' | b']')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_header(value: &str) -> Result<String, Error> {
        let mut headers = HeaderMap::new();
        headers.insert("host", value.parse().unwrap());
        Host::of_request(None, &headers).map(|host| host.canonical().to_owned())
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
        let authority = Host::of_uri(&uri).unwrap();
        let mut headers = HeaderMap::new();
        assert_eq!(Host::of_request(authority, &headers).unwrap().canonical(), "uri.example");
        headers.insert("host", "header.example".parse().unwrap());
        assert_eq!(Host::of_request(authority, &headers).unwrap().canonical(), "header.example");
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
        let nowhere = Host::of_request(None, &HeaderMap::new()).err().unwrap();
        assert_eq!(nowhere.to_string(), "neither the host header nor the uri names a host");
    }
}
