//! A signature has the time of the machine, or that of the servers if the machine is wrong.

mod support;

use std::thread;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, Method, Request, Uri};
use support::{SECOND, X_DATE, credentials, now};
use volcengine_sigv4::{PresignOptions, Signer, XDate};

/// The moment of `now()`, at which the server of these tests answers.
const DATE: &str = "Wed, 18 Aug 2021 09:57:29 GMT";

fn signer() -> Signer {
    Signer::new(credentials(), "cn-beijing", "ecs").unwrap()
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

/// Answers a request of this machine, whose clock is `behind` the server's.
fn answered(signer: &Signer, behind: Duration, lines: &[(&'static str, &str)]) {
    let sent = now() - behind;
    signer.learn_time(&headers(lines), sent, sent + SECOND);
}

#[test]
fn a_clock_that_is_behind_is_corrected() {
    let signer = signer();
    answered(&signer, Duration::from_secs(3600), &[("date", DATE)]);
    assert!((3599..=3601).contains(&ahead(&signer)), "{}", ahead(&signer));
}

#[test]
fn a_clock_that_is_ahead_is_corrected() {
    let signer = signer();
    let sent = now() + Duration::from_secs(7200);
    signer.learn_time(&headers(&[("date", DATE)]), sent, sent + SECOND);
    assert!((-7201..=-7199).contains(&ahead(&signer)), "{}", ahead(&signer));
}

#[test]
fn a_date_counts_as_the_moment_halfway_between_sent_and_received() {
    for (underway, seconds) in [(8, 3596), (10, 3595)] {
        let (signer, sent) = (signer(), now() - Duration::from_secs(3600));
        signer.learn_time(&headers(&[("date", DATE)]), sent, sent + underway * SECOND);
        assert!((seconds..=seconds + 1).contains(&ahead(&signer)), "{}", ahead(&signer));
    }
}

#[test]
fn a_date_counts_as_the_middle_of_its_second() {
    let (signer, sent) = (signer(), now() - Duration::from_millis(59_800));
    signer.learn_time(&headers(&[("date", DATE)]), sent, sent);
    assert!(ahead(&signer) >= 60, "{}", ahead(&signer));
}

#[test]
fn clones_and_signers_for_other_scopes_share_the_learnt_time() {
    let signer = signer();
    let others = [signer.clone(), signer.for_scope("cn-north-1", "iam").unwrap()];
    answered(&signer, Duration::from_secs(3600), &[("date", DATE)]);
    assert!(others.iter().all(|other| ahead(other) > 3590));
}

#[test]
fn a_difference_of_less_than_a_minute_is_ignored() {
    let signer = signer();
    answered(&signer, Duration::from_secs(3600), &[("date", DATE)]);
    answered(&signer, Duration::from_secs(58), &[("date", DATE)]);
    assert!((0..=1).contains(&ahead(&signer)), "{}", ahead(&signer));
    answered(&signer, Duration::from_secs(62), &[("date", DATE)]);
    assert!(ahead(&signer) > 60);
    let sent = now() + Duration::from_secs(58);
    signer.learn_time(&headers(&[("date", DATE)]), sent, sent + SECOND);
    assert!((0..=1).contains(&ahead(&signer)), "{}", ahead(&signer));
}

#[test]
fn a_response_without_a_trustworthy_date_is_ignored() {
    let (signer, hour) = (signer(), Duration::from_secs(3600));
    answered(&signer, hour, &[]);
    answered(&signer, hour, &[("date", "yesterday")]);
    answered(&signer, hour, &[("date", DATE), ("age", "30")]);
    let sent = now() - hour;
    signer.learn_time(&headers(&[("date", DATE)]), sent, sent + 11 * SECOND);
    signer.learn_time(&headers(&[("date", DATE)]), sent, sent - SECOND);
    assert!((0..=1).contains(&ahead(&signer)), "{}", ahead(&signer));
}

#[test]
fn only_an_imf_fixdate_is_a_date() {
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
        "Tue, 18 Aug 2021 09:57:29 GMT",
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
fn a_date_with_nested_comments_does_not_exhaust_the_stack() {
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
fn a_fixed_time_is_never_corrected() {
    let signer = signer();
    answered(&signer, Duration::from_secs(3600), &[("date", DATE)]);
    let mut request = Request::get("https://h.example/").body("").unwrap();
    signer.at(now()).sign(&mut request).unwrap();
    assert_eq!(request.headers()["x-date"], X_DATE);
}

#[test]
fn a_time_after_the_year_9999_is_ignored() {
    let signer = signer();
    let sent = SystemTime::UNIX_EPOCH;
    signer.learn_time(&headers(&[("date", "Fri, 31 Dec 9999 23:59:59 GMT")]), sent, sent);
    assert!((0..=1).contains(&ahead(&signer)), "{}", ahead(&signer));
}

#[test]
fn credentials_expire_only_by_both_clocks() {
    let (hour, machine_time) = (Duration::from_secs(3600), SystemTime::now());
    let signer = |expiration| {
        let credentials = credentials().with_expiration(expiration);
        Signer::new(credentials, "cn-beijing", "ecs").unwrap()
    };
    let sign = |signer: &Signer| {
        let mut request = Request::get("https://h.example/").body("").unwrap();
        signer.sign(&mut request).map(drop)
    };
    let valid = signer(machine_time + hour);
    answered(&valid, 2 * hour, &[("date", DATE)]);
    assert!(ahead(&valid) > 7000);
    assert!(sign(&valid).is_ok());

    let expired = signer(machine_time - hour);
    assert!(sign(&expired).is_err());
    answered(&expired, hour / 2, &[("date", DATE)]);
    assert!(sign(&expired).is_err());
    // The server's clock, two hours behind this machine's, says that they are valid.
    let sent = now() + 2 * hour;
    expired.learn_time(&headers(&[("date", DATE)]), sent, sent + SECOND);
    assert!(sign(&expired).is_ok());
}

#[test]
fn the_first_and_the_last_second_of_the_calendar_can_be_signed() {
    for (seconds, x_date) in [(0, "19700101T000000Z"), (253_402_300_799, "99991231T235959Z")] {
        let mut request = Request::get("https://h.example/").body("").unwrap();
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        signer().at(time).sign(&mut request).unwrap();
        assert_eq!(request.headers()["x-date"], x_date);
    }
}

#[test]
fn a_learnt_time_does_not_make_credentials_expire_before_a_presigned_url() {
    let (hour, now) = (Duration::from_secs(3600), SystemTime::now());
    let signer =
        Signer::new(credentials().with_expiration(now + 2 * hour), "cn-beijing", "ecs").unwrap();
    let presign = |life| {
        let options = PresignOptions::default().expires_in(life).unwrap();
        signer.presign(&Method::GET, &Uri::from_static("https://h.example/"), &options)
    };
    assert!(presign(3 * hour).is_err());
    assert!(presign(hour).is_ok());
    // By the learnt time the URL outlives the credentials, by this machine's clock it does not.
    answered(&signer, 24 * hour, &[("date", DATE)]);
    assert!(presign(hour).is_ok());
}

#[test]
fn a_date_before_1970_is_ignored() {
    let signer = signer();
    let sent = now() - Duration::from_secs(3600);
    signer.learn_time(&headers(&[("date", DATE)]), sent, sent);
    let learnt = signer.clock_offset();
    assert_ne!(learnt, 0);
    for date in ["Wed, 31 Dec 1969 23:59:59 GMT", "Sat, 01 Jan 0000 00:00:00 GMT"] {
        signer.learn_time(&headers(&[("date", date)]), sent, sent);
        assert_eq!(signer.clock_offset(), learnt, "{date}");
    }
}
