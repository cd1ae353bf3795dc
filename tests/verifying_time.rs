//! How long a request is accepted.

mod support;

use std::time::Duration;

use http::Request;
use http::header::HOST;
use support::receiving::{WINDOW, accepted, call, expiring, presigned, refused, signed};
use support::{SECOND, TICK, now, verifier};
use volcengine_sigv4::{ErrorKind, PresignOptions, RejectReason};

#[test]
fn a_request_is_accepted_15_minutes_before_and_after_its_date() {
    let head = signed(call(), "");
    for at in [now() - WINDOW, now(), now() + WINDOW] {
        accepted(&verifier().at(at), &head, "");
    }
    let early = now() - WINDOW - TICK;
    refused(RejectReason::NotYetValid, &verifier().at(early), &head, "");
    refused(RejectReason::Expired, &verifier().at(now() + WINDOW + TICK), &head, "");
}

#[test]
fn the_window_can_be_set_to_at_most_7_days() {
    let head = signed(call(), "");
    let none = verifier().with_max_skew(Duration::ZERO).unwrap();
    accepted(&none, &head, "");
    refused(RejectReason::Expired, &none.at(now() + TICK), &head, "");

    let narrow = verifier().with_max_skew(SECOND).unwrap();
    accepted(&narrow.at(now() + SECOND), &head, "");
    refused(RejectReason::Expired, &narrow.at(now() + 2 * SECOND), &head, "");
    refused(RejectReason::NotYetValid, &narrow.at(now() - 2 * SECOND), &head, "");

    let week = Duration::from_secs(604_800);
    let wide = verifier().with_max_skew(week).unwrap();
    assert_eq!(accepted(&wide.at(now() + week), &head, "").expires_at(), now() + week);
    refused(RejectReason::Expired, &wide.at(now() + week + SECOND), &head, "");

    for skew in [week + Duration::from_nanos(1), Duration::MAX] {
        let error = verifier().with_max_skew(skew).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidVerifierOptions);
        assert_eq!(error.to_string(), "the allowed skew is more than 7 days");
    }
}

#[test]
fn a_presigned_url_is_accepted_for_as_long_as_x_expires_says() {
    for seconds in [1, 60, 604_800] {
        let (head, lifetime) = (presigned("/", expiring(seconds)), Duration::from_secs(seconds));
        for at in [now() - WINDOW, now(), now() + lifetime] {
            let verified = accepted(&verifier().at(at), &head, "");
            assert_eq!(verified.expires_at(), now() + lifetime);
        }
        refused(RejectReason::Expired, &verifier().at(now() + lifetime + SECOND), &head, "");
        let early = now() - WINDOW - SECOND;
        refused(RejectReason::NotYetValid, &verifier().at(early), &head, "");
    }
}

#[test]
fn a_presigned_url_without_x_expires_ends_with_the_window_or_after_15_minutes() {
    let head = presigned("/", PresignOptions::default());
    accepted(&verifier().at(now() + WINDOW), &head, "");
    refused(RejectReason::Expired, &verifier().at(now() + WINDOW + SECOND), &head, "");
    let narrow = verifier().with_max_skew(SECOND).unwrap();
    refused(RejectReason::Expired, &narrow.at(now() + 2 * SECOND), &head, "");
    let wide = verifier().with_max_skew(2 * WINDOW).unwrap();
    refused(RejectReason::Expired, &wide.at(now() + WINDOW + SECOND), &head, "");
}

#[test]
fn x_expires_beside_signed_headers_shortens_the_window_and_never_lengthens_it() {
    let with_expires = |expires: &str| {
        signed(Request::get(format!("/?X-Expires={expires}")).header(HOST, "ecs.example"), "")
    };
    accepted(&verifier().at(now() + SECOND), &with_expires("1"), "");
    refused(RejectReason::Expired, &verifier().at(now() + 2 * SECOND), &with_expires("1"), "");
    accepted(&verifier().at(now() + WINDOW), &with_expires("604800"), "");
    let late = verifier().at(now() + WINDOW + SECOND);
    refused(RejectReason::Expired, &late, &with_expires("604800"), "");
    accepted(&verifier().at(now() + SECOND), &with_expires("604800&X-Expires=1"), "");
    let repeated = with_expires("604800&X-Expires=1");
    refused(RejectReason::Expired, &verifier().at(now() + 2 * SECOND), &repeated, "");
    // An invalid value is ignored.
    for expires in ["", "0", "01", "+1", "-1", "1.0", "604801", "99999999999999999999", "%FF"] {
        accepted(&verifier().at(now() + WINDOW), &with_expires(expires), "");
    }
}
