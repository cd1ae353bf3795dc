//! Percent encoding, as the protocol wants it: every byte but the unreserved ones as `%XX`.
//!
//! What is escaped already is decoded once, as bytes, and encoded anew, so that every spelling of
//! a path or query has one canonical form.

use std::borrow::Cow;
use std::iter;

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

/// Where a text stands in the URI: a slash is plain in a path, a plus is a space in a query.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Component {
    Path,
    Query,
}

impl Component {
    /// Finds the bytes that do not stand for themselves, with their offsets, and the end of a text
    /// that is not empty.
    ///
    /// Looks at 63 bytes before it branches: where the next one stands, no processor can predict.
    pub(super) fn marks(self, text: &[u8]) -> impl Iterator<Item = (usize, Option<u8>)> {
        let (mut blocks, mut offset, mut marks) = (text.chunks(63), 0_usize, 0_u64);
        let mut next_offset = 0;
        iter::from_fn(move || {
            while marks == 0 {
                let block = blocks.next()?;
                offset = next_offset;
                next_offset = offset.saturating_add(block.len());
                let end = u64::from(next_offset == text.len());
                marks = block
                    .iter()
                    .rev()
                    .fold(end, |marks, &byte| (marks << 1) | u64::from(!self.is_plain(byte)));
            }
            let mark = offset.saturating_add(marks.trailing_zeros() as usize);
            marks &= marks.wrapping_sub(1);
            Some((mark, text.get(mark).copied()))
        })
    }

    /// Checks the escape that the `%` at `offset` begins, and returns whether the canonical form
    /// writes it so.
    pub(super) fn check_escape(self, text: &[u8], offset: usize) -> Result<bool, Error> {
        let escape = text.get(offset..).and_then(|text| text.first_chunk());
        match (escape.and_then(decode_escape), escape, self) {
            // The official signers sign it as the slash that it is not.
            (Some(b'/'), _, Self::Path) => Err(Error::escaped_slash(offset)),
            (Some(byte), Some(escape), _) => Ok(self.is_canonical(escape, byte)),
            (_, _, Self::Path) => Err(Error::malformed_escape("path", offset)),
            (_, _, Self::Query) => Err(Error::malformed_escape("query", offset)),
        }
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
                [b'%', high, low, tail @ ..] => {
                    (decode_escape(&[b'%', *high, *low]).unwrap_or(b'%'), tail)
                }
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
                [b'%', high, low, tail @ ..] => {
                    let escape = [b'%', *high, *low];
                    match decode_escape(&escape) {
                        Some(byte) if self.is_canonical(&escape, byte) => tail,
                        _ => break,
                    }
                }
                _ => break,
            };
        }
        text.split_at_checked(text.len().saturating_sub(rest.len())).unwrap_or_default()
    }

    fn is_plain(self, byte: u8) -> bool {
        UNRESERVED.get(usize::from(byte)) == Some(&true) || (byte == b'/' && self == Self::Path)
    }

    /// Whether the canonical form has `escape` for `byte`.
    fn is_canonical(self, escape: &[u8; 3], byte: u8) -> bool {
        !self.is_plain(byte) && !escape.iter().any(u8::is_ascii_lowercase)
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

fn decode_escape([_, high, low]: &[u8; 3]) -> Option<u8> {
    let mut byte = [0];
    hex::decode_to_slice([*high, *low], &mut byte).ok()?;
    let [byte] = byte;
    Some(byte)
}

/// The bytes that stand for themselves everywhere: those that are not in [`ENCODED_IN_QUERY`],
/// which cannot be asked about a byte. Looking one up takes half the time of comparing.
const UNRESERVED: [bool; 256] = {
    let mut table = [false; 256];
    let (mut byte, mut rest): (u8, &mut [bool]) = (0, &mut table);
    while let [is_unreserved, tail @ ..] = rest {
        *is_unreserved = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
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
