#![no_main]

use http::Request;
use libfuzzer_sys::fuzz_target;
use volcengine_sigv4::{Claim, Credentials, RejectReason, VerifyPolicy};
use volcengine_sigv4_fuzz::{SECRET, VERIFIER, naive, read_request};

// The request may have any signature: it is tried as it is, and once more with the right one in its
// place.
fuzz_target!(|text: &[u8]| {
    let Some(request) = read_request(text) else { return };
    verify(&request);
    if let Some([found, expected]) = naive::received(&request, Some(TOKEN), SECRET)
        && found.len() == 64
    {
        let text = String::from_utf8_lossy(text).replace(&found, &expected);
        verify(&read_request(text.as_bytes()).unwrap_or(request));
    }
});

fn verify(request: &Request<Vec<u8>>) {
    for (policy, unlisted) in
        [(VerifyPolicy::Strict, None), (VerifyPolicy::Compatible, Some(TOKEN))]
    {
        let verifier = VERIFIER.clone().with_policy(policy);
        let (head, body) = request.clone().into_parts();
        let verified = verifier.claim(&head).and_then(|claim| {
            let _ = format!("{claim:?}");
            let credentials = credentials(&claim);
            claim.verify(Some(&credentials), &body)
        });
        match verified {
            Ok(verified) => {
                let [found, expected] = naive::received(request, unlisted, SECRET).unwrap();
                assert_eq!(found, expected);
                assert_eq!(verified.signature().to_string(), expected);
                assert_eq!(verified.method(), request.method());
                assert!(verified.expires_at() >= verified.signed_at());
                let _ = format!("{verified:?}");
            }
            Err(rejected) => assert_ne!(rejected.reason(), RejectReason::KeyMismatch),
        }
    }
}

/// The look-up accepts every access key id and every session token.
fn credentials(claim: &Claim) -> Credentials {
    let credentials = Credentials::new(claim.access_key_id(), SECRET).unwrap();
    match claim.session_token() {
        Some(token) => credentials.with_session_token(token).unwrap(),
        None => credentials,
    }
}

const TOKEN: &str = "X-Security-Token";
