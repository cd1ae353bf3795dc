//! How the middlewares and the layer learn the time.

use std::time::SystemTime;

use http::HeaderMap;

use crate::clock::Clock;
use crate::error::Error;
use crate::signer::Signer;

/// Learns the time from an answer that came just now.
pub(super) fn learn(signer: &Signer, response: &HeaderMap, sent: Result<SystemTime, Error>) {
    if let (Ok(sent), Ok(received)) = (sent, Clock::default().now()) {
        signer.learn_time(response, sent, received);
    }
}
