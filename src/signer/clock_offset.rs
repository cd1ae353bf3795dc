//! The difference between the server's clock and this machine's clock, learnt from responses.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{AGE, DATE};
use time::{UtcDateTime, format_description};

use crate::error::Error;
use crate::protocol::timestamp::XDate;

/// The difference in milliseconds. This machine's time plus this value is the server's time.
#[derive(Default)]
pub(crate) struct ClockOffset(AtomicI64);

impl ClockOffset {
    /// Returns the difference in milliseconds, or 0 if none was learnt.
    pub(super) fn milliseconds(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Returns the server's time: `now` plus the learnt difference.
    pub(crate) fn server_time(&self, now: SystemTime) -> Result<(XDate, SystemTime), Error> {
        let offset = self.milliseconds();
        let distance = Duration::from_millis(offset.unsigned_abs());
        let time = if offset < 0 { now.checked_sub(distance) } else { now.checked_add(distance) };
        match time.and_then(|time| Some((XDate::try_from(time).ok()?, time))) {
            Some(corrected) => Ok(corrected),
            // The result is outside the years 1970 to 9999, so the offset must be wrong. Ignore it.
            None => Ok((XDate::try_from(now)?, now)),
        }
    }

    /// Stores the difference if the response is usable, see [`offset`].
    pub(super) fn learn(&self, response: &HeaderMap, sent: SystemTime, received: SystemTime) {
        if let Some(offset) = offset(response, sent, received) {
            self.0.store(offset, Ordering::Relaxed);
        }
    }
}

/// Computes the offset in milliseconds from a response. It is `None` if the response came from a
/// cache, took more than [`MAX_ROUND_TRIP`] or has no valid `Date`.
///
/// The server is assumed to have written `Date` halfway between `sent` and `received`.
fn offset(response: &HeaderMap, sent: SystemTime, received: SystemTime) -> Option<i64> {
    let elapsed =
        received.duration_since(sent).ok().filter(|elapsed| *elapsed <= MAX_ROUND_TRIP)?;
    if response.contains_key(AGE) {
        return None;
    }
    let date = imf_fixdate(response.get(DATE)?.to_str().ok()?)?;
    // Servers drop the fraction of the second from `Date`. It is half a second on average.
    let date = date.checked_add(Duration::from_millis(500))?;
    let halfway = sent.checked_add(elapsed.checked_div(2)?)?;
    let (distance, sign) = match date.duration_since(halfway) {
        Ok(ahead) => (ahead, 1),
        Err(behind) => (behind.duration(), -1),
    };
    // Servers accept small differences, and the local clock is more precise than `Date`.
    if distance < MIN_OFFSET {
        return Some(0);
    }
    i64::try_from(distance.as_millis()).ok()?.checked_mul(sign)
}

/// Parses the form of `Date` that servers must write: IMF-fixdate (RFC 9110, section 5.6.7).
///
/// `time` also has a parser for all of RFC 2822. That parser is not used: it recurses for each `(`
/// of a comment, so a server could overflow the stack of its client (RUSTSEC-2026-0009).
fn imf_fixdate(date: &str) -> Option<SystemTime> {
    let format = format_description::parse_borrowed::<2>(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT",
    );
    // `time` also accepts a year with a sign or with more digits. Such a date has more than 29
    // bytes, and is refused here.
    let date = Some(date).filter(|date| date.len() == 29)?;
    let (day, date) = (date.get(..3)?, UtcDateTime::parse(date, &format.ok()?).ok()?);
    // `time` does not compare the name of the day with the date.
    if !date.weekday().to_string().starts_with(day) {
        return None;
    }
    // A date before 1970 is ignored. The conversion of `time` panics on platforms whose
    // `SystemTime` has no such date.
    let seconds = u64::try_from(date.unix_timestamp()).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

/// A response that took longer is ignored: its `Date` is too far from the halfway point.
const MAX_ROUND_TRIP: Duration = Duration::from_secs(10);

/// A smaller difference counts as 0.
const MIN_OFFSET: Duration = Duration::from_secs(60);
