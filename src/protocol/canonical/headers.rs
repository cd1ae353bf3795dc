//! The signed headers of the canonical request.
//!
//! In: names in lower case and values. Out: one line for each header, and the list of the names.
//! White space at both ends of a value is removed. White space inside a value is kept.

use http::header::HOST;
use http::{HeaderMap, HeaderName};

use super::host::Host;
use crate::error::Error;
use crate::protocol::header::single_value;

/// Names and values of the signed headers, in the order in which they are written.
pub(crate) struct SignedHeaders<'a>(Vec<(&'a str, &'a [u8])>);

impl<'a> SignedHeaders<'a> {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// Collects the headers with `names` from a request, in the order of `names`.
    pub(crate) fn from_names(
        authority: Option<Host<'a>>,
        headers: &'a HeaderMap,
        names: impl Iterator<Item = &'a str>,
    ) -> Result<Self, Error> {
        // This capacity is enough for most requests.
        let mut signed = Self::with_capacity(8);
        for (index, name) in names.enumerate() {
            if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
                return Err(Error::invalid_header_name(index));
            }
            let value = if name == HOST {
                Host::of_request(authority, headers)?.canonical().as_bytes()
            } else {
                // The header is looked up by a `&str`, because a `HeaderName` may need an
                // allocation.
                let value =
                    single_value(headers, name).map_err(|_| Error::repeated_header(name))?;
                value.ok_or_else(|| match name.parse::<HeaderName>() {
                    Ok(_) => Error::missing_header(name),
                    Err(_) => Error::invalid_header_name(index),
                })?
            };
            signed.push(name, value);
        }
        if signed.is_sorted() {
            return Ok(signed);
        }
        let mut sorted: Vec<_> = signed.names().collect();
        sorted.sort_unstable();
        match find_repeated(sorted.iter().copied()) {
            Some(name) => Err(Error::header_listed_more_than_once(name)),
            None => Ok(signed),
        }
    }

    /// Adds a header. `value` comes from a type that forbids line breaks, so it cannot add a line.
    pub(crate) fn push(&mut self, name: &'a str, value: &'a [u8]) {
        self.0.push((name, value.trim_ascii()));
    }

    /// Sorts the headers by name. It is an error if a name occurs more than once.
    pub(crate) fn sort(&mut self) -> Result<(), Error> {
        self.0.sort_unstable_by_key(|&(name, _)| name);
        match find_repeated(self.names()) {
            Some(name) => Err(Error::repeated_header(name)),
            None => Ok(()),
        }
    }

    /// Returns whether the names are sorted and each name occurs once.
    pub(crate) fn is_sorted(&self) -> bool {
        self.0.is_sorted_by(|(name, _), (next, _)| name < next)
    }

    pub(crate) fn value(&self, name: &str) -> Option<&'a [u8]> {
        self.0.iter().find(|&&(found, _)| found == name).map(|&(_, value)| value)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &'a str> + Clone {
        self.0.iter().map(|&(name, _)| name)
    }

    pub(super) fn write_lines_to(&self, out: &mut impl FnMut(&[u8])) {
        for (name, value) in &self.0 {
            out(name.as_bytes());
            out(b":");
            out(value);
            out(b"\n");
        }
        // If no header is signed, this part is one empty line. See the test vector query-basic.
        if self.0.is_empty() {
            out(b"\n");
        }
    }

    pub(super) fn write_names_to(&self, out: &mut impl FnMut(&[u8])) {
        for (index, name) in self.names().enumerate() {
            if index > 0 {
                out(b";");
            }
            out(name.as_bytes());
        }
    }
}

/// Returns a name that occurs more than once in a sorted list.
fn find_repeated<'a>(sorted: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    sorted.clone().zip(sorted.skip(1)).find(|(name, next)| name == next).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_removed_around_a_value_and_kept_inside() {
        let mut headers = SignedHeaders::with_capacity(2);
        headers.push("x-b", b" \ta  \tb\xff \t");
        headers.push("x-a", b"");
        headers.sort().unwrap();
        let mut lines = Vec::new();
        headers.write_lines_to(&mut |bytes| lines.extend_from_slice(bytes));
        assert_eq!(lines, b"x-a:\nx-b:a  \tb\xff\n");
    }

    #[test]
    fn headers_are_in_the_order_of_the_names() {
        let mut map = HeaderMap::new();
        map.insert("x-a", "1".parse().unwrap());
        map.insert("host", "h".parse().unwrap());
        let headers = SignedHeaders::from_names(None, &map, ["x-a", "host"].into_iter()).unwrap();
        assert_eq!(headers.names().collect::<Vec<_>>(), ["x-a", "host"]);
    }

    #[test]
    fn errors_say_which_header_is_wrong() {
        let mut map = HeaderMap::new();
        map.append("x-a", "1".parse().unwrap());
        map.append("x-b", "1".parse().unwrap());
        map.append("x-b", "2".parse().unwrap());
        map.append("host", "h".parse().unwrap());
        let problem = |names: &[&'static str]| {
            SignedHeaders::from_names(None, &map, names.iter().copied()).err().unwrap().to_string()
        };
        assert_eq!(
            problem(&["x-c"]),
            "header \"x-c\" is listed as signed, but is missing from the request"
        );
        assert_eq!(problem(&["x-b"]), "header \"x-b\" occurs more than once and cannot be signed");
        assert_eq!(problem(&["x-a", "host", "x-a"]), "header \"x-a\" is listed more than once");
        assert_eq!(
            problem(&["host", "X-A"]),
            "the signed header at index 1 is not a valid header name in lower case"
        );
        assert_eq!(
            problem(&["x a"]),
            "the signed header at index 0 is not a valid header name in lower case"
        );
    }
}
