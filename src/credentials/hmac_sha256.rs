//! Makes an HMAC-SHA256 from a key of any length.

use hmac::{Hmac, KeyInit};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Returns an HMAC-SHA256 with `key`.
///
/// RFC 2104 pads a key with zeros to the block length. It hashes a longer key first. This function
/// does both itself and calls `Hmac::new`, which takes a whole block and cannot fail.
/// `new_from_slice` takes a key of any length, but returns a `Result`.
pub(crate) fn new_hmac(key: &[u8]) -> Hmac<Sha256> {
    let mut block = Zeroizing::new([0; 64]);
    if key.len() > block.len() {
        return new_hmac(Zeroizing::new(<[u8; 32]>::from(Sha256::digest(key))).as_slice());
    }
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    Hmac::new((&*block).into())
}
