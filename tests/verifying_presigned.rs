//! What a presigned URL must sign.

mod support;

use http::header::{AUTHORIZATION, HOST};
use http::{Method, Request, Uri};
use support::receiving::{accepted, compatible, expiring, presigned, refused, signed};
use support::{X_DATE, credentials, verifier, with_token};
use volcengine_sigv4::{
    CanonicalRequest, CredentialScope, Payload, PresignOptions, RejectReason, SigningKey,
    StringToSign, XDate,
};

#[test]
fn only_compatible_accepts_a_presigned_url_that_does_not_sign_its_host() {
    let head = presigned("/?a=1", PresignOptions::default().without_host());
    refused(RejectReason::UnsignedHeader, &verifier(), &head, "");
    assert_eq!(accepted(&compatible(), &head, "").host(), None);
}

#[test]
fn every_parameter_of_a_presigned_url_must_be_signed_and_occur_once() {
    let head = presigned("/?a=1", PresignOptions::default());
    let with = |change: fn(&str) -> String| {
        let mut head = head.clone();
        head.uri = change(&head.uri.to_string()).parse().unwrap();
        head
    };
    for verifier in [verifier(), compatible()] {
        let appended = with(|uri| format!("{uri}&b=2"));
        refused(RejectReason::UnsignedParameter, &verifier, &appended, "");
        let removed = with(|uri| uri.replace("a=1&", ""));
        refused(RejectReason::UnsignedParameter, &verifier, &removed, "");
        let repeated = with(|uri| format!("{uri}&%61=2"));
        refused(RejectReason::RepeatedParameter, &verifier, &repeated, "");
        let unlisted = with(|uri| uri.replace("X-SignedQueries=", "X-Signed="));
        refused(RejectReason::UnsignedParameter, &verifier, &unlisted, "");
        accepted(&verifier, &with(|uri| uri.replace("/?", "/?&&")), "");
        let headerless = with(|uri| uri.replace("X-SignedHeaders=host&", ""));
        refused(RejectReason::MalformedAuthorization, &verifier, &headerless, "");
    }
}

#[test]
fn the_list_of_signed_parameters_may_be_in_any_order() {
    // The list itself is signed, so sign the URL again, like another presigner.
    let mut head = presigned("/?a=1", PresignOptions::default());
    let (unsigned, _) = head.uri.query().unwrap().split_once("&X-Signature=").unwrap();
    let unsigned = unsigned.replace("X-Algorithm%3BX-Credential", "X-Credential%3BX-Algorithm");
    let target: Uri = format!("/?{unsigned}").parse().unwrap();
    let (hash, names) = (Payload::Empty.sha256(), ["host"]);
    let canonical_request =
        CanonicalRequest::new(&Method::GET, &target, &head.headers, &names, hash).unwrap();
    let x_date: XDate = X_DATE.parse().unwrap();
    let scope = CredentialScope::new(&x_date, "cn-beijing", "ecs").unwrap();
    let string_to_sign = StringToSign::new(&x_date, &scope, canonical_request.sha256()).unwrap();
    let signature = SigningKey::derive(&credentials(), &scope).sign(&string_to_sign);
    head.uri = format!("{target}&X-Signature={signature}").parse().unwrap();
    accepted(&verifier(), &head, "");
}

#[test]
fn an_unsigned_token_of_a_presigned_url_must_be_that_of_the_credentials() {
    let mut head = presigned("/?a=1", PresignOptions::default());
    head.uri = format!("{}&X-Security-Token=STS-token", head.uri).parse().unwrap();
    refused(RejectReason::UnsignedParameter, &verifier(), &head, "");

    let verify = |credentials| compatible().claim(&head).unwrap().verify(Some(&credentials), ());
    assert!(verify(with_token("STS-token")).is_ok());
    for other in [credentials(), with_token("another")] {
        assert_eq!(verify(other).unwrap_err().reason(), RejectReason::InvalidSessionToken);
    }
}

#[test]
fn a_malformed_parameter_of_a_presigned_url_is_refused() {
    let url = presigned("/", expiring(60)).uri.to_string();
    let with = |key: &str, value: &str| {
        let (before, after) = url.split_once(&format!("{key}=")).unwrap();
        let after = after.split_once('&').map_or("", |(_, after)| after);
        let target = format!("{before}{key}={value}&{after}");
        Request::get(target).header(HOST, "ecs.example").body(()).unwrap().into_parts().0
    };
    let refused = |reason, key: &str, value: &str| {
        let head = with(key, value);
        for verifier in [verifier(), compatible()] {
            refused(reason, &verifier, &head, "");
        }
    };
    refused(RejectReason::UnsupportedAlgorithm, "X-Algorithm", "HMAC-SHA1");
    refused(RejectReason::MalformedCredential, "X-Credential", "AKLTEXAMPLE");
    refused(RejectReason::MalformedCredential, "X-Credential", "%FF");
    refused(RejectReason::InvalidTime, "X-Date", "20210818");
    refused(RejectReason::InvalidExpires, "X-Expires", "060");
    refused(RejectReason::InvalidExpires, "X-Expires", "%FF");
    refused(RejectReason::MalformedAuthorization, "X-SignedHeaders", "%FF");
    refused(RejectReason::InvalidSignedHeaders, "X-SignedHeaders", "host%3Bx-tag");
    refused(RejectReason::MalformedAuthorization, "X-Signature", "00");
    refused(RejectReason::TooLarge, "X-SignedHeaders", &["x"; 65].join("%3B"));
    for token in ["", "a%20b", "%FF"] {
        let value = format!("&X-Security-Token={token}");
        refused(RejectReason::InvalidSessionToken, "X-NotSignBody", &value);
    }
}

#[test]
fn a_header_signature_cannot_be_replayed_as_a_presigned_url() {
    let names = "host%3Bx-content-sha256%3Bx-date";
    let target = format!(
        "/?X-Algorithm=HMAC-SHA256&X-Date={X_DATE}&X-Expires=604800&X-SignedHeaders={names}\
         &X-Credential=AKLTEXAMPLE%2F20210818%2Fcn-beijing%2Fecs%2Frequest\
         &X-SignedQueries=X-Algorithm%3BX-Credential%3BX-Date%3BX-Expires%3BX-SignedHeaders\
         %3BX-SignedQueries"
    );
    let mut head = signed(Request::get(&target).header(HOST, "ecs.example"), "");
    let signature = accepted(&verifier(), &head, "").signature().to_string();
    head.headers.remove(AUTHORIZATION);
    head.uri = format!("{target}&X-Signature={signature}").parse().unwrap();
    for verifier in [verifier(), compatible()] {
        refused(RejectReason::InvalidSignedHeaders, &verifier, &head, "");
    }
}
