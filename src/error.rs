//! What can go wrong, and the text a person reads when it does.
//!
//! The kinds and the sentences are here; the check that fails adds a field, a header or a byte
//! offset. A text never contains the value, so that errors can be logged.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

/// Why a request was not signed, or a protocol object not built.
///
/// `Display` and `Debug` contain no secret, session token, signing key or query value. After an
/// error the request is unchanged.
pub struct Error {
    kind: ErrorKind,
    text: Cow<'static, str>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of [`Error`], for code that reacts to some of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An access key id, secret access key or session token has a wrong length or byte, or the
    /// environment has only one key of a pair.
    InvalidCredentials,
    /// The credential source has no credentials; [`source`](StdError::source) is its own error.
    CredentialsUnavailable,
    /// The credentials have expired by the signing time, or will expire before the presigned URL
    /// does.
    CredentialsExpired,
    /// A region, service or credential scope has a wrong length or byte, or the scope has another
    /// date than `X-Date`.
    InvalidScope,
    /// A time is outside the years 1970 to 9999, or a text is no `X-Date`.
    InvalidTime,
    /// The platform has no clock and [`Signer::at`](crate::Signer::at) set no time.
    NoClock,
    /// The request target cannot be signed, or HTTP clients would rewrite it before sending.
    InvalidUri,
    /// The query already has a presigned signature.
    AlreadyPresigned,
    /// Neither the `Host` header nor the URI has a host.
    MissingHost,
    /// [`Signer::with_allowed_hosts`](crate::Signer::with_allowed_hosts) does not allow the host.
    HostNotAllowed,
    /// A host to allow is neither a name without a port nor `*.` and such a name.
    InvalidAllowedHost,
    /// A header to sign is absent, repeated or listed twice, or its name is not in lower case.
    InvalidHeader,
    /// A header policy includes a header that is never signed, or excludes one that is always
    /// signed.
    InvalidHeaderPolicy,
    /// The life of a presigned URL is not 1 second to 7 days.
    InvalidPresignOptions,
    /// The allowed skew of a verifier is more than 7 days, or a header that must be signed is to be
    /// allowed unsigned.
    InvalidVerifierOptions,
    /// The hash of the body is not known: it is a stream, is longer than an adapter reads, or has
    /// trailers.
    StreamedBody,
    /// The HTTP client could not build the request; [`source`](StdError::source) is its own error.
    Client,
    /// The header map has no room for the headers of the signature.
    TooManyHeaders,
    /// A text is not an `Authorization` of this protocol, or not a signature.
    InvalidAuthorization,
}

impl Error {
    /// Returns what kind of error this is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Makes the error of a failed credential source, for implementors of
    /// [`ProvideCredentials`](crate::ProvideCredentials).
    ///
    /// `cause` becomes the [`source`](StdError::source) and is not part of the text.
    ///
    /// ```
    /// use std::error::Error as _;
    /// use volcengine_sigv4::{Error, ErrorKind};
    ///
    /// let error = Error::credentials_unavailable(std::io::Error::other("vault is sealed"));
    /// assert_eq!(error.kind(), ErrorKind::CredentialsUnavailable);
    /// assert_eq!(error.to_string(), "the credential source gave no credentials");
    /// assert_eq!(error.source().unwrap().to_string(), "vault is sealed");
    /// ```
    pub fn credentials_unavailable(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let text = "the credential source gave no credentials";
        Self::new(ErrorKind::CredentialsUnavailable, text).because(cause)
    }

    pub(crate) fn new(kind: ErrorKind, text: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, text: text.into(), source: None }
    }

    /// Adds the error that caused this one.
    pub(crate) fn because(self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { source: Some(cause.into()), ..self }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

// Without the source, whose `Debug` could print a secret.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind)
            .field("text", &self.text)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// Credentials, region and service.
impl Error {
    pub(crate) fn length(kind: ErrorKind, field: &str, found: usize, most: usize) -> Self {
        Self::new(kind, format!("{field} has {found} bytes, expected 1 to {most}"))
    }

    pub(crate) fn byte(kind: ErrorKind, field: &str, offset: usize, expected: &str) -> Self {
        Self::new(
            kind,
            format!("{field} has an invalid byte at offset {offset}, expected {expected}"),
        )
    }

    pub(crate) fn not_unicode(variable: &str) -> Self {
        Self::new(ErrorKind::InvalidCredentials, format!("{variable} is not valid unicode"))
    }

    pub(crate) fn half_a_pair(set: &str, missing: &str) -> Self {
        Self::new(ErrorKind::InvalidCredentials, format!("{set} is set, but {missing} is not"))
    }

    pub(crate) fn no_variables(first: &str) -> Self {
        Self::new(
            ErrorKind::CredentialsUnavailable,
            format!("the environment holds no credentials, expected {first} or another known pair"),
        )
    }

    pub(crate) fn not_set() -> Self {
        Self::new(ErrorKind::CredentialsUnavailable, "the rotating credentials are not set yet")
    }

    pub(crate) fn expired() -> Self {
        Self::new(ErrorKind::CredentialsExpired, "the credentials have expired")
    }

    pub(crate) fn outlived() -> Self {
        Self::new(ErrorKind::CredentialsExpired, "the presigned url would outlive the credentials")
    }
}

/// Time and scope.
impl Error {
    pub(crate) fn time_out_of_range() -> Self {
        Self::new(ErrorKind::InvalidTime, "the time is outside the years 1970 to 9999")
    }

    pub(crate) fn malformed_x_date() -> Self {
        Self::new(ErrorKind::InvalidTime, "malformed x-date, expected YYYYMMDDTHHMMSSZ")
    }

    pub(crate) fn no_clock() -> Self {
        Self::new(ErrorKind::NoClock, "this platform has no clock, expected a time from Signer::at")
    }

    pub(crate) fn malformed_scope() -> Self {
        Self::new(
            ErrorKind::InvalidScope,
            "malformed credential scope, expected YYYYMMDD/region/service/request",
        )
    }

    pub(crate) fn scope_date(found: &str, expected: &str) -> Self {
        Self::new(
            ErrorKind::InvalidScope,
            format!("the credential scope has the date {found}, expected {expected} as in x-date"),
        )
    }
}

/// The request target.
impl Error {
    pub(crate) fn malformed_escape(component: &str, offset: usize) -> Self {
        Self::uri(format!("malformed percent escape in {component} at byte {offset}"))
    }

    pub(crate) fn escaped_slash(offset: usize) -> Self {
        Self::uri(format!("escaped slash in path at byte {offset} cannot be signed"))
    }

    pub(crate) fn not_a_path(form: &'static str) -> Self {
        Self::uri(format!("the request target is in {form}-form, expected a path"))
    }

    pub(crate) fn user_info() -> Self {
        Self::uri("the uri holds user info, which cannot be signed")
    }

    pub(crate) fn host(problem: &'static str) -> Self {
        Self::uri(format!("the host {problem}"))
    }

    pub(crate) fn path_that_clients_rewrite(what: &str, offset: usize) -> Self {
        Self::uri(format!("{what} in path at byte {offset}, which clients rewrite"))
    }

    pub(crate) fn rewritten_uri() -> Self {
        Self::uri("the uri is too long once escaped as clients send it")
    }

    pub(crate) fn presigned_url_too_long() -> Self {
        Self::uri("the presigned url would be longer than 65534 bytes")
    }

    pub(crate) fn scheme() -> Self {
        Self::uri("the scheme is neither http nor https")
    }

    pub(crate) fn key_of_presigning(key: &'static str) -> Self {
        Self::uri(format!("query key \"{key}\" is written by presigning"))
    }

    // A raw "&" in a value turns part of it into a "key": never print keys.
    pub(crate) fn query_key(problem: &'static str) -> Self {
        Self::uri(format!("a query key {problem}"))
    }

    pub(crate) fn presign_life() -> Self {
        Self::new(
            ErrorKind::InvalidPresignOptions,
            "the life of a presigned url is outside 1 second to 7 days",
        )
    }

    pub(crate) fn max_skew() -> Self {
        Self::new(ErrorKind::InvalidVerifierOptions, "the allowed skew is more than 7 days")
    }

    pub(crate) fn never_unsigned(name: &str) -> Self {
        Self::new(
            ErrorKind::InvalidVerifierOptions,
            format!("header \"{name}\" must be signed and cannot be allowed unsigned"),
        )
    }

    pub(crate) fn already_presigned() -> Self {
        Self::new(ErrorKind::AlreadyPresigned, "the query already holds X-Signature")
    }

    pub(crate) fn missing_host() -> Self {
        Self::new(ErrorKind::MissingHost, "neither the host header nor the uri names a host")
    }

    pub(crate) fn host_not_allowed() -> Self {
        Self::new(ErrorKind::HostNotAllowed, "the host is not among the allowed hosts")
    }

    pub(crate) fn host_pattern(index: usize) -> Self {
        Self::new(
            ErrorKind::InvalidAllowedHost,
            format!(
                "the allowed host at index {index} is neither a name without a port nor \"*.\" \
                 and a name"
            ),
        )
    }

    fn uri(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InvalidUri, text)
    }
}

/// Headers and the authorization.
impl Error {
    pub(crate) fn repeated_header(name: &str) -> Self {
        Self::header(name, "occurs twice and cannot be signed")
    }

    pub(crate) fn absent_header(name: &str) -> Self {
        Self::header(name, "is to be signed, but the request has none")
    }

    pub(crate) fn header_listed_twice(name: &str) -> Self {
        Self::header(name, "is listed twice")
    }

    pub(crate) fn unsendable_header() -> Self {
        Self::new(ErrorKind::InvalidHeader, "a header of the signature cannot be sent")
    }

    pub(crate) fn header_name(index: usize) -> Self {
        Self::new(
            ErrorKind::InvalidHeader,
            format!("signed header {index} is no header name in lower case"),
        )
    }

    pub(crate) fn never_signed(name: &str) -> Self {
        Self::new(
            ErrorKind::InvalidHeaderPolicy,
            format!("header \"{name}\" is never signed and cannot be included"),
        )
    }

    pub(crate) fn always_signed(name: &str) -> Self {
        Self::new(
            ErrorKind::InvalidHeaderPolicy,
            format!("header \"{name}\" is always signed and cannot be excluded"),
        )
    }

    pub(crate) fn too_many_headers() -> Self {
        Self::new(ErrorKind::TooManyHeaders, "the header map has no room for the signature")
    }

    pub(crate) fn authorization(problem: &'static str) -> Self {
        Self::new(ErrorKind::InvalidAuthorization, problem)
    }

    fn header(name: &str, problem: &str) -> Self {
        Self::new(ErrorKind::InvalidHeader, format!("header \"{name}\" {problem}"))
    }
}
