//! Step 2: the string to sign.
//!
//! In: the `X-Date` timestamp, the [`CredentialScope`], the hash of the canonical request.
//! Out: the four lines that [`SigningKey::sign`](super::signing_key::SigningKey::sign) signs.

use std::fmt;

use super::ALGORITHM;
use super::hex::Hex;
use super::scope::CredentialScope;
use super::timestamp::XDate;
use crate::error::Error;

/// The string to sign. It has four lines: the algorithm, `X-Date`, the credential scope, and the
/// hash of the canonical request in hex. `Display` writes the lines.
///
/// # Examples
///
/// ```
/// use volcengine_sigv4::{CredentialScope, StringToSign, XDate};
///
/// let x_date: XDate = "20210818T095729Z".parse()?;
/// let scope = CredentialScope::new(&x_date, "cn-beijing", "ecs")?;
/// let string_to_sign = StringToSign::new(&x_date, &scope, [0xab; 32])?;
/// assert_eq!(
///     string_to_sign.to_string(),
///     "HMAC-SHA256\n20210818T095729Z\n20210818/cn-beijing/ecs/request\n".to_owned()
///         + &"ab".repeat(32),
/// );
/// # Ok::<(), volcengine_sigv4::Error>(())
/// ```
#[derive(Clone)]
pub struct StringToSign {
    x_date: XDate,
    scope: CredentialScope,
    canonical_request_hash: [u8; 32],
}

impl StringToSign {
    /// Makes the string to sign from a timestamp, a scope and the hash of the canonical request.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidScope`](crate::ErrorKind::InvalidScope) if the date of the scope is
    /// not the date of `x_date`.
    pub fn new(
        x_date: &XDate,
        scope: &CredentialScope,
        canonical_request_hash: [u8; 32],
    ) -> Result<Self, Error> {
        if !scope.has_same_date_as(x_date) {
            return Err(Error::scope_date_mismatch(scope.date(), x_date.date()));
        }
        Ok(Self { x_date: *x_date, scope: scope.clone(), canonical_request_hash })
    }

    pub(crate) fn write_to(&self, out: &mut impl FnMut(&[u8])) {
        out(ALGORITHM.as_bytes());
        out(b"\n");
        out(self.x_date.as_bytes());
        out(b"\n");
        out(self.scope.as_str().as_bytes());
        out(b"\n");
        out(Hex::new(&self.canonical_request_hash).as_bytes());
    }
}

impl fmt::Display for StringToSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::new();
        self.write_to(&mut |bytes| text.extend_from_slice(bytes));
        f.write_str(&String::from_utf8_lossy(&text))
    }
}

impl fmt::Debug for StringToSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StringToSign").field(&self.to_string()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_with_another_date_than_x_date_is_refused() {
        let scope: CredentialScope = "20210818/cn-beijing/ecs/request".parse().unwrap();
        let next_day: XDate = "20210819T000000Z".parse().unwrap();
        assert_eq!(
            StringToSign::new(&next_day, &scope, [0; 32]).unwrap_err().to_string(),
            "the credential scope has the date 20210818, expected 20210819 as in x-date"
        );
    }
}
