//! The payload of a request: its body, or the SHA-256 of its body.

use std::fmt;
use std::io;

use sha2::{Digest, Sha256};

use crate::protocol::hex::Hex;

/// The body of a request, or the SHA-256 of the body.
///
/// You can convert `()` and references to bytes or text into a `Payload`. For a stream, use
/// [`PayloadHasher`]. A `&[u8; 32]` becomes a body of 32 bytes; to pass a hash, write
/// `Payload::Sha256(hash)`. `Debug` shows the variant and the length of `Bytes`, not the content.
///
/// # Examples
///
/// ```
/// use volcengine_sigv4::Payload;
///
/// let empty: Payload<'_> = ().into();
/// let text: Payload<'_> = "{}".into();
/// assert_eq!(format!("{empty:?} {text:?}"), "Empty Bytes(2 bytes)");
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Payload<'a> {
    /// No body.
    Empty,
    /// The whole body.
    Bytes(&'a [u8]),
    /// The SHA-256 of the body.
    Sha256([u8; 32]),
}

impl Payload<'_> {
    /// Returns the payload hash, which is the SHA-256 of the body.
    pub fn sha256(&self) -> [u8; 32] {
        match *self {
            Self::Empty => Sha256::digest([]).into(),
            Self::Bytes(bytes) => Sha256::digest(bytes).into(),
            Self::Sha256(hash) => hash,
        }
    }

    pub(crate) fn hash_to_hex(self) -> Hex {
        match self {
            Self::Empty | Self::Bytes([]) => Hex::EMPTY_PAYLOAD_HASH,
            payload => Hex::new(&payload.sha256()),
        }
    }
}

impl From<()> for Payload<'_> {
    fn from((): ()) -> Self {
        Self::Empty
    }
}

impl<'a, T: AsRef<[u8]> + ?Sized> From<&'a T> for Payload<'a> {
    fn from(bytes: &'a T) -> Self {
        Self::Bytes(bytes.as_ref())
    }
}

impl fmt::Debug for Payload<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Self::Sha256(_) => f.write_str("Sha256"),
        }
    }
}

/// Hashes a body in parts, for example a stream.
///
/// # Examples
///
/// ```
/// use std::io;
/// use volcengine_sigv4::{Credentials, PayloadHasher, Signer};
///
/// let mut hasher = PayloadHasher::new();
/// io::copy(&mut "a long upload".as_bytes(), &mut hasher)?;
///
/// let signer = Signer::new(Credentials::new("AKLTEXAMPLE", "secret")?, "cn-beijing", "ecs")?;
/// let mut request = http::Request::put("https://open.volcengineapi.com/upload").body(())?;
/// signer.sign_with_payload(&mut request, hasher.finish())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct PayloadHasher(Sha256);

impl PayloadHasher {
    /// Makes a hasher to which no bytes have been added.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next bytes of the body. [`io::Write`] does the same, but returns a `Result`.
    pub fn update(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.update(bytes);
    }

    /// Returns the SHA-256 of all bytes that were added, as a payload.
    pub fn finish(self) -> Payload<'static> {
        Payload::Sha256(self.0.finalize().into())
    }
}

impl io::Write for PayloadHasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for PayloadHasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PayloadHasher").finish_non_exhaustive()
    }
}
