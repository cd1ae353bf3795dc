//! Why a request is refused: a reason and a detail for the log, and one text for the sender.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

/// A refused request.
///
/// `Display` is the same text for every cause, and can be sent to anybody. [`reason`](Self::reason)
/// and [`detail`](Self::detail), which `Debug` shows, are for the log of the server. None of them
/// contains a query value, a session token, a body, a key, or the expected signature.
#[derive(Clone)]
#[must_use = "a refused request must not be acted on"]
pub struct Rejected {
    reason: RejectReason,
    detail: Option<Cow<'static, str>>,
}

impl Rejected {
    pub(super) fn new(reason: RejectReason, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { reason, detail: Some(detail.into()) }
    }

    /// Returns the cause.
    pub fn reason(&self) -> RejectReason {
        self.reason
    }

    /// Returns what exactly is wrong, if more is known than the reason says: which header, which of
    /// region, service and day, how many seconds.
    ///
    /// It contains names of headers, hosts, regions, services and numbers from the request, so it
    /// belongs in a log and not in the answer.
    ///
    /// # Examples
    ///
    /// ```
    /// use volcengine_sigv4::{Credentials, RejectReason, Signer, Verifier};
    ///
    /// let mut request = http::Request::get("http://localhost/").body("")?;
    /// let credentials = Credentials::new("AKLTEXAMPLE", "secret")?;
    /// Signer::new(credentials, "cn-beijing", "ecs")?.sign(&mut request)?;
    /// let (head, _) = request.into_parts();
    ///
    /// let rejected = Verifier::new("cn-beijing", "iam")?.claim(&head).unwrap_err();
    /// assert_eq!(rejected.reason(), RejectReason::ScopeMismatch);
    /// assert_eq!(rejected.detail(), Some("service: expected \"iam\", found \"ecs\""));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// Returns whether the server is at fault and not the sender: no clock, a replay guard without
    /// an answer, or the wrong key looked up. Answer with the status 500 then and not with 401.
    pub fn is_server_fault(&self) -> bool {
        use RejectReason::{KeyMismatch, NoClock, ReplayGuardFailed};

        matches!(self.reason, NoClock | ReplayGuardFailed | KeyMismatch)
    }
}

/// Lets your code refuse a request for one of these reasons.
impl From<RejectReason> for Rejected {
    fn from(reason: RejectReason) -> Self {
        Self { reason, detail: None }
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the signature of the request was not accepted")
    }
}

impl fmt::Debug for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejected")
            .field("reason", &self.reason)
            .field("detail", &self.detail)
            .finish()
    }
}

impl StdError for Rejected {}

/// The causes of a [`Rejected`]. `Display` explains each in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RejectReason {
    /// There is neither an `Authorization` header nor a presigned URL.
    MissingAuthentication,
    /// The request is signed both in its headers and in its URL, or has two `Authorization`
    /// headers.
    ConflictingAuthentication,
    /// The authorization has no signature.
    MissingSignature,
    /// The authorization is longer than 4 KiB, or there are more than 64 signed headers or 1,024
    /// parameters.
    TooLarge,
    /// The algorithm is not `HMAC-SHA256`.
    UnsupportedAlgorithm,
    /// The `Authorization` header, or a parameter of a presigned URL, cannot be parsed.
    MalformedAuthorization,
    /// The credential is not an access key id and a credential scope.
    MalformedCredential,
    /// The target is not a path, or has a malformed percent escape, an escaped slash, user info or
    /// an invalid host.
    InvalidUri,
    /// The target contains a host, and the `Host` header names another one, or is malformed or
    /// repeated.
    HostMismatch,
    /// The credential scope is for another region, service or day.
    ScopeMismatch,
    /// `X-Date` is absent, repeated or malformed.
    InvalidTime,
    /// The `X-Expires` of a presigned URL is not 1 to 604800.
    InvalidExpires,
    /// `X-Date` is too far in the future.
    NotYetValid,
    /// `X-Date` is too far in the past, or the time of `X-Expires` is over.
    Expired,
    /// The list of signed headers cannot be accepted:
    ///
    /// - it is malformed or not sorted,
    /// - one of its headers is absent, repeated or, for the host, malformed,
    /// - it contains `authorization`,
    /// - it is the list of a presigned URL and contains `x-date`.
    InvalidSignedHeaders,
    /// A header that must be signed is not signed.
    UnsignedHeader,
    /// `X-SignedQueries` does not list exactly the parameters of a presigned URL.
    UnsignedParameter,
    /// A presigned URL has two parameters with the same key.
    RepeatedParameter,
    /// `X-Content-Sha256` is absent or malformed.
    InvalidPayloadHash,
    /// The access key id is unknown.
    UnknownAccessKey,
    /// The server looked up a key for another access key id or scope.
    KeyMismatch,
    /// The signature does not match the request.
    SignatureMismatch,
    /// `X-Security-Token` is malformed, repeated, or not the session token of the credentials.
    InvalidSessionToken,
    /// The credentials have expired.
    CredentialsExpired,
    /// The payload is not the one that was signed, or not the one that the headers announce.
    PayloadMismatch,
    /// A presigned URL came with a body, which it does not sign.
    UnsignedPayload,
    /// The request was accepted before, or is so late that the guard cannot tell.
    Replayed,
    /// The [`ReplayGuard`](crate::ReplayGuard) returned an error.
    ReplayGuardFailed,
    /// The platform has no clock and [`Verifier::at`](crate::Verifier::at) set no time.
    NoClock,
}

impl fmt::Display for RejectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::MissingAuthentication => "no authorization header and no presigned url",
            Self::ConflictingAuthentication => "more than one signature",
            Self::MissingSignature => "the authorization has no signature",
            Self::TooLarge => "too many signed headers or parameters, or too long an authorization",
            Self::UnsupportedAlgorithm => "the algorithm is not HMAC-SHA256",
            Self::MalformedAuthorization => "malformed authorization",
            Self::MalformedCredential => "malformed credential",
            Self::InvalidUri => "the request target cannot be signed",
            Self::HostMismatch => "the host header is not the host of the request target",
            Self::ScopeMismatch => "the credential scope is for another region, service or day",
            Self::InvalidTime => "x-date is absent, repeated or malformed",
            Self::InvalidExpires => "x-expires is outside 1 to 604800",
            Self::NotYetValid => "x-date is too far in the future",
            Self::Expired => "the signature has expired",
            Self::InvalidSignedHeaders => "the list of signed headers is not acceptable",
            Self::UnsignedHeader => "a header that must be signed is not signed",
            Self::UnsignedParameter => "x-signedqueries is not the list of the parameters",
            Self::RepeatedParameter => "a parameter of a presigned url is repeated",
            Self::InvalidPayloadHash => "x-content-sha256 is absent or malformed",
            Self::UnknownAccessKey => "unknown access key id",
            Self::KeyMismatch => "the server looked up a key for another access key id or scope",
            Self::SignatureMismatch => "the signature does not match",
            Self::InvalidSessionToken => {
                "the session token is malformed or not that of the credentials"
            }
            Self::CredentialsExpired => "the credentials have expired",
            Self::PayloadMismatch => "the payload is not the one that was signed",
            Self::UnsignedPayload => "a presigned url with a payload",
            Self::Replayed => "the request was accepted before, or is too late to tell",
            Self::ReplayGuardFailed => "the replay guard failed",
            Self::NoClock => "this platform has no clock, expected a time from Verifier::at",
        })
    }
}
