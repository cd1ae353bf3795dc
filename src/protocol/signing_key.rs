//! Step 3: the signing key, which is valid for one credential scope.
//!
//! In: the secret access key and the [`CredentialScope`]. Out: a key that signs any
//! [`StringToSign`] of that scope. It is kept as HMAC state, so that the key is hashed only once.

use std::fmt;

use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::scope::{CredentialScope, TERMINATOR};
use super::signature::Signature;
use super::string_to_sign::StringToSign;
use crate::credentials::{Credentials, new_hmac};

/// The signing key. It is derived from the secret access key by a chain of four HMAC-SHA256: of the
/// date, the region, the service and `request`.
///
/// A signature made with this key is valid only for the date, region and service of its
/// [`scope`](Self::scope).
///
/// The key contains the credentials that it was derived from, and therefore their secret.
/// [`Claim::authenticate`](crate::Claim::authenticate) checks their access key id, session token
/// and expiration.
/// When the key is dropped, its HMAC state is wiped from memory. The credentials are wiped when
/// their last clone is dropped. `Debug` shows only the scope.
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
            hmac: derive_hmac(credentials.secret_hmac(), scope),
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

    /// Signs `string_to_sign`.
    ///
    /// `string_to_sign` must have the [`scope`](Self::scope) of this key. This method does not
    /// check it. A server derives its key from the scope of the request, so it rejects a signature
    /// that was made with the key of another scope.
    pub fn sign(&self, string_to_sign: &StringToSign) -> Signature {
        let mac = self.hmac_of(string_to_sign).finalize();
        Signature::from(<[u8; 32]>::from(mac.into_bytes()))
    }

    /// Returns whether `signature` is the signature of `string_to_sign`. Compares in constant time.
    pub(crate) fn verifies(&self, string_to_sign: &StringToSign, signature: &Signature) -> bool {
        self.hmac_of(string_to_sign).verify_slice(&signature.to_bytes()).is_ok()
    }

    /// Returns the HMAC of `string_to_sign`, before it is finalized.
    fn hmac_of(&self, string_to_sign: &StringToSign) -> Hmac<Sha256> {
        let mut hmac = self.hmac.clone();
        string_to_sign.write_to(&mut |bytes| hmac.update(bytes));
        hmac
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("scope", &self.scope).finish_non_exhaustive()
    }
}

fn derive_hmac(secret_hmac: &Hmac<Sha256>, scope: &CredentialScope) -> Hmac<Sha256> {
    let date_key = compute_mac(secret_hmac.clone(), scope.date());
    let region_key = compute_mac(new_hmac(&*date_key), scope.region());
    let service_key = compute_mac(new_hmac(&*region_key), scope.service());
    new_hmac(&*compute_mac(new_hmac(&*service_key), TERMINATOR))
}

fn compute_mac(mut hmac: Hmac<Sha256>, text: &str) -> Zeroizing<[u8; 32]> {
    hmac.update(text.as_bytes());
    Zeroizing::new(hmac.finalize().into_bytes().into())
}

/// Returns whether `mac` is the result of `hmac`, or the beginning of it, in constant time.
///
/// It is for a diagnosis, which also looks at signatures that are not 32 bytes long.
#[cfg(feature = "diagnose")]
pub(crate) fn verify_mac(hmac: Hmac<Sha256>, mac: &[u8]) -> bool {
    hmac.verify_truncated_left(mac).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::hex::Hex;

    // RFC 4231, test cases 2 and 6: one key is shorter than a block, and one is longer.
    #[test]
    fn a_key_may_be_shorter_or_longer_than_a_block() {
        let tag =
            |key: &[u8], text| Hex::new(&compute_mac(new_hmac(key), text)).as_str().to_owned();
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
