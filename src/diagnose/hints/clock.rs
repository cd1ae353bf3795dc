//! `X-Date` against the clock.

use std::time::{Duration, SystemTime};

use super::Hints;
use crate::diagnose::finding::Phrase;
use crate::protocol::query_parameter::X_EXPIRES;
use crate::protocol::timestamp::XDate;

/// How far a clock may be off: servers take 15 minutes.
const WINDOW: Duration = Duration::from_secs(15 * 60);
/// How exactly the offset of a time zone is met.
const NEAR: u64 = 5 * 60;

impl Hints<'_> {
    pub(super) fn look_at_the_time(&mut self) {
        let Some(text) = self.received.date() else {
            if self.has_signature() {
                self.refuse("x-date-missing", Vec::new());
            }
            return;
        };
        match text.parse::<XDate>() {
            Ok(x_date) => self.compare(x_date.into()),
            Err(_) => self.refuse("x-date-malformed", Vec::new()),
        }
    }

    fn compare(&mut self, signed_at: SystemTime) {
        let (distance, is_ahead) = match signed_at.duration_since(self.wanted.time) {
            Ok(ahead) => (ahead, true),
            Err(behind) => (behind.duration(), false),
        };
        // A request from the past may have been kept since then; nobody keeps one from the future.
        if !is_ahead && !self.wanted.is_time_set {
            return;
        }
        if self.is_presigned() && !is_ahead {
            let life = self.received.parameter(X_EXPIRES).and_then(|life| life.parse().ok());
            if distance > life.map_or(WINDOW, Duration::from_secs) {
                self.refuse("url-expired", Vec::new());
            }
            return;
        }
        if distance <= WINDOW {
            return;
        }
        self.refuse("clock-skew", vec![("distance", in_words(distance.as_secs(), is_ahead))]);
        if let Some(zone) = zone(distance.as_secs(), is_ahead) {
            self.refuse("clock-local-time", vec![("zone", zone.into())]);
        }
    }
}

fn in_words(seconds: u64, is_ahead: bool) -> Phrase {
    let (days, hours) = (seconds / 86_400, seconds / 3600 % 24);
    let (minutes, seconds) = (seconds / 60 % 60, seconds % 60);
    let (mut english, mut chinese) = match (days, hours) {
        (0, 0) => (String::new(), String::new()),
        (0, hours) => (format!("{hours} h "), format!(" {hours} 小时")),
        (days, hours) => (format!("{days} d {hours} h "), format!(" {days} 天 {hours} 小时")),
    };
    english.push_str(&format!("{minutes:02} min {seconds:02} s "));
    chinese.push_str(&format!(" {minutes} 分 {seconds} 秒"));
    english.push_str(if is_ahead { "ahead of" } else { "behind" });
    let chinese = if is_ahead { format!("快{chinese}") } else { format!("慢{chinese}") };
    Phrase::from((english, chinese))
}

/// Returns the time zone whose local time is so far from UTC.
fn zone(seconds: u64, is_ahead: bool) -> Option<String> {
    let quarters = seconds.saturating_add(450) / 900;
    let distance = seconds.abs_diff(quarters.saturating_mul(900));
    // Offsets are whole half hours, and three zones have a quarter.
    let is_zone = quarters % 2 == 0 || matches!(quarters, 23 | 35 | 51);
    if distance > NEAR || !is_zone || !(2..=56).contains(&quarters) {
        return None;
    }
    let sign = if is_ahead { '+' } else { '-' };
    Some(match quarters % 4 {
        0 => format!("UTC{sign}{}", quarters / 4),
        rest => format!("UTC{sign}{}:{:02}", quarters / 4, rest.saturating_mul(15)),
    })
}
