//! Learns the time from responses, for the middlewares and the layer.

use std::time::SystemTime;

use http::HeaderMap;

use crate::clock::Clock;
use crate::signer::Signer;

/// The host and the time of a request that is being sent.
pub(super) struct SentRequest {
    host: Option<String>,
    /// `None` if the platform has no clock.
    time: Option<SystemTime>,
}

impl SentRequest {
    /// Stores the current time. Call it just before the request is sent.
    pub(super) fn to(host: Option<&str>) -> Self {
        Self { host: host.map(str::to_owned), time: Clock::default().now().ok() }
    }

    /// Learns the time from a response that has just arrived from `host`.
    ///
    /// Ignores the response if the client followed a redirect to another host. That host is not the
    /// service, and its clock may be wrong.
    pub(super) fn learn(self, signer: &Signer, host: Option<&str>, response: &HeaderMap) {
        if self.host.as_deref() != host {
            return;
        }
        if let (Some(sent), Ok(received)) = (self.time, Clock::default().now()) {
            signer.learn_time(response, sent, received);
        }
    }
}
