//! How far the clocks of the servers are from this machine's, learnt from their answers.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{AGE, DATE};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use crate::error::Error;
use crate::protocol::timestamp::XDate;

/// In milliseconds, to add to this machine's time.
#[derive(Default)]
pub(crate) struct ClockOffset(AtomicI64);

impl ClockOffset {
    /// Returns the time that a server would tell, as far as is known.
    pub(crate) fn correct(&self, now: SystemTime) -> Result<(XDate, SystemTime), Error> {
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
    let date: SystemTime = OffsetDateTime::parse(date, &Rfc2822).ok()?.into();
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

const SLOW: Duration = Duration::from_secs(10);
const NEAR: Duration = Duration::from_secs(60);
