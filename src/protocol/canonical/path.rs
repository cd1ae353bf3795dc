//! The path: decoded once and encoded again. Slashes are kept; nothing is resolved or merged.

use super::encoding::Component;
use crate::error::Error;

pub(crate) struct Path<'a> {
    text: &'a [u8],
    /// Whether the text is already canonical.
    pub(super) is_canonical: bool,
}

impl<'a> Path<'a> {
    pub(crate) fn new(path: &'a str) -> Result<Self, Error> {
        let text = path.as_bytes();
        let mut is_canonical = true;
        for (offset, byte) in Component::Path.marks(text) {
            is_canonical &= match byte {
                Some(b'%') => Component::Path.check_escape(text, offset)?,
                byte => byte.is_none(),
            };
        }
        Ok(Self { text, is_canonical })
    }

    pub(super) fn write_to(&self, out: &mut impl FnMut(&[u8])) {
        if self.is_canonical {
            out(self.text);
        } else {
            Component::Path.write_anew(self.text, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(path: &str) -> String {
        let mut text = Vec::new();
        Path::new(path).unwrap().write_to(&mut |piece| text.extend_from_slice(piece));
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn every_spelling_of_a_path_has_one_canonical_form() {
        assert_eq!(canonical("/a b/%7e/%E4%B8%AD+*"), "/a%20b/~/%E4%B8%AD%2B%2A");
        assert_eq!(canonical("/a%20b/~/%e4%b8%ad%2b%2A"), "/a%20b/~/%E4%B8%AD%2B%2A");
    }

    #[test]
    fn slashes_and_dot_segments_stay() {
        assert_eq!(canonical("//a/./b/../c//"), "//a/./b/../c//");
    }

    #[test]
    fn a_bad_escape_is_named_by_its_offset() {
        let problem = |path| Path::new(path).err().unwrap().to_string();
        assert_eq!(problem("/100%"), "malformed percent escape in path at byte 4");
        assert_eq!(problem("/%zz"), "malformed percent escape in path at byte 1");
        assert_eq!(problem("/a%2Fb"), "escaped slash in path at byte 2 cannot be signed");
    }
}
