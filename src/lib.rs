#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
// Every input has an answer: nothing in here panics.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unreachable,
    clippy::unwrap_used
)]
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::unwrap_used,
        reason = "a test that panics has failed, as it should"
    )
)]

// http::Request ─▶ canonical request ─▶ string to sign ─▶ signature ─▶ authorization ─▶ headers
//                         ▲                    ▲              ▲
//                  payload hash        X-Date, scope     signing key ◀─ credentials

// Who signs, what is sent, and what can go wrong.
mod credentials;
mod error;
mod payload;
// What the protocol prescribes.
mod protocol;
// Our choices: those of both sides, when signing, when verifying.
mod clock;
mod header_policy;
mod signer;
mod verify;
// Which mistake made a wrong signature.
#[cfg(feature = "diagnose")]
pub mod diagnose;
// The types of HTTP clients.
#[cfg(any(feature = "reqwest", feature = "tower", feature = "ureq"))]
mod client;

#[cfg(feature = "reqwest")]
pub use crate::client::SignRequest;
#[cfg(any(feature = "reqwest-middleware", feature = "ureq"))]
pub use crate::client::SigningMiddleware;
#[cfg(feature = "tower")]
pub use crate::client::{SignLayer, SignService};
pub use crate::credentials::{Credentials, ProvideCredentials, RotatingCredentials};
pub use crate::error::{Error, ErrorKind};
pub use crate::header_policy::HeaderPolicy;
pub use crate::payload::{Payload, PayloadHasher};
pub use crate::protocol::authorization::Authorization;
pub use crate::protocol::canonical::{CanonicalRequest, query_string};
pub use crate::protocol::scope::CredentialScope;
pub use crate::protocol::signature::Signature;
pub use crate::protocol::signing_key::SigningKey;
pub use crate::protocol::string_to_sign::StringToSign;
pub use crate::protocol::timestamp::XDate;
pub use crate::signer::{
    AuthorizationHeaders, Explanation, PresignOptions, PresignedUrl, Signer, UriMode, unsign,
};
pub use crate::verify::{
    Authenticated, Claim, MemoryReplayGuard, RejectReason, Rejected, ReplayGuard, Verified,
    Verifier, VerifyPolicy,
};
