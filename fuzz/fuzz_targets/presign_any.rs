#![no_main]

use std::time::Duration;

use http::Uri;
use libfuzzer_sys::fuzz_target;
use volcengine_sigv4::PresignOptions;
use volcengine_sigv4_fuzz::{SECRET, SIGNERS, naive, read_request};

// The first byte of the body is the lifetime in seconds, if it is not 0. If there are more bytes, the
// host is not signed.
fuzz_target!(|text: &[u8]| {
    let Some(request) = read_request(text) else { return };
    let mut options = PresignOptions::default();
    if let Some(&seconds) = request.body().first().filter(|seconds| **seconds > 0) {
        options = options.expires_in(Duration::from_secs(seconds.into())).unwrap();
    }
    if request.body().len() > 1 {
        options = options.without_host();
    }
    for signer in &*SIGNERS {
        match signer.presign(request.method(), request.uri(), &options) {
            Ok(url) => {
                let (_, signature) = url.as_str().rsplit_once("&X-Signature=").unwrap();
                let expected = naive::presigned(request.method(), url.as_str(), SECRET).unwrap();
                assert_eq!(signature, expected);
                let uri = Uri::from(url.clone());
                assert_eq!(uri.to_string(), url.as_str());
                let _ = format!("{url:?}");
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
});
