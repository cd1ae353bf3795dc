//! What is proven about a request, and nothing else of it.

use std::borrow::Cow;
use std::fmt;
use std::time::SystemTime;

use http::Method;

use crate::protocol::canonical::CanonicalRequest;
use crate::protocol::scope::CredentialScope;
use crate::protocol::signature::Signature;
use crate::protocol::timestamp::XDate;

/// A verified request: what was signed, and by whom.
///
/// It is read from the canonical request, which is what the signature proves. It does not contain a
/// header or parameter that was not signed. Use it instead of the request it came from; you can
/// pass it on in the request's [`http::Extensions`]. It is wiped on drop. `Debug` shows no header
/// but the host and the date, and no value of a parameter.
///
/// # Examples
///
/// See [`Verifier`](crate::Verifier). Only a [`Claim`](crate::Claim) becomes one:
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

/// What a signature covers, and how it was made.
#[derive(Clone)]
pub(super) struct SignedRequest {
    pub(super) method: Method,
    pub(super) canonical_request: CanonicalRequest,
    pub(super) signing: Signing,
}

/// Who signed, when, for which scope, with which result: untrusted until the signature is checked.
#[derive(Clone)]
pub(super) struct Signing {
    pub(super) access_key_id: String,
    pub(super) scope: CredentialScope,
    pub(super) x_date: XDate,
    pub(super) signature: Signature,
    pub(super) expires_at: SystemTime,
    /// The time of the verifier.
    pub(super) received_at: SystemTime,
}

impl Verified {
    /// Returns the access key id of the sender.
    ///
    /// The signature does not cover the id; the secret access key proves it. Therefore no two ids
    /// may share a secret.
    pub fn access_key_id(&self) -> &str {
        &self.request.signing.access_key_id
    }

    /// Returns the credential scope.
    pub fn scope(&self) -> &CredentialScope {
        &self.request.signing.scope
    }

    /// Returns when the request was signed, to the second.
    pub fn signed_at(&self) -> SystemTime {
        self.request.signing.x_date.into()
    }

    /// Returns until when the verifier accepts the request. A replay guard has to remember it until
    /// then.
    pub fn expires_at(&self) -> SystemTime {
        self.request.signing.expires_at
    }

    /// Returns the method.
    pub fn method(&self) -> &Method {
        &self.request.method
    }

    /// Returns the host without the ports 80 and 443, in the case in which it was signed. It is
    /// `None` for a presigned URL that does not sign its host.
    pub fn host(&self) -> Option<&str> {
        self.header("host").and_then(|host| std::str::from_utf8(host).ok())
    }

    /// Returns the path in its canonical spelling: every byte but `A-Z a-z 0-9 - _ . ~ /` as `%XX`.
    /// Dot segments are as they were sent.
    pub fn path(&self) -> &str {
        self.request.canonical_request.path()
    }

    /// Returns the raw value of the header `name`, without the white space around it. The case of
    /// `name` does not matter.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.request.canonical_request.header(name)
    }

    /// Returns the raw, decoded values of the parameters called `key`, in their order.
    pub fn query_values<'a>(&'a self, key: &'a str) -> impl Iterator<Item = Cow<'a, [u8]>> {
        self.request.canonical_request.query_values(key)
    }

    /// Returns whether the signature covers the payload.
    ///
    /// It does not for a presigned URL: whoever has the URL may send it without a body or, under
    /// [`Compatible`](crate::VerifyPolicy::Compatible), with any body.
    pub fn payload_is_signed(&self) -> bool {
        self.payload_is_signed
    }

    /// Returns the signature. A request that is sent again has the same signature, and so have two
    /// equal requests of one second.
    pub fn signature(&self) -> &Signature {
        &self.request.signing.signature
    }

    pub(super) fn received_at(&self) -> SystemTime {
        self.request.signing.received_at
    }
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("access_key_id", &self.access_key_id())
            .field("scope", &self.scope())
            .field("x_date", &self.request.signing.x_date)
            .field("method", &self.method())
            .field("host", &self.host())
            .field("path", &self.path())
            .field("payload_is_signed", &self.payload_is_signed)
            .finish_non_exhaustive()
    }
}
