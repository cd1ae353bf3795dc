//! What cannot be signed is refused with an error of its kind, and the request stays as it was.
//!
//! The texts are asserted whole: they name the place, what was found and what was expected.

#[path = "support/files.rs"]
mod files;

use std::time::{Duration, SystemTime};

use files::read;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, Uri};
use serde::Deserialize;
use serde_json::Value;
use volcengine_sigv4::{
    CredentialScope, Credentials, Error, ErrorKind, PresignOptions, Signer, UriMode, XDate,
};

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_629_280_649)
}

fn signer() -> Signer {
    let credentials = Credentials::new("AKLTEXAMPLE", "secret").unwrap();
    Signer::new(credentials, "cn-beijing", "ecs").unwrap().at(now())
}

#[track_caller]
fn get(uri: &str) -> Request<()> {
    Request::get(uri).body(()).unwrap()
}

#[track_caller]
fn with(mut request: Request<()>, headers: &[(&str, &str)]) -> Request<()> {
    for (name, value) in headers {
        request.headers_mut().append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    request
}

/// Signs `request`, which an error must leave unchanged.
#[track_caller]
fn attempt(signer: &Signer, request: &Request<()>) -> Result<Request<()>, Error> {
    let mut signed = request.clone();
    match signer.sign_with_payload(&mut signed, ()) {
        Ok(_) => Ok(signed),
        Err(error) => {
            assert_eq!(signed.method(), request.method());
            assert_eq!(signed.headers(), request.headers());
            // As texts, since equal URIs may differ in the case of their hosts.
            assert_eq!(signed.uri().to_string(), request.uri().to_string());
            Err(error)
        }
    }
}

#[track_caller]
fn failed<T>(result: Result<T, Error>, kind: ErrorKind, text: &str) {
    let error = result.err().expect("this is to be refused");
    assert_eq!(error.to_string(), text);
    assert_eq!(error.kind(), kind);
}

/// Checks that `request` is refused whatever happens to URIs.
#[track_caller]
fn refused(request: Request<()>, kind: ErrorKind, text: &str) {
    for mode in [UriMode::Normalize, UriMode::Preserve] {
        failed(attempt(&signer().with_uri_mode(mode), &request), kind, text);
    }
}

/// Checks that `uri` is refused, unless the client is one that sends every URI as it is.
#[track_caller]
fn unstable(uri: &str, text: &str) {
    failed(attempt(&signer(), &get(uri)), ErrorKind::InvalidUri, text);
    attempt(&signer().with_uri_mode(UriMode::Preserve), &get(uri)).unwrap();
}

/// A case of `rejected.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    must_reject: bool,
    field: Field,
    value: Value,
    #[expect(dead_code, reason = "for the reader of the file")]
    reason: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Field {
    AccessKeyId,
    SecretAccessKey,
    SessionToken,
    Region,
    Service,
    Uri,
    Headers,
    TimeUnix,
    ExpiresSeconds,
    QueryKey,
}

impl Case {
    /// Returns the kind of the error that the value is.
    fn kind(&self) -> ErrorKind {
        match self.field {
            Field::AccessKeyId | Field::SecretAccessKey | Field::SessionToken => {
                ErrorKind::InvalidCredentials
            }
            Field::Region | Field::Service => ErrorKind::InvalidScope,
            Field::Headers => ErrorKind::InvalidHeader,
            Field::TimeUnix => ErrorKind::InvalidTime,
            Field::ExpiresSeconds => ErrorKind::InvalidPresignOptions,
            Field::QueryKey if self.value == "X-Signature" => ErrorKind::AlreadyPresigned,
            Field::Uri | Field::QueryKey => ErrorKind::InvalidUri,
        }
    }

    fn text(&self) -> &str {
        self.value.as_str().unwrap()
    }

    fn headers(&self) -> Vec<(&str, &str)> {
        let pairs = self.value.as_array().unwrap().iter();
        pairs.map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap())).collect()
    }

    /// Puts the value where it belongs and signs.
    fn attempt(&self) -> Result<Request<()>, Error> {
        let request = get("https://example.com/");
        let sign_as = |credentials: Credentials| {
            attempt(&Signer::new(credentials, "cn-beijing", "ecs")?.at(now()), &request)
        };
        match self.field {
            Field::AccessKeyId => sign_as(Credentials::new(self.text(), "secret")?),
            Field::SecretAccessKey => sign_as(Credentials::new("AKLTEXAMPLE", self.text())?),
            Field::SessionToken => {
                sign_as(Credentials::new("AKLTEXAMPLE", "secret")?.with_session_token(self.text())?)
            }
            Field::Region => attempt(&signer().for_scope(self.text(), "ecs")?, &request),
            Field::Service => attempt(&signer().for_scope("cn-beijing", self.text())?, &request),
            Field::Uri => attempt(&signer(), &get(self.text())),
            Field::Headers => attempt(&signer(), &with(request, &self.headers())),
            Field::TimeUnix => {
                let seconds = Duration::from_secs(self.value.as_u64().unwrap());
                // Where that is beyond the platform's own time, a part of it is late enough.
                let time = SystemTime::UNIX_EPOCH.checked_add(seconds);
                let time = time.unwrap_or_else(|| SystemTime::UNIX_EPOCH + seconds / (1 << 24));
                attempt(&signer().at(time), &request)
            }
            Field::ExpiresSeconds => {
                let life = Duration::from_secs(self.value.as_u64().unwrap());
                presigned(&request, &PresignOptions::default().expires_in(life)?)
            }
            Field::QueryKey => {
                let uri = format!("https://example.com/?{}=1", self.text());
                presigned(&get(&uri), &PresignOptions::default())
            }
        }
    }
}

fn cases() -> Vec<Case> {
    read("rejected.json")
}

#[track_caller]
fn case(name: &str) -> Case {
    cases().into_iter().find(|case| case.name == name).unwrap()
}

#[test]
fn whatever_must_be_rejected_is_an_error_of_its_kind() {
    let cases = cases();
    let due = cases.iter().filter(|case| case.must_reject);
    let kinds: Vec<_> = due
        .clone()
        .map(|case| (&case.name, case.attempt().err().map(|error| error.kind())))
        .collect();
    let expected: Vec<_> = due.map(|case| (&case.name, Some(case.kind()))).collect();
    assert_eq!(kinds, expected);
    assert_eq!(kinds.len(), 33);
}

#[test]
fn what_is_a_policy_is_known_by_name() {
    let cases = cases();
    let policies = cases.iter().filter(|case| !case.must_reject);
    // Each has its test below.
    assert_eq!(
        policies.map(|case| &*case.name).collect::<Vec<_>>(),
        [
            "access-key-equals",
            "access-key-semicolon",
            "token-empty",
            "uri-raw-non-ascii",
            "headers-preset-authorization",
            "headers-preset-x-date",
            "headers-preset-content-sha256-wrong"
        ]
    );
}

#[test]
fn an_access_key_id_may_hold_an_equals_sign_or_a_semicolon() {
    for name in ["access-key-equals", "access-key-semicolon"] {
        let signed = case(name).attempt().unwrap();
        let start = format!("HMAC-SHA256 Credential={}/20210818/", case(name).text());
        assert!(signed.headers()["authorization"].to_str().unwrap().starts_with(&start));
    }
}

#[test]
fn an_empty_session_token_is_refused() {
    failed(
        case("token-empty").attempt(),
        ErrorKind::InvalidCredentials,
        "session token has 0 bytes, expected 1 to 8192",
    );
}

#[test]
fn a_raw_non_ascii_path_is_sent_escaped() {
    let signed = case("uri-raw-non-ascii").attempt().unwrap();
    assert_eq!(signed.uri().to_string(), "https://example.com/%E4%B8%AD");
}

#[test]
fn an_authorization_that_was_there_is_replaced() {
    replaced("headers-preset-authorization");
}

#[test]
fn an_x_date_that_was_there_is_replaced() {
    replaced("headers-preset-x-date");
}

#[test]
fn a_wrong_x_content_sha256_that_was_there_is_replaced() {
    replaced("headers-preset-content-sha256-wrong");
}

/// Returns the request for the URL that presigning `request` yields.
fn presigned(request: &Request<()>, options: &PresignOptions) -> Result<Request<()>, Error> {
    let url = signer().presign(request.method(), request.uri(), options)?;
    Ok(get(url.as_str()))
}

/// Checks that the headers of a case leave no trace.
#[track_caller]
fn replaced(name: &str) {
    let plain = attempt(&signer(), &get("https://example.com/")).unwrap();
    assert_eq!(case(name).attempt().unwrap().headers(), plain.headers());
}

#[test]
fn a_request_without_host_is_refused() {
    let text = "neither the host header nor the uri names a host";
    refused(get("/?Action=DescribeZones"), ErrorKind::MissingHost, text);
}

#[test]
fn a_target_that_is_no_path_is_refused() {
    let kind = ErrorKind::InvalidUri;
    let asterisk = "the request target is in asterisk-form, expected a path";
    refused(with(get("*"), &[("host", "example.com")]), kind, asterisk);
    let authority = "the request target is in authority-form, expected a path";
    refused(get("example.com:443"), kind, authority);
    for uri in ["example.com:443", "https://example.com/"] {
        let mut connect = get(uri);
        *connect.method_mut() = Method::CONNECT;
        refused(connect, kind, authority);
    }
}

#[test]
fn a_host_that_is_none_is_refused() {
    for (host, text) in [
        ("", "the host is empty"),
        (":443", "the host is empty"),
        ("example.com:65536", "the host has a port above 65535"),
        ("example.com:99999999999999999999", "the host has a port above 65535"),
        ("example.com:+80", "the host has a port that is no number"),
        ("[::1]8443", "the host goes on after its closing bracket"),
        ("example.com, example.org", "the host holds a byte that no host has"),
        ("user@example.com", "the host holds a byte that no host has"),
    ] {
        let request = with(get("https://example.com/"), &[("host", host)]);
        refused(request, ErrorKind::InvalidUri, text);
    }
    let text = "the host has a port above 65535";
    refused(get("https://example.com:65536/"), ErrorKind::InvalidUri, text);
}

#[test]
fn an_authority_that_is_no_host_is_refused_even_beside_a_host_header() {
    for mode in [UriMode::Normalize, UriMode::Preserve] {
        let request = with(get("https://example.com:99999/"), &[("host", "example.com")]);
        let error = attempt(&signer().with_uri_mode(mode), &request).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidUri);
        assert_eq!(error.to_string(), "the host has a port above 65535");
    }
}

#[test]
fn a_uri_that_is_presigned_already_is_refused() {
    for query in ["X-Signature=ab", "a=b&X%2DSignature", "%58-Signature=&a=b"] {
        refused(
            get(&format!("https://example.com/?{query}")),
            ErrorKind::AlreadyPresigned,
            "the query already holds X-Signature",
        );
    }
    for query in ["x-signature=ab", "X-Signatures=ab", "a=X-Signature"] {
        attempt(&signer(), &get(&format!("https://example.com/?{query}"))).unwrap();
    }
}

#[test]
fn a_malformed_escape_is_named_by_component_and_offset() {
    for (target, text) in [
        ("/100%", "malformed percent escape in path at byte 4"),
        ("/a%2", "malformed percent escape in path at byte 2"),
        ("/%20%zz?b=%41", "malformed percent escape in path at byte 4"),
        ("/?a=%1", "malformed percent escape in query at byte 2"),
        ("/%41?a=b&%+1=c", "malformed percent escape in query at byte 4"),
        ("/?a=%2%30", "malformed percent escape in query at byte 2"),
        // The offset is that of the caller's spelling, not of the one that would be sent.
        ("/中/%zz", "malformed percent escape in path at byte 5"),
        ("/?a=中&b=%zz", "malformed percent escape in query at byte 8"),
    ] {
        refused(get(&format!("https://example.com{target}")), ErrorKind::InvalidUri, text);
    }
}

#[test]
fn an_escaped_slash_is_refused_in_a_path_and_signed_in_a_query() {
    for escape in ["%2F", "%2f"] {
        let text = "escaped slash in path at byte 2 cannot be signed";
        let uri = format!("https://example.com/a{escape}b");
        refused(get(&uri), ErrorKind::InvalidUri, text);
        attempt(&signer(), &get(&format!("https://example.com/?a{escape}b"))).unwrap();
    }
}

#[test]
fn a_dot_segment_is_refused_where_clients_would_resolve_it() {
    for (path, offset) in
        [("/.", 1), ("/a/..", 3), ("/a/./b", 3), ("/%2e%2E/b", 1), ("//.%2e/", 2), ("/a/%2E", 3)]
    {
        let text = format!("dot segment in path at byte {offset}, which clients rewrite");
        unstable(&format!("https://example.com{path}"), &text);
    }
    for path in ["/...", "/.a", "/a.", "/a..b/", "/?a=/../"] {
        attempt(&signer(), &get(&format!("https://example.com{path}"))).unwrap();
    }
}

#[test]
fn a_backslash_is_refused_where_clients_would_turn_it_into_a_slash() {
    unstable("https://example.com/a\\b", "backslash in path at byte 2, which clients rewrite");
    attempt(&signer(), &get("https://example.com/a%5Cb")).unwrap();
}

#[test]
fn user_info_is_refused() {
    let text = "the uri holds user info, which cannot be signed";
    for uri in ["https://user:pass@example.com/", "https://@example.com/"] {
        refused(get(uri), ErrorKind::InvalidUri, text);
        let host = [("host", "example.com")];
        refused(with(get(uri), &host), ErrorKind::InvalidUri, text);
    }
}

#[test]
fn a_host_that_clients_write_anew_is_refused() {
    let address = "the host is a number or address in a spelling that clients rewrite";
    for host in [
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "0X7F000001",
        "127.0.0.01",
        "127.0.0.1.",
        "1.2.3.4.5",
        "example.08",
        "[2001:db8:0::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[2001:0db8::1]",
        "[fe80::1%25eth0]",
    ] {
        unstable(&format!("http://{host}/"), address);
    }
    let port = "the host has a port with leading zeros, which clients rewrite";
    unstable("https://example.com:08443/", port);
    for host in ["127.0.0.1", "[2001:db8::1]", "[2001:DB8::1]:8443", "h.0xy.example", "1.example"] {
        attempt(&signer(), &get(&format!("https://{host}/"))).unwrap();
    }
}

#[test]
fn a_signed_header_that_occurs_twice_is_named() {
    for name in ["content-type", "content-md5", "x-tag", "host"] {
        let text = format!("header \"{name}\" occurs twice and cannot be signed");
        let twice = with(get("https://example.com/"), &[(name, "a"), (name, "a")]);
        refused(twice, ErrorKind::InvalidHeader, &text);
    }
    let unsigned = with(get("https://example.com/"), &[("accept", "a/b"), ("accept", "c/d")]);
    attempt(&signer(), &unsigned).unwrap();
}

#[test]
fn a_time_outside_the_years_1970_to_9999_is_refused() {
    let epoch = SystemTime::UNIX_EPOCH;
    let end = epoch + Duration::from_secs(253_402_300_800);
    let second = Duration::from_secs(1);
    for time in [epoch - second, end, end + second] {
        failed(
            attempt(&signer().at(time), &get("https://example.com/")),
            ErrorKind::InvalidTime,
            "the time is outside the years 1970 to 9999",
        );
    }
    for (time, x_date) in [(epoch, "19700101T000000Z"), (end - second, "99991231T235959Z")] {
        let signed = attempt(&signer().at(time), &get("https://example.com/")).unwrap();
        assert_eq!(signed.headers()["x-date"], x_date);
    }
}

#[test]
fn credentials_are_expired_from_their_expiration_on() {
    let expiring = |expiration| {
        let credentials = Credentials::new("AKLTEXAMPLE", "secret").unwrap();
        let credentials = credentials.with_expiration(expiration);
        let signer = Signer::new(credentials, "cn-beijing", "ecs").unwrap().at(now());
        attempt(&signer, &get("https://example.com/"))
    };
    let text = "the credentials have expired";
    failed(expiring(now() - Duration::from_secs(1)), ErrorKind::CredentialsExpired, text);
    failed(expiring(now()), ErrorKind::CredentialsExpired, text);
    expiring(now() + Duration::from_secs(1)).unwrap();
}

#[test]
fn a_secret_with_a_line_break_or_white_space_around_it_is_refused_by_offset() {
    for (secret, offset) in
        [("secret\n", 6), ("secret\r\n", 6), ("sec\nret", 3), (" secret", 0), ("secret\u{3000}", 6)]
    {
        let text = format!(
            "secret access key has an invalid byte at offset {offset}, \
             expected no line break and no white space around it"
        );
        let credentials = Credentials::new("AKLTEXAMPLE", secret);
        failed(credentials, ErrorKind::InvalidCredentials, &text);
    }
    Credentials::new("AKLTEXAMPLE", "a secret\twith space inside").unwrap();
}

#[test]
fn a_text_of_the_wrong_length_is_refused_with_both_lengths() {
    let kind = ErrorKind::InvalidCredentials;
    let pair = |id: usize, secret: usize| Credentials::new("a".repeat(id), "s".repeat(secret));
    failed(pair(0, 1), kind, "access key id has 0 bytes, expected 1 to 128");
    failed(pair(129, 1), kind, "access key id has 129 bytes, expected 1 to 128");
    failed(pair(1, 0), kind, "secret access key has 0 bytes, expected 1 to 1024");
    failed(pair(1, 1025), kind, "secret access key has 1025 bytes, expected 1 to 1024");
    let longest = pair(128, 1024).unwrap();
    failed(
        longest.clone().with_session_token("t".repeat(8193)),
        kind,
        "session token has 8193 bytes, expected 1 to 8192",
    );
    let longest = longest.with_session_token("t".repeat(8192)).unwrap();

    let scope = |region: usize, service: usize| {
        Signer::new(longest.clone(), &"r".repeat(region), &"s".repeat(service))
    };
    let kind = ErrorKind::InvalidScope;
    failed(scope(0, 1), kind, "region has 0 bytes, expected 1 to 128");
    failed(scope(129, 1), kind, "region has 129 bytes, expected 1 to 128");
    failed(scope(1, 129), kind, "service has 129 bytes, expected 1 to 128");
    attempt(&scope(128, 128).unwrap(), &get("https://example.com/")).unwrap();
}

#[test]
fn an_error_never_shows_the_value() {
    let canary = "cAnArY";
    let spoiled = |spoil: &str| format!("{canary}{spoil}");
    let uri = |uri: String| attempt(&signer(), &get(&uri)).map(drop);
    let header = |name: &str, value: &str| {
        let request = with(get("https://example.com/"), &[(name, value), (name, value)]);
        attempt(&signer(), &request).map(drop)
    };
    let credentials = || Credentials::new("AKLTEXAMPLE", "secret").unwrap();
    for result in [
        Credentials::new(spoiled("\n"), "secret").map(drop),
        Credentials::new("AKLTEXAMPLE", spoiled("\n")).map(drop),
        credentials().with_session_token(spoiled(" ")).map(drop),
        Signer::new(credentials(), &spoiled("/"), "ecs").map(drop),
        Signer::new(credentials(), "cn-beijing", &spoiled(",")).map(drop),
        spoiled("").parse::<XDate>().map(drop),
        spoiled("").parse::<CredentialScope>().map(drop),
        uri(format!("https://{canary}:{canary}@example.com/")),
        uri(format!("https://{canary}.0x/")),
        uri(format!("https://{canary}:65536/")),
        uri(format!("https://example.com/{canary}%2F")),
        uri(format!("https://example.com/{canary}%")),
        uri(format!("https://example.com/{canary}/../")),
        uri(format!("https://example.com/{canary}\\")),
        uri(format!("https://example.com/?{canary}=%%{canary}")),
        uri(format!("https://example.com/?X-Signature={canary}")),
        header("x-tag", canary),
        header("host", canary),
    ] {
        let error = result.unwrap_err();
        let texts = format!("{error} {error:?} {error:#?}").to_ascii_lowercase();
        assert!(!texts.contains(&canary.to_ascii_lowercase()), "{texts}");
    }
}

#[test]
fn tens_of_thousands_of_headers_are_signed() {
    let mut request = get("https://example.com/");
    for index in 0..24_000 {
        let name = format!("x-{index}").parse::<HeaderName>().unwrap();
        request.headers_mut().try_insert(name, HeaderValue::from(index)).unwrap();
    }
    let signed = attempt(&signer(), &request).unwrap();
    assert_eq!(signed.headers().len(), 24_003);

    let mut request = get("https://example.com/");
    for index in 0..32_000 {
        request.headers_mut().try_append("accept", HeaderValue::from(index)).unwrap();
    }
    let signed = attempt(&signer(), &request).unwrap();
    assert_eq!(signed.headers().len(), 32_003);
}

#[test]
fn a_header_map_without_room_for_the_signature_is_refused() {
    let mut full = HeaderMap::new();
    let mut names = (0..).map(|index| format!("n-{index}").parse::<HeaderName>().unwrap());
    while full.try_append(names.next().unwrap(), HeaderValue::from_static("")).is_ok() {}

    let mut request = get("https://example.com/");
    *request.headers_mut() = full;
    let text = "the header map has no room for the signature";
    let kind = ErrorKind::TooManyHeaders;
    failed(attempt(&signer(), &request), kind, text);
    for name in ["n-0", "n-1"] {
        request.headers_mut().remove(name);
        failed(attempt(&signer(), &request), kind, text);
    }
    request.headers_mut().remove("n-2");
    attempt(&signer(), &request).unwrap();
}

#[test]
fn a_target_of_65_000_bytes_is_signed_unless_its_escapes_make_it_too_long() {
    let target = |piece: &str| format!("/?a={}", piece.repeat(65_000 / piece.len()));
    for piece in ["a", "&", "=", "%20", "a=b&", "b&a&"] {
        let request = with(get(&target(piece)), &[("host", "example.com")]);
        attempt(&signer(), &request).unwrap();
    }
    let path = with(get(&"/".repeat(65_000)), &[("host", "example.com")]);
    attempt(&signer(), &path).unwrap();
    for piece in ["火", "|"] {
        let request = with(get(&target(piece)), &[("host", "example.com")]);
        let text = "the uri is too long once escaped as clients send it";
        failed(attempt(&signer(), &request), ErrorKind::InvalidUri, text);
        attempt(&signer().with_uri_mode(UriMode::Preserve), &request).unwrap();
    }
}

#[test]
fn a_body_of_64_mebibytes_is_signed() {
    let mut request = Request::new(vec![0; 64 << 20]);
    *request.uri_mut() = Uri::from_static("https://example.com/");
    signer().sign(&mut request).unwrap();
    assert_eq!(
        request.headers()["x-content-sha256"],
        "3b6a07d0d404fab4e23b6d34bc6696a6a312dd92821332385e5af7c01c421351"
    );
}
