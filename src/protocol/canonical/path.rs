//! The path of the canonical request.
//!
//! In: the path of a URI. Out: the path, decoded once and encoded again. Slashes and dot segments
//! are kept.

use super::encoding::Component;
use crate::error::Error;

pub(crate) struct Path<'a> {
    text: &'a [u8],
    /// Whether `text` is already encoded as in the canonical request.
    pub(super) has_canonical_encoding: bool,
}

impl<'a> Path<'a> {
    pub(crate) fn new(path: &'a str) -> Result<Self, Error> {
        let text = path.as_bytes();
        let mut has_canonical_encoding = true;
        for (offset, byte) in Component::Path.bytes_to_encode(text) {
            has_canonical_encoding &= match byte {
                Some(b'%') => Component::Path.check_escape(text, offset)?,
                byte => byte.is_none(),
            };
        }
        Ok(Self { text, has_canonical_encoding })
    }

    pub(super) fn write_to(&self, out: &mut impl FnMut(&[u8])) {
        if self.has_canonical_encoding {
            out(self.text);
        } else {
            Component::Path.write_canonical(self.text, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(path: &str) -> String {
        let mut text = Vec::new();
        Path::new(path).unwrap().write_to(&mut |bytes| text.extend_from_slice(bytes));
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn different_encodings_of_a_path_have_the_same_canonical_form() {
        assert_eq!(canonical("/a b/%7e/%E4%B8%AD+*"), "/a%20b/~/%E4%B8%AD%2B%2A");
        assert_eq!(canonical("/a%20b/~/%e4%b8%ad%2b%2A"), "/a%20b/~/%E4%B8%AD%2B%2A");
    }

    #[test]
    fn slashes_and_dot_segments_are_kept() {
        assert_eq!(canonical("//a/./b/../c//"), "//a/./b/../c//");
    }

    #[test]
    fn errors_contain_the_offset_of_the_escape() {
        let problem = |path| Path::new(path).err().unwrap().to_string();
        assert_eq!(problem("/100%"), "malformed percent escape in path at byte 4");
        assert_eq!(problem("/%zz"), "malformed percent escape in path at byte 1");
        assert_eq!(problem("/a%2Fb"), "escaped slash in path at byte 2 cannot be signed");
    }
}
