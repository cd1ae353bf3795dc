//! The body of a request, as far as a signature needs it.

use std::fmt;
use std::io;

use sha2::{Digest, Sha256};

use crate::protocol::hex::Hex;

/// The body of a request, or its hash if the bytes are not at hand.
///
/// It is made from `()` and from a reference to bytes or text; [`PayloadHasher`] makes it from a
/// stream. A `&[u8; 32]` is a body of 32 bytes; a hash is `Payload::Sha256(hash)`. `Debug` shows
/// only lengths.
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
    /// Returns the payload hash: the SHA-256 of the body.
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

/// Hashes a body piece by piece, for streams.
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
    /// Starts with an empty body.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next bytes of the body. The same as [`io::Write`], without its `Result`.
    pub fn update(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.update(bytes);
    }

    /// Returns the payload: the hash of all bytes added.
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
