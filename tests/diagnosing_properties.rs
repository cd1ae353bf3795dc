//! What holds for the diagnosis of every request: checked on generated ones, and against a second,
//! naive implementation of the protocol.

#[path = "support/naive.rs"]
#[allow(dead_code, reason = "each test takes its part")]
pub mod naive;
#[path = "support/requests.rs"]
mod requests;

use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderValue, Request};
use proptest::prelude::*;
use proptest::sample::select;
use requests::{SECRET, any_request, any_signer};
use sha2::Sha256;
use volcengine_sigv4::diagnose::{Diagnosis, Language, Verdict};
use volcengine_sigv4::{Authorization, CanonicalRequest, Credentials, Payload, Signer, UriMode};

proptest! {
    #![proptest_config(config(128))]

    #[test]
    fn a_request_that_is_signed_right_is_never_doubted(
        mut request in any_request(),
        signer in any_signer(),
    ) {
        if signer.sign(&mut request).is_ok() {
            let diagnosis = signer.diagnose(&request, request.body()).unwrap();
            prop_assert_eq!(diagnosis.verdict(), Verdict::Right, "{}", diagnosis);
            prop_assert!(diagnosis.proofs().is_empty());
        }
    }

    #[test]
    fn the_right_recipe_writes_what_the_protocol_writes(
        mut request in any_request(),
        signer in any_signer(),
    ) {
        if signer.sign(&mut request).is_ok() {
            let authorization: Authorization =
                request.headers()["authorization"].to_str().unwrap().parse().unwrap();
            let names: Vec<_> = authorization.signed_headers().collect();
            let payload_hash = Payload::from(request.body()).sha256();
            let (method, uri, headers) = (request.method(), request.uri(), request.headers());
            let canonical =
                CanonicalRequest::new(method, uri, headers, &names, payload_hash).unwrap();
            let naive = naive::canonical_request(method, uri, headers, &names, payload_hash);
            let diagnosis = signer.diagnose(&request, request.body()).unwrap();
            prop_assert_eq!(diagnosis.canonical_request(), Some(canonical.as_bytes()));
            prop_assert_eq!(diagnosis.canonical_request(), naive.as_deref());
        }
    }

    #[test]
    fn any_authorization_is_answered_and_no_line_is_too_long(
        mut request in any_request(),
        authorization in any_authorization(),
    ) {
        if let Ok(value) = HeaderValue::from_str(&authorization) {
            request.headers_mut().insert("authorization", value);
        }
        let before = format!("{request:?}");
        let diagnosis = right().diagnose(&request, request.body()).unwrap();
        prop_assert_eq!(format!("{request:?}"), before);
        check_width(&diagnosis)?;
    }
}

proptest! {
    // Each search goes through all pairs.
    #![proptest_config(config(4))]

    #[test]
    fn random_digits_are_never_explained(
        mut request in any_request(),
        digits in any::<[u8; 32]>(),
    ) {
        if right().sign(&mut request).is_ok() {
            let text = request.headers()["authorization"].to_str().unwrap();
            let (before, _) = text.split_once("Signature=").unwrap();
            let digits: String = digits.iter().map(|byte| format!("{byte:02x}")).collect();
            let text = format!("{before}Signature={digits}");
            request.headers_mut().insert("authorization", text.parse().unwrap());
            let diagnosis = right().diagnose(&request, request.body()).unwrap();
            prop_assert_eq!(diagnosis.verdict(), Verdict::Unexplained);
            prop_assert!(diagnosis.proofs().is_empty());
            check_width(&diagnosis)?;
        }
    }
}

proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn one_or_two_mistakes_are_explained_by_what_makes_the_signature(
        mut request in any_request(),
        [first, second] in [select(MISTAKES), select(MISTAKES)],
    ) {
        if right().sign(&mut request).is_ok() {
            let (first, second) = (first.1, second.1);
            let signature = signed(&request, |text| first(second(text)));
            let Some((signature, right_signature)) = signature else { return Ok(()) };
            let text = request.headers()["authorization"].to_str().unwrap();
            let text = text.replace(&right_signature, &signature);
            request.headers_mut().insert("authorization", text.parse().unwrap());
            let diagnosis = right().diagnose(&request, request.body()).unwrap();
            if signature == right_signature {
                prop_assert_eq!(diagnosis.verdict(), Verdict::Right);
                return Ok(());
            }
            prop_assert_eq!(diagnosis.verdict(), Verdict::Explained, "{}", diagnosis);
            for proof in diagnosis.proofs() {
                prop_assert!(proof.findings().len() <= 2 && !proof.findings().is_empty());
                // The key is right here, so the text that was signed must give the signature.
                let made = mac(&key(), proof.string_to_sign());
                prop_assert_eq!(&made, &signature, "{:?}", proof);
            }
            check_width(&diagnosis)?;
        }
    }
}

/// The canonical request and the string to sign, of which a mistake changes one.
#[derive(Clone)]
struct Texts {
    canonical_request: Vec<u8>,
    algorithm: String,
    line_end: &'static str,
}

type Mistake = (&'static str, fn(Texts) -> Texts);

/// Mistakes whose texts do not get into each other's way.
const MISTAKES: &[Mistake] = &[
    ("algorithm", |texts| Texts { algorithm: "AWS4-HMAC-SHA256".to_owned(), ..texts }),
    ("line-ends", |texts| Texts { line_end: "\n\n", ..texts }),
    ("method", |texts| {
        let (method, rest) = split(&texts.canonical_request);
        let method = if method == b"GET" { &b"POST"[..] } else { b"GET" };
        Texts { canonical_request: [method, rest].concat(), ..texts }
    }),
    ("payload-empty", |texts| {
        let length = texts.canonical_request.len() - 64;
        let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let canonical_request = [&texts.canonical_request[..length], hash.as_bytes()].concat();
        Texts { canonical_request, ..texts }
    }),
];

fn split(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().position(|&byte| byte == b'\n').unwrap())
}

/// Returns the signature of a signed request after a change of what is signed, and the right one.
fn signed(request: &Request<Vec<u8>>, change: impl Fn(Texts) -> Texts) -> Option<(String, String)> {
    let explained = right().explain(request, request.body()).ok()?;
    let texts = Texts {
        canonical_request: explained.canonical_request().to_vec(),
        algorithm: "HMAC-SHA256".to_owned(),
        line_end: "",
    };
    let make = |texts: &Texts| {
        let hash = hex(&<Sha256 as sha2::Digest>::digest(&texts.canonical_request));
        let tail = if texts.line_end.is_empty() { "" } else { "\n" };
        let scope = "20210818/cn-beijing/ecs/request";
        let string = format!("{}\n20210818T095729Z\n{scope}\n{hash}{tail}", texts.algorithm);
        mac(&key(), string.as_bytes())
    };
    Some((make(&change(texts.clone())), make(&texts)))
}

fn right() -> Signer {
    let credentials = Credentials::new("AKLTEXAMPLE", SECRET).unwrap();
    let signer = Signer::new(credentials, "cn-beijing", "ecs").unwrap();
    signer.with_uri_mode(UriMode::Preserve).at(requests::unix(1_629_280_649))
}

fn key() -> Vec<u8> {
    let parts = ["20210818", "cn-beijing", "ecs", "request"];
    parts.iter().fold(SECRET.as_bytes().to_vec(), |key, part| raw_mac(&key, part.as_bytes()))
}

fn mac(key: &[u8], text: &[u8]) -> String {
    hex(&raw_mac(key, text))
}

fn raw_mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut hmac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    hmac.update(text);
    hmac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Checks that no line of a report takes more than 100 columns, two for each Chinese character.
fn check_width(diagnosis: &Diagnosis) -> Result<(), TestCaseError> {
    for language in [Language::English, Language::Chinese] {
        let report = diagnosis.report(language).to_string();
        for line in report.lines() {
            let width: usize = line.chars().map(|c| if c < '\u{1100}' { 1 } else { 2 }).sum();
            prop_assert!(width <= 100, "{width} columns: {line}");
        }
    }
    Ok(())
}

fn any_authorization() -> impl Strategy<Value = String> {
    let scheme = select(&["HMAC-SHA256", "AWS4-HMAC-SHA256", "Bearer", "", "\"HMAC-SHA256"]);
    let credential = select(&[
        "AKLTEXAMPLE/20210818/cn-beijing/ecs/request",
        "AKLTEXAMPLE/20210818/cn-shanghai/ecs/aws4_request",
        "AKLTEXAMPLE",
        "//",
        "",
    ]);
    let list = select(&["host;x-date", "Host;X-Date", "", "host;;x-absent", "x-a,x-tag"]);
    let signature = prop_oneof![
        select(&["", "ab", "AB==", "==", "%41", "0123456789abcdef0123456789ABCDEF"])
            .prop_map(str::to_owned),
        "[ -~]{0,70}",
    ];
    let separator = select(&[", ", ",", "; ", " ", "\t"]);
    (scheme, credential, list, signature, separator).prop_map(
        |(scheme, credential, list, signature, separator)| {
            format!(
                "{scheme} Credential={credential}{separator}SignedHeaders={list}{separator}\
                 Signature={signature}"
            )
        },
    )
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, ..ProptestConfig::default() }
}
