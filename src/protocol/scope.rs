//! The credential scope: the date, region and service for which a signing key is valid.
//!
//! In: the `X-Date` timestamp, region, service. Out: `YYYYMMDD/region/service/request`.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::timestamp::XDate;
use crate::error::Error;
use crate::field::check_region_and_service;

/// The credential scope: `YYYYMMDD/region/service/request`.
///
/// Region and service are 1 to 128 bytes of visible ASCII without `/` and `,`. They are
/// case-sensitive: `ESCloud` and `escloud` are different services.
///
/// # Examples
///
/// ```
/// use volcengine_sigv4::{CredentialScope, XDate};
///
/// let x_date: XDate = "20210818T095729Z".parse()?;
/// let scope = CredentialScope::new(&x_date, "cn-beijing", "ecs")?;
/// assert_eq!(scope.as_str(), "20210818/cn-beijing/ecs/request");
/// # Ok::<(), volcengine_sigv4::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CredentialScope(Arc<str>);

impl CredentialScope {
    /// Makes the scope for the date of `x_date`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidScope`](crate::ErrorKind::InvalidScope) for a region or service that is
    /// not 1 to 128 bytes of visible ASCII without `/` and `,`.
    pub fn new(x_date: &XDate, region: &str, service: &str) -> Result<Self, Error> {
        Ok(RegionAndService::new(region, service)?.to_scope(x_date))
    }

    /// Returns the whole text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the date: `YYYYMMDD`.
    pub fn date(&self) -> &str {
        self.0.get(..8).unwrap_or_default()
    }

    /// Returns the region.
    pub fn region(&self) -> &str {
        self.part(1)
    }

    /// Returns the service.
    pub fn service(&self) -> &str {
        self.part(2)
    }

    /// Returns whether the scope has the date of `x_date`.
    pub(crate) fn has_same_date_as(&self, x_date: &XDate) -> bool {
        self.0.as_bytes().first_chunk::<8>() == x_date.as_bytes().first_chunk()
    }

    fn part(&self, index: usize) -> &str {
        self.0.split('/').nth(index).unwrap_or_default()
    }
}

impl FromStr for CredentialScope {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut parts = text.split('/');
        let (Some(date), Some(region), Some(service), Some(TERMINATOR), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Error::malformed_scope());
        };
        XDate::check_date(date).map_err(|_| Error::malformed_scope())?;
        check_region_and_service(region, service)?;
        Ok(Self(text.into()))
    }
}

impl AsRef<str> for CredentialScope {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for CredentialScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for CredentialScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CredentialScope").field(&self.as_str()).finish()
    }
}

/// The region and service of a credential scope, without a date.
#[derive(Clone, Debug)]
pub(crate) struct RegionAndService {
    region: String,
    service: String,
}

impl RegionAndService {
    pub(crate) fn new(region: &str, service: &str) -> Result<Self, Error> {
        check_region_and_service(region, service)?;
        Ok(Self { region: region.to_owned(), service: service.to_owned() })
    }

    pub(crate) fn region(&self) -> &str {
        &self.region
    }

    pub(crate) fn service(&self) -> &str {
        &self.service
    }

    /// Returns whether `scope` has this region and service.
    pub(crate) fn matches(&self, scope: &CredentialScope) -> bool {
        scope.region() == self.region && scope.service() == self.service
    }

    /// Returns the scope with this region and service and with the date of `x_date`.
    pub(crate) fn to_scope(&self, x_date: &XDate) -> CredentialScope {
        let Self { region, service } = self;
        CredentialScope(format!("{}/{region}/{service}/{TERMINATOR}", x_date.date()).into())
    }
}

/// The last part of every scope. It is also the last text in the derivation of a signing key.
pub(crate) const TERMINATOR: &str = "request";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn a_parsed_scope_has_the_parts_and_the_text_it_was_parsed_from() {
        let scope: CredentialScope = "20210818/cn-beijing/rds_mysql/request".parse().unwrap();
        assert_eq!((scope.date(), scope.region()), ("20210818", "cn-beijing"));
        assert_eq!(scope.service(), "rds_mysql");
        assert_eq!(scope.to_string(), "20210818/cn-beijing/rds_mysql/request");
    }

    #[test]
    fn a_malformed_scope_is_refused() {
        for text in [
            "",
            "20210818/cn-beijing/ecs",
            "20210818/cn-beijing/ecs/aws4_request",
            "20210818/cn-beijing/ecs/request/",
            "20210231/cn-beijing/ecs/request",
            "19691231/cn-beijing/ecs/request",
            "2021230/cn-beijing/ecs/request",
            "020210818/cn-beijing/ecs/request",
            " 2021081/cn-beijing/ecs/request",
            "20210818//ecs/request",
        ] {
            let error = text.parse::<CredentialScope>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidScope, "{text:?}");
        }
    }

    #[test]
    fn errors_contain_the_length_or_the_offset() {
        let x_date: XDate = "20210818T095729Z".parse().unwrap();
        let text = |region, service| {
            CredentialScope::new(&x_date, region, service).unwrap_err().to_string()
        };
        assert_eq!(text("", "ecs"), "region has 0 bytes, expected 1 to 128");
        assert_eq!(
            text("cn/beijing", "ecs"),
            "region has an invalid byte at offset 2, expected visible ASCII without \"/\" and \",\""
        );
        assert_eq!(
            text("cn-beijing", &"s".repeat(129)),
            "service has 129 bytes, expected 1 to 128"
        );
    }
}
