//! Selects the headers of a request that are signed.

use std::collections::HashMap;

use http::header::HOST;
use http::{HeaderMap, HeaderName};

use crate::error::Error;
use crate::protocol::canonical::SignedHeaders;
use crate::protocol::header;

/// Decides which headers are signed.
///
/// - These headers are always signed: `host`, `x-date`, `x-content-sha256`, and, if the credentials
///   have a session token, `x-security-token`.
/// - These headers are signed by default, if the request has them: `content-type`, `content-md5`
///   and every other `x-*`.
/// - `authorization` is never signed, because it contains the signature itself.
/// - These headers are never signed, because proxies and clients may change them: `connection`,
///   `content-length`, `expect`, `forwarded`, `keep-alive`, `proxy-*`, `te`, `trailer`,
///   `transfer-encoding`, `upgrade`, `user-agent`, `via`, `x-amzn-trace-id`, `x-b3-*`,
///   `x-cloud-trace-context`, `x-envoy-*`, `x-forwarded-*`, `x-real-ip`, `x-request-id`.
///
/// # Examples
///
/// ```
/// use http::HeaderName;
/// use volcengine_sigv4::HeaderPolicy;
///
/// let policy = HeaderPolicy::default()
///     .include(http::header::ACCEPT)?
///     .exclude(HeaderName::from_static("x-added-by-our-gateway"))?;
/// # let _ = policy;
/// # Ok::<(), volcengine_sigv4::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct HeaderPolicy {
    /// Overrides the default for a name: `true` means that the header is signed.
    overrides: HashMap<HeaderName, bool>,
}

impl HeaderPolicy {
    /// Signs `name` if the request has it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidHeaderPolicy`](crate::ErrorKind::InvalidHeaderPolicy) for a header that
    /// is never signed.
    pub fn include(mut self, name: HeaderName) -> Result<Self, Error> {
        if is_never_signed(name.as_str()) {
            return Err(Error::never_signed(name.as_str()));
        }
        self.overrides.insert(name, true);
        Ok(self)
    }

    /// Does not sign `name`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidHeaderPolicy`](crate::ErrorKind::InvalidHeaderPolicy) for a header that
    /// is always signed.
    pub fn exclude(mut self, name: HeaderName) -> Result<Self, Error> {
        if is_always_signed(&name) {
            return Err(Error::always_signed(name.as_str()));
        }
        self.overrides.insert(name, false);
        Ok(self)
    }

    /// Returns the headers to sign, without those that are always signed: the signer adds them.
    pub(crate) fn select<'a>(&self, headers: &'a HeaderMap) -> SignedHeaders<'a> {
        let mut selected = SignedHeaders::with_capacity(headers.len().saturating_add(4));
        for (name, value) in headers {
            if self.is_signed(name) && !is_always_signed(name) {
                selected.push(name.as_str(), value.as_bytes());
            }
        }
        selected
    }

    fn is_signed(&self, name: &HeaderName) -> bool {
        self.overrides.get(name).copied().unwrap_or_else(|| match name.as_str() {
            "content-type" | "content-md5" => true,
            name => name.starts_with("x-") && !is_never_signed(name),
        })
    }
}

/// Returns whether `name` is always signed. The signer supplies the values of these headers, and it
/// signs `x-security-token` only if there is a session token.
pub(crate) fn is_always_signed(name: &HeaderName) -> bool {
    name == HOST
        || matches!(
            name.as_str(),
            header::X_DATE | header::X_CONTENT_SHA256 | header::X_SECURITY_TOKEN
        )
}

/// Returns whether the header `name` is never signed.
pub(crate) fn is_never_signed(name: &str) -> bool {
    let prefixes = ["proxy-", "x-b3-", "x-envoy-", "x-forwarded-"];
    matches!(
        name,
        "authorization"
            | "connection"
            | "content-length"
            | "expect"
            | "forwarded"
            | "keep-alive"
            | "te"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
            | "user-agent"
            | "via"
            | "x-amzn-trace-id"
            | "x-cloud-trace-context"
            | "x-real-ip"
            | "x-request-id"
    ) || prefixes.iter().any(|prefix| name.starts_with(prefix))
}
