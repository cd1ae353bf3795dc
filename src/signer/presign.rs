//! The signature in the URL: for whoever is to send a request and has no credentials.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::header::HOST;
use http::{HeaderMap, Method, Uri};
use zeroize::Zeroizing;

use super::Signer;
use crate::credentials::Credentials;
use crate::error::Error;
use crate::protocol::ALGORITHM;
use crate::protocol::canonical::{
    CanonicalForm, Host, Query, RequestLine, SignedHeaders, push_parameter, redact_query,
};
use crate::protocol::hex::Hex;
use crate::protocol::query_parameter::{
    LONGEST_LIFE, WRITTEN, X_ALGORITHM, X_CREDENTIAL, X_DATE, X_EXPIRES, X_NOT_SIGN_BODY,
    X_SECURITY_TOKEN, X_SIGNATURE, X_SIGNED_HEADERS, X_SIGNED_QUERIES,
};
use crate::protocol::signature::Signature;
use crate::protocol::string_to_sign::StringToSign;
use crate::protocol::timestamp::XDate;

/// What a presigned URL covers, and for how long it is good.
///
/// By default the host is signed, and the server decides about the life: 15 minutes, as a rule.
///
/// # Examples
///
/// See [`Signer::presign`].
#[derive(Clone, Debug, Default)]
pub struct PresignOptions {
    expires_in: Option<Duration>,
    without_host: bool,
}

impl PresignOptions {
    /// Makes the URL good for `life` from the time of signing: whole seconds, 1 to 604,800, which
    /// are 7 days. What is below a second is dropped.
    pub fn expires_in(self, life: Duration) -> Self {
        Self { expires_in: Some(life), ..self }
    }

    /// Leaves the host unsigned, for URLs that are sent through another one.
    pub fn without_host(self) -> Self {
        Self { without_host: true, ..self }
    }
}

/// A URL that carries its signature: the method and the URL are signed, a body is not.
///
/// Whoever has it can send it until it expires. It is made to be handed out: `Display` and
/// [`as_str`](Self::as_str) show it whole, with the session token if there is one, and it is not wiped
/// on drop. `Debug` hides the values of its parameters.
///
/// # Examples
///
/// See [`Signer::presign`].
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
    /// Returns the URL that lets whoever has it send the request, `method` to `uri`, any number of times
    /// as long as it lives.
    ///
    /// Method, path, query and host are signed; headers and a body are not, so that the receiver
    /// may send any. The query is written in canonical form, the signature last. The rest is in the
    /// spelling that clients send, or as it stands under [`UriMode::Preserve`](crate::UriMode).
    ///
    /// # Errors
    ///
    /// - As [`sign`](Self::sign) about credentials, time and the target.
    /// - [`MissingHost`](crate::ErrorKind::MissingHost): the URI is a path only.
    /// - [`InvalidUri`](crate::ErrorKind::InvalidUri): a scheme other than `http` and `https`; the
    ///   query has a key that presigning writes itself, has one twice, or has one with `;`, which
    ///   separates the keys that are signed; the URL would be longer than 65,534 bytes.
    /// - [`InvalidPresignOptions`](crate::ErrorKind::InvalidPresignOptions): a life outside 1 second
    ///   to 7 days.
    /// - [`CredentialsExpired`](crate::ErrorKind::CredentialsExpired), too where the life that is
    ///   asked for goes beyond the credentials' own.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use http::{Method, Uri};
    /// use volcengine_sigv4::{Credentials, PresignOptions, Signer};
    ///
    /// let signer = Signer::new(Credentials::new("AKLTEXAMPLE", "secret")?, "cn-north-1", "vod")?;
    /// let uri = Uri::from_static("https://vod.volcengineapi.com/?Action=GetPlayInfo&Version=2020-08-01");
    /// let options = PresignOptions::default().expires_in(Duration::from_secs(3600));
    /// let url = signer.presign(&Method::GET, &uri, &options)?;
    /// assert!(url.as_str().starts_with("https://vod.volcengineapi.com/?Action=GetPlayInfo&"));
    /// # Ok::<(), volcengine_sigv4::Error>(())
    /// ```
    pub fn presign(
        &self,
        method: &Method,
        uri: &Uri,
        options: &PresignOptions,
    ) -> Result<PresignedUrl, Error> {
        let (x_date, credentials) = self.x_date_and_credentials()?;
        let expires_in = options.expires_in.map(whole_seconds).transpose()?;
        check_outlives(&credentials, &x_date, expires_in)?;
        let request_line = RequestLine::new(method, uri)?;
        self.check_host(request_line.authority, &HeaderMap::new())?;
        check_keys(&request_line.query)?;
        let rewritten = self.uri_mode.rewrite(uri, &request_line)?;
        let target = Target::of(rewritten.as_ref().unwrap_or(uri))?;

        let key = self.key_cache.key(&credentials, &x_date);
        let credential = format!("{}/{}", credentials.access_key_id(), key.scope());
        let expires_in = expires_in.map(|life| life.as_secs().to_string());
        let own = [
            (X_ALGORITHM, Some(ALGORITHM)),
            (X_CREDENTIAL, Some(&*credential)),
            (X_DATE, Some(x_date.as_str())),
            (X_EXPIRES, expires_in.as_deref()),
            (X_NOT_SIGN_BODY, Some("")),
            (X_SECURITY_TOKEN, credentials.session_token()),
            (X_SIGNED_HEADERS, Some(if options.without_host { "" } else { HOST.as_str() })),
        ];
        let own = own.iter().filter_map(|&(key, value)| Some((key, value?)));
        let query = query_with(target.query, own)?;
        let request_line = request_line.with_query(Query::new(&query)?);
        let text = target.write_with(&request_line.query)?;

        let mut headers = SignedHeaders::with_capacity(1);
        if !options.without_host {
            headers.push(HOST.as_str(), target.host.canonical().as_bytes());
        }
        let payload_hash = &Hex::EMPTY_PAYLOAD_HASH;
        let form = CanonicalForm { request_line, headers: &headers, payload_hash };
        let string_to_sign = StringToSign::new(&x_date, key.scope(), form.sha256())?;
        PresignedUrl::new(text, &key.sign(&string_to_sign))
    }
}

/// Where a presigned URL leads: the parts of a URI that has all of them.
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
            _ => Err(Error::scheme()),
        }
    }

    /// Writes the URL with `query` and room for the signature: a text that grows leaves copies of
    /// the session token in memory, and so does one that `Uri` refuses.
    fn write_with(&self, query: &Query<'_>) -> Result<String, Error> {
        let before = [self.scheme, "://", self.host.text, self.path, "?"];
        let mut length = before.iter().map(|part| part.len()).sum::<usize>();
        query.write_to(&mut |piece| length = length.saturating_add(piece.len()));
        length = length.saturating_add(SIGNATURE_PARAMETER);
        if length > LONGEST_URI {
            return Err(Error::rewritten_uri());
        }
        let mut text = String::with_capacity(length);
        text.extend(before);
        query.write_to(&mut |piece| text.push_str(&String::from_utf8_lossy(piece)));
        Ok(text)
    }
}

impl PresignedUrl {
    fn new(mut text: String, signature: &Signature) -> Result<Self, Error> {
        text.extend(["&", X_SIGNATURE, "=", signature.to_hex().as_str()]);
        let uri = Uri::try_from(&text).map_err(|_| Error::rewritten_uri())?;
        Ok(Self { text, uri })
    }
}

/// Returns `query` with the parameters of presigning behind it. The last is X-SignedQueries, which
/// lists every key, its own among them.
fn query_with<'a>(
    query: &str,
    own: impl Iterator<Item = (&'a str, &'a str)> + Clone,
) -> Result<Zeroizing<String>, Error> {
    let own = own.chain([(X_SIGNED_QUERIES, "")]);
    let length = own.clone().map(|(key, value)| key.len().saturating_add(value.len()));
    // An escape has three bytes, and the list has each key once more. A text that grows leaves
    // copies of the session token in memory.
    let length = length.sum::<usize>().saturating_add(query.len()).saturating_mul(6);
    let mut text = Zeroizing::new(String::with_capacity(length.saturating_add(64)));
    text.push_str(query);
    own.for_each(|(key, value)| push_parameter(&mut text, key, value));
    let keys = Query::new(&text)?.key_list();
    text.push_str(&keys);
    Ok(text)
}

/// Checks that the URL ends before the credentials do.
fn check_outlives(
    credentials: &Credentials,
    x_date: &XDate,
    life: Option<Duration>,
) -> Result<(), Error> {
    let (Some(life), Some(expiration)) = (life, credentials.expiration()) else { return Ok(()) };
    match SystemTime::from(*x_date).checked_add(life) {
        Some(end) if end <= expiration => Ok(()),
        _ => Err(Error::outlived()),
    }
}

fn whole_seconds(life: Duration) -> Result<Duration, Error> {
    match life.as_secs() {
        seconds @ 1..=LONGEST_LIFE => Ok(Duration::from_secs(seconds)),
        _ => Err(Error::presign_life()),
    }
}

/// Checks that each key of `query` can be listed as signed, and is not one of our own.
fn check_keys(query: &Query<'_>) -> Result<(), Error> {
    if query.has_key(X_SIGNATURE) {
        return Err(Error::already_presigned());
    }
    if let Some(key) = WRITTEN.into_iter().find(|key| query.has_key(key)) {
        return Err(Error::key_of_presigning(key));
    }
    if query.keys().any(|key| key.contains(&b';')) {
        return Err(Error::query_key("has a semicolon and cannot be listed as signed"));
    }
    if query.has_repeated_key() {
        return Err(Error::query_key("occurs twice and cannot be signed"));
    }
    Ok(())
}

/// The most bytes that `Uri` takes.
const LONGEST_URI: usize = 65_534;

/// The length of `&X-Signature=` and 64 digits.
const SIGNATURE_PARAMETER: usize = 77;
