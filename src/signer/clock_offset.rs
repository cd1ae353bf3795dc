//! How far the clocks of the servers are from this machine's clock, learnt from their responses.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{AGE, DATE};
use time::{UtcDateTime, format_description};

use crate::error::Error;
use crate::protocol::timestamp::XDate;

/// In milliseconds, to add to this machine's time.
#[derive(Default)]
pub(crate) struct ClockOffset(AtomicI64);

impl ClockOffset {
    pub(super) fn milliseconds(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Returns the server's time, as far as it is known.
    pub(crate) fn correct(&self, now: SystemTime) -> Result<(XDate, SystemTime), Error> {
        let offset = self.milliseconds();
        let distance = Duration::from_millis(offset.unsigned_abs());
        let time = if offset < 0 { now.checked_sub(distance) } else { now.checked_add(distance) };
        match time.and_then(|time| Some((XDate::try_from(time).ok()?, time))) {
            Some(corrected) => Ok(corrected),
            // Outside the years 1970 to 9999, the offset is wrong: ignore it.
            None => Ok((XDate::try_from(now)?, now)),
        }
    }

    pub(super) fn learn(&self, response: &HeaderMap, sent: SystemTime, received: SystemTime) {
        if let Some(offset) = offset(response, sent, received) {
            self.0.store(offset, Ordering::Relaxed);
        }
    }
}

/// Returns the offset that a response tells: if it does not come from a cache, took a short time,
/// and has a `Date`, which is taken as the moment halfway between sent and received.
fn offset(response: &HeaderMap, sent: SystemTime, received: SystemTime) -> Option<i64> {
    let elapsed = received.duration_since(sent).ok().filter(|elapsed| *elapsed <= SLOW)?;
    if response.contains_key(AGE) {
        return None;
    }
    let date = imf_fixdate(response.get(DATE)?.to_str().ok()?)?;
    // Servers drop the fractions of a second.
    let date = date.checked_add(Duration::from_millis(500))?;
    let halfway = sent.checked_add(elapsed.checked_div(2)?)?;
    let (distance, sign) = match date.duration_since(halfway) {
        Ok(ahead) => (ahead, 1),
        Err(behind) => (behind.duration(), -1),
    };
    // Small differences are within the servers' window: trust the local clock.
    if distance < NEAR {
        return Some(0);
    }
    i64::try_from(distance.as_millis()).ok()?.checked_mul(sign)
}

/// Parses the one form of `Date` that servers write (RFC 9110, 5.6.7).
///
/// `time` also has a parser for all of RFC 2822. It recurses for each `(` of a comment, so that a
/// server could overflow the stack of its client (RUSTSEC-2026-0009).
fn imf_fixdate(date: &str) -> Option<SystemTime> {
    let format = format_description::parse_borrowed::<2>(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT",
    );
    // `time` accepts a year with a sign or more digits. Those spellings are longer than 29 bytes.
    let date = Some(date).filter(|date| date.len() == 29)?;
    UtcDateTime::parse(date, &format.ok()?).ok().map(SystemTime::from)
}

const SLOW: Duration = Duration::from_secs(10);
const NEAR: Duration = Duration::from_secs(60);
