//! `attohttpc`, for which there is no adapter: the headers are copied.

mod support;

use http::{HeaderMap, Method};
use support::{Outcome, server, show, signer};

fn main() -> Outcome {
    let (_server, endpoint) = server()?;
    let uri = format!("{endpoint}/?Action=DescribeZones&Version=2020-04-01").parse()?;

    let signed = signer()?.authorize(&Method::GET, &uri, &HeaderMap::new(), ())?;
    let mut request = attohttpc::get(signed.uri().to_string()).follow_redirects(false);
    for (name, value) in signed {
        request = request.header(name, value);
    }
    let reply = request.send()?;
    show(reply.status().as_u16(), &reply.text()?)
}
