//! What is seen in a request without its signature: no cryptography, only comparing and looking.

mod authorization;
mod clock;
mod request;
mod secrets;

use super::finding::{Finding, Phrase};
use super::received::{Place, Received};
use crate::credentials::Credentials;
use crate::error::Error;
use std::time::SystemTime;

/// What the signer knows, to compare the request with.
pub(super) struct Wanted<'a> {
    pub(super) credentials: &'a Credentials,
    pub(super) region: &'a str,
    pub(super) service: &'a str,
    pub(super) time: SystemTime,
    /// Whether the time was set for this request, and is not just the time of the machine.
    pub(super) is_time_set: bool,
    /// What the allowed hosts of the signer say.
    pub(super) host_check: Result<(), Error>,
}

/// Collects what is seen in a request.
pub(super) struct Hints<'a> {
    received: &'a Received<'a>,
    wanted: &'a Wanted<'a>,
    found: Vec<Finding>,
}

/// Returns what is seen in a request, what matters most first.
pub(super) fn hints(received: &Received<'_>, wanted: &Wanted<'_>) -> Vec<Finding> {
    let mut hints = Hints { received, wanted, found: Vec::new() };
    hints.look_for_the_secret();
    hints.look_at_the_authorization();
    hints.look_at_the_credentials();
    hints.look_at_the_time();
    hints.look_at_the_headers();
    hints.look_at_the_host();
    hints.look_at_the_target();
    hints.look_at_the_body();
    hints.found
}

impl Hints<'_> {
    /// Adds what may be all right.
    fn add(&mut self, id: &'static str, details: Vec<(&'static str, Phrase)>) {
        self.found.push(Finding::seen(id, details, false));
    }

    /// Adds what makes servers refuse the request.
    fn refuse(&mut self, id: &'static str, details: Vec<(&'static str, Phrase)>) {
        self.found.push(Finding::seen(id, details, true));
    }

    fn is_presigned(&self) -> bool {
        self.received.place == Place::Query
    }

    /// Whether the request carries a signature, or tries to.
    fn has_signature(&self) -> bool {
        self.received.stated.signature.is_some()
    }

    /// Returns a name of the request, if it looks like a name and holds no secret.
    fn name(&self, text: &str) -> Phrase {
        super::received::name(text, self.wanted.credentials)
    }
}
