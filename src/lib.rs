//! Signs any [`http::Request`] for the Volcengine OpenAPI (火山引擎) with its HMAC-SHA256 signature,
//! whatever HTTP client sends it; presigns URLs; and verifies what others signed.
//!
//! It does no I/O, has no runtime, and neither sends nor retries. It does not sign for TOS object
//! storage or other clouds. Where official signers differ, it follows the official Go SDKs.
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
//! Make a URL that somebody without credentials can send for an hour:
//!
//! ```
//! # use volcengine_sigv4::{Credentials, Signer};
//! use std::time::Duration;
//! use volcengine_sigv4::PresignOptions;
//!
//! # let signer = Signer::new(Credentials::new("AKLTEXAMPLE", "secret")?, "cn-north-1", "vod")?;
//! let uri = "https://vod.volcengineapi.com/?Action=GetPlayInfo&Version=2020-08-01".parse()?;
//! let hour = PresignOptions::default().expires_in(Duration::from_secs(3600))?;
//! println!("{}", signer.presign(&http::Method::GET, &uri, &hour)?);
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
//! | a request without a body (`()`), or with a stream or a hash | [`Signer::sign_with_payload`] |
//! | the head of a request | [`Signer::sign_parts`] |
//! | a client with its own request type | [`Signer::authorize`] |
//! | a question about what is signed | [`Signer::explain`] |
//! | a URL for somebody else | [`Signer::presign`] |
//!
//! # All names
//!
//! - Sign: [`Signer`], [`SignedHead`], [`SignedHeadIter`], [`Explanation`], [`unsign`];
//!   settings [`HeaderPolicy`], [`UriMode`].
//! - Presign: [`PresignOptions`], [`PresignedUrl`].
//! - Credentials: [`Credentials`], [`RotatingCredentials`], [`ProvideCredentials`].
//! - Body and query: [`Payload`], [`PayloadHasher`], [`query_string`].
//! - Verify: [`Verifier`], [`VerifyPolicy`], then [`Claim`], [`Authenticated`], [`Verified`];
//!   [`Rejected`], [`RejectReason`]; [`ReplayGuard`], [`MemoryReplayGuard`].
//! - Errors: [`Error`], [`ErrorKind`].
//! - The protocol's own objects, in the order of the steps: [`XDate`], [`CredentialScope`],
//!   [`CanonicalRequest`], [`StringToSign`], [`SigningKey`], [`Signature`], [`Authorization`].
//! - Adapters for HTTP clients are in the module `client`, each behind a feature that names the
//!   client and its release. No feature is on by default.
//!
//! # The way of the data
//!
//! ```text
//! http::Request ─▶ canonical request ─▶ string to sign ─▶ signature ─▶ authorization ─▶ headers
//!                         ▲                    ▲              ▲
//!                  payload hash        X-Date, scope     signing key ◀─ credentials
//! ```

#![forbid(unsafe_code)]
#![deny(missing_docs)]
// docs.rs shows beside each item which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]
// Every input has an answer: nothing here panics.
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

// Who signs, what is sent, and what can go wrong.
mod credentials;
mod error;
mod field;
mod payload;
// What the protocol prescribes.
mod protocol;
// Choices of this crate: shared, for signing, for verifying.
mod clock;
mod header_policy;
mod signer;
mod verify;
// Which mistake made a wrong signature.
#[cfg(feature = "diagnose")]
pub mod diagnose;
// The types of HTTP clients.
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
