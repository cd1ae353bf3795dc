//! How the middlewares and the layer learn the time from a response.

use std::time::SystemTime;

use http::HeaderMap;

use crate::clock::Clock;
use crate::signer::Signer;

/// A request that was sent just now: where to, and when.
pub(super) struct Sent {
    host: Option<String>,
    /// `None` if this target has no clock.
    time: Option<SystemTime>,
}

impl Sent {
    pub(super) fn to(host: Option<&str>) -> Self {
        Self { host: host.map(str::to_owned), time: Clock::default().now().ok() }
    }

    /// Learns the time from the response, which came just now from `host`.
    ///
    /// Ignores a response of another host, to which the client followed a redirect. That host is
    /// not the service, and its clock may be wrong.
    pub(super) fn learn(self, signer: &Signer, host: Option<&str>, response: &HeaderMap) {
        if self.host.as_deref() != host {
            return;
        }
        if let (Some(sent), Ok(received)) = (self.time, Clock::default().now()) {
            signer.learn_time(response, sent, received);
        }
    }
}
