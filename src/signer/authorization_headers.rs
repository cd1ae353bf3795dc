//! What a signature puts on a request: the signer's four headers.

use std::{array, fmt, iter};

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue, Uri};

use crate::error::Error;
use crate::protocol::hex::Hex;
use crate::protocol::timestamp::XDate;
use crate::protocol::{X_CONTENT_SHA256, X_DATE, X_SECURITY_TOKEN};

/// The headers of a signed request, and the URI to send it to.
///
/// `X-Date`, `X-Content-Sha256`, `X-Security-Token` if the credentials have a session token, and
/// `Authorization`; the last two are marked sensitive. `Debug` shows their names only.
///
/// # Examples
///
/// See [`Signer::authorize`](crate::Signer::authorize).
#[derive(Clone)]
pub struct AuthorizationHeaders {
    uri: Uri,
    values: HeaderValues,
}

impl AuthorizationHeaders {
    pub(super) fn new(uri: Uri, values: HeaderValues) -> Self {
        Self { uri, values }
    }

    /// Returns the spelling of the URI that was signed: the one to send.
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Puts the headers into `headers`, replacing those of an earlier signing, a token that is no
    /// longer used among them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooManyHeaders`](crate::ErrorKind::TooManyHeaders) if `headers` is so large
    /// that there is no room; it is then unchanged.
    pub fn insert_into(self, headers: &mut HeaderMap) -> Result<(), Error> {
        self.values.insert_into(headers)
    }
}

impl IntoIterator for AuthorizationHeaders {
    type Item = (HeaderName, HeaderValue);
    type IntoIter = iter::Flatten<array::IntoIter<Option<(HeaderName, HeaderValue)>, 4>>;

    fn into_iter(self) -> Self::IntoIter {
        self.values.into_pairs().into_iter().flatten()
    }
}

impl fmt::Debug for AuthorizationHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.values.clone().into_pairs().into_iter().flatten().map(|(name, _)| name);
        f.debug_set().entries(names).finish()
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
        // A map near its limit of 32,768 can refuse the second header after the first, and grows
        // to twice its size. No server takes so many, so the copy costs only who is in error.
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
        // To look at a few names takes less than to hash this one.
        if self.x_security_token.is_none() && headers.keys().any(|name| name == X_SECURITY_TOKEN) {
            headers.remove(NAME_OF_TOKEN);
        }
        for (name, value) in self.into_pairs().into_iter().flatten() {
            headers.try_insert(name, value).map_err(|_| Error::too_many_headers())?;
        }
        Ok(())
    }

    fn into_pairs(self) -> [Option<(HeaderName, HeaderValue)>; 4] {
        [
            Some((const { HeaderName::from_static(X_DATE) }, self.x_date)),
            Some((const { HeaderName::from_static(X_CONTENT_SHA256) }, self.x_content_sha256)),
            self.x_security_token.map(|token| (NAME_OF_TOKEN, token)),
            Some((AUTHORIZATION, self.authorization)),
        ]
    }
}

/// Takes the signature off a request: `Authorization`, `X-Date`, `X-Content-Sha256` and
/// `X-Security-Token`, for code that forwards it or follows a redirect.
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
    for name in [X_DATE, X_CONTENT_SHA256, X_SECURITY_TOKEN] {
        headers.remove(name);
    }
}

fn secret_value(text: impl TryInto<HeaderValue>) -> Result<HeaderValue, Error> {
    let mut value = value(text)?;
    value.set_sensitive(true);
    Ok(value)
}

fn value(text: impl TryInto<HeaderValue>) -> Result<HeaderValue, Error> {
    // It is ASCII by construction, so this error is never met.
    text.try_into().map_err(|_| Error::unsendable_header())
}

/// A constant value takes no allocation.
const EMPTY_PAYLOAD_HASH: HeaderValue = HeaderValue::from_static(Hex::EMPTY_PAYLOAD_HASH.as_str());

const NAME_OF_TOKEN: HeaderName = HeaderName::from_static(X_SECURITY_TOKEN);
