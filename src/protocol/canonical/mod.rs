//! Step 1: the canonical request, the one spelling of a request that both sides hash.
//!
//! In: method, URI, headers, which of them to sign, payload hash. Out: six parts joined by line
//! feeds, byte-exact, written by one walk into whatever takes bytes: a hasher when signing, a
//! vector when explaining.

mod encoding;
mod headers;
mod host;
mod path;
mod query;
mod redaction;

use std::fmt;

use http::{HeaderMap, Method, Uri};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

pub(crate) use self::encoding::push_parameter;
pub use self::encoding::query_string;
pub(crate) use self::headers::{SignedHeaders, sole_value};
pub(crate) use self::host::Host;
use self::path::Path;
pub(crate) use self::query::Query;
pub(crate) use self::redaction::redact_query;
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
/// use http::{HeaderMap, Method, Uri};
/// use volcengine_sigv4::{CanonicalRequest, Payload};
///
/// let uri = Uri::from_static("https://open.volcengineapi.com/?Version=2020-04-01&Action=RunInstances");
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
/// # Ok::<(), volcengine_sigv4::Error>(())
/// ```
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
        let form = CanonicalForm {
            headers: &SignedHeaders::listed(
                request_line.authority,
                headers,
                signed_headers.iter().copied(),
            )?,
            request_line,
            payload_hash: &Hex::new(&payload_hash),
        };
        Ok(form.to_request())
    }

    /// Returns the whole text.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Replaces the payload hash, which is the last line.
    pub(crate) fn set_payload_hash(&mut self, payload_hash: &Hex) {
        let before = self.0.len().saturating_sub(payload_hash.as_bytes().len());
        self.0.truncate(before);
        self.0.extend_from_slice(payload_hash.as_bytes());
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

/// What a request asks for, checked and borrowed from it.
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

    /// Whether path and query stand in the canonical form as they are.
    pub(crate) fn is_canonical(&self) -> bool {
        self.path.is_canonical && self.query.is_canonical
    }
}

/// A canonical request before it is written.
pub(crate) struct CanonicalForm<'a> {
    pub(crate) request_line: RequestLine<'a>,
    pub(crate) headers: &'a SignedHeaders<'a>,
    pub(crate) payload_hash: &'a Hex,
}

impl CanonicalForm<'_> {
    pub(crate) fn sha256(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        self.write_to(&mut |piece| hasher.update(piece));
        hasher.finalize().into()
    }

    pub(crate) fn to_request(&self) -> CanonicalRequest {
        // Measured first: a vector that grows leaves copies of the session token behind.
        let mut length = 0_usize;
        self.write_to(&mut |piece| length = length.saturating_add(piece.len()));
        let mut text = Zeroizing::new(Vec::with_capacity(length));
        self.write_to(&mut |piece| text.extend_from_slice(piece));
        CanonicalRequest(text)
    }

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
        out(self.payload_hash.as_bytes());
    }
}
