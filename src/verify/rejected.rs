//! Why a request is refused: a word for the log, and one text for the sender.

use std::error::Error as StdError;
use std::fmt;

/// A request that is refused.
///
/// Its text is one and the same whatever the cause, and can be sent to anybody.
/// [`reason`](Self::reason), and `Debug` with it, is for the log of the server. Neither holds a value
/// of the request, a key, or the signature that was expected.
#[derive(Clone, Copy)]
#[must_use = "a request that is refused must not be acted on"]
pub struct Rejected {
    reason: RejectReason,
}

impl Rejected {
    /// Returns the cause.
    pub fn reason(&self) -> RejectReason {
        self.reason
    }
}

/// For whoever has reasons of their own to refuse.
impl From<RejectReason> for Rejected {
    fn from(reason: RejectReason) -> Self {
        Self { reason }
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the signature of the request was not accepted")
    }
}

impl fmt::Debug for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejected").field("reason", &self.reason).finish()
    }
}

impl StdError for Rejected {}

/// The causes of a [`Rejected`]. `Display` explains them in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RejectReason {
    /// There is neither an `Authorization` header nor a presigned URL.
    MissingAuthentication,
    /// The request is signed in its headers and in its URL, or has two `Authorization` headers.
    ConflictingAuthentication,
    /// The authorization is there, but its signature is not.
    MissingSignature,
    /// The authorization is longer than 4 KiB, or there are more than 64 signed headers or 1,024
    /// parameters.
    TooLarge,
    /// The algorithm is not `HMAC-SHA256`.
    UnsupportedAlgorithm,
    /// The `Authorization` header, or a parameter that stands for it, cannot be read.
    MalformedAuthorization,
    /// The credential is not an access key id with a credential scope.
    MalformedCredential,
    /// The target is no path, or has a malformed percent escape, an escaped slash, user info or a bad
    /// host.
    InvalidTarget,
    /// The target has a host in it, and the `Host` header names another, or is malformed or repeated.
    HostMismatch,
    /// The credential scope is of another region, service or day.
    ScopeMismatch,
    /// `X-Date` is absent, repeated or malformed.
    InvalidDate,
    /// The `X-Expires` of a presigned URL is not 1 to 604800.
    InvalidExpires,
    /// `X-Date` is too far in the future.
    NotYetValid,
    /// `X-Date` is too far in the past, or `X-Expires` is over.
    Expired,
    /// The list of signed headers is malformed or unsorted, a header of it is absent, repeated or, as the
    /// host may be, malformed, or it names one that a signature of its place cannot sign.
    InvalidSignedHeaders,
    /// A header is there and not signed, though it must be.
    UnsignedHeader,
    /// `X-SignedQueries` does not list each parameter of a presigned URL, or lists another.
    UnsignedParameter,
    /// A presigned URL has two parameters of one key.
    RepeatedParameter,
    /// `X-Content-Sha256` is absent or malformed.
    InvalidPayloadHash,
    /// Nobody is known by the access key id.
    UnknownAccessKey,
    /// The key that was looked up is of another access key id or scope.
    KeyMismatch,
    /// The signature is not that of the request.
    SignatureMismatch,
    /// `X-Security-Token` is malformed, repeated, or not that of the credentials.
    InvalidSessionToken,
    /// The credentials have expired.
    CredentialsExpired,
    /// The payload is another than was signed, or not the one that the head announces.
    PayloadMismatch,
    /// A presigned URL came with a body, which it does not sign.
    UnsignedPayload,
    /// The request was accepted before, or comes too late to tell.
    Replayed,
    /// The [`ReplayGuard`](crate::ReplayGuard) had no answer.
    ReplayGuardFailed,
    /// The platform has no clock and [`Verifier::at`](crate::Verifier::at) set no time.
    NoClock,
}

impl fmt::Display for RejectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::MissingAuthentication => "no authorization header and no presigned url",
            Self::ConflictingAuthentication => "more than one signature",
            Self::MissingSignature => "an authorization without a signature",
            Self::TooLarge => {
                "more signed headers, parameters or authorization than the limits allow"
            }
            Self::UnsupportedAlgorithm => "the algorithm is not HMAC-SHA256",
            Self::MalformedAuthorization => "malformed authorization",
            Self::MalformedCredential => "malformed credential",
            Self::InvalidTarget => "a request target that cannot be signed",
            Self::HostMismatch => "the request target has another host than the host header",
            Self::ScopeMismatch => "a credential scope of another region, service or day",
            Self::InvalidDate => "x-date is absent, repeated or malformed",
            Self::InvalidExpires => "x-expires is outside 1 to 604800",
            Self::NotYetValid => "x-date is too far in the future",
            Self::Expired => "the signature has expired",
            Self::InvalidSignedHeaders => {
                "the list of signed headers is not one that this request can have"
            }
            Self::UnsignedHeader => "a header that must be signed is not",
            Self::UnsignedParameter => "x-signedqueries is not the list of the parameters",
            Self::RepeatedParameter => "a parameter of a presigned url is repeated",
            Self::InvalidPayloadHash => "x-content-sha256 is absent or malformed",
            Self::UnknownAccessKey => "unknown access key id",
            Self::KeyMismatch => "the key that was looked up is of another access key id or scope",
            Self::SignatureMismatch => "the signature does not match",
            Self::InvalidSessionToken => {
                "the session token is malformed or not that of the credentials"
            }
            Self::CredentialsExpired => "the credentials have expired",
            Self::PayloadMismatch => "the payload is another than was signed",
            Self::UnsignedPayload => "a presigned url with a payload",
            Self::Replayed => "the request was accepted before, or comes too late to tell",
            Self::ReplayGuardFailed => "the replay guard has no answer",
            Self::NoClock => "this platform has no clock, expected a time from Verifier::at",
        })
    }
}
