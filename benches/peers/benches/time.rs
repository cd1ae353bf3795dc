//! How long each signer takes for the same request. The signers take turns; the median counts.

#[path = "../../support/mod.rs"]
mod support;

use support::{Bar, get_12_parameters, json, median, post, time, verdict};
use volcengine_sigv4_peers::{Body, signers};

const ROUNDS: usize = 3000;
const BATCH: u64 = 64;

struct Work {
    name: &'static str,
    make: Box<dyn Fn() -> http::Request<Body>>,
    bars: [(&'static str, f64); 2],
}

fn main() {
    let body = json(1 << 10);
    let works = [
        Work {
            name: "GET, 12 parameters",
            make: Box::new(get_12_parameters),
            bars: [("aws-sigv4", 5.0), ("reqsign-aws-v4", 5.0)],
        },
        Work {
            name: "POST, 1 KiB",
            make: Box::new(move || post(&body)),
            bars: [("aws-sigv4", 3.5), ("reqsign-aws-v4", 3.1)],
        },
    ];
    println!("| work | signer | median | times ours | bar |");
    println!("|---|---|---|---|---|");
    for Work { name: work, make, bars } in &works {
        let signers = signers();
        let mut rounds = [const { Vec::new() }; 3];
        for _ in 0..ROUNDS {
            for ((_, sign), times) in signers.iter().zip(&mut rounds) {
                times.push(time(BATCH, make, sign).as_nanos() as f64 / BATCH as f64);
            }
        }
        let medians = rounds.map(median);
        let ours = medians[0];
        for ((name, _), theirs) in signers.iter().zip(medians) {
            let times = theirs / ours;
            let bar = bars.iter().find(|(peer, _)| peer == name);
            let verdict = bar.map(|(_, bar)| verdict(times, Bar::AtLeast(*bar)));
            let verdict = verdict.unwrap_or_default();
            println!("| {work} | {name} | {theirs:.0} ns | {times:.2} | {verdict} |");
        }
    }
}
