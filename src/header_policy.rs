//! Which headers of a request are signed, beyond the four that the signer writes itself, and which
//! never are.

use std::collections::HashMap;

use http::header::HOST;
use http::{HeaderMap, HeaderName};

use crate::error::Error;
use crate::protocol::canonical::SignedHeaders;
use crate::protocol::{X_CONTENT_SHA256, X_DATE, X_SECURITY_TOKEN};

/// Which headers are signed.
///
/// Always: `host`, `x-date`, `x-content-sha256`, and `x-security-token` if there is a session
/// token. By default, where the request has them: `content-type`, `content-md5` and every other
/// `x-*`. Never, because proxies and clients change them on the way: `authorization`,
/// `connection`, `content-length`, `expect`, `forwarded`, `keep-alive`, `proxy-*`, `te`,
/// `trailer`, `transfer-encoding`, `upgrade`, `user-agent`, `via`, `x-amzn-trace-id`, `x-b3-*`,
/// `x-cloud-trace-context`, `x-envoy-*`, `x-forwarded-*`, `x-real-ip`, `x-request-id`.
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
pub struct HeaderPolicy {
    /// Where the default is overridden: whether to sign.
    overrides: HashMap<HeaderName, bool>,
}

impl HeaderPolicy {
    /// Signs `name` where the request has it.
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

    /// Leaves `name` unsigned.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidHeaderPolicy`](crate::ErrorKind::InvalidHeaderPolicy) for a header that
    /// is always signed.
    pub fn exclude(mut self, name: HeaderName) -> Result<Self, Error> {
        if is_owned(&name) {
            return Err(Error::always_signed(name.as_str()));
        }
        self.overrides.insert(name, false);
        Ok(self)
    }

    /// Takes the headers to sign from the request, the owned four aside.
    pub(crate) fn select<'a>(&self, headers: &'a HeaderMap) -> SignedHeaders<'a> {
        let mut selected = SignedHeaders::with_capacity(headers.len().saturating_add(4));
        for (name, value) in headers {
            if self.is_signed(name) && !is_owned(name) {
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

/// Whether the signer itself says what `name` is signed as.
fn is_owned(name: &HeaderName) -> bool {
    name == HOST || matches!(name.as_str(), X_DATE | X_CONTENT_SHA256 | X_SECURITY_TOKEN)
}

/// Whether the way from client to server may change the header `name`.
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
