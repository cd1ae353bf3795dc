//! Base64, the little that is needed of it: some mistakes write or read a secret or a hash so.
//!
//! By hand, because none of the crate's dependencies has it and this feature may add none.

use zeroize::Zeroizing;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Writes `bytes` in the standard alphabet, with padding.
pub(super) fn encode(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let length = bytes.len().div_ceil(3).saturating_mul(4);
    let mut text = Zeroizing::new(Vec::with_capacity(length));
    for group in bytes.chunks(3) {
        let mut bits = 0_u32;
        for index in 0..3 {
            bits = bits << 8 | u32::from(group.get(index).copied().unwrap_or(0));
        }
        for (index, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            let digit = DIGITS.get((bits >> shift & 63) as usize).copied().unwrap_or(b'=');
            text.push(if index <= group.len() { digit } else { b'=' });
        }
    }
    text
}

/// Reads the standard and the URL alphabet, with padding or without.
pub(super) fn decode(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let digits = text.strip_suffix(b"==").or(text.strip_suffix(b"=")).unwrap_or(text);
    if digits.is_empty() || digits.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(digits.len()));
    for group in digits.chunks(4) {
        let mut bits = 0_u32;
        for index in 0..4 {
            bits = bits << 6 | group.get(index).map_or(Some(0), |&digit| number(digit))?;
        }
        let [_, decoded @ ..] = bits.to_be_bytes();
        bytes.extend(decoded.into_iter().take(group.len().saturating_sub(1)));
    }
    Some(bytes)
}

fn number(digit: u8) -> Option<u32> {
    let digit = match digit {
        b'-' => b'+',
        b'_' => b'/',
        digit => digit,
    };
    DIGITS.iter().position(|&found| found == digit)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 4648, section 10.
    #[test]
    fn the_examples_of_the_standard_are_written_and_read() {
        for (bytes, text) in [
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(*encode(bytes.as_bytes()), text.as_bytes());
            assert_eq!(*decode(text.as_bytes()).unwrap(), bytes.as_bytes());
            let unpadded = text.trim_end_matches('=');
            assert_eq!(*decode(unpadded.as_bytes()).unwrap(), bytes.as_bytes());
        }
        assert_eq!(decode(b"-_").unwrap(), decode(b"+/").unwrap());
    }

    #[test]
    fn what_is_no_base64_is_not_read() {
        for text in ["", "=", "A", "AAAAA", "AA*A", "AA=A"] {
            assert!(decode(text.as_bytes()).is_none(), "{text:?}");
        }
    }
}
