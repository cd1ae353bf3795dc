#![no_main]

use libfuzzer_sys::fuzz_target;
use volcengine_sigv4::CanonicalRequest;
use volcengine_sigv4_fuzz::{naive, read_request};

// The body says which headers to sign: `host;x-date`.
fuzz_target!(|text: &[u8]| {
    let Some(request) = read_request(text) else { return };
    let Ok(signed_headers) = str::from_utf8(request.body()) else { return };
    let names: Vec<_> = signed_headers.split(';').filter(|name| !name.is_empty()).collect();
    let (method, uri, headers) = (request.method(), request.uri(), request.headers());

    let canonical_request = CanonicalRequest::new(method, uri, headers, &names, [0xab; 32]).ok();
    assert_eq!(
        canonical_request.map(|canonical_request| canonical_request.as_bytes().to_vec()),
        naive::canonical_request(method, uri, headers, &names, [0xab; 32]),
    );
});
