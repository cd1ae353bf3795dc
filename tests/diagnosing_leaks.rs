//! No text of a diagnosis shows a secret, a session token, a body, the value of a parameter, or the
//! right signature.
//!
//! Canaries are put into every place that takes such a value; no piece of six bytes of them may
//! stand in any report, sentence, row or `Debug`.

use std::fmt::{Debug, Display};
use std::time::{Duration, SystemTime};

use http::{HeaderValue, Request};
use volcengine_sigv4::diagnose::{Diagnosis, Finding, Language, Verdict};
use volcengine_sigv4::{Credentials, PresignOptions, Signer, UriMode};

const SECRET: &str = "Kd8sWq2ZxT5uLb9YvN3e";
const TOKEN: &str = "Hy7JmRf4PzXo6BtQc1Gw";
const BODY: &str = "{\"text\": \"Ug3NcVs8KwYq5DzLr2Mh\"}";
const TAG: &str = "Jp6TxEk1WbGv9RnZd4Fy";
const PASSWORD: &str = "%51m7ZvKx%7cTp4WsLd+%e7%81%ab%48n8RyCf&Vb2NmQw7XsEd=&Gt5HyJu8KiLo";

const CANARIES: [&str; 8] = [
    SECRET,
    TOKEN,
    "Ug3NcVs8KwYq5DzLr2Mh",
    TAG,
    "Qm7ZvKx|Tp4WsLd",
    "Hn8RyCf",
    "Vb2NmQw7XsEd",
    "Gt5HyJu8KiLo",
];

#[track_caller]
fn hidden(text: &str) {
    for canary in CANARIES {
        for piece in canary.as_bytes().windows(6) {
            let piece = std::str::from_utf8(piece).unwrap();
            assert!(!text.contains(piece), "a piece of {canary:?} in {text}");
        }
    }
}

#[track_caller]
fn debugged(value: &impl Debug) {
    hidden(&format!("{value:?} {value:#?}"));
}

#[test]
#[should_panic(expected = "a piece of")]
fn a_piece_of_six_bytes_would_be_found() {
    hidden("1 x-security-token:y7JmRf");
}

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_629_280_649)
}

fn signer(secret: &str) -> Signer {
    let credentials = Credentials::new("AKLTEXAMPLE", secret).unwrap();
    let credentials = credentials.with_session_token(TOKEN).unwrap();
    let signer = Signer::new(credentials, "cn-beijing", "ecs").unwrap();
    signer.with_uri_mode(UriMode::Preserve).at(now())
}

fn request() -> Request<&'static str> {
    Request::post(format!("https://open.volcengineapi.com/?Action=Login&Password={PASSWORD}"))
        .header("x-tag", TAG)
        .header("content-type", "application/json")
        .body(BODY)
        .unwrap()
}

#[track_caller]
fn checked(diagnosis: &Diagnosis, right: &str) {
    let texts = [
        diagnosis.report(Language::English).to_string(),
        diagnosis.report(Language::Chinese).to_string(),
        diagnosis.to_string(),
        format!("{diagnosis:?}"),
    ];
    for text in &texts {
        hidden(text);
        assert!(!text.contains(&right[..8]), "the right signature in {text}");
    }
    debugged(diagnosis);
    let findings = diagnosis.proofs().iter().flat_map(|proof| proof.findings());
    findings.chain(diagnosis.hints()).for_each(shown);
    for proof in diagnosis.proofs() {
        debugged(proof);
        for row in proof.comparison() {
            debugged(row);
            hidden(row.expected().unwrap_or_default());
            hidden(row.signed().unwrap_or_default());
        }
    }
}

#[track_caller]
fn shown(finding: &Finding) {
    let text = |value: &dyn Display| hidden(&value.to_string());
    for language in [Language::English, Language::Chinese] {
        text(&finding.sentence(language));
        text(&finding.advice(language));
    }
    finding.details().for_each(|(_, detail)| hidden(detail));
    debugged(finding);
}

/// Diagnoses what a signer with another secret made, and then changes of the request.
#[test]
fn no_text_of_a_diagnosis_shows_a_canary() {
    let wrong_secrets = [
        format!("VOLC{SECRET}"),
        format!("{SECRET}%"),
        SECRET[1..].to_owned(),
        "another secret".to_owned(),
        SECRET.to_owned(),
    ];
    for secret in &wrong_secrets {
        for change in CHANGES {
            let mut request = request();
            signer(secret).sign(&mut request).unwrap();
            let mut right = request.clone();
            let right = signer(SECRET).sign(&mut right).unwrap().to_string();
            change(&mut request);
            let diagnosis = signer(SECRET).diagnose(&request, request.body()).unwrap();
            // What is right may be seen: it is the signature of the request.
            if diagnosis.verdict() != Verdict::Right {
                checked(&diagnosis, &right);
            }
        }
    }
}

type Change = fn(&mut Request<&'static str>);

const CHANGES: &[Change] = &[
    |_| {},
    |request| *request.body_mut() = "{\"text\":\"Ug3NcVs8KwYq5DzLr2Mh\"}",
    |request| {
        let uri = request.uri().to_string().replace('+', "%20");
        *request.uri_mut() = uri.parse().unwrap();
    },
    |request| {
        let uri = request.uri().to_string().replace("Password=", "Password=x");
        *request.uri_mut() = uri.parse().unwrap();
    },
    |request| {
        request.headers_mut().remove("x-security-token");
    },
    |request| {
        let tag = HeaderValue::from_static("other");
        request.headers_mut().insert("x-tag", tag);
    },
    |request| {
        let secret = HeaderValue::from_static(SECRET);
        request.headers_mut().insert("x-secret", secret);
    },
    |request| {
        let text = request.headers()["authorization"].to_str().unwrap();
        let text = text.replace("cn-beijing/ecs", &format!("{SECRET}/{TAG}/"));
        request.headers_mut().insert("authorization", text.parse().unwrap());
    },
    |request| {
        let value = HeaderValue::from_str(&format!("HMAC-SHA256 AKLTEXAMPLE:{SECRET}")).unwrap();
        request.headers_mut().insert("authorization", value);
    },
];

#[test]
fn the_diagnosis_of_a_url_shows_no_canary() {
    let request = request();
    let uri = request.uri().to_string().replace("&Vb2NmQw7XsEd=&Gt5HyJu8KiLo", "").parse().unwrap();
    for secret in [format!("AWS4{SECRET}"), "another secret".to_owned()] {
        let options = PresignOptions::default();
        let url = signer(&secret).presign(request.method(), &uri, &options).unwrap();
        let right = signer(SECRET).presign(request.method(), &uri, &options).unwrap();
        let presigned = Request::post(http::Uri::from(url)).body(()).unwrap();
        let diagnosis = signer(SECRET).diagnose(&presigned, ()).unwrap();
        assert_ne!(diagnosis.verdict(), Verdict::Right);
        checked(&diagnosis, right.as_str().split_once("X-Signature=").unwrap().1);
    }
}

#[test]
fn a_value_that_differs_is_told_by_its_length_and_place_only() {
    let mut request =
        Request::get("https://h/?Action=A&Password=Qm7ZvKx|Tp4WsLd%20Hn8RyCf").body("").unwrap();
    signer(SECRET).sign(&mut request).unwrap();
    // The signature covers "+" for the space: what is sent is another spelling of it.
    let explained = signer(SECRET).explain(&request, "").unwrap();
    let canonical = explained.canonical_request().to_vec();
    let canonical = String::from_utf8(canonical).unwrap().replace("%20", "+");
    let signature = signed(&canonical);
    let text = request.headers()["authorization"].to_str().unwrap();
    let (before, _) = text.split_once("Signature=").unwrap();
    let text = format!("{before}Signature={signature}");
    request.headers_mut().insert("authorization", text.parse().unwrap());

    let diagnosis = signer(SECRET).diagnose(&request, "").unwrap();
    assert_eq!(diagnosis.proofs()[0].findings()[0].id(), "query-form-encoded");
    let row = diagnosis.proofs()[0].comparison().find(|row| row.difference().is_some()).unwrap();
    assert_eq!(row.expected(), Some("Action=A&Password=***"));
    assert_eq!(row.signed(), Some("Action=A&Password=***"));
    let difference = row.difference().unwrap();
    assert_eq!(difference.value_lengths, Some([27, 25]));
    // Both are marks, which tell nothing of the value.
    assert_eq!([difference.expected_byte, difference.signed_byte], [Some(b'%'), Some(b'+')]);
    assert!(diagnosis.to_string().contains("in a value of 27 bytes, signed with 25"));
}

/// Signs a canonical request by the steps of the protocol.
fn signed(canonical_request: &str) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    use sha2::{Digest, Sha256};
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mac = |key: &[u8], text: &str| {
        let mut hmac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        hmac.update(text.as_bytes());
        hmac.finalize().into_bytes().to_vec()
    };
    let scope = ["20210818", "cn-beijing", "ecs", "request"];
    let key = scope.iter().fold(SECRET.as_bytes().to_vec(), |key, part| mac(&key, part));
    let hash = hex(&Sha256::digest(canonical_request));
    let string = format!("HMAC-SHA256\n20210818T095729Z\n{}\n{hash}", scope.join("/"));
    hex(&mac(&key, &string))
}
