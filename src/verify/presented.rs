//! What a request says about its own signature: who made it, when, over which headers.
//!
//! In: headers and query. Out: [`Presented`], read and not proven; nothing here knows a key or the
//! time.

use std::borrow::Cow;
use std::time::Duration;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use zeroize::Zeroizing;

use super::rejected::RejectReason;
use super::{MOST_SIGNED_HEADERS, has_more};
use crate::credentials::check_session_token;
use crate::protocol::authorization::{WrittenAuthorization, parse_credential};
use crate::protocol::canonical::{Query, sole_value};
use crate::protocol::query_parameter::{
    LONGEST_LIFE, X_ALGORITHM, X_CREDENTIAL, X_EXPIRES, X_SIGNATURE, X_SIGNED_HEADERS,
};
use crate::protocol::scope::CredentialScope;
use crate::protocol::signature::Signature;
use crate::protocol::timestamp::XDate;
use crate::protocol::{ALGORITHM, X_DATE, X_SECURITY_TOKEN, query_parameter};

/// The signature of a request with its particulars, none of which is proven.
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
    pub(super) fn of(headers: &'a HeaderMap, query: &Query<'a>) -> Result<Self, RejectReason> {
        let authorization = sole_value(headers, AUTHORIZATION)
            .map_err(|_| RejectReason::ConflictingAuthentication)?;
        match (authorization, query.has_key(X_SIGNATURE)) {
            (Some(authorization), false) => Self::in_header(authorization, headers, query),
            (None, true) => Self::in_query(query),
            (Some(_), true) => Err(RejectReason::ConflictingAuthentication),
            (None, false) if query.has_key(X_CREDENTIAL) => Err(RejectReason::MissingSignature),
            (None, false) => Err(RejectReason::MissingAuthentication),
        }
    }

    fn in_header(
        authorization: &'a [u8],
        headers: &'a HeaderMap,
        query: &Query<'a>,
    ) -> Result<Self, RejectReason> {
        let malformed = RejectReason::MalformedAuthorization;
        let authorization = std::str::from_utf8(authorization).map_err(|_| malformed)?;
        if !authorization.starts_with(ALGORITHM) {
            return Err(RejectReason::UnsupportedAlgorithm);
        }
        let written = WrittenAuthorization::new(authorization).map_err(|_| {
            if authorization.contains("Signature=") {
                malformed
            } else {
                RejectReason::MissingSignature
            }
        })?;
        let signed_headers = list(written.signed_headers.into())?;
        let (access_key_id, scope) =
            parse_credential(written.credential).map_err(|_| RejectReason::MalformedCredential)?;
        let header = |name, reason| match sole_value(headers, name) {
            Ok(Some(value)) => std::str::from_utf8(value).map(Some).map_err(|_| reason),
            Ok(None) => Ok(None),
            Err(_) => Err(reason),
        };
        let token = header(X_SECURITY_TOKEN, RejectReason::InvalidSessionToken)?;
        let life = |value: Cow<'_, [u8]>| life(std::str::from_utf8(&value).ok()?);
        Ok(Self {
            place: Place::Header,
            access_key_id: access_key_id.to_owned(),
            scope,
            x_date: x_date(header(X_DATE, RejectReason::InvalidDate)?)?,
            // A parameter like any other; what is no life says nothing.
            expires_in: query.values(X_EXPIRES).filter_map(life).min(),
            signed_headers,
            session_token: token.map(|token| session_token(token.to_owned())).transpose()?,
            signature: written.signature.parse().map_err(|_| malformed)?,
        })
    }

    fn in_query(query: &Query<'a>) -> Result<Self, RejectReason> {
        let malformed = RejectReason::MalformedAuthorization;
        if value(query, X_ALGORITHM, malformed)?.as_deref() != Some(ALGORITHM) {
            return Err(RejectReason::UnsupportedAlgorithm);
        }
        let signed_headers = list(value(query, X_SIGNED_HEADERS, malformed)?.ok_or(malformed)?)?;
        let credential =
            value(query, X_CREDENTIAL, RejectReason::MalformedCredential)?.unwrap_or_default();
        let (access_key_id, scope) =
            parse_credential(&credential).map_err(|_| RejectReason::MalformedCredential)?;
        let token = query_parameter::X_SECURITY_TOKEN;
        let token = value(query, token, RejectReason::InvalidSessionToken)?;
        let session_token = token.map(|token| session_token(token.into_owned())).transpose()?;
        let date = value(query, query_parameter::X_DATE, RejectReason::InvalidDate)?;
        let seconds = value(query, X_EXPIRES, RejectReason::InvalidExpires)?;
        let life = |seconds: Cow<'_, str>| life(&seconds).ok_or(RejectReason::InvalidExpires);
        let signature = value(query, X_SIGNATURE, malformed)?.unwrap_or_default();
        Ok(Self {
            place: Place::Query,
            access_key_id: access_key_id.to_owned(),
            scope,
            x_date: x_date(date.as_deref())?,
            expires_in: seconds.map(life).transpose()?,
            signed_headers,
            session_token,
            signature: signature.parse().map_err(|_| malformed)?,
        })
    }

    /// The names of the list, of which a presigned URL may have none.
    pub(super) fn signed_headers(&self) -> impl Iterator<Item = &str> {
        let is_list = !self.signed_headers.is_empty() || self.place == Place::Header;
        is_list.then(|| self.signed_headers.split(';')).into_iter().flatten()
    }
}

fn x_date(text: Option<&str>) -> Result<XDate, RejectReason> {
    text.and_then(|text| text.parse().ok()).ok_or(RejectReason::InvalidDate)
}

fn session_token(token: String) -> Result<Zeroizing<String>, RejectReason> {
    let token = Zeroizing::new(token);
    check_session_token(X_SECURITY_TOKEN, &token).map_err(|_| RejectReason::InvalidSessionToken)?;
    Ok(token)
}

/// Reads `X-Expires`: seconds, without sign and leading zeros.
fn life(text: &str) -> Option<Duration> {
    let seconds = text.parse().ok().filter(|seconds: &u64| seconds.to_string() == text)?;
    (1..=LONGEST_LIFE).contains(&seconds).then_some(Duration::from_secs(seconds))
}

/// Takes a list of signed headers that is not too long.
fn list(signed_headers: Cow<'_, str>) -> Result<Cow<'_, str>, RejectReason> {
    if has_more(MOST_SIGNED_HEADERS, b';', &signed_headers) {
        Err(RejectReason::TooLarge)
    } else {
        Ok(signed_headers)
    }
}

/// Returns the value of a parameter that may be absent and must be text.
fn value<'a>(
    query: &Query<'a>,
    key: &str,
    reason: RejectReason,
) -> Result<Option<Cow<'a, str>>, RejectReason> {
    let text = match query.values(key).next() {
        None => return Ok(None),
        Some(Cow::Borrowed(bytes)) => std::str::from_utf8(bytes).map(Cow::Borrowed).ok(),
        Some(Cow::Owned(bytes)) => String::from_utf8(bytes).map(Cow::Owned).ok(),
    };
    text.map(Some).ok_or(reason)
}
