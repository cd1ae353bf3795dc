//! What is true of every request, checked with generated ones, and with a second, naive implementation
//! of the protocol.

#[path = "support/naive.rs"]
pub mod naive;
#[path = "support/requests.rs"]
mod requests;

use http::{Request, Uri};
use proptest::collection::vec;
use proptest::prelude::*;
use requests::{
    HEADERS, SCOPES, SECRET, SECRETS, any_request, any_signer, meaning, spelling, two_meanings,
    unix, with_signed_headers,
};
use volcengine_sigv4::{
    CanonicalRequest, Credentials, Payload, PresignOptions, RotatingCredentials, Signer, UriMode,
};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_naive_canonicalizer_yields_the_same_result(
        (request, names) in any_request().prop_flat_map(with_signed_headers),
    ) {
        let (method, uri, headers) = (request.method(), request.uri(), request.headers());
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let payload_hash = Payload::from(request.body()).sha256();
        let naive = naive::canonical_request(method, uri, headers, &names, payload_hash);
        prop_assert_eq!(readable(canonical(&request, &names)), readable(naive));
    }

    #[test]
    fn a_signature_can_be_computed_from_the_signed_request(
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
    fn a_presigned_signature_can_be_computed_from_the_url(
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
    fn every_header_of_the_default_policy_is_signed(
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
    fn a_canonical_request_is_its_own_canonical_form(request in any_request()) {
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
        let names = meaning.signed_headers();
        prop_assert_eq!(
            readable(canonical(&one, &names)),
            readable(canonical(&other, &names)),
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
        let canonical_a = canonical(&one, &a.signed_headers());
        let canonical_b = canonical(&other, &b.signed_headers());
        prop_assert!(canonical_a.is_some() && canonical_b.is_some());
        prop_assert_eq!(a == b, canonical_a == canonical_b, "of {:?} and {:?}", one, other);
    }

    #[test]
    fn a_cached_key_is_never_used_for_another_day_scope_or_secret(
        steps in vec((0..SCOPES.len(), 0..SECRETS.len(), 0..200_000_u64), 1..12),
    ) {
        let credentials = SECRETS.map(|(id, secret)| Credentials::new(id, secret).unwrap());
        let cell = RotatingCredentials::new(credentials[0].clone());
        let first = Signer::new(cell.clone(), SCOPES[0].0, SCOPES[0].1).unwrap();
        let signers = SCOPES.map(|(region, service)| first.for_scope(region, service).unwrap());
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
    fn normalizing_changes_only_the_case_of_the_host_in_the_canonical_form(
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
    fn normalizing_a_normalized_uri_changes_nothing(
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
    fn a_preserved_uri_is_never_changed(mut request in any_request(), signer in any_signer()) {
        let before = spelled(request.uri());
        let _ = signer.with_uri_mode(UriMode::Preserve).sign(&mut request);
        prop_assert_eq!(spelled(request.uri()), before);
    }
}

fn config() -> ProptestConfig {
    // A failure becomes a vector instead of a seed in a file.
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

/// Returns the exact text of `uri`: `==` ignores the case of the host.
fn spelled(uri: &Uri) -> [Option<String>; 3] {
    let path_and_query = uri.path_and_query().map(|path_and_query| path_and_query.to_string());
    let authority = uri.authority().map(|authority| authority.to_string());
    [uri.scheme_str().map(str::to_owned), authority, path_and_query]
}

/// Whether every client sends `uri` unchanged: RFC 3986 allows each byte where it is.
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

/// Returns bytes as text for the output of a failed test.
fn readable(bytes: Option<Vec<u8>>) -> Option<String> {
    bytes.map(|bytes| bytes.escape_ascii().to_string())
}
