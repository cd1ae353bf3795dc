//! What a user reads first, for complaints as they are made: the first lines of the report, in
//! English and Chinese.

use std::time::{Duration, SystemTime};

use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderValue, Request};
use sha2::{Digest, Sha256};
use volcengine_sigv4::diagnose::{Language, Verdict, ids};
use volcengine_sigv4::{Credentials, Signer};

const SECRET: &str = "c2VjcmV0LWFjY2Vzcy1rZXk=";
const SCOPE: [&str; 4] = ["20210818", "cn-north-1", "cv", "request"];

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_629_280_649)
}

fn signer() -> Signer {
    signer_with(SECRET, "cn-north-1")
}

fn signer_with(secret: &str, region: &str) -> Signer {
    let credentials = Credentials::new("AKLTEXAMPLE", secret).unwrap();
    Signer::new(credentials, region, "cv").unwrap().at(now())
}

/// A request for text recognition.
fn ocr(body: &[u8]) -> Request<Vec<u8>> {
    Request::post("https://visual.volcengineapi.com/?Action=OCRNormal&Version=2020-08-26")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.to_vec())
        .unwrap()
}

fn signed(mut request: Request<Vec<u8>>) -> Request<Vec<u8>> {
    signer().sign(&mut request).unwrap();
    request
}

/// Signs a request after a change of its canonical request.
fn signed_with(request: Request<Vec<u8>>, change: impl Fn(&str) -> String) -> Request<Vec<u8>> {
    let mut request = signed(request);
    let explained = signer().explain(&request, request.body()).unwrap();
    let canonical = change(std::str::from_utf8(explained.canonical_request()).unwrap());
    let hash = hex(&Sha256::digest(canonical));
    let string = format!("HMAC-SHA256\n20210818T095729Z\n{}\n{hash}", SCOPE.join("/"));
    let key = SCOPE.iter().fold(SECRET.as_bytes().to_vec(), |key, part| mac(&key, part));
    let text = request.headers()["authorization"].to_str().unwrap();
    let (before, _) = text.split_once("Signature=").unwrap();
    let text = format!("{before}Signature={}", hex(&mac(&key, &string)));
    request.headers_mut().insert("authorization", text.parse().unwrap());
    request
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut hmac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    hmac.update(text.as_bytes());
    hmac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Checks the first two lines of both reports, and that no line has more than 100 columns.
#[track_caller]
fn said(request: &Request<Vec<u8>>, english: [&str; 2], chinese: [&str; 2]) {
    said_by(&signer(), request, english, chinese);
}

#[track_caller]
fn said_by(signer: &Signer, request: &Request<Vec<u8>>, english: [&str; 2], chinese: [&str; 2]) {
    let diagnosis = signer.diagnose(request, request.body()).unwrap();
    for (language, expected) in [(Language::English, english), (Language::Chinese, chinese)] {
        let report = diagnosis.report(language).to_string();
        let lines: Vec<_> = report.lines().take(2).collect();
        assert_eq!(lines, expected, "\n{report}");
        for line in report.lines() {
            let width: usize = line.chars().map(|c| if c < '\u{1100}' { 1 } else { 2 }).sum();
            assert!(width <= 100, "{width} columns: {line}");
        }
    }
}

#[test]
fn the_recognition_of_texts_is_refused() {
    let hash = hex(&Sha256::digest("image_base64=aGk%3D"));
    let empty = hex(&Sha256::digest(""));
    let request = signed_with(ocr(b"image_base64=aGk%3D"), |canonical| {
        let (before, _) = canonical.rsplit_once(&hash).unwrap();
        format!("{before}{empty}")
    });
    said(
        &request,
        ["Give the signer the body that is sent.", "  payload-empty: an empty body was signed"],
        ["把实际发送的请求体传给签名函数。", "  payload-empty：签名时使用了空的请求体"],
    );
}

#[test]
fn is_node_or_python_right() {
    let mut request = ocr(b"a=1");
    request.headers_mut().remove("content-type");
    let mut request = signed(request);
    let content_type = HeaderValue::from_static("application/x-www-form-urlencoded");
    request.headers_mut().insert("content-type", content_type);
    said(
        &request,
        ["Nothing to change: the signature is right.", ""],
        ["无需修改：签名正确。", ""],
    );
    let report = signer().diagnose(&request, request.body()).unwrap().to_string();
    assert!(report.contains("header-unsigned: sent and not signed: content-type"), "{report}");
}

#[test]
fn a_sample_in_another_language_gets_100010() {
    let mut request = ocr(b"a=1");
    signer_with(&format!("VOLC{SECRET}"), "cn-north-1").sign(&mut request).unwrap();
    said(
        &request,
        [
            "Use the secret access key as it is, with no text before it.",
            "  secret-prefix: \"VOLC\" was put before the secret",
        ],
        [
            "直接使用 Secret Access Key 原文，前面不要加任何文本。",
            "  secret-prefix：密钥前多加了“VOLC”",
        ],
    );
}

#[test]
fn the_keys_are_right_and_it_is_100010() {
    let mut request = signed(ocr(b"a=1"));
    *request.body_mut() = b"a=1&b=2".to_vec();
    said(
        &request,
        [
            "Sign last: change nothing of the body after signing.",
            "  body-changed: the signature is right for X-Content-Sha256, but the body is another",
        ],
        [
            "最后再签名：签名之后不要改动请求体。",
            "  body-changed：签名与 X-Content-Sha256 相符，但请求体已被改变",
        ],
    );
}

#[test]
fn a_binary_body_is_refused() {
    let mut request = signed(ocr(br#"{"type":"Buffer","data":[255,0,1]}"#));
    *request.body_mut() = vec![255, 0, 1];
    said(
        &request,
        [
            "Serialise the body once, and sign and send the same bytes.",
            "  payload-serialised: the body was signed in another spelling: a Buffer as JSON",
        ],
        [
            "请求体只序列化一次，签名和发送使用同一份字节。",
            "  payload-serialised：签名时请求体的序列化方式不同：Buffer 的 JSON",
        ],
    );
}

#[test]
fn temporary_keys_are_refused() {
    let mut request = signed(ocr(b"a=1"));
    let token = HeaderValue::from_static("STS-token");
    request.headers_mut().insert("x-security-token", token);
    said(
        &request,
        [
            "Add X-Security-Token before signing.",
            "  token-unsigned: X-Security-Token is sent and not signed",
        ],
        ["签名前添加 X-Security-Token。", "  token-unsigned：X-Security-Token 已发送但未签名"],
    );
}

#[test]
fn the_timestamp_is_invalid() {
    let request = signed(ocr(b"a=1"));
    let earlier = now() - Duration::from_secs(8 * 3600 + 12);
    said_by(
        &signer().at(earlier),
        &request,
        [
            "Set the clock, sign in UTC, and sign each attempt anew.",
            "  clock-skew: X-Date is 8 h 00 min 12 s ahead of the clock",
        ],
        [
            "校准时钟，使用 UTC，每次重试都重新签名。",
            "  clock-skew：X-Date 比当前时间快 8 小时 0 分 12 秒",
        ],
    );
}

#[test]
fn an_api_key_gets_100025() {
    let mut request = ocr(b"a=1");
    request.headers_mut().insert("authorization", HeaderValue::from_static("Bearer 1-2-3"));
    said(
        &request,
        [
            "Sign with an access key (AK/SK): this API takes no Bearer key.",
            "  bearer-token: an API key is sent where a signature is wanted",
        ],
        [
            "使用访问密钥（AK/SK）签名：该 API 不接受 Bearer Key。",
            "  bearer-token：这里需要签名，发送的却是 API Key",
        ],
    );
}

#[test]
fn it_is_always_100010() {
    let mut request = ocr(b"a=1");
    signer_with("secret-access-key", "cn-north-1").sign(&mut request).unwrap();
    said(
        &request,
        [
            "Use the secret access key as the console shows it. Do not decode it.",
            "  secret-decoded: the secret was decoded (Base64) before it was used",
        ],
        [
            "直接使用控制台显示的 Secret Access Key，不要解码。",
            "  secret-decoded：密钥使用前被解码（Base64）",
        ],
    );
}

#[test]
fn the_headers_have_a_fixed_order() {
    let list = "content-type;host;x-content-sha256;x-date";
    let request = signed_with(ocr(b"a=1"), |text| {
        text.replace(list, "host;x-date;x-content-sha256;content-type")
    });
    said(
        &request,
        [
            "Sort the header lines and SignedHeaders the same way, by name.",
            "  header-order: the order of the headers is not that of SignedHeaders: the list",
        ],
        [
            "头部行与 SignedHeaders 都按名称排序，顺序保持一致。",
            "  header-order：头部顺序不一致：列表",
        ],
    );
}

#[test]
fn a_space_in_a_parameter_is_refused() {
    let request =
        Request::get("https://open.volcengineapi.com/?Action=A&Version=B&Name=web%20%E4%B8%80");
    let request = signed_with(request.body(Vec::new()).unwrap(), |text| text.replace("%20", "+"));
    said(
        &request,
        [
            "Write a space as %20, not as +.",
            "  query-form-encoded: the parameters were encoded as a form (+ for a space)",
        ],
        [
            "空格写成 %20，不要写成 +。",
            "  query-form-encoded：查询参数按表单方式编码（空格写成 +）",
        ],
    );
}

#[test]
fn the_region_is_missing() {
    let mut request = signed(ocr(b"a=1"));
    let text = request.headers()["authorization"].to_str().unwrap();
    let (before, _) = text.split_once("Signature=").unwrap();
    let explained = signer().explain(&request, request.body()).unwrap();
    let string = explained.string_to_sign().replace("/cn-north-1/", "//");
    let scope = ["20210818", "", "cv", "request"];
    let key = scope.iter().fold(SECRET.as_bytes().to_vec(), |key, part| mac(&key, part));
    let before = before.replace("/cn-north-1/", "//");
    let text = format!("{before}Signature={}", hex(&mac(&key, &string)));
    request.headers_mut().insert("authorization", text.parse().unwrap());
    said(
        &request,
        [
            "Sign for region \"cn-north-1\", in the credential scope and in the key.",
            "  region: signed for region \"\"",
        ],
        ["签名区域改为“cn-north-1”，凭证范围和密钥派生要一致。", "  region：签名使用的区域是“”"],
    );
}

#[test]
fn nothing_is_found() {
    let mut request = ocr(b"a=1");
    signer_with("another secret", "cn-north-1").sign(&mut request).unwrap();
    let diagnosis = signer().diagnose(&request, request.body()).unwrap();
    assert_eq!(diagnosis.verdict(), Verdict::Unexplained);
    let [mistakes, pairs] = [diagnosis.mistakes_tried(), diagnosis.pairs_tried()];
    let english = format!(
        "None of {mistakes} known mistakes and {pairs} pairs of them makes this signature. \
         Most likely it was made"
    );
    let report = diagnosis.to_string();
    let lines: Vec<_> = report.lines().collect();
    assert_eq!(
        lines[0],
        "Check the secret access key first, then what changes the request on its way."
    );
    assert_eq!(lines[1], english);
    assert!(diagnosis.is_exhaustive());
}

#[test]
fn a_secret_that_was_sent_comes_before_everything_else() {
    let mut request = ocr(b"a=1");
    signer_with(&format!("VOLC{SECRET}"), "cn-north-1").sign(&mut request).unwrap();
    request.headers_mut().insert("x-secret-key", HeaderValue::from_static(SECRET));
    said(
        &request,
        [
            "Replace this key now: whoever saw the request has it. Never send the secret.",
            "  secret-in-request: the secret access key itself is in the request \
             (header x-secret-key)",
        ],
        [
            "请立即更换该密钥：看到该请求的人都能获得它。切勿发送密钥。",
            "  secret-in-request：密钥原文出现在请求中（头部 x-secret-key）",
        ],
    );
}

#[test]
fn expired_credentials_and_a_missing_host_are_seen() {
    let credentials = Credentials::new("AKLTEXAMPLE", SECRET).unwrap();
    let signer = Signer::new(credentials.with_expiration(now()), "cn-north-1", "cv").unwrap();
    let mut request = signed(ocr(b"a=1"));
    *request.uri_mut() = "/?Action=OCRNormal&Version=2020-08-26".parse().unwrap();
    let diagnosis = signer.at(now()).diagnose(&request, request.body()).unwrap();
    let seen: Vec<_> = diagnosis.hints().iter().map(|hint| hint.id()).collect();
    assert!(seen.contains(&"credentials-expired") && seen.contains(&"host-missing"), "{seen:?}");
}

#[test]
fn a_renamed_signature_of_aws_is_one_mistake() {
    let request = signed(ocr(b"a=1"));
    let explained = signer().explain(&request, request.body()).unwrap();
    for (prefix, algorithm, end) in [
        ("VOLC4", "VOLC4-HMAC-SHA256", "volc4_request"),
        ("VOLC", "VOLC-HMAC-SHA256", "volc_request"),
    ] {
        let string = explained.string_to_sign().replace("HMAC-SHA256", algorithm);
        let string = string.replace("/request", &format!("/{end}"));
        let secret = format!("{prefix}{SECRET}").into_bytes();
        let scope = ["20210818", "cn-north-1", "cv", end];
        let key = scope.iter().fold(secret, |key, part| mac(&key, part));
        let authorization = format!(
            "{algorithm} Credential=AKLTEXAMPLE/20210818/cn-north-1/cv/{end}, \
             SignedHeaders=content-type;host;x-content-sha256;x-date, Signature={}",
            hex(&mac(&key, &string))
        );
        let mut request = request.clone();
        request.headers_mut().insert("authorization", authorization.parse().unwrap());
        let diagnosis = signer().diagnose(&request, request.body()).unwrap();
        assert_eq!(diagnosis.proofs()[0].findings()[0].id(), "protocol-volc4", "{diagnosis}");
    }
}

#[test]
fn every_mistake_has_texts_in_both_languages_and_a_name_of_its_own() {
    let all: Vec<_> = ids().collect();
    let mut sorted = all.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), all.len());
    assert!(all.len() > 110, "{} mistakes", all.len());
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    assert!(all.iter().all(|id| id.bytes().all(is_plain)));
}

/// As large as `http` takes, and a body beyond the budget: answered in time, and said to be
/// incomplete.
#[test]
fn a_huge_request_is_answered_and_said_not_to_be_tried_whole() {
    let query: String = (0..8000).map(|index| format!("&k={index}")).collect();
    let mut request =
        Request::post(format!("https://h/?Action=A{query}")).body(vec![b'x'; 70 << 20]).unwrap();
    for index in 0..2000 {
        let name: http::HeaderName = format!("x-{index}").parse().unwrap();
        request.headers_mut().insert(name, HeaderValue::from_static("v"));
    }
    signer_with("another secret", "cn-north-1").sign(&mut request).unwrap();
    let start = std::time::Instant::now();
    let diagnosis = signer().diagnose(&request, request.body()).unwrap();
    assert_eq!(diagnosis.verdict(), Verdict::Unexplained);
    assert!(!diagnosis.is_exhaustive());
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}
