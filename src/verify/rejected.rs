//! The error of a refused request: a reason and a detail for the log, and one text for the sender.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

/// A refused request.
///
/// `Display` writes the same text for every reason, so it can be sent to anyone.
/// [`reason`](Self::reason) and [`detail`](Self::detail) are for the log of the server. `Debug`
/// shows both of them.
///
/// No text contains a session token, a body, a key or the expected signature. Of the query of a
/// presigned URL, a text can contain the region, service and date in `X-Credential`, the date in
/// `X-Date`, the names in `X-SignedHeaders` and the number in `X-Expires`. No text contains any
/// other query value.
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

    /// Returns the reason.
    pub fn reason(&self) -> RejectReason {
        self.reason
    }

    /// Returns a text that says more than the reason, such as which header is not signed or by how
    /// many seconds the request is late. It is `None` if there is no more to say.
    ///
    /// The text can contain header names, regions, services, dates and numbers. Write it to the
    /// log, and do not send it to the client.
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

    /// Returns whether the server caused the refusal, and not the sender. The reason is then
    /// [`NoClock`](RejectReason::NoClock), [`ReplayGuardFailed`](RejectReason::ReplayGuardFailed)
    /// or [`KeyMismatch`](RejectReason::KeyMismatch). Answer with the status 500 and not with 401.
    pub fn is_server_fault(&self) -> bool {
        use RejectReason::{KeyMismatch, NoClock, ReplayGuardFailed};

        matches!(self.reason, NoClock | ReplayGuardFailed | KeyMismatch)
    }
}

/// Makes a `Rejected` without a detail. Use it if your own code refuses a request.
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

/// The reason of a [`Rejected`]. `Display` writes one line about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RejectReason {
    /// The request has no `Authorization` header, and its URL is not presigned.
    MissingAuthentication,
    /// The request is signed both in its headers and in its URL, or has two `Authorization`
    /// headers.
    ConflictingAuthentication,
    /// The `Authorization` header has no `Signature`, or the URL has `X-Credential` but no
    /// `X-Signature`.
    MissingSignature,
    /// The `Authorization` header has more than 4 KiB, or there are more than 64 signed headers or
    /// more than 1,024 parameters.
    TooLarge,
    /// The algorithm is not `HMAC-SHA256`.
    UnsupportedAlgorithm,
    /// The `Authorization` header is malformed. Or the `X-Algorithm`, `X-SignedHeaders` or
    /// `X-Signature` of a presigned URL is malformed, or `X-SignedHeaders` is absent.
    MalformedAuthorization,
    /// The `Credential` or `X-Credential` is not an access key id followed by a credential scope.
    /// A presigned URL without `X-Credential` has this reason, too.
    MalformedCredential,
    /// The request target cannot be signed. It is not a path, or it has a malformed percent escape,
    /// an escaped slash in the path, user info or an invalid host.
    InvalidUri,
    /// The request target contains a host, and the `Host` header has another host, is malformed or
    /// occurs twice.
    HostMismatch,
    /// The credential scope is for another region or service than the verifier, or for another day
    /// than `X-Date`.
    ScopeMismatch,
    /// `X-Date` is absent, malformed or occurs twice.
    InvalidTime,
    /// The `X-Expires` of a presigned URL is not a number from 1 to 604800.
    InvalidExpires,
    /// `X-Date` is further in the future than [`max_skew`](crate::Verifier::with_max_skew) allows.
    NotYetValid,
    /// `X-Date` is too far in the past, or the lifetime in `X-Expires` is over.
    Expired,
    /// The list of signed headers is refused for one of these reasons:
    ///
    /// - A name is not a header name in lower case, or is listed twice.
    /// - The list is not sorted. [`Compatible`](crate::VerifyPolicy::Compatible) accepts that.
    /// - The request does not have a listed header, or has it twice.
    /// - The list contains `host`, and the `Host` header is malformed.
    /// - The list contains `authorization`.
    /// - The list belongs to a presigned URL and contains `x-date`.
    InvalidSignedHeaders,
    /// A header that must be signed is not signed.
    UnsignedHeader,
    /// The `X-SignedQueries` of a presigned URL is absent, or does not list exactly the parameters
    /// of the URL.
    UnsignedParameter,
    /// A presigned URL has two parameters with the same key.
    RepeatedParameter,
    /// `X-Content-Sha256` is absent or malformed.
    InvalidPayloadHash,
    /// The access key id is unknown: the caller passed `None` instead of credentials or a key.
    UnknownAccessKey,
    /// The caller passed a key or credentials for another access key id or scope.
    KeyMismatch,
    /// The signature does not match the request.
    SignatureMismatch,
    /// `X-Security-Token` is malformed, occurs twice, or differs from the session token of the
    /// credentials. It also differs if only one of them is present.
    InvalidSessionToken,
    /// The credentials have expired.
    CredentialsExpired,
    /// The payload is not the payload that was signed, or the headers announce a body and no body
    /// was passed.
    PayloadMismatch,
    /// A presigned URL was sent with a body, which it does not sign.
    /// [`Compatible`](crate::VerifyPolicy::Compatible) accepts that.
    UnsignedPayload,
    /// The replay guard has seen the request before. Or it cannot know, because it may have deleted
    /// its entry for this request.
    Replayed,
    /// The [`ReplayGuard`](crate::ReplayGuard) returned an error.
    ReplayGuardFailed,
    /// The platform has no clock and [`Verifier::at`](crate::Verifier::at) set no time.
    NoClock,
}

impl fmt::Display for RejectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::MissingAuthentication => {
                "the request has no authorization header and its url is not presigned"
            }
            Self::ConflictingAuthentication => "the request has more than one signature",
            Self::MissingSignature => "the authorization has no signature",
            Self::TooLarge => {
                "the authorization header is too long, or the request has too many signed headers \
                 or parameters"
            }
            Self::UnsupportedAlgorithm => "the algorithm is not HMAC-SHA256",
            Self::MalformedAuthorization => "the authorization is malformed",
            Self::MalformedCredential => "the credential is malformed",
            Self::InvalidUri => "the request target cannot be signed",
            Self::HostMismatch => "the host header is not the host of the request target",
            Self::ScopeMismatch => "the credential scope is for another region, service or day",
            Self::InvalidTime => "x-date is absent, malformed or occurs twice",
            Self::InvalidExpires => "x-expires is not a number from 1 to 604800",
            Self::NotYetValid => "x-date is too far in the future",
            Self::Expired => "the signature has expired",
            Self::InvalidSignedHeaders => "the list of signed headers is invalid",
            Self::UnsignedHeader => "a header that must be signed is not signed",
            Self::UnsignedParameter => {
                "x-signedqueries does not list exactly the parameters of the url"
            }
            Self::RepeatedParameter => "a parameter of the presigned url occurs twice",
            Self::InvalidPayloadHash => "x-content-sha256 is absent or malformed",
            Self::UnknownAccessKey => "the access key id is unknown",
            Self::KeyMismatch => "the server used a key for another access key id or scope",
            Self::SignatureMismatch => "the signature does not match",
            Self::InvalidSessionToken => {
                "the session token is malformed or not that of the credentials"
            }
            Self::CredentialsExpired => "the credentials have expired",
            Self::PayloadMismatch => "the payload is not the payload that was signed",
            Self::UnsignedPayload => {
                "the request has a payload that the presigned url does not sign"
            }
            Self::Replayed => {
                "the request was seen before, or the replay guard may have forgotten it"
            }
            Self::ReplayGuardFailed => "the replay guard returned an error",
            Self::NoClock => "this platform has no clock, expected a time from Verifier::at",
        })
    }
}
