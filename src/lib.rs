//! Signs any [`http::Request`] for the Volcengine OpenAPI (火山引擎) with HMAC-SHA256. You can send
//! the request with any HTTP client. The crate also presigns URLs and verifies signed requests.
//!
//! It does no network I/O and needs no async runtime. It does not send or retry requests. It does
//! not sign for TOS object storage or for other clouds. Where the official signers differ, it does
//! what the official Go SDKs do.
//! 中文说明：[`chinese`].
//!
//! # Three tasks
//!
//! Sign a request and send it with the client of your choice:
//!
//! ```
//! use volcengine_sigv4::{Credentials, Signer};
//!
//! let credentials = Credentials::new("AKLTEXAMPLE", "your secret access key")?;
//! let signer = Signer::new(credentials, "cn-beijing", "ecs")?;
//! let url = "https://open.volcengineapi.com/?Action=DescribeZones&Version=2020-04-01";
//! let mut request = http::Request::get(url).body("")?;
//! signer.sign(&mut request)?;
//! println!("{}", request.headers()["authorization"].to_str()?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Make a URL that is valid for an hour and can be used without credentials:
//!
//! ```
//! # use volcengine_sigv4::{Credentials, Signer};
//! use std::time::Duration;
//! use volcengine_sigv4::PresignOptions;
//!
//! # let signer = Signer::new(Credentials::new("AKLTEXAMPLE", "secret")?, "cn-north-1", "vod")?;
//! let uri = "https://vod.volcengineapi.com/?Action=GetPlayInfo&Version=2020-08-01".parse()?;
//! let options = PresignOptions::default().expires_in(Duration::from_secs(3600))?;
//! println!("{}", signer.presign(&http::Method::GET, &uri, &options)?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Verify a request that a server received:
//!
//! ```
//! # use volcengine_sigv4::{Credentials, Signer};
//! use volcengine_sigv4::Verifier;
//!
//! # let credentials = Credentials::new("AKLTEXAMPLE", "secret")?;
//! # let mut request = http::Request::get("http://localhost/").body("")?;
//! # Signer::new(credentials.clone(), "cn-beijing", "greeter")?.sign(&mut request)?;
//! # let look_up = |_: &str| Some(&credentials);
//! let (head, body) = request.into_parts();
//! let claim = Verifier::new("cn-beijing", "greeter")?.claim(&head)?;
//! let credentials = look_up(claim.access_key_id());
//! let verified = claim.verify(credentials, body)?;
//! assert_eq!(verified.access_key_id(), "AKLTEXAMPLE");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Which method do I want?
//!
//! | you have | method |
//! |---|---|
//! | a request whose body is bytes or text | [`Signer::sign`] |
//! | a request with no body (`()`), a stream, or a computed hash | [`Signer::sign_with_payload`] |
//! | the [`Parts`](http::request::Parts) of a request | [`Signer::sign_parts`] |
//! | a request in the type of an HTTP client | [`Signer::authorize`] |
//! | a request whose signature a server rejects | [`Signer::explain`] |
//! | a URL that somebody without credentials will send | [`Signer::presign`] |
//!
//! # Public types and functions by purpose
//!
//! - Sign: [`Signer`], [`SignedHead`], [`SignedHeadIter`], [`Explanation`], [`unsign`]; its
//!   settings [`HeaderPolicy`] and [`UriMode`].
//! - Presign: [`PresignOptions`], [`PresignedUrl`].
//! - Credentials: [`Credentials`], [`RotatingCredentials`], [`ProvideCredentials`].
//! - Body and query: [`Payload`], [`PayloadHasher`], [`query_string`].
//! - Verify: [`Verifier`], [`VerifyPolicy`], [`Rejected`], [`RejectReason`], [`ReplayGuard`],
//!   [`MemoryReplayGuard`]. A [`Verifier`] makes a [`Claim`] from the head of a request. A claim
//!   with the right signature becomes [`Authenticated`]. With the right body, this becomes
//!   [`Verified`].
//! - Errors: [`Error`], [`ErrorKind`].
//! - Call the steps of the protocol one by one: [`XDate`], [`CredentialScope`],
//!   [`CanonicalRequest`], [`StringToSign`], [`SigningKey`], [`Signature`], [`Authorization`].
//! - Adapters for HTTP clients are in the module [`client`]. Each adapter needs a feature, which is
//!   named after the client and its release. No feature is on by default.
//!
//! # Data flow
//!
//! ```text
//! http::Request ─▶ canonical request ─▶ string to sign ─▶ signature ─▶ authorization ─▶ headers
//!                          ▲                   ▲              ▲
//!                    payload hash        X-Date, scope ─▶ signing key ◀─ credentials
//! ```

#![forbid(unsafe_code)]
#![deny(missing_docs)]
// On docs.rs, each item shows the feature that it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]
// The crate must not panic for any input. These lints forbid the usual causes of a panic.
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
    allow(clippy::arithmetic_side_effects, clippy::unwrap_used, reason = "a failing test panics")
)]

// Inputs of signing, and the errors.
mod credentials;
mod error;
mod field;
mod payload;
// The steps of the protocol.
mod protocol;
// Signing and verifying. Both use the clock and the header policy.
mod clock;
mod header_policy;
mod signer;
mod verify;
// Finds the mistake that made a wrong signature.
#[cfg(feature = "diagnose")]
pub mod diagnose;
// Adapters for HTTP clients.
pub mod client;

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
    Explanation, PresignOptions, PresignedUrl, SignedHead, SignedHeadIter, Signer, UriMode, unsign,
};
pub use crate::verify::{
    Authenticated, Claim, MemoryReplayGuard, RejectReason, Rejected, ReplayGuard, Verified,
    Verifier, VerifyPolicy,
};

/// 中文说明：与 README.zh-CN.md 相同。
#[cfg_attr(not(doctest), doc = include_str!("../README.zh-CN.md"))]
pub mod chinese {}
