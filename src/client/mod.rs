//! Adapters for HTTP clients: one module and one feature for each client and its breaking release.
//!
//! | client | module | feature |
//! |---|---|---|
//! | [`reqwest` 0.13][reqwest_13] | `reqwest_0_13` | `reqwest-0_13` |
//! | … and its `reqwest::blocking` | `reqwest_0_13` | `reqwest-0_13-blocking` |
//! | [`reqwest` 0.12][reqwest_12] | `reqwest_0_12` | `reqwest-0_12` |
//! | … and its `reqwest::blocking` | `reqwest_0_12` | `reqwest-0_12-blocking` |
//! | [`reqwest-middleware` 0.5][middleware] | `reqwest_middleware_0_5` | `reqwest-middleware-0_5` |
//! | [`tower` 0.4 and 0.5][tower] | `tower_0_3` | `tower-0_3` |
//! | [`ureq` 3][ureq] | `ureq_3` | `ureq-3` |
//!
//! `tower_0_3` has the version of the traits, which are those of `tower-layer` and `tower-service`
//! 0.3. Two releases of one client can be used side by side.
//!
//! An adapter converts the request and calls [`Signer`](crate::Signer). It decides three things
//! itself:
//!
//! - **How much of a body is read to hash it**, in `tower_0_3` and `ureq_3`: at most 1 MiB, unless
//!   `with_body_limit` sets another limit.
//! - **Whether the time is learnt from responses**, in the middlewares and the layer: only after
//!   `with_time_learning`.
//! - **Which responses teach no time**: a middleware ignores the time of a response that came from
//!   another host, after a redirect. A layer of `tower` cannot see such a redirect.
//!
//! Turn redirects off in the client. A client that follows one can send the session token to
//! another host.
//!
//! [reqwest_13]: https://docs.rs/reqwest/0.13
//! [reqwest_12]: https://docs.rs/reqwest/0.12
//! [middleware]: https://docs.rs/reqwest-middleware/0.5
//! [tower]: https://docs.rs/tower
//! [ureq]: https://docs.rs/ureq/3

#[cfg(feature = "reqwest-0_12")]
pub mod reqwest_0_12;
#[cfg(feature = "reqwest-0_13")]
pub mod reqwest_0_13;
#[cfg(feature = "reqwest-middleware-0_5")]
pub mod reqwest_middleware_0_5;
#[cfg(feature = "tower-0_3")]
pub mod tower_0_3;
#[cfg(feature = "ureq-3")]
pub mod ureq_3;

#[cfg(any(
    feature = "reqwest-0_12",
    feature = "reqwest-0_13",
    feature = "tower-0_3",
    feature = "ureq-3"
))]
mod error;
#[cfg(any(feature = "reqwest-0_12", feature = "reqwest-0_13"))]
mod sign_request;
#[cfg(any(feature = "reqwest-middleware-0_5", feature = "tower-0_3", feature = "ureq-3"))]
mod time_learning;

/// The longest body that is read to hash it, in bytes.
#[cfg(any(feature = "tower-0_3", feature = "ureq-3"))]
const DEFAULT_BODY_LIMIT: usize = 1 << 20;
