//! A request that cannot be signed is refused with an error of the right kind, and is left unchanged.
//!
//! The texts are asserted whole: they name the place, what was found and what was expected.

#[path = "support/files.rs"]
mod files;
mod support;

use std::time::{Duration, SystemTime};

use files::read;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request};
use serde::Deserialize;
use serde_json::Value;
use support::{SECOND, TICK, credentials, signer, signer_of};
use volcengine_sigv4::{Credentials, Error, ErrorKind, PresignOptions, Signer, UriMode};

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
    let error = result.err().expect("a refusal");
    assert_eq!(error.to_string(), text);
    assert_eq!(error.kind(), kind);
}

/// Checks that `request` is refused in both URI modes.
#[track_caller]
fn refused(request: Request<()>, kind: ErrorKind, text: &str) {
    for mode in [UriMode::Normalize, UriMode::Preserve] {
        failed(attempt(&signer().with_uri_mode(mode), &request), kind, text);
    }
}

/// Checks that `uri` is refused, unless the URI is preserved.
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
    /// Returns the kind of error for the value.
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
        let sign_as = |credentials: Credentials| attempt(&signer_of(credentials), &request);
        match self.field {
            Field::AccessKeyId => sign_as(Credentials::new(self.text(), "secret")?),
            Field::SecretAccessKey => sign_as(Credentials::new("AKLTEXAMPLE", self.text())?),
            Field::SessionToken => sign_as(credentials().with_session_token(self.text())?),
            Field::Region => attempt(&signer().for_scope(self.text(), "ecs")?, &request),
            Field::Service => attempt(&signer().for_scope("cn-beijing", self.text())?, &request),
            Field::Uri => attempt(&signer(), &get(self.text())),
            Field::Headers => attempt(&signer(), &with(request, &self.headers())),
            Field::TimeUnix => {
                let seconds = Duration::from_secs(self.value.as_u64().unwrap());
                // `SystemTime` may end earlier, but on no platform before the year 10000.
                let time = SystemTime::UNIX_EPOCH.checked_add(seconds);
                attempt(&signer().at(time.unwrap_or_else(year_10000)), &request)
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

fn year_10000() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_800)
}

fn cases() -> Vec<Case> {
    read("rejected.json")
}

#[test]
fn every_vector_that_must_be_rejected_is_an_error_of_the_right_kind() {
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
fn each_vector_that_need_not_be_rejected_is_listed_with_the_file_that_tests_it() {
    let cases = cases();
    let names = cases.iter().filter(|case| !case.must_reject).map(|case| &*case.name);
    let tested = [
        ("access-key-equals", "credential_sources.rs"),
        ("access-key-semicolon", "credential_sources.rs"),
        ("token-empty", "refusals.rs"),
        ("uri-raw-non-ascii", "uri_spelling.rs"),
        ("headers-preset-authorization", "signed_headers.rs"),
        ("headers-preset-x-date", "signed_headers.rs"),
        ("headers-preset-content-sha256-wrong", "signed_headers.rs"),
    ];
    assert_eq!(names.collect::<Vec<_>>(), tested.map(|(name, _)| name));
}

/// Returns the request for the URL that presigning `request` yields.
fn presigned(request: &Request<()>, options: &PresignOptions) -> Result<Request<()>, Error> {
    let url = signer().presign(request.method(), request.uri(), options)?;
    Ok(get(url.as_str()))
}

#[test]
fn a_request_without_host_is_refused() {
    let text = "neither the host header nor the uri has a host";
    refused(get("/?Action=DescribeZones"), ErrorKind::MissingHost, text);
}

#[test]
fn a_request_target_that_is_not_a_path_is_refused() {
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
fn a_malformed_host_is_refused() {
    for (host, text) in [
        ("", "the host is empty"),
        (":443", "the host is empty"),
        ("example.com:65536", "the host has a port above 65535"),
        ("example.com:99999999999999999999", "the host has a port above 65535"),
        ("example.com:+80", "the host has a port that is not a number"),
        ("[::1]8443", "the host has extra text after its closing bracket"),
        ("example.com, example.org", "the host contains an invalid byte"),
        ("user@example.com", "the host contains an invalid byte"),
    ] {
        let request = with(get("https://example.com/"), &[("host", host)]);
        refused(request, ErrorKind::InvalidUri, text);
    }
    let text = "the host has a port above 65535";
    refused(get("https://example.com:65536/"), ErrorKind::InvalidUri, text);
}

#[test]
fn a_malformed_authority_is_refused_even_beside_a_host_header() {
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
            "the query already contains X-Signature",
        );
    }
}

#[test]
fn a_malformed_escape_is_refused_by_component_and_offset() {
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
fn an_escaped_slash_in_a_path_is_refused() {
    for escape in ["%2F", "%2f"] {
        let text = "escaped slash in path at byte 2 cannot be signed";
        let uri = format!("https://example.com/a{escape}b");
        refused(get(&uri), ErrorKind::InvalidUri, text);
    }
}

#[test]
fn a_dot_segment_that_clients_would_resolve_is_refused() {
    for (path, offset) in
        [("/.", 1), ("/a/..", 3), ("/a/./b", 3), ("/%2e%2E/b", 1), ("//.%2e/", 2), ("/a/%2E", 3)]
    {
        let text = format!("dot segment in path at byte {offset}, which clients rewrite");
        unstable(&format!("https://example.com{path}"), &text);
    }
}

#[test]
fn a_backslash_that_clients_would_turn_into_a_slash_is_refused() {
    unstable("https://example.com/a\\b", "backslash in path at byte 2, which clients rewrite");
}

#[test]
fn user_info_is_refused() {
    let text = "the uri contains user info, which cannot be signed";
    for uri in ["https://user:pass@example.com/", "https://@example.com/"] {
        refused(get(uri), ErrorKind::InvalidUri, text);
        let host = [("host", "example.com")];
        refused(with(get(uri), &host), ErrorKind::InvalidUri, text);
    }
}

#[test]
fn a_host_that_clients_would_rewrite_is_refused() {
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
}

#[test]
fn a_signed_header_that_occurs_twice_is_refused_by_name() {
    for name in ["content-type", "content-md5", "x-tag", "host"] {
        let text = format!("header \"{name}\" occurs more than once and cannot be signed");
        let twice = with(get("https://example.com/"), &[(name, "a"), (name, "a")]);
        refused(twice, ErrorKind::InvalidHeader, &text);
    }
}

#[test]
fn a_time_outside_the_years_1970_to_9999_is_refused() {
    // `SystemTime` begins at the epoch on some platforms.
    let before = |distance| SystemTime::UNIX_EPOCH.checked_sub(distance);
    let after = [year_10000(), year_10000() + SECOND];
    for time in [before(TICK), before(SECOND)].into_iter().flatten().chain(after) {
        failed(
            attempt(&signer().at(time), &get("https://example.com/")),
            ErrorKind::InvalidTime,
            "the time is outside the years 1970 to 9999",
        );
    }
}

#[test]
fn a_secret_with_a_line_break_or_white_space_around_it_is_refused_by_offset() {
    for (secret, offset) in
        [("secret\n", 6), ("secret\r\n", 6), ("sec\nret", 3), (" secret", 0), ("secret\u{3000}", 6)]
    {
        let text = format!(
            "secret access key has an invalid byte at offset {offset}, \
             expected no line break and no white space at either end"
        );
        let credentials = Credentials::new("AKLTEXAMPLE", secret);
        failed(credentials, ErrorKind::InvalidCredentials, &text);
    }
}

#[test]
fn a_text_of_the_wrong_length_is_refused_with_its_length_and_the_allowed_ones() {
    let kind = ErrorKind::InvalidCredentials;
    let pair = |id: usize, secret: usize| Credentials::new("a".repeat(id), "s".repeat(secret));
    failed(pair(0, 1), kind, "access key id has 0 bytes, expected 1 to 128");
    failed(pair(129, 1), kind, "access key id has 129 bytes, expected 1 to 128");
    failed(pair(1, 0), kind, "secret access key has 0 bytes, expected 1 to 1024");
    failed(pair(1, 1025), kind, "secret access key has 1025 bytes, expected 1 to 1024");
    let token = |length| credentials().with_session_token("t".repeat(length));
    failed(token(0), kind, "session token has 0 bytes, expected 1 to 8192");
    failed(token(8193), kind, "session token has 8193 bytes, expected 1 to 8192");

    let scope = |region: usize, service: usize| {
        signer().for_scope(&"r".repeat(region), &"s".repeat(service))
    };
    let kind = ErrorKind::InvalidScope;
    failed(scope(0, 1), kind, "region has 0 bytes, expected 1 to 128");
    failed(scope(129, 1), kind, "region has 129 bytes, expected 1 to 128");
    failed(scope(1, 129), kind, "service has 129 bytes, expected 1 to 128");
}

#[test]
fn a_header_map_without_room_for_the_signature_is_refused() {
    let mut full = HeaderMap::new();
    let mut names = (0..).map(|index| format!("n-{index}").parse::<HeaderName>().unwrap());
    while full.try_append(names.next().unwrap(), HeaderValue::from_static("")).is_ok() {}

    let mut request = get("https://example.com/");
    *request.headers_mut() = full;
    let text = "the header map has no room for the headers that signing adds";
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
fn a_uri_that_is_too_long_once_escaped_is_refused() {
    for piece in ["火", "|", "+"] {
        let target = format!("/?a={}", piece.repeat(65_000 / piece.len()));
        let request = with(get(&target), &[("host", "example.com")]);
        let text = "the uri is too long after percent encoding";
        failed(attempt(&signer(), &request), ErrorKind::InvalidUri, text);
        attempt(&signer().with_uri_mode(UriMode::Preserve), &request).unwrap();
    }
}
