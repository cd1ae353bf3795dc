//! The `X-Date` timestamp: the time when a request was signed, in whole seconds.
//!
//! In: a [`SystemTime`] or the text of the header. Out: `YYYYMMDDTHHMMSSZ`. The first eight digits
//! are the date of the credential scope. This file does not read the clock.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use time::format_description::well_known::Iso8601;
use time::format_description::well_known::iso8601::{
    Config, EncodedConfig, FormattedComponents, TimePrecision,
};
use time::{Date, UtcDateTime};

use crate::error::Error;

/// The `X-Date` timestamp: `YYYYMMDDTHHMMSSZ` in UTC, for the years 1970 to 9999.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use volcengine_sigv4::XDate;
///
/// let x_date: XDate = "20210818T095729Z".parse()?;
/// assert_eq!(SystemTime::from(x_date), SystemTime::UNIX_EPOCH + Duration::from_secs(1629280649));
/// # Ok::<(), volcengine_sigv4::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct XDate {
    text: [u8; 16],
    date_time: UtcDateTime,
}

impl XDate {
    /// Returns the text of the header.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text).unwrap_or_default()
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.text
    }

    /// Returns the date, which is also the date of the credential scope: `YYYYMMDD`.
    pub(crate) fn date(&self) -> &str {
        self.as_str().get(..8).unwrap_or_default()
    }

    /// Checks that `date` is a valid date for a credential scope.
    pub(crate) fn check_date(date: &str) -> Result<(), Error> {
        let is_plain = date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit());
        match is_plain.then(|| Date::parse(date, &DATE_FORMAT)) {
            Some(Ok(date)) if date >= UtcDateTime::UNIX_EPOCH.date() => Ok(()),
            _ => Err(Error::malformed_x_date()),
        }
    }

    fn from_date_time(date_time: UtcDateTime) -> Result<Self, Error> {
        if date_time < UtcDateTime::UNIX_EPOCH {
            return Err(Error::time_out_of_range());
        }
        let mut text = [0; 16];
        date_time
            .format_into(&mut text.as_mut_slice(), &FORMAT)
            .map_err(|_| Error::time_out_of_range())?;
        Ok(Self { text, date_time })
    }
}

/// Fractions of a second are dropped.
impl TryFrom<SystemTime> for XDate {
    type Error = Error;

    fn try_from(time: SystemTime) -> Result<Self, Error> {
        let seconds = time.duration_since(SystemTime::UNIX_EPOCH).ok().map(|time| time.as_secs());
        let date_time = seconds
            .and_then(|seconds| i64::try_from(seconds).ok())
            .and_then(|seconds| UtcDateTime::from_unix_timestamp(seconds).ok())
            .ok_or_else(Error::time_out_of_range)?;
        Self::from_date_time(date_time)
    }
}

impl From<XDate> for SystemTime {
    fn from(x_date: XDate) -> Self {
        x_date.date_time.into()
    }
}

impl FromStr for XDate {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        // ISO 8601 also allows "+" and "-" before a year, and week dates. `time` 0.3 panics on some
        // of them.
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"TZ".contains(&byte));
        let date_time = is_plain.then(|| UtcDateTime::parse(text, &FORMAT).ok()).flatten();
        let x_date = Self::from_date_time(date_time.ok_or_else(Error::malformed_x_date)?)?;
        // The parser also accepts other formats, for example without seconds. The protocol allows
        // only this one.
        if x_date.as_str() == text { Ok(x_date) } else { Err(Error::malformed_x_date()) }
    }
}

impl AsRef<str> for XDate {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for XDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for XDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("XDate").field(&self.as_str()).finish()
    }
}

/// The basic format of ISO 8601. Formatting and parsing with it take half the time that they take
/// with a `format_description` of the `time` crate.
const FORMAT: Iso8601<BASIC> = Iso8601;
const BASIC: EncodedConfig = Config::DEFAULT
    .set_use_separators(false)
    .set_time_precision(TimePrecision::Second { decimal_digits: None })
    .encode();

const DATE_FORMAT: Iso8601<BASIC_DATE> = Iso8601;
const BASIC_DATE: EncodedConfig = Config::DEFAULT
    .set_use_separators(false)
    .set_formatted_components(FormattedComponents::Date)
    .encode();

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(seconds: u64) -> Result<XDate, Error> {
        // On Windows, `SystemTime` cannot represent `i64::MAX` seconds.
        let time = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
        time.map_or_else(|| Err(Error::time_out_of_range()), XDate::try_from)
    }

    #[test]
    fn the_epoch_is_the_first_timestamp() {
        assert_eq!(at(0).unwrap().as_str(), "19700101T000000Z");
        // 100 ns is the smallest step on Windows. WASI has no time before the epoch.
        if let Some(before) = SystemTime::UNIX_EPOCH.checked_sub(Duration::from_nanos(100)) {
            assert_eq!(
                XDate::try_from(before).unwrap_err().to_string(),
                "the time is outside the years 1970 to 9999"
            );
        }
    }

    #[test]
    fn the_last_second_of_the_year_9999_is_the_last_timestamp() {
        assert_eq!(at(253_402_300_799).unwrap().as_str(), "99991231T235959Z");
        assert!(at(253_402_300_800).is_err());
        assert!(at(i64::MAX as u64).is_err());
    }

    #[test]
    fn february_29_is_accepted_only_in_a_leap_year() {
        assert_eq!(at(951_782_400).unwrap().as_str(), "20000229T000000Z");
        assert!("20010229T000000Z".parse::<XDate>().is_err());
    }

    #[test]
    fn only_the_format_yyyymmddthhmmssz_is_accepted() {
        assert_eq!("20210818T095729Z".parse::<XDate>().unwrap().date(), "20210818");
        for text in [
            "",
            "20210818T095729",
            "20210818T095729z",
            "20210818t095729Z",
            " 20210818T095729Z",
            "20210818T095729Z ",
            "2021-08-18T09:57:29Z",
            "20210818T095729.0Z",
            "20210818T0957Z",
            "20210818T095729+00",
            "99991231T235959-01",
            "9999W527T000000Z",
            "+2021818T095729Z",
            "20210818T095760Z",
            "20210818T240000Z",
            "20210231T000000Z",
            "19691231T235959Z",
            "２０２１0818T095729Z",
        ] {
            assert!(text.parse::<XDate>().is_err(), "{text:?}");
        }
    }
}
