//! Step 3: the signing key, valid for one credential scope.
//!
//! In: the secret access key and the [`CredentialScope`]. Out: a key that signs any
//! [`StringToSign`] of that scope, kept as keyed HMAC state so that the key is not hashed again.

use std::fmt;

use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::scope::{CredentialScope, TERMINATOR};
use super::signature::Signature;
use super::string_to_sign::StringToSign;
use crate::credentials::{Credentials, keyed};

/// The signing key: a chain of HMAC-SHA256 from the secret access key over date, region, service
/// and `request`.
///
/// It signs for that day, region and service only. It contains the credentials it was derived from,
/// with their secret: [`Claim::authenticate`](crate::Claim::authenticate) checks their session
/// token and expiration. It is wiped on drop. `Debug` shows only its scope.
///
/// # Examples
///
/// ```
/// use volcengine_sigv4::{Credentials, CredentialScope, SigningKey};
///
/// let credentials = Credentials::new("AKLTEXAMPLE", "secret")?;
/// let scope: CredentialScope = "20210818/cn-beijing/ecs/request".parse()?;
/// let key = SigningKey::derive(&credentials, &scope);
/// assert_eq!(key.scope(), &scope);
/// # Ok::<(), volcengine_sigv4::Error>(())
/// ```
#[derive(Clone)]
pub struct SigningKey {
    credentials: Credentials,
    scope: CredentialScope,
    hmac: Hmac<Sha256>,
}

impl SigningKey {
    /// Derives the key for `scope`.
    pub fn derive(credentials: &Credentials, scope: &CredentialScope) -> Self {
        Self {
            hmac: derive(credentials.keyed_secret(), scope),
            credentials: credentials.clone(),
            scope: scope.clone(),
        }
    }

    /// Returns the credentials that the key was derived from.
    pub(crate) fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Returns the scope that the key is valid for.
    pub fn scope(&self) -> &CredentialScope {
        &self.scope
    }

    /// Signs `string_to_sign`, which must have the same [`scope`](Self::scope): a server derives
    /// its key for the scope of the request.
    pub fn sign(&self, string_to_sign: &StringToSign) -> Signature {
        let mac = authenticated(&self.hmac, string_to_sign).finalize();
        Signature::from(<[u8; 32]>::from(mac.into_bytes()))
    }

    /// Returns whether `signature` is that of `string_to_sign`, in constant time.
    pub(crate) fn verifies(&self, string_to_sign: &StringToSign, signature: &Signature) -> bool {
        authenticated(&self.hmac, string_to_sign).verify_slice(&signature.to_bytes()).is_ok()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("scope", &self.scope).finish_non_exhaustive()
    }
}

fn derive(keyed_secret: &Hmac<Sha256>, scope: &CredentialScope) -> Hmac<Sha256> {
    let date = authenticate(keyed_secret.clone(), scope.date());
    let region = authenticate(keyed(&*date), scope.region());
    let service = authenticate(keyed(&*region), scope.service());
    keyed(&*authenticate(keyed(&*service), TERMINATOR))
}

fn authenticated(hmac: &Hmac<Sha256>, string_to_sign: &StringToSign) -> Hmac<Sha256> {
    let mut hmac = hmac.clone();
    string_to_sign.write_to(&mut |piece| hmac.update(piece));
    hmac
}

/// Returns whether `mac` is the result of `hmac`, or the beginning of it, in constant time. A
/// diagnosis also looks at signatures that are not 32 bytes.
#[cfg(feature = "diagnose")]
pub(crate) fn verify_mac(hmac: Hmac<Sha256>, mac: &[u8]) -> bool {
    hmac.verify_truncated_left(mac).is_ok()
}

fn authenticate(mut hmac: Hmac<Sha256>, text: &str) -> Zeroizing<[u8; 32]> {
    hmac.update(text.as_bytes());
    Zeroizing::new(hmac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::hex::Hex;

    // RFC 4231, cases 2 and 6: a key shorter than a block, and one longer.
    #[test]
    fn a_key_of_any_length_keys_the_hmac() {
        let tag = |key: &[u8], text| Hex::new(&authenticate(keyed(key), text)).as_str().to_owned();
        assert_eq!(
            tag(b"Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            tag(&[0xaa; 131], "Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }
}
