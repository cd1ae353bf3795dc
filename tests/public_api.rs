//! Each public item, used with its exact signature: a change that breaks users does not compile here.

#![expect(clippy::type_complexity, reason = "a signature is as long as it is")]

mod support;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::io::{self, Write};
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, request};
use support::signer;
use volcengine_sigv4::{
    Authenticated, Authorization, CanonicalRequest, Claim, CredentialScope, Credentials, Error,
    ErrorKind, Explanation, HeaderPolicy, MemoryReplayGuard, Payload, PayloadHasher,
    PresignOptions, PresignedUrl, ProvideCredentials, RejectReason, Rejected, ReplayGuard,
    RotatingCredentials, Signature, SignedHead, SignedHeadIter, Signer, SigningKey, StringToSign,
    UriMode, Verified, Verifier, VerifyPolicy, XDate, query_string, unsign,
};

type Result<T> = std::result::Result<T, Error>;
type Headers = SignedHeadIter;

/// The traits of every public type.
fn plain<T: Debug + Send + Sync + Unpin + 'static>() {}
fn clonable<T: Clone>() {}
fn shown<T: Display + FromStr<Err = Error>>() {}
fn ordered<T: Copy + Ord + Hash>() {}
fn compared<T: Eq>() {}
fn hashed<T: Eq + Hash>() {}
fn chosen<T: Copy + Eq + Hash>() {}

/// Whether `$type` has `$trait`: the constant of the `impl` is found before that of the trait.
macro_rules! has {
    ($type:ty: $($trait:tt)+) => {{
        struct Probe<T: ?Sized>(PhantomData<T>);
        #[allow(dead_code, reason = "unused where the type has the trait")]
        trait Otherwise {
            const HAS: bool = false;
        }
        impl<T: ?Sized> Otherwise for Probe<T> {}
        #[allow(dead_code, reason = "unused where the type has not the trait")]
        impl<T: ?Sized + $($trait)+> Probe<T> {
            const HAS: bool = true;
        }
        Probe::<$type>::HAS
    }};
}

#[test]
fn every_public_name_occurs_in_this_file() {
    let pinned = include_str!("public_api.rs");
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    for item in include_str!("../src/lib.rs").split("pub use ").skip(1) {
        let (path, _) = item.split_once(';').unwrap();
        let (_, names) = path.rsplit_once("::").unwrap();
        for name in names.split(|c| !is_word(c)).filter(|name| !name.is_empty()) {
            assert!(
                pinned.split(|c| !is_word(c)).any(|word| word == name),
                "{name} does not occur here"
            );
        }
    }
}

#[test]
fn every_type_is_send_sync_and_debug() {
    plain::<Authenticated>();
    plain::<Authorization>();
    plain::<SignedHead>();
    plain::<Headers>();
    plain::<CanonicalRequest>();
    plain::<Claim>();
    plain::<CredentialScope>();
    plain::<Credentials>();
    plain::<Error>();
    plain::<ErrorKind>();
    plain::<Explanation>();
    plain::<HeaderPolicy>();
    plain::<MemoryReplayGuard>();
    plain::<Payload<'static>>();
    plain::<PayloadHasher>();
    plain::<PresignOptions>();
    plain::<PresignedUrl>();
    plain::<RejectReason>();
    plain::<Rejected>();
    plain::<RotatingCredentials>();
    plain::<Signature>();
    plain::<Signer>();
    plain::<SigningKey>();
    plain::<StringToSign>();
    plain::<UriMode>();
    plain::<Verified>();
    plain::<Verifier>();
    plain::<VerifyPolicy>();
    plain::<XDate>();
}

#[test]
fn every_value_can_be_cloned() {
    clonable::<Authorization>();
    clonable::<SignedHead>();
    clonable::<CanonicalRequest>();
    clonable::<CredentialScope>();
    clonable::<Credentials>();
    clonable::<Explanation>();
    clonable::<HeaderPolicy>();
    clonable::<Payload<'static>>();
    clonable::<PayloadHasher>();
    clonable::<PresignOptions>();
    clonable::<PresignedUrl>();
    clonable::<Rejected>();
    clonable::<RotatingCredentials>();
    clonable::<Signature>();
    clonable::<Signer>();
    clonable::<SigningKey>();
    clonable::<StringToSign>();
    clonable::<Verified>();
    clonable::<Verifier>();
}

#[test]
fn signatures_and_secrets_cannot_be_compared() {
    const {
        assert!(!has!(Signature: PartialEq));
        assert!(!has!(Authorization: PartialEq));
        assert!(!has!(SigningKey: PartialEq));
        assert!(!has!(Credentials: PartialEq));
        assert!(!has!(Verified: PartialEq));
        assert!(!has!(Credentials: Display));
        assert!(!has!(SigningKey: Display));
        assert!(!has!(SigningKey: AsRef<[u8]>));
        assert!(has!(CanonicalRequest: PartialEq), "the probe finds what is there");
    }
}

// Its fields are private, which a doc example of `Verified` shows.
#[test]
fn only_a_claim_becomes_a_verified_request() {
    const {
        assert!(!has!(Verified: Default));
        assert!(!has!(Verified: From<Claim>));
        assert!(!has!(Verified: From<Authenticated>));
    }
}

#[test]
fn credentials_have_these_functions() {
    let _: fn(&'static str, String) -> Result<Credentials> = Credentials::new;
    let _: fn(Credentials, &'static str) -> Result<Credentials> = Credentials::with_session_token;
    let _: fn(Credentials, SystemTime) -> Credentials = Credentials::with_expiration;
    let _: fn() -> Result<Credentials> = Credentials::from_env;
    let _: fn(&Credentials) -> &str = Credentials::access_key_id;
    let _: fn(&Credentials) -> Option<&str> = Credentials::session_token;
    let _: fn(&Credentials) -> Option<SystemTime> = Credentials::expiration;

    let _: fn(Credentials) -> RotatingCredentials = RotatingCredentials::new;
    let _: fn() -> RotatingCredentials = RotatingCredentials::default;
    let _: fn(&RotatingCredentials, Credentials) = RotatingCredentials::set;
}

#[test]
fn every_source_of_credentials_makes_a_signer() {
    let _: fn(&Arc<dyn ProvideCredentials>) -> Result<Credentials> =
        ProvideCredentials::credentials;
    let _: fn(Credentials, &str, &str) -> Result<Signer> = Signer::new;
    let _: fn(RotatingCredentials, &str, &str) -> Result<Signer> = Signer::new;
    let _: fn(fn() -> Result<Credentials>, &str, &str) -> Result<Signer> = Signer::new;
    let _: fn(Arc<Credentials>, &str, &str) -> Result<Signer> = Signer::new;
    let _: fn(Arc<dyn ProvideCredentials>, &str, &str) -> Result<Signer> = Signer::new;
    let _: fn(Box<dyn ProvideCredentials>, &str, &str) -> Result<Signer> = Signer::new;
}

#[test]
fn payloads_have_these_functions() {
    let _: [Payload<'_>; 3] = [Payload::Empty, Payload::Bytes(b""), Payload::Sha256([0; 32])];
    let _: fn(&Payload<'static>) -> [u8; 32] = Payload::sha256;

    let _: fn() -> PayloadHasher = PayloadHasher::new;
    let _: fn() -> PayloadHasher = PayloadHasher::default;
    let _: fn(&mut PayloadHasher, &'static str) = PayloadHasher::update;
    let _: fn(&mut PayloadHasher, &[u8]) -> io::Result<usize> = PayloadHasher::write;
    let _: fn(PayloadHasher) -> Payload<'static> = PayloadHasher::finish;
}

#[test]
fn every_type_of_bytes_is_a_payload() {
    let mut hasher = PayloadHasher::new();
    hasher.update("bo");
    hasher.write_all(b"dy").unwrap();
    let (string, vector) = ("body".to_owned(), b"body".to_vec());
    let payloads: [Payload<'_>; 6] = [
        b"body".into(),
        b"body".as_slice().into(),
        (&vector).into(),
        "body".into(),
        (&string).into(),
        hasher.finish(),
    ];
    for payload in payloads {
        assert_eq!(payload.sha256(), Payload::Bytes(b"body").sha256(), "{payload:?}");
    }
    assert_eq!(Payload::from(()).sha256(), Payload::Bytes(b"").sha256());
}

#[test]
fn a_signer_has_these_functions() {
    let _: fn(Signer, HeaderPolicy) -> Signer = Signer::with_header_policy;
    let _: fn(Signer, UriMode) -> Signer = Signer::with_uri_mode;
    let _: fn(Signer, [&'static str; 1]) -> Result<Signer> = Signer::with_allowed_hosts;
    let _: fn(Signer, Vec<String>) -> Result<Signer> = Signer::with_allowed_hosts;
    let _: fn(&mut HeaderMap) = unsign;
    let _: fn(&Signer, &str, &str) -> Result<Signer> = Signer::for_scope;
    let _: fn(&Signer, Credentials) -> Signer = Signer::for_credentials;
    let _: fn(&Signer, SystemTime) -> Signer = Signer::at;
    let _: fn(&Signer) -> &str = Signer::region;
    let _: fn(&Signer) -> &str = Signer::service;
    let _: fn(&Signer) -> i64 = Signer::clock_offset;
    let _: fn(&Signer, &HeaderMap, SystemTime, SystemTime) = Signer::learn_time;

    let _: fn(&Signer, &mut Request<Vec<u8>>) -> Result<Signature> = Signer::sign;
    let _: fn(&Signer, &mut Request<&'static str>) -> Result<Signature> = Signer::sign;
    let _: fn(&Signer, &mut Request<()>, ()) -> Result<Signature> = Signer::sign_with_payload;
    let _: fn(&Signer, &mut request::Parts, &'static str) -> Result<Signature> = Signer::sign_parts;
    let _: fn(&Signer, &Method, &Uri, &HeaderMap, ()) -> Result<SignedHead> = Signer::authorize;
    let _: fn(&Signer, &Request<()>, Payload<'static>) -> Result<Explanation> = Signer::explain;
}

#[test]
fn a_signer_is_shared_by_reference_and_by_clone() {
    let secret = Mutex::new("secret");
    let not_clonable = move || Credentials::new("AKLTEXAMPLE", *secret.lock().unwrap());
    let signer = Signer::new(not_clonable, "cn-beijing", "ecs")
        .unwrap()
        .at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_629_280_649));
    let sign = |signer: &Signer| {
        let mut request = Request::get("https://open.volcengineapi.com/").body("").unwrap();
        signer.sign(&mut request).unwrap().to_string()
    };
    let (here, clone) = (sign(&signer), signer.clone());
    thread::scope(|scope| {
        let by_reference = scope.spawn(|| sign(&signer));
        let by_clone = scope.spawn(move || sign(&clone));
        assert_eq!(by_reference.join().unwrap(), here);
        assert_eq!(by_clone.join().unwrap(), here);
    });
}

#[test]
fn header_policies_and_uri_modes_have_these_functions() {
    let _: [UriMode; 3] = [UriMode::Normalize, UriMode::Preserve, UriMode::default()];
    chosen::<UriMode>();

    let _: fn() -> HeaderPolicy = HeaderPolicy::default;
    let _: fn(HeaderPolicy, HeaderName) -> Result<HeaderPolicy> = HeaderPolicy::include;
    let _: fn(HeaderPolicy, HeaderName) -> Result<HeaderPolicy> = HeaderPolicy::exclude;
}

#[test]
fn signed_heads_and_explanations_have_these_functions() {
    let _: fn(&SignedHead) -> &Uri = SignedHead::uri;
    let _: fn(SignedHead, &mut HeaderMap) -> Result<()> = SignedHead::insert_into;
    let _: fn(SignedHead) -> Headers = SignedHead::into_iter;
    let _: fn(&mut Headers) -> Option<(HeaderName, HeaderValue)> = Headers::next;

    let _: fn(&Explanation) -> &[u8] = Explanation::canonical_request;
    let _: fn(&Explanation) -> &str = Explanation::string_to_sign;
    let _: fn(&Explanation) -> &str = Explanation::authorization;
    let _: fn(&Explanation) -> String = Explanation::to_string;
}

#[test]
fn presigning_has_these_functions() {
    let _: fn(&Signer, &Method, &Uri, &PresignOptions) -> Result<PresignedUrl> = Signer::presign;
    let _: fn() -> PresignOptions = PresignOptions::default;
    let _: fn(PresignOptions, Duration) -> Result<PresignOptions> = PresignOptions::expires_in;
    let _: fn(PresignOptions) -> PresignOptions = PresignOptions::without_host;
    let _: fn(&PresignedUrl) -> &str = PresignedUrl::as_str;
    let _: fn(&PresignedUrl) -> &str = PresignedUrl::as_ref;
    let _: fn(&PresignedUrl) -> String = PresignedUrl::to_string;
    let _: fn(PresignedUrl) -> Uri = PresignedUrl::into;
}

#[test]
fn verifiers_and_claims_have_these_functions() {
    let _: fn(&str, &str) -> Result<Verifier> = Verifier::new;
    let _: fn(&Verifier, SystemTime) -> Verifier = Verifier::at;
    let _: fn(Verifier, Duration) -> Result<Verifier> = Verifier::with_max_skew;
    let _: fn(Verifier, VerifyPolicy) -> Verifier = Verifier::with_policy;
    let _: fn(Verifier, HeaderName) -> Result<Verifier> = Verifier::allow_unsigned;
    let _: [VerifyPolicy; 3] =
        [VerifyPolicy::Strict, VerifyPolicy::Compatible, VerifyPolicy::default()];
    chosen::<VerifyPolicy>();

    type Verdict<T> = std::result::Result<T, Rejected>;
    let _: fn(&Verifier, &request::Parts) -> Verdict<Claim> = Verifier::claim;
    let _: fn(&Claim) -> &str = Claim::access_key_id;
    let _: fn(&Claim) -> Option<&str> = Claim::session_token;
    let _: fn(&Claim) -> &CredentialScope = Claim::scope;
    let _: fn(&Claim, Option<&Credentials>) -> Option<SigningKey> = Claim::derive_key;
    let _: fn(Claim, Option<&SigningKey>) -> Verdict<Authenticated> = Claim::authenticate;
    let _: fn(Claim, Option<&Credentials>, &'static str) -> Verdict<Verified> = Claim::verify;
    let _: fn(Claim, &Arc<Credentials>, ()) -> Verdict<Verified> =
        |claim, shared, payload| claim.verify(Some(shared), payload);
    let _: fn(&Authenticated) -> &str = Authenticated::access_key_id;
    let _: fn(Authenticated, Payload<'static>) -> Verdict<Verified> = Authenticated::verify_payload;
    let _: fn(Verified, &dyn ReplayGuard) -> Verdict<Verified> =
        |verified, guard| verified.check_replay(guard);
    let _: fn(Verified, &MemoryReplayGuard) -> Verdict<Verified> = Verified::check_replay;
    let _: fn(usize) -> MemoryReplayGuard = MemoryReplayGuard::new;
    type BoxError = Box<dyn StdError + Send + Sync>;
    let _: fn(&MemoryReplayGuard, &Verified) -> std::result::Result<bool, BoxError> =
        ReplayGuard::remember;

    let _: fn(&Rejected) -> RejectReason = Rejected::reason;
    let _: fn(&Rejected) -> Option<&str> = Rejected::detail;
    let _: fn(&Rejected) -> bool = Rejected::is_server_fault;
    let _: fn(RejectReason) -> Rejected = Rejected::from;
    let _: fn(&RejectReason) -> String = RejectReason::to_string;
    chosen::<RejectReason>();
    fn error<E: StdError>() {}
    error::<Rejected>();
}

#[test]
fn verified_requests_have_these_functions() {
    let _: fn(&Verified) -> &str = Verified::access_key_id;
    let _: fn(&Verified) -> &CredentialScope = Verified::scope;
    let _: fn(&Verified) -> SystemTime = Verified::signed_at;
    let _: fn(&Verified) -> SystemTime = Verified::expires_at;
    let _: fn(&Verified) -> &Method = Verified::method;
    let _: fn(&Verified) -> Option<&str> = Verified::host;
    let _: fn(&Verified) -> &str = Verified::path;
    let _: for<'a> fn(&'a Verified, &str) -> Option<&'a [u8]> = Verified::header;
    let _: for<'a> fn(&'a Verified, &'a str) -> Vec<Cow<'a, [u8]>> =
        |verified, key| verified.query_values(key).collect();
    let _: fn(&Verified) -> bool = Verified::payload_is_signed;
    let _: fn(&Verified) -> &Signature = Verified::signature;
}

#[test]
fn the_protocol_objects_have_these_functions() {
    let _: fn(SystemTime) -> Result<XDate> = XDate::try_from;
    let _: fn(XDate) -> SystemTime = SystemTime::from;
    let _: fn(&XDate) -> &str = XDate::as_str;
    let _: fn(&XDate) -> &str = XDate::as_ref;
    shown::<XDate>();
    ordered::<XDate>();

    let _: fn(&XDate, &str, &str) -> Result<CredentialScope> = CredentialScope::new;
    let _: fn(&CredentialScope) -> &str = CredentialScope::as_str;
    let _: fn(&CredentialScope) -> &str = CredentialScope::as_ref;
    let _: fn(&CredentialScope) -> &str = CredentialScope::date;
    let _: fn(&CredentialScope) -> &str = CredentialScope::region;
    let _: fn(&CredentialScope) -> &str = CredentialScope::service;
    shown::<CredentialScope>();
    hashed::<CredentialScope>();

    let _: fn(&Method, &Uri, &HeaderMap, &[&str], [u8; 32]) -> Result<CanonicalRequest> =
        CanonicalRequest::new;
    let _: fn(&CanonicalRequest) -> &[u8] = CanonicalRequest::as_bytes;
    let _: fn(&CanonicalRequest) -> [u8; 32] = CanonicalRequest::sha256;
    compared::<CanonicalRequest>();

    let _: fn(&XDate, &CredentialScope, [u8; 32]) -> Result<StringToSign> = StringToSign::new;
    let _: fn(&StringToSign) -> String = StringToSign::to_string;

    let _: fn(&Credentials, &CredentialScope) -> SigningKey = SigningKey::derive;
    let _: fn(&SigningKey) -> &CredentialScope = SigningKey::scope;
    let _: fn(&SigningKey, &StringToSign) -> Signature = SigningKey::sign;

    let _: fn([u8; 32]) -> Signature = Signature::from;
    let _: fn(&Signature) -> [u8; 32] = Signature::to_bytes;
    shown::<Signature>();

    let _: fn(&str, CredentialScope, &[&str], Signature) -> Result<Authorization> =
        Authorization::new;
    let _: fn(&Authorization) -> &str = Authorization::access_key_id;
    let _: fn(&Authorization) -> &CredentialScope = Authorization::scope;
    let _: fn(&Authorization) -> Vec<&str> = |text| text.signed_headers().clone().collect();
    let _: fn(&Authorization) -> &Signature = Authorization::signature;
    shown::<Authorization>();
}

#[test]
fn a_query_string_is_made_of_any_pairs_of_text() {
    let _: fn([(&'static str, String); 1]) -> String = query_string;
    let _: fn(Vec<(String, &'static str)>) -> String = query_string;
    assert_eq!(query_string::<&str, &str>([]), "");
}

#[test]
fn errors_have_these_kinds_and_functions() {
    fn error<E: StdError + Send + Sync + 'static>() {}
    error::<Error>();
    let _: fn(&Error) -> ErrorKind = Error::kind;
    let _: fn(&'static str) -> Error = Error::credentials_unavailable;
    let _: fn(io::Error) -> Error = Error::credentials_unavailable;
    let _: Box<dyn StdError + Send + Sync> = signer().for_scope("", "").unwrap_err().into();

    chosen::<ErrorKind>();
    let _ = [
        ErrorKind::InvalidCredentials,
        ErrorKind::CredentialsUnavailable,
        ErrorKind::CredentialsExpired,
        ErrorKind::InvalidScope,
        ErrorKind::InvalidTime,
        ErrorKind::NoClock,
        ErrorKind::InvalidUri,
        ErrorKind::AlreadyPresigned,
        ErrorKind::MissingHost,
        ErrorKind::HostNotAllowed,
        ErrorKind::InvalidAllowedHost,
        ErrorKind::InvalidHeader,
        ErrorKind::InvalidHeaderPolicy,
        ErrorKind::InvalidPresignOptions,
        ErrorKind::InvalidVerifierOptions,
        ErrorKind::StreamedBody,
        ErrorKind::Client,
        ErrorKind::TooManyHeaders,
        ErrorKind::InvalidAuthorization,
    ];
}
