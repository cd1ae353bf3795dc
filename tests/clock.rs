//! A machine whose clock is wrong learns the right time from the answers of servers.

use std::thread;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, Request};
use volcengine_sigv4::{Credentials, Signer, XDate};

/// When the server of these tests answers: Wed, 18 Aug 2021 09:57:29 GMT.
const DATE: &str = "Wed, 18 Aug 2021 09:57:29 GMT";
const SECOND: Duration = Duration::from_secs(1);

fn signer() -> Signer {
    Signer::new(Credentials::new("AKLTEXAMPLE", "secret").unwrap(), "cn-beijing", "ecs").unwrap()
}

fn date() -> SystemTime {
    "20210818T095729Z".parse::<XDate>().unwrap().into()
}

fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
    lines.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
}

/// Returns how many seconds the time of a signature is ahead of this machine's.
fn ahead(signer: &Signer) -> i64 {
    let mut request = Request::get("https://h.example/").body("").unwrap();
    let before = SystemTime::now();
    signer.sign(&mut request).unwrap();
    let x_date: XDate = request.headers()["x-date"].to_str().unwrap().parse().unwrap();
    let seconds =
        |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs() as i64;
    seconds(x_date.into()) - seconds(before)
}

/// Answers a request that this machine sent when its clock stood `behind` the server's.
fn answered(signer: &Signer, behind: Duration, lines: &[(&'static str, &str)]) {
    let sent = date() - behind;
    signer.learn_time(&headers(lines), sent, sent + SECOND);
}

#[test]
fn a_clock_that_is_behind_is_put_forward() {
    let signer = signer();
    answered(&signer, Duration::from_secs(3600), &[("date", DATE)]);
    assert!((3599..=3601).contains(&ahead(&signer)), "{}", ahead(&signer));
}

#[test]
fn a_clock_that_is_ahead_is_put_back() {
    let signer = signer();
    let sent = date() + Duration::from_secs(7200);
    signer.learn_time(&headers(&[("date", DATE)]), sent, sent + SECOND);
    assert!((-7201..=-7199).contains(&ahead(&signer)), "{}", ahead(&signer));
}

#[test]
fn a_date_is_compared_with_the_middle_of_sent_and_received() {
    for (underway, seconds) in [(8, 3596), (10, 3595)] {
        let (signer, sent) = (signer(), date() - Duration::from_secs(3600));
        signer.learn_time(&headers(&[("date", DATE)]), sent, sent + underway * SECOND);
        assert!((seconds..=seconds + 1).contains(&ahead(&signer)), "{}", ahead(&signer));
    }
}

#[test]
fn a_date_without_fractions_is_taken_for_the_middle_of_its_second() {
    let (signer, sent) = (signer(), date() - Duration::from_millis(59_800));
    signer.learn_time(&headers(&[("date", DATE)]), sent, sent);
    assert!(ahead(&signer) >= 60, "{}", ahead(&signer));
}

#[test]
fn clones_and_other_scopes_share_what_was_learnt() {
    let signer = signer();
    let others = [signer.clone(), signer.for_scope("cn-north-1", "iam").unwrap()];
    answered(&signer, Duration::from_secs(3600), &[("date", DATE)]);
    assert!(others.iter().all(|other| ahead(other) > 3590));
}

#[test]
fn a_difference_of_less_than_a_minute_is_none() {
    let signer = signer();
    answered(&signer, Duration::from_secs(3600), &[("date", DATE)]);
    answered(&signer, Duration::from_secs(58), &[("date", DATE)]);
    assert!((0..=1).contains(&ahead(&signer)), "{}", ahead(&signer));
    answered(&signer, Duration::from_secs(62), &[("date", DATE)]);
    assert!(ahead(&signer) > 60);
    let sent = date() + Duration::from_secs(58);
    signer.learn_time(&headers(&[("date", DATE)]), sent, sent + SECOND);
    assert!((0..=1).contains(&ahead(&signer)), "{}", ahead(&signer));
}

#[test]
fn an_answer_that_says_nothing_about_the_time_changes_nothing() {
    let (signer, hour) = (signer(), Duration::from_secs(3600));
    answered(&signer, hour, &[]);
    answered(&signer, hour, &[("date", "yesterday")]);
    answered(&signer, hour, &[("date", DATE), ("age", "30")]);
    let sent = date() - hour;
    signer.learn_time(&headers(&[("date", DATE)]), sent, sent + 11 * SECOND);
    signer.learn_time(&headers(&[("date", DATE)]), sent, sent - SECOND);
    assert!((0..=1).contains(&ahead(&signer)), "{}", ahead(&signer));
}

#[test]
fn only_the_29_bytes_that_servers_write_are_a_date() {
    for date in [
        "",
        "yesterday",
        "Wed, 18 Aug 2021 09:57:29",
        "Wed, 18 Aug 2021 09:57:29 UTC",
        "Wed, 18 Aug 2021 09:57:29 +0000",
        "Wed, 18 Aug 2021 09:57:29 GMT (a comment)",
        " Wed, 18 Aug 2021 09:57:29 GMT",
        "18 Aug 2021 09:57:29 GMT",
        "Wed, 18 Aug 2021 9:57:29 GMT",
        "wed, 18 aug 2021 09:57:29 gmt",
        "Wed, 31 Feb 2021 09:57:29 GMT",
        "Wed, 18 Aug 2021 24:57:29 GMT",
        "Wed, 18 Aug +2021 09:57:29 GMT",
        "Wednesday, 18-Aug-21 09:57:29 GMT",
        "Wed Aug 18 09:57:29 2021",
    ] {
        let signer = signer();
        answered(&signer, Duration::from_secs(3600), &[("date", date)]);
        assert!((0..=1).contains(&ahead(&signer)), "{date:?}");
    }
}

#[test]
fn a_date_of_nested_comments_does_not_exhaust_the_stack() {
    let date = format!("Wed, 18 Aug 2021 09:57:29 GMT {}", "(".repeat(200_000));
    for date in [&date[..], &"(".repeat(200_000)] {
        let (signer, headers) = (signer(), headers(&[("date", date)]));
        let observed = signer.clone();
        let small_stack = thread::Builder::new().stack_size(64 << 10);
        let observing = small_stack.spawn(move || {
            let sent = SystemTime::UNIX_EPOCH + SECOND;
            observed.learn_time(&headers, sent, sent);
        });
        observing.unwrap().join().unwrap();
        assert!((0..=1).contains(&ahead(&signer)));
    }
}

#[test]
fn a_signer_at_a_fixed_time_keeps_it_whatever_was_learnt() {
    let signer = signer();
    answered(&signer, Duration::from_secs(3600), &[("date", DATE)]);
    let mut request = Request::get("https://h.example/").body("").unwrap();
    signer.at(date()).sign(&mut request).unwrap();
    assert_eq!(request.headers()["x-date"], "20210818T095729Z");
}

#[test]
fn a_time_beyond_the_calendar_is_not_believed() {
    let signer = signer();
    let sent = SystemTime::UNIX_EPOCH;
    signer.learn_time(&headers(&[("date", "Fri, 31 Dec 9999 23:59:59 GMT")]), sent, sent);
    assert!((0..=1).contains(&ahead(&signer)), "{}", ahead(&signer));
}

#[test]
fn no_answer_ends_the_use_of_credentials() {
    let (hour, now) = (Duration::from_secs(3600), SystemTime::now());
    let signer = |expiration| {
        let credentials = Credentials::new("AKLTEXAMPLE", "secret").unwrap();
        let credentials = credentials.with_expiration(expiration);
        Signer::new(credentials, "cn-beijing", "ecs").unwrap()
    };
    let sign = |signer: &Signer| {
        let mut request = Request::get("https://h.example/").body("").unwrap();
        signer.sign(&mut request).map(drop)
    };
    let valid = signer(now + hour);
    answered(&valid, 2 * hour, &[("date", DATE)]);
    assert!(ahead(&valid) > 7000);
    assert!(sign(&valid).is_ok());

    let expired = signer(now - hour);
    assert!(sign(&expired).is_err());
    answered(&expired, hour / 2, &[("date", DATE)]);
    assert!(sign(&expired).is_err());
    // By the server's clock they are valid: this machine's is two hours ahead.
    let sent = date() + 2 * hour;
    expired.learn_time(&headers(&[("date", DATE)]), sent, sent + SECOND);
    assert!(sign(&expired).is_ok());
}
