//! The error type, its kinds and its texts.
//!
//! A text says what is wrong and where: the caller passes the name of the field or header, or the
//! byte offset. A text never contains a secret, a session token or a query value, so that errors
//! can be logged.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

/// The reason why a request was not signed, or why a value could not be built.
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
    /// An access key id, secret access key or session token is empty, is too long, or contains an
    /// invalid byte. [`Credentials::from_env`](crate::Credentials::from_env) also returns this kind
    /// if a variable is not Unicode, or if only one key of a pair is set.
    InvalidCredentials,
    /// The credential source returned no credentials. The [`source`](StdError::source) of this
    /// error is the cause that was passed to [`Error::credentials_unavailable`], if any.
    CredentialsUnavailable,
    /// The credentials have expired at the signing time, or expire before the presigned URL does.
    CredentialsExpired,
    /// A region or service is empty, is too long, or contains an invalid byte. Or a credential
    /// scope is malformed, or its date is not the date of `X-Date`.
    InvalidScope,
    /// A time is outside the years 1970 to 9999, or a text is not a valid `X-Date`.
    InvalidTime,
    /// The platform has no clock, and [`Signer::at`](crate::Signer::at) was not used to set a time.
    NoClock,
    /// The URI or the `Host` header cannot be signed. Or the URI cannot be presigned, is too long,
    /// or would be rewritten by HTTP clients before they send it.
    InvalidUri,
    /// The query already contains `X-Signature`.
    AlreadyPresigned,
    /// Neither the `Host` header nor the URI has a host.
    MissingHost,
    /// [`Signer::with_allowed_hosts`](crate::Signer::with_allowed_hosts) does not allow the host.
    HostNotAllowed,
    /// An allowed host is neither a host name without a port nor `*.` followed by a host name.
    InvalidAllowedHost,
    /// A header that must be signed is missing or occurs more than once. Or a name in the list of
    /// headers to sign is invalid, is not in lower case, or is listed more than once.
    InvalidHeader,
    /// A header policy includes a header that is never signed, or excludes a header that is always
    /// signed.
    InvalidHeaderPolicy,
    /// The lifetime of a presigned URL is less than 1 second or more than 7 days.
    InvalidPresignOptions,
    /// The allowed clock skew of a verifier is more than 7 days, or
    /// [`allow_unsigned`](crate::Verifier::allow_unsigned) was called with a header that must be
    /// signed.
    InvalidVerifierOptions,
    /// The adapter cannot hash the body, because the body is a stream or is longer than the body
    /// limit. Or the body has trailers, which cannot be signed.
    StreamedBody,
    /// The HTTP client could not build the request. Its error is the
    /// [`source`](StdError::source) of this one.
    Client,
    /// The header map has no room for the headers that signing adds.
    TooManyHeaders,
    /// A text is not a valid `Authorization` value or not a valid signature, or a part of an
    /// [`Authorization`](crate::Authorization) is invalid.
    InvalidAuthorization,
}

impl Error {
    /// Returns the kind of this error.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Makes the error that a credential source returns if it has no credentials. Use it to
    /// implement [`ProvideCredentials`](crate::ProvideCredentials).
    ///
    /// `cause` becomes the [`source`](StdError::source) of the error. It is not part of the text.
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
        Self::new(ErrorKind::CredentialsUnavailable, text).with_source(cause)
    }

    pub(crate) fn new(kind: ErrorKind, text: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, text: text.into(), source: None }
    }

    /// Adds the error that caused this error, as its [`source`](StdError::source).
    pub(crate) fn with_source(self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { source: Some(cause.into()), ..self }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

// The source is left out, because its `Debug` output could contain a secret.
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
    pub(crate) fn invalid_length(
        kind: ErrorKind,
        field: &str,
        found: usize,
        max_length: usize,
    ) -> Self {
        Self::new(kind, format!("{field} has {found} bytes, expected 1 to {max_length}"))
    }

    pub(crate) fn invalid_byte(
        kind: ErrorKind,
        field: &str,
        offset: usize,
        expected: &str,
    ) -> Self {
        Self::new(
            kind,
            format!("{field} has an invalid byte at offset {offset}, expected {expected}"),
        )
    }

    pub(crate) fn not_unicode(variable: &str) -> Self {
        Self::new(ErrorKind::InvalidCredentials, format!("{variable} is not valid unicode"))
    }

    pub(crate) fn missing_variable(set: &str, missing: &str) -> Self {
        Self::new(ErrorKind::InvalidCredentials, format!("{set} is set, but {missing} is not"))
    }

    pub(crate) fn no_credentials_in_environment(id: &str, secret: &str) -> Self {
        Self::new(
            ErrorKind::CredentialsUnavailable,
            format!(
                "the environment has no credentials, expected {id} and {secret} or another \
                 supported pair"
            ),
        )
    }

    pub(crate) fn credentials_not_set() -> Self {
        Self::new(ErrorKind::CredentialsUnavailable, "the rotating credentials are not set yet")
    }

    pub(crate) fn credentials_expired() -> Self {
        Self::new(ErrorKind::CredentialsExpired, "the credentials have expired")
    }

    pub(crate) fn credentials_expire_before_url() -> Self {
        Self::new(
            ErrorKind::CredentialsExpired,
            "the credentials expire before the presigned url does",
        )
    }
}

/// Time and credential scope.
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

    pub(crate) fn scope_date_mismatch(found: &str, expected: &str) -> Self {
        Self::new(
            ErrorKind::InvalidScope,
            format!("the credential scope has the date {found}, expected {expected} as in x-date"),
        )
    }
}

/// The URI, presigning, and the settings of a signer and a verifier.
impl Error {
    pub(crate) fn malformed_escape(component: &str, offset: usize) -> Self {
        Self::invalid_uri(format!("malformed percent escape in {component} at byte {offset}"))
    }

    pub(crate) fn escaped_slash(offset: usize) -> Self {
        Self::invalid_uri(format!("escaped slash in path at byte {offset} cannot be signed"))
    }

    pub(crate) fn target_is_not_a_path(form: &'static str) -> Self {
        Self::invalid_uri(format!("the request target is in {form}-form, expected a path"))
    }

    pub(crate) fn user_info_in_uri() -> Self {
        Self::invalid_uri("the uri contains user info, which cannot be signed")
    }

    pub(crate) fn invalid_host(problem: &'static str) -> Self {
        Self::invalid_uri(format!("the host {problem}"))
    }

    pub(crate) fn path_that_clients_rewrite(what: &str, offset: usize) -> Self {
        Self::invalid_uri(format!("{what} in path at byte {offset}, which clients rewrite"))
    }

    pub(crate) fn rewritten_uri_too_long() -> Self {
        Self::invalid_uri("the uri is too long after percent encoding")
    }

    pub(crate) fn presigned_url_too_long() -> Self {
        Self::invalid_uri("the presigned url would be longer than 65534 bytes")
    }

    pub(crate) fn invalid_scheme() -> Self {
        Self::invalid_uri("the scheme is neither http nor https")
    }

    pub(crate) fn reserved_query_key(key: &'static str) -> Self {
        Self::invalid_uri(format!("query key \"{key}\" is reserved for presigning"))
    }

    // Do not print a key that the caller chose: after a raw "&" in a value, the rest of the value
    // looks like a key. The reserved keys above are safe to print.
    pub(crate) fn invalid_query_key(problem: &'static str) -> Self {
        Self::invalid_uri(format!("a query key {problem}"))
    }

    pub(crate) fn invalid_presign_lifetime() -> Self {
        Self::new(
            ErrorKind::InvalidPresignOptions,
            "the lifetime of a presigned url is outside 1 second to 7 days",
        )
    }

    pub(crate) fn max_skew_too_long() -> Self {
        Self::new(ErrorKind::InvalidVerifierOptions, "the allowed skew is more than 7 days")
    }

    pub(crate) fn must_be_signed(name: &str) -> Self {
        Self::new(
            ErrorKind::InvalidVerifierOptions,
            format!("header \"{name}\" must be signed and cannot be allowed unsigned"),
        )
    }

    pub(crate) fn already_presigned() -> Self {
        Self::new(ErrorKind::AlreadyPresigned, "the query already contains X-Signature")
    }

    pub(crate) fn missing_host() -> Self {
        Self::new(ErrorKind::MissingHost, "neither the host header nor the uri has a host")
    }

    pub(crate) fn host_not_allowed() -> Self {
        Self::new(ErrorKind::HostNotAllowed, "the host is not among the allowed hosts")
    }

    pub(crate) fn invalid_allowed_host(index: usize) -> Self {
        Self::new(
            ErrorKind::InvalidAllowedHost,
            format!(
                "the allowed host at index {index} is invalid, expected a host name without a \
                 port, or \"*.\" and a host name"
            ),
        )
    }

    fn invalid_uri(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InvalidUri, text)
    }
}

/// Headers and the authorization value.
impl Error {
    pub(crate) fn repeated_header(name: &str) -> Self {
        Self::invalid_header(name, "occurs more than once and cannot be signed")
    }

    pub(crate) fn missing_header(name: &str) -> Self {
        Self::invalid_header(name, "is listed as signed, but is missing from the request")
    }

    pub(crate) fn header_listed_more_than_once(name: &str) -> Self {
        Self::invalid_header(name, "is listed more than once")
    }

    pub(crate) fn invalid_signature_header() -> Self {
        Self::new(ErrorKind::InvalidHeader, "a header that signing adds has an invalid value")
    }

    pub(crate) fn invalid_header_name(index: usize) -> Self {
        Self::new(
            ErrorKind::InvalidHeader,
            format!("the signed header at index {index} is not a valid header name in lower case"),
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
        Self::new(
            ErrorKind::TooManyHeaders,
            "the header map has no room for the headers that signing adds",
        )
    }

    pub(crate) fn invalid_authorization(problem: &'static str) -> Self {
        Self::new(ErrorKind::InvalidAuthorization, problem)
    }

    fn invalid_header(name: &str, problem: &str) -> Self {
        Self::new(ErrorKind::InvalidHeader, format!("header \"{name}\" {problem}"))
    }
}
