//! Computes the signature of a request in five steps: canonical request, string to sign, signing
//! key, signature, `Authorization` value.
//!
//! In: the head of a request and its payload. Out: [`SigningOutput`], which can be written to the
//! request. The request itself is not changed until every step has succeeded.

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
pub(super) struct RequestHead<'a> {
    pub(super) method: &'a Method,
    pub(super) uri: &'a Uri,
    pub(super) headers: &'a HeaderMap,
}

impl<'a> RequestHead<'a> {
    pub(super) fn of<B>(request: &'a Request<B>) -> Self {
        Self { method: request.method(), uri: request.uri(), headers: request.headers() }
    }
}

/// The results of the steps.
pub(super) struct SigningOutput<T> {
    /// The URI to send. It is `None` if the URI of the request is sent unchanged.
    pub(super) rewritten_uri: Option<Uri>,
    pub(super) string_to_sign: StringToSign,
    pub(super) signature: Signature,
    pub(super) authorization: String,
    /// The return value of `inspect`, see [`Signer::compute_signature`].
    pub(super) inspection: T,
    pub(super) payload_hash: Hex,
    x_date: XDate,
    credentials: Credentials,
}

impl Signer {
    /// Computes the signature. Calls `inspect` with the canonical form before hashing it, so that
    /// [`Signer::explain`] can copy it.
    pub(super) fn compute_signature<T>(
        &self,
        RequestHead { method, uri, headers }: RequestHead<'_>,
        payload: Payload<'_>,
        inspect: impl FnOnce(&CanonicalForm<'_>) -> T,
    ) -> Result<SigningOutput<T>, Error> {
        let (x_date, credentials) = self.x_date_and_credentials(Duration::ZERO)?;
        // The URI is parsed in the caller's spelling, so that the offsets in errors refer to it.
        // Path and query of the rewritten URI have the same canonical form.
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
        let inspection = inspect(&form);
        let key = self.key_cache.key(&credentials, &x_date);
        let string_to_sign = StringToSign::new(&x_date, key.scope(), form.sha256(&payload_hash))?;
        let signature = key.sign(&string_to_sign);
        let authorization = authorization_value(
            credentials.access_key_id(),
            key.scope(),
            signed_headers.names(),
            &signature,
        );
        Ok(SigningOutput {
            rewritten_uri,
            string_to_sign,
            signature,
            authorization,
            inspection,
            x_date,
            payload_hash,
            credentials,
        })
    }
}

impl<T> SigningOutput<T> {
    /// Returns the headers to add to the request, and the URI to send if it differs from that of
    /// the request.
    pub(super) fn into_headers_and_uri(self) -> Result<(HeaderValues, Option<Uri>), Error> {
        let token = self.credentials.session_token();
        let values =
            HeaderValues::new(&self.x_date, &self.payload_hash, token, self.authorization)?;
        Ok((values, self.rewritten_uri))
    }

    /// Writes the headers and the URI to the request. On error the request is unchanged.
    pub(super) fn write_to<B>(self, request: &mut Request<B>) -> Result<Signature, Error> {
        let signature = self.signature.clone();
        let (values, uri) = self.into_headers_and_uri()?;
        values.insert_into(request.headers_mut())?;
        if let Some(uri) = uri {
            *request.uri_mut() = uri;
        }
        Ok(signature)
    }
}
