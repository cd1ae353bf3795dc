//! Step 4: the signature.
//!
//! In: the 32 bytes that [`SigningKey::sign`](super::signing_key::SigningKey::sign) computes, or
//! the hex text of a signature. Out: 64 hex digits for the authorization value.

use std::fmt;
use std::str::FromStr;

use super::hex::Hex;
use crate::error::Error;

/// A signature: 32 bytes, written as 64 lower-case hex digits.
///
/// It does not implement `PartialEq`, because a comparison that stops at the first different byte
/// leaks timing information.
///
/// # Examples
///
/// ```
/// use volcengine_sigv4::Signature;
///
/// let text = "e181694023e354651bc9abb34758e053136ab3db3460b1e0c6070de5ff67ace6";
/// let signature: Signature = text.parse()?;
/// assert_eq!(signature.to_string(), text);
/// # Ok::<(), volcengine_sigv4::Error>(())
/// ```
#[derive(Clone)]
pub struct Signature([u8; 32]);

impl Signature {
    /// Returns the 32 bytes.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0
    }

    pub(crate) fn to_hex(&self) -> Hex {
        Hex::new(&self.0)
    }
}

impl From<[u8; 32]> for Signature {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

/// Parses exactly 64 lower-case hex digits.
impl FromStr for Signature {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let malformed = "malformed signature, expected 64 lower-case hex digits";
        let digits = Hex::from_digits(text.as_bytes());
        digits
            .map(|digits| Self(digits.to_bytes()))
            .ok_or_else(|| Error::invalid_authorization(malformed))
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.to_hex().as_str())
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Signature").field(&format_args!("{self}")).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_64_lower_case_hex_digits_are_accepted() {
        for text in
            [String::new(), "ab".repeat(31), "ab".repeat(33), "AB".repeat(32), "0g".repeat(32)]
        {
            assert_eq!(
                text.parse::<Signature>().unwrap_err().to_string(),
                "malformed signature, expected 64 lower-case hex digits"
            );
        }
    }
}
