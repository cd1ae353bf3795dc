//! The adapters for HTTP clients: each converts and calls [`Signer`](crate::Signer), and decides
//! nothing.

#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(feature = "reqwest-middleware")]
mod reqwest_middleware;
#[cfg(any(feature = "reqwest-middleware", feature = "tower", feature = "ureq"))]
mod server_time;
#[cfg(any(feature = "reqwest-middleware", feature = "ureq"))]
mod signing_middleware;
#[cfg(feature = "tower")]
mod tower;
#[cfg(feature = "ureq")]
mod ureq;

#[cfg(feature = "reqwest")]
pub use self::reqwest::SignRequest;
#[cfg(any(feature = "reqwest-middleware", feature = "ureq"))]
pub use self::signing_middleware::SigningMiddleware;
#[cfg(feature = "tower")]
pub use self::tower::{SignLayer, SignService};
