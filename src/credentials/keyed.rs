//! HMAC-SHA256, keyed.

use hmac::{Hmac, KeyInit};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Returns HMAC-SHA256 keyed with `key`, which RFC 2104 hashes where it is longer than a block and
/// pads with zeros to one.
///
/// `Hmac::new` takes a whole block and cannot fail; `new_from_slice` returns a `Result`.
pub(crate) fn keyed(key: &[u8]) -> Hmac<Sha256> {
    let mut block = Zeroizing::new([0; 64]);
    if key.len() > block.len() {
        return keyed(Zeroizing::new(<[u8; 32]>::from(Sha256::digest(key))).as_slice());
    }
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    Hmac::new((&*block).into())
}
