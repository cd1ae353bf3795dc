//! How far the clocks of the servers are from this machine's, learnt from their answers.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{AGE, DATE};
use time::{UtcDateTime, format_description};

use crate::error::Error;
use crate::protocol::timestamp::XDate;

/// In milliseconds, to add to this machine's time.
#[derive(Default)]
pub(super) struct ClockOffset(AtomicI64);

impl ClockOffset {
    /// Returns the time that a server would tell, as far as is known.
    pub(super) fn correct(&self, now: SystemTime) -> Result<(XDate, SystemTime), Error> {
        let offset = self.0.load(Ordering::Relaxed);
        let distance = Duration::from_millis(offset.unsigned_abs());
        let time = if offset < 0 { now.checked_sub(distance) } else { now.checked_add(distance) };
        match time.and_then(|time| Some((XDate::try_from(time).ok()?, time))) {
            Some(corrected) => Ok(corrected),
            // A time beyond the calendar was a lie.
            None => Ok((XDate::try_from(now)?, now)),
        }
    }

    pub(super) fn learn(&self, response: &HeaderMap, sent: SystemTime, received: SystemTime) {
        if let Some(offset) = offset(response, sent, received) {
            self.0.store(offset, Ordering::Relaxed);
        }
    }
}

/// Returns what an answer says about the clock, if it says anything: it is not from a cache, was
/// under way for a short time, and has a date, which is that of the middle of the way.
fn offset(response: &HeaderMap, sent: SystemTime, received: SystemTime) -> Option<i64> {
    let underway = received.duration_since(sent).ok().filter(|underway| *underway <= SLOW)?;
    if response.contains_key(AGE) {
        return None;
    }
    let date = response.get(DATE)?.to_str().ok()?;
    let date = imf_fixdate(date)?;
    // Dates are cut to the second.
    let date = date.checked_add(Duration::from_millis(500))?;
    let middle = sent.checked_add(underway.checked_div(2)?)?;
    let (distance, sign) = match date.duration_since(middle) {
        Ok(ahead) => (ahead, 1),
        Err(behind) => (behind.duration(), -1),
    };
    // Well within the window of the servers, this machine's own clock is the steadier one.
    if distance < NEAR {
        return Some(0);
    }
    i64::try_from(distance.as_millis()).ok()?.checked_mul(sign)
}

/// Reads the one form of `Date` that servers write (RFC 9110, 5.6.7).
///
/// The parser of `time` for the whole of RFC 2822 recurses for each `(` of a comment, so that a
/// server could overflow the stack of its client (RUSTSEC-2026-0009).
fn imf_fixdate(date: &str) -> Option<SystemTime> {
    let format = format_description::parse_borrowed::<2>(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT",
    );
    // A year may have a sign or more than four digits: no other spelling has 29 bytes.
    let date = Some(date).filter(|date| date.len() == "Wed, 18 Aug 2021 09:57:29 GMT".len())?;
    UtcDateTime::parse(date, &format.ok()?).ok().map(SystemTime::from)
}

const SLOW: Duration = Duration::from_secs(10);
const NEAR: Duration = Duration::from_secs(60);
