//! What a request says about its own signature: who made it, when, over which headers.

use std::borrow::Cow;
use std::time::Duration;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use zeroize::Zeroizing;

use super::rejected::RejectReason;
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
    pub(super) access_key_id: Cow<'a, str>,
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
        let presented = match (authorization, query.has_key(X_SIGNATURE)) {
            (Some(authorization), false) => Self::in_header(authorization, headers, query),
            (None, true) => Self::in_query(query),
            (Some(_), true) => Err(RejectReason::ConflictingAuthentication),
            (None, false) if query.has_key(X_CREDENTIAL) => Err(RejectReason::MissingSignature),
            (None, false) => Err(RejectReason::MissingAuthentication),
        }?;
        let separators = presented.signed_headers.bytes().filter(|&byte| byte == b';').count();
        if separators < MOST_SIGNED_HEADERS { Ok(presented) } else { Err(RejectReason::TooLarge) }
    }

    fn in_header(
        authorization: &'a [u8],
        headers: &'a HeaderMap,
        query: &Query<'a>,
    ) -> Result<Self, RejectReason> {
        if authorization.len() > LONGEST_AUTHORIZATION {
            return Err(RejectReason::TooLarge);
        }
        let authorization =
            std::str::from_utf8(authorization).map_err(|_| RejectReason::MalformedAuthorization)?;
        if !authorization.starts_with(ALGORITHM) {
            return Err(RejectReason::UnsupportedAlgorithm);
        }
        let written = WrittenAuthorization::new(authorization).map_err(|_| {
            if authorization.contains("Signature=") {
                RejectReason::MalformedAuthorization
            } else {
                RejectReason::MissingSignature
            }
        })?;
        let (access_key_id, scope) =
            parse_credential(written.credential).map_err(|_| RejectReason::MalformedCredential)?;
        let header = |name, reason| match sole_value(headers, name) {
            Ok(Some(value)) => std::str::from_utf8(value).map(Some).map_err(|_| reason),
            Ok(None) => Ok(None),
            Err(_) => Err(reason),
        };
        let token = header(X_SECURITY_TOKEN, RejectReason::InvalidSessionToken)?;
        Ok(Self {
            place: Place::Header,
            access_key_id: access_key_id.into(),
            scope,
            x_date: x_date(header(X_DATE, RejectReason::InvalidDate)?)?,
            expires_in: expires_in(query)?,
            signed_headers: written.signed_headers.into(),
            session_token: session_token(token.map(Cow::Borrowed))?,
            signature: written
                .signature
                .parse()
                .map_err(|_| RejectReason::MalformedAuthorization)?,
        })
    }

    fn in_query(query: &Query<'a>) -> Result<Self, RejectReason> {
        let malformed = RejectReason::MalformedAuthorization;
        if value(query, X_ALGORITHM, malformed)?.as_deref() != Some(ALGORITHM) {
            return Err(RejectReason::UnsupportedAlgorithm);
        }
        let credential = value(query, X_CREDENTIAL, RejectReason::MalformedCredential)?;
        let (access_key_id, scope) = parse_credential(&credential.unwrap_or_default())
            .map(|(access_key_id, scope)| (access_key_id.to_owned(), scope))
            .map_err(|_| RejectReason::MalformedCredential)?;
        let date = value(query, query_parameter::X_DATE, RejectReason::InvalidDate)?;
        let token =
            value(query, query_parameter::X_SECURITY_TOKEN, RejectReason::InvalidSessionToken)?;
        let signature = value(query, X_SIGNATURE, malformed)?.unwrap_or_default();
        Ok(Self {
            place: Place::Query,
            access_key_id: access_key_id.into(),
            scope,
            x_date: x_date(date.as_deref())?,
            expires_in: expires_in(query)?,
            signed_headers: value(query, X_SIGNED_HEADERS, malformed)?.ok_or(malformed)?,
            session_token: session_token(token)?,
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

fn session_token(token: Option<Cow<'_, str>>) -> Result<Option<Zeroizing<String>>, RejectReason> {
    let Some(token) = token else { return Ok(None) };
    check_session_token(X_SECURITY_TOKEN, &token).map_err(|_| RejectReason::InvalidSessionToken)?;
    Ok(Some(token.into_owned().into()))
}

/// Reads `X-Expires`: seconds without sign and leading zeros. Beside a signature in the headers it
/// is a parameter as any other, but says the same.
fn expires_in(query: &Query<'_>) -> Result<Option<Duration>, RejectReason> {
    let invalid = RejectReason::InvalidExpires;
    let Some(text) = value(query, X_EXPIRES, invalid)? else { return Ok(None) };
    let seconds: u64 = text.parse().map_err(|_| invalid)?;
    if (1..=LONGEST_LIFE).contains(&seconds) && seconds.to_string() == text {
        Ok(Some(Duration::from_secs(seconds)))
    } else {
        Err(invalid)
    }
}

/// Returns the value of a parameter that may be absent and must be text.
fn value<'a>(
    query: &Query<'a>,
    key: &str,
    reason: RejectReason,
) -> Result<Option<Cow<'a, str>>, RejectReason> {
    let text = match query.value(key) {
        None => return Ok(None),
        Some(Cow::Borrowed(bytes)) => std::str::from_utf8(bytes).map(Cow::Borrowed).ok(),
        Some(Cow::Owned(bytes)) => String::from_utf8(bytes).map(Cow::Owned).ok(),
    };
    text.map(Some).ok_or(reason)
}

const LONGEST_AUTHORIZATION: usize = 4096;
const MOST_SIGNED_HEADERS: usize = 64;
