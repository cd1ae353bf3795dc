//! `curl`: a command line that is ready to run, with temporary credentials here.

mod support;

use std::process::Command;

use http::{HeaderMap, Method};
use support::{ID, Outcome, SECRET, server, show};
use volcengine_sigv4::{Credentials, Signer};

fn main() -> Outcome {
    let (_server, endpoint) = server()?;
    let uri = format!("{endpoint}/?Action=DescribeZones&Version=2020-04-01").parse()?;

    let credentials = Credentials::new(ID, SECRET)?.with_session_token("STS-token")?;
    let signer = Signer::new(credentials, "cn-beijing", "ecs")?;
    let signed = signer.authorize(&Method::GET, &uri, &HeaderMap::new(), ())?;
    // A bracket in a URL is a pattern to curl.
    let mut arguments = vec!["--globoff".to_owned(), signed.uri().to_string()];
    for (name, value) in signed {
        arguments.extend(["--header".to_owned(), format!("{name}: {}", value.to_str()?)]);
    }
    println!(
        "Whoever has this line has your session token, and can send the request for the next 15 \
         minutes:"
    );
    let quote = |argument: &String| format!("'{}'", argument.replace('\'', r"'\''"));
    println!("curl {}\n", arguments.iter().map(quote).collect::<Vec<_>>().join(" "));

    let show_status = ["--silent", "--noproxy", "*", "--write-out", "\n%{http_code}"];
    let output = Command::new("curl").args(show_status).args(&arguments).output()?;
    let output = String::from_utf8(output.stdout)?;
    let (reply, status) = output.rsplit_once('\n').ok_or("curl said nothing")?;
    show(status.parse()?, reply)
}
