//! What holds for every request: checked on generated ones, and against a second, naive
//! implementation of the protocol.

#[path = "support/naive.rs"]
pub mod naive;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use volcengine_sigv4::{
    CanonicalRequest, Credentials, Payload, PresignOptions, RotatingCredentials, Signer, UriMode,
};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_naive_canonicaliser_writes_and_refuses_the_same(
        (request, names) in any_request().prop_flat_map(with_signed_headers),
    ) {
        let (method, uri, headers) = (request.method(), request.uri(), request.headers());
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let payload_hash = Payload::from(request.body()).sha256();
        let naive = naive::canonical_request(method, uri, headers, &names, payload_hash);
        prop_assert_eq!(readable(canonical(&request, &names)), readable(naive));
    }

    #[test]
    fn a_signature_is_recomputed_from_the_signed_request_alone(
        mut request in any_request(),
        signer in any_signer(),
    ) {
        if signer.sign(&mut request).is_ok() {
            let authorization = &request.headers()["authorization"];
            prop_assert_eq!(
                authorization.to_str().ok().map(str::to_owned),
                naive::authorization(&request, SECRET)
            );
        }
    }

    #[test]
    fn a_presigned_signature_is_recomputed_from_the_url_alone(
        request in any_request(),
        signer in any_signer(),
    ) {
        let url = signer.presign(request.method(), request.uri(), &PresignOptions::default());
        if let Ok(url) = url {
            let signature = url.as_str().split_once("&X-Signature=").unwrap().1.to_owned();
            let expected = naive::presigned(request.method(), url.as_str(), SECRET);
            prop_assert_eq!(Some(signature), expected);
        }
    }

    #[test]
    fn every_header_that_arrives_unchanged_is_signed(
        mut request in any_request(),
        signer in any_signer(),
    ) {
        if signer.sign(&mut request).is_ok() {
            let mut expected: Vec<_> = HEADERS
                .iter()
                .filter(|&&(name, signed)| signed && request.headers().contains_key(name))
                .map(|&(name, _)| name)
                .chain(["host"])
                .collect();
            expected.sort_unstable();
            prop_assert_eq!(signed_headers(&request), expected);
        }
    }

    #[test]
    fn a_failed_signing_leaves_the_request_unchanged(
        request in any_request(),
        signer in any_signer(),
    ) {
        let mut signed = request.clone();
        if signer.sign(&mut signed).is_err() {
            prop_assert_eq!(parts(&signed), parts(&request));
        }
    }

    #[test]
    fn signing_twice_equals_signing_once(request in any_request(), signer in any_signer()) {
        let mut once = request;
        if signer.sign(&mut once).is_ok() {
            let mut twice = once.clone();
            prop_assert!(signer.sign(&mut twice).is_ok());
            prop_assert_eq!(parts(&twice), parts(&once));
        }
    }

    #[test]
    fn the_canonical_form_of_a_canonical_form_is_itself(request in any_request()) {
        if let Some(first) = canonical(&request, &[]) {
            let text = String::from_utf8(first.clone()).unwrap();
            let [_, path, query, ..] = text.split('\n').collect::<Vec<_>>()[..] else {
                panic!("{text:?} has no three lines");
            };
            let mut request = request;
            *request.uri_mut() = format!("http://h{path}?{query}").parse().unwrap();
            prop_assert_eq!(readable(canonical(&request, &[])), readable(Some(first)));
        }
    }

    #[test]
    fn two_spellings_of_one_request_have_one_canonical_form(
        meaning in meaning(),
        one in spelling(),
        other in spelling(),
    ) {
        let (one, other) = (meaning.spelled(one), meaning.spelled(other));
        prop_assert_eq!(
            readable(meaning.canonical(&one)),
            readable(meaning.canonical(&other)),
            "of {:?} and {:?}", one, other
        );
    }

    #[test]
    fn requests_that_a_server_can_tell_apart_have_different_canonical_forms(
        (a, b) in two_meanings(),
        one in spelling(),
        other in spelling(),
    ) {
        let (one, other) = (a.spelled(one), b.spelled(other));
        let (canonical_a, canonical_b) = (a.canonical(&one), b.canonical(&other));
        prop_assert!(canonical_a.is_some() && canonical_b.is_some());
        prop_assert_eq!(a == b, canonical_a == canonical_b, "of {:?} and {:?}", one, other);
    }

    #[test]
    fn a_kept_signing_key_is_never_used_for_another_time_scope_or_secret(
        steps in vec((0..SCOPES.len(), 0..SECRETS.len(), 0..200_000_u64), 1..12),
    ) {
        let credentials = SECRETS.map(|(id, secret)| Credentials::new(id, secret).unwrap());
        let cell = RotatingCredentials::new(credentials[0].clone());
        let first = Signer::new(cell.clone(), SCOPES[0].0, SCOPES[0].1).unwrap();
        let signers = SCOPES.map(|(region, service)| first.with_scope(region, service).unwrap());
        for (scope, secret, seconds) in steps {
            cell.set(credentials[secret].clone());
            let (region, service) = SCOPES[scope];
            let fresh = Signer::new(credentials[secret].clone(), region, service).unwrap();
            let signatures = [&signers[scope], &fresh].map(|signer| {
                let mut request = Request::new("");
                *request.uri_mut() = Uri::from_static("https://h/");
                signer.at(unix(seconds)).sign(&mut request).unwrap();
                request.headers()["authorization"].clone()
            });
            prop_assert_eq!(&signatures[0], &signatures[1]);
        }
    }

    #[test]
    fn normalizing_keeps_the_canonical_form_but_for_the_case_of_the_host(
        request in any_request(),
        signer in any_signer(),
    ) {
        let canonical = |uri_mode| {
            let explanation = signer.clone().with_uri_mode(uri_mode).explain(&request, ());
            explanation.ok().map(|explanation| with_lower_host(explanation.canonical_request()))
        };
        if let Some(normalized) = canonical(UriMode::Normalize) {
            prop_assert_eq!(readable(Some(normalized)), readable(canonical(UriMode::Preserve)));
        }
    }

    #[test]
    fn a_normalized_uri_is_plain_and_stays_as_it_is(
        request in any_request(),
        signer in any_signer(),
    ) {
        let signer = signer.with_uri_mode(UriMode::Normalize);
        let mut once = request.clone();
        if signer.sign(&mut once).is_ok() {
            prop_assert!(is_plain(once.uri()), "{}", once.uri());
            if is_plain(request.uri()) {
                prop_assert_eq!(spelled(once.uri()), spelled(request.uri()));
            }
            let mut twice = once.clone();
            prop_assert!(signer.sign(&mut twice).is_ok());
            prop_assert_eq!(spelled(twice.uri()), spelled(once.uri()));
        }
    }

    #[test]
    fn preserving_touches_no_uri(mut request in any_request(), signer in any_signer()) {
        let before = spelled(request.uri());
        let _ = signer.with_uri_mode(UriMode::Preserve).sign(&mut request);
        prop_assert_eq!(spelled(request.uri()), before);
    }
}

fn config() -> ProptestConfig {
    // A failure becomes a vector, not a seed in a file.
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1024) }
}

fn canonical(request: &Request<Vec<u8>>, names: &[&str]) -> Option<Vec<u8>> {
    let payload_hash = Payload::from(request.body()).sha256();
    let (method, uri, headers) = (request.method(), request.uri(), request.headers());
    let canonical_request =
        CanonicalRequest::new(method, uri, headers, names, payload_hash).ok()?;
    Some(canonical_request.as_bytes().to_vec())
}

fn signed_headers(request: &Request<Vec<u8>>) -> Vec<&str> {
    let authorization = request.headers()["authorization"].to_str().unwrap();
    let (_, names) = authorization.split_once("SignedHeaders=").unwrap();
    names.split_once(',').unwrap().0.split(';').collect()
}

fn parts(request: &Request<Vec<u8>>) -> impl PartialEq + std::fmt::Debug {
    let headers = request.headers().iter().map(|(name, value)| {
        (name.as_str(), value.as_bytes().escape_ascii().to_string(), value.is_sensitive())
    });
    let (method, body) = (request.method().as_str(), request.body().escape_ascii().to_string());
    (method, spelled(request.uri()), headers.collect::<Vec<_>>(), body)
}

/// The spelling of `uri`: to `Uri`, hosts that differ in case are equal.
fn spelled(uri: &Uri) -> [Option<String>; 3] {
    let path_and_query = uri.path_and_query().map(|path_and_query| path_and_query.to_string());
    let authority = uri.authority().map(|authority| authority.to_string());
    [uri.scheme_str().map(str::to_owned), authority, path_and_query]
}

/// Whether every client sends `uri` as it is, each byte being one that RFC 3986 allows there.
fn is_plain(uri: &Uri) -> bool {
    let is_known = |byte| {
        matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'%')
            || b"-._~!$&()*+,;=:@/?".contains(&byte)
    };
    let query = uri.query().unwrap_or_default();
    let authority = uri.authority().map(|authority| authority.as_str()).unwrap_or_default();
    let default_port = match uri.scheme_str() {
        Some("http") => 80,
        _ => 443,
    };
    let is_sent = |port: &str, number| number != default_port && !port.starts_with('0');
    uri.path_and_query().is_some_and(|path_and_query| path_and_query.as_str().starts_with('/'))
        && uri.path().bytes().chain(query.bytes()).all(is_known)
        && !query.contains('+')
        && uri.port().is_none_or(|port| is_sent(port.as_str(), port.as_u16()))
        && !authority.ends_with(':')
        && authority == authority.to_lowercase()
}

fn with_lower_host(canonical_request: &[u8]) -> Vec<u8> {
    let lines = canonical_request.split(|&byte| byte == b'\n').map(|line| {
        if line.starts_with(b"host:") { line.to_ascii_lowercase() } else { line.to_vec() }
    });
    lines.collect::<Vec<_>>().join(&b'\n')
}

/// Bytes as a failing test shows them.
fn readable(bytes: Option<Vec<u8>>) -> Option<String> {
    bytes.map(|bytes| bytes.escape_ascii().to_string())
}

fn unix(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

// Requests by their spelling, among them some that cannot be signed.

const SECRET: &str = "c2VjcmV0";

/// Names, and whether a signer signs them where it finds them.
const HEADERS: [(&str, bool); 12] = [
    ("x-a", true),
    ("x-a-b", true),
    ("x-tag", true),
    ("content-type", true),
    ("content-md5", true),
    ("x-date", true),
    ("x-content-sha256", true),
    ("x-security-token", true),
    ("accept", false),
    ("authorization", false),
    ("user-agent", false),
    ("x-forwarded-for", false),
];

const HOSTS: [&str; 9] = [
    "open.volcengineapi.com",
    "Open.VolcEngineAPI.com",
    "h",
    "h_1.example.",
    "10.0.0.1",
    "[::1]",
    "[2001:db8::80]",
    "[2001:DB8::443]",
    "80",
];

const PORTS: [&str; 10] = ["", "", "", ":", ":80", ":443", ":0080", ":00443", ":8080", ":65535"];

const BAD_HOSTS: [&str; 12] = [
    "h:65536",
    "h:99999999999999999999",
    "h:x",
    ":80",
    ":",
    "[::1]80",
    "[::1",
    "[x:1",
    "[]:1",
    "h|h",
    "h,h",
    "\"h\"",
];

// Tokens of which paths and queries are made, between spaces; the frequent ones stand here twice.

const PATH: &str = "/ / / a B 9 - _ ~ %7e %7E + %2B %20 ! $ ( ) * , = & ; : @ ' | ä \
                    中 %E4%b8%Ad %ff";

const QUERY: &str = "& & & &a= &a= &%61= &b= = = a a B b 9 - %41 %61 %7e + + %2B %2b %20 %26 \
                     %3d / %2f ? ! $ ( ) * , ; : @ ' | 中 %e4%B8%AD %FF";

const NOT_SIGNABLE: &str = "% %4 %zz %+1 %2F %2f %ä \\ /../";

fn any_request() -> impl Strategy<Value = Request<Vec<u8>>> {
    let header = prop_oneof![
        12 => (select(&HEADERS).prop_map(|(name, _)| name), header_value()),
        2 => (Just("host"), any_host().prop_map(String::into_bytes)),
    ];
    (any_method(), any_uri(), vec(header, 0..6), vec(any::<u8>(), 0..8)).prop_map(
        |(method, uri, headers, body)| {
            let mut request = Request::new(body);
            *request.method_mut() = method;
            *request.uri_mut() = uri;
            for (name, value) in headers {
                let value = HeaderValue::from_bytes(&value).unwrap();
                request.headers_mut().append(name, value);
            }
            request
        },
    )
}

/// A request, and names to sign: most of those that it has, in any order, and sometimes others.
fn with_signed_headers(
    request: Request<Vec<u8>>,
) -> impl Strategy<Value = (Request<Vec<u8>>, Vec<String>)> {
    let present: Vec<_> = request.headers().keys().map(|name| name.to_string()).collect();
    let others = prop_oneof![
        6 => Just(vec![]),
        6 => Just(vec!["host"]),
        1 => vec(select(&["absent", "x-a", "Host", "x a", ""]), 1..3),
    ];
    let names = (Just(present).prop_shuffle(), any::<prop::sample::Index>(), others).prop_map(
        |(mut names, length, others)| {
            names.truncate(length.index(names.len() + 1));
            names.extend(others.into_iter().map(str::to_owned));
            names
        },
    );
    (Just(request), names)
}

fn any_method() -> impl Strategy<Value = Method> {
    let methods = select(&["GET", "POST", "PUT", "DELETE", "get", "M-SEARCH"]);
    let methods = methods.prop_map(|method| method.parse().unwrap());
    prop_oneof![20 => methods, 1 => Just(Method::CONNECT)]
}

fn any_uri() -> impl Strategy<Value = Uri> {
    let origin = prop_oneof![
        24 => (select(&["http", "https"]), any_host())
            .prop_map(|(scheme, host)| format!("{scheme}://{host}")),
        2 => Just(String::new()),
        1 => any_host().prop_map(|host| format!("https://user:pw@{host}")),
    ];
    let path = tokens(PATH).prop_map(|path| match path.strip_prefix('/') {
        None if path.is_empty() => path,
        path => format!("/{}", path.unwrap_or_default()),
    });
    let query = option::of(tokens(QUERY))
        .prop_map(|query| query.map(|query| format!("?{query}")).unwrap_or_default());
    let uri = (origin, path, query).prop_map(|(origin, path, query)| origin + &path + &query);
    let no_path = prop_oneof![Just("*".to_owned()), any_host()];
    prop_oneof![40 => uri, 1 => no_path].prop_filter_map("no URI", |uri| uri.parse::<Uri>().ok())
}

fn any_host() -> impl Strategy<Value = String> {
    prop_oneof![
        20 => (select(&HOSTS), select(&PORTS)).prop_map(|(host, port)| format!("{host}{port}")),
        2 => select(&BAD_HOSTS).prop_map(str::to_owned),
    ]
}

fn tokens(frequent: &'static str) -> impl Strategy<Value = String> {
    let token = |tokens: &'static str| select(tokens.split(' ').collect::<Vec<_>>());
    let token = prop_oneof![60 => token(frequent), 1 => token(NOT_SIGNABLE)];
    vec(token, 0..12).prop_map(|tokens| tokens.concat())
}

fn header_value() -> impl Strategy<Value = Vec<u8>> {
    vec(select(b"  \t\tab:;,=\"%\x80\xe4\xff"), 0..6)
}

fn any_signer() -> impl Strategy<Value = Signer> {
    let id = select(&["AKLTEXAMPLE", "Your AK", "a=b;c"]);
    let token = option::of(select(&["STS-token", "a+/b=="]));
    let scope = select(&SCOPES);
    let mode = select(&[UriMode::Normalize, UriMode::Preserve]);
    (id, token, scope, mode, 0..253_402_300_800_u64).prop_map(
        |(id, token, (region, service), mode, seconds)| {
            let mut credentials = Credentials::new(id, SECRET).unwrap();
            if let Some(token) = token {
                credentials = credentials.with_session_token(token).unwrap();
            }
            let signer = Signer::new(credentials, region, service).unwrap();
            signer.with_uri_mode(mode).at(unix(seconds))
        },
    )
}

/// Scopes that only an exact comparison tells apart, as are the secrets.
const SCOPES: [(&str, &str); 4] =
    [("cn-beijing", "ecs"), ("cn-beijing", "ECS"), ("ecs", "cn-beijing"), ("cn-beijin", "gecs")];

const SECRETS: [(&str, &str); 4] =
    [("AKLTONE", SECRET), ("AKLTTWO", SECRET), ("AKLTONE", "c2VjcmV1"), ("AKLTONE", "C2VjcmV0")];

// Requests by their meaning, and the spellings of one.

/// What a server can tell apart.
#[derive(Clone, Debug, PartialEq)]
struct Meaning {
    method: &'static str,
    path: Vec<Vec<u8>>,
    /// Values in their order, by key.
    parameters: BTreeMap<Vec<u8>, Vec<Vec<u8>>>,
    /// Without a default port.
    host: &'static str,
    /// Trimmed.
    headers: BTreeMap<&'static str, Vec<u8>>,
    body: Vec<u8>,
}

fn meaning() -> impl Strategy<Value = Meaning> {
    let text = |bytes: &'static [u8]| vec(select(bytes), 0..3);
    let segment = text(b"ab.~ +%=&?\xc3\xa4\xff");
    let parameter = || text(b"ab/ +%=&\xc3\xa4\xff");
    let header = vec(select(b" \tab:;,x\xe4"), 0..4).prop_map(|value| value.trim_ascii().to_vec());
    (
        select(&["GET", "POST", "get"]),
        vec(segment, 1..4),
        btree_map(parameter(), vec(parameter(), 1..3), 0..4),
        select(&["h", "H", "h:8080", "h:4430", "[::1]", "[::1]:8080", "hh"]),
        btree_map(select(&["x-a", "x-b", "content-type"]), header, 0..3),
        vec(select(b"ab"), 0..3),
    )
        .prop_map(|(method, path, parameters, host, headers, body)| Meaning {
            method,
            path,
            parameters,
            host,
            headers,
            body,
        })
}

/// Two meanings that have most parts in common, often all.
fn two_meanings() -> impl Strategy<Value = (Meaning, Meaning)> {
    let differing = vec(prop::bool::weighted(0.2), 6);
    (meaning(), meaning(), differing).prop_map(|(a, other, differing)| {
        let b = Meaning {
            method: if differing[0] { other.method } else { a.method },
            path: if differing[1] { other.path } else { a.path.clone() },
            parameters: if differing[2] { other.parameters } else { a.parameters.clone() },
            host: if differing[3] { other.host } else { a.host },
            headers: if differing[4] { other.headers } else { a.headers.clone() },
            body: if differing[5] { other.body } else { a.body.clone() },
        };
        (a, b)
    })
}

/// The choices that a spelling makes, one after the other, and over again.
fn spelling() -> impl Strategy<Value = Spelling> {
    vec(any::<u8>(), 1..64).prop_map(|choices| Spelling { choices, made: 0 })
}

#[derive(Debug)]
struct Spelling {
    choices: Vec<u8>,
    made: usize,
}

impl Spelling {
    fn choose<T: Clone>(&mut self, options: &[T]) -> T {
        let choice = self.choices[self.made % self.choices.len()];
        self.made += 1;
        options[usize::from(choice) % options.len()].clone()
    }

    fn text(&mut self, text: &[u8], plain: &str) -> String {
        let mut spelled = String::new();
        for chunk in text.utf8_chunks() {
            for char in chunk.valid().chars() {
                let mut options = vec![escaped(char.encode_utf8(&mut [0; 4]).as_bytes())];
                options.push(options[0].to_lowercase());
                if char.is_alphanumeric() || plain.contains(char) {
                    options.push(char.to_string());
                }
                if char == ' ' && plain.contains('/') {
                    options.push("+".to_owned());
                }
                spelled += &self.choose(&options);
            }
            let escapes = escaped(chunk.invalid());
            spelled += &self.choose(&[escapes.to_lowercase(), escapes]);
        }
        spelled
    }

    fn query(&mut self, parameters: &BTreeMap<Vec<u8>, Vec<Vec<u8>>>) -> String {
        let mut parameters: Vec<_> = parameters
            .iter()
            .flat_map(|(key, values)| values.iter().map(move |value| (key, value)))
            .collect();
        // Parameters of different keys may change places.
        for _ in 0..2 {
            for index in 1..parameters.len() {
                if parameters[index - 1].0 != parameters[index].0 && self.choose(&[false, true]) {
                    parameters.swap(index - 1, index);
                }
            }
        }
        let mut query = String::from(self.choose(&["?", "?&", "?&&"]));
        for (key, value) in parameters {
            query += &self.text(key, "/.~?");
            if !value.is_empty() || key.is_empty() || self.choose(&[true, false]) {
                query += "=";
            }
            query += &self.text(value, "/.~?=");
            query += self.choose(&["&", "&&"]);
        }
        query
    }

    fn host(&mut self, host: &str) -> String {
        let has_port = host.ends_with("80") || host.ends_with("4430");
        let ports = ["", ":", ":80", ":443", ":0080", ":00443"];
        format!("{host}{}", self.choose(if has_port { &[""] } else { &ports[..] }))
    }
}

impl Meaning {
    fn spelled(&self, mut spelling: Spelling) -> Request<Vec<u8>> {
        let mut headers = HeaderMap::new();
        for (&name, value) in &self.headers {
            let [before, after] = [(); 2].map(|()| spelling.choose(&["", " ", "\t ", "  "]));
            let value = [before.as_bytes(), value, after.as_bytes()].concat();
            let value = HeaderValue::from_bytes(&value).unwrap();
            headers.insert(HeaderName::from_static(name), value);
        }
        let host = spelling.host(self.host);
        let mut origin = spelling.choose(&["http://", "https://"]).to_owned() + &host;
        if spelling.choose(&[false, true]) {
            let value = spelling.choose(&["", " "]).to_owned() + &host;
            headers.insert("host", HeaderValue::try_from(value).unwrap());
            origin = spelling.choose(&["", "http://elsewhere"]).to_owned();
        }
        let segments = self.path.iter().map(|segment| spelling.text(segment, ".~+=&"));
        let mut path = format!("/{}", segments.collect::<Vec<_>>().join("/"));
        if path == "/" && !origin.is_empty() {
            path = spelling.choose(&["/", ""]).to_owned();
        }
        let query = match self.parameters.is_empty() && spelling.choose(&[true, false]) {
            true => String::new(),
            false => spelling.query(&self.parameters),
        };

        let mut request = Request::new(self.body.clone());
        *request.method_mut() = self.method.parse().unwrap();
        *request.uri_mut() = (origin + &path + &query).parse().unwrap();
        *request.headers_mut() = headers;
        request
    }

    fn canonical(&self, request: &Request<Vec<u8>>) -> Option<Vec<u8>> {
        let names: Vec<_> = self.headers.keys().copied().chain(["host"]).collect();
        canonical(request, &names)
    }
}

fn escaped(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("%{byte:02X}")).collect()
}
