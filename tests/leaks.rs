//! No text shows a secret, a session token, a body or the value of a query parameter.
//!
//! The tests put known values ("canaries") into every place that takes a secret. No six bytes of
//! them may occur in the `Debug` or `Display` text of a public type or of an error.

mod support;

use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::io;
use std::process::Command;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use support::{now, signer_of, verifier};
use volcengine_sigv4::{
    Authorization, CanonicalRequest, CredentialScope, Credentials, Error, ErrorKind, HeaderPolicy,
    MemoryReplayGuard, Payload, PayloadHasher, PresignOptions, RotatingCredentials, Signature,
    Signer, SigningKey, StringToSign, UriMode, XDate,
};

const SECRET: &str = "Kd8sWq2ZxT5uLb9YvN3e";
const TOKEN: &str = "Hy7JmRf4PzXo6BtQc1Gw";
const BODY: &str = "Ug3NcVs8KwYq5DzLr2Mh";
const TAG: &str = "Jp6TxEk1WbGv9RnZd4Fy";
/// One password in three spellings: raw, with escapes, canonical.
const RAW_PASSWORD: &str = "Qm7ZvKx|Tp4WsLd火Hn8RyCf";
const ESCAPED_PASSWORD: &str = "%51m7ZvKx%7cTp4WsLd%e7%81%ab%48n8RyCf";
const CANONICAL_PASSWORD: &str = "Qm7ZvKx%7CTp4WsLd%E7%81%ABHn8RyCf";

const CANARIES: [&str; 7] =
    [SECRET, TOKEN, BODY, TAG, RAW_PASSWORD, ESCAPED_PASSWORD, CANONICAL_PASSWORD];

/// Checks that `text` shows no piece of a canary, neither as it is nor as a list of its bytes.
#[track_caller]
fn hidden(text: &str) {
    for canary in CANARIES {
        for piece in canary.as_bytes().windows(6) {
            let list = format!("{piece:?}");
            assert!(!shows(text, piece), "a piece of {canary:?} in {text}");
            assert!(!text.contains(list.trim_matches(['[', ']'])), "bytes of {canary:?} in {text}");
        }
    }
}

fn shows(text: impl AsRef<[u8]>, piece: impl AsRef<[u8]>) -> bool {
    let piece = piece.as_ref();
    text.as_ref().windows(piece.len()).any(|window| window == piece)
}

#[track_caller]
fn debugged(value: &impl Debug) {
    hidden(&format!("{value:?}"));
    hidden(&format!("{value:#?}"));
}

#[track_caller]
fn printed(value: &(impl Debug + Display)) {
    debugged(value);
    hidden(&format!("{value}"));
}

#[test]
#[should_panic(expected = "a piece of")]
fn a_piece_of_six_bytes_would_be_found() {
    hidden("Error: sWq2Zx");
}

#[test]
#[should_panic(expected = "bytes of")]
fn a_piece_of_six_bytes_would_be_found_in_a_list_of_numbers() {
    hidden(&format!("{:?}", SECRET.as_bytes()));
}

fn credentials() -> Credentials {
    Credentials::new("AKLTEXAMPLE", SECRET).unwrap().with_session_token(TOKEN).unwrap()
}

fn signer() -> Signer {
    signer_of(credentials())
}

fn request(password: &str) -> Request<()> {
    Request::post(format!("https://open.volcengineapi.com/?Action=Login&Password={password}"))
        .body(())
        .unwrap()
}

#[test]
fn no_debug_or_display_of_a_public_value_shows_a_canary() {
    debugged(&credentials());
    debugged(&credentials().with_expiration(now()));
    debugged(&RotatingCredentials::new(credentials()));

    debugged(&Payload::Empty);
    debugged(&Payload::from(BODY));
    let mut hasher = PayloadHasher::new();
    hasher.update(BODY);
    debugged(&hasher);
    debugged(&hasher.finish());

    let policy = HeaderPolicy::default().include(http::header::ACCEPT).unwrap();
    debugged(&policy);
    debugged(&[UriMode::Normalize, UriMode::Preserve]);
    debugged(&signer().with_header_policy(policy));

    for password in [RAW_PASSWORD, ESCAPED_PASSWORD] {
        let mut request = request(password);
        printed(&signer().explain(&request, BODY).unwrap());
        let signed =
            signer().authorize(request.method(), request.uri(), request.headers(), BODY).unwrap();
        debugged(&signed);
        let headers = signed.into_iter();
        debugged(&headers);
        debugged(&headers.collect::<Vec<_>>());
        debugged(
            &signer().presign(request.method(), request.uri(), &PresignOptions::default()).unwrap(),
        );
        printed(&signer().sign_with_payload(&mut request, BODY).unwrap());
    }

    let x_date = XDate::try_from(now()).unwrap();
    let scope = CredentialScope::new(&x_date, "cn-beijing", "ecs").unwrap();
    let canonical_request = CanonicalRequest::new(
        &Method::POST,
        request(RAW_PASSWORD).uri(),
        &HeaderMap::from_iter([("x-security-token".parse().unwrap(), TOKEN.parse().unwrap())]),
        &["host", "x-security-token"],
        Payload::from(BODY).sha256(),
    )
    .unwrap();
    let string_to_sign = StringToSign::new(&x_date, &scope, canonical_request.sha256()).unwrap();
    let signing_key = SigningKey::derive(&credentials(), &scope);
    let signature = signing_key.sign(&string_to_sign);
    printed(&x_date);
    printed(&scope);
    debugged(&canonical_request);
    printed(&string_to_sign);
    debugged(&signing_key);
    printed(&signature);
    printed(&Authorization::new("AKLTEXAMPLE", scope, &["host"], signature).unwrap());
}

#[test]
fn a_value_with_a_raw_ampersand_shows_neither_of_its_halves() {
    let uri = Uri::from_static("https://h.example/?Action=Login&Password=Kd8sWq&2ZxT5uLb9Y+vN3e");
    let explanation = signer().explain(&Request::get(&uri).body(()).unwrap(), ()).unwrap();
    printed(&explanation);
    assert!(explanation.to_string().contains("\n***&Action=Login&Password=***\n"));
    let url = signer().presign(&Method::GET, &uri, &PresignOptions::default()).unwrap();
    debugged(&url);
    assert!(format!("{url:?}").contains("https://h.example/?***&Action=Login&Password=***&X-"));
}

#[test]
fn a_received_request_shows_no_canary_in_any_state() {
    let verifier = verifier();
    debugged(&verifier);
    debugged(&MemoryReplayGuard::new(10));
    for password in [RAW_PASSWORD, ESCAPED_PASSWORD] {
        let mut request = request(password);
        request.headers_mut().insert("x-tag", HeaderValue::from_static(TAG));
        let url = signer().presign(request.method(), request.uri(), &PresignOptions::default());
        let presigned = Request::post(Uri::from(url.unwrap())).body(()).unwrap();
        signer().sign_with_payload(&mut request, BODY).unwrap();
        for (request, body) in [(request, BODY), (presigned, "")] {
            let (head, ()) = request.into_parts();
            let claim = || verifier.claim(&head).unwrap();
            debugged(&claim());
            assert_eq!(claim().session_token(), Some(TOKEN));
            let key = SigningKey::derive(&credentials(), claim().scope());
            debugged(&claim().authenticate(Some(&key)).unwrap());
            let verified = claim().verify(Some(&credentials()), body).unwrap();
            debugged(&verified);
            assert!(shows(
                verified.query_values("Password").next().unwrap(),
                "Qm7ZvKx|Tp4WsLd火Hn8RyCf"
            ));
            let signature = verified.signature().to_string();
            assert!(!format!("{verified:?}").contains(&signature[..8]));
        }
    }
}

#[test]
fn a_refusal_shows_neither_the_request_nor_the_signature_that_was_expected() {
    let verifier = verifier();
    let mut request = request(RAW_PASSWORD);
    let expected = signer().sign_with_payload(&mut request, BODY).unwrap().to_string();
    let (mut head, ()) = request.into_parts();
    let authorization = head.headers["authorization"].to_str().unwrap();
    let forged = authorization.replace(&expected, &"ab".repeat(32));
    let claim = verifier.claim(&head).unwrap();
    let other_body = claim.verify(Some(&credentials()), TAG).unwrap_err();
    head.headers.insert("authorization", forged.parse().unwrap());
    let claim = verifier.claim(&head).unwrap();
    let other_signature = claim.verify(Some(&credentials()), BODY).unwrap_err();
    for rejected in [other_body, other_signature] {
        printed(&rejected);
        printed(&rejected.reason());
        assert!(!format!("{rejected:?} {rejected} {}", rejected.reason()).contains(&expected[..8]));
    }
}

/// Checks that the error is of `kind` and shows nothing.
#[track_caller]
fn refused<T>(kind: ErrorKind, result: Result<T, Error>) {
    let error = result.err().unwrap();
    assert_eq!(error.kind(), kind, "{error}");
    printed(&error);
}

#[track_caller]
fn sign(signer: &Signer, uri: &str) -> Result<Signature, Error> {
    signer.sign_with_payload(&mut Request::post(uri).body(()).unwrap(), BODY)
}

#[test]
fn an_error_about_credentials_does_not_show_them() {
    let kind = ErrorKind::InvalidCredentials;
    refused(kind, Credentials::new("AKLTEXAMPLE", format!("{SECRET}\n")));
    refused(kind, Credentials::new("AKLTEXAMPLE", SECRET.repeat(60)));
    refused(kind, credentials().with_session_token(format!("{TOKEN} ")));
    refused(kind, credentials().with_session_token(TOKEN.repeat(500)));
    // Id and secret are swapped.
    refused(kind, Credentials::new(format!("{SECRET}/"), "AKLTEXAMPLE"));
    refused(kind, Credentials::new(SECRET.repeat(60), "AKLTEXAMPLE"));

    let unavailable = || Err(Error::credentials_unavailable(SECRET));
    refused(ErrorKind::CredentialsUnavailable, sign(&signer_of(unavailable), "https://host/"));

    let expired = credentials().with_expiration(now());
    refused(ErrorKind::CredentialsExpired, sign(&signer_of(expired), "https://host/"));
}

#[test]
fn an_error_about_scope_or_time_does_not_show_the_value() {
    let kind = ErrorKind::InvalidScope;
    refused(kind, Signer::new(credentials(), &format!("{SECRET}/"), "ecs"));
    refused(kind, signer().for_scope("cn-beijing", &format!("{SECRET},")));
    refused(kind, SECRET.parse::<CredentialScope>());
    refused(kind, format!("{SECRET}/a/b/request").parse::<CredentialScope>());
    refused(kind, format!("20210818/{SECRET} /b/request").parse::<CredentialScope>());

    let kind = ErrorKind::InvalidTime;
    refused(kind, SECRET.parse::<XDate>());
    let too_early = signer().at(SystemTime::UNIX_EPOCH - Duration::from_secs(1));
    refused(kind, sign(&too_early, &format!("https://host/?Password={ESCAPED_PASSWORD}")));
}

#[test]
fn an_error_about_the_target_does_not_show_it() {
    let presign_refused = |uri: &str| {
        let uri = uri.parse().unwrap();
        let url = signer().presign(&Method::GET, &uri, &PresignOptions::default());
        refused(ErrorKind::InvalidUri, url);
    };
    presign_refused(&format!("https://host/?{ESCAPED_PASSWORD}%3B"));
    presign_refused(&format!("https://host/?{TAG}&{TAG}"));
    let refused = |kind, uri: &str| refused(kind, sign(&signer(), uri));
    for password in [RAW_PASSWORD, ESCAPED_PASSWORD] {
        let kind = ErrorKind::InvalidUri;
        refused(kind, &format!("https://host/?Password={password}%zz"));
        refused(kind, &format!("https://host/?{password}%z=1"));
        refused(kind, &format!("https://host/{password}%2F"));
        refused(kind, &format!("https://host/{password}/..?Password={password}"));
        refused(kind, &format!("https://host/{password}\\?Password={password}"));
        refused(kind, &format!("https://host:08443/?Password={password}"));
        refused(kind, &format!("https://127.1/?Password={password}"));
        refused(ErrorKind::AlreadyPresigned, &format!("https://host/?X-Signature={password}"));
        refused(ErrorKind::MissingHost, &format!("/?Password={password}"));
    }
    refused(ErrorKind::InvalidUri, &format!("https://AKLTEXAMPLE:{SECRET}@host/"));
    refused(ErrorKind::InvalidUri, &format!("https://{SECRET}.1/"));
    refused(ErrorKind::InvalidUri, &format!("https://{SECRET}:65536/"));
    let long = RAW_PASSWORD.repeat(2500);
    refused(ErrorKind::InvalidUri, &format!("https://host/?Password={long}"));
}

#[test]
fn an_error_about_a_header_does_not_show_its_value() {
    let refused = |kind, name: &'static str, values: [&[u8]; 2]| {
        let mut request = request(RAW_PASSWORD);
        for value in values.into_iter().filter(|value| !value.is_empty()) {
            request.headers_mut().append(name, HeaderValue::from_bytes(value).unwrap());
        }
        refused(kind, signer().sign_with_payload(&mut request, BODY));
    };
    refused(ErrorKind::InvalidHeader, "x-tag", [TAG.as_bytes(), TAG.as_bytes()]);
    refused(ErrorKind::InvalidHeader, "host", [TAG.as_bytes(), TAG.as_bytes()]);
    for host in [format!("{TAG}/"), format!("host:{TAG}"), format!("{TAG} {TAG}")] {
        refused(ErrorKind::InvalidUri, "host", [host.as_bytes(), b""]);
    }
    refused(ErrorKind::InvalidUri, "host", [&[TAG.as_bytes(), b"\xff"].concat(), b""]);
}

#[test]
fn an_error_about_too_many_headers_shows_none_of_them() {
    let mut request = request(RAW_PASSWORD);
    let mut names = (0..).map(|index| format!("n{index}").parse::<HeaderName>().unwrap());
    let tag = || HeaderValue::from_static(TAG);
    while request.headers_mut().try_insert(names.next().unwrap(), tag()).is_ok() {}
    refused(ErrorKind::TooManyHeaders, signer().sign_with_payload(&mut request, BODY));
}

#[test]
fn an_error_about_a_protocol_object_does_not_show_the_value() {
    let scope: CredentialScope = "20210818/cn-beijing/ecs/request".parse().unwrap();
    let next_day: XDate = "20210819T000000Z".parse().unwrap();
    refused(ErrorKind::InvalidScope, StringToSign::new(&next_day, &scope, [0; 32]));

    let request = request(RAW_PASSWORD);
    let canonical = |names: &[&str]| {
        CanonicalRequest::new(&Method::GET, request.uri(), request.headers(), names, [0; 32])
    };
    refused(ErrorKind::InvalidHeader, canonical(&[SECRET]));
    refused(ErrorKind::InvalidHeader, canonical(&["x-tag"]));

    let kind = ErrorKind::InvalidAuthorization;
    let signature = || Signature::from([0; 32]);
    refused(kind, SECRET.parse::<Signature>());
    refused(kind, SECRET.parse::<Authorization>());
    refused(kind, format!("HMAC-SHA256 Credential={SECRET}").parse::<Authorization>());
    refused(kind, Authorization::new(&format!("{SECRET}/"), scope.clone(), &["host"], signature()));
    refused(kind, Authorization::new("AKLTEXAMPLE", scope, &[SECRET], signature()));

    let kind = ErrorKind::InvalidHeaderPolicy;
    refused(kind, HeaderPolicy::default().include(http::header::AUTHORIZATION));
    refused(kind, HeaderPolicy::default().exclude(http::header::HOST));
}

#[test]
fn an_error_about_the_environment_names_the_variable_and_does_not_show_its_value() {
    let id = ("VOLCENGINE_ACCESS_KEY", "AKLTEXAMPLE");
    assert_eq!(
        reported([("VOLCENGINE_ACCESS_KEY", ""), ("VOLCENGINE_SECRET_KEY", SECRET)]),
        "VOLCENGINE_SECRET_KEY is set, but VOLCENGINE_ACCESS_KEY is not"
    );
    assert_eq!(
        reported([id, ("VOLCENGINE_SECRET_KEY", &format!("{SECRET}\n"))]),
        "VOLCENGINE_SECRET_KEY has an invalid byte at offset 20, \
         expected no line break and no white space at either end"
    );
    assert_eq!(
        reported([
            id,
            ("VOLCENGINE_SECRET_KEY", SECRET),
            ("VOLCENGINE_SESSION_TOKEN", &format!("{TOKEN} "))
        ]),
        "VOLCENGINE_SESSION_TOKEN has an invalid byte at offset 20, expected visible ASCII"
    );
}

#[test]
#[ignore = "runs in a process with canaries in its environment, started by the test above"]
fn environment() {
    let error = Credentials::from_env().unwrap_err();
    printed(&error);
    println!("<{error}>");
}

/// Returns the text of the error that [`Credentials::from_env`] makes of `variables`.
#[track_caller]
fn reported<const N: usize>(variables: [(&str, &str); N]) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "environment", "--ignored", "--nocapture"])
        .envs(variables)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", output.stderr.escape_ascii());
    let stdout = String::from_utf8(output.stdout).unwrap();
    let (_, error) = stdout.split_once('<').unwrap();
    error.split_once('>').unwrap().0.to_owned()
}

#[test]
fn the_source_of_an_error_is_not_part_of_its_text() {
    let error = Error::credentials_unavailable(io::Error::other(SECRET));
    printed(&error);
    assert_eq!(
        format!("{error:?}"),
        "Error { kind: CredentialsUnavailable, \
         text: \"the credential source gave no credentials\", .. }"
    );
    assert_eq!(error.source().unwrap().to_string(), SECRET);
}

#[test]
fn only_the_raw_accessors_show_a_query_value_or_the_session_token() {
    for password in [RAW_PASSWORD, ESCAPED_PASSWORD] {
        let request = request(password);
        let explanation = signer().explain(&request, BODY).unwrap();
        assert!(shows(explanation.canonical_request(), CANONICAL_PASSWORD));
        assert!(shows(explanation.canonical_request(), TOKEN));
        hidden(explanation.string_to_sign());
        hidden(explanation.authorization());

        let signed =
            signer().authorize(request.method(), request.uri(), request.headers(), BODY).unwrap();
        let sent = if password == RAW_PASSWORD { CANONICAL_PASSWORD } else { ESCAPED_PASSWORD };
        assert!(shows(signed.uri().to_string(), sent));
        assert!(signed.into_iter().any(|(_, value)| value == TOKEN));
    }
    assert_eq!(credentials().session_token(), Some(TOKEN));
}

#[test]
fn even_the_raw_accessors_do_not_show_the_secret() {
    let mut request = request(ESCAPED_PASSWORD);
    let explanation = signer().explain(&request, ()).unwrap();
    signer().sign_with_payload(&mut request, ()).unwrap();

    let values = request.headers().values().map(HeaderValue::as_bytes);
    let texts = values.chain([
        explanation.canonical_request(),
        explanation.string_to_sign().as_bytes(),
        explanation.authorization().as_bytes(),
    ]);
    for text in texts {
        assert!(SECRET.as_bytes().windows(6).all(|piece| !shows(text, piece)));
    }
}

#[test]
fn the_debug_text_of_a_signed_request_shows_neither_authorization_nor_session_token() {
    let mut request = Request::get("https://open.volcengineapi.com/").body(()).unwrap();
    signer().sign_with_payload(&mut request, ()).unwrap();
    let headers = request.headers();
    assert!(headers["authorization"].is_sensitive());
    assert!(headers["x-security-token"].is_sensitive());
    assert!(!headers["x-date"].is_sensitive());
    assert!(!headers["x-content-sha256"].is_sensitive());
    debugged(&request);
    assert!(!shows(format!("{request:?}"), "HMAC-SHA256"));

    let uri = Uri::from_static("https://open.volcengineapi.com/");
    let signed = signer().authorize(&Method::GET, &uri, &HeaderMap::new(), ()).unwrap();
    let sensitive = |(_, value): &(HeaderName, HeaderValue)| value.is_sensitive();
    let hidden: Vec<_> = signed.into_iter().filter(sensitive).map(|(name, _)| name).collect();
    assert_eq!(hidden, ["x-security-token", "authorization"]);
}

#[test]
fn a_header_that_the_caller_marks_sensitive_is_hidden_in_an_explanation() {
    let mut request = request(RAW_PASSWORD);
    let mut tag = HeaderValue::from_static(TAG);
    tag.set_sensitive(true);
    request.headers_mut().insert("x-tag", tag);
    request.headers_mut().insert("x-note", HeaderValue::from_static("plain"));

    let explanation = signer().explain(&request, BODY).unwrap();
    printed(&explanation);
    let text = explanation.to_string();
    assert!(text.contains("\nx-note:plain\n") && text.contains("\nx-tag:***\n"), "{text}");
    assert!(shows(explanation.canonical_request(), format!("\nx-tag:{TAG}\n")));
}
