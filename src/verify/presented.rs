//! What a request says about its own signature: who made it, when, over which headers.
//!
//! In: headers and query. Out: [`Presented`], parsed and not proven. Knows no key and no time.

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

/// The signature of a request and what it was made with, none of it proven.
pub(super) struct Presented<'a> {
    pub(super) place: Place,
    pub(super) access_key_id: String,
    pub(super) scope: CredentialScope,
    pub(super) x_date: XDate,
    pub(super) expires_in: Option<Duration>,
    signed_headers: Cow<'a, str>,
    pub(super) session_token: Option<Zeroizing<String>>,
    pub(super) signature: Signature,
}

/// Where a request has its signature.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    Header,
    Query,
}

impl<'a> Presented<'a> {
    pub(super) fn of(headers: &'a HeaderMap, query: &Query<'a>) -> Result<Self, Rejected> {
        let conflict = RejectReason::ConflictingAuthentication;
        let authorization = header::single_value(headers, AUTHORIZATION)
            .map_err(|_| Rejected::new(conflict, "header \"authorization\" occurs twice"))?;
        match (authorization, query.has_key(query_parameter::X_SIGNATURE)) {
            (Some(authorization), false) => Self::in_header(authorization, headers, query),
            (None, true) => Self::in_query(query),
            (Some(_), true) => Err(conflict.into()),
            (None, false) if query.has_key(query_parameter::X_CREDENTIAL) => {
                Err(RejectReason::MissingSignature.into())
            }
            (None, false) => Err(RejectReason::MissingAuthentication.into()),
        }
    }

    fn in_header(
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
            because(if has_signature { malformed } else { RejectReason::MissingSignature }, &error)
        })?;
        limits::check_signed_headers(written.signed_headers)?;
        let (access_key_id, scope) = credential(written.credential)?;
        let token = text_of(headers, header::X_SECURITY_TOKEN, RejectReason::InvalidSessionToken)?;
        let life = |value: Cow<'_, [u8]>| life(std::str::from_utf8(&value).ok()?);
        Ok(Self {
            place: Place::Header,
            access_key_id,
            scope,
            x_date: x_date(text_of(headers, header::X_DATE, RejectReason::InvalidTime)?)?,
            // Beside signed headers it is a parameter like any other: an invalid value is ignored.
            expires_in: query.values(query_parameter::X_EXPIRES).filter_map(life).min(),
            signed_headers: written.signed_headers.into(),
            session_token: token.map(|token| session_token(token.to_owned())).transpose()?,
            signature: written.signature.parse().map_err(|error| because(malformed, &error))?,
        })
    }

    fn in_query(query: &Query<'a>) -> Result<Self, Rejected> {
        let malformed = RejectReason::MalformedAuthorization;
        if value(query, query_parameter::X_ALGORITHM, malformed)?.as_deref() != Some(ALGORITHM) {
            return Err(RejectReason::UnsupportedAlgorithm.into());
        }
        let signed_headers = value(query, query_parameter::X_SIGNED_HEADERS, malformed)?
            .ok_or_else(|| absent(malformed, query_parameter::X_SIGNED_HEADERS))?;
        limits::check_signed_headers(&signed_headers)?;
        let reason = RejectReason::MalformedCredential;
        let written = value(query, query_parameter::X_CREDENTIAL, reason)?
            .ok_or_else(|| absent(reason, query_parameter::X_CREDENTIAL))?;
        let (access_key_id, scope) = credential(&written)?;
        let token =
            value(query, query_parameter::X_SECURITY_TOKEN, RejectReason::InvalidSessionToken)?;
        let date = value(query, query_parameter::X_DATE, RejectReason::InvalidTime)?;
        let expires = RejectReason::InvalidExpires;
        let seconds = value(query, query_parameter::X_EXPIRES, expires)?;
        let signature = value(query, query_parameter::X_SIGNATURE, malformed)?.unwrap_or_default();
        Ok(Self {
            place: Place::Query,
            access_key_id,
            scope,
            x_date: x_date(date.as_deref())?,
            expires_in: seconds.map(|seconds| life(&seconds).ok_or(expires)).transpose()?,
            signed_headers,
            session_token: token.map(|token| session_token(token.into_owned())).transpose()?,
            signature: signature.parse().map_err(|error| because(malformed, &error))?,
        })
    }

    /// Returns the names of the list. That of a presigned URL may be empty.
    pub(super) fn signed_headers(&self) -> impl Iterator<Item = &str> {
        let is_list = !self.signed_headers.is_empty() || self.place == Place::Header;
        is_list.then(|| self.signed_headers.split(';')).into_iter().flatten()
    }
}

fn because(reason: RejectReason, error: &Error) -> Rejected {
    Rejected::new(reason, error.to_string())
}

fn absent(reason: RejectReason, name: &str) -> Rejected {
    Rejected::new(reason, format!("{name} is absent"))
}

fn credential(text: &str) -> Result<(String, CredentialScope), Rejected> {
    let (access_key_id, scope) = parse_credential(text)
        .map_err(|error| because(RejectReason::MalformedCredential, &error))?;
    Ok((access_key_id.to_owned(), scope))
}

fn x_date(text: Option<&str>) -> Result<XDate, Rejected> {
    let reason = RejectReason::InvalidTime;
    text.ok_or_else(|| absent(reason, header::X_DATE))?
        .parse()
        .map_err(|error| because(reason, &error))
}

fn session_token(token: String) -> Result<Zeroizing<String>, Rejected> {
    let token = Zeroizing::new(token);
    check_session_token(header::X_SECURITY_TOKEN, &token)
        .map_err(|error| because(RejectReason::InvalidSessionToken, &error))?;
    Ok(token)
}

/// Parses `X-Expires`: seconds, without a sign and leading zeros.
fn life(text: &str) -> Option<Duration> {
    let seconds = text.parse().ok().filter(|seconds: &u64| seconds.to_string() == text)?;
    (1..=query_parameter::MAX_EXPIRES).contains(&seconds).then_some(Duration::from_secs(seconds))
}

/// Returns the value of a header that may be absent, may not be repeated, and must be text.
fn text_of<'a>(
    headers: &'a HeaderMap,
    name: &str,
    reason: RejectReason,
) -> Result<Option<&'a str>, Rejected> {
    let value = header::single_value(headers, name)
        .map_err(|_| Rejected::new(reason, format!("header \"{name}\" occurs twice")))?;
    value.map(|value| std::str::from_utf8(value).map_err(|_| reason.into())).transpose()
}

/// Returns the value of a parameter that may be absent and must be text.
fn value<'a>(
    query: &Query<'a>,
    key: &str,
    reason: RejectReason,
) -> Result<Option<Cow<'a, str>>, Rejected> {
    let text = match query.values(key).next() {
        None => return Ok(None),
        Some(Cow::Borrowed(bytes)) => std::str::from_utf8(bytes).map(Cow::Borrowed).ok(),
        Some(Cow::Owned(bytes)) => String::from_utf8(bytes).map(Cow::Owned).ok(),
    };
    Ok(Some(text.ok_or(reason)?))
}
