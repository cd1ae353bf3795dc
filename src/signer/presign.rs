//! Presigning: writes the signature into the URL, so that somebody without credentials can send
//! the request.
//!
//! In: method, URI, [`PresignOptions`]. Out: a [`PresignedUrl`]. The steps are the same as for a
//! signature in the headers, but the query contains the values that the headers would contain.

use std::fmt;
use std::iter;
use std::time::Duration;

use http::header::HOST;
use http::{HeaderMap, Method, Uri};
use zeroize::Zeroizing;

use super::Signer;
use crate::error::Error;
use crate::protocol::canonical::{
    CanonicalForm, Host, Query, RequestLine, SignedHeaders, push_parameter, redact_query,
};
use crate::protocol::hex::Hex;
use crate::protocol::signature::Signature;
use crate::protocol::string_to_sign::StringToSign;
use crate::protocol::{ALGORITHM, query_parameter};

/// Options for a presigned URL: how long it is valid, and whether its host is signed.
///
/// By default the host is signed, and the server decides how long the URL is valid. This is usually
/// 15 minutes.
///
/// # Examples
///
/// See [`Signer::presign`].
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct PresignOptions {
    expires_in: Option<Duration>,
    without_host: bool,
}

impl PresignOptions {
    /// Sets the lifetime of the URL, from the time of signing: 1 second to 7 days. Fractions of a
    /// second are dropped.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPresignOptions`](crate::ErrorKind::InvalidPresignOptions) if the
    /// lifetime is less than 1 second or more than 7 days.
    pub fn expires_in(self, lifetime: Duration) -> Result<Self, Error> {
        match lifetime.as_secs() {
            seconds @ 1..=query_parameter::MAX_EXPIRES => {
                Ok(Self { expires_in: Some(Duration::from_secs(seconds)), ..self })
            }
            _ => Err(Error::invalid_presign_lifetime()),
        }
    }

    /// Does not sign the host. Use it for a URL that may be sent to another host.
    pub fn without_host(self) -> Self {
        Self { without_host: true, ..self }
    }
}

/// A URL that contains its signature, see [`Signer::presign`].
///
/// Anyone who has the URL can send it until it expires. `Display` and [`as_str`](Self::as_str) show
/// the whole URL, including the session token. It is not wiped on drop. `Debug` shows `***` for the
/// values of its parameters, except those of `Action` and `Version`.
///
/// # Examples
///
/// See [`Signer::presign`].
#[doc(alias = "presigned")]
#[derive(Clone)]
pub struct PresignedUrl {
    text: String,
    uri: Uri,
}

impl PresignedUrl {
    /// Returns the whole URL. It contains the session token if the credentials have one.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl AsRef<str> for PresignedUrl {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl From<PresignedUrl> for Uri {
    fn from(url: PresignedUrl) -> Self {
        url.uri
    }
}

impl fmt::Display for PresignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for PresignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (target, query) = self.text.split_once('?').unwrap_or_default();
        let url = format!("{target}?{}", redact_query(query));
        f.debug_tuple("PresignedUrl").field(&url).finish()
    }
}

impl Signer {
    /// Returns a URL that contains its signature. Anyone who has the URL can send a request with
    /// `method` to `uri` until the URL expires, and can send it more than once.
    ///
    /// The method, the path and the query are signed, and the host unless
    /// [`without_host`](PresignOptions::without_host) is set. Other headers and the body are not
    /// signed, so the sender can choose them.
    ///
    /// The query is written in canonical form, followed by the signature. The rest of the URL is
    /// rewritten as [`UriMode`](crate::UriMode) says.
    ///
    /// # Errors
    ///
    /// - [`CredentialsUnavailable`](crate::ErrorKind::CredentialsUnavailable), or another error
    ///   that the credential source returned.
    /// - [`CredentialsExpired`](crate::ErrorKind::CredentialsExpired): the credentials have
    ///   expired, or will expire before the URL does. The second is checked only if
    ///   [`expires_in`](PresignOptions::expires_in) is set.
    /// - [`InvalidTime`](crate::ErrorKind::InvalidTime), [`NoClock`](crate::ErrorKind::NoClock).
    /// - [`HostNotAllowed`](crate::ErrorKind::HostNotAllowed).
    /// - [`MissingHost`](crate::ErrorKind::MissingHost): the URI has no host.
    /// - [`AlreadyPresigned`](crate::ErrorKind::AlreadyPresigned).
    /// - [`InvalidUri`](crate::ErrorKind::InvalidUri), in one of these cases:
    ///   - The URI cannot be signed, or clients would rewrite it.
    ///   - The scheme is neither `http` nor `https`.
    ///   - The query has a key that presigning writes itself, such as `X-Date`.
    ///   - The query has the same key twice.
    ///   - A key contains `;`. That character separates the keys in `X-SignedQueries`.
    ///   - The URL would be longer than 65,534 bytes.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use http::Method;
    /// use volcengine_sigv4::{Credentials, PresignOptions, Signer};
    ///
    /// let signer = Signer::new(Credentials::new("AKLTEXAMPLE", "secret")?, "cn-north-1", "vod")?;
    /// let uri = "https://vod.volcengineapi.com/?Action=GetPlayInfo&Version=2020-08-01".parse()?;
    /// let options = PresignOptions::default().expires_in(Duration::from_secs(3600))?;
    /// let url = signer.presign(&Method::GET, &uri, &options)?;
    /// assert!(url.as_str().starts_with("https://vod.volcengineapi.com/?Action=GetPlayInfo&"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn presign(
        &self,
        method: &Method,
        uri: &Uri,
        options: &PresignOptions,
    ) -> Result<PresignedUrl, Error> {
        // Without `expires_in`, only the server knows the lifetime.
        let lifetime = options.expires_in.unwrap_or_default();
        let (x_date, credentials) = self.x_date_and_credentials(lifetime)?;
        let request_line = RequestLine::new(method, uri)?;
        self.check_host(request_line.authority, &HeaderMap::new())?;
        check_keys(&request_line.query)?;
        let rewritten = self.uri_mode.rewrite(uri, &request_line)?;
        let url_parts = UrlParts::of(rewritten.as_ref().unwrap_or(uri))?;

        let key = self.key_cache.key(&credentials, &x_date);
        let query = query_with(
            url_parts.query,
            &[
                (query_parameter::X_ALGORITHM, Some(ALGORITHM)),
                (
                    query_parameter::X_CREDENTIAL,
                    Some(&format!("{}/{}", credentials.access_key_id(), key.scope())),
                ),
                (query_parameter::X_DATE, Some(x_date.as_str())),
                (query_parameter::X_EXPIRES, options.expires_in_seconds().as_deref()),
                (query_parameter::X_NOT_SIGN_BODY, Some("")),
                (query_parameter::X_SECURITY_TOKEN, credentials.session_token()),
                (query_parameter::X_SIGNED_HEADERS, Some(options.signed_header_names())),
            ],
        )?;
        let request_line = request_line.with_query(Query::new(&query)?);
        let text = url_parts.write_with(&request_line.query)?;
        let headers = &options.signed_headers(url_parts.host);
        let hash = CanonicalForm { request_line, headers }.sha256(&Hex::EMPTY_PAYLOAD_HASH);
        let string_to_sign = StringToSign::new(&x_date, key.scope(), hash)?;
        PresignedUrl::new(text, &key.sign(&string_to_sign))
    }
}

impl PresignOptions {
    fn expires_in_seconds(&self) -> Option<String> {
        self.expires_in.map(|lifetime| lifetime.as_secs().to_string())
    }

    fn signed_header_names(&self) -> &'static str {
        if self.without_host { "" } else { HOST.as_str() }
    }

    fn signed_headers<'a>(&self, host: Host<'a>) -> SignedHeaders<'a> {
        let mut headers = SignedHeaders::with_capacity(1);
        if !self.without_host {
            headers.push(HOST.as_str(), host.canonical().as_bytes());
        }
        headers
    }
}

/// The parts of a URI that has a scheme and a host.
struct UrlParts<'a> {
    scheme: &'a str,
    host: Host<'a>,
    path: &'a str,
    query: &'a str,
}

impl<'a> UrlParts<'a> {
    fn of(uri: &'a Uri) -> Result<Self, Error> {
        let host = Host::of_uri(uri)?.ok_or_else(Error::missing_host)?;
        match uri.scheme_str() {
            Some(scheme @ ("http" | "https")) => {
                Ok(Self { scheme, host, path: uri.path(), query: uri.query().unwrap_or_default() })
            }
            _ => Err(Error::invalid_scheme()),
        }
    }

    /// Writes the URL with `query`. The returned `String` has capacity for the signature.
    ///
    /// The length is computed first, so that no copy of the session token is left in memory: a
    /// `String` that grows leaves one, and `Uri` leaves one if it refuses a text that is too long.
    fn write_with(&self, query: &Query<'_>) -> Result<String, Error> {
        let start = [self.scheme, "://", self.host.text, self.path, "?"];
        let mut length = start.iter().map(|part| part.len()).sum::<usize>();
        query.write_to(&mut |piece| length = length.saturating_add(piece.len()));
        length = length.saturating_add(SIGNATURE_PARAMETER_LENGTH);
        if length > MAX_URI_LENGTH {
            return Err(Error::presigned_url_too_long());
        }
        let mut text = String::with_capacity(length);
        text.extend(start);
        query.write_to(&mut |piece| text.push_str(&String::from_utf8_lossy(piece)));
        Ok(text)
    }
}

impl PresignedUrl {
    /// Appends X-Signature to the URL.
    fn new(mut text: String, signature: &Signature) -> Result<Self, Error> {
        text.extend(["&", query_parameter::X_SIGNATURE, "=", signature.to_hex().as_str()]);
        let uri = Uri::try_from(&text).map_err(|_| Error::presigned_url_too_long())?;
        Ok(Self { text, uri })
    }
}

/// Returns `query` followed by the parameters of presigning that have a value, and X-SignedQueries.
///
/// X-SignedQueries is written after the other parameters, because it lists all keys, including its
/// own. X-Signature is not in the list: it is appended after signing.
fn query_with(query: &str, added: &[(&str, Option<&str>)]) -> Result<Zeroizing<String>, Error> {
    let added = added.iter().filter_map(|&(key, value)| Some((key, value?)));
    let added = added.chain(iter::once((query_parameter::X_SIGNED_QUERIES, "")));
    let length = added.clone().map(|(key, value)| key.len().saturating_add(value.len()));
    // Each byte may become an escape of three bytes, and each key is also written into the list. So
    // six times the length is enough. A `String` that reallocates leaves a copy of the session
    // token in memory.
    let length = length.sum::<usize>().saturating_add(query.len()).saturating_mul(6);
    let mut text = Zeroizing::new(String::with_capacity(length.saturating_add(64)));
    text.push_str(query);
    added.for_each(|(key, value)| push_parameter(&mut text, key, value));
    let keys = Query::new(&text)?.key_list();
    text.push_str(&keys);
    Ok(text)
}

/// Checks that each key of `query` can be listed in X-SignedQueries, and that presigning does not
/// write the same key itself.
fn check_keys(query: &Query<'_>) -> Result<(), Error> {
    if query.has_key(query_parameter::X_SIGNATURE) {
        return Err(Error::already_presigned());
    }
    if let Some(key) =
        query_parameter::PRESIGN_PARAMETERS.into_iter().find(|key| query.has_key(key))
    {
        return Err(Error::reserved_query_key(key));
    }
    if query.keys().any(|key| key.contains(&b';')) {
        return Err(Error::invalid_query_key("has a semicolon and cannot be listed as signed"));
    }
    if query.has_repeated_key() {
        return Err(Error::invalid_query_key("occurs twice and cannot be signed"));
    }
    Ok(())
}

/// The number of bytes that `Uri` accepts at most.
const MAX_URI_LENGTH: usize = 65_534;

/// The length of `&X-Signature=` and 64 digits.
const SIGNATURE_PARAMETER_LENGTH: usize = 77;
