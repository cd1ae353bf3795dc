//! How long the signers take for the same request, in turns, by the median of the rounds.

#[path = "../../support/mod.rs"]
mod support;

use support::{Bar, get_12_parameters, json, median, post, time, verdict};
use volcengine_sigv4_peers::{Body, signers};

const ROUNDS: usize = 3000;
const BATCH: u64 = 64;

type Make = Box<dyn Fn() -> http::Request<Body>>;

fn main() {
    let body = json(1 << 10);
    let works: [(&str, [f64; 2], Make); 2] = [
        ("GET, 12 parameters", [5.0, 5.0], Box::new(get_12_parameters)),
        ("POST, 1 KiB", [3.5, 3.1], Box::new(move || post(&body))),
    ];
    println!("| work | signer | median | times ours | bar |");
    println!("|---|---|---|---|---|");
    for (work, bars, make) in &works {
        let signers = signers();
        let mut rounds = [const { Vec::new() }; 3];
        for _ in 0..ROUNDS {
            for ((_, sign), times) in signers.iter().zip(&mut rounds) {
                times.push(time(BATCH, make, sign).as_nanos() as f64 / BATCH as f64);
            }
        }
        let [ours, peers @ ..] = rounds.map(median);
        println!("| {work} | {} | {ours:.0} ns | 1.00 | |", signers[0].0);
        for (((name, _), theirs), bar) in signers[1..].iter().zip(peers).zip(bars) {
            let times = theirs / ours;
            println!(
                "| {work} | {name} | {theirs:.0} ns | {times:.2} | {} |",
                verdict(times, Bar::AtLeast(*bar))
            );
        }
    }
}
