//! What a verifier does with every request, checked with generated ones and with changes of them.

#[path = "support/naive.rs"]
pub mod naive;
#[path = "support/received.rs"]
pub mod received;
#[path = "support/requests.rs"]
mod requests;

use std::time::Duration;

use http::header::{AUTHORIZATION, HOST};
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use received::as_received;
use requests::{IDS, SECRET, any_request, any_signer, meaning, spelling, unix};
use volcengine_sigv4::{
    Authorization, Credentials, Payload, PresignOptions, RejectReason, Rejected, Signer, UriMode,
    Verified, Verifier, VerifyPolicy, XDate,
};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_signed_request_is_accepted(request in any_request(), signer in any_signer()) {
        if let Some(received) = signed(&signer, request) {
            let verified = verify(&received).unwrap();
            prop_assert!(verified.payload_is_signed());
            prop_assert_eq!(verified.method(), received.method());
            let authorization: Authorization = authorization(&received).parse().unwrap();
            for name in received.headers().keys().filter(|&name| name != HOST) {
                let is_signed = authorization.signed_headers().any(|signed| signed == name);
                let value = is_signed.then(|| received.headers()[name].as_bytes().trim_ascii());
                prop_assert_eq!(verified.header(name.as_str()), value, "{}", name);
            }
        }
    }

    #[test]
    fn a_presigned_url_is_accepted(request in any_request(), signer in any_signer()) {
        let options = PresignOptions::default().expires_in(Duration::from_secs(60)).unwrap();
        if let Ok(url) = signer.presign(request.method(), request.uri(), &options) {
            let received = presigned(request.method(), url.as_str());
            let verified = verify(&received).unwrap();
            prop_assert_eq!(verified.query_values("X-Expires").collect::<Vec<_>>(), [&b"60"[..]]);
            prop_assert_eq!(verified.query_values("X-Signature").count(), 0);
        }
    }

    #[test]
    fn a_changed_request_is_refused_unless_only_its_spelling_changed(
        request in any_request(),
        signer in any_signer(),
        change in any_change(),
        policy in select(&[VerifyPolicy::Strict, VerifyPolicy::Compatible]),
    ) {
        let Some(received) = signed(&signer, request) else { return Ok(()) };
        let Some(changed) = change.of(&received) else { return Ok(()) };
        let verifier = verifier_of(&received).with_policy(policy);
        if verify_with(&verifier, &changed).is_ok() {
            prop_assert_eq!(canonical(&changed), canonical(&received), "{:?}", changed);
            prop_assert_eq!(changed.body(), received.body());
        }
    }

    #[test]
    fn a_changed_presigned_url_is_refused_unless_only_its_spelling_changed(
        request in any_request(),
        signer in any_signer(),
        change in any_change(),
        policy in select(&[VerifyPolicy::Strict, VerifyPolicy::Compatible]),
    ) {
        let options = PresignOptions::default();
        let url = signer.presign(request.method(), request.uri(), &options);
        let Ok(url) = url else { return Ok(()) };
        let received = presigned(request.method(), url.as_str());
        let Some(changed) = change.of(&received) else { return Ok(()) };
        let verifier = verifier_of(&received).with_policy(policy);
        if let (Ok(verified), Ok(before)) =
            (verify_with(&verifier, &changed), verify_with(&verifier, &received))
        {
            prop_assert_eq!(spelled(&changed), spelled(&received), "{:?}", changed);
            prop_assert_eq!(verified.host(), before.host());
        }
    }

    #[test]
    fn another_spelling_is_accepted_and_read_as_the_same_request(
        meaning in meaning(),
        one in spelling(),
        other in spelling(),
        signer in any_signer(),
    ) {
        let signer = signer.with_uri_mode(UriMode::Preserve);
        let mut one = meaning.spelled(one);
        signer.sign(&mut one).unwrap();
        let mut other = meaning.spelled(other);
        for name in ["authorization", "x-date", "x-content-sha256", "x-security-token"] {
            if let Some(value) = one.headers().get(name).cloned() {
                other.headers_mut().insert(name, value);
            }
        }
        let [one, other] = [one, other].map(|request| verify(&as_received(request)).unwrap());
        prop_assert_eq!(one.path(), other.path());
        prop_assert_eq!(one.host(), other.host());
        prop_assert_eq!(one.signature().to_string(), other.signature().to_string());
        for key in meaning.parameters.keys().filter_map(|key| std::str::from_utf8(key).ok()) {
            let expected = meaning.parameters[key.as_bytes()].iter().map(Vec::as_slice);
            prop_assert!(other.query_values(key).eq(expected.clone()), "{key}");
            prop_assert!(one.query_values(key).eq(expected), "{key}");
        }
    }

    #[test]
    fn a_request_with_another_key_region_service_date_or_algorithm_is_refused(
        request in any_request(),
        signer in any_signer(),
        other in select(&["key", "region", "service", "date", "algorithm"]),
    ) {
        let Some(mut received) = signed(&signer, request) else { return Ok(()) };
        let authorization: Authorization = authorization(&received).parse().unwrap();
        let (id, scope) = (authorization.access_key_id(), authorization.scope());
        let x_date = header(&received, "x-date");
        let other_date = if scope.date() == "20200101" { "20200102" } else { "20200101" };
        let (mut secret, mut algorithm) = (SECRET, "HMAC-SHA256");
        let (mut date, mut region) = (scope.date().to_owned(), scope.region().to_owned());
        let mut service = scope.service().to_owned();
        let mut new_x_date = x_date.clone();
        match other {
            "key" => secret = "another",
            "region" => region += "-1",
            "service" => service += "-1",
            "date" => {
                date = other_date.to_owned();
                new_x_date = x_date.replace(scope.date(), other_date);
            }
            _ => algorithm = "AWS4-HMAC-SHA256",
        }
        // Change everything else, too, that the verifier compares.
        let names: Vec<_> = authorization.signed_headers().collect();
        let forged = format!(
            "{algorithm} Credential={id}/{date}/{region}/{service}/request, SignedHeaders={}, \
             Signature={}",
            names.join(";"),
            authorization.signature()
        );
        let verifier = Verifier::new(&region, &service).unwrap();
        let verifier = verifier.at(new_x_date.parse::<XDate>().unwrap().into());
        let credentials = credentials_of(id, secret, &received);
        received.headers_mut().insert("x-date", new_x_date.parse().unwrap());
        received.headers_mut().insert(AUTHORIZATION, forged.parse().unwrap());
        let (head, body) = received.into_parts();
        let verdict = verifier.claim(&head).and_then(|claim| claim.verify(Some(&credentials), &body));
        let expected = match other {
            "algorithm" => RejectReason::UnsupportedAlgorithm,
            _ => RejectReason::SignatureMismatch,
        };
        prop_assert_eq!(verdict.unwrap_err().reason(), expected);
    }

    #[test]
    fn at_every_date_the_window_is_15_minutes(
        signer in any_signer(),
        offset in offset(),
    ) {
        let Some(received) = signed(&signer, plain()) else { return Ok(()) };
        let Some(verdict) = verdict_after(&received, offset) else { return Ok(()) };
        prop_assert_eq!(verdict.is_ok(), (-900..=900).contains(&offset));
    }

    #[test]
    fn at_every_date_a_presigned_url_expires_by_x_expires(
        signer in any_signer(),
        offset in offset(),
        expires in prop_oneof![1..=3_u64, 800..1000_u64, 604_798..=604_800_u64],
    ) {
        let options = PresignOptions::default().expires_in(Duration::from_secs(expires)).unwrap();
        let url = signer.presign(&Method::GET, plain().uri(), &options).unwrap();
        let received = presigned(&Method::GET, url.as_str());
        let Some(verdict) = verdict_after(&received, offset) else { return Ok(()) };
        prop_assert_eq!(verdict.is_ok(), (-900..=expires as i64).contains(&offset));
    }
}

fn config() -> ProptestConfig {
    // A failure becomes a vector instead of a seed in a file.
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1024) }
}

/// Signs a request and returns it as a server receives it over HTTP/1.1.
fn signed(signer: &Signer, mut request: Request<Vec<u8>>) -> Option<Request<Vec<u8>>> {
    signer.sign(&mut request).ok()?;
    Some(as_received(request))
}

fn presigned(method: &Method, url: &str) -> Request<Vec<u8>> {
    let request = Request::builder().method(method).uri(url);
    as_received(request.body(Vec::new()).unwrap())
}

fn plain() -> Request<Vec<u8>> {
    Request::get("http://host.example/?a=1").body(Vec::new()).unwrap()
}

fn header(request: &Request<Vec<u8>>, name: &str) -> String {
    request.headers()[name].to_str().unwrap().trim().to_owned()
}

fn authorization(request: &Request<Vec<u8>>) -> String {
    header(request, "authorization")
}

/// Returns the access key id, the scope and the time that a request claims.
fn claimed(request: &Request<Vec<u8>>) -> (String, String, String) {
    match request.headers().get(AUTHORIZATION) {
        Some(_) => {
            let authorization: Authorization = authorization(request).parse().unwrap();
            let credential = format!("{}/{}", authorization.access_key_id(), authorization.scope());
            let (id, scope) = credential.split_once('/').unwrap();
            (id.to_owned(), scope.to_owned(), header(request, "x-date"))
        }
        None => {
            let credential = parameter(request, "X-Credential").unwrap();
            let (id, scope) = credential.split_once('/').unwrap();
            (id.to_owned(), scope.to_owned(), parameter(request, "X-Date").unwrap())
        }
    }
}

fn parameter(request: &Request<Vec<u8>>, key: &str) -> Option<String> {
    let query = request.uri().query()?;
    let value = query.split('&').find_map(|piece| piece.strip_prefix(key)?.strip_prefix('='))?;
    Some(String::from_utf8(percent_decoded(value)).unwrap())
}

fn percent_decoded(text: &str) -> Vec<u8> {
    percent_encoding::percent_decode_str(text).collect()
}

fn verifier_of(request: &Request<Vec<u8>>) -> Verifier {
    let (_, scope, x_date) = claimed(request);
    let parts: Vec<_> = scope.split('/').collect();
    Verifier::new(parts[1], parts[2]).unwrap().at(x_date.parse::<XDate>().unwrap().into())
}

fn credentials_of(id: &str, secret: &str, request: &Request<Vec<u8>>) -> Credentials {
    let credentials = Credentials::new(id, secret).unwrap();
    let token = request.headers().get("x-security-token").map(|token| token.to_str().unwrap());
    match token.map(str::to_owned).or_else(|| parameter(request, "X-Security-Token")) {
        Some(token) => credentials.with_session_token(token).unwrap(),
        None => credentials,
    }
}

fn verify(request: &Request<Vec<u8>>) -> Result<Verified, Rejected> {
    verify_with(&verifier_of(request), request)
}

/// Looks up one of three senders and trusts every token.
fn verify_with(verifier: &Verifier, request: &Request<Vec<u8>>) -> Result<Verified, Rejected> {
    let (head, body) = request.clone().into_parts();
    let claim = verifier.claim(&head)?;
    let id = claim.access_key_id();
    let credentials = IDS.contains(&id).then(|| Credentials::new(id, SECRET).unwrap());
    let credentials = match claim.session_token() {
        Some(token) => credentials.map(|known| known.with_session_token(token).unwrap()),
        None => credentials,
    };
    claim.verify(credentials.as_ref(), &body)
}

/// Verifies `offset` seconds after the signing, unless that is before 1970.
fn verdict_after(received: &Request<Vec<u8>>, offset: i64) -> Option<Result<Verified, Rejected>> {
    let (_, _, x_date) = claimed(received);
    let signed_at = std::time::SystemTime::from(x_date.parse::<XDate>().unwrap());
    let seconds =
        signed_at.duration_since(unix(0)).unwrap().as_secs().checked_add_signed(offset)?;
    Some(verify_with(&verifier_of(received).at(unix(seconds)), received))
}

fn offset() -> impl Strategy<Value = i64> {
    prop_oneof![-903..=-897_i64, 897..=903_i64, 604_797..=604_803_i64, -1000..1000_i64]
}

/// Returns all that a header signature covers, in canonical form.
fn canonical(request: &Request<Vec<u8>>) -> (Vec<u8>, String) {
    let authorization: Authorization = authorization(request).parse().unwrap();
    let names: Vec<_> = authorization.signed_headers().collect();
    let payload_hash = Payload::from(request.body()).sha256();
    (naive(request, &names, payload_hash), authorization.to_string())
}

/// Returns method and target in canonical form.
fn spelled(request: &Request<Vec<u8>>) -> Vec<u8> {
    naive(request, &[], [0; 32])
}

fn naive(request: &Request<Vec<u8>>, names: &[&str], payload_hash: [u8; 32]) -> Vec<u8> {
    let (method, uri, headers) = (request.method(), request.uri(), request.headers());
    naive::canonical_request(method, uri, headers, names, payload_hash).unwrap()
}

/// One byte that is replaced, inserted or removed.
#[derive(Clone, Debug)]
struct Change {
    place: &'static str,
    kind: &'static str,
    at: Index,
    byte: u8,
}

fn any_change() -> impl Strategy<Value = Change> {
    let place = select(&["method", "target", "target", "header", "header", "body", "name"]);
    let kind = select(&["replace", "insert", "remove"]);
    let byte = prop_oneof![any::<u8>(), select(b"%&=+;/? \t,aA0123456789:fF")];
    (place, kind, any::<Index>(), byte).prop_map(|(place, kind, at, byte)| Change {
        place,
        kind,
        at,
        byte,
    })
}

impl Change {
    /// Returns the changed request, or `None` if it is not a request.
    fn of(&self, request: &Request<Vec<u8>>) -> Option<Request<Vec<u8>>> {
        let mut changed = request.clone();
        match self.place {
            "method" => {
                let method = self.bytes(request.method().as_str().as_bytes())?;
                *changed.method_mut() = Method::from_bytes(&method).ok()?;
            }
            "target" => {
                let target = self.bytes(request.uri().to_string().as_bytes())?;
                *changed.uri_mut() = Uri::try_from(target).ok()?;
            }
            "body" => *changed.body_mut() = self.bytes(request.body())?,
            place => {
                let names: Vec<_> = request.headers().keys().collect();
                let name = names[self.at.index(names.len())];
                let value = changed.headers_mut().remove(name)?;
                if place == "name" {
                    let name = HeaderName::from_bytes(&self.bytes(name.as_str().as_bytes())?);
                    changed.headers_mut().append(name.ok()?, value);
                } else {
                    let value = HeaderValue::from_bytes(&self.bytes(value.as_bytes())?).ok()?;
                    changed.headers_mut().insert(name, value);
                }
            }
        }
        Some(changed)
    }

    fn bytes(&self, text: &[u8]) -> Option<Vec<u8>> {
        let mut changed = text.to_vec();
        match self.kind {
            "insert" => changed.insert(self.at.index(text.len() + 1), self.byte),
            _ if text.is_empty() => return None,
            "replace" => changed[self.at.index(text.len())] = self.byte,
            _ => {
                changed.remove(self.at.index(text.len()));
            }
        }
        Some(changed)
    }
}
