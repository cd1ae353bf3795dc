//! A SHA-256 hash or a signature as 64 lower-case hex digits. It is kept on the stack.

#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Hex([u8; Self::LENGTH]);

impl Hex {
    pub(crate) const LENGTH: usize = 64;

    /// The payload hash of an empty body.
    pub(crate) const EMPTY_PAYLOAD_HASH: Self =
        Self(*b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

    pub(crate) fn new(bytes: &[u8; 32]) -> Self {
        let mut digits = [b'0'; Self::LENGTH];
        // This cannot fail: the types ensure that the lengths match.
        let _ = hex::encode_to_slice(bytes, &mut digits);
        Self(digits)
    }

    /// Returns `None` unless `digits` are 64 lower-case hex digits.
    pub(crate) fn from_digits(digits: &[u8]) -> Option<Self> {
        let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        // `&` and `fold` need no branch per byte, unlike `&&` and `all`. This is measurably faster.
        let are_digits = digits.iter().fold(true, |all, &byte| all & is_digit(byte));
        digits.try_into().ok().filter(|_| are_digits).map(Self)
    }

    pub(crate) fn to_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        // This cannot fail: all constructors produce valid digits.
        let _ = hex::decode_to_slice(self.0, &mut bytes);
        bytes
    }

    pub(crate) const fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) const fn as_str(&self) -> &str {
        match std::str::from_utf8(&self.0) {
            Ok(digits) => digits,
            Err(_) => "",
        }
    }
}
