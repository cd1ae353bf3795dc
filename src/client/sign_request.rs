//! What `reqwest_0_12` and `reqwest_0_13` share: the macro that writes `SignRequest` for a release.
//!
//! It is a macro because the types of the two releases, and the async and blocking types of each,
//! have the same methods but no trait in common.

use http::{HeaderMap, Method, Uri};

use super::error;
use crate::error::Error;
use crate::payload::Payload;
use crate::signer::{SignedHead, Signer};

/// Seals the traits: only this crate implements them, so that they can get new methods.
pub trait Sealed {}

/// Writes the trait and its implementations for one release of `reqwest`. The attributes are the
/// documentation of the trait.
macro_rules! sign_request {
    ($(#[$docs:meta])* $reqwest:ident, blocking: $blocking:literal) => {
        $(#[$docs])*
        pub trait SignRequest: Sized + Sealed {
            /// Signs the request, whose body is in memory or absent.
            ///
            /// # Errors
            ///
            /// As [`Signer::sign`]; [`StreamedBody`](crate::ErrorKind::StreamedBody) for a body
            /// that is a stream; [`Client`](crate::ErrorKind::Client) if the builder has an error
            /// of its own.
            fn signed_by(self, signer: &Signer) -> Result<Self, Error>;

            /// Signs the request with a payload that the caller knows: the hash of a stream.
            ///
            /// # Errors
            ///
            /// As [`signed_by`](Self::signed_by), without `StreamedBody`.
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

        /// Drops the URL from the error, since it may hold secrets.
        fn unbuilt(cause: $reqwest::Error) -> Error {
            error::client(cause.without_url())
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
                // A hash borrows nothing from the request, which is about to be changed.
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
                let url = signed.uri().to_string().parse().map_err(|_| error::url())?;
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
                let request = request.map_err(unbuilt)?.signed_by(signer)?;
                Ok(Self::from_parts(client, request))
            }

            fn signed_by_with_payload<'a>(
                self,
                signer: &Signer,
                payload: impl Into<Payload<'a>>,
            ) -> Result<Self, Error> {
                let (client, request) = self.build_split();
                let request = request.map_err(unbuilt)?.signed_by_with_payload(signer, payload)?;
                Ok(Self::from_parts(client, request))
            }
        }
    };
}

pub(super) use sign_request;

/// Signs a request whose URL is text.
pub(super) fn authorize(
    signer: &Signer,
    method: &Method,
    url: &str,
    headers: &HeaderMap,
    payload: Payload<'_>,
) -> Result<SignedHead, Error> {
    let uri: Uri = url.parse().map_err(|_| error::url())?;
    signer.authorize(method, &uri, headers, payload)
}
