#![no_main]

use http::{HeaderValue, Request};
use libfuzzer_sys::fuzz_target;
use volcengine_sigv4_fuzz::{SECRET, SIGNERS, naive, read_request};

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

/// All of a request, its URI as text: to `Uri`, hosts that differ in case are equal.
fn parts(request: &Request<Vec<u8>>) -> (&str, String, Vec<(&str, &HeaderValue)>, &[u8]) {
    let headers = request.headers().iter().map(|(name, value)| (name.as_str(), value));
    (request.method().as_str(), request.uri().to_string(), headers.collect(), request.body())
}
