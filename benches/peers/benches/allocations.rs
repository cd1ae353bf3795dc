//! The allocations of one signing: exact numbers, the same on every machine.
//!
//! A separate binary, because the counting allocator would slow down what `time.rs` times.

#[path = "../../support/mod.rs"]
mod support;

use support::{get_12_parameters, json, post};
use volcengine_sigv4_peers::{Body, signers};

type Make = Box<dyn Fn() -> http::Request<Body>>;

fn main() {
    let body = json(1 << 10);
    let works: [(&str, Make); 2] = [
        ("GET, 12 parameters", Box::new(get_12_parameters)),
        ("POST, 1 KiB", Box::new(move || post(&body))),
    ];
    println!("| work | signer | allocations | bytes |");
    println!("|---|---|---|---|");
    for (work, make) in &works {
        for (name, sign) in signers() {
            sign(&mut make());
            let mut request = make();
            let seen = allocation_counter::measure(|| sign(&mut request));
            println!("| {work} | {name} | {} | {} |", seen.count_total, seen.bytes_total);
        }
    }
}
