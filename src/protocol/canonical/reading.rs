//! Reads the parts of a canonical request, and makes a text of it without secrets.
//!
//! The line numbers in this file must match the order in which `CanonicalForm::write_to` writes the
//! parts.

use std::borrow::Cow;
use std::fmt::Write;

use percent_encoding::percent_decode;

use super::CanonicalRequest;
use super::encoding::decode;
use crate::protocol::query_parameter;

// Indexes of the lines. The line of the method has index 0.
const PATH_LINE: usize = 1;
const QUERY_LINE: usize = 2;
const FIRST_HEADER_LINE: usize = 3;

impl CanonicalRequest {
    /// Returns the path. Every byte except `A-Z a-z 0-9 - _ . ~ /` is encoded as `%XX`.
    pub(crate) fn path(&self) -> &str {
        std::str::from_utf8(self.line(PATH_LINE)).unwrap_or_default()
    }

    /// Returns the decoded values of all parameters with `key`, in the order of the query.
    pub(crate) fn query_values<'a>(
        &'a self,
        key: &'a str,
    ) -> impl Iterator<Item = Cow<'a, [u8]>> + use<'a> {
        self.line(QUERY_LINE).split(|&byte| byte == b'&').filter_map(move |parameter| {
            let (found, value) = split_at_first(parameter, b'=')?;
            // Canonical values contain no "+", so decoding needs no other rule than that of a
            // query.
            percent_decode(found).eq(key.bytes()).then(|| decode(value))
        })
    }

    /// Returns the value of the header `name`. The name is not case-sensitive.
    pub(crate) fn header(&self, name: &str) -> Option<&[u8]> {
        self.lines().skip(FIRST_HEADER_LINE).take_while(|line| !line.is_empty()).find_map(|line| {
            let (found, value) = split_at_first(line, b':')?;
            found.eq_ignore_ascii_case(name.as_bytes()).then_some(value)
        })
    }

    /// Returns the text with `***` in place of query values (see [`redact_query`]) and in place of
    /// the values of headers for which `is_hidden` returns `true`. Bytes that are not UTF-8 become
    /// `\xXX`.
    ///
    /// Hidden values are never copied, so that no copy of a secret is left in memory.
    pub(crate) fn redacted(&self, is_hidden: impl Fn(&str) -> bool) -> String {
        let mut text = String::new();
        let mut in_headers = true;
        for (index, line) in self.lines().enumerate() {
            if index > 0 {
                text.push('\n');
            }
            in_headers &= index < FIRST_HEADER_LINE || !line.is_empty();
            match (index, split_at_first(line, b':')) {
                (QUERY_LINE, _) => push_redacted_query(&mut text, line),
                (FIRST_HEADER_LINE.., Some((name, _)))
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

/// Returns a canonical query with `***` in place of its values. The values of `Action` and
/// `Version` are public and are not replaced.
///
/// If the caller forgot to escape an `&` in a value, the rest of that value became a key with an
/// empty value. Therefore a key with an empty value is hidden, too, unless it is `Action`,
/// `Version` or a parameter that presigning adds.
pub(crate) fn redact_query(query: &str) -> String {
    let mut text = String::new();
    push_redacted_query(&mut text, query.as_bytes());
    text
}

fn push_redacted_query(text: &mut String, query: &[u8]) {
    for (index, parameter) in query.split(|&byte| byte == b'&').enumerate() {
        if index > 0 {
            text.push('&');
        }
        match split_at_first(parameter, b'=') {
            Some((b"Action" | b"Version", _)) => push_readable(text, parameter),
            Some((key, b"")) if query_parameter::is_presign_parameter(key) => {
                push_readable(text, parameter);
            }
            Some((_, b"")) => text.push_str("***"),
            Some((key, _)) => {
                push_readable(text, key);
                text.push_str("=***");
            }
            // The query is empty: every parameter of a canonical query has a "=".
            None => {}
        }
    }
}

/// Appends `bytes` to `text`. Bytes that are not UTF-8 become `\xXX`.
fn push_readable(text: &mut String, bytes: &[u8]) {
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a `String` never fails.
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
    fn a_key_with_an_empty_value_is_hidden_unless_its_name_is_public() {
        assert_eq!(
            redact_query("Action=&Hunter2%20rest=&Password=p&X-NotSignBody=&X-Expires=60"),
            "Action=&***&Password=***&X-NotSignBody=&X-Expires=***"
        );
    }
}
