//! Sends good and bad requests to a server that verifies them, and prints its answers.
//!
//! The server is in [`server`]. It listens on loopback, so this needs no account.

mod server;

use std::error::Error;
use std::net::{Ipv4Addr, TcpListener};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, SystemTime};

use http::{HeaderValue, Method, Request, Uri};
use serde_json::Value;
use volcengine_sigv4::{
    Credentials, MemoryReplayGuard, PresignOptions, Signer, Verifier, query_string,
};

use crate::server::{Door, serve};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let calls = Calls::new(format!("http://{}", listener.local_addr()?))?;
    let temporary = temporary()?;
    let door = Door {
        verifier: Verifier::new(REGION, SERVICE)?,
        known: [known()?, temporary].map(|known| (known.access_key_id().to_owned(), known)).into(),
        guard: MemoryReplayGuard::new(100_000),
    };
    thread::spawn(move || serve(listener, door));

    let mut is_as_expected = true;
    for (call, request, expected) in calls.all()? {
        let answer = send(request)?;
        println!("{call}\n    {answer}");
        if !answer.starts_with(expected) {
            println!("    EXPECTED {expected}");
            is_as_expected = false;
        }
    }
    Ok(if is_as_expected { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Makes the requests of the client.
struct Calls {
    endpoint: String,
    signer: Signer,
}

type Call = (&'static str, Request<String>, &'static str);

impl Calls {
    fn new(endpoint: String) -> Result<Self, Box<dyn Error>> {
        Ok(Self { endpoint, signer: Signer::new(known()?, REGION, SERVICE)? })
    }

    fn all(&self) -> Result<Vec<Call>, Box<dyn Error>> {
        let signed = self.signed(&self.signer)?;
        let an_hour_ago = self.signer.at(SystemTime::now() - Duration::from_secs(3600));
        let of = |id: &str, secret: &str| -> Result<_, Box<dyn Error>> {
            self.signed(&Signer::new(Credentials::new(id, secret)?, REGION, SERVICE)?)
        };
        let stale_token = temporary()?.with_session_token("stale")?;

        let mut other_body = self.signed(&self.signer.at(SystemTime::now() - SECOND))?;
        other_body.body_mut().push('!');
        let unsigned_header = with_header(&signed, "x-role", "admin")?;
        let no_signature = "HMAC-SHA256 Credential=AKLTEXAMPLE/20210818/cn-beijing/greeter/request, \
                            SignedHeaders=host;x-content-sha256;x-date";
        let uri: Uri = self.call()?.uri().clone();
        let an_hour = PresignOptions::default().expires_in(Duration::from_secs(3600))?;
        let presigned: Uri = self.signer.presign(&Method::GET, &uri, &an_hour)?.into();

        Ok(vec![
            ("signed", signed.clone(), "200"),
            ("signed, with temporary credentials", self.signed(&signer_of(temporary()?)?)?, "200"),
            ("presigned", Request::get(presigned).body(String::new())?, "200"),
            ("not signed", self.call()?, "401 100003"),
            (
                "an authorization without a signature",
                with_header(&signed, "authorization", no_signature)?,
                "401 100005",
            ),
            ("signed an hour ago", self.signed(&an_hour_ago)?, "400 100006"),
            ("an unknown access key id", of("AKLTNOBODY", SECRET)?, "401 100009"),
            ("another secret access key", of("AKLTEXAMPLE", "a guess")?, "401 100010"),
            ("a body that was changed after signing", other_body, "401 100010"),
            ("the first request, sent again", signed.clone(), "401 100010"),
            (
                "another kind of authorization",
                with_header(&signed, "authorization", "Bearer token")?,
                "400 100024",
            ),
            ("a header that is not signed", unsigned_header, "400 100024"),
            (
                "signed for another service",
                self.signed(&self.signer.for_scope(REGION, "ecs")?)?,
                "400 100025",
            ),
            ("a stale session token", self.signed(&signer_of(stale_token)?)?, "401 100026"),
        ])
    }

    fn call(&self) -> Result<Request<String>, Box<dyn Error>> {
        let query = query_string([("Action", "Greet"), ("Name", "火山引擎")]);
        let uri = format!("{}/?{query}", self.endpoint);
        Ok(Request::post(uri).body(r#"{"Polite":true}"#.to_owned())?)
    }

    fn signed(&self, signer: &Signer) -> Result<Request<String>, Box<dyn Error>> {
        let mut request = self.call()?;
        signer.sign(&mut request)?;
        Ok(request)
    }
}

fn signer_of(credentials: Credentials) -> Result<Signer, Box<dyn Error>> {
    Ok(Signer::new(credentials, REGION, SERVICE)?)
}

fn with_header(
    request: &Request<String>,
    name: &'static str,
    value: &str,
) -> Result<Request<String>, Box<dyn Error>> {
    let mut request = request.clone();
    request.headers_mut().insert(name, HeaderValue::from_str(value)?);
    Ok(request)
}

/// Returns the status and the content of the envelope: the result, or the number and code of the
/// error.
fn send(request: Request<String>) -> Result<String, Box<dyn Error>> {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().proxy(None).http_status_as_error(false).build().into();
    let mut reply = agent.run(request)?;
    let envelope: Value = serde_json::from_str(&reply.body_mut().read_to_string()?)?;
    let (status, error) = (reply.status().as_u16(), &envelope["ResponseMetadata"]["Error"]);
    Ok(match error["Code"].as_str() {
        Some(code) => format!("{status} {} {code}", error["CodeN"]),
        None => format!("{status} {}", envelope["Result"]),
    })
}

fn known() -> Result<Credentials, Box<dyn Error>> {
    Ok(Credentials::new("AKLTEXAMPLE", SECRET)?)
}

fn temporary() -> Result<Credentials, Box<dyn Error>> {
    let secret = "another secret access key, for a day";
    Ok(Credentials::new("AKLTTEMPORARY", secret)?.with_session_token("STS-token")?)
}

const SECRET: &str = "sample secret access key";
const REGION: &str = "cn-beijing";
const SERVICE: &str = "greeter";
const SECOND: Duration = Duration::from_secs(1);
