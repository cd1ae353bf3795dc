//! The query: split, sorted by decoded key, every value encoded again.

use std::borrow::Cow;

use super::encoding::{Component, decode, encode};
use crate::error::Error;

/// The parameters of a query, sorted. Those with equal keys keep their order.
pub(crate) struct Query<'a> {
    parameters: Vec<Parameter<'a>>,
    /// Whether every piece is already canonical, as in most queries.
    pub(super) is_canonical: bool,
}

struct Parameter<'a> {
    /// Decoded, because the decoded bytes are sorted.
    key: Cow<'a, [u8]>,
    piece: &'a [u8],
}

impl<'a> Query<'a> {
    pub(crate) fn new(query: &'a str) -> Result<Self, Error> {
        let query = query.as_bytes();
        // Capacity that fits most calls.
        let mut parameters = Vec::with_capacity(query.len().min(16));
        let mut is_canonical = true;
        let (mut start, mut separator, mut is_key_plain) = (0, None, true);
        for (offset, byte) in Component::Query.marks(query) {
            match byte {
                Some(b'&') | None => {
                    let piece = query.get(start..offset).unwrap_or_default();
                    let key = query.get(start..separator.unwrap_or(offset)).unwrap_or_default();
                    let key = if is_key_plain { Cow::Borrowed(key) } else { decode(key) };
                    if !piece.is_empty() {
                        parameters.push(Parameter { key, piece });
                        is_canonical &= separator.is_some();
                    }
                    (start, separator, is_key_plain) = (offset.saturating_add(1), None, true);
                }
                Some(b'=') if separator.is_none() => separator = Some(offset),
                _ => {
                    is_key_plain &= separator.is_some();
                    is_canonical &=
                        byte == Some(b'%') && Component::Query.check_escape(query, offset)?;
                }
            }
        }
        parameters.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(Self { parameters, is_canonical })
    }

    /// Returns the decoded values of the parameters called `key`.
    pub(crate) fn values(&self, key: &str) -> impl Iterator<Item = Cow<'a, [u8]>> {
        let found = self.parameters.iter().filter(|found| *found.key == *key.as_bytes());
        found.map(|found| {
            decode(found.piece.splitn(2, |&byte| byte == b'=').nth(1).unwrap_or_default())
        })
    }

    /// Returns whether two parameters have the same key.
    pub(crate) fn has_repeated_key(&self) -> bool {
        self.keys().zip(self.keys().skip(1)).any(|(key, next)| key == next)
    }

    /// Removes the parameters called `key`.
    pub(crate) fn remove(&mut self, key: &str) {
        self.parameters.retain(|parameter| *parameter.key != *key.as_bytes());
    }

    pub(crate) fn has_key(&self, key: &str) -> bool {
        self.keys().any(|found| found == key.as_bytes())
    }

    /// Returns the decoded keys, in their order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &[u8]> {
        self.parameters.iter().map(|parameter| &*parameter.key)
    }

    /// Returns the keys joined by ";", encoded as a value.
    pub(crate) fn key_list(&self) -> String {
        encode(&self.keys().collect::<Vec<_>>().join(&b';'))
    }

    pub(crate) fn write_to(&self, out: &mut impl FnMut(&[u8])) {
        for (index, parameter) in self.parameters.iter().enumerate() {
            if index > 0 {
                out(b"&");
            }
            if self.is_canonical {
                out(parameter.piece);
            } else {
                let mut parts = parameter.piece.splitn(2, |&byte| byte == b'=');
                Component::Query.write_anew(parts.next().unwrap_or_default(), out);
                out(b"=");
                Component::Query.write_anew(parts.next().unwrap_or_default(), out);
            }
        }
    }
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
}
