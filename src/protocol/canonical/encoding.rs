//! Percent encoding by the protocol's rule: every byte but the unreserved ones as `%XX`.
//!
//! Escapes are decoded once, as bytes, and encoded again, so that every spelling of a path or query
//! has one canonical form.

use std::borrow::Cow;
use std::iter;

use percent_encoding::{
    AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode, utf8_percent_encode,
};

use crate::error::Error;

/// Writes `key=value` pairs as a query string, joined by `&` in the order given.
///
/// Every byte but `A-Z a-z 0-9 - _ . ~` becomes `%XX`, a space `%20`. Clients send this spelling
/// unchanged, and it is already canonical.
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
        push_parameter(&mut query, key.as_ref(), value.as_ref());
    }
    query
}

pub(crate) fn push_parameter(query: &mut String, key: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    query.extend(utf8_percent_encode(key, ENCODED_IN_QUERY));
    query.push('=');
    query.extend(utf8_percent_encode(value, ENCODED_IN_QUERY));
}

/// Decodes a key or value of a query.
pub(super) fn decode(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.iter().any(|byte| matches!(byte, b'+' | b'%')) {
        return Cow::Borrowed(text);
    }
    // A vector that grows leaves copies in memory, perhaps of a session token.
    let mut decoded = Vec::with_capacity(text.len());
    for (index, word) in text.split(|&byte| byte == b'+').enumerate() {
        if index > 0 {
            decoded.push(b' ');
        }
        decoded.extend(percent_decode(word));
    }
    Cow::Owned(decoded)
}

/// Encodes a key or value of a query.
pub(super) fn encode(bytes: &[u8]) -> String {
    percent_encode(bytes, ENCODED_IN_QUERY).to_string()
}

/// Part of a URI: a slash is plain in a path, a plus is a space in a query.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Component {
    Path,
    Query,
}

impl Component {
    /// Yields each byte that the canonical form escapes, with its offset, then `None` at the end.
    /// An empty text yields nothing.
    ///
    /// Builds a 64-bit mask (63 bytes and an end bit), because a branch per byte is mispredicted.
    pub(super) fn marks(self, text: &[u8]) -> impl Iterator<Item = (usize, Option<u8>)> {
        let mut blocks = text.chunks(63).zip((0_usize..).step_by(63));
        let (mut start, mut marks) = (0, 0);
        iter::from_fn(move || {
            while marks == 0 {
                let (block, offset) = blocks.next()?;
                start = offset;
                let end = u64::from(offset.saturating_add(block.len()) == text.len());
                let mark = |byte| u64::from(self.is_encoded(byte));
                marks = block.iter().rev().fold(end, |marks, &byte| (marks << 1) | mark(byte));
            }
            let offset = start.saturating_add(marks.trailing_zeros() as usize);
            marks &= marks.wrapping_sub(1);
            Some((offset, text.get(offset).copied()))
        })
    }

    /// Checks the escape that begins at `offset`, and returns whether it is canonical.
    pub(super) fn check_escape(self, text: &[u8], offset: usize) -> Result<bool, Error> {
        let digits = match text.get(offset..) {
            Some([_, high, low, ..]) => [*high, *low],
            _ => [0; 2],
        };
        let mut byte = [0];
        match (hex::decode_to_slice(digits, &mut byte), byte, self) {
            // Official signers decode `%2F` to `/`, which is another path.
            (Ok(()), [b'/'], Self::Path) => Err(Error::escaped_slash(offset)),
            (Ok(()), [byte], _) => {
                Ok(self.is_encoded(byte) && !digits.iter().any(u8::is_ascii_lowercase))
            }
            (Err(_), _, Self::Path) => Err(Error::malformed_escape("path", offset)),
            (Err(_), _, Self::Query) => Err(Error::malformed_escape("query", offset)),
        }
    }

    /// Writes the canonical spelling of a text whose escapes were checked. It decodes byte by byte,
    /// so that no decoded copy of a secret is left in memory.
    pub(super) fn write_anew(self, text: &[u8], out: &mut impl FnMut(&[u8])) {
        let encoded = match self {
            Self::Path => ENCODED_IN_PATH,
            Self::Query => ENCODED_IN_QUERY,
        };
        // "+" is a space, as the official Go signers read it (vector header-wire-plus).
        for (index, word) in text.split(|&b| b == b'+' && self == Self::Query).enumerate() {
            if index > 0 {
                out(b"%20");
            }
            for (index, run) in word.split(|&b| b == b'%').enumerate() {
                let digits = if index > 0 { 2 } else { 0 };
                let (escape, run) = run.split_at_checked(digits).unwrap_or_default();
                let mut byte = [0];
                if hex::decode_to_slice(escape, &mut byte).is_ok() {
                    percent_encode(&byte, encoded).for_each(|piece| out(piece.as_bytes()));
                }
                percent_encode(run, encoded).for_each(|piece| out(piece.as_bytes()));
            }
        }
    }

    pub(super) fn is_encoded(self, byte: u8) -> bool {
        ENCODED.get(usize::from(byte)) == Some(&true) && !(byte == b'/' && self == Self::Path)
    }
}

/// [`ENCODED_IN_QUERY`] as a table: `AsciiSet` has no public `contains`, and a look-up takes half
/// the time of comparisons.
const ENCODED: [bool; 256] = {
    let mut table = [false; 256];
    let (mut byte, mut rest): (u8, &mut [bool]) = (0, &mut table);
    while let [is_encoded, tail @ ..] = rest {
        *is_encoded = !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'));
        (byte, rest) = (byte.wrapping_add(1), tail);
    }
    table
};

const ENCODED_IN_QUERY: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

const ENCODED_IN_PATH: &AsciiSet = &ENCODED_IN_QUERY.remove(b'/');

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_encoded_bytes_is_the_set_of_them() {
        for component in [Component::Path, Component::Query] {
            for byte in 0..=u8::MAX {
                let mut text = Vec::new();
                let escape = format!("%{byte:02x}");
                component.write_anew(escape.as_bytes(), &mut |piece| text.extend_from_slice(piece));
                assert_eq!(component.is_encoded(byte), text != [byte], "{byte:#x}");
            }
        }
    }
}
