//! The canonical request, read again: its parts, and a text of it that may be shown.
//!
//! The only file that knows on which line a part is.

use std::borrow::Cow;
use std::fmt::Write;

use percent_encoding::percent_decode;

use super::CanonicalRequest;
use crate::protocol::query_parameter;

/// The lines before the headers: method, path and query.
const HEADERS: usize = 3;

impl CanonicalRequest {
    /// Returns the path: every byte but `A-Z a-z 0-9 - _ . ~ /` as `%XX`.
    pub(crate) fn path(&self) -> &str {
        std::str::from_utf8(self.line(1)).unwrap_or_default()
    }

    /// Returns the decoded values of the parameters called `key`, in their order.
    pub(crate) fn query_values<'a>(
        &'a self,
        key: &'a str,
    ) -> impl Iterator<Item = Cow<'a, [u8]>> + use<'a> {
        self.line(2).split(|&byte| byte == b'&').filter_map(move |parameter| {
            let (found, value) = split_at_first(parameter, b'=')?;
            percent_decode(found).eq(key.bytes()).then(|| percent_decode(value).into())
        })
    }

    /// Returns the value of the header `name`, in any case.
    pub(crate) fn header(&self, name: &str) -> Option<&[u8]> {
        self.lines().skip(HEADERS).take_while(|line| !line.is_empty()).find_map(|line| {
            let (found, value) = split_at_first(line, b':')?;
            found.eq_ignore_ascii_case(name.as_bytes()).then_some(value)
        })
    }

    /// Returns the text with `***` for query values and for the values of the headers that
    /// `is_hidden` names. Bytes that are not UTF-8 become `\xXX`.
    ///
    /// Nothing that is hidden is copied, so that no copy of a secret is left in memory.
    pub(crate) fn redacted(&self, is_hidden: impl Fn(&str) -> bool) -> String {
        let mut text = String::new();
        let mut in_headers = true;
        for (index, line) in self.lines().enumerate() {
            if index > 0 {
                text.push('\n');
            }
            in_headers &= index < HEADERS || !line.is_empty();
            match (index, split_at_first(line, b':')) {
                (2, _) => push_redacted_query(&mut text, line),
                (HEADERS.., Some((name, _)))
                    if in_headers && std::str::from_utf8(name).is_ok_and(&is_hidden) =>
                {
                    push_readable(&mut text, name);
                    text.push_str(":***");
                }
                _ => push_readable(&mut text, line),
            }
        }
        text
    }

    fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.as_bytes().split(|&byte| byte == b'\n')
    }

    fn line(&self, index: usize) -> &[u8] {
        self.lines().nth(index).unwrap_or_default()
    }
}

/// Returns a canonical query with `***` for its values, except those of `Action` and `Version`,
/// which are public.
///
/// A raw `&` in a value makes a key of the rest of it, with an empty value. Therefore a piece
/// without a value is hidden as a whole, unless its key is one of the protocol's own.
pub(crate) fn redact_query(query: &str) -> String {
    let mut text = String::new();
    push_redacted_query(&mut text, query.as_bytes());
    text
}

fn push_redacted_query(text: &mut String, query: &[u8]) {
    for (index, piece) in query.split(|&byte| byte == b'&').enumerate() {
        if index > 0 {
            text.push('&');
        }
        match split_at_first(piece, b'=') {
            Some((b"Action" | b"Version", _)) => push_readable(text, piece),
            Some((key, b"")) if query_parameter::is_own(key) => push_readable(text, piece),
            Some((_, b"")) => text.push_str("***"),
            Some((key, _)) => {
                push_readable(text, key);
                text.push_str("=***");
            }
            // The whole query is empty: each piece of a canonical query has its "=".
            None => {}
        }
    }
}

fn push_readable(text: &mut String, bytes: &[u8]) {
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a string does not fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
}

fn split_at_first(text: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let mut parts = text.splitn(2, |&byte| byte == separator);
    Some((parts.next()?, parts.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_values_of_action_and_version_are_shown() {
        assert_eq!(
            redact_query("Action=A&Password=p&Version=2020-04-01"),
            "Action=A&Password=***&Version=2020-04-01"
        );
        assert_eq!(redact_query(""), "");
    }

    #[test]
    fn a_key_with_an_empty_value_is_shown_only_if_it_is_the_protocols_own() {
        assert_eq!(
            redact_query("Action=&Hunter2%20rest=&Password=p&X-NotSignBody=&X-Expires=60"),
            "Action=&***&Password=***&X-NotSignBody=&X-Expires=***"
        );
    }
}
