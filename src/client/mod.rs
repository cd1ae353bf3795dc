//! Adapters for HTTP clients. Each breaking release of a client has its own module and feature.
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
//! `tower_0_3` is named after the version of `tower-layer` and `tower-service`, whose traits it
//! implements. `tower` 0.4 and 0.5 use the same version of them. Two releases of a client can be
//! used in one program.
//!
//! An adapter converts the request and calls [`Signer`](crate::Signer). Some adapters have settings
//! of their own:
//!
//! - `tower_0_3` and `ureq_3` read the body to hash it. They read at most 1 MiB, unless
//!   `with_body_limit` sets another limit.
//! - The middlewares and the layer learn the time from responses if `with_time_learning` is called.
//!   The middlewares ignore a response that came from another host after a redirect. The layer of
//!   `tower` cannot see such a redirect.
//!
//! Turn off redirects in the client. A client that follows a redirect can send the session token to
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

/// The number of bytes of a body that an adapter reads at most, unless another limit is set.
#[cfg(any(feature = "tower-0_3", feature = "ureq-3"))]
const DEFAULT_BODY_LIMIT: usize = 1 << 20;
