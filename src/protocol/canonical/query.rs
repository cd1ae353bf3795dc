//! The query of the canonical request.
//!
//! In: the query of a URI. Out: its parameters, sorted by decoded key. Keys and values are decoded
//! once and encoded again.

use std::borrow::Cow;

use super::encoding::{Component, decode, encode};
use crate::error::Error;

/// The parameters of a query, sorted by key. Parameters with the same key keep their order.
pub(crate) struct Query<'a> {
    parameters: Vec<Parameter<'a>>,
    /// Whether every parameter is already encoded as in the canonical request. This is true for
    /// most queries. It does not say whether the query was sorted.
    pub(super) has_canonical_encoding: bool,
}

struct Parameter<'a> {
    /// The decoded key, because parameters are sorted by decoded key.
    key: Cow<'a, [u8]>,
    /// Key and value, as the URI contains them.
    text: &'a [u8],
}

impl<'a> Query<'a> {
    pub(crate) fn new(query: &'a str) -> Result<Self, Error> {
        let query = query.as_bytes();
        // This capacity is enough for most requests.
        let mut parameters = Vec::with_capacity(query.len().min(16));
        let mut has_canonical_encoding = true;
        let (mut start, mut separator, mut is_key_plain) = (0, None, true);
        for (offset, byte) in Component::Query.bytes_to_encode(query) {
            match byte {
                Some(b'&') | None => {
                    let text = query.get(start..offset).unwrap_or_default();
                    let key = query.get(start..separator.unwrap_or(offset)).unwrap_or_default();
                    let key = if is_key_plain { Cow::Borrowed(key) } else { decode(key) };
                    if !text.is_empty() {
                        parameters.push(Parameter { key, text });
                        has_canonical_encoding &= separator.is_some();
                    }
                    (start, separator, is_key_plain) = (offset.saturating_add(1), None, true);
                }
                Some(b'=') if separator.is_none() => separator = Some(offset),
                _ => {
                    is_key_plain &= separator.is_some();
                    has_canonical_encoding &=
                        byte == Some(b'%') && Component::Query.check_escape(query, offset)?;
                }
            }
        }
        parameters.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(Self { parameters, has_canonical_encoding })
    }

    /// Returns the decoded values of all parameters with `key`.
    pub(crate) fn values(&self, key: &str) -> impl Iterator<Item = Cow<'a, [u8]>> {
        let found = self.parameters.iter().filter(|found| *found.key == *key.as_bytes());
        found.map(|found| {
            decode(found.text.splitn(2, |&byte| byte == b'=').nth(1).unwrap_or_default())
        })
    }

    /// Returns whether a key occurs more than once.
    pub(crate) fn has_repeated_key(&self) -> bool {
        self.keys().zip(self.keys().skip(1)).any(|(key, next)| key == next)
    }

    /// Removes all parameters with `key`.
    pub(crate) fn remove(&mut self, key: &str) {
        self.parameters.retain(|parameter| *parameter.key != *key.as_bytes());
    }

    /// Returns whether a parameter has `key`.
    pub(crate) fn has_key(&self, key: &str) -> bool {
        self.keys().any(|found| found == key.as_bytes())
    }

    /// Returns the decoded keys, sorted.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &[u8]> {
        self.parameters.iter().map(|parameter| &*parameter.key)
    }

    /// Returns the keys joined by ";" and encoded as a value of the query.
    pub(crate) fn key_list(&self) -> String {
        encode(&self.keys().collect::<Vec<_>>().join(&b';'))
    }

    /// Writes the canonical query.
    pub(crate) fn write_to(&self, out: &mut impl FnMut(&[u8])) {
        for (index, parameter) in self.parameters.iter().enumerate() {
            if index > 0 {
                out(b"&");
            }
            if self.has_canonical_encoding {
                out(parameter.text);
            } else {
                let mut parts = parameter.text.splitn(2, |&byte| byte == b'=');
                Component::Query.write_canonical(parts.next().unwrap_or_default(), out);
                out(b"=");
                Component::Query.write_canonical(parts.next().unwrap_or_default(), out);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(query: &str) -> String {
        let mut text = Vec::new();
        Query::new(query).unwrap().write_to(&mut |bytes| text.extend_from_slice(bytes));
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn parameters_are_sorted_by_decoded_key() {
        assert_eq!(canonical("b=1&a=2&%41=3&a.=4&a%20=5"), "A=3&a=2&a%20=5&a.=4&b=1");
    }

    #[test]
    fn parameters_with_the_same_key_keep_their_order() {
        assert_eq!(canonical("a=2&b=0&a=10&%61=1"), "a=2&a=10&a=1&b=0");
    }

    #[test]
    fn every_parameter_gets_an_equals_sign_and_empty_parameters_are_removed() {
        assert_eq!(canonical("&&b&a==&&=c&"), "=c&a=%3D&b=");
    }

    #[test]
    fn a_plus_is_decoded_as_a_space() {
        assert_eq!(canonical("a+b=c+d&e=%2B"), "a%20b=c%20d&e=%2B");
    }

    #[test]
    fn errors_contain_the_offset_of_the_escape() {
        let problem = Query::new("a=1&password=%zz").err().unwrap().to_string();
        assert_eq!(problem, "malformed percent escape in query at byte 13");
    }
}
