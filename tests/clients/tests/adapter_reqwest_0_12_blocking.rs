//! `SignRequest` for `reqwest` 0.12, blocking.

mod adapters;
#[path = "../../../examples/run_instances/loopback.rs"]
mod loopback;
#[path = "adapters/reqwest_blocking.rs"]
mod reqwest_blocking;

use reqwest_0_12 as release;
use reqwest_blocking::send;
use volcengine_sigv4::client::reqwest_0_12::SignRequest;
