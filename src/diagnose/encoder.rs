//! Percent encoding as the world writes it, right and wrong.

use super::recipe::{Encoder, Manner};

impl Encoder {
    /// Writes `bytes`, a decoded key, value or path, behind `out`.
    pub(super) fn write(&self, bytes: &[u8], out: &mut Vec<u8>) {
        match self.manner {
            Manner::Raw => out.extend_from_slice(bytes),
            Manner::Twice => {
                let mut once = Vec::with_capacity(bytes.len().saturating_mul(3));
                self.write_bytes(bytes, &mut once);
                self.write_bytes(&once, out);
                zeroize::Zeroize::zeroize(&mut once);
            }
            Manner::Bytes | Manner::AsSent | Manner::SentTwice => self.write_bytes(bytes, out),
            Manner::Mojibake => {
                for &byte in bytes {
                    self.write_bytes(char::from(byte).encode_utf8(&mut [0; 4]).as_bytes(), out);
                }
            }
            Manner::Latin1 | Manner::CodePoint | Manner::PercentU => {
                for chunk in bytes.utf8_chunks() {
                    chunk
                        .valid()
                        .chars()
                        .for_each(|character| self.write_character(character, out));
                    self.write_bytes(chunk.invalid(), out);
                }
            }
        }
    }

    fn write_character(&self, character: char, out: &mut Vec<u8>) {
        let number = u32::from(character);
        match (u8::try_from(number), self.manner) {
            (Ok(byte), Manner::Latin1 | Manner::PercentU) => self.write_bytes(&[byte], out),
            (Ok(byte), _) if byte.is_ascii() => self.write_bytes(&[byte], out),
            (Err(_), Manner::Latin1) => self.write_bytes(b"?", out),
            (_, Manner::PercentU) => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    out.extend_from_slice(format!("%u{unit:04X}").as_bytes());
                }
            }
            (_, _) => out.extend_from_slice(format!("%{number:X}").as_bytes()),
        }
    }

    fn write_bytes(&self, bytes: &[u8], out: &mut Vec<u8>) {
        const DIGITS: [&[u8; 16]; 2] = [b"0123456789ABCDEF", b"0123456789abcdef"];
        let [upper, lower] = DIGITS;
        let digits = if self.has_lower_hex { lower } else { upper };
        let digit = |number: u8| digits.get(usize::from(number)).copied().unwrap_or_default();
        for &byte in bytes {
            if byte == b' ' && !self.kept.contains(&b' ') {
                out.extend_from_slice(self.space.as_bytes());
            } else if self.keeps(byte) {
                out.push(byte);
            } else {
                out.extend([b'%', digit(byte >> 4), digit(byte & 15)]);
            }
        }
    }

    fn keeps(&self, byte: u8) -> bool {
        let is_unreserved =
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
        is_unreserved && !self.escaped.contains(&byte) || self.kept.contains(&byte)
    }
}
