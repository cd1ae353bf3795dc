//! The hosts that a signer may sign for.

use http::HeaderMap;

use crate::error::Error;
use crate::protocol::canonical::Host;

/// The patterns of the allowed hosts: exact names, and `*.name` for the subdomains of a name.
#[derive(Debug)]
pub(super) struct AllowedHosts(Vec<Pattern>);

/// A pattern in lower case.
#[derive(Debug)]
enum Pattern {
    /// Allows the host with this name.
    Exact(String),
    /// Allows every host whose name is longer and ends with this text. The text begins with a dot.
    Suffix(String),
}

impl AllowedHosts {
    /// Parses the patterns. An error names the index of the first invalid pattern.
    pub(super) fn new<S: AsRef<str>>(hosts: impl IntoIterator<Item = S>) -> Result<Self, Error> {
        let hosts = hosts.into_iter().enumerate();
        let patterns = hosts.map(|(index, host)| {
            let host = host.as_ref().to_ascii_lowercase();
            let pattern = match host.strip_prefix('*') {
                Some(suffix) if suffix.starts_with('.') => Pattern::Suffix(suffix.to_owned()),
                _ => Pattern::Exact(host),
            };
            let name = match &pattern {
                Pattern::Exact(name) => name,
                Pattern::Suffix(suffix) => suffix.strip_prefix('.').unwrap_or_default(),
            };
            let is_name = Host::new(name).is_ok_and(|host| host.text == host.name);
            if is_name && !name.starts_with('.') && !name.contains('*') {
                Ok(pattern)
            } else {
                Err(Error::invalid_allowed_host(index))
            }
        });
        patterns.collect::<Result<_, _>>().map(Self)
    }

    /// Checks the host of the URI, because a client connects to it, and the host of the `Host`
    /// header, because a proxy may forward the request to it.
    pub(super) fn check(
        &self,
        authority: Option<Host<'_>>,
        headers: &HeaderMap,
    ) -> Result<(), Error> {
        let signed = Host::of_request(authority, headers)?;
        if authority.into_iter().chain([signed]).all(|host| self.allows(host)) {
            Ok(())
        } else {
            Err(Error::host_not_allowed())
        }
    }

    fn allows(&self, host: Host<'_>) -> bool {
        let name = host.name.to_ascii_lowercase();
        self.0.iter().any(|pattern| match pattern {
            Pattern::Exact(host) => *host == name,
            Pattern::Suffix(suffix) => name.len() > suffix.len() && name.ends_with(suffix),
        })
    }
}
