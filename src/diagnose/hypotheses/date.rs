//! Mistakes about the time of a signature.

use std::time::{Duration, SystemTime};

use time::UtcDateTime;

use super::{Hypotheses, Manner, detail};
use crate::diagnose::finding::Phrase;
use crate::diagnose::recipe::{Change, HeadChange, KeyChange, StringChange};
use crate::diagnose::text::public;
use crate::protocol::timestamp::XDate;

impl Hypotheses<'_> {
    pub(super) fn add_dates(&mut self) {
        self.add_stated_day();
        let Some(x_date) = self.received.x_date() else {
            self.add_read_date();
            return;
        };
        let time = SystemTime::from(x_date);
        for days in [1, -1] {
            let Some(day) = shifted(time, Duration::from_secs(86_400), days) else { continue };
            self.add_day("scope-date", day.date());
        }
        for (minutes, hours) in offsets() {
            for sign in [1, -1] {
                if let Some(date) =
                    shifted(time, Duration::from_secs(minutes.saturating_mul(60)), sign)
                {
                    let sign = if sign < 0 { '-' } else { '+' };
                    let form = format!("{sign}{hours} h").into();
                    let is_whole = minutes % 60 == 0;
                    let manner = if is_whole { Manner::Anywhere } else { Manner::Table };
                    self.add_date("date-local", form, date.as_str(), manner);
                }
            }
        }
        for seconds in 1..=5 {
            for sign in [1, -1] {
                if let Some(date) = shifted(time, Duration::from_secs(seconds), sign) {
                    let sign = if sign < 0 { '-' } else { '+' };
                    let form = format!("{sign}{seconds} s").into();
                    self.add_date("date-reread", form, date.as_str(), Manner::Anywhere);
                }
            }
        }
        for (name, text) in forms(time) {
            self.add_date("date-form", name, &text, Manner::Anywhere);
        }
        self.add_day_forms(&x_date);
    }

    /// The day of the `Authorization`, if it is another than that of `X-Date`.
    fn add_stated_day(&mut self) {
        let Some(stated) = self.received.stated.day.clone() else { return };
        let right = self.right.strings.day.as_bytes();
        if stated.as_bytes() != right {
            let id = if stated.len() == 8 { "scope-date" } else { "scope-date-form" };
            self.add_day(id, &stated);
        }
    }

    fn add_day(&mut self, id: &'static str, day: &str) {
        let text = public(day);
        let key = KeyChange { day: Some(text.clone()), ..KeyChange::default() };
        let strings = StringChange { day: Some(text), ..StringChange::default() };
        let wanted = String::from_utf8_lossy(self.right.strings.day.as_bytes()).into_owned();
        let details = vec![("day", self.name(day)), ("wanted", self.name(&wanted))];
        self.add_in_scope_and_key(id, &details, &Change { key, strings, ..Change::default() });
    }

    fn add_day_forms(&mut self, x_date: &XDate) {
        let text = x_date.as_str();
        let digits = |range| text.get(range).unwrap_or_default();
        let (year, month, day) = (digits(0..4), digits(4..6), digits(6..8));
        let forms = [
            format!("{year}-{month}-{day}"),
            text.to_owned(),
            digits(2..8).to_owned(),
            format!("{year}/{month}/{day}"),
            digits(0..6).to_owned(),
            format!("{year}.{month}.{day}"),
            format!("{day}{month}{year}"),
            unpadded(year, month, day),
            String::new(),
        ];
        for form in forms {
            self.add_day("scope-date-form", &form);
        }
    }

    /// Adds a date of the string to sign, of the header line, and of both.
    fn add_date(&mut self, id: &'static str, form: Phrase, date: &str, manner: Manner) {
        let text = public(date);
        let strings = StringChange { date: Some(text.clone()), ..StringChange::default() };
        let head = HeadChange { x_date: Some(Some(text)), ..HeadChange::default() };
        let details = detail("form", form);
        self.add_in_both(id, &details, [strings.into(), head.into()], manner);
    }

    /// An `X-Date` in another form may have been signed in the right one.
    fn add_read_date(&mut self) {
        let Some(x_date) = self.received.date().and_then(|date| read_date(&date)) else { return };
        let text = public(x_date.as_str());
        let day = public(x_date.date());
        let key = KeyChange { day: Some(day.clone()), ..KeyChange::default() };
        let strings =
            StringChange { date: Some(text.clone()), day: Some(day), ..StringChange::default() };
        let head = HeadChange { x_date: Some(Some(text)), ..HeadChange::default() };
        let details = detail("form", "YYYYMMDDTHHMMSSZ");
        self.add("date-form", details, Change { key, strings, head, ..Change::default() });
    }
}

fn shifted(time: SystemTime, distance: Duration, sign: i8) -> Option<XDate> {
    let time = if sign < 0 { time.checked_sub(distance) } else { time.checked_add(distance) };
    XDate::try_from(time?).ok()
}

/// The offsets of time zones, UTC+8 first, in minutes and as text in hours.
fn offsets() -> impl Iterator<Item = (u64, String)> {
    let hours = (60..=840).step_by(60).filter(|minutes| *minutes != 480);
    let others = [30, 210, 270, 330, 390, 570, 630, 345, 525, 765, 150];
    [480].into_iter().chain(hours).chain(others).map(|minutes: u64| {
        let hours = minutes / 60;
        let rest = match minutes % 60 {
            0 => "",
            30 => ".5",
            _ => ".75",
        };
        (minutes, format!("{hours}{rest}"))
    })
}

/// The time in the forms that other protocols and libraries give it.
fn forms(time: SystemTime) -> Vec<(Phrase, String)> {
    let at = UtcDateTime::from(time);
    let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
    let (hour, minute, second) = (at.hour(), at.minute(), at.second());
    let unix = at.unix_timestamp();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let compact = format!("{year:04}{month:02}{day:02}");
    let clock = format!("{hour:02}:{minute:02}:{second:02}");
    let digits = format!("{hour:02}{minute:02}{second:02}");
    let weekday = at.weekday().to_string();
    let weekday = weekday.get(..3).unwrap_or_default();
    let name = at.month().to_string();
    let name = name.get(..3).unwrap_or_default();
    let forms = [
        ("ISO 8601 with punctuation", "带标点的 ISO 8601", format!("{date}T{clock}Z")),
        ("the day only", "仅日期", compact.clone()),
        ("without Z", "缺少 Z", format!("{compact}T{digits}")),
        ("RFC 1123", "RFC 1123", format!("{weekday}, {day:02} {name} {year:04} {clock} GMT")),
        ("Unix seconds", "Unix 秒数", unix.to_string()),
        ("Unix milliseconds", "Unix 毫秒数", format!("{unix}000")),
        ("ISO 8601 with milliseconds", "带毫秒的 ISO 8601", format!("{date}T{clock}.000Z")),
        ("a date and a time with a space", "空格分隔的日期与时间", format!("{date} {clock}")),
        ("ISO 8601 without Z", "缺少 Z 的 ISO 8601", format!("{date}T{clock}")),
        ("ISO 8601 with an offset", "带时区偏移的 ISO 8601", format!("{date}T{clock}+00:00")),
        ("ISO 8601 with microseconds", "带微秒的 ISO 8601", format!("{date}T{clock}.000000Z")),
        ("the day with dashes", "带连字符的日期", date.clone()),
        ("14 digits", "14 位数字", format!("{compact}{digits}")),
        ("14 digits and Z", "14 位数字加 Z", format!("{compact}{digits}Z")),
        (
            "basic ISO 8601 with milliseconds",
            "带毫秒的紧凑格式",
            format!("{compact}T{digits}.000Z"),
        ),
        ("basic ISO 8601 with an offset", "带偏移的紧凑格式", format!("{compact}T{digits}+0000")),
        ("RFC 2822", "RFC 2822", format!("{weekday}, {day:02} {name} {year:04} {clock} +0000")),
        ("minutes without seconds", "缺少秒", format!("{compact}T{hour:02}{minute:02}Z")),
        ("lower case", "小写", format!("{compact}t{digits}z")),
    ];
    forms.into_iter().map(|(english, chinese, text)| ((english, chinese).into(), text)).collect()
}

fn unpadded(year: &str, month: &str, day: &str) -> String {
    let bare = |digits: &str| digits.strip_prefix('0').unwrap_or(digits).to_owned();
    [year, &bare(month), &bare(day)].concat()
}

/// Reads a time that is written in another form than `X-Date` has: with punctuation, or in Unix
/// time.
fn read_date(text: &str) -> Option<XDate> {
    if text.len() >= 10 && text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() != 14 {
        let seconds = text.get(..10)?.parse().ok()?;
        let time = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?;
        return XDate::try_from(time).ok();
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).take(14).collect();
    let (day, clock) = digits.split_at_checked(8)?;
    format!("{day}T{clock}Z").parse().ok()
}
