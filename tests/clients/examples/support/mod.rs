//! What the examples share: a server on loopback that recomputes each signature, and how its answer is
//! shown.
#![allow(dead_code, reason = "each example takes its part")]

#[path = "../../../../examples/run_instances/loopback.rs"]
pub(crate) mod loopback;

use std::error::Error;

use volcengine_sigv4::{Credentials, Signer};

use self::loopback::Server;

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Starts the server and returns it with its endpoint.
pub(crate) fn server() -> Outcome<(Server, String)> {
    let server = Server::start(|id| (id == ID).then(|| SECRET.to_owned()))?;
    let endpoint = format!("http://{}", server.address());
    Ok((server, endpoint))
}

pub(crate) fn signer() -> Outcome<Signer> {
    // The endpoint is on loopback; yours is *.volcengineapi.com.
    let signer = Signer::new(Credentials::new(ID, SECRET)?, "cn-beijing", "ecs")?;
    Ok(signer.with_allowed_hosts(["127.0.0.1"])?)
}

/// Prints what the server answered, which is an error unless it accepted the signature.
pub(crate) fn show(status: u16, reply: &str) -> Outcome {
    println!("{status} {reply}");
    if status == 200 { Ok(()) } else { Err("the server did not accept the signature".into()) }
}

pub(crate) const ID: &str = "AKLTSAMPLE";
pub(crate) const SECRET: &str = "sample secret access key";
