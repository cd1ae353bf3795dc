//! What a diagnosis costs: a search for one mistake, and one that goes on to pairs of them.

mod support;

use std::time::{Duration, Instant};

use support::{
    Body, credentials, get_5_parameters, get_12_parameters, get_12_parameters_escaped, json, post,
    signer,
};

use http::{HeaderValue, Request};
use sha2::{Digest, Sha256};
use volcengine_sigv4::diagnose::Verdict;
use volcengine_sigv4::{Credentials, Signer};

/// What a usual request may take.
const SINGLE: Duration = Duration::from_millis(2);
const PAIRS: Duration = Duration::from_millis(50);

fn main() {
    println!("SHA-256 on this machine: {:.0} MB/s, 300 expected.\n", hash_speed());
    println!("| request | mistakes | single | pairs | with pairs |");
    println!("|---|---|---|---|---|");
    for (name, request) in requests() {
        let single = wrong(&request, |secret| format!("VOLC{secret}"));
        let other = wrong(&request, |_| "a secret that nobody knows".to_owned());
        let signer = signer();
        let diagnose = |request: &Request<Body>, expected: Verdict| {
            let mut fastest = Duration::MAX;
            let mut tried = [0; 2];
            for _ in 0..50 {
                let start = Instant::now();
                let diagnosis = signer.diagnose(request, request.body()).unwrap();
                fastest = fastest.min(start.elapsed());
                assert_eq!(diagnosis.verdict(), expected);
                tried = [diagnosis.mistakes_tried(), diagnosis.pairs_tried()];
            }
            (fastest, tried)
        };
        let (single, [mistakes, _]) = diagnose(&single, Verdict::Explained);
        let (pairs, [_, tried]) = diagnose(&other, Verdict::Unexplained);
        println!(
            "| {name} | {mistakes} | {single:.2?}{} | {tried} | {pairs:.2?}{} |",
            verdict(single, SINGLE),
            verdict(pairs, PAIRS),
        );
    }
}

/// Returns how many megabytes are hashed in a second. The time of a search depends on it.
fn hash_speed() -> f64 {
    let bytes = vec![7; 1 << 20];
    let start = Instant::now();
    for _ in 0..10 {
        std::hint::black_box(Sha256::digest(std::hint::black_box(&bytes)));
    }
    10.0 * 1.048_576 / start.elapsed().as_secs_f64()
}

fn requests() -> Vec<(&'static str, Request<Body>)> {
    let mut form =
        post(&b"image_url=https%3A%2F%2Fexample.com%2Fa.png&approximate_pixel=0"[..].into());
    let content_type = HeaderValue::from_static("application/x-www-form-urlencoded; charset=utf-8");
    form.headers_mut().insert("content-type", content_type);
    vec![
        ("GET, 5 parameters", get_5_parameters()),
        ("GET, 12 parameters", get_12_parameters()),
        ("GET, 12 parameters, escapes", get_12_parameters_escaped()),
        ("POST, form", form),
        ("POST, JSON of 1 KiB", post(&json(1 << 10))),
        ("POST, no body", post(&Body::default())),
    ]
}

/// Signs a request with another secret than the right one.
fn wrong(request: &Request<Body>, change: impl Fn(&str) -> String) -> Request<Body> {
    let mut request = request.clone();
    let secret = "a secret access key of some length";
    let id = credentials().access_key_id().to_owned();
    let other = Credentials::new(id, change(secret)).unwrap();
    let time = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    Signer::new(other, "cn-beijing", "ecs").unwrap().at(time).sign(&mut request).unwrap();
    request
}

fn verdict(measured: Duration, most: Duration) -> &'static str {
    if measured <= most { "" } else { " (too slow)" }
}
