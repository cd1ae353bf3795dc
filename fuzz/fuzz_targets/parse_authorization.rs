#![no_main]

use libfuzzer_sys::fuzz_target;
use volcengine_sigv4::Authorization;

fuzz_target!(|text: &str| {
    match text.parse::<Authorization>() {
        Ok(authorization) => {
            let written = authorization.to_string();
            // The spaces after the two commas are free.
            let parts: Vec<_> = text.split(',').map(|part| part.trim_start_matches(' ')).collect();
            assert_eq!(written, parts.join(", "));
            assert_eq!(written.parse::<Authorization>().unwrap().to_string(), written);
            assert!(authorization.signed_headers().all(|name| !name.is_empty()));
            let _ = format!("{authorization:?}");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
