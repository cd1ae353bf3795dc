//! Step 1: the canonical request, the one spelling of a request that both sides hash.
//!
//! In: method, URI, headers, which of them to sign, payload hash. Out: six parts joined by line
//! feeds, byte for byte. One function writes the pieces into a closure: a hasher when signing, a
//! vector when explaining and verifying.

mod encoding;
mod headers;
mod host;
mod path;
mod query;
mod reading;

use std::fmt;

use http::{HeaderMap, Method, Uri};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

pub(crate) use self::encoding::push_parameter;
pub use self::encoding::query_string;
pub(crate) use self::headers::SignedHeaders;
pub(crate) use self::host::Host;
use self::path::Path;
pub(crate) use self::query::Query;
pub(crate) use self::reading::redact_query;
use super::hex::Hex;
use crate::error::Error;

/// The canonical request: method, path, query, signed header lines, their names and the payload
/// hash, joined by line feeds.
///
/// `Debug` shows its length only, since it holds the query values and the session token; it is
/// wiped on drop.
///
/// # Examples
///
/// ```
/// use http::{HeaderMap, Method};
/// use volcengine_sigv4::{CanonicalRequest, Payload};
///
/// let uri = "https://open.volcengineapi.com/?Version=2020-04-01&Action=RunInstances".parse()?;
/// let mut headers = HeaderMap::new();
/// headers.insert("x-date", "20210818T095729Z".parse().unwrap());
/// let payload_hash = Payload::Empty.sha256();
/// let canonical_request =
///     CanonicalRequest::new(&Method::GET, &uri, &headers, &["host", "x-date"], payload_hash)?;
/// assert_eq!(
///     canonical_request.as_bytes(),
///     b"GET\n\
///       /\n\
///       Action=RunInstances&Version=2020-04-01\n\
///       host:open.volcengineapi.com\n\
///       x-date:20210818T095729Z\n\
///       \n\
///       host;x-date\n\
///       e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "canonical string")]
#[derive(Clone, PartialEq, Eq)]
pub struct CanonicalRequest(Zeroizing<Vec<u8>>);

impl CanonicalRequest {
    /// Writes the canonical request that signs `signed_headers`, lower-case names in the caller's
    /// order.
    ///
    /// `host` is the `Host` header if there is one and the URI's authority otherwise, without the
    /// ports 80 and 443. Every other name must be on `headers`, once.
    ///
    /// # Errors
    ///
    /// - [`InvalidUri`](crate::ErrorKind::InvalidUri): a target that is no path, user info, a
    ///   malformed percent escape, an escaped slash in the path, a bad host or port.
    /// - [`MissingHost`](crate::ErrorKind::MissingHost): `host` is to be signed and is nowhere.
    /// - [`InvalidHeader`](crate::ErrorKind::InvalidHeader): a name is absent, repeated, listed
    ///   twice or not in lower case.
    pub fn new(
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        signed_headers: &[&str],
        payload_hash: [u8; 32],
    ) -> Result<Self, Error> {
        let request_line = RequestLine::new(method, uri)?;
        let names = signed_headers.iter().copied();
        let headers = &SignedHeaders::listed(request_line.authority, headers, names)?;
        let form = CanonicalForm { request_line, headers };
        Ok(form.to_head().finish(&Hex::new(&payload_hash)))
    }

    /// Returns the whole text.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the SHA-256 of the text: what the string to sign takes.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.as_bytes()).into()
    }
}

impl fmt::Debug for CanonicalRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CanonicalRequest").field("len", &self.0.len()).finish_non_exhaustive()
    }
}

/// A canonical request without its last line, the payload hash.
pub(crate) struct CanonicalHead(Zeroizing<Vec<u8>>);

impl CanonicalHead {
    pub(crate) fn finish(mut self, payload_hash: &Hex) -> CanonicalRequest {
        self.0.extend_from_slice(payload_hash.as_bytes());
        CanonicalRequest(self.0)
    }
}

/// Method, authority, path and query of a request, checked and borrowed from it.
pub(crate) struct RequestLine<'a> {
    method: &'a Method,
    pub(crate) authority: Option<Host<'a>>,
    path: Path<'a>,
    pub(crate) query: Query<'a>,
}

impl<'a> RequestLine<'a> {
    pub(crate) fn new(method: &'a Method, uri: &'a Uri) -> Result<Self, Error> {
        if method == Method::CONNECT || uri.path_and_query().is_none() {
            return Err(Error::not_a_path("authority"));
        }
        if uri.path() == "*" {
            return Err(Error::not_a_path("asterisk"));
        }
        let authority = Host::of_uri(uri)?;
        let path = Path::new(uri.path())?;
        let query = Query::new(uri.query().unwrap_or_default())?;
        Ok(Self { method, authority, path, query })
    }

    pub(crate) fn with_query(self, query: Query<'a>) -> Self {
        Self { query, ..self }
    }

    /// Whether path and query are already canonical.
    pub(crate) fn is_canonical(&self) -> bool {
        self.path.is_canonical && self.query.is_canonical
    }
}

/// A canonical request before it is written.
pub(crate) struct CanonicalForm<'a> {
    pub(crate) request_line: RequestLine<'a>,
    pub(crate) headers: &'a SignedHeaders<'a>,
}

impl CanonicalForm<'_> {
    /// Returns the SHA-256 of the canonical request with `payload_hash`.
    pub(crate) fn sha256(&self, payload_hash: &Hex) -> [u8; 32] {
        let mut hasher = Sha256::new();
        self.write_to(&mut |piece| hasher.update(piece));
        hasher.update(payload_hash.as_bytes());
        hasher.finalize().into()
    }

    pub(crate) fn to_head(&self) -> CanonicalHead {
        // Measured first, with the payload hash: a vector that grows leaves copies of the session
        // token in memory.
        let mut length = Hex::LENGTH;
        self.write_to(&mut |piece| length = length.saturating_add(piece.len()));
        let mut text = Zeroizing::new(Vec::with_capacity(length));
        self.write_to(&mut |piece| text.extend_from_slice(piece));
        CanonicalHead(text)
    }

    /// Writes all but the payload hash.
    fn write_to(&self, out: &mut impl FnMut(&[u8])) {
        let RequestLine { method, path, query, .. } = &self.request_line;
        out(method.as_str().as_bytes());
        out(b"\n");
        path.write_to(out);
        out(b"\n");
        query.write_to(out);
        out(b"\n");
        self.headers.write_lines_to(out);
        out(b"\n");
        self.headers.write_names_to(out);
        out(b"\n");
    }
}
