//! The host of a request.
//!
//! In: the `Host` header or the authority of the URI. Out: the value of the `host` line in the
//! canonical request, without the ports 80 and 443.

use http::header::HOST;
use http::{HeaderMap, Uri};

use super::encoding::Component;
use crate::error::Error;
use crate::protocol::header::single_value;

/// A host and its port, from the URI or the `Host` header.
#[derive(Clone, Copy)]
pub(crate) struct Host<'a> {
    /// The whole text: the name and, if there is one, a colon and the port.
    pub(crate) text: &'a str,
    /// The name, including the brackets of an IPv6 address.
    pub(crate) name: &'a str,
    /// The port. It is `None` if there is no port or if the port is empty.
    pub(crate) port: Option<u16>,
}

impl<'a> Host<'a> {
    /// Returns the host of the URI, or `None` if it has no authority. User info is an error.
    pub(crate) fn of_uri(uri: &'a Uri) -> Result<Option<Self>, Error> {
        let Some(authority) = uri.authority() else { return Ok(None) };
        Self::new(authority.as_str()).map(Some).map_err(|error| {
            if authority.as_str().contains('@') { Error::user_info_in_uri() } else { error }
        })
    }

    /// Returns the host of the `Host` header or, if there is none, the host of the URI.
    pub(crate) fn of_request(
        authority: Option<Self>,
        headers: &'a HeaderMap,
    ) -> Result<Self, Error> {
        let value =
            single_value(headers, HOST).map_err(|_| Error::repeated_header(HOST.as_str()))?;
        match value {
            Some(value) => std::str::from_utf8(value)
                .map_err(|_| Error::invalid_host(INVALID_BYTE))
                .and_then(Self::new),
            None => authority.ok_or_else(Error::missing_host),
        }
    }

    pub(crate) fn new(text: &'a str) -> Result<Self, Error> {
        if !text.bytes().all(is_host_byte) {
            return Err(Error::invalid_host(INVALID_BYTE));
        }
        let name_length = if text.starts_with('[') {
            let bracket =
                text.find(']').ok_or_else(|| Error::invalid_host("has no closing bracket"))?;
            bracket.saturating_add(1)
        } else {
            text.find(':').unwrap_or(text.len())
        };
        let (name, port) = text.split_at_checked(name_length).unwrap_or_default();
        if matches!(name, "" | "[]") {
            return Err(Error::invalid_host("is empty"));
        }
        let port = match port.strip_prefix(':') {
            None if port.is_empty() => None,
            None => return Err(Error::invalid_host("has extra text after its closing bracket")),
            Some("") => None,
            Some(port) if !port.bytes().all(|byte| byte.is_ascii_digit()) => {
                return Err(Error::invalid_host("has a port that is not a number"));
            }
            Some(port) => {
                Some(port.parse().map_err(|_| Error::invalid_host("has a port above 65535"))?)
            }
        };
        Ok(Self { text, name, port })
    }

    /// Returns the value of the `host` line in the canonical request. The ports 80 and 443 and an
    /// empty port are removed for every scheme.
    pub(crate) fn canonical(&self) -> &'a str {
        match self.port {
            None | Some(80 | 443) => self.name,
            Some(_) => self.text,
        }
    }
}

const INVALID_BYTE: &str = "contains an invalid byte";

/// Returns whether `byte` may occur in a host or port. These are the bytes that RFC 3986 allows,
/// except the comma, because proxies join repeated headers with a comma.
fn is_host_byte(byte: u8) -> bool {
    !Component::Query.must_encode(byte)
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
    fn ports_80_and_443_are_removed() {
        for host in ["h", "h:", "h:80", "h:443", "h:0080", " h "] {
            assert_eq!(from_header(host).unwrap(), "h", "{host:?}");
        }
        assert_eq!(from_header("h:8080").unwrap(), "h:8080");
        assert_eq!(from_header("H:8443").unwrap(), "H:8443");
    }

    #[test]
    fn a_colon_inside_brackets_does_not_start_a_port() {
        assert_eq!(from_header("[::1]").unwrap(), "[::1]");
        assert_eq!(from_header("[2001:db8::80]:443").unwrap(), "[2001:db8::80]");
        assert_eq!(from_header("[::1]:8443").unwrap(), "[::1]:8443");
    }

    #[test]
    fn the_host_header_is_used_before_the_host_of_the_uri() {
        let uri = Uri::from_static("https://uri.example/");
        let authority = Host::of_uri(&uri).unwrap();
        let mut headers = HeaderMap::new();
        assert_eq!(Host::of_request(authority, &headers).unwrap().canonical(), "uri.example");
        headers.insert("host", "header.example".parse().unwrap());
        assert_eq!(Host::of_request(authority, &headers).unwrap().canonical(), "header.example");
    }

    #[test]
    fn errors_say_what_is_wrong_with_the_host() {
        let problem = |value| from_header(value).unwrap_err().to_string();
        assert_eq!(problem(""), "the host is empty");
        assert_eq!(problem(":443"), "the host is empty");
        assert_eq!(problem("h:65536"), "the host has a port above 65535");
        assert_eq!(problem("h:+80"), "the host has a port that is not a number");
        assert_eq!(problem("[::1]80"), "the host has extra text after its closing bracket");
        assert_eq!(problem("[::1"), "the host has no closing bracket");
        assert_eq!(problem("[]"), "the host is empty");
        assert_eq!(problem("h\"x"), "the host contains an invalid byte");
        assert_eq!(problem("user@h"), "the host contains an invalid byte");
        let missing = Host::of_request(None, &HeaderMap::new()).err().unwrap();
        assert_eq!(missing.to_string(), "neither the host header nor the uri has a host");
    }
}
