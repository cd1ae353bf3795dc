//! Which headers a signature covers, and what signing does to the headers of a request.

mod support;

use http::{HeaderMap, HeaderName, HeaderValue, Request};
use support::{signer, signer_of, with_token};
use volcengine_sigv4::{Authorization, Error, ErrorKind, HeaderPolicy, Signer};

/// The headers that are signed for every request, in order.
const ALWAYS: &str = "host x-content-sha256 x-date";

fn temporary() -> Signer {
    signer_of(with_token("STS-token"))
}

fn policy(build: impl FnOnce(HeaderPolicy) -> Result<HeaderPolicy, Error>) -> Signer {
    signer().with_header_policy(build(HeaderPolicy::default()).unwrap())
}

fn name(text: &str) -> HeaderName {
    text.parse().unwrap()
}

fn request(headers: &[(&str, &str)]) -> Request<&'static str> {
    let mut request =
        Request::post("https://open.volcengineapi.com/?Action=Run").body("{}").unwrap();
    for (name, value) in headers {
        request.headers_mut().append(self::name(name), HeaderValue::from_str(value).unwrap());
    }
    request
}

/// Returns the names that `signer` signs of a request with `headers`.
#[track_caller]
fn signed(signer: &Signer, headers: &[(&str, &str)]) -> String {
    let mut request = request(headers);
    signer.sign(&mut request).unwrap();
    let authorization = request.headers()["authorization"].to_str().unwrap();
    let authorization: Authorization = authorization.parse().unwrap();
    authorization.signed_headers().collect::<Vec<_>>().join(" ")
}

/// Returns the canonical request of a request with `headers`, up to the end of its header lines.
#[track_caller]
fn lines(headers: &[(&str, &str)]) -> String {
    let explanation = signer().explain(&request(headers), ()).unwrap();
    let text = String::from_utf8(explanation.canonical_request().to_vec()).unwrap();
    text.split_once("\n\n").unwrap().0.to_owned()
}

#[test]
fn host_time_and_payload_hash_are_always_signed() {
    assert_eq!(signed(&signer(), &[]), ALWAYS);
}

#[test]
fn content_type_content_md5_and_every_x_header_are_signed_where_present() {
    assert_eq!(
        signed(
            &signer(),
            &[
                ("x-top-region", "cn-beijing"),
                ("Content-Type", "application/json"),
                ("x-a", ""),
                ("content-md5", "mZFLkyvTelC5g8XnyQrpOw=="),
            ]
        ),
        "content-md5 content-type host x-a x-content-sha256 x-date x-top-region"
    );
}

#[test]
fn the_session_token_is_signed_and_sent() {
    assert_eq!(signed(&temporary(), &[]), "host x-content-sha256 x-date x-security-token");
    let mut request = request(&[]);
    temporary().sign(&mut request).unwrap();
    assert_eq!(request.headers()["x-security-token"], "STS-token");
}

#[test]
fn other_headers_are_not_signed_and_may_occur_twice() {
    let others = ["accept", "accept", "accept-encoding", "cookie", "date", "origin", "range", "x"];
    assert_eq!(signed(&signer(), &others.map(|name| (name, "value"))), ALWAYS);
}

const NEVER_SIGNED: [&str; 24] = [
    "authorization",
    "connection",
    "content-length",
    "expect",
    "forwarded",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "x-amzn-trace-id",
    "x-b3-sampled",
    "x-b3-traceid",
    "x-cloud-trace-context",
    "x-envoy-attempt-count",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "x-request-id",
];

#[test]
fn a_header_that_proxies_may_change_is_never_signed() {
    for header in NEVER_SIGNED {
        assert_eq!(signed(&signer(), &[(header, "1")]), ALWAYS, "{header}");
        assert_eq!(signed(&signer(), &[(header, "1"), (header, "2")]), ALWAYS, "{header}");
        let error = HeaderPolicy::default().include(name(header)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidHeaderPolicy);
        assert_eq!(
            error.to_string(),
            format!("header \"{header}\" is never signed and cannot be included")
        );
        assert_eq!(
            signed(&policy(|policy| policy.exclude(name(header))), &[(header, "1")]),
            ALWAYS
        );
    }
}

#[test]
fn a_header_whose_name_only_resembles_a_never_signed_one_is_signed() {
    for header in ["x-b3", "x-envoy", "x-forwarded", "x-real-ip2", "x-request-ids", "x-via"] {
        let signed = signed(&signer(), &[(header, "1")]);
        assert!(signed.split(' ').any(|name| name == header), "{header} is not among {signed}");
    }
}

#[test]
fn an_included_header_is_signed_where_present() {
    let signer = policy(|policy| policy.include(name("accept")));
    assert_eq!(signed(&signer, &[("accept", "*/*")]), format!("accept {ALWAYS}"));
    assert_eq!(signed(&signer, &[]), ALWAYS);
}

#[test]
fn an_excluded_header_is_not_signed() {
    let signer = policy(|policy| policy.exclude(name("x-gateway"))?.exclude(name("content-type")));
    let headers = [("x-gateway", "1"), ("content-type", "text/plain"), ("x-tag", "1")];
    assert_eq!(signed(&signer, &headers), format!("{ALWAYS} x-tag"));
}

#[test]
fn the_last_setting_for_a_header_wins() {
    let tag = || name("x-tag");
    let excluded = policy(|policy| policy.include(tag())?.exclude(tag()));
    let included = policy(|policy| policy.exclude(tag())?.include(tag()));
    assert_eq!(signed(&excluded, &[("x-tag", "1")]), ALWAYS);
    assert_eq!(signed(&included, &[("x-tag", "1")]), format!("{ALWAYS} x-tag"));
}

#[test]
fn the_headers_that_are_always_signed_cannot_be_excluded() {
    for header in ["host", "x-date", "x-content-sha256", "x-security-token"] {
        let error = HeaderPolicy::default().exclude(name(header)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidHeaderPolicy);
        assert_eq!(
            error.to_string(),
            format!("header \"{header}\" is always signed and cannot be excluded")
        );
        let signer = policy(|policy| policy.include(name(header)));
        assert_eq!(signed(&signer, &[]), ALWAYS, "including {header} changes nothing");
    }
}

#[test]
fn the_headers_of_an_earlier_signing_are_replaced() {
    let mut request = request(&[
        ("authorization", "Basic QUtMVDpzZWNyZXQ="),
        ("authorization", "Bearer token"),
        ("x-date", "19700101T000000Z"),
        ("x-date", "19700102T000000Z"),
        ("x-content-sha256", "stale"),
        ("x-security-token", "stale"),
        ("x-security-token", "staler"),
    ]);
    let mut fresh = self::request(&[]);
    temporary().sign(&mut request).unwrap();
    temporary().sign(&mut fresh).unwrap();
    assert_eq!(request.headers(), fresh.headers());
    assert_eq!(request.headers().len(), 4);
}

#[test]
fn a_stale_session_token_is_removed_when_the_credentials_have_none() {
    let mut request = request(&[]);
    temporary().sign(&mut request).unwrap();
    signer().sign(&mut request).unwrap();
    let mut fresh = self::request(&[]);
    signer().sign(&mut fresh).unwrap();
    assert_eq!(request.headers(), fresh.headers());
    assert!(!request.headers().contains_key("x-security-token"));
}

#[test]
fn a_stale_session_token_is_removed_from_a_header_map() {
    let request = request(&[("x-security-token", "stale"), ("x-tag", "1")]);
    let (method, uri, mut headers) = (request.method(), request.uri(), request.headers().clone());
    let authorized = signer().authorize(method, uri, &headers, ()).unwrap();
    authorized.insert_into(&mut headers).unwrap();
    assert_eq!(names(&headers), ["authorization", "x-content-sha256", "x-date", "x-tag"]);
}

fn names(headers: &HeaderMap) -> Vec<&str> {
    let mut names: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    names
}

#[test]
fn the_host_header_is_signed_rather_than_the_authority_of_the_uri() {
    assert!(lines(&[]).contains("\nhost:open.volcengineapi.com\n"));
    assert!(lines(&[("host", "ecs.example.com:8443")]).contains("\nhost:ecs.example.com:8443\n"));
    assert!(lines(&[("host", " ecs.example.com:443 ")]).contains("\nhost:ecs.example.com\n"));
}

#[test]
fn a_host_header_is_neither_inserted_nor_changed() {
    let mut without = request(&[]);
    signer().sign(&mut without).unwrap();
    assert_eq!(names(without.headers()), ["authorization", "x-content-sha256", "x-date"]);

    let mut with = request(&[("host", "Example.com:443")]);
    signer().sign(&mut with).unwrap();
    assert_eq!(with.headers()["host"], "Example.com:443");
}

#[test]
fn the_order_of_the_headers_does_not_matter() {
    let mut headers = [("x-b", "2"), ("content-type", "text/plain"), ("x-a", "1"), ("x-c", "3")];
    let expected = lines(&headers);
    for _ in &headers.clone() {
        headers.rotate_left(1);
        assert_eq!(lines(&headers), expected);
    }
    headers.reverse();
    assert_eq!(lines(&headers), expected);
}

#[test]
fn a_value_is_signed_without_the_white_space_around_it() {
    let headers = [("x-tag", " \t a  b\t\"c \" \t"), ("x-none", "  ")];
    let text = lines(&headers);
    assert!(text.ends_with("\nx-none:\nx-tag:a  b\t\"c \""), "{text}");

    let mut request = request(&headers);
    signer().sign(&mut request).unwrap();
    assert_eq!(request.headers()["x-tag"], " \t a  b\t\"c \" \t");
    assert_eq!(request.headers()["x-none"], "  ");
}

#[test]
fn a_value_that_is_not_text_is_signed_byte_for_byte() {
    let mut request = request(&[]);
    let value = HeaderValue::from_bytes(b"\xe7\x81\xab \xff").unwrap();
    request.headers_mut().insert("x-tag", value);
    let explanation = signer().explain(&request, ()).unwrap();
    let line = b"\nx-tag:\xe7\x81\xab \xff\n";
    assert!(explanation.canonical_request().windows(line.len()).any(|window| window == line));
}
