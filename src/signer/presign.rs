//! The signature in the URL, for a request that is sent by somebody without credentials.
//!
//! In: method, URI, [`PresignOptions`]. Out: a [`PresignedUrl`]. The steps are those of a signing
//! in the headers; the query takes the place of the headers.

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

/// What a presigned URL covers, and for how long it is good.
///
/// By default the host is signed, and the server decides how long the URL is valid, usually 15
/// minutes.
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
    /// Makes the URL valid for `life` from the time of signing: 1 second to 7 days. Fractions of a
    /// second are dropped.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPresignOptions`](crate::ErrorKind::InvalidPresignOptions) for any other
    /// life.
    pub fn expires_in(self, life: Duration) -> Result<Self, Error> {
        match life.as_secs() {
            seconds @ 1..=query_parameter::MAX_EXPIRES => {
                Ok(Self { expires_in: Some(Duration::from_secs(seconds)), ..self })
            }
            _ => Err(Error::invalid_presign_lifetime()),
        }
    }

    /// Leaves the host unsigned, for URLs that are sent through another host.
    pub fn without_host(self) -> Self {
        Self { without_host: true, ..self }
    }
}

/// A URL that carries its signature. Method and URL are signed, a body is not.
///
/// Everybody who has it can send it until it expires. It is made to be handed out: `Display` and
/// [`as_str`](Self::as_str) show all of it, including the session token, and it is not wiped on
/// drop. `Debug` hides the values of its parameters.
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
    /// Returns the URL, with the values of its parameters and the session token.
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
    /// Returns a URL with its own signature. Everybody who has it can send `method` to `uri`, as
    /// often as they like, until it expires.
    ///
    /// Method, path, query and host are signed. Headers and a body are not, so any may be sent. The
    /// query is written in canonical form, the signature last. The rest is in the spelling that
    /// clients send, or unchanged under [`UriMode::Preserve`](crate::UriMode).
    ///
    /// # Errors
    ///
    /// - As [`sign`](Self::sign), for credentials, time and target.
    /// - [`MissingHost`](crate::ErrorKind::MissingHost): the URI has no host.
    /// - [`InvalidUri`](crate::ErrorKind::InvalidUri): the scheme is neither `http` nor `https`;
    ///   the query has a key that presigning writes itself, has one twice, or has one with `;`,
    ///   which separates the keys in the list of signed keys; the URL would be longer than 65,534
    ///   bytes.
    /// - [`CredentialsExpired`](crate::ErrorKind::CredentialsExpired): also if the URL would
    ///   outlive the credentials.
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
        let life = options.expires_in.unwrap_or_default();
        let (x_date, credentials) = self.x_date_and_credentials(life)?;
        let request_line = RequestLine::new(method, uri)?;
        self.check_host(request_line.authority, &HeaderMap::new())?;
        check_keys(&request_line.query)?;
        let rewritten = self.uri_mode.rewrite(uri, &request_line)?;
        let target = Target::of(rewritten.as_ref().unwrap_or(uri))?;

        let key = self.key_cache.key(&credentials, &x_date);
        let query = query_with(
            target.query,
            &[
                (query_parameter::X_ALGORITHM, Some(ALGORITHM)),
                (
                    query_parameter::X_CREDENTIAL,
                    Some(&format!("{}/{}", credentials.access_key_id(), key.scope())),
                ),
                (query_parameter::X_DATE, Some(x_date.as_str())),
                (query_parameter::X_EXPIRES, options.seconds().as_deref()),
                (query_parameter::X_NOT_SIGN_BODY, Some("")),
                (query_parameter::X_SECURITY_TOKEN, credentials.session_token()),
                (query_parameter::X_SIGNED_HEADERS, Some(options.signed_headers())),
            ],
        )?;
        let request_line = request_line.with_query(Query::new(&query)?);
        let text = target.write_with(&request_line.query)?;
        let headers = &options.select(target.host);
        let hash = CanonicalForm { request_line, headers }.sha256(&Hex::EMPTY_PAYLOAD_HASH);
        let string_to_sign = StringToSign::new(&x_date, key.scope(), hash)?;
        PresignedUrl::new(text, &key.sign(&string_to_sign))
    }
}

impl PresignOptions {
    fn seconds(&self) -> Option<String> {
        self.expires_in.map(|life| life.as_secs().to_string())
    }

    fn signed_headers(&self) -> &'static str {
        if self.without_host { "" } else { HOST.as_str() }
    }

    fn select<'a>(&self, host: Host<'a>) -> SignedHeaders<'a> {
        let mut headers = SignedHeaders::with_capacity(1);
        if !self.without_host {
            headers.push(HOST.as_str(), host.canonical().as_bytes());
        }
        headers
    }
}

/// The parts of a URI that has a scheme and a host.
struct Target<'a> {
    scheme: &'a str,
    host: Host<'a>,
    path: &'a str,
    query: &'a str,
}

impl<'a> Target<'a> {
    fn of(uri: &'a Uri) -> Result<Self, Error> {
        let host = Host::of_uri(uri)?.ok_or_else(Error::missing_host)?;
        match uri.scheme_str() {
            Some(scheme @ ("http" | "https")) => {
                Ok(Self { scheme, host, path: uri.path(), query: uri.query().unwrap_or_default() })
            }
            _ => Err(Error::invalid_scheme()),
        }
    }

    /// Writes the URL with `query`, with capacity for the signature.
    ///
    /// A text that grows leaves copies of the session token in memory, and so does one that `Uri`
    /// refuses.
    fn write_with(&self, query: &Query<'_>) -> Result<String, Error> {
        let before = [self.scheme, "://", self.host.text, self.path, "?"];
        let mut length = before.iter().map(|part| part.len()).sum::<usize>();
        query.write_to(&mut |piece| length = length.saturating_add(piece.len()));
        length = length.saturating_add(SIGNATURE_PARAMETER);
        if length > LONGEST_URI {
            return Err(Error::presigned_url_too_long());
        }
        let mut text = String::with_capacity(length);
        text.extend(before);
        query.write_to(&mut |piece| text.push_str(&String::from_utf8_lossy(piece)));
        Ok(text)
    }
}

impl PresignedUrl {
    fn new(mut text: String, signature: &Signature) -> Result<Self, Error> {
        text.extend(["&", query_parameter::X_SIGNATURE, "=", signature.to_hex().as_str()]);
        let uri = Uri::try_from(&text).map_err(|_| Error::presigned_url_too_long())?;
        Ok(Self { text, uri })
    }
}

/// Returns `query` followed by the parameters of presigning. X-SignedQueries is the last one: it
/// lists all keys, including its own.
fn query_with(query: &str, own: &[(&str, Option<&str>)]) -> Result<Zeroizing<String>, Error> {
    let own = own.iter().filter_map(|&(key, value)| Some((key, value?)));
    let own = own.chain(iter::once((query_parameter::X_SIGNED_QUERIES, "")));
    let length = own.clone().map(|(key, value)| key.len().saturating_add(value.len()));
    // An escape has three bytes, and each key is also in the list. A text that grows leaves copies
    // of the session token in memory.
    let length = length.sum::<usize>().saturating_add(query.len()).saturating_mul(6);
    let mut text = Zeroizing::new(String::with_capacity(length.saturating_add(64)));
    text.push_str(query);
    own.for_each(|(key, value)| push_parameter(&mut text, key, value));
    let keys = Query::new(&text)?.key_list();
    text.push_str(&keys);
    Ok(text)
}

/// Checks that each key of `query` can be listed as signed, and that none is one of our own.
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

/// The most bytes that `Uri` accepts.
const LONGEST_URI: usize = 65_534;

/// The length of `&X-Signature=` and 64 digits.
const SIGNATURE_PARAMETER: usize = 77;
