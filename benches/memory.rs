//! The allocations of one signing or verifying: exact numbers, the same on every machine.
//!
//! A separate binary, because the counting allocator would slow down what `signing.rs` times.

mod support;

use http::Request;
use support::{
    Bar, Body, credentials, get_12_parameters, get_12_parameters_form_encoded, json, post,
    received, signer, verdict, verifier, with_parameters,
};

fn main() {
    let get = measure(get_12_parameters());
    let form = measure(get_12_parameters_form_encoded());
    let post_1_kib = measure(post(&json(1 << 10)));
    let post_1_mib = measure(post(&json(1 << 20)));
    let many = with_parameters(1000);
    let verified = measure_verifying(get_12_parameters());
    let bound = 128 * 1000 + 2 * many.uri().to_string().len() as u64 + 4096;
    println!("| work | unit | measured | bar |");
    println!("|---|---|---|---|");
    for (work, unit, measured, bar) in [
        ("GET, 12 parameters", "allocations", get.count_total, 5),
        ("GET, 12 parameters", "bytes", get.bytes_total, 1536),
        ("GET, 12 parameters, form-encoded", "allocations", form.count_total, 9),
        ("POST, 1 KiB", "allocations", post_1_kib.count_total, 6),
        ("POST, 1 MiB", "allocations", post_1_mib.count_total, 6),
        ("POST, 1 MiB", "bytes", post_1_mib.bytes_total, 1536),
        ("verify, GET, 12 parameters", "allocations", verified.count_total, 5),
        ("GET, 1000 parameters", "bytes at once", measure(many).bytes_max, bound),
    ] {
        println!(
            "| {work} | {unit} | {measured} | {} |",
            verdict(measured as f64, Bar::AtMost(bar as f64))
        );
    }
}

fn measure_verifying(request: Request<Body>) -> allocation_counter::AllocationInfo {
    let (head, body) = received(request);
    let (verifier, credentials) = (verifier(), credentials());
    allocation_counter::measure(|| {
        verifier.claim(&head).unwrap().verify(Some(&credentials), &body).unwrap();
    })
}

fn measure(mut request: Request<Body>) -> allocation_counter::AllocationInfo {
    let signer = signer();
    signer.sign(&mut request.clone()).unwrap();
    allocation_counter::measure(|| {
        signer.sign(&mut request).unwrap();
    })
}
