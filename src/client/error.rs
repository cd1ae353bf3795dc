//! The errors that only the adapters return.

#[cfg(any(feature = "reqwest-0_12", feature = "reqwest-0_13"))]
use std::error::Error as StdError;

use crate::error::{Error, ErrorKind};

#[cfg(any(feature = "reqwest-0_12", feature = "reqwest-0_13"))]
pub(super) fn build_error(cause: impl StdError + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Client, "the http client cannot build the request").with_source(cause)
}

#[cfg(any(feature = "reqwest-0_12", feature = "reqwest-0_13"))]
pub(super) fn invalid_url() -> Error {
    let text = "the url is not a valid http uri or has more than 65534 bytes";
    Error::new(ErrorKind::InvalidUri, text)
}

pub(super) fn streamed_body() -> Error {
    let text = "the body is a stream or too long, expected its hash from PayloadHasher";
    Error::new(ErrorKind::StreamedBody, text)
}

#[cfg(feature = "tower-0_3")]
pub(super) fn body_has_trailers() -> Error {
    Error::new(ErrorKind::StreamedBody, "the body has trailers, which cannot be signed")
}
