//! The result of verifying: the parts of a request that its signature covers.

use std::borrow::Cow;
use std::fmt;
use std::time::SystemTime;

use http::Method;

use crate::protocol::canonical::CanonicalRequest;
use crate::protocol::scope::CredentialScope;
use crate::protocol::signature::Signature;
use crate::protocol::timestamp::XDate;

/// A verified request: its signed parts, and the access key id of the sender.
///
/// The values are read from the canonical request, because the signature covers exactly that.
/// Headers and parameters that are not signed are not in it. Read the values from `Verified` and
/// not from the original request. You can put it into the [`http::Extensions`] of the request.
///
/// The canonical request, which contains path, query and signed headers, is wiped from memory on
/// drop. `Debug` shows the access key id, scope, date, method, host and path. It shows no other
/// header and no other parameter.
///
/// # Examples
///
/// See [`Verifier`](crate::Verifier). Your code cannot construct a `Verified` itself:
///
/// ```compile_fail,E0451
/// # fn forge(genuine: volcengine_sigv4::Verified) -> volcengine_sigv4::Verified {
/// volcengine_sigv4::Verified { payload_is_signed: true, ..genuine }
/// # }
/// ```
#[derive(Clone)]
pub struct Verified {
    pub(super) request: SignedRequest,
    pub(super) payload_is_signed: bool,
}

/// The signed parts of a request, and the values that belong to its signature.
#[derive(Clone)]
pub(super) struct SignedRequest {
    pub(super) method: Method,
    pub(super) canonical_request: CanonicalRequest,
    pub(super) signature_info: SignatureInfo,
}

/// A signature and the values that belong to it. They are not trusted until the signature is
/// checked.
#[derive(Clone)]
pub(super) struct SignatureInfo {
    pub(super) access_key_id: String,
    pub(super) scope: CredentialScope,
    pub(super) x_date: XDate,
    pub(super) signature: Signature,
    pub(super) expires_at: SystemTime,
    /// The time by the clock of the verifier when it parsed the request.
    pub(super) received_at: SystemTime,
}

impl Verified {
    /// Returns the access key id of the sender.
    ///
    /// A header signature does not cover the id. It only proves that the sender knows the secret
    /// access key. Therefore two ids must not have the same secret.
    pub fn access_key_id(&self) -> &str {
        &self.request.signature_info.access_key_id
    }

    /// Returns the credential scope.
    pub fn scope(&self) -> &CredentialScope {
        &self.request.signature_info.scope
    }

    /// Returns the time in `X-Date`, when the request was signed. It has no fractions of a second.
    pub fn signed_at(&self) -> SystemTime {
        self.request.signature_info.x_date.into()
    }

    /// Returns the time until which the verifier accepts the request.
    ///
    /// The request can reach a replay guard after this time, see
    /// [`ReplayGuard`](crate::ReplayGuard).
    pub fn expires_at(&self) -> SystemTime {
        self.request.signature_info.expires_at
    }

    /// Returns the method.
    pub fn method(&self) -> &Method {
        &self.request.method
    }

    /// Returns the host as it was signed: without port 80 or 443, and with upper and lower case
    /// unchanged. It is `None` for a presigned URL that does not sign its host.
    pub fn host(&self) -> Option<&str> {
        self.header("host").and_then(|host| std::str::from_utf8(host).ok())
    }

    /// Returns the path in canonical form: every byte except `A-Z a-z 0-9 - _ . ~ /` is written as
    /// `%XX`. Dot segments are not resolved.
    pub fn path(&self) -> &str {
        self.request.canonical_request.path()
    }

    /// Returns the value of the signed header `name`, without white space at its start and end. The
    /// case of `name` does not matter. Returns `None` if the header is absent or not signed.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.request.canonical_request.header(name)
    }

    /// Returns the values of the parameters called `key`, in the order of the query. Each value is
    /// percent-decoded and may contain any bytes.
    pub fn query_values<'a>(&'a self, key: &'a str) -> impl Iterator<Item = Cow<'a, [u8]>> {
        self.request.canonical_request.query_values(key)
    }

    /// Returns whether the signature covers the payload.
    ///
    /// It is `false` for a presigned URL. Anyone who has the URL can send it without a body or,
    /// under [`Compatible`](crate::VerifyPolicy::Compatible), with any body.
    pub fn payload_is_signed(&self) -> bool {
        self.payload_is_signed
    }

    /// Returns the signature.
    ///
    /// It identifies the request: a request that is sent twice has the same signature. Two equal
    /// requests that are signed within the same second also have the same signature.
    pub fn signature(&self) -> &Signature {
        &self.request.signature_info.signature
    }

    pub(super) fn received_at(&self) -> SystemTime {
        self.request.signature_info.received_at
    }
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("access_key_id", &self.access_key_id())
            .field("scope", &self.scope())
            .field("x_date", &self.request.signature_info.x_date)
            .field("method", &self.method())
            .field("host", &self.host())
            .field("path", &self.path())
            .field("payload_is_signed", &self.payload_is_signed)
            .finish_non_exhaustive()
    }
}
