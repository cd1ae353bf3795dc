//! The macro that defines the trait `SignRequest` in `reqwest_0_12` and `reqwest_0_13`.
//!
//! It is a macro because the types of the two releases have the same methods but no common trait.
//! The same is true of the async and the blocking types of each release.

use http::{HeaderMap, Method, Uri};

use super::error;
use crate::error::Error;
use crate::payload::Payload;
use crate::signer::{SignedHead, Signer};

/// Seals the `SignRequest` traits. Only this crate can implement them, so it can add methods later.
pub trait Sealed {}

/// Defines the trait and its implementations for one release of `reqwest`. The attributes that are
/// passed are the documentation of the trait.
macro_rules! sign_request {
    ($(#[$docs:meta])* $reqwest:ident, blocking: $blocking:literal) => {
        $(#[$docs])*
        pub trait SignRequest: Sized + Sealed {
            /// Signs the request. Its body must be in memory or absent.
            ///
            /// # Errors
            ///
            /// - As [`Signer::sign`].
            /// - [`StreamedBody`](crate::ErrorKind::StreamedBody): the body is a stream.
            /// - [`Client`](crate::ErrorKind::Client): the builder cannot build the request.
            fn signed_by(self, signer: &Signer) -> Result<Self, Error>;

            /// Signs the request with a payload that is passed separately. Use it for a stream, and
            /// pass its hash.
            ///
            /// # Errors
            ///
            /// As [`signed_by`](Self::signed_by), except `StreamedBody`.
            fn signed_by_with_payload<'a>(
                self,
                signer: &Signer,
                payload: impl Into<Payload<'a>>,
            ) -> Result<Self, Error>;
        }

        sign_request!(for $reqwest::Request, $reqwest::RequestBuilder);

        sign_request!(
            #[cfg(feature = $blocking)]
            for $reqwest::blocking::Request, $reqwest::blocking::RequestBuilder
        );

        /// Makes the error of a builder. Removes the URL from `cause`, because it may contain
        /// secrets.
        fn build_error(cause: $reqwest::Error) -> Error {
            error::build_error(cause.without_url())
        }
    };

    ($(#[$cfg:meta])* for $request:ty, $builder:ty) => {
        $(#[$cfg])*
        impl Sealed for $request {}

        $(#[$cfg])*
        impl SignRequest for $request {
            fn signed_by(self, signer: &Signer) -> Result<Self, Error> {
                let payload = match self.body() {
                    Some(body) => body.as_bytes().ok_or_else(error::streamed_body)?.into(),
                    None => Payload::Empty,
                };
                // Pass the hash: the bytes are borrowed from `self`, which is moved.
                let payload = Payload::Sha256(payload.sha256());
                self.signed_by_with_payload(signer, payload)
            }

            fn signed_by_with_payload<'a>(
                mut self,
                signer: &Signer,
                payload: impl Into<Payload<'a>>,
            ) -> Result<Self, Error> {
                let (method, url, headers) = (self.method(), self.url(), self.headers());
                let signed = authorize(signer, method, url.as_str(), headers, payload.into())?;
                let url = signed.uri().to_string().parse().map_err(|_| error::invalid_url())?;
                signed.insert_into(self.headers_mut())?;
                *self.url_mut() = url;
                Ok(self)
            }
        }

        $(#[$cfg])*
        impl Sealed for $builder {}

        $(#[$cfg])*
        impl SignRequest for $builder {
            fn signed_by(self, signer: &Signer) -> Result<Self, Error> {
                let (client, request) = self.build_split();
                let request = request.map_err(build_error)?.signed_by(signer)?;
                Ok(Self::from_parts(client, request))
            }

            fn signed_by_with_payload<'a>(
                self,
                signer: &Signer,
                payload: impl Into<Payload<'a>>,
            ) -> Result<Self, Error> {
                let (client, request) = self.build_split();
                let request = request.map_err(build_error)?;
                let request = request.signed_by_with_payload(signer, payload)?;
                Ok(Self::from_parts(client, request))
            }
        }
    };
}

pub(super) use sign_request;

/// Parses the URL and signs the request.
pub(super) fn authorize(
    signer: &Signer,
    method: &Method,
    url: &str,
    headers: &HeaderMap,
    payload: Payload<'_>,
) -> Result<SignedHead, Error> {
    let uri: Uri = url.parse().map_err(|_| error::invalid_url())?;
    signer.authorize(method, &uri, headers, payload)
}
