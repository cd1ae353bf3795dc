//! Signing and verifying take few allocations, the same number for every body, and bounded memory.

#[path = "../benches/support/mod.rs"]
mod support;

use allocation_counter::{AllocationInfo, measure};
use http::Request;
use support::{
    Body, SECRET_ACCESS_KEY, credentials, get, get_12_parameters, get_12_parameters_escaped, json,
    post, received, signer, verifier,
};
use volcengine_sigv4::{Credentials, Signer};

#[test]
fn a_get_takes_four_allocations() {
    // The parameters, the signed headers, and two values: X-Date and Authorization.
    assert_eq!(signing(get_12_parameters()).count_total, 4);
}

#[test]
fn a_get_takes_at_most_1536_bytes() {
    let bytes = signing(get_12_parameters()).bytes_total;
    assert!(bytes <= 1536, "{bytes}");
}

#[test]
fn a_value_with_escapes_takes_no_more_allocations() {
    assert_eq!(signing(get_12_parameters_escaped()).count_total, 4);
}

#[test]
fn a_query_that_is_not_canonical_and_not_rewritten_takes_no_more_allocations() {
    let query = "Action=RunInstances&Version=2020-04-01&Password=%70%e7%81%ab:&Flag&Zone=a%2fb";
    assert_eq!(signing(with_query(query)).count_total, 4);
}

#[test]
fn a_body_of_any_size_takes_one_more_allocation() {
    for length in [1 << 10, 1 << 20] {
        let seen = signing(post(&json(length)));
        assert_eq!(seen.count_total, 5, "{length} bytes");
        assert!(seen.bytes_total <= 1536, "{length} bytes: {}", seen.bytes_total);
    }
}

#[test]
fn signing_again_takes_no_more_allocations() {
    let mut request = get_12_parameters();
    signer().sign(&mut request).unwrap();
    assert_eq!(signing(request).count_total, 4);
}

#[test]
fn new_credentials_with_the_same_secret_use_the_cached_key() {
    let source = || Credentials::new("AKLTEXAMPLE", "secret");
    let signer = Signer::new(source, "cn-beijing", "ecs").unwrap();
    let [mut first, mut second] = [get_12_parameters(), get_12_parameters()];
    signer.sign(&mut first).unwrap();
    let seen = measure(|| {
        signer.sign(&mut second).unwrap();
    });
    // Four for signing, three for the credentials (id, secret, `Arc`). Deriving a key would take more.
    assert_eq!(seen.count_total, 4 + 3);
}

#[test]
fn a_signer_for_credentials_with_the_same_secret_starts_with_the_cached_key() {
    let sign = |secret| {
        let (signer, mut request) = (signer(), get_12_parameters());
        signer.sign(&mut get_12_parameters()).unwrap();
        let tenant = signer.for_credentials(Credentials::new("AKLTOTHER", secret).unwrap());
        measure(|| {
            tenant.sign(&mut request).unwrap();
        })
        .count_total
    };
    assert_eq!(sign(SECRET_ACCESS_KEY), 4);
    assert!(sign("another") > 4);
}

#[test]
fn verifying_takes_five_allocations() {
    // The parameters, the signed headers, the canonical request, access key id and scope.
    let body = json(1 << 20);
    for request in [get_12_parameters(), get_12_parameters_escaped(), post(&body)] {
        let (head, body) = received(request);
        let (verifier, credentials) = (verifier(), credentials());
        let seen = measure(|| {
            verifier.claim(&head).unwrap().verify(Some(&credentials), &body).unwrap();
        });
        assert_eq!(seen.count_total, 5);
        assert!(seen.bytes_total <= 2048, "{}", seen.bytes_total);
    }
}

#[test]
fn memory_is_bounded_by_the_parameters_and_the_input() {
    let plain: Vec<_> = (0..1000).map(|i| (format!("Key.{i}"), "value".to_owned())).collect();
    let escaped: Vec<_> = (0..1000).map(|i| (format!("键 {i}"), "值 &=+".to_owned())).collect();
    for (parameters, request) in [
        (12, get_12_parameters()),
        (12, get_12_parameters_escaped()),
        (1000, get(&plain)),
        (1000, get(&escaped)),
        (1, with_query(&format!("a={}", "%41".repeat(20_000)))),
        (1, with_query(&format!("{}=a", "%41".repeat(20_000)))),
        (0, with_query(&"&".repeat(60_000))),
        (30_000, with_query(&"a&".repeat(30_000))),
    ] {
        let input = request.uri().to_string().len();
        let bound = 128 * parameters + 2 * input + 4096;
        let peak = signing(request).bytes_max;
        assert!(peak <= bound as u64, "{parameters} parameters in {input} bytes: {peak}");
    }
}

#[test]
fn the_memory_for_rewriting_a_uri_is_bounded_by_its_old_and_new_length() {
    for query in [format!("{}=a", "+".repeat(20_000)), format!("a={}", "键+".repeat(5_000))] {
        let request = with_query(&query);
        let mut signed = request.clone();
        signer().sign(&mut signed).unwrap();
        let bound = 2 * query.len() + 4 * signed.uri().to_string().len() + 4096;
        let peak = signing(request).bytes_max;
        assert!(peak <= bound as u64, "{} bytes: {peak}", query.len());
    }
}

fn signing(mut request: Request<Body>) -> AllocationInfo {
    let signer = signer();
    // The first signing derives the key of the day.
    signer.sign(&mut get(&[("Action", "DescribeZones")])).unwrap();
    measure(|| {
        signer.sign(&mut request).unwrap();
    })
}

fn with_query(query: &str) -> Request<Body> {
    let mut request = get(&[("Action", "DescribeZones")]);
    *request.uri_mut() = format!("https://open.volcengineapi.com/?{query}").parse().unwrap();
    request
}
