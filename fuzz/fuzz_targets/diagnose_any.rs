#![no_main]

use libfuzzer_sys::fuzz_target;
use volcengine_sigv4::diagnose::{Language, Verdict};
use volcengine_sigv4_fuzz::{SECRET, SIGNERS, naive, read_request};

// The request may have any authorization, whole or broken, or be a presigned URL.
fuzz_target!(|text: &[u8]| {
    let Some(request) = read_request(text) else { return };
    let Ok(diagnosis) = SIGNERS[0].diagnose(&request, request.body()) else { return };
    for language in [Language::English, Language::Chinese] {
        let report = diagnosis.report(language).to_string();
        for line in report.lines() {
            let columns = |c: char| if c < '\u{1100}' { 1 } else { 2 };
            assert!(line.chars().map(columns).sum::<usize>() <= 100, "{line}");
        }
    }
    assert_eq!(diagnosis.verdict() == Verdict::Explained, !diagnosis.proofs().is_empty());
    // If the naive code accepts the signature for the scope in the request, the signature is right,
    // or only its scope is wrong.
    if let Some([found, expected]) = naive::received(&request, None, SECRET)
        && found == expected
    {
        assert_ne!(diagnosis.verdict(), Verdict::Unsigned);
    }
});
