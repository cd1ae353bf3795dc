//! Parses the signature of a request and the values that belong to it: access key id, credential
//! scope, date, signed headers.
//!
//! In: headers and query. Out: [`PresentedSignature`], parsed but not checked. This module uses
//! neither a key nor a clock.

use std::borrow::Cow;
use std::time::Duration;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use zeroize::Zeroizing;

use super::limits;
use super::rejected::{RejectReason, Rejected};
use crate::error::Error;
use crate::field::check_session_token;
use crate::protocol::authorization::{RawAuthorization, parse_credential};
use crate::protocol::canonical::Query;
use crate::protocol::scope::CredentialScope;
use crate::protocol::signature::Signature;
use crate::protocol::timestamp::XDate;
use crate::protocol::{ALGORITHM, header, query_parameter};

/// The signature of a request and the values that belong to it. None of them is checked yet.
pub(super) struct PresentedSignature<'a> {
    pub(super) location: SignatureLocation,
    pub(super) access_key_id: String,
    pub(super) scope: CredentialScope,
    pub(super) x_date: XDate,
    pub(super) expires_in: Option<Duration>,
    signed_headers: Cow<'a, str>,
    pub(super) session_token: Option<Zeroizing<String>>,
    pub(super) signature: Signature,
}

/// Which part of a request contains its signature.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum SignatureLocation {
    Header,
    Query,
}

impl<'a> PresentedSignature<'a> {
    /// Parses the signature in the `Authorization` header or in the query.
    pub(super) fn parse(headers: &'a HeaderMap, query: &Query<'a>) -> Result<Self, Rejected> {
        let conflict = RejectReason::ConflictingAuthentication;
        let authorization = header::single_value(headers, AUTHORIZATION)
            .map_err(|_| Rejected::new(conflict, "header \"authorization\" occurs twice"))?;
        match (authorization, query.has_key(query_parameter::X_SIGNATURE)) {
            (Some(authorization), false) => Self::parse_header(authorization, headers, query),
            (None, true) => Self::parse_query(query),
            (Some(_), true) => Err(conflict.into()),
            (None, false) if query.has_key(query_parameter::X_CREDENTIAL) => {
                Err(RejectReason::MissingSignature.into())
            }
            (None, false) => Err(RejectReason::MissingAuthentication.into()),
        }
    }

    fn parse_header(
        authorization: &'a [u8],
        headers: &'a HeaderMap,
        query: &Query<'a>,
    ) -> Result<Self, Rejected> {
        let malformed = RejectReason::MalformedAuthorization;
        let authorization = std::str::from_utf8(authorization).map_err(|_| malformed)?;
        if authorization.split(' ').next() != Some(ALGORITHM) {
            return Err(RejectReason::UnsupportedAlgorithm.into());
        }
        let written = RawAuthorization::new(authorization).map_err(|error| {
            let has_signature = authorization.contains("Signature=");
            rejected(if has_signature { malformed } else { RejectReason::MissingSignature }, &error)
        })?;
        limits::check_signed_headers(written.signed_headers)?;
        let (access_key_id, scope) = parse_access_key_id_and_scope(written.credential)?;
        let reason = RejectReason::InvalidSessionToken;
        let token = sole_header_text(headers, header::X_SECURITY_TOKEN, reason)?;
        let date = sole_header_text(headers, header::X_DATE, RejectReason::InvalidTime)?;
        let lifetime = |value: Cow<'_, [u8]>| parse_lifetime(std::str::from_utf8(&value).ok()?);
        Ok(Self {
            location: SignatureLocation::Header,
            access_key_id,
            scope,
            x_date: parse_x_date(date)?,
            // X-Expires belongs to presigned URLs. In a request with a header signature, an invalid
            // value is ignored, and a valid value can only shorten the lifetime.
            expires_in: query.values(query_parameter::X_EXPIRES).filter_map(lifetime).min(),
            signed_headers: written.signed_headers.into(),
            session_token: token
                .map(|token| checked_session_token(token.to_owned()))
                .transpose()?,
            signature: written.signature.parse().map_err(|error| rejected(malformed, &error))?,
        })
    }

    fn parse_query(query: &Query<'a>) -> Result<Self, Rejected> {
        let malformed = RejectReason::MalformedAuthorization;
        if parameter_text(query, query_parameter::X_ALGORITHM, malformed)?.as_deref()
            != Some(ALGORITHM)
        {
            return Err(RejectReason::UnsupportedAlgorithm.into());
        }
        let signed_headers = parameter_text(query, query_parameter::X_SIGNED_HEADERS, malformed)?
            .ok_or_else(|| absent(malformed, query_parameter::X_SIGNED_HEADERS))?;
        limits::check_signed_headers(&signed_headers)?;
        let reason = RejectReason::MalformedCredential;
        let written = parameter_text(query, query_parameter::X_CREDENTIAL, reason)?
            .ok_or_else(|| absent(reason, query_parameter::X_CREDENTIAL))?;
        let (access_key_id, scope) = parse_access_key_id_and_scope(&written)?;
        // The token is wiped on drop from here on: the checks below can refuse the request.
        let reason = RejectReason::InvalidSessionToken;
        let session_token = parameter_text(query, query_parameter::X_SECURITY_TOKEN, reason)?
            .map(|token| checked_session_token(token.into_owned()))
            .transpose()?;
        let date = parameter_text(query, query_parameter::X_DATE, RejectReason::InvalidTime)?;
        let expires = RejectReason::InvalidExpires;
        let seconds = parameter_text(query, query_parameter::X_EXPIRES, expires)?;
        let signature =
            parameter_text(query, query_parameter::X_SIGNATURE, malformed)?.unwrap_or_default();
        Ok(Self {
            location: SignatureLocation::Query,
            access_key_id,
            scope,
            x_date: parse_x_date(date.as_deref())?,
            expires_in: seconds
                .map(|seconds| parse_lifetime(&seconds).ok_or(expires))
                .transpose()?,
            signed_headers,
            session_token,
            signature: signature.parse().map_err(|error| rejected(malformed, &error))?,
        })
    }

    /// Returns the names of the signed headers. The list of a presigned URL may be empty.
    pub(super) fn signed_headers(&self) -> impl Iterator<Item = &str> {
        let has_names =
            !self.signed_headers.is_empty() || self.location == SignatureLocation::Header;
        has_names.then(|| self.signed_headers.split(';')).into_iter().flatten()
    }
}

fn rejected(reason: RejectReason, error: &Error) -> Rejected {
    Rejected::new(reason, error.to_string())
}

fn absent(reason: RejectReason, name: &str) -> Rejected {
    Rejected::new(reason, format!("{name} is absent"))
}

fn parse_access_key_id_and_scope(text: &str) -> Result<(String, CredentialScope), Rejected> {
    let (access_key_id, scope) = parse_credential(text)
        .map_err(|error| rejected(RejectReason::MalformedCredential, &error))?;
    Ok((access_key_id.to_owned(), scope))
}

fn parse_x_date(text: Option<&str>) -> Result<XDate, Rejected> {
    let reason = RejectReason::InvalidTime;
    text.ok_or_else(|| absent(reason, header::X_DATE))?
        .parse()
        .map_err(|error| rejected(reason, &error))
}

fn checked_session_token(token: String) -> Result<Zeroizing<String>, Rejected> {
    let token = Zeroizing::new(token);
    check_session_token(header::X_SECURITY_TOKEN, &token)
        .map_err(|error| rejected(RejectReason::InvalidSessionToken, &error))?;
    Ok(token)
}

/// Parses the value of `X-Expires`: a number of seconds without a sign or leading zeros.
fn parse_lifetime(text: &str) -> Option<Duration> {
    let seconds = text.parse().ok().filter(|seconds: &u64| seconds.to_string() == text)?;
    (1..=query_parameter::MAX_EXPIRES).contains(&seconds).then_some(Duration::from_secs(seconds))
}

/// Returns the value of the header `name`, or `None` if the header is absent. Refuses a header that
/// occurs twice, and a value that is not UTF-8.
fn sole_header_text<'a>(
    headers: &'a HeaderMap,
    name: &str,
    reason: RejectReason,
) -> Result<Option<&'a str>, Rejected> {
    let value = header::single_value(headers, name)
        .map_err(|_| Rejected::new(reason, format!("header \"{name}\" occurs twice")))?;
    value.map(|value| std::str::from_utf8(value).map_err(|_| reason.into())).transpose()
}

/// Returns the value of the first parameter called `key`, or `None` if there is none. Refuses a
/// value that is not UTF-8, and wipes it, because it can contain a session token. Repeated
/// parameters are refused later.
fn parameter_text<'a>(
    query: &Query<'a>,
    key: &str,
    reason: RejectReason,
) -> Result<Option<Cow<'a, str>>, Rejected> {
    let text = match query.values(key).next() {
        None => return Ok(None),
        Some(Cow::Borrowed(bytes)) => std::str::from_utf8(bytes).map(Cow::Borrowed).ok(),
        Some(Cow::Owned(bytes)) => String::from_utf8(bytes)
            .map(Cow::Owned)
            .map_err(|error| drop(Zeroizing::new(error.into_bytes())))
            .ok(),
    };
    Ok(Some(text.ok_or(reason)?))
}
