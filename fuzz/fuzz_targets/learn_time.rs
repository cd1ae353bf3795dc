#![no_main]

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::DATE;
use libfuzzer_sys::fuzz_target;
use volcengine_sigv4::Signer;
use volcengine_sigv4_fuzz::CREDENTIALS;

fuzz_target!(|date: &[u8]| {
    let Ok(value) = date.try_into() else { return };
    // A signer of its own, since signers made from another share what was learnt.
    let signer = Signer::new(CREDENTIALS.clone(), "cn-beijing", "ecs").unwrap();
    let sent = SystemTime::UNIX_EPOCH + Duration::from_secs(1_629_280_649);
    signer.learn_time(&HeaderMap::from_iter([(DATE, value)]), sent, sent);
    let learnt = signer.clock_offset();

    // The other parser also accepts two older forms, which are shorter or longer.
    let text = str::from_utf8(date).ok().filter(|text| text.len() == 29);
    let expected = text.and_then(|text| httpdate::parse_http_date(text).ok());
    if let Some(expected) = expected {
        let offset = milliseconds(expected) + 500 - milliseconds(sent);
        assert_eq!(learnt, if offset.abs() < 60_000 { 0 } else { offset });
    } else {
        assert_eq!(learnt, 0);
    }
});

fn milliseconds(time: SystemTime) -> i64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis() as i64
}
