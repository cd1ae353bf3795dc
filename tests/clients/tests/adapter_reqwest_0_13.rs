//! `SignRequest` for `reqwest` 0.13, async.

mod adapters;
#[path = "../../../examples/run_instances/loopback.rs"]
mod loopback;
#[path = "adapters/reqwest_async.rs"]
mod reqwest_async;

use reqwest as release;
use reqwest_async::send;
use volcengine_sigv4::client::reqwest_0_13::SignRequest;
