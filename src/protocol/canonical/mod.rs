//! Step 1: the canonical request, which is the text that the client and the server hash.
//!
//! In: method, URI, headers, the names of the headers to sign, payload hash. Out: six parts joined
//! by line feeds. `CanonicalForm::write_to` passes the bytes to a closure. When signing, the
//! closure hashes them. When explaining or verifying, it appends them to a vector.

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

/// The canonical request: method, path, query, lines of the signed headers, their names, and the
/// payload hash, joined by line feeds.
///
/// It contains the query values and the session token. Therefore `Debug` shows only its length, and
/// it is wiped from memory when it is dropped.
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
    /// Makes the canonical request. `signed_headers` are the names of the headers to sign, in lower
    /// case. Their order is kept.
    ///
    /// The value of `host` is the `Host` header or, if there is none, the authority of the URI. The
    /// ports 80 and 443 are removed. Every other name must occur exactly once in `headers`.
    ///
    /// # Errors
    ///
    /// - [`InvalidUri`](crate::ErrorKind::InvalidUri): the target is not a path; the URI has user
    ///   info, a malformed percent escape or an escaped slash in the path; or the URI or the `Host`
    ///   header has an invalid host or port.
    /// - [`MissingHost`](crate::ErrorKind::MissingHost): `host` is listed, but there is neither a
    ///   `Host` header nor an authority.
    /// - [`InvalidHeader`](crate::ErrorKind::InvalidHeader): a listed header is missing or occurs
    ///   more than once, or a name is invalid, not in lower case, or listed more than once.
    pub fn new(
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        signed_headers: &[&str],
        payload_hash: [u8; 32],
    ) -> Result<Self, Error> {
        let request_line = RequestLine::new(method, uri)?;
        let names = signed_headers.iter().copied();
        let headers = &SignedHeaders::from_names(request_line.authority, headers, names)?;
        let form = CanonicalForm { request_line, headers };
        Ok(form.to_head().finish(&Hex::new(&payload_hash)))
    }

    /// Returns the whole text.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the SHA-256 of the text, which is the last line of the string to sign.
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

/// The method, authority, path and query of a request. They are valid and borrow from the request.
pub(crate) struct RequestLine<'a> {
    method: &'a Method,
    pub(crate) authority: Option<Host<'a>>,
    path: Path<'a>,
    pub(crate) query: Query<'a>,
}

impl<'a> RequestLine<'a> {
    pub(crate) fn new(method: &'a Method, uri: &'a Uri) -> Result<Self, Error> {
        if method == Method::CONNECT || uri.path_and_query().is_none() {
            return Err(Error::target_is_not_a_path("authority"));
        }
        if uri.path() == "*" {
            return Err(Error::target_is_not_a_path("asterisk"));
        }
        let authority = Host::of_uri(uri)?;
        let path = Path::new(uri.path())?;
        let query = Query::new(uri.query().unwrap_or_default())?;
        Ok(Self { method, authority, path, query })
    }

    pub(crate) fn with_query(self, query: Query<'a>) -> Self {
        Self { query, ..self }
    }

    /// Returns whether path and query are already encoded as in the canonical request. The order of
    /// the query parameters may still differ.
    pub(crate) fn has_canonical_encoding(&self) -> bool {
        self.path.has_canonical_encoding && self.query.has_canonical_encoding
    }
}

/// The parts of a canonical request, except the payload hash.
pub(crate) struct CanonicalForm<'a> {
    pub(crate) request_line: RequestLine<'a>,
    pub(crate) headers: &'a SignedHeaders<'a>,
}

impl CanonicalForm<'_> {
    /// Returns the SHA-256 of the canonical request with `payload_hash`.
    pub(crate) fn sha256(&self, payload_hash: &Hex) -> [u8; 32] {
        let mut hasher = Sha256::new();
        self.write_to(&mut |bytes| hasher.update(bytes));
        hasher.update(payload_hash.as_bytes());
        hasher.finalize().into()
    }

    /// Returns the text of the canonical request, without the payload hash.
    pub(crate) fn to_head(&self) -> CanonicalHead {
        // The length, including the payload hash, is computed first. A vector that grows would
        // leave copies of the session token in memory.
        let mut length = Hex::LENGTH;
        self.write_to(&mut |bytes| length = length.saturating_add(bytes.len()));
        let mut text = Zeroizing::new(Vec::with_capacity(length));
        self.write_to(&mut |bytes| text.extend_from_slice(bytes));
        CanonicalHead(text)
    }

    /// Writes everything except the payload hash.
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
