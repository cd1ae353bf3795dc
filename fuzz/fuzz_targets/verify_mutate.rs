#![no_main]

use http::Request;
use libfuzzer_sys::fuzz_target;
use volcengine_sigv4::{PresignOptions, VerifyPolicy};
use volcengine_sigv4_fuzz::received::as_received;
use volcengine_sigv4_fuzz::{CREDENTIALS, SIGNERS, VERIFIER, naive, read_request, write_request};

// The first bytes say what to change of the request once it is signed: where, and to what.
fuzz_target!(|text: &[u8]| {
    let Some((change, text)) = text.split_first_chunk::<4>() else { return };
    let Some(request) = read_request(text) else { return };
    let signer = &SIGNERS[0];
    let mut signed = request.clone();
    if signer.sign(&mut signed).is_ok() {
        mutate(&as_received(signed), change);
    }
    let options = PresignOptions::default();
    if let Ok(url) = signer.presign(request.method(), request.uri(), &options) {
        let presigned = Request::builder().method(request.method()).uri(url.as_str());
        mutate(&as_received(presigned.body(Vec::new()).unwrap()), change);
    }
});

/// Changes one byte. What is accepted then is the same request, spelled differently.
fn mutate(received: &Request<Vec<u8>>, &[kind, high, low, byte]: &[u8; 4]) {
    let mut text = write_request(received);
    let at = usize::from(u16::from_be_bytes([high, low])) % text.len();
    match kind % 3 {
        0 => text[at] = byte,
        1 => text.insert(at, byte),
        _ => {
            text.remove(at);
        }
    }
    let Some(changed) = read_request(&text) else { return };
    for policy in [VerifyPolicy::Strict, VerifyPolicy::Compatible] {
        if is_accepted(&changed, policy) {
            assert_eq!(meaning(&changed), meaning(received), "{changed:?}");
        }
    }
}

fn is_accepted(request: &Request<Vec<u8>>, policy: VerifyPolicy) -> bool {
    let (head, body) = request.clone().into_parts();
    let claim = VERIFIER.clone().with_policy(policy).claim(&head);
    let verified = claim.and_then(|claim| claim.verify(Some(&*CREDENTIALS), &body));
    // A body beside a presigned URL is not signed, so nothing is said about it.
    verified.is_ok_and(|verified| verified.payload_is_signed() || body.is_empty())
}

/// What is signed of a request, without the spelling.
fn meaning(request: &Request<Vec<u8>>) -> Option<(Vec<u8>, Vec<u8>)> {
    let authorization = request.headers().get("authorization");
    let authorization = authorization.map(|value| value.to_str().unwrap().to_owned());
    let names = authorization.as_deref().and_then(|value| value.split_once("SignedHeaders="));
    let names = names.map_or("host", |(_, rest)| rest.split_once(',').unwrap().0);
    let names: Vec<_> = names.split(';').collect();
    let (method, uri, headers) = (request.method(), request.uri(), request.headers());
    let canonical = naive::canonical_request(method, uri, headers, &names, [0; 32])?;
    Some((canonical, request.body().clone()))
}
