//! Step 5: the value of the `Authorization` header.
//!
//! In: access key id, [`CredentialScope`], the names of the signed headers, [`Signature`]. Out: the
//! value of the header. The value can also be parsed.

use std::fmt;
use std::str::FromStr;

use http::HeaderName;

use super::ALGORITHM;
use super::scope::CredentialScope;
use super::signature::Signature;
use crate::error::{Error, ErrorKind};
use crate::field::check_access_key_id;

/// The value of an `Authorization` header.
///
/// Its text is
/// `HMAC-SHA256 Credential=<access key id>/<scope>, SignedHeaders=<names>, Signature=<hex>`.
///
/// # Examples
///
/// ```
/// use volcengine_sigv4::Authorization;
///
/// let text = format!(
///     "HMAC-SHA256 Credential=AKLTEXAMPLE/20210818/cn-beijing/ecs/request, \
///      SignedHeaders=host;x-date, Signature={}",
///     "ab".repeat(32),
/// );
/// let authorization: Authorization = text.parse()?;
/// assert_eq!(authorization.access_key_id(), "AKLTEXAMPLE");
/// assert_eq!(authorization.signed_headers().collect::<Vec<_>>(), ["host", "x-date"]);
/// assert_eq!(authorization.to_string(), text);
/// # Ok::<(), volcengine_sigv4::Error>(())
/// ```
#[derive(Clone)]
pub struct Authorization {
    access_key_id: String,
    scope: CredentialScope,
    signed_headers: String,
    signature: Signature,
}

impl Authorization {
    /// Makes the value from its parts. `signed_headers` are header names in lower case. Their order
    /// is kept.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidAuthorization`] if `signed_headers` is empty or contains an invalid or
    /// upper-case name, and for an access key id that
    /// [`Credentials::new`](crate::Credentials::new) refuses.
    pub fn new(
        access_key_id: &str,
        scope: CredentialScope,
        signed_headers: &[&str],
        signature: Signature,
    ) -> Result<Self, Error> {
        check_access_key_id(ErrorKind::InvalidAuthorization, "access key id", access_key_id)?;
        let is_name = |name: &&str| HeaderName::from_lowercase(name.as_bytes()).is_ok();
        if signed_headers.is_empty() || !signed_headers.iter().all(is_name) {
            return Err(Error::invalid_authorization(
                "SignedHeaders is empty or contains an invalid or upper-case name",
            ));
        }
        Ok(Self {
            access_key_id: access_key_id.to_owned(),
            scope,
            signed_headers: signed_headers.join(";"),
            signature,
        })
    }

    /// Returns the access key id.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// Returns the credential scope.
    pub fn scope(&self) -> &CredentialScope {
        &self.scope
    }

    /// Returns the names of the signed headers, in lower case and in the order of the list.
    pub fn signed_headers(&self) -> impl Iterator<Item = &str> + Clone {
        self.signed_headers.split(';')
    }

    /// Returns the signature.
    pub fn signature(&self) -> &Signature {
        &self.signature
    }
}

impl FromStr for Authorization {
    type Err = Error;

    /// Parses the text. The order of the parts must be `Credential`, `SignedHeaders`, `Signature`.
    /// Any number of spaces may follow a comma.
    fn from_str(text: &str) -> Result<Self, Error> {
        let raw = RawAuthorization::new(text)?;
        let (access_key_id, scope) = parse_credential(raw.credential)?;
        let names: Vec<_> = raw.signed_headers.split(';').collect();
        Self::new(access_key_id, scope, &names, raw.signature.parse()?)
    }
}

/// The texts of the three parts of an authorization, before they are parsed.
pub(crate) struct RawAuthorization<'a> {
    pub(crate) credential: &'a str,
    pub(crate) signed_headers: &'a str,
    pub(crate) signature: &'a str,
}

impl<'a> RawAuthorization<'a> {
    pub(crate) fn new(text: &'a str) -> Result<Self, Error> {
        let parts = text
            .strip_prefix(ALGORITHM)
            .and_then(|parts| parts.strip_prefix(' '))
            .ok_or_else(|| Error::invalid_authorization("the algorithm is not HMAC-SHA256"))?;
        let mut parts = parts.split(',').enumerate().map(|(index, part)| match index {
            0 => part,
            _ => part.trim_start_matches(' '),
        });
        let mut next = |label: &str, missing| {
            parts
                .next()
                .and_then(|part| part.strip_prefix(label))
                .ok_or_else(|| Error::invalid_authorization(missing))
        };
        let credential =
            next("Credential=", "the authorization does not have Credential as its first part")?;
        let signed_headers = next(
            "SignedHeaders=",
            "the authorization does not have SignedHeaders as its second part",
        )?;
        let signature =
            next("Signature=", "the authorization does not have Signature as its third part")?;
        if parts.next().is_some() {
            return Err(Error::invalid_authorization(
                "the authorization has extra text after the Signature",
            ));
        }
        Ok(Self { credential, signed_headers, signature })
    }
}

/// Parses `<access key id>/<scope>`.
pub(crate) fn parse_credential(credential: &str) -> Result<(&str, CredentialScope), Error> {
    let (access_key_id, scope) = credential
        .split_once('/')
        .ok_or_else(|| Error::invalid_authorization("the Credential has no credential scope"))?;
    check_access_key_id(ErrorKind::InvalidAuthorization, "access key id", access_key_id)?;
    let scope = scope.parse().map_err(|_| {
        Error::invalid_authorization("the Credential has a malformed credential scope")
    })?;
    Ok((access_key_id, scope))
}

impl fmt::Display for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&authorization_value(
            &self.access_key_id,
            &self.scope,
            self.signed_headers(),
            &self.signature,
        ))
    }
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorization")
            .field("access_key_id", &self.access_key_id)
            .field("scope", &self.scope)
            .field("signed_headers", &self.signed_headers)
            .finish_non_exhaustive()
    }
}

/// Writes the value. The parts must be valid. The text is allocated once, with its exact length.
pub(crate) fn authorization_value<'a>(
    access_key_id: &str,
    scope: &CredentialScope,
    signed_headers: impl Iterator<Item = &'a str> + Clone,
    signature: &Signature,
) -> String {
    let signature = signature.to_hex();
    let before =
        [ALGORITHM, " Credential=", access_key_id, "/", scope.as_str(), ", SignedHeaders="];
    let after = [", Signature=", signature.as_str()];
    let names = signed_headers.clone().map(|name| name.len().saturating_add(1));
    let length = before.iter().chain(&after).map(|part| part.len()).chain(names).sum::<usize>();
    let mut value = String::with_capacity(length.saturating_sub(1));
    value.extend(before);
    for (index, name) in signed_headers.enumerate() {
        if index > 0 {
            value.push(';');
        }
        value.push_str(name);
    }
    value.extend(after);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREDENTIAL: &str = "Credential=AKLTEXAMPLE/20210818/cn-beijing/ecs/request";

    fn problem(text: &str) -> String {
        text.parse::<Authorization>().unwrap_err().to_string()
    }

    #[test]
    fn spaces_after_a_comma_are_ignored() {
        let hex = "ab".repeat(32);
        for comma in [",", ", ", ",  "] {
            let text = format!(
                "HMAC-SHA256 {CREDENTIAL}{comma}SignedHeaders=host;x-date{comma}Signature={hex}"
            );
            let authorization: Authorization = text.parse().unwrap();
            assert_eq!(
                authorization.to_string(),
                format!("HMAC-SHA256 {CREDENTIAL}, SignedHeaders=host;x-date, Signature={hex}")
            );
        }
    }

    #[test]
    fn only_valid_names_in_lower_case_are_accepted_as_signed_headers() {
        let scope: CredentialScope = "20210818/cn-beijing/ecs/request".parse().unwrap();
        for names in [&["host;x-date"][..], &["Host"], &[]] {
            let authorization =
                Authorization::new("AKLTEXAMPLE", scope.clone(), names, [0; 32].into());
            assert_eq!(
                authorization.unwrap_err().to_string(),
                "SignedHeaders is empty or contains an invalid or upper-case name"
            );
        }
    }

    #[test]
    fn errors_say_what_is_wrong_with_the_authorization() {
        let hex = "ab".repeat(32);
        assert_eq!(problem("hmac-sha256 Credential="), "the algorithm is not HMAC-SHA256");
        assert_eq!(
            problem("HMAC-SHA256 SignedHeaders=host"),
            "the authorization does not have Credential as its first part"
        );
        assert_eq!(
            problem(&format!("HMAC-SHA256 {CREDENTIAL}, SignedHeaders=host, Signature={hex},")),
            "the authorization has extra text after the Signature"
        );
        assert_eq!(
            problem(&format!("HMAC-SHA256 {CREDENTIAL}, SignedHeaders=Host, Signature={hex}")),
            "SignedHeaders is empty or contains an invalid or upper-case name"
        );
        assert_eq!(
            problem(&format!("HMAC-SHA256 {CREDENTIAL}, SignedHeaders=, Signature={hex}")),
            "SignedHeaders is empty or contains an invalid or upper-case name"
        );
    }
}
