//! A signature is made with the credentials that the source gives at that moment, and no others.

mod support;

use std::error::Error as _;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use http::header::{CONTENT_TYPE, DATE};
use http::{HeaderMap, Request};
use support::{now, signer_of};
use volcengine_sigv4::{
    Credentials, Error, ErrorKind, HeaderPolicy, ProvideCredentials, RotatingCredentials, Signer,
    UriMode,
};

fn pair(id: &str, secret: &str) -> Credentials {
    Credentials::new(id, secret).unwrap()
}

fn request() -> Request<&'static str> {
    Request::post("https://Open.volcengineapi.com/?Action=RunInstances&Name=a+b")
        .header("x-security-token", "of an earlier signing")
        .body("{}")
        .unwrap()
}

/// Returns the `Authorization` that `signer` puts on the request.
#[track_caller]
fn signed(signer: &Signer) -> String {
    let mut request = request();
    signer.sign(&mut request).unwrap();
    request.headers()["authorization"].to_str().unwrap().to_owned()
}

/// Returns the error of a signing, which must leave the request unchanged.
#[track_caller]
fn refused(signer: &Signer) -> Error {
    let mut request = request();
    let error = signer.sign(&mut request).unwrap_err();
    assert_eq!(request.uri(), self::request().uri());
    assert_eq!(request.headers(), self::request().headers());
    assert_eq!(request.body(), self::request().body());
    error
}

#[test]
fn every_source_of_the_same_credentials_signs_the_same() {
    let credentials = pair("AKLTEXAMPLE", "secret");
    let expected = signed(&signer_of(credentials.clone()));
    assert!(expected.starts_with("HMAC-SHA256 Credential=AKLTEXAMPLE/20210818/cn-beijing/ecs/"));

    let rotating = RotatingCredentials::new(credentials.clone());
    let shared: Arc<dyn ProvideCredentials> = Arc::new(rotating.clone());
    let closure = move || Ok(credentials.clone());
    assert_eq!(signed(&signer_of(|| Credentials::new("AKLTEXAMPLE", "secret"))), expected);
    assert_eq!(signed(&signer_of(Arc::new(closure.clone()))), expected);
    assert_eq!(signed(&signer_of(closure)), expected);
    assert_eq!(signed(&signer_of(rotating)), expected);
    assert_eq!(signed(&signer_of(Arc::new(Arc::clone(&shared)))), expected);
    assert_eq!(signed(&signer_of(Arc::clone(&shared))), expected);
    let boxed: Box<dyn ProvideCredentials> = Box::new(shared);
    assert_eq!(signed(&signer_of(boxed)), expected);
}

#[test]
fn rotating_credentials_may_be_set_later() {
    let cell = RotatingCredentials::default();
    let signer = signer_of(cell.clone());
    let error = refused(&signer);
    assert_eq!(error.kind(), ErrorKind::CredentialsUnavailable);
    assert_eq!(error.to_string(), "the rotating credentials are not set yet");
    cell.set(pair("AKLTEXAMPLE", "secret"));
    assert_eq!(signed(&signer), signed(&signer_of(pair("AKLTEXAMPLE", "secret"))));
}

#[test]
fn a_signer_for_other_credentials_keeps_every_setting() {
    let ours = signer_of(pair("AKLTOURS", "secret"))
        .with_uri_mode(UriMode::Preserve)
        .with_header_policy(HeaderPolicy::default().exclude(CONTENT_TYPE).unwrap())
        .with_allowed_hosts(["open.volcengineapi.com"])
        .unwrap();
    let theirs = ours.for_credentials(pair("AKLTTHEIRS", "another"));
    assert_eq!((theirs.region(), theirs.service()), ("cn-beijing", "ecs"));
    assert_eq!(format!("{theirs:?}"), format!("{ours:?}"));
    let fresh = signer_of(pair("AKLTTHEIRS", "another")).with_uri_mode(UriMode::Preserve);
    assert_eq!(signed(&theirs), signed(&fresh));
    assert!(signed(&ours).starts_with("HMAC-SHA256 Credential=AKLTOURS/"));
    let mut elsewhere = Request::get("https://elsewhere.example/").body("").unwrap();
    assert_eq!(theirs.sign(&mut elsewhere).unwrap_err().kind(), ErrorKind::HostNotAllowed);
}

#[test]
fn signers_for_other_credentials_share_the_learnt_time() {
    let ours = Signer::new(pair("AKLTOURS", "secret"), "cn-beijing", "ecs").unwrap();
    let theirs = ours.for_credentials(pair("AKLTTHEIRS", "another"));
    let date = HeaderMap::from_iter([(DATE, "Wed, 18 Aug 2021 09:57:29 GMT".parse().unwrap())]);
    let sent = now() - Duration::from_secs(3600);
    theirs.learn_time(&date, sent, sent);
    assert_eq!(ours.clock_offset(), 3_600_500);
    assert_eq!(theirs.clock_offset(), 3_600_500);
}

#[test]
fn a_source_is_asked_once_for_each_signature() {
    let asked = Arc::new(AtomicU64::new(0));
    let signer = signer_of({
        let asked = Arc::clone(&asked);
        move || {
            let number = asked.fetch_add(1, Ordering::Relaxed);
            Credentials::new(format!("AKLT{number}"), "secret")
        }
    });
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    for number in 0..3 {
        let id = format!("Credential=AKLT{number}/");
        assert!(signed(&signer).contains(&id), "no {id}");
        assert_eq!(asked.load(Ordering::Relaxed), number + 1);
    }
}

#[test]
fn the_error_of_a_source_is_passed_on_and_nothing_is_signed() {
    let vault = || Err(Error::credentials_unavailable(io::Error::other("vault is sealed")));
    let error = refused(&signer_of(vault));
    assert_eq!(error.kind(), ErrorKind::CredentialsUnavailable);
    assert_eq!(error.to_string(), "the credential source gave no credentials");
    let source = error.source().unwrap().downcast_ref::<io::Error>().unwrap();
    assert_eq!(source.to_string(), "vault is sealed");

    let error = refused(&signer_of(|| Credentials::new("AKLTEXAMPLE", "secret\n")));
    assert_eq!(error.kind(), ErrorKind::InvalidCredentials);
}

#[test]
fn a_source_may_fail_and_recover() {
    let is_sealed = Arc::new(AtomicBool::new(true));
    let signer = signer_of({
        let is_sealed = Arc::clone(&is_sealed);
        move || match is_sealed.load(Ordering::Relaxed) {
            true => Err(Error::credentials_unavailable("vault is sealed")),
            false => Credentials::new("AKLTEXAMPLE", "secret"),
        }
    });
    refused(&signer);
    is_sealed.store(false, Ordering::Relaxed);
    assert_eq!(signed(&signer), signed(&signer_of(pair("AKLTEXAMPLE", "secret"))));
}

#[test]
fn a_new_secret_never_uses_the_cached_key_of_the_old_one() {
    let cell = RotatingCredentials::new(pair("AKLTEXAMPLE", "old"));
    let signer = signer_of(cell.clone());
    let fresh = |secret| signed(&signer_of(pair("AKLTEXAMPLE", secret)));
    assert_ne!(fresh("old"), fresh("new"));
    for secret in ["old", "new", "old", "old", "ol", "old ld", "new"] {
        cell.set(pair("AKLTEXAMPLE", secret));
        assert_eq!(signed(&signer), fresh(secret), "with the secret {secret:?}");
        assert_eq!(signed(&signer.clone()), fresh(secret), "with the secret {secret:?}");
    }
}

#[test]
fn equal_credentials_in_another_object_sign_the_same() {
    let cell = RotatingCredentials::new(pair("AKLTEXAMPLE", "secret"));
    let signer = signer_of(cell.clone());
    let before = signed(&signer);
    cell.set(pair("AKLTEXAMPLE", "secret"));
    assert_eq!(signed(&signer), before);
}

#[test]
fn a_new_id_with_the_old_secret_is_used() {
    let cell = RotatingCredentials::new(pair("AKLTOLD", "secret"));
    let signer = signer_of(cell.clone());
    assert!(signed(&signer).contains("Credential=AKLTOLD/"));
    cell.set(pair("AKLTNEW", "secret"));
    assert_eq!(signed(&signer), signed(&signer_of(pair("AKLTNEW", "secret"))));
}

#[test]
fn a_new_session_token_with_the_old_secret_is_sent() {
    let with_token = |token| pair("AKLTEXAMPLE", "secret").with_session_token(token).unwrap();
    let cell = RotatingCredentials::new(with_token("first"));
    let signer = signer_of(cell.clone());
    for token in ["first", "second"] {
        cell.set(with_token(token));
        let mut request = request();
        signer.sign(&mut request).unwrap();
        assert_eq!(request.headers()["x-security-token"], token);
        assert_eq!(
            request.headers()["authorization"],
            signed(&signer_of(with_token(token))).as_str()
        );
    }
}

#[test]
fn credentials_rotated_by_another_thread_are_never_mixed() {
    let pairs = [("AKLTOLD", "old"), ("AKLTNEW", "new")]
        .map(|(id, secret)| pair(id, secret).with_session_token(format!("token-of-{id}")).unwrap());
    let expected = pairs.clone().map(|credentials| signed(&signer_of(credentials)));
    let [old, new] = pairs;
    let cell = RotatingCredentials::new(old.clone());
    let signer = signer_of(cell.clone());
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                cell.set(new.clone());
                cell.set(old.clone());
            }
        });
        let signers =
            [(); 2].map(|()| scope.spawn(|| (0..500).all(|_| expected.contains(&signed(&signer)))));
        let all = signers.map(|signer| signer.join());
        is_done.store(true, Ordering::Relaxed);
        assert!(all.into_iter().all(|each| each.unwrap()), "a signature of neither pair");
    });
    cell.set(new);
    assert_eq!(signed(&signer), expected[1]);
}

#[test]
fn credentials_expire_by_the_clock_of_the_signer() {
    let second = Duration::from_secs(1);
    let signer = signer_of(pair("AKLTEXAMPLE", "secret").with_expiration(now()));
    signed(&signer.at(now() - second));
    for time in [now(), now() + second] {
        let error = refused(&signer.at(time));
        assert_eq!(error.kind(), ErrorKind::CredentialsExpired);
        assert_eq!(error.to_string(), "the credentials have expired");
    }
}

#[test]
fn credentials_expire_by_the_clock_of_the_machine_without_a_fixed_time() {
    let hour = Duration::from_secs(60 * 60);
    let expiring = |at| {
        let credentials = pair("AKLTEXAMPLE", "secret").with_expiration(at);
        Signer::new(credentials, "cn-beijing", "ecs").unwrap()
    };
    signed(&expiring(SystemTime::now() + hour));
    let past = expiring(SystemTime::now() - hour);
    assert_eq!(refused(&past).kind(), ErrorKind::CredentialsExpired);
    signed(&past.at(now()));
}

#[test]
fn a_cached_key_does_not_outlive_the_expiration_of_its_credentials() {
    let cell = RotatingCredentials::new(pair("AKLTEXAMPLE", "secret"));
    let signer = signer_of(cell.clone());
    let before = signed(&signer);
    cell.set(pair("AKLTEXAMPLE", "secret").with_expiration(now()));
    assert_eq!(refused(&signer).kind(), ErrorKind::CredentialsExpired);
    cell.set(pair("AKLTEXAMPLE", "secret").with_expiration(now() + Duration::from_secs(1)));
    assert_eq!(signed(&signer), before);
}

#[test]
fn an_access_key_id_may_contain_an_equals_sign_or_a_semicolon() {
    for id in ["AK=LT", "AK;LT"] {
        let start = format!("HMAC-SHA256 Credential={id}/20210818/");
        assert!(signed(&signer_of(pair(id, "secret"))).starts_with(&start));
    }
}

#[test]
fn a_secret_may_contain_white_space_inside() {
    signed(&signer_of(pair("AKLTEXAMPLE", "a secret\twith space inside")));
}

#[test]
fn credentials_and_scopes_of_the_greatest_length_are_accepted() {
    let credentials = pair(&"a".repeat(128), &"s".repeat(1024));
    let signer = signer_of(credentials.with_session_token("t".repeat(8192)).unwrap());
    signed(&signer.for_scope(&"r".repeat(128), &"s".repeat(128)).unwrap());
}
