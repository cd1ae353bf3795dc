//! Temporary credentials that are replaced while a client runs.

mod support;

use support::{ID, Outcome, SECRET, server, show};
use volcengine_sigv4::client::ureq_3::SigningMiddleware;
use volcengine_sigv4::{Credentials, RotatingCredentials, Signer};

fn main() -> Outcome {
    let (_server, endpoint) = server()?;
    let cell = RotatingCredentials::new(temporary("the first session token")?);
    let signer = Signer::new(cell.clone(), "cn-beijing", "ecs")?;
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .middleware(SigningMiddleware::new(signer))
        .max_redirects(0)
        .proxy(None)
        .http_status_as_error(false)
        .build()
        .into();

    for token in ["the second session token", "the third session token"] {
        let url = format!("{endpoint}/?Action=DescribeZones&Version=2020-04-01");
        let mut reply = agent.get(url).call()?;
        show(reply.status().as_u16(), &reply.body_mut().read_to_string()?)?;
        // In a thread or task of its own, shortly before the old ones expire.
        cell.set(temporary(token)?);
    }
    Ok(())
}

/// What a token service answers.
fn temporary(session_token: &str) -> Outcome<Credentials> {
    Ok(Credentials::new(ID, SECRET)?.with_session_token(session_token.replace(' ', "-"))?)
}
