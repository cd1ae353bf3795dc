//! Step 3: the signing key, good for one credential scope.
//!
//! In: the secret access key and the [`CredentialScope`]. Out: a key that signs any
//! [`StringToSign`] of that scope, kept as keyed HMAC state so that signing hashes the key no more.

use std::fmt;
use std::hint::black_box;
use std::sync::LazyLock;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::scope::{CredentialScope, TERMINATOR};
use super::signature::Signature;
use super::string_to_sign::StringToSign;
use crate::credentials::Credentials;

/// The signing key: a chain of HMAC-SHA256 from the secret access key over date, region, service
/// and `request`.
///
/// It signs for that day, region and service only. It keeps the credentials it was derived from, and so
/// their secret, for whoever verifies with it. It is wiped on drop and `Debug` shows nothing but its
/// scope.
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
    /// Derives the key of `scope`.
    pub fn derive(credentials: &Credentials, scope: &CredentialScope) -> Self {
        Self {
            hmac: derive(credentials.secret_access_key(), scope),
            credentials: credentials.clone(),
            scope: scope.clone(),
        }
    }

    /// Returns the credentials that the key was derived from.
    pub(crate) fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Returns the scope that the key is good for.
    pub fn scope(&self) -> &CredentialScope {
        &self.scope
    }

    /// Signs `string_to_sign`. Only servers that expect its scope to be [`scope`](Self::scope)
    /// accept the result.
    pub fn sign(&self, string_to_sign: &StringToSign) -> Signature {
        let mac = authenticated(&self.hmac, string_to_sign).finalize();
        Signature::from(<[u8; 32]>::from(mac.into_bytes()))
    }

    /// Whether `signature` is the one of `string_to_sign`, in a time that does not tell where they
    /// differ.
    pub(crate) fn verifies(&self, string_to_sign: &StringToSign, signature: &Signature) -> bool {
        verify(&self.hmac, string_to_sign, signature)
    }

    /// Does the work of [`derive`](Self::derive) for nobody.
    pub(crate) fn derive_for_nobody(scope: &CredentialScope) {
        black_box(derive(b"", scope));
    }

    /// Does the work of [`verifies`](Self::verifies) for nobody.
    pub(crate) fn verify_for_nobody(string_to_sign: &StringToSign, signature: &Signature) {
        static NOBODY: LazyLock<Hmac<Sha256>> = LazyLock::new(|| keyed(b""));
        black_box(verify(&NOBODY, string_to_sign, signature));
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("scope", &self.scope).finish_non_exhaustive()
    }
}

fn derive(secret_access_key: &[u8], scope: &CredentialScope) -> Hmac<Sha256> {
    let date = authenticate(secret_access_key, scope.date());
    let region = authenticate(&*date, scope.region());
    let service = authenticate(&*region, scope.service());
    keyed(&*authenticate(&*service, TERMINATOR))
}

fn authenticated(hmac: &Hmac<Sha256>, string_to_sign: &StringToSign) -> Hmac<Sha256> {
    let mut hmac = hmac.clone();
    string_to_sign.write_to(&mut |piece| hmac.update(piece));
    hmac
}

fn verify(hmac: &Hmac<Sha256>, string_to_sign: &StringToSign, signature: &Signature) -> bool {
    authenticated(hmac, string_to_sign).verify_slice(signature.as_bytes()).is_ok()
}

/// Whether `mac` is what `hmac` gives, or begins it: for the signatures of a diagnosis, which are not
/// always 32 bytes.
#[cfg(feature = "diagnose")]
pub(crate) fn verify_mac(hmac: Hmac<Sha256>, mac: &[u8]) -> bool {
    hmac.verify_truncated_left(mac).is_ok()
}

/// HMAC keyed with `key`, which RFC 2104 hashes where it is longer than a block and pads with
/// zeros to one. Taking a whole block, the constructor has no error to return.
pub(crate) fn keyed(key: &[u8]) -> Hmac<Sha256> {
    let mut block = Zeroizing::new([0; 64]);
    if key.len() > block.len() {
        return keyed(Zeroizing::new(<[u8; 32]>::from(Sha256::digest(key))).as_slice());
    }
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    Hmac::new((&*block).into())
}

fn authenticate(key: &[u8], text: &str) -> Zeroizing<[u8; 32]> {
    let mut hmac = keyed(key);
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
        let tag = |key: &[u8], text| Hex::new(&authenticate(key, text)).as_str().to_owned();
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
