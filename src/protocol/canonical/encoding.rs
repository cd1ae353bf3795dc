//! Percent encoding of paths and queries.
//!
//! The protocol encodes every byte as `%XX`, except the unreserved bytes `A-Z a-z 0-9 - _ . ~` and,
//! in a path, `/`. Escapes are decoded once and encoded again. Therefore different encodings of the
//! same path or query have the same canonical form.

use std::borrow::Cow;
use std::iter;

use percent_encoding::{
    AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode, utf8_percent_encode,
};

use crate::error::Error;

/// Returns a query string of `key=value` pairs, joined by `&`. The order of the pairs is kept.
///
/// Every byte except `A-Z a-z 0-9 - _ . ~` becomes `%XX`, so a space becomes `%20`. Clients send
/// this encoding unchanged, and the canonical request uses the same encoding.
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

/// Appends `key=value` to `query`, with `&` before it if `query` is not empty.
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
    // A vector that grows would leave copies in memory. The text may be a session token.
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

/// A part of a URI. A slash is not encoded in a path. A plus means a space in a query.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Component {
    Path,
    Query,
}

impl Component {
    /// Returns each byte that must be encoded, with its offset. These bytes include `%` and, in a
    /// query, the separators `&` and `=`. The last item has the length of the text as its offset,
    /// and `None`. For an empty text, the iterator is empty.
    ///
    /// For speed, it builds a 64-bit mask for each block of 63 bytes: one bit for each byte, and
    /// one bit for the end of the text. The processor would mispredict many branches if there was
    /// one for each byte.
    pub(super) fn bytes_to_encode(self, text: &[u8]) -> impl Iterator<Item = (usize, Option<u8>)> {
        let mut blocks = text.chunks(63).zip((0_usize..).step_by(63));
        let (mut start, mut mask) = (0, 0);
        iter::from_fn(move || {
            while mask == 0 {
                let (block, offset) = blocks.next()?;
                start = offset;
                let end = u64::from(offset.saturating_add(block.len()) == text.len());
                let bit = |byte| u64::from(self.must_encode(byte));
                mask = block.iter().rev().fold(end, |mask, &byte| (mask << 1) | bit(byte));
            }
            let offset = start.saturating_add(mask.trailing_zeros() as usize);
            mask &= mask.wrapping_sub(1);
            Some((offset, text.get(offset).copied()))
        })
    }

    /// Checks the escape that begins at `offset`. Returns whether the canonical form contains
    /// exactly the same escape.
    pub(super) fn check_escape(self, text: &[u8], offset: usize) -> Result<bool, Error> {
        let digits = match text.get(offset..) {
            Some([_, high, low, ..]) => [*high, *low],
            _ => [0; 2],
        };
        let mut byte = [0];
        match (hex::decode_to_slice(digits, &mut byte), byte, self) {
            // Official signers decode `%2F` to `/`, which makes a different path.
            (Ok(()), [b'/'], Self::Path) => Err(Error::escaped_slash(offset)),
            (Ok(()), [byte], _) => {
                Ok(self.must_encode(byte) && !digits.iter().any(u8::is_ascii_lowercase))
            }
            (Err(_), _, Self::Path) => Err(Error::malformed_escape("path", offset)),
            (Err(_), _, Self::Query) => Err(Error::malformed_escape("query", offset)),
        }
    }

    /// Writes the canonical form of `text`, whose escapes must be valid. It decodes byte by byte,
    /// so that no decoded copy of a secret is left in memory.
    pub(super) fn write_canonical(self, text: &[u8], out: &mut impl FnMut(&[u8])) {
        let encoded = match self {
            Self::Path => ENCODED_IN_PATH,
            Self::Query => ENCODED_IN_QUERY,
        };
        // The official Go signers decode "+" as a space. See the test vector header-wire-plus.
        for (index, word) in text.split(|&b| b == b'+' && self == Self::Query).enumerate() {
            if index > 0 {
                out(b"%20");
            }
            for (index, run) in word.split(|&b| b == b'%').enumerate() {
                let digits = if index > 0 { 2 } else { 0 };
                let (escape, run) = run.split_at_checked(digits).unwrap_or_default();
                let mut byte = [0];
                if hex::decode_to_slice(escape, &mut byte).is_ok() {
                    percent_encode(&byte, encoded).for_each(|text| out(text.as_bytes()));
                }
                percent_encode(run, encoded).for_each(|text| out(text.as_bytes()));
            }
        }
    }

    /// Returns whether `byte` is encoded as `%XX` in the canonical form.
    pub(super) fn must_encode(self, byte: u8) -> bool {
        MUST_ENCODE_IN_QUERY.get(usize::from(byte)) == Some(&true)
            && !(byte == b'/' && self == Self::Path)
    }
}

/// The same bytes as [`ENCODED_IN_QUERY`], and all bytes that are not ASCII. This table is needed
/// because `AsciiSet` has no public `contains`. A lookup takes half the time that comparisons take.
const MUST_ENCODE_IN_QUERY: [bool; 256] = {
    let mut table = [false; 256];
    let (mut byte, mut rest): (u8, &mut [bool]) = (0, &mut table);
    while let [must_encode, tail @ ..] = rest {
        *must_encode = !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'));
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
    fn must_encode_agrees_with_the_bytes_that_are_encoded() {
        for component in [Component::Path, Component::Query] {
            for byte in 0..=u8::MAX {
                let mut text = Vec::new();
                let escape = format!("%{byte:02x}");
                component
                    .write_canonical(escape.as_bytes(), &mut |bytes| text.extend_from_slice(bytes));
                assert_eq!(component.must_encode(byte), text != [byte], "{byte:#x}");
            }
        }
    }
}
