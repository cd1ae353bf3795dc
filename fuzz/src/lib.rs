//! What the fuzz targets share: the naive canonicaliser, and requests written as text.

#[path = "../../tests/support/naive.rs"]
pub mod naive;

use http::Request;

/// Reads a request as HTTP writes it, with line feeds: `GET https://host/path`, a line for each
/// header, an empty line, the body.
pub fn read_request(text: &[u8]) -> Option<Request<Vec<u8>>> {
    let head_length = text.windows(2).position(|pair| pair == b"\n\n").unwrap_or(text.len());
    let (head, body) = text.split_at(head_length);
    let mut lines = head.split(|&byte| byte == b'\n');
    let (method, uri) = halves(lines.next()?, b' ')?;
    let mut request = Request::builder().method(method).uri(uri);
    for line in lines {
        let (name, value) = halves(line, b':')?;
        request = request.header(name, value);
    }
    request.body(body.get(2..).unwrap_or_default().into()).ok()
}

fn halves(text: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|&byte| byte == separator)?;
    Some((&text[..at], &text[at + 1..]))
}
