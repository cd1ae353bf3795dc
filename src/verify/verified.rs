//! What is proven about a request, and nothing else of it.

use std::borrow::Cow;
use std::fmt;
use std::time::SystemTime;

use http::Method;
use percent_encoding::percent_decode;

use super::rejected::{RejectReason, Rejected};
use super::replay::ReplayGuard;
use crate::error::Error;
use crate::protocol::canonical::CanonicalRequest;
use crate::protocol::scope::CredentialScope;
use crate::protocol::signature::Signature;
use crate::protocol::signing_key::SigningKey;
use crate::protocol::string_to_sign::StringToSign;
use crate::protocol::timestamp::XDate;

/// A verified request: what its sender signed, and who that is.
///
/// It is read from the canonical request, which is what the signature proves; a header or parameter
/// that was not signed is not in it. Act on it and not on the request it came from. It can travel: put
/// it into the request's [`http::Extensions`]. It is wiped on drop, and `Debug` shows of
/// the headers only host and date, and no value of a parameter.
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
    pub(super) particulars: Particulars,
    pub(super) payload_is_signed: bool,
}

/// What a signature is about: of no worth before it is checked.
#[derive(Clone)]
pub(super) struct Particulars {
    pub(super) method: Method,
    pub(super) canonical_request: CanonicalRequest,
    pub(super) access_key_id: String,
    pub(super) scope: CredentialScope,
    pub(super) x_date: XDate,
    pub(super) expires_at: SystemTime,
    /// The time of the verifier when it got the request.
    pub(super) seen_at: SystemTime,
    pub(super) signature: Signature,
}

impl Particulars {
    pub(super) fn are_signed_with(&self, key: &SigningKey) -> bool {
        self.string_to_sign()
            .is_ok_and(|string_to_sign| key.verifies(&string_to_sign, &self.signature))
    }

    pub(super) fn verify_for_nobody(&self) {
        if let Ok(string_to_sign) = self.string_to_sign() {
            SigningKey::verify_for_nobody(&string_to_sign, &self.signature);
        }
    }

    fn string_to_sign(&self) -> Result<StringToSign, Error> {
        StringToSign::new(&self.x_date, &self.scope, self.canonical_request.sha256())
    }
}

impl Verified {
    /// Returns the access key id of who signed. It stands beside the signature and not under it: the
    /// secret access key proves it, which no two access key ids may share.
    pub fn access_key_id(&self) -> &str {
        &self.particulars.access_key_id
    }

    /// Returns the credential scope.
    pub fn scope(&self) -> &CredentialScope {
        &self.particulars.scope
    }

    /// Returns when the request was signed, to the second.
    pub fn time(&self) -> SystemTime {
        self.particulars.x_date.into()
    }

    /// Returns until when the verifier accepts the request: how long a replay guard has to remember
    /// it.
    pub fn expires_at(&self) -> SystemTime {
        self.particulars.expires_at
    }

    /// Returns the method.
    pub fn method(&self) -> &Method {
        &self.particulars.method
    }

    /// Returns the host without the ports 80 and 443, in the case it was signed in. A presigned URL
    /// may leave it unsigned.
    pub fn host(&self) -> Option<&str> {
        self.header("host").and_then(|host| std::str::from_utf8(host).ok())
    }

    /// Returns the path in its canonical spelling: every byte but `A-Z a-z 0-9 - _ . ~ /` as `%XX`.
    /// Dot segments are as they were sent.
    pub fn path(&self) -> &str {
        std::str::from_utf8(self.line(1)).unwrap_or_default()
    }

    /// Returns the value of the header `name`, in any case, without the white space around it: the raw
    /// value, the session token included.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.lines().skip(3).find_map(|line| {
            let mut halves = line.splitn(2, |&byte| byte == b':');
            let is_found = halves.next()?.eq_ignore_ascii_case(name.as_bytes());
            is_found.then(|| halves.next())?
        })
    }

    /// Returns the raw values of the parameters called `key`, decoded, in their order.
    pub fn query<'a>(&'a self, key: &'a str) -> impl Iterator<Item = Cow<'a, [u8]>> {
        let parameters = self.line(2).split(|&byte| byte == b'&').filter(|piece| !piece.is_empty());
        parameters.filter_map(move |parameter| {
            let mut halves = parameter.splitn(2, |&byte| byte == b'=');
            let is_found = percent_decode(halves.next()?).eq(key.bytes());
            is_found.then(|| percent_decode(halves.next().unwrap_or_default()).into())
        })
    }

    /// Whether the payload is covered by the signature. That of a presigned URL never is: whoever has
    /// the URL may send it without a body or, where the policy is
    /// [`Compatible`](crate::VerifyPolicy::Compatible), with any.
    pub fn payload_is_signed(&self) -> bool {
        self.payload_is_signed
    }

    /// Returns the signature. A request that is sent again has the same, and so have two equal
    /// requests of one second.
    pub fn signature(&self) -> &Signature {
        &self.particulars.signature
    }

    /// Goes on only if `guard` has not seen the request before.
    ///
    /// # Errors
    ///
    /// [`Replayed`](RejectReason::Replayed), and
    /// [`ReplayGuardFailed`](RejectReason::ReplayGuardFailed) if the guard has no answer.
    pub fn first_use(self, guard: &(impl ReplayGuard + ?Sized)) -> Result<Self, Rejected> {
        match guard.is_first_use(&self) {
            Ok(true) => Ok(self),
            Ok(false) => Err(RejectReason::Replayed.into()),
            Err(_) => Err(RejectReason::ReplayGuardFailed.into()),
        }
    }

    fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.particulars.canonical_request.as_bytes().split(|&byte| byte == b'\n')
    }

    fn line(&self, index: usize) -> &[u8] {
        self.lines().nth(index).unwrap_or_default()
    }
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("access_key_id", &self.access_key_id())
            .field("scope", &self.scope())
            .field("x_date", &self.particulars.x_date)
            .field("method", &self.method())
            .field("host", &self.host())
            .field("path", &self.path())
            .field("payload_is_signed", &self.payload_is_signed)
            .finish_non_exhaustive()
    }
}
