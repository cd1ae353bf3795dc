//! Every step of a signing, for a person.

use std::fmt::{self, Write};

use http::{HeaderMap, HeaderValue};

use crate::protocol::X_SECURITY_TOKEN;
use crate::protocol::canonical::CanonicalRequest;
use crate::protocol::string_to_sign::StringToSign;

/// The steps of a signing: what [`Signer::sign`](crate::Signer::sign) would do to a request.
///
/// The gateway never shows the canonical request that it computed, so there is nothing to compare
/// this with; when it answers `SignatureDoesNotMatch`, the feature `diagnose` names the mistake. To
/// see the steps of a request that was signed before, set the time of its `X-Date` with
/// [`Signer::at`](crate::Signer::at). `Display` and `Debug` show `***` for query values, for the
/// session token and for headers marked sensitive; the accessors return the raw text.
///
/// # Examples
///
/// See [`Signer::explain`](crate::Signer::explain).
#[derive(Clone)]
pub struct Explanation {
    canonical_request: CanonicalRequest,
    string_to_sign: String,
    authorization: String,
    redacted: String,
}

impl Explanation {
    pub(super) fn new(
        canonical_request: CanonicalRequest,
        string_to_sign: &StringToSign,
        authorization: &HeaderValue,
        headers: &HeaderMap,
    ) -> Self {
        let is_hidden = |name: &str| {
            name == X_SECURITY_TOKEN || headers.get(name).is_some_and(HeaderValue::is_sensitive)
        };
        Self {
            redacted: redact(canonical_request.as_bytes(), is_hidden),
            canonical_request,
            string_to_sign: string_to_sign.to_string(),
            authorization: authorization.to_str().unwrap_or_default().to_owned(),
        }
    }

    /// Returns the canonical request, with its query values and the session token.
    pub fn canonical_request(&self) -> &[u8] {
        self.canonical_request.as_bytes()
    }

    /// Returns the string to sign.
    pub fn string_to_sign(&self) -> &str {
        &self.string_to_sign
    }

    /// Returns the value of the `Authorization` header.
    pub fn authorization(&self) -> &str {
        &self.authorization
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "canonical request:\n{}\n", self.redacted)?;
        writeln!(f, "string to sign:\n{}\n", self.string_to_sign)?;
        write!(f, "authorization:\n{}", self.authorization)
    }
}

impl fmt::Debug for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explanation")
            .field("canonical_request", &self.redacted)
            .field("string_to_sign", &self.string_to_sign)
            .field("authorization", &self.authorization)
            .finish_non_exhaustive()
    }
}

/// The third line of a canonical request is its query; the header lines follow, up to an empty
/// one.
fn redact(canonical_request: &[u8], is_hidden: impl Fn(&str) -> bool) -> String {
    let text = readable(canonical_request);
    let mut in_headers = true;
    let lines = text.split('\n').enumerate().map(|(index, line)| {
        in_headers &= index < 3 || !line.is_empty();
        match (index, line.split_once(':')) {
            (0 | 1, _) => line.to_owned(),
            (2, _) => redact_query(line),
            (_, Some((name, _))) if in_headers && is_hidden(name) => format!("{name}:***"),
            _ => line.to_owned(),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

pub(super) fn redact_query(query: &str) -> String {
    let parameters = query.split('&').map(|parameter| match parameter.split_once('=') {
        Some((key, value)) if !value.is_empty() => format!("{key}=***"),
        _ => parameter.to_owned(),
    });
    parameters.collect::<Vec<_>>().join("&")
}

/// Keeps what is UTF-8 and writes every other byte as `\xXX`.
fn readable(bytes: &[u8]) -> String {
    bytes.utf8_chunks().fold(String::new(), |mut text, chunk| {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a string does not fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
        text
    })
}
