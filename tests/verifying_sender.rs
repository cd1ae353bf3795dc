//! A request is accepted only with the key of its sender and for the scope of the verifier.

mod support;

use std::collections::HashSet;

use http::header::AUTHORIZATION;
use support::receiving::{call, presigned, refused, signed};
use support::{SECOND, credentials, now, verifier, with_token};
use volcengine_sigv4::{Credentials, PresignOptions, RejectReason, Rejected, SigningKey, Verifier};

#[test]
fn credentials_other_than_those_of_the_claim_are_refused() {
    let head = signed(call(), "");
    let reason = |credentials: Credentials| {
        let claim = verifier().claim(&head).unwrap();
        claim.verify(Some(&credentials), ()).unwrap_err().reason()
    };
    let (id, secret) = ("AKLTEXAMPLE", "secret");
    let other_id = Credentials::new("AKLTOTHER", secret).unwrap();
    assert_eq!(reason(other_id), RejectReason::KeyMismatch);
    let other_secret = Credentials::new(id, "Secret").unwrap();
    assert_eq!(reason(other_secret), RejectReason::SignatureMismatch);
    let with_token = with_token("STS-token");
    assert_eq!(reason(with_token), RejectReason::InvalidSessionToken);
    assert_eq!(reason(credentials().with_expiration(now())), RejectReason::CredentialsExpired);
    assert!(
        verifier()
            .claim(&head)
            .unwrap()
            .verify(Some(&credentials().with_expiration(now() + SECOND)), ())
            .is_ok()
    );
}

#[test]
fn a_look_up_that_ignores_the_case_of_ids_does_not_tell_which_ids_exist() {
    let mut head = signed(call(), "");
    let authorization = head.headers["authorization"].to_str().unwrap();
    let forged = authorization.replace("AKLTEXAMPLE", "akltexample");
    let forged = forged.split_once("Signature=").unwrap().0.to_owned();
    let forged = format!("{forged}Signature={}", "ab".repeat(32));
    head.headers.insert(AUTHORIZATION, forged.parse().unwrap());
    let rejected = verifier().claim(&head).unwrap().verify(Some(&credentials()), ()).unwrap_err();
    assert_eq!(rejected.reason(), RejectReason::SignatureMismatch);
    assert!(!rejected.is_server_fault());
}

#[test]
fn a_signing_key_of_another_id_token_or_scope_is_refused() {
    let head = signed(call(), "");
    let reason = |credentials: Credentials| {
        let claim = verifier().claim(&head).unwrap();
        let key = SigningKey::derive(&credentials, claim.scope());
        claim.authenticate(Some(&key)).unwrap_err().reason()
    };
    let other_id = Credentials::new("AKLTOTHER", "secret").unwrap();
    assert_eq!(reason(other_id), RejectReason::KeyMismatch);
    let with_token = with_token("STS-token");
    assert_eq!(reason(with_token), RejectReason::InvalidSessionToken);
    assert_eq!(reason(credentials().with_expiration(now())), RejectReason::CredentialsExpired);
    for scope in ["20210817/cn-beijing/ecs/request", "20210818/cn-north-1/ecs/request"] {
        let key = SigningKey::derive(&credentials(), &scope.parse().unwrap());
        let rejected = verifier().claim(&head).unwrap().authenticate(Some(&key)).unwrap_err();
        assert_eq!(rejected.reason(), RejectReason::KeyMismatch);
    }
}

#[test]
fn a_request_for_another_region_service_or_day_is_refused() {
    let head = signed(call(), "");
    for (region, service) in [("cn-north-1", "ecs"), ("cn-beijing", "vpc"), ("CN-BEIJING", "ecs")] {
        let verifier = Verifier::new(region, service).unwrap().at(now());
        refused(RejectReason::ScopeMismatch, &verifier, &head, "");
    }
    let mut url = presigned("/", PresignOptions::default());
    url.uri = url.uri.to_string().replace("20210818%2F", "20210817%2F").parse().unwrap();
    refused(RejectReason::ScopeMismatch, &verifier(), &url, "");
    let mut other_day = head;
    let authorization = other_day.headers["authorization"].to_str().unwrap();
    let authorization = authorization.replace("/20210818/", "/20210817/");
    other_day.headers.insert(AUTHORIZATION, authorization.parse().unwrap());
    refused(RejectReason::ScopeMismatch, &verifier(), &other_day, "");
}

#[test]
fn an_unknown_access_key_id_and_a_wrong_signature_give_the_same_text() {
    let head = signed(call(), "");
    let claim = || verifier().claim(&head).unwrap();
    let wrong = Credentials::new("AKLTEXAMPLE", "wrong").unwrap();
    let rejections = [
        claim().authenticate(None).unwrap_err(),
        claim().verify(None, ()).unwrap_err(),
        claim().verify(Some(&wrong), ()).unwrap_err(),
        claim().authenticate(Some(&SigningKey::derive(&wrong, claim().scope()))).unwrap_err(),
    ];
    let texts: HashSet<_> = rejections.iter().map(Rejected::to_string).collect();
    assert_eq!(texts, ["the signature of the request was not accepted".to_owned()].into());
    assert_eq!(
        rejections.map(|rejected| rejected.reason()),
        [
            RejectReason::UnknownAccessKey,
            RejectReason::UnknownAccessKey,
            RejectReason::SignatureMismatch,
            RejectReason::SignatureMismatch,
        ]
    );
}
