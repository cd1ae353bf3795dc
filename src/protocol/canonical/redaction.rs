//! The canonical request as a text that may be shown: names and keys, and `***` for values.
//!
//! Nothing that is hidden is copied on the way, so that no copy of a secret is left in memory.

use std::fmt::Write;

use super::CanonicalRequest;
use crate::protocol::query_parameter;

impl CanonicalRequest {
    /// Returns the text with `***` for query values and for the values of the headers that
    /// `is_hidden` names. Bytes that are not UTF-8 become `\xXX`.
    pub(crate) fn redacted(&self, is_hidden: impl Fn(&str) -> bool) -> String {
        let mut text = String::new();
        let mut in_headers = true;
        for (index, line) in self.as_bytes().split(|&byte| byte == b'\n').enumerate() {
            if index > 0 {
                text.push('\n');
            }
            in_headers &= index < 3 || !line.is_empty();
            match (index, line.iter().position(|&byte| byte == b':')) {
                (2, _) => redact_query_into(&mut text, line),
                (3.., Some(colon)) if in_headers => {
                    let (name, value) = line.split_at_checked(colon).unwrap_or_default();
                    push_readable(&mut text, name);
                    let is_hidden = std::str::from_utf8(name).is_ok_and(&is_hidden);
                    push_readable(&mut text, if is_hidden { b":***" } else { value });
                }
                _ => push_readable(&mut text, line),
            }
        }
        text
    }
}

/// Returns a canonical query with `***` for its values, those of `Action` and `Version` aside, which
/// are public.
///
/// A raw `&` in a value makes a key of what follows, with an empty value: such a piece is hidden
/// as a whole unless the key is one of the protocol's own.
pub(crate) fn redact_query(query: &str) -> String {
    let mut text = String::new();
    redact_query_into(&mut text, query.as_bytes());
    text
}

fn redact_query_into(text: &mut String, query: &[u8]) {
    for (index, piece) in query.split(|&byte| byte == b'&').enumerate() {
        if index > 0 {
            text.push('&');
        }
        let mut halves = piece.splitn(2, |&byte| byte == b'=');
        let (key, value) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
        if piece.is_empty() || matches!(key, b"Action" | b"Version") {
            push_readable(text, piece);
        } else if !value.is_empty() {
            push_readable(text, key);
            text.push_str("=***");
        } else if query_parameter::is_own(key) {
            push_readable(text, piece);
        } else {
            text.push_str("***");
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
