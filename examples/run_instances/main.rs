//! Signs and sends an ECS `RunInstances` call with `DryRun`, which checks the request and starts
//! nothing.
//!
//! Prints each step of the signature. Without credentials in the environment, the request goes to a
//! server on loopback that checks the signature: see [`loopback`].

mod arguments;
mod loopback;

use std::error::Error;
use std::process::ExitCode;
use std::time::SystemTime;

use http::Request;
use volcengine_sigv4::{Credentials, ErrorKind, Signer, query_string};

use crate::arguments::{Arguments, USAGE};

fn main() -> ExitCode {
    match Arguments::parse(std::env::args_os().skip(1)) {
        Ok(Some(arguments)) => match run(&arguments) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("error: {error}");
                ExitCode::FAILURE
            }
        },
        Ok(None) => {
            print!("{USAGE}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprint!("error: {problem}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    match Credentials::from_env() {
        Ok(credentials) => {
            let request = sign(credentials, "https://open.volcengineapi.com", arguments)?;
            if arguments.send {
                send(request, &ureq::agent())
            } else {
                println!("Not sent: with --send it goes to the real endpoint.");
                Ok(())
            }
        }
        Err(error) if error.kind() == ErrorKind::CredentialsUnavailable => {
            println!(
                "No credentials in the environment: a server on loopback checks the request.\n"
            );
            let server =
                loopback::Server::start(|id| (id == SAMPLE_ID).then(|| SAMPLE_SECRET.to_owned()))?;
            let credentials = Credentials::new(SAMPLE_ID, SAMPLE_SECRET)?;
            let request = sign(credentials, &format!("http://{}", server.address()), arguments)?;
            let without_proxy = ureq::Agent::config_builder().proxy(None).build();
            send(request, &without_proxy.into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Builds the request, prints the steps of its signature and signs it.
fn sign(
    credentials: Credentials,
    endpoint: &str,
    arguments: &Arguments,
) -> Result<Request<()>, Box<dyn Error>> {
    let query = query_string([
        ("Action", "RunInstances"),
        ("Version", "2020-04-01"),
        ("DryRun", "true"),
        ("ClientToken", "run-instances-example-1"),
        ("InstanceName", "web server 1"),
        ("Description", "一号服务器"),
        ("ImageId", &arguments.image),
        ("InstanceType", &arguments.instance_type),
        ("ZoneId", &arguments.zone),
        ("NetworkInterfaces.1.SubnetId", &arguments.subnet),
        ("NetworkInterfaces.1.SecurityGroupIds.1", &arguments.security_group),
        ("Volumes.1.Size", "40"),
        ("Volumes.1.VolumeType", "ESSD_PL0"),
    ]);
    let mut request = Request::get(format!("{endpoint}/?{query}")).body(())?;

    let session_token = credentials.session_token().map(str::to_owned);
    // With a fixed time, the explained signature is the one that is sent.
    let signer = Signer::new(credentials, "cn-beijing", "ecs")?.at(SystemTime::now());
    let steps = signer.explain(&request, ())?;
    let mut canonical_request = String::from_utf8_lossy(steps.canonical_request()).into_owned();
    // The canonical request is raw text. Hide the session token, which is a secret.
    if let Some(token) = session_token {
        canonical_request = canonical_request.replace(&token, "***");
    }
    println!("Canonical request:\n{canonical_request}\n");
    println!("String to sign:\n{}\n", steps.string_to_sign());
    println!("Authorization:\n{}\n", steps.authorization());

    signer.sign_with_payload(&mut request, ())?;
    Ok(request)
}

fn send(request: Request<()>, agent: &ureq::Agent) -> Result<(), Box<dyn Error>> {
    println!("Sending to {}.\n", request.uri().authority().map_or("", |host| host.as_str()));
    // The body of a refusal says why, so a status of 4xx is not an error here.
    let request = agent.configure_request(request).http_status_as_error(false).build();
    let mut reply = agent.run(request)?;
    let status = reply.status();
    println!("Reply:\n{status}\n{}", reply.body_mut().read_to_string()?);
    if status.is_success() { Ok(()) } else { Err(format!("the service answered {status}").into()) }
}

const SAMPLE_ID: &str = "AKLTSAMPLE";
const SAMPLE_SECRET: &str = "sample secret access key";
