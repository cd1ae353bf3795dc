//! `ureq`: a middleware of the agent.

mod support;

use support::{Outcome, server, show, signer};
use volcengine_sigv4::client::ureq_3::SigningMiddleware;

fn main() -> Outcome {
    let (_server, endpoint) = server()?;
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .middleware(SigningMiddleware::new(signer()?.for_scope("cn-beijing", "iam")?))
        .max_redirects(0)
        .proxy(None)
        .http_status_as_error(false)
        .build()
        .into();

    let mut reply = agent.get(format!("{endpoint}/?Action=ListUsers&Version=2018-01-01")).call()?;
    show(reply.status().as_u16(), &reply.body_mut().read_to_string()?)
}
