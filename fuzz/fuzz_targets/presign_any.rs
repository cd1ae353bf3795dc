#![no_main]

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use http::Uri;
use libfuzzer_sys::fuzz_target;
use volcengine_sigv4::{Credentials, PresignOptions, Signer, UriMode};
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

// The first byte of the body, if there is one, is the life in seconds.
fuzz_target!(|text: &[u8]| {
    let Some(request) = read_request(text) else { return };
    let options = match request.body().first() {
        Some(&seconds) => PresignOptions::default().expires_in(Duration::from_secs(seconds.into())),
        None => PresignOptions::default().without_host(),
    };
    for signer in &*SIGNERS {
        match signer.presign(request.method(), request.uri(), &options) {
            Ok(url) => {
                let (_, signature) = url.as_str().split_once("&X-Signature=").unwrap();
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

fn signer(credentials: Credentials, uri_mode: UriMode) -> Signer {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_629_280_649);
    Signer::new(credentials, "cn-beijing", "ecs").unwrap().with_uri_mode(uri_mode).at(time)
}
