//! The measured requests, and a stopwatch that does not run while they are made.
#![allow(dead_code, reason = "each bench uses a part of it")]

use std::hint::black_box;
use std::mem;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use http::header::HOST;
use http::{HeaderValue, Request, request};
use volcengine_sigv4::{Credentials, Signer, Verifier, query_string};

/// Has a fixed clock: reading the time takes the system about 30 ns.
pub(crate) fn signer() -> Signer {
    Signer::new(credentials(), "cn-beijing", "ecs").unwrap().at(now())
}

pub(crate) fn verifier() -> Verifier {
    Verifier::new("cn-beijing", "ecs").unwrap().at(now())
}

pub(crate) const SECRET_ACCESS_KEY: &str = "a secret access key of some length";

pub(crate) fn credentials() -> Credentials {
    Credentials::new("AKLTEXAMPLE", SECRET_ACCESS_KEY).unwrap()
}

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

/// Signs a request and returns it as a server receives it.
pub(crate) fn received(mut request: Request<Body>) -> (request::Parts, Body) {
    signer().sign(&mut request).unwrap();
    let (mut head, body) = request.into_parts();
    let uri = mem::take(&mut head.uri).into_parts();
    let host = HeaderValue::from_str(uri.authority.unwrap().as_str()).unwrap();
    head.headers.insert(HOST, host);
    head.uri = uri.path_and_query.unwrap().into();
    (head, body)
}

/// Bytes that can be shared by many requests at no cost.
pub(crate) type Body = Arc<[u8]>;

/// A usual call: 12 unsorted parameters, none of which needs an escape.
pub(crate) fn get_12_parameters() -> Request<Body> {
    get(&[
        ("Action", "RunInstances"),
        ("Version", "2020-04-01"),
        ("ImageId", "image-ybqi99s7yq8rx7mnk44b"),
        ("InstanceName", "web-1"),
        ("InstanceType", "ecs.g1.large"),
        ("NetworkInterfaces.1.SecurityGroupIds.1", "sg-2fehbrx0evq9s59gp67tzfqzz"),
        ("NetworkInterfaces.1.SubnetId", "subnet-2feh9tmbepyio59gp67g2n1ic"),
        ("ZoneId", "cn-beijing-a"),
        ("Password", "P4ssw0rd"),
        ("ProjectName", "default"),
        ("Volumes.1.Size", "40"),
        ("Volumes.1.VolumeType", "ESSD_PL0"),
    ])
}

/// The same call with values that need escapes.
pub(crate) fn get_12_parameters_escaped() -> Request<Body> {
    get(&[
        ("Action", "RunInstances"),
        ("Version", "2020-04-01"),
        ("ImageId", "image-ybqi99s7yq8rx7mnk44b"),
        ("InstanceName", "web 1/火山引擎"),
        ("InstanceType", "ecs.g1.large"),
        ("NetworkInterfaces.1.SecurityGroupIds.1", "sg-2fehbrx0evq9s59gp67tzfqzz"),
        ("NetworkInterfaces.1.SubnetId", "subnet-2feh9tmbepyio59gp67g2n1ic"),
        ("ZoneId", "cn-beijing-a"),
        ("Password", "P@ss w&rd=1!"),
        ("ProjectName", "默认项目"),
        ("Volumes.1.Size", "40"),
        ("Volumes.1.VolumeType", "ESSD_PL0"),
    ])
}

/// The same call, encoded as a form: a space is a "+". This is not canonical, and clients send another
/// spelling.
pub(crate) fn get_12_parameters_form_encoded() -> Request<Body> {
    let mut request = get_12_parameters_escaped();
    let uri = request.uri().to_string().replace("%20", "+");
    *request.uri_mut() = uri.parse().unwrap();
    request
}

pub(crate) fn get_5_parameters() -> Request<Body> {
    get(&[
        ("Action", "DescribeInstances"),
        ("Version", "2020-04-01"),
        ("InstanceIds.1", "i-3tiefmkskq3vj0dtrqkk"),
        ("Status", "RUNNING"),
        ("MaxResults", "20"),
    ])
}

pub(crate) fn get<K: AsRef<str>, V: AsRef<str>>(parameters: &[(K, V)]) -> Request<Body> {
    let query = query_string(parameters.iter().map(|(key, value)| (key, value)));
    Request::get(format!("https://open.volcengineapi.com/?{query}"))
        .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
        .body(Body::default())
        .unwrap()
}

pub(crate) fn with_parameters(count: usize) -> Request<Body> {
    let parameters: Vec<_> = (0..count)
        .map(|i| (format!("Filter.{}.Name", i * 7919 % count), format!("value {i}")))
        .collect();
    get(&parameters)
}

pub(crate) fn post(body: &Body) -> Request<Body> {
    Request::post("https://open.volcengineapi.com/?Action=CreateUser&Version=2018-01-01")
        .header("content-type", "application/json")
        .body(Arc::clone(body))
        .unwrap()
}

/// A JSON text of exactly `length` bytes.
pub(crate) fn json(length: usize) -> Body {
    format!("{{\"Description\":\"{}\"}}", "a".repeat(length - 18)).into_bytes().into()
}

/// Times `work` on `count` new values. Making them is not timed.
pub(crate) fn time<T, R>(
    count: u64,
    make: impl Fn() -> T,
    mut work: impl FnMut(&mut T) -> R,
) -> Duration {
    const BATCH: u64 = 64;
    let mut elapsed = Duration::ZERO;
    for batch in (0..count).step_by(BATCH as usize) {
        let mut made: Vec<_> = (batch..count.min(batch + BATCH)).map(|_| make()).collect();
        let start = Instant::now();
        for value in &mut made {
            black_box(work(black_box(value)));
        }
        elapsed += start.elapsed();
    }
    elapsed
}

pub(crate) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

pub(crate) fn verdict(measured: f64, bar: Bar) -> String {
    let (sign, bar, holds) = match bar {
        Bar::AtMost(bar) => ("≤", bar, measured <= bar),
        Bar::AtLeast(bar) => ("≥", bar, measured >= bar),
        Bar::Within(tolerance) => ("1 ±", tolerance, (measured - 1.0).abs() <= tolerance),
    };
    format!("{sign} {bar}: {}", if holds { "holds" } else { "MISSED" })
}

#[derive(Clone, Copy)]
pub(crate) enum Bar {
    AtMost(f64),
    AtLeast(f64),
    /// At most so far from 1.
    Within(f64),
}
