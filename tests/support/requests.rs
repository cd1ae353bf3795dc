//! Generated requests: random spellings, and random meanings in several spellings.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use volcengine_sigv4::{Credentials, Signer, UriMode};

pub(crate) fn unix(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

// Requests of random spelling. Some cannot be signed.

pub(crate) const SECRET: &str = "c2VjcmV0";

/// Names, and whether a signer signs them if they are present.
pub(crate) const HEADERS: [(&str, bool); 12] = [
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

// The tokens of paths and queries, separated by spaces. A token that occurs twice is more frequent.

const PATH: &str = "/ / / a B 9 - _ ~ %7e %7E + %2B %20 ! $ ( ) * , = & ; : @ ' | \" { } ^ ä \
                    中 %E4%b8%Ad %ff";

const QUERY: &str = "& & & &a= &a= &%61= &b= = = a a B b 9 - %41 %61 %7e + + %2B %2b %20 %26 \
                     %3d / %2f ? ! $ ( ) * , ; : @ ' | { } ^ ` 中 %e4%B8%AD %FF";

const NOT_SIGNABLE: &str = "% %4 %zz %+1 %2F %2f %ä \\ /../";

pub(crate) fn any_request() -> impl Strategy<Value = Request<Vec<u8>>> {
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

/// A request and names to sign: some of its headers in any order, and sometimes other names.
pub(crate) fn with_signed_headers(
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

pub(crate) fn any_signer() -> impl Strategy<Value = Signer> {
    let id = select(&IDS);
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

pub(crate) const IDS: [&str; 3] = ["AKLTEXAMPLE", "Your AK", "a=b;c"];

/// Scopes that only an exact comparison tells apart. The same is true of the secrets below.
pub(crate) const SCOPES: [(&str, &str); 4] =
    [("cn-beijing", "ecs"), ("cn-beijing", "ECS"), ("ecs", "cn-beijing"), ("cn-beijin", "gecs")];

pub(crate) const SECRETS: [(&str, &str); 4] =
    [("AKLTONE", SECRET), ("AKLTTWO", SECRET), ("AKLTONE", "c2VjcmV1"), ("AKLTONE", "C2VjcmV0")];

// Requests of random meaning, and several spellings of one meaning.

/// The parts of a request that a server can tell apart.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Meaning {
    method: &'static str,
    path: Vec<Vec<u8>>,
    /// Values in their order, by key.
    pub(crate) parameters: BTreeMap<Vec<u8>, Vec<Vec<u8>>>,
    /// Without a default port.
    host: &'static str,
    /// Trimmed.
    headers: BTreeMap<&'static str, Vec<u8>>,
    body: Vec<u8>,
}

pub(crate) fn meaning() -> impl Strategy<Value = Meaning> {
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

/// Two meanings with most or all parts in common.
pub(crate) fn two_meanings() -> impl Strategy<Value = (Meaning, Meaning)> {
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

/// The choices of a spelling. After the last one, the first is used again.
pub(crate) fn spelling() -> impl Strategy<Value = Spelling> {
    vec(any::<u8>(), 1..64).prop_map(|choices| Spelling { choices, made: 0 })
}

#[derive(Debug)]
pub(crate) struct Spelling {
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
        // Parameters with different keys may be swapped.
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
    pub(crate) fn spelled(&self, mut spelling: Spelling) -> Request<Vec<u8>> {
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

    pub(crate) fn signed_headers(&self) -> Vec<&'static str> {
        self.headers.keys().copied().chain(["host"]).collect()
    }
}

fn escaped(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("%{byte:02X}")).collect()
}
