//! The adapters for HTTP clients: each converts and calls [`Signer`](crate::Signer), and decides
//! nothing.

#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(feature = "reqwest-middleware")]
mod reqwest_middleware;
#[cfg(any(feature = "reqwest-middleware", feature = "ureq"))]
mod signing_middleware;
#[cfg(feature = "tower")]
mod tower;
#[cfg(feature = "ureq")]
mod ureq;

#[cfg(any(feature = "reqwest-middleware", feature = "tower", feature = "ureq"))]
use std::time::SystemTime;

#[cfg(any(feature = "reqwest-middleware", feature = "tower", feature = "ureq"))]
use http::HeaderMap;

#[cfg(feature = "reqwest")]
pub use self::reqwest::SignRequest;
#[cfg(any(feature = "reqwest-middleware", feature = "ureq"))]
pub use self::signing_middleware::SigningMiddleware;
#[cfg(feature = "tower")]
pub use self::tower::{SignLayer, SignService};
#[cfg(any(feature = "reqwest-middleware", feature = "tower", feature = "ureq"))]
use crate::{clock::Clock, error::Error, signer::Signer};

/// Learns the time from an answer that came just now.
#[cfg(any(feature = "reqwest-middleware", feature = "tower", feature = "ureq"))]
fn learn(signer: &Signer, response: &HeaderMap, sent: Result<SystemTime, Error>) {
    if let (Ok(sent), Ok(received)) = (sent, Clock::default().now()) {
        signer.observe(response, sent, received);
    }
}
