//! Every step yields what the published signers of the protocol yield, byte for byte.
//!
//! A vector is compared stage by stage, up to the first wrong stage, which makes the later ones wrong.
//! `tests/vectors/README.md` says where the answers come from.

#[path = "support/files.rs"]
mod files;
#[path = "support/vectors.rs"]
mod vectors;

use std::error::Error;
use std::time::Duration;

use files::read;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, Method, Request, Uri};
use sha2::Sha256;
use vectors::message::uri;
use vectors::{KnownAnswer, Received, Vector, Verdict, hex};
use volcengine_sigv4::{
    Authorization, CanonicalRequest, Credentials, Payload, PresignOptions, RejectReason, Signature,
    Signer, SigningKey, StringToSign, UriMode, VerifyPolicy, XDate,
};

/// A vector that this crate refuses on purpose: its name, the error, the reason.
struct Exception {
    vector: &'static str,
    error: &'static str,
    reason: &'static str,
}

const fn slash(vector: &'static str) -> Exception {
    Exception {
        vector,
        error: "escaped slash in path at byte 2 cannot be signed",
        reason: "the published signers decode an escaped slash, which is another path",
    }
}

const fn dots(vector: &'static str) -> Exception {
    Exception {
        vector,
        error: "dot segment in path at byte 3, which clients rewrite",
        reason: "clients resolve dot segments",
    }
}

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Checks that every outcome is good, except the exceptions, which must end in their errors.
#[track_caller]
fn every<'a>(outcomes: impl Iterator<Item = (&'a str, Outcome)>, exceptions: &[Exception]) {
    let mut wrong = Vec::new();
    let mut met = 0;
    for (name, outcome) in outcomes {
        let problem = outcome.err().map(|error| error.to_string());
        match (exceptions.iter().find(|exception| exception.vector == name), problem) {
            (None, None) => {}
            (None, Some(problem)) => wrong.push(format!("{name}: {problem}")),
            (Some(Exception { error, .. }), Some(problem)) if problem == *error => met += 1,
            (Some(Exception { error, reason, .. }), outcome) => wrong.push(format!(
                "{name} is listed as an exception, since {reason}\n   found: {}\nexpected: {error}",
                outcome.as_deref().unwrap_or("it passes"),
            )),
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n\n{}\n", wrong.len(), wrong.join("\n\n"));
    assert_eq!(met, exceptions.len(), "every exception must be met by a vector");
}

/// Compares what a stage yields, and shows the first line that differs.
fn stage(name: &str, found: impl AsRef<[u8]>, expected: &str) -> Outcome {
    if found.as_ref() == expected.as_bytes() {
        return Ok(());
    }
    let found = String::from_utf8_lossy(found.as_ref());
    let lines = found.split('\n').zip(expected.split('\n'));
    let equal = lines.take_while(|(found, expected)| found == expected).count();
    let line = |text: &str| text.split('\n').nth(equal).unwrap_or("(no line)").to_owned();
    Err(format!(
        "the {name} differs in line {}\n   found: {}\nexpected: {}",
        equal + 1,
        line(&found),
        line(expected),
    )
    .into())
}

fn canonical(vector: &Vector, request: &Request<Vec<u8>>, uri: &Uri) -> Outcome<CanonicalRequest> {
    Ok(CanonicalRequest::new(
        request.method(),
        uri,
        request.headers(),
        &vector.signed_headers(),
        Payload::from(request.body()).sha256(),
    )?)
}

/// Takes the steps from the canonical request to the signature.
fn sealed(vector: &Vector, canonical_request: &CanonicalRequest) -> Outcome<Signature> {
    let scope = vector.scope();
    stage("canonical request", canonical_request.as_bytes(), &vector.expect.canonical_request)?;
    let string_to_sign = StringToSign::new(&vector.x_date(), &scope, canonical_request.sha256())?;
    stage("string to sign", string_to_sign.to_string(), &vector.expect.string_to_sign)?;
    let signature = SigningKey::derive(&vector.credentials(), &scope).sign(&string_to_sign);
    stage("signature", signature.to_string(), &vector.expect.signature)?;
    Ok(signature)
}

#[test]
fn every_step_of_signing_yields_what_the_published_signers_yield() {
    let vectors: Vec<Vector> = read("signing.json");
    let steps = |vector: &Vector| {
        let request = vector.prepared();
        let signature = sealed(vector, &canonical(vector, &request, request.uri())?)?;
        let credentials = vector.credentials();
        let (id, names) = (credentials.access_key_id(), vector.signed_headers());
        let authorization = Authorization::new(id, vector.scope(), &names, signature)?.to_string();
        stage("authorization", &authorization, &vector.authorization())?;
        let parsed: Authorization = authorization.parse()?;
        stage("parsed authorization", parsed.to_string(), &authorization)
    };
    let refused = [
        slash("header-wire-path-encoded-slash/go:volc-sdk-golang"),
        slash("own-path-escaped-slash"),
    ];
    every(vectors.iter().map(|vector| (vector.name.as_str(), steps(vector))), &refused);
    assert_eq!(vectors.iter().filter(|vector| vector.origin_document).count(), 27);
}

#[test]
fn the_spelling_that_a_client_sends_has_the_same_canonical_request() {
    let vectors: Vec<Vector> = read("signing.json");
    let respelled = |vector: &Vector, url: &str| {
        let canonical_request = canonical(vector, &vector.prepared(), &uri(url))?;
        stage("canonical request", canonical_request.as_bytes(), &vector.expect.canonical_request)
    };
    let outcomes = vectors.iter().filter_map(|vector| {
        let url = vector.wire_url.as_deref()?;
        Some((vector.name.as_str(), respelled(vector, url)))
    });
    every(outcomes, &[slash("header-wire-path-encoded-slash/go:volc-sdk-golang")]);
    assert_eq!(vectors.iter().filter(|vector| vector.wire_url.is_some()).count(), 388);
}

/// Returns the vectors whose signed headers are the signer's own choice.
#[track_caller]
fn defaults() -> Vec<Vector> {
    let mut vectors: Vec<Vector> = read("signing.json");
    vectors.retain(|vector| vector.default_headers);
    assert_eq!(vectors.len(), 183);
    vectors
}

/// Signs the vector's request with a `Signer` and compares the `Authorization` it puts there.
fn signed(vector: &Vector, mode: UriMode) -> Outcome {
    let mut request = vector.request.unsigned();
    let signature = vector.signer(mode).sign(&mut request)?;
    stage("signature", signature.to_string(), &vector.expect.signature)?;
    stage("authorization", &request.headers()["authorization"], &vector.authorization())
}

#[test]
fn a_signer_that_preserves_the_uri_writes_the_authorization_of_the_published_signers() {
    let vectors = defaults();
    let outcomes =
        vectors.iter().map(|vector| (vector.name.as_str(), signed(vector, UriMode::Preserve)));
    let refused = [
        slash("header-wire-path-encoded-slash/go:volc-sdk-golang"),
        slash("own-path-escaped-slash"),
    ];
    every(outcomes, &refused);
}

#[test]
fn a_signer_that_normalizes_writes_the_same_authorization_for_a_uri_that_clients_send_unchanged() {
    let is_upper_case = |vector: &Vector| vector.request.url.contains("VolcengineAPI");
    let (upper_case, vectors): (Vec<_>, Vec<_>) = defaults().into_iter().partition(is_upper_case);
    let outcomes =
        vectors.iter().map(|vector| (vector.name.as_str(), signed(vector, UriMode::Normalize)));
    let refused = [
        slash("header-wire-path-encoded-slash/go:volc-sdk-golang"),
        slash("own-path-escaped-slash"),
        dots("header-path-dots/go:volc-sdk-golang"),
        dots("own-path-dot-segments"),
    ];
    every(outcomes, &refused);
    assert_eq!(upper_case.len(), 1);
}

#[test]
fn an_upper_case_host_is_signed_in_lower_case_when_normalized() {
    let vectors = defaults();
    let name = "header-host-uppercase/seed-script";
    let vector = vectors.iter().find(|vector| vector.name == name).unwrap();

    let mut normalized = vector.request.unsigned();
    vector.signer(UriMode::Normalize).sign(&mut normalized).unwrap();
    let mut lower_case = vector.request.unsigned();
    *lower_case.uri_mut() =
        uri(&vector.request.url.replace("Open.VolcengineAPI.com", "open.volcengineapi.com"));
    vector.signer(UriMode::Preserve).sign(&mut lower_case).unwrap();

    assert_eq!(normalized.headers(), lower_case.headers());
    assert_eq!(normalized.uri().to_string(), lower_case.uri().to_string());
    assert_ne!(normalized.headers()["authorization"], vector.authorization());
}

#[test]
fn every_step_of_presigning_yields_what_the_published_signers_yield() {
    let vectors: Vec<Vector> = read("presigning.json");
    let steps = |vector: &Vector| {
        let mut request = vector.request.unsigned();
        // A presigned URL covers no body.
        request.body_mut().clear();
        let (url, query) = vector.expect.url.split_once('?').unwrap();
        let parameters: Vec<_> =
            query.split('&').filter(|parameter| !parameter.starts_with("X-Signature=")).collect();
        let unsigned = uri(&format!("{url}?{}", parameters.join("&")));
        sealed(vector, &canonical(vector, &request, &unsigned)?)?;
        let names = if vector.sign_host { "host" } else { "" };
        stage("list of signed headers", &vector.expect.signed_headers, names)
    };
    let refused = [slash("own-path-escaped-slash/nohost"), slash("own-path-escaped-slash/host")];
    every(vectors.iter().map(|vector| (vector.name.as_str(), steps(vector))), &refused);
}

#[test]
fn a_presigned_url_is_the_one_that_the_published_signers_write() {
    let vectors: Vec<Vector> = read("presigning.json");
    let written = |vector: &Vector| {
        let request = vector.request.unsigned();
        let (url, options) = presign_options(vector);
        // The signers keep the host and the path that they are given.
        let signer = vector.signer(UriMode::Preserve);
        let presigned = signer.presign(request.method(), &url, &options)?;
        stage("url", parsed(&uri(presigned.as_str())), &parsed(&uri(&vector.expect.url)))
    };
    let refused = [slash("own-path-escaped-slash/nohost"), slash("own-path-escaped-slash/host")];
    every(vectors.iter().map(|vector| (vector.name.as_str(), written(vector))), &refused);
}

/// Returns the URL to presign, and the options: X-Expires moves from the URL into them.
fn presign_options(vector: &Vector) -> (Uri, PresignOptions) {
    let mut options = PresignOptions::default();
    if !vector.sign_host {
        options = options.without_host();
    }
    let url = &vector.request.url;
    let Some((before, expires)) = url.split_once("&X-Expires=") else { return (uri(url), options) };
    let (expires, after) = expires.split_at(expires.find('&').unwrap_or(expires.len()));
    let expires = Duration::from_secs(expires.parse().unwrap());
    (uri(&format!("{before}{after}")), options.expires_in(expires).unwrap())
}

/// Writes the parts of a URL, one on each line, with sorted parameters.
fn parsed(url: &Uri) -> String {
    let query = url.query().unwrap_or_default().replace('+', "%20");
    let mut parameters: Vec<_> = query.split('&').collect();
    parameters.sort();
    format!("{:?}\n{}\n{}", url.authority(), url.path(), parameters.join("\n"))
}

// So many that an unstable sort would change their order.
#[test]
fn many_parameters_of_one_key_keep_their_order() {
    let parameters: Vec<_> = (0..300).rev().map(|number| format!("a={number}")).collect();
    let query = parameters.join("&");
    let target = uri(&format!("/?b=0&{query}"));
    let canonical_request =
        CanonicalRequest::new(&Method::GET, &target, &HeaderMap::new(), &[], [0; 32]).unwrap();
    let expected = format!("GET\n/\n{query}&b=0\n\n\n\n{}", "0".repeat(64));
    stage("canonical request", canonical_request.as_bytes(), &expected).unwrap();
}

#[test]
fn the_published_examples_have_the_published_signing_key_and_signature() {
    let steps = |vector: &KnownAnswer| {
        let request = vector.prepared();
        let names: Vec<_> = vector.signed_headers.split(';').collect();
        let hash = CanonicalRequest::new(
            request.method(),
            request.uri(),
            request.headers(),
            &names,
            Payload::from(request.body()).sha256(),
        )?
        .sha256();
        stage("canonical request's hash", hex(hash), &vector.canonical_request_sha256)?;

        // A key does not show its bytes; its signature must be that of the published key.
        let scope = vector.scope();
        let string_to_sign = StringToSign::new(&vector.x_date(), &scope, hash)?;
        let signature = SigningKey::derive(&vector.credentials(), &scope).sign(&string_to_sign);
        let mut published = [0; 32];
        hex::decode_to_slice(&vector.signing_key, &mut published).unwrap();
        let mac = Hmac::<Sha256>::new_from_slice(&published)?
            .chain_update(string_to_sign.to_string())
            .finalize();
        stage("signature under the signing key", signature.to_string(), &hex(mac.into_bytes()))?;
        stage("signature", signature.to_string(), &vector.signature)
    };
    let vectors: Vec<KnownAnswer> = read("known_answers.json");
    every(vectors.iter().map(|vector| (vector.name.as_str(), steps(vector))), &[]);
}

#[test]
fn a_received_request_has_its_verdict_in_both_policies() {
    let vectors: Vec<Received> = read("verifying.json");
    let verdicts = |vector: &Received| {
        let [strict, compatible] = match vector.verdict {
            Verdict::Accept => [true, true],
            Verdict::Reject => [false, false],
            Verdict::CompatAccept => [false, true],
            Verdict::Either => documented(&vector.name),
        };
        check_verdict(vector, VerifyPolicy::Strict, strict)?;
        check_verdict(vector, VerifyPolicy::Compatible, compatible)
    };
    every(vectors.iter().map(|vector| (vector.name.as_str(), verdicts(vector))), &[]);
}

/// Returns what this crate does for a vector that a verifier may accept or refuse.
fn documented(name: &str) -> [bool; 2] {
    match name {
        // The scope has no date.
        "iam-list-users-post-form/policy-date-space" => [false, false],
        // A URL without X-Expires is accepted for the same time as any other request.
        "presign-host-no-expires" => [true, true],
        "presign-nohost-no-expires" => [false, true],
        // `Strict` requires a signed token.
        "presign-host-token-changed" => [false, true],
        _ => panic!("no policy for {name}"),
    }
}

fn check_verdict(
    vector: &Received,
    policy: VerifyPolicy,
    is_accepted: bool,
) -> Result<(), Box<dyn Error>> {
    let Some(request) = vector.request() else {
        return stage("verdict", format!("{:?}", vector.verdict), "Reject");
    };
    let (head, body) = request.into_parts();
    let verifier = vector.verifier().with_policy(policy);
    let verified = verifier.claim(&head).and_then(|claim| {
        let credentials = vector.credentials(&claim);
        claim.verify(credentials.as_ref(), &body)
    });
    match (verified, is_accepted) {
        (Ok(_), true) => Ok(()),
        (Err(rejected), false) if causes(vector).contains(&rejected.reason()) => Ok(()),
        (outcome, _) => Err(format!("{policy:?}: {outcome:?}, {}", vector.reason).into()),
    }
}

/// Returns the reasons of this crate for the cause that a vector names. A request with several causes
/// is refused for the first one that is checked.
fn causes(Received { name, reason, .. }: &Received) -> &'static [RejectReason] {
    use RejectReason::*;
    match reason.as_str() {
        "" => &[UnsignedHeader],
        "authorization-malformed" => &[
            InvalidSignedHeaders,
            MalformedAuthorization,
            MalformedCredential,
            MissingSignature,
            TooLarge,
        ],
        "body-hash-malformed" => &[InvalidPayloadHash],
        "body-hash-mismatch" => &[PayloadMismatch, SignatureMismatch],
        "date-malformed" | "date-malformed-or-trimmed" => &[InvalidTime, MalformedCredential],
        "duplicate-header" => &[ConflictingAuthentication, InvalidTime, InvalidSignedHeaders],
        "duplicate-query-parameter" => &[RepeatedParameter, UnsignedHeader],
        "expired-or-not-yet-valid" => &[Expired, NotYetValid],
        "expires-malformed-or-out-of-range" => &[InvalidExpires],
        "host is not signed" | "lifetime must come from the verifier's own maximum" => {
            &[UnsignedHeader]
        }
        "missing-authorization" => &[MissingAuthentication],
        "outside-clock-window" => &[Expired],
        "required-header-not-signed" => &[UnsignedHeader],
        "scope-mismatch" => &[MalformedCredential, ScopeMismatch],
        "signature-malformed" => &[MalformedAuthorization],
        "signature-mismatch" if name.ends_with("signed-headers-drop-host") => &[UnsignedHeader],
        "signature-mismatch" if name.starts_with("presign-") => {
            &[SignatureMismatch, UnsignedHeader, UnsignedParameter]
        }
        "signature-mismatch" => &[SignatureMismatch],
        "signature-mismatch-or-ambiguous-auth" => &[ConflictingAuthentication],
        "signed-header-missing" => &[InvalidSignedHeaders],
        "unknown-access-key" => &[UnknownAccessKey],
        "unsigned-query-parameter" => &[InvalidSessionToken, UnsignedHeader, UnsignedParameter],
        "unsupported-algorithm" => &[UnsupportedAlgorithm],
        cause if cause.starts_with("token is not covered") => &[UnsignedParameter],
        cause => panic!("no reason for {cause}"),
    }
}

#[test]
fn the_sample_of_the_origin_document_has_the_published_signature() {
    let credentials = Credentials::new("Your AK", "Your SK").unwrap();
    let x_date: XDate = "20210818T095729Z".parse().unwrap();
    let signer = Signer::new(credentials, "cn-beijing", "ecs").unwrap().at(x_date.into());
    let mut request = Request::get(
        "https://open.volcengineapi.com/?Action=RunInstances&ImageId=&InstanceName=&InstanceType=\
         &NetworkInterfaces.1.SecurityGroupIds.1=&NetworkInterfaces.1.SubnetId=&ZoneId=&Password=\
         &ProjectName=&Version=2020-04-01&Volumes.1.Size=&Volumes.1.VolumeType=",
    )
    .header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
    .body("")
    .unwrap();

    signer.sign(&mut request).unwrap();

    let headers = request.headers();
    assert_eq!(
        headers["authorization"],
        "HMAC-SHA256 Credential=Your AK/20210818/cn-beijing/ecs/request, \
         SignedHeaders=content-type;host;x-content-sha256;x-date, \
         Signature=e181694023e354651bc9abb34758e053136ab3db3460b1e0c6070de5ff67ace6"
    );
    assert_eq!(headers["x-date"], "20210818T095729Z");
    assert_eq!(
        headers["x-content-sha256"],
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    assert!(!headers.contains_key("x-security-token"));
}
