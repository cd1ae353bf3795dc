//! What a client sends, as a server receives it.

use http::header::HOST;
use http::{HeaderValue, Request};

/// Returns a request as a server receives it over HTTP/1.1: the target is a path, the host a header.
pub fn as_received(mut request: Request<Vec<u8>>) -> Request<Vec<u8>> {
    if let Some(authority) = request.uri().authority().cloned() {
        let host = HeaderValue::from_str(authority.as_str()).unwrap();
        request.headers_mut().entry(HOST).or_insert(host);
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let slash = if target.starts_with('/') { "" } else { "/" };
        *request.uri_mut() = format!("{slash}{target}").parse().unwrap();
    }
    request
}
