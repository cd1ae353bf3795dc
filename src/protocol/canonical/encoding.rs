//! Percent encoding, as the protocol wants it: every byte but the unreserved ones as `%XX`.
//!
//! What is escaped already is decoded once, as bytes, and encoded anew, so that every spelling of
//! a path or query has one canonical form.

use std::borrow::Cow;

use percent_encoding::{
    AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode, utf8_percent_encode,
};

use crate::error::Error;

/// Writes `key=value` pairs as a query string, joined by `&` in the order given.
///
/// Every byte but `A-Z a-z 0-9 - _ . ~` becomes `%XX`, a space `%20`: the spelling that clients
/// send unchanged and that is signed as it stands.
///
/// # Examples
///
/// ```
/// use volcengine_sigv4::query_string;
///
/// let query = query_string([("Action", "RunInstances"), ("InstanceName", "web 1/火山")]);
/// assert_eq!(query, "Action=RunInstances&InstanceName=web%201%2F%E7%81%AB%E5%B1%B1");
/// ```
pub fn query_string<K: AsRef<str>, V: AsRef<str>>(
    pairs: impl IntoIterator<Item = (K, V)>,
) -> String {
    let mut query = String::new();
    for (key, value) in pairs {
        if !query.is_empty() {
            query.push('&');
        }
        query.extend(utf8_percent_encode(key.as_ref(), ENCODED_IN_QUERY));
        query.push('=');
        query.extend(utf8_percent_encode(value.as_ref(), ENCODED_IN_QUERY));
    }
    query
}

/// Whether `byte` stands for itself in a canonical query: what is not in [`ENCODED_IN_QUERY`], which
/// cannot be asked about a byte.
pub(super) const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Where a text stands in the URI: a slash is plain in a path, a plus is a space in a query.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Component {
    Path,
    Query,
}

impl Component {
    /// Checks that every `%` begins an escape.
    pub(super) fn check_escapes(self, text: &[u8]) -> Result<(), Error> {
        let name = match self {
            Self::Path => "path",
            Self::Query => "query",
        };
        for (offset, _) in text.iter().enumerate().filter(|&(_, &byte)| byte == b'%') {
            let escape = match text.get(offset..).unwrap_or_default() {
                [_, high, low, ..] => decode_escape(*high, *low),
                _ => None,
            };
            match (escape, self) {
                (None, _) => return Err(Error::malformed_escape(name, offset)),
                // The official signers sign it as the slash that it is not.
                (Some(b'/'), Self::Path) => return Err(Error::escaped_slash(offset)),
                _ => {}
            }
        }
        Ok(())
    }

    /// Writes the canonical spelling of `text`, whose escapes have been checked.
    pub(super) fn write_canonical(self, text: &[u8], out: &mut impl FnMut(&[u8])) {
        let mut rest = text;
        while !rest.is_empty() {
            let (run, tail) = self.split_canonical(rest);
            if !run.is_empty() {
                out(run);
            }
            let (byte, tail) = match tail {
                [] => return,
                [b'%', high, low, tail @ ..] => (decode_escape(*high, *low).unwrap_or(b'%'), tail),
                // "+" is a space, as the official Go signers read it (vector header-wire-plus).
                [b'+', tail @ ..] if self == Self::Query => (b' ', tail),
                [byte, tail @ ..] => (*byte, tail),
            };
            self.write_encoded(&[byte], out);
            rest = tail;
        }
    }

    /// Writes bytes that are not escaped.
    pub(super) fn write_encoded(self, bytes: &[u8], out: &mut impl FnMut(&[u8])) {
        let encoded = match self {
            Self::Path => ENCODED_IN_PATH,
            Self::Query => ENCODED_IN_QUERY,
        };
        percent_encode(bytes, encoded).for_each(|piece| out(piece.as_bytes()));
    }

    /// Splits off what is canonical already: plain bytes, and escapes as the canonical form
    /// writes them.
    fn split_canonical(self, text: &[u8]) -> (&[u8], &[u8]) {
        let mut rest = text;
        loop {
            rest = match rest {
                [byte, tail @ ..] if self.is_plain(*byte) => tail,
                [b'%', high, low, tail @ ..]
                    if decode_escape(*high, *low).is_some_and(|byte| {
                        !self.is_plain(byte)
                            && !high.is_ascii_lowercase()
                            && !low.is_ascii_lowercase()
                    }) =>
                {
                    tail
                }
                _ => break,
            };
        }
        text.split_at_checked(text.len().saturating_sub(rest.len())).unwrap_or_default()
    }

    fn is_plain(self, byte: u8) -> bool {
        is_unreserved(byte) || (byte == b'/' && self == Self::Path)
    }
}

/// Returns the bytes that a key or value of a query stands for.
pub(super) fn decode_query(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    for (index, part) in text.split(|&byte| byte == b'+').enumerate() {
        if index > 0 {
            bytes.push(b' ');
        }
        bytes.extend(percent_decode(part));
    }
    Cow::Owned(bytes)
}

fn decode_escape(high: u8, low: u8) -> Option<u8> {
    let mut byte = [0];
    hex::decode_to_slice([high, low], &mut byte).ok()?;
    let [byte] = byte;
    Some(byte)
}

const ENCODED_IN_QUERY: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

const ENCODED_IN_PATH: &AsciiSet = &ENCODED_IN_QUERY.remove(b'/');

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_plain_where_it_is_not_encoded() {
        for component in [Component::Path, Component::Query] {
            for byte in 0..=u8::MAX {
                let mut text = Vec::new();
                component.write_encoded(&[byte], &mut |piece| text.extend_from_slice(piece));
                assert_eq!(component.is_plain(byte), text == [byte], "{byte:#x}");
            }
        }
    }
}
