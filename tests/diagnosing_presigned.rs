//! Presigned URLs: each family of mistakes that a URL can have.

use std::time::{Duration, SystemTime};

use hmac::{Hmac, KeyInit, Mac};
use http::{Method, Request, Uri};
use sha2::{Digest, Sha256};
use volcengine_sigv4::diagnose::{Diagnosis, Verdict};
use volcengine_sigv4::{Credentials, PresignOptions, Signer};

const SECRET: &str = "c2VjcmV0LWFjY2Vzcy1rZXk=";
const URL: &str =
    "https://vod.volcengineapi.com/a%20b/?Action=GetPlayInfo&Version=2020-08-01&Vid=v%201";

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_629_280_649)
}

fn signer(secret: &str, region: &str, service: &str) -> Signer {
    let credentials = Credentials::new("AKLTEXAMPLE", secret).unwrap();
    Signer::new(credentials, region, service).unwrap().at(now())
}

fn right() -> Signer {
    signer(SECRET, "cn-north-1", "vod")
}

fn presigned_by(signer: &Signer, method: Method) -> String {
    let uri = URL.parse().unwrap();
    signer.presign(&method, &uri, &PresignOptions::default()).unwrap().to_string()
}

fn diagnosed(method: Method, url: &str) -> Diagnosis {
    let request = Request::builder().method(method).uri(url).body(()).unwrap();
    right().diagnose(&request, ()).unwrap()
}

/// Checks that the mistake `id` alone explains the URL.
#[track_caller]
fn explained(url: &str, id: &str) {
    let diagnosis = diagnosed(Method::GET, url);
    let sets: Vec<Vec<_>> = diagnosis
        .proofs()
        .iter()
        .map(|proof| proof.findings().iter().map(|finding| finding.id()).collect())
        .collect();
    assert!(sets.contains(&vec![id]), "{:?} {sets:?}, expected {id}", diagnosis.verdict());
}

/// Signs the canonical request of the right URL after a change, as another presigner would.
fn signed_with(change: impl Fn(&str) -> String) -> String {
    signed_by_steps(change, str::to_owned, SECRET.as_bytes())
}

fn signed_by_steps(
    change: impl Fn(&str) -> String,
    change_string: impl Fn(&str) -> String,
    secret: &[u8],
) -> String {
    let url = presigned_by(&right(), Method::GET);
    let (unsigned, _) = url.split_once("&X-Signature=").unwrap();
    let uri: Uri = unsigned.parse().unwrap();
    let canonical = format!(
        "GET\n{}\n{}\nhost:vod.volcengineapi.com\n\nhost\n{}",
        uri.path(),
        uri.query().unwrap(),
        hex(&Sha256::digest(b"")),
    );
    let hash = hex(&Sha256::digest(change(&canonical)));
    let string = format!("HMAC-SHA256\n20210818T095729Z\n20210818/cn-north-1/vod/request\n{hash}");
    let mut key = secret.to_vec();
    for part in ["20210818", "cn-north-1", "vod", "request"] {
        key = mac(&key, part.as_bytes());
    }
    format!("{unsigned}&X-Signature={}", hex(&mac(&key, change_string(&string).as_bytes())))
}

fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut hmac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    hmac.update(text);
    hmac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_right_url_is_right() {
    for method in [Method::GET, Method::POST] {
        let url = presigned_by(&right(), method.clone());
        assert_eq!(diagnosed(method, &url).verdict(), Verdict::Right);
    }
    // The canonical request that the tests change is the right one.
    assert_eq!(diagnosed(Method::GET, &signed_with(str::to_owned)).verdict(), Verdict::Right);
}

#[test]
fn a_url_that_signs_no_host_is_right() {
    let options = PresignOptions::default().without_host();
    let url = right().presign(&Method::GET, &URL.parse().unwrap(), &options).unwrap();
    assert_eq!(diagnosed(Method::GET, url.as_str()).verdict(), Verdict::Right);
}

#[test]
fn a_wrong_secret_of_a_url_is_named() {
    let prefixed = signer(&format!("AWS4{SECRET}"), "cn-north-1", "vod");
    explained(&presigned_by(&prefixed, Method::GET), "secret-prefix");
    let decoded = signed_by_steps(str::to_owned, str::to_owned, b"secret-access-key");
    explained(&decoded, "secret-decoded");
}

#[test]
fn a_wrong_scope_of_a_url_is_named() {
    explained(&presigned_by(&signer(SECRET, "cn-beijing", "vod"), Method::GET), "region");
    explained(&presigned_by(&signer(SECRET, "cn-north-1", "imagex"), Method::GET), "service");
}

#[test]
fn a_wrong_string_to_sign_of_a_url_is_named() {
    let other = |from: &'static str, to: &'static str| {
        signed_by_steps(str::to_owned, move |text| text.replacen(from, to, 1), SECRET.as_bytes())
    };
    explained(&other("HMAC", "AWS4-HMAC"), "algorithm");
    explained(&other("T095729Z", "T095730Z"), "date-reread");
    explained(
        &other("T095729Z\n20210818/cn-north-1/vod/request", "T095729Z"),
        "string-line-missing",
    );
}

#[test]
fn another_method_of_a_url_is_named() {
    let url = presigned_by(&right(), Method::POST);
    explained(&url, "method");
}

#[test]
fn a_wrong_path_of_a_url_is_named() {
    explained(&signed_with(|text| text.replace("/a%20b/", "/a b/")), "path-unencoded");
    explained(&signed_with(|text| text.replace("/a%20b/", "/")), "path-slash-only");
}

#[test]
fn a_wrong_query_of_a_url_is_named() {
    explained(&signed_with(|text| text.replace("v%201", "v+1")), "query-form-encoded");
    explained(&signed_with(|text| text.replace("%2F", "/")), "query-under-encoded");
    explained(&signed_with(|text| text.replace("Vid=v%201&", "")), "query-incomplete");
}

#[test]
fn a_wrong_host_of_a_url_is_named() {
    let host = |host: &'static str| {
        signed_with(move |text| text.replace("host:vod.volcengineapi.com", &format!("host:{host}")))
    };
    explained(&host("open.volcengineapi.com"), "host-other");
    explained(&host("vod.volcengineapi.com:443"), "host-port");
}

#[test]
fn a_hashed_body_of_a_url_is_named() {
    let empty = hex(&Sha256::digest(b""));
    explained(&signed_with(|text| text.replace(&empty, "UNSIGNED-PAYLOAD")), "payload-unsigned");
}

#[test]
fn random_digits_of_a_url_are_explained_by_nothing() {
    let url = presigned_by(&right(), Method::GET);
    let (unsigned, _) = url.split_once("&X-Signature=").unwrap();
    let diagnosis = diagnosed(Method::GET, &format!("{unsigned}&X-Signature={}", "5a".repeat(32)));
    assert_eq!(diagnosis.verdict(), Verdict::Unexplained);
    assert!(diagnosis.proofs().is_empty());
}

#[test]
fn a_url_that_has_expired_is_seen() {
    let url = presigned_by(&right(), Method::GET);
    let request = Request::get(url).body(()).unwrap();
    let later = right().at(now() + Duration::from_secs(3600));
    let diagnosis = later.diagnose(&request, ()).unwrap();
    assert_eq!(diagnosis.verdict(), Verdict::Right);
    assert!(diagnosis.hints().iter().any(|hint| hint.id() == "url-expired" && hint.is_refusal()));
}
