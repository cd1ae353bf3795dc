//! [`reqwest`]: requests and builders, async and blocking.

use http::{HeaderMap, Method, Uri};
use reqwest::Url;

use crate::error::Error;
use crate::payload::Payload;
use crate::signer::{SignedHead, Signer};

/// Signs what `reqwest` is to send: a built request, or one that is still being built.
///
/// `reqwest` follows redirects and takes the session token along: build the client with
/// `redirect(reqwest::redirect::Policy::none())`. What the client adds itself when it sends, as its
/// `default_headers`, is not signed: servers refuse an unsigned `content-type` or `x-*`.
///
/// # Examples
///
/// ```no_run
/// use volcengine_sigv4::{Credentials, SignRequest, Signer};
///
/// # async fn call() -> Result<(), Box<dyn std::error::Error>> {
/// let signer = Signer::new(Credentials::from_env()?, "cn-beijing", "iam")?;
/// let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
/// let reply = client
///     .post("https://open.volcengineapi.com/?Action=CreateUser&Version=2018-01-01")
///     .body(r#"{"UserName":"deploy"}"#)
///     .signed_by(&signer)?
///     .send()
///     .await?;
/// # let _ = reply;
/// # Ok(())
/// # }
/// ```
pub trait SignRequest: Sized {
    /// Signs the request, whose body is in memory or absent.
    ///
    /// # Errors
    ///
    /// As [`Signer::sign`]; [`StreamedBody`](crate::ErrorKind::StreamedBody) for a body that is a
    /// stream; [`Client`](crate::ErrorKind::Client) if the builder has an error of its own.
    fn signed_by(self, signer: &Signer) -> Result<Self, Error>;

    /// Signs the request for a body that is known otherwise: a stream that was hashed.
    ///
    /// # Errors
    ///
    /// As [`signed_by`](Self::signed_by).
    fn signed_by_with_payload<'a>(
        self,
        signer: &Signer,
        payload: impl Into<Payload<'a>>,
    ) -> Result<Self, Error>;
}

/// The types of both worlds have the same methods, and no trait in common.
macro_rules! sign_request {
    ($request:ty, $builder:ty) => {
        impl SignRequest for $request {
            fn signed_by(self, signer: &Signer) -> Result<Self, Error> {
                let payload = match self.body() {
                    Some(body) => body.as_bytes().ok_or_else(Error::streamed_body)?.into(),
                    None => Payload::Empty,
                };
                let payload = Payload::Sha256(payload.sha256());
                self.signed_by_with_payload(signer, payload)
            }

            fn signed_by_with_payload<'a>(
                mut self,
                signer: &Signer,
                payload: impl Into<Payload<'a>>,
            ) -> Result<Self, Error> {
                let (url, signed) =
                    authorize(signer, self.method(), self.url(), self.headers(), payload.into())?;
                signed.insert_into(self.headers_mut())?;
                *self.url_mut() = url;
                Ok(self)
            }
        }

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

sign_request!(reqwest::Request, reqwest::RequestBuilder);
#[cfg(feature = "reqwest-blocking")]
sign_request!(reqwest::blocking::Request, reqwest::blocking::RequestBuilder);

/// The URL is left out, since it may hold secrets.
fn unbuilt(error: reqwest::Error) -> Error {
    Error::client(error.without_url())
}

/// Returns the URL to send, too.
fn authorize(
    signer: &Signer,
    method: &Method,
    url: &Url,
    headers: &HeaderMap,
    payload: Payload<'_>,
) -> Result<(Url, SignedHead), Error> {
    let uri: Uri = url.as_str().parse().map_err(|_| Error::url())?;
    let signed = signer.authorize(method, &uri, headers, payload)?;
    let url = Url::parse(&signed.uri().to_string()).map_err(|_| Error::url())?;
    Ok((url, signed))
}
