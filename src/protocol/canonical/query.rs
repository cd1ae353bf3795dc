//! The query: split, sorted by decoded key, written with every value encoded anew.

use std::borrow::Cow;

use super::encoding::{Component, decode_query, is_unreserved};
use crate::error::Error;

/// The parameters of a query, sorted: those of equal key stay in the order they came in.
pub(crate) struct Query<'a> {
    parameters: Vec<Parameter<'a>>,
    /// Whether every piece stands in the canonical form as it is, but for a missing `=`. Most
    /// queries are so, and one look at the whole costs less than a look at each.
    is_plain: bool,
}

struct Parameter<'a> {
    /// Decoded, since that is what decides the order.
    key: Cow<'a, [u8]>,
    piece: &'a [u8],
    value: Option<&'a [u8]>,
}

impl<'a> Query<'a> {
    pub(crate) fn new(query: &'a str) -> Result<Self, Error> {
        let query = query.as_bytes();
        let is_unescaped = query.iter().fold(true, |plain, &byte| {
            plain & (is_unreserved(byte) | (byte == b'&') | (byte == b'='))
        });
        if !is_unescaped {
            Component::Query.check_escapes(query)?;
        }
        let mut parameters = Vec::with_capacity(count_pieces(query));
        let pieces = query.split(|&byte| byte == b'&').filter(|piece| !piece.is_empty());
        parameters.extend(pieces.map(|piece| Parameter::new(piece, !is_unescaped)));
        let separators = parameters.iter().filter(|parameter| parameter.value.is_some()).count();
        let is_plain = is_unescaped && separators == count(query.iter().map(|&byte| byte == b'='));
        parameters.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(Self { parameters, is_plain })
    }

    /// Whether the query holds nothing that is or would be escaped.
    pub(crate) fn is_plain(&self) -> bool {
        self.is_plain
    }

    pub(crate) fn has_key(&self, key: &str) -> bool {
        self.parameters.iter().any(|parameter| *parameter.key == *key.as_bytes())
    }

    pub(super) fn write_to(&self, out: &mut impl FnMut(&[u8])) {
        for (index, parameter) in self.parameters.iter().enumerate() {
            if index > 0 {
                out(b"&");
            }
            match parameter.value {
                Some(_) if self.is_plain => out(parameter.piece),
                value => {
                    Component::Query.write_encoded(&parameter.key, out);
                    out(b"=");
                    Component::Query.write_canonical(value.unwrap_or_default(), out);
                }
            }
        }
    }
}

impl<'a> Parameter<'a> {
    fn new(piece: &'a [u8], may_be_escaped: bool) -> Self {
        let length = piece.iter().position(|&byte| byte == b'=').unwrap_or(piece.len());
        let (key, value) = piece.split_at_checked(length).unwrap_or_default();
        let value = value.get(1..);
        let key = if may_be_escaped { decode_query(key) } else { Cow::Borrowed(key) };
        Self { key, piece, value }
    }
}

/// Counts the pieces between ampersands that are not empty, by their last bytes.
fn count_pieces(query: &[u8]) -> usize {
    let next = query.get(1..).unwrap_or_default();
    let inner = query.iter().zip(next).map(|(&byte, &next)| (byte != b'&') & (next == b'&'));
    let last = query.last().is_some_and(|&byte| byte != b'&');
    count(inner).saturating_add(usize::from(last))
}

/// Counts in 16 bits, of which a processor adds many at once and a URI, at most 65,534 bytes long,
/// needs no more.
fn count(matches: impl Iterator<Item = bool>) -> usize {
    usize::from(matches.fold(0_u16, |count, matches| count.wrapping_add(u16::from(matches))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(query: &str) -> String {
        let mut text = Vec::new();
        Query::new(query).unwrap().write_to(&mut |piece| text.extend_from_slice(piece));
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn parameters_are_sorted_by_their_decoded_keys() {
        assert_eq!(canonical("b=1&a=2&%41=3&a.=4&a%20=5"), "A=3&a=2&a%20=5&a.=4&b=1");
    }

    #[test]
    fn parameters_of_one_key_keep_their_order() {
        assert_eq!(canonical("a=2&b=0&a=10&%61=1"), "a=2&a=10&a=1&b=0");
    }

    #[test]
    fn an_equals_sign_is_always_written_and_empty_pieces_are_not() {
        assert_eq!(canonical("&&b&a==&&=c&"), "=c&a=%3D&b=");
    }

    #[test]
    fn a_plus_is_a_space() {
        assert_eq!(canonical("a+b=c+d&e=%2B"), "a%20b=c%20d&e=%2B");
    }

    #[test]
    fn a_bad_escape_is_named_by_its_offset() {
        let problem = Query::new("a=1&password=%zz").err().unwrap().to_string();
        assert_eq!(problem, "malformed percent escape in query at byte 13");
    }

    #[test]
    fn room_is_made_for_the_pieces_that_are_not_empty() {
        for (query, pieces) in [("", 0), ("&&", 0), ("a", 1), ("&a&&b=&", 2), ("a&b&c", 3)] {
            assert_eq!(count_pieces(query.as_bytes()), pieces, "{query:?}");
        }
    }
}
