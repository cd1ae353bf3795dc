//! The result of signing: the URI to send and the headers to add to the request.
//!
//! There are three headers, or four with a session token.

use std::{array, fmt, iter};

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue, Uri};

use crate::error::Error;
use crate::protocol::header;
use crate::protocol::hex::Hex;
use crate::protocol::timestamp::XDate;

/// The URI to send a request to, and the headers that its signature adds.
///
/// The headers are `X-Date`, `X-Content-Sha256`, `Authorization`, and `X-Security-Token` if the
/// credentials have a session token. `Authorization` and `X-Security-Token` are marked sensitive.
/// They are not wiped from memory on drop, because the crate `http` cannot wipe a header value.
/// `Debug` shows only the names of the headers.
///
/// # Examples
///
/// See [`Signer::authorize`](crate::Signer::authorize).
#[derive(Clone)]
pub struct SignedHead {
    uri: Uri,
    values: HeaderValues,
}

impl SignedHead {
    pub(super) fn new(uri: Uri, values: HeaderValues) -> Self {
        Self { uri, values }
    }

    /// Returns the URI to send. Send it in exactly this spelling, which was signed.
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Inserts the headers into `headers`. It replaces the headers of an earlier signature. If the
    /// credentials have no session token, it removes an existing `X-Security-Token`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooManyHeaders`](crate::ErrorKind::TooManyHeaders) if `headers` has no room
    /// because a [`HeaderMap`] has a maximum size. `headers` is then unchanged.
    pub fn insert_into(self, headers: &mut HeaderMap) -> Result<(), Error> {
        self.values.insert_into(headers)
    }
}

impl IntoIterator for SignedHead {
    type Item = (HeaderName, HeaderValue);
    type IntoIter = SignedHeadIter;

    fn into_iter(self) -> Self::IntoIter {
        SignedHeadIter(self.values.into_pairs().into_iter().flatten())
    }
}

impl fmt::Debug for SignedHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.clone().into_iter().map(|(name, _)| name);
        f.debug_set().entries(names).finish()
    }
}

/// An iterator over the headers of a [`SignedHead`]. Each item is a name and a value.
#[derive(Clone)]
pub struct SignedHeadIter(Pairs);

type Pairs = iter::Flatten<array::IntoIter<Option<(HeaderName, HeaderValue)>, 4>>;

impl Iterator for SignedHeadIter {
    type Item = (HeaderName, HeaderValue);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}

impl fmt::Debug for SignedHeadIter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.clone().map(|(name, _)| name)).finish()
    }
}

/// The values of the headers that a signature adds.
#[derive(Clone)]
pub(super) struct HeaderValues {
    x_date: HeaderValue,
    x_content_sha256: HeaderValue,
    x_security_token: Option<HeaderValue>,
    authorization: HeaderValue,
}

impl HeaderValues {
    pub(super) fn new(
        x_date: &XDate,
        payload_hash: &Hex,
        session_token: Option<&str>,
        authorization: String,
    ) -> Result<Self, Error> {
        Ok(Self {
            x_date: header_value(x_date.as_bytes())?,
            x_content_sha256: if payload_hash.as_bytes() == Hex::EMPTY_PAYLOAD_HASH.as_bytes() {
                EMPTY_PAYLOAD_HASH
            } else {
                header_value(payload_hash.as_bytes())?
            },
            x_security_token: session_token.map(sensitive_header_value).transpose()?,
            authorization: sensitive_header_value(authorization)?,
        })
    }

    pub(super) fn insert_into(self, headers: &mut HeaderMap) -> Result<(), Error> {
        // A `HeaderMap` has a maximum size. A map that is almost full can accept the first header
        // and refuse the second. Therefore a large map is copied, and replaced only on success. No
        // server accepts so many headers, so usual requests are never copied.
        if headers.keys_len() > 1024 {
            let mut copy = headers.clone();
            self.insert_each_into(&mut copy)?;
            *headers = copy;
            Ok(())
        } else {
            self.insert_each_into(headers)
        }
    }

    fn insert_each_into(self, headers: &mut HeaderMap) -> Result<(), Error> {
        // Comparing a few names is cheaper than `remove`, which hashes the name.
        let has_token = || headers.keys().any(|name| name == header::X_SECURITY_TOKEN);
        if self.x_security_token.is_none() && has_token() {
            headers.remove(X_SECURITY_TOKEN);
        }
        for (name, value) in self.into_pairs().into_iter().flatten() {
            headers.try_insert(name, value).map_err(|_| Error::too_many_headers())?;
        }
        Ok(())
    }

    fn into_pairs(self) -> [Option<(HeaderName, HeaderValue)>; 4] {
        [
            Some((const { HeaderName::from_static(header::X_DATE) }, self.x_date)),
            Some((
                const { HeaderName::from_static(header::X_CONTENT_SHA256) },
                self.x_content_sha256,
            )),
            self.x_security_token.map(|token| (X_SECURITY_TOKEN, token)),
            Some((AUTHORIZATION, self.authorization)),
        ]
    }
}

/// Removes the headers of a signature: `Authorization`, `X-Date`, `X-Content-Sha256` and
/// `X-Security-Token`. Use it before you forward a request or follow a redirect.
///
/// # Examples
///
/// ```
/// use volcengine_sigv4::{Credentials, Signer, unsign};
///
/// let signer = Signer::new(Credentials::new("AKLTEXAMPLE", "secret")?, "cn-beijing", "ecs")?;
/// let mut request = http::Request::get("https://open.volcengineapi.com/").body("").unwrap();
/// signer.sign(&mut request)?;
/// unsign(request.headers_mut());
/// assert!(request.headers().is_empty());
/// # Ok::<(), volcengine_sigv4::Error>(())
/// ```
pub fn unsign(headers: &mut HeaderMap) {
    headers.remove(AUTHORIZATION);
    for name in [header::X_DATE, header::X_CONTENT_SHA256, header::X_SECURITY_TOKEN] {
        headers.remove(name);
    }
}

fn sensitive_header_value(text: impl TryInto<HeaderValue>) -> Result<HeaderValue, Error> {
    let mut value = header_value(text)?;
    value.set_sensitive(true);
    Ok(value)
}

fn header_value(text: impl TryInto<HeaderValue>) -> Result<HeaderValue, Error> {
    // This never fails: every text that is passed consists of visible ASCII and spaces.
    text.try_into().map_err(|_| Error::invalid_signature_header())
}

/// The value of `X-Content-Sha256` for a request without a body. A constant needs no allocation.
const EMPTY_PAYLOAD_HASH: HeaderValue = HeaderValue::from_static(Hex::EMPTY_PAYLOAD_HASH.as_str());

const X_SECURITY_TOKEN: HeaderName = HeaderName::from_static(header::X_SECURITY_TOKEN);
