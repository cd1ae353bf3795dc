#![no_main]

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use http::{HeaderValue, Request};
use libfuzzer_sys::fuzz_target;
use volcengine_sigv4::{Credentials, Signer, UriMode};
use volcengine_sigv4_fuzz::{naive, read_request};

const SECRET: &str = "c2VjcmV0";

static SIGNERS: LazyLock<[Signer; 3]> = LazyLock::new(|| {
    let credentials = Credentials::new("AKLTEXAMPLE", SECRET).unwrap();
    let temporary = credentials.clone().with_session_token("STS-token").unwrap();
    [
        signer(credentials.clone(), UriMode::Normalize),
        signer(credentials, UriMode::Preserve),
        signer(temporary, UriMode::Normalize),
    ]
});

fuzz_target!(|text: &[u8]| {
    let Some(request) = read_request(text) else { return };
    for signer in &*SIGNERS {
        let mut signed = request.clone();
        match signer.sign(&mut signed) {
            Ok(_) => {
                let authorization = naive::authorization(&signed, SECRET).unwrap();
                assert_eq!(signed.headers()["authorization"], authorization);
            }
            Err(error) => {
                assert!(!error.to_string().is_empty());
                assert_eq!(parts(&signed), parts(&request));
            }
        }
        let _ = format!("{:?}", signer.explain(&request, request.body()));
    }
});

fn signer(credentials: Credentials, uri_mode: UriMode) -> Signer {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_629_280_649);
    Signer::new(credentials, "cn-beijing", "ecs").unwrap().with_uri_mode(uri_mode).at(time)
}

/// All of a request, its URI as text: to `Uri`, hosts that differ in case are equal.
fn parts(request: &Request<Vec<u8>>) -> (&str, String, Vec<(&str, &HeaderValue)>, &[u8]) {
    let headers = request.headers().iter().map(|(name, value)| (name.as_str(), value));
    (request.method().as_str(), request.uri().to_string(), headers.collect(), request.body())
}
