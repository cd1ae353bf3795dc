//! `ureq`: a middleware of the agent.

mod support;

use support::{Outcome, server, show, signer};
use volcengine_sigv4::client::ureq_3::SigningMiddleware;

fn main() -> Outcome {
    let (_server, endpoint) = server()?;
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .middleware(SigningMiddleware::new(signer()?))
        .max_redirects(0)
        .proxy(None)
        .http_status_as_error(false)
        .build()
        .into();

    let url = format!("{endpoint}/?Action=CreateUser&Version=2018-01-01");
    let mut reply = agent.post(url).send(r#"{"UserName":"deploy"}"#)?;
    show(reply.status().as_u16(), &reply.body_mut().read_to_string()?)
}
