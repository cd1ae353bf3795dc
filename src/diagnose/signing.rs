//! The signing key of a recipe: derived, written in hex, or in the wrong place, as the recipe says.

use std::rc::Rc;

use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::recipe::{HexKeys, Key, Part, Swapped};
use crate::credentials::new_hmac;

/// A signing key that is ready.
pub(super) enum Signing {
    Keyed(Hmac<Sha256>),
    /// The key is the text of the HMAC, the string to sign its key.
    Swapped(Zeroizing<Vec<u8>>),
}

impl Signing {
    pub(super) fn new(key: &Key, chain: Option<&Chain>) -> Self {
        let mut current = Zeroizing::new(Vec::with_capacity(
            key.prefix.len().saturating_add(key.secret.len()).max(64),
        ));
        let is_swapped = matches!(key.swapped, Swapped::Everywhere | Swapped::InTheChain);
        let mut steps = key.steps.iter().peekable();
        let known = chain.map_or(0, |chain| chain.steps_of(key));
        match known.checked_sub(1).and_then(|last| chain?.keys.get(last)) {
            Some(known_key) => {
                current.extend_from_slice(&**known_key);
                steps.by_ref().take(known).for_each(drop);
            }
            None => {
                current.extend_from_slice(key.prefix.as_bytes());
                current.extend_from_slice(key.secret.as_bytes());
            }
        }
        while let Some(step) = steps.next() {
            let text = key.part(*step);
            let (by, of) = if is_swapped { (text, &**current) } else { (&**current, text) };
            let mac = authenticate(by, of);
            current.clear();
            match digits(key.hex, steps.peek().is_none()) {
                None => current.extend_from_slice(&*mac),
                Some(digits) => {
                    current.extend_from_slice(&*Zeroizing::new(hex_digits(&mac, digits)));
                }
            }
        }
        match key.swapped {
            Swapped::Everywhere | Swapped::InTheLast => Self::Swapped(current),
            Swapped::Nowhere | Swapped::InTheChain => Self::Keyed(new_hmac(&current)),
        }
    }
}

/// The right chain of keys, up to the service: most mistakes change only the end of it.
pub(super) struct Chain {
    right: Key,
    keys: [Zeroizing<[u8; 32]>; 3],
}

impl Chain {
    /// Derives the keys of the right recipe.
    pub(super) fn new(right: &Key) -> Self {
        let day = authenticate(right.secret.as_bytes(), right.day.as_bytes());
        let region = authenticate(&*day, right.region.as_bytes());
        let service = authenticate(&*region, right.service.as_bytes());
        Self { right: right.clone(), keys: [day, region, service] }
    }

    /// Returns how many steps of `key` are those of the right one.
    fn steps_of(&self, key: &Key) -> usize {
        let is_plain = Rc::ptr_eq(&key.secret, &self.right.secret)
            && key.prefix.is_empty()
            && key.hex == HexKeys::None
            && matches!(key.swapped, Swapped::Nowhere | Swapped::InTheLast);
        let steps = key.steps.iter().zip(self.right.steps).zip(&self.keys);
        let same = steps.take_while(|((step, right), _)| {
            step == right && key.part(**step) == self.right.part(**right)
        });
        if is_plain { same.count() } else { 0 }
    }
}

fn authenticate(key: &[u8], text: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut hmac = new_hmac(key);
    hmac.update(text);
    Zeroizing::new(hmac.finalize().into_bytes().into())
}

impl Key {
    fn part(&self, part: Part) -> &[u8] {
        match part {
            Part::Day => self.day.as_bytes(),
            Part::Region => self.region.as_bytes(),
            Part::Service => self.service.as_bytes(),
            Part::Terminator => self.terminator.as_bytes(),
            // No chain has it.
            Part::AccessKeyId => b"",
        }
    }
}

#[derive(Clone, Copy)]
pub(super) enum Digits {
    Lower,
    Upper,
}

/// Returns how a key of the chain is written before it is used, or `None` for its bytes.
fn digits(hex: HexKeys, is_last: bool) -> Option<Digits> {
    match (hex, is_last) {
        (HexKeys::All, _) | (HexKeys::AllButLast, false) | (HexKeys::Last, true) => {
            Some(Digits::Lower)
        }
        (HexKeys::AllUpper, _) | (HexKeys::LastUpper, true) => Some(Digits::Upper),
        (HexKeys::None | HexKeys::AllButLast | HexKeys::Last | HexKeys::LastUpper, _) => None,
    }
}

pub(super) fn hex_digits(bytes: &[u8; 32], digits: Digits) -> [u8; 64] {
    let mut text = [0; 64];
    // Fails only where the lengths do not match, and here the types say that they do.
    let _ = hex::encode_to_slice(bytes, &mut text);
    if let Digits::Upper = digits {
        text.make_ascii_uppercase();
    }
    text
}
