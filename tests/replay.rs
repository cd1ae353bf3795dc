//! With a replay guard, a request is accepted once.

mod support;

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::request::Parts;
use support::receiving::{WINDOW, accepted, call, expiring, presigned, signed, signed_by};
use support::{SECOND, now, signer, verifier};
use volcengine_sigv4::{MemoryReplayGuard, PresignOptions, RejectReason, ReplayGuard, Verified};

#[test]
fn a_request_is_accepted_once() {
    let guard = MemoryReplayGuard::new(10);
    let use_once = |head: &Parts| accepted(&verifier(), head, "").check_replay(&guard);
    let head = signed(call(), "");
    assert!(use_once(&head).is_ok());
    assert_eq!(use_once(&head).unwrap_err().reason(), RejectReason::Replayed);
    assert!(use_once(&signed(call().header("x-tag", "another"), "")).is_ok());
    assert!(use_once(&presigned("/", PresignOptions::default())).is_ok());
}

#[test]
fn another_spelling_of_an_accepted_request_is_refused() {
    let guard: Arc<dyn ReplayGuard> = Arc::new(MemoryReplayGuard::new(10));
    let mut head = signed(call(), "");
    assert!(accepted(&verifier(), &head, "").check_replay(&*guard).is_ok());
    head.uri = "/?Version=2020-04%2D01&&Action=Run%49nstances".parse().unwrap();
    let replayed = accepted(&verifier(), &head, "").check_replay(&*guard).unwrap_err();
    assert_eq!(replayed.reason(), RejectReason::Replayed);
}

#[test]
fn a_full_guard_refuses_every_request_until_one_expires() {
    let guard = MemoryReplayGuard::new(1);
    let receive = |at: SystemTime| {
        let signer = signer().at(at);
        accepted(&verifier().at(at), &signed_by(&signer, call(), ""), "").check_replay(&guard)
    };
    assert!(receive(now()).is_ok());
    let full = receive(now() + SECOND).unwrap_err();
    assert_eq!(full.reason(), RejectReason::ReplayGuardFailed);
    assert!(receive(now() + WINDOW + SECOND).is_ok());
}

#[test]
fn a_guard_remembers_a_request_until_it_expires() {
    let guard = MemoryReplayGuard::new(10);
    let head = signed(call(), "");
    let use_at = |at: SystemTime| accepted(&verifier().at(at), &head, "").check_replay(&guard);
    assert!(use_at(now()).is_ok());
    assert_eq!(use_at(now() + WINDOW).unwrap_err().reason(), RejectReason::Replayed);
}

#[test]
fn a_guard_recovers_from_a_clock_that_was_ahead() {
    let guard = MemoryReplayGuard::new(10);
    let days = Duration::from_secs(6 * 24 * 3600);
    let url = presigned("/", expiring(604_800));
    assert!(accepted(&verifier().at(now() + days), &url, "").check_replay(&guard).is_ok());
    assert!(accepted(&verifier(), &signed(call(), ""), "").check_replay(&guard).is_ok());
}

#[test]
fn a_late_request_is_refused_when_the_guard_may_have_forgotten_its_twin() {
    let guard = MemoryReplayGuard::new(10);
    let head = signed(call(), "");
    // The same request twice, the second held back until the guard has forgotten the first.
    let last_moment = verifier().at(now() + WINDOW);
    let [first, held_back] = [(); 2].map(|()| accepted(&last_moment, &head, ""));
    assert!(first.check_replay(&guard).is_ok());
    let later = now() + WINDOW + SECOND;
    let other = signed_by(&signer().at(later), call(), "");
    assert!(accepted(&verifier().at(later), &other, "").check_replay(&guard).is_ok());
    assert_eq!(held_back.check_replay(&guard).unwrap_err().reason(), RejectReason::Replayed);
}

#[test]
fn a_request_is_refused_when_the_guard_fails() {
    struct Broken;
    impl ReplayGuard for Broken {
        fn remember(&self, _: &Verified) -> Result<bool, Box<dyn Error + Send + Sync>> {
            Err("the store is away".into())
        }
    }
    let rejected =
        accepted(&verifier(), &signed(call(), ""), "").check_replay(&Broken).unwrap_err();
    assert_eq!(rejected.reason(), RejectReason::ReplayGuardFailed);
}
