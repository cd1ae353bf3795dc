//! How long signing takes compared with the hashing that every signer must do, and how that grows.
//!
//! Criterion times each side separately. The ratios of the table come from rounds in which both sides
//! of every row take turns, so that a disturbance of the machine affects them all. The fastest turns
//! count; README.md says why.

mod support;

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use criterion::Criterion;
use hmac::{Hmac, KeyInit, Mac};
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue, Request, request};
use sha2::{Digest, Sha256};
use support::{
    Bar, Body, credentials, get, get_5_parameters, get_12_parameters, get_12_parameters_escaped,
    get_12_parameters_form_encoded, json, median, post, received, signer, time, verdict, verifier,
    with_parameters,
};
use volcengine_sigv4::{Credentials, SigningKey};

const ROUNDS: usize = 200;
const TURNS: usize = 10;

fn main() {
    let ratios = ratios();
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    for ratio in &ratios {
        let mut group = criterion.benchmark_group(ratio.work);
        for (name, side) in &ratio.sides {
            group.bench_function(*name, |bencher| bencher.iter_custom(side));
        }
    }
    criterion.final_summary();

    let mut rounds = vec![[const { Vec::new() }; 2]; ratios.len()];
    for _ in 0..ROUNDS {
        for (ratio, round) in ratios.iter().zip(&mut rounds) {
            for _ in 0..TURNS {
                for ((_, side), times) in ratio.sides.iter().zip(&mut *round) {
                    times.push(side(ratio.batch).as_secs_f64());
                }
            }
        }
    }
    println!("| work | ratio | fastest turns | median turns | bar |");
    println!("|---|---|---|---|---|");
    for (ratio, [left, right]) in ratios.iter().zip(rounds) {
        let fastest = |times: &[f64]| times.iter().copied().fold(f64::INFINITY, f64::min);
        let measured = fastest(&left) / fastest(&right);
        println!(
            "| {} | {} / {} | {measured:.2} | {:.2} | {} |",
            ratio.work,
            ratio.sides[0].0,
            ratio.sides[1].0,
            median(left) / median(right),
            verdict(measured, ratio.bar),
        );
    }
}

/// The time of the first side divided by the time of the second.
struct Ratio {
    work: &'static str,
    bar: Bar,
    /// How often each side does its work in one turn.
    batch: u64,
    sides: [(&'static str, Side); 2],
}

/// Returns the time of that many repetitions.
type Side = Box<dyn Fn(u64) -> Duration>;

fn ratios() -> Vec<Ratio> {
    let (small, large) = (json(1 << 10), json(1 << 20));
    let signed_small = small.clone();
    vec![
        over_the_floor("GET, 12 parameters", 2.8, get_12_parameters),
        over_the_floor("GET, 12 parameters, escapes", 3.4, get_12_parameters_escaped),
        over_the_floor("GET, 12 parameters, form-encoded", 6.0, get_12_parameters_form_encoded),
        over_the_floor("GET, 5 parameters", 2.8, get_5_parameters),
        over_the_floor("POST, 1 KiB", 1.9, move || post(&small)),
        Ratio {
            work: "POST, 1 MiB",
            bar: Bar::AtLeast(0.97),
            batch: 1,
            sides: [
                ("SHA-256 of the body", hash_body(large.clone())),
                ("sign", sign(move || post(&large))),
            ],
        },
        Ratio {
            work: "GET, 12 parameters, already signed",
            bar: Bar::AtMost(1.1),
            batch: 64,
            sides: [
                ("sign again", sign(|| signed(get_12_parameters()))),
                ("sign", sign(get_12_parameters)),
            ],
        },
        verify("GET, 12 parameters, known key", 1.5, get_12_parameters, Key::Known),
        verify("GET, 12 parameters, derived key", 2.3, get_12_parameters, Key::Derived),
        verify("POST, 1 KiB, known key", 1.5, move || post(&signed_small), Key::Known),
        refuse("unknown access key id, known keys", Key::Known, Key::Unknown),
        refuse("unknown access key id, derived keys", Key::Derived, Key::None),
        refuse("secret of 1000 bytes, derived keys", Key::Derived, Key::DerivedFromLong),
        verify_growth("64 signed headers instead of 6", 16.0, [2, 60], with_headers),
        verify_growth("1000 parameters instead of 100", 16.0, [100, 1000], with_parameters),
        verify_growth("target of 64 kB instead of 6.4 kB", 11.0, [6_400, 64_000], with_target),
        growth("1000 parameters instead of 100, sign", with_parameters),
        growth("1000 headers instead of 100, sign", with_headers),
        Ratio {
            work: "two threads on one signer",
            bar: Bar::AtLeast(1.7),
            batch: 1000,
            sides: [("one thread", on_threads(1, 2)), ("two threads", on_threads(2, 1))],
        },
    ]
}

fn over_the_floor(
    work: &'static str,
    bar: f64,
    make: impl Fn() -> Request<Body> + Clone + 'static,
) -> Ratio {
    let sides = [("sign", sign(make.clone())), ("hash floor", hash_floor(make))];
    Ratio { work, bar: Bar::AtMost(bar), batch: 64, sides }
}

/// Where a verifier gets its key from.
#[derive(Clone, Copy)]
enum Key {
    Known,
    Derived,
    DerivedFromLong,
    Unknown,
    None,
}

fn verify(
    work: &'static str,
    bar: f64,
    make: impl Fn() -> Request<Body> + Clone + 'static,
    key: Key,
) -> Ratio {
    let verify = check(received(make.clone()()), key);
    let sides = [("verify", verify), ("sign", sign(make))];
    Ratio { work, bar: Bar::AtMost(bar), batch: 64, sides }
}

fn verify_growth(
    work: &'static str,
    bar: f64,
    [few, many]: [usize; 2],
    make: fn(usize) -> Request<Body>,
) -> Ratio {
    let check = |size| check(received(make(size)), Key::Known);
    let sides = [("verify more", check(many)), ("verify less", check(few))];
    Ratio { work, bar: Bar::AtMost(bar), batch: 4, sides }
}

/// The time of a refusal for an unknown id or a long secret, compared with one for a wrong signature.
fn refuse(work: &'static str, known: Key, unknown: Key) -> Ratio {
    let (mut head, body) = received(get_12_parameters());
    let authorization = head.headers["authorization"].to_str().unwrap();
    let (claimed, _) = authorization.split_once("Signature=").unwrap();
    let forged = format!("{claimed}Signature={}", "ab".repeat(32));
    head.headers.insert(AUTHORIZATION, forged.parse().unwrap());
    let sides = [unknown, known].map(|key| check((head.clone(), body.clone()), key));
    let [unknown, known] = sides;
    let sides = [("refuse", unknown), ("refuse a wrong signature", known)];
    Ratio { work, bar: Bar::Within(0.1), batch: 64, sides }
}

fn check((head, body): (request::Parts, Body), key: Key) -> Side {
    let (verifier, credentials) = (verifier(), credentials());
    let long_secret = Credentials::new(credentials.access_key_id(), "s".repeat(1000)).unwrap();
    let known = SigningKey::derive(&credentials, verifier.claim(&head).unwrap().scope());
    Box::new(move |count| {
        let check = |(): &mut ()| {
            let claim = verifier.claim(black_box(&head)).unwrap();
            match key {
                Key::Known => {
                    claim.authenticate(Some(&known)).and_then(|known| known.verify_payload(&body))
                }
                Key::Derived => claim.verify(Some(&credentials), &body),
                Key::DerivedFromLong => claim.verify(Some(&long_secret), &body),
                Key::Unknown => {
                    claim.authenticate(None).and_then(|known| known.verify_payload(&body))
                }
                Key::None => claim.verify(None, &body),
            }
        };
        time(count, || (), check)
    })
}

fn growth(work: &'static str, make: fn(usize) -> Request<Body>) -> Ratio {
    let sides = [("sign 1000", sign(move || make(1000))), ("sign 100", sign(move || make(100)))];
    Ratio { work, bar: Bar::AtMost(16.0), batch: 4, sides }
}

fn sign(make: impl Fn() -> Request<Body> + 'static) -> Side {
    let signer = signer();
    Box::new(move |count| time(count, &make, |request| signer.sign(request).unwrap()))
}

/// The hashing that every signer must do: of the canonical request, of the body if there is one, and
/// of the string to sign with a derived key.
fn hash_floor(make: impl Fn() -> Request<Body> + 'static) -> Side {
    let request = make();
    let explanation = signer().explain(&request, request.body()).unwrap();
    let canonical_request = explanation.canonical_request().to_vec();
    let string_to_sign = explanation.string_to_sign().to_owned();
    let key = Hmac::<Sha256>::new_from_slice(&[7; 32]).unwrap();
    Box::new(move |count| {
        time(count, &make, |request| {
            if !request.body().is_empty() {
                black_box(Sha256::digest(request.body()));
            }
            black_box(Sha256::digest(black_box(&canonical_request)));
            let mut key = black_box(&key).clone();
            key.update(black_box(string_to_sign.as_bytes()));
            key.finalize()
        })
    })
}

fn hash_body(body: Body) -> Side {
    Box::new(move |count| time(count, || post(&body), |request| Sha256::digest(request.body())))
}

/// Each of `threads` threads does `share` times the number of signings. The time is from the start of
/// the first to the end of the last.
fn on_threads(threads: usize, share: u64) -> Side {
    let signer = signer();
    Box::new(move |count| {
        let all_are_here = Barrier::new(threads);
        let work = || {
            let mut request = signed(get_12_parameters());
            all_are_here.wait();
            let start = Instant::now();
            for _ in 0..count * share {
                signer.sign(black_box(&mut request)).unwrap();
            }
            (start, Instant::now())
        };
        let spans: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let start = spans.iter().map(|(start, _)| *start).min().unwrap();
        let end = spans.iter().map(|(_, end)| *end).max().unwrap();
        end - start
    })
}

fn signed(mut request: Request<Body>) -> Request<Body> {
    signer().sign(&mut request).unwrap();
    request
}

fn with_target(length: usize) -> Request<Body> {
    get(&[("Action", "a".repeat(length))])
}

fn with_headers(count: usize) -> Request<Body> {
    let mut request = get_5_parameters();
    for i in 0..count {
        let name = HeaderName::try_from(format!("x-filter-{}", i * 7919 % count)).unwrap();
        request.headers_mut().insert(name, HeaderValue::from(i));
    }
    request
}
