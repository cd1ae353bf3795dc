//! What the fuzz targets share: the naive canonicaliser, signers, and requests written as text.

#[path = "../../tests/support/naive.rs"]
pub mod naive;

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use http::Request;
use volcengine_sigv4::{Credentials, Signer, UriMode};

pub const SECRET: &str = "c2VjcmV0";

pub static SIGNERS: LazyLock<[Signer; 3]> = LazyLock::new(|| {
    let credentials = Credentials::new("AKLTEXAMPLE", SECRET).unwrap();
    let temporary = credentials.clone().with_session_token("STS-token").unwrap();
    [
        signer(credentials.clone(), UriMode::Normalize),
        signer(credentials, UriMode::Preserve),
        signer(temporary, UriMode::Normalize),
    ]
});

fn signer(credentials: Credentials, uri_mode: UriMode) -> Signer {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_629_280_649);
    Signer::new(credentials, "cn-beijing", "ecs").unwrap().with_uri_mode(uri_mode).at(time)
}

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
