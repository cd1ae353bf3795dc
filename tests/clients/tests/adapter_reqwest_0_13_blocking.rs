//! `SignRequest` for `reqwest` 0.13, blocking.

mod adapters;
#[path = "../../../examples/run_instances/loopback.rs"]
mod loopback;
#[path = "adapters/reqwest_blocking.rs"]
mod reqwest_blocking;

use reqwest as release;
use reqwest_blocking::send;
use volcengine_sigv4::client::reqwest_0_13::SignRequest;
