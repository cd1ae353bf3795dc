//! The five steps of a signing, taken one after the other.
//!
//! In: the head of a request and its payload. Out: [`Steps`], with all that goes onto the request.
//! Nothing is changed before all of it is known.

use std::time::Duration;

use http::header::HOST;
use http::{HeaderMap, Method, Request, Uri};

use super::Signer;
use super::signed_head::HeaderValues;
use crate::credentials::Credentials;
use crate::error::Error;
use crate::payload::Payload;
use crate::protocol::authorization::authorization_value;
use crate::protocol::canonical::{CanonicalForm, Host, RequestLine};
use crate::protocol::hex::Hex;
use crate::protocol::signature::Signature;
use crate::protocol::string_to_sign::StringToSign;
use crate::protocol::timestamp::XDate;
use crate::protocol::{header, query_parameter};

/// A request without its body.
pub(super) struct Head<'a> {
    pub(super) method: &'a Method,
    pub(super) uri: &'a Uri,
    pub(super) headers: &'a HeaderMap,
}

impl<'a> Head<'a> {
    pub(super) fn of<B>(request: &'a Request<B>) -> Self {
        Self { method: request.method(), uri: request.uri(), headers: request.headers() }
    }
}

/// What the steps of a signing gave.
pub(super) struct Steps<T> {
    /// `None` where the URI of the request is sent as it is.
    pub(super) rewritten_uri: Option<Uri>,
    pub(super) string_to_sign: StringToSign,
    pub(super) signature: Signature,
    pub(super) authorization: String,
    /// What the caller made of the canonical form.
    pub(super) inspected: T,
    pub(super) payload_hash: Hex,
    x_date: XDate,
    credentials: Credentials,
}

impl Signer {
    /// Takes the five steps; `inspect` is called with the canonical form before it is hashed.
    pub(super) fn take_steps<T>(
        &self,
        Head { method, uri, headers }: Head<'_>,
        payload: Payload<'_>,
        inspect: impl FnOnce(&CanonicalForm<'_>) -> T,
    ) -> Result<Steps<T>, Error> {
        let (x_date, credentials) = self.x_date_and_credentials(Duration::ZERO)?;
        // The URI is parsed in the caller's spelling, so that the offsets in errors refer to it.
        // The rewritten URI has the same canonical form.
        let request_line = RequestLine::new(method, uri)?;
        self.check_host(request_line.authority, headers)?;
        if request_line.query.has_key(query_parameter::X_SIGNATURE) {
            return Err(Error::already_presigned());
        }
        let rewritten_uri = self.uri_mode.rewrite(uri, &request_line)?;
        let authority = rewritten_uri.as_ref().map_or(Ok(request_line.authority), Host::of_uri)?;
        let host = Host::of_request(authority, headers)?.canonical();
        let payload_hash = payload.hash_to_hex();

        let mut signed_headers = self.header_policy.select(headers);
        signed_headers.push(HOST.as_str(), host.as_bytes());
        signed_headers.push(header::X_CONTENT_SHA256, payload_hash.as_bytes());
        signed_headers.push(header::X_DATE, x_date.as_bytes());
        if let Some(token) = credentials.session_token() {
            signed_headers.push(header::X_SECURITY_TOKEN, token.as_bytes());
        }
        signed_headers.sort()?;

        let form = CanonicalForm { request_line, headers: &signed_headers };
        let inspected = inspect(&form);
        let key = self.key_cache.key(&credentials, &x_date);
        let string_to_sign = StringToSign::new(&x_date, key.scope(), form.sha256(&payload_hash))?;
        let signature = key.sign(&string_to_sign);
        let authorization = authorization_value(
            credentials.access_key_id(),
            key.scope(),
            signed_headers.names(),
            &signature,
        );
        Ok(Steps {
            rewritten_uri,
            string_to_sign,
            signature,
            authorization,
            inspected,
            x_date,
            payload_hash,
            credentials,
        })
    }
}

impl<T> Steps<T> {
    /// Returns what a signed request carries: the headers, and the URI if it is another.
    pub(super) fn into_carried(self) -> Result<(HeaderValues, Option<Uri>), Error> {
        let token = self.credentials.session_token();
        let values =
            HeaderValues::new(&self.x_date, &self.payload_hash, token, self.authorization)?;
        Ok((values, self.rewritten_uri))
    }

    pub(super) fn write_to<B>(self, request: &mut Request<B>) -> Result<Signature, Error> {
        let signature = self.signature.clone();
        let (values, uri) = self.into_carried()?;
        values.insert_into(request.headers_mut())?;
        if let Some(uri) = uri {
            *request.uri_mut() = uri;
        }
        Ok(signature)
    }
}
