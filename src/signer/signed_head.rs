//! What a signed request carries: the URI to send and the signer's four headers.

use std::{array, fmt, iter};

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue, Uri};

use crate::error::Error;
use crate::protocol::header;
use crate::protocol::hex::Hex;
use crate::protocol::timestamp::XDate;

/// The headers that a signature adds to a request, and the URI to send it to.
///
/// The headers are `X-Date`, `X-Content-Sha256`, `X-Security-Token` if the credentials have a
/// session token, and `Authorization`. The last two are marked sensitive. `Debug` shows only names.
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

    /// Returns the URI to send: the spelling that was signed.
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Inserts the headers into `headers`. It replaces the headers of an earlier signature, and
    /// removes its session token if there is no new one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooManyHeaders`](crate::ErrorKind::TooManyHeaders) if `headers` is so large
    /// that there is no room; it is then unchanged.
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

/// The headers of a [`SignedHead`], name and value.
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
            x_date: value(x_date.as_bytes())?,
            x_content_sha256: if payload_hash.as_bytes() == Hex::EMPTY_PAYLOAD_HASH.as_bytes() {
                EMPTY_PAYLOAD_HASH
            } else {
                value(payload_hash.as_bytes())?
            },
            x_security_token: session_token.map(secret_value).transpose()?,
            authorization: secret_value(authorization)?,
        })
    }

    pub(super) fn insert_into(self, headers: &mut HeaderMap) -> Result<(), Error> {
        // A map near its limit of 32,768 can accept the first header and refuse the second. Only a
        // request with so many headers, which no server accepts, pays for a copy.
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
        // Scanning a few names is cheaper than `remove`, which hashes.
        let has_token = || headers.keys().any(|name| name == header::X_SECURITY_TOKEN);
        if self.x_security_token.is_none() && has_token() {
            headers.remove(NAME_OF_TOKEN);
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
            self.x_security_token.map(|token| (NAME_OF_TOKEN, token)),
            Some((AUTHORIZATION, self.authorization)),
        ]
    }
}

/// Removes the signature from a request: `Authorization`, `X-Date`, `X-Content-Sha256` and
/// `X-Security-Token`. For code that forwards a request or follows a redirect.
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

fn secret_value(text: impl TryInto<HeaderValue>) -> Result<HeaderValue, Error> {
    let mut value = value(text)?;
    value.set_sensitive(true);
    Ok(value)
}

fn value(text: impl TryInto<HeaderValue>) -> Result<HeaderValue, Error> {
    // The text is visible ASCII by construction, so this never fails.
    text.try_into().map_err(|_| Error::invalid_signature_header())
}

/// A constant value needs no allocation.
const EMPTY_PAYLOAD_HASH: HeaderValue = HeaderValue::from_static(Hex::EMPTY_PAYLOAD_HASH.as_str());

const NAME_OF_TOKEN: HeaderName = HeaderName::from_static(header::X_SECURITY_TOKEN);
