//! What the fuzz targets share: the naive canonicaliser, signers and a verifier, and requests written as text.

#[path = "../../tests/support/naive.rs"]
pub mod naive;
#[path = "../../tests/support/received.rs"]
pub mod received;

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use http::Request;
use volcengine_sigv4::{Credentials, Signer, UriMode, Verifier};

pub const SECRET: &str = "c2VjcmV0";

pub static CREDENTIALS: LazyLock<Credentials> =
    LazyLock::new(|| Credentials::new("AKLTEXAMPLE", SECRET).unwrap());

pub static SIGNERS: LazyLock<[Signer; 3]> = LazyLock::new(|| {
    let temporary = CREDENTIALS.clone().with_session_token("STS-token").unwrap();
    [
        signer(CREDENTIALS.clone(), UriMode::Normalize),
        signer(CREDENTIALS.clone(), UriMode::Preserve),
        signer(temporary, UriMode::Normalize),
    ]
});

pub static VERIFIER: LazyLock<Verifier> =
    LazyLock::new(|| Verifier::new("cn-beijing", "ecs").unwrap().at(now()));

fn signer(credentials: Credentials, uri_mode: UriMode) -> Signer {
    let signer = Signer::new(credentials, "cn-beijing", "ecs").unwrap();
    signer.with_uri_mode(uri_mode).at(now())
}

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_629_280_649)
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

/// Writes a request as [`read_request`] reads it.
pub fn write_request(request: &Request<Vec<u8>>) -> Vec<u8> {
    let mut text = format!("{} {}\n", request.method(), request.uri()).into_bytes();
    for (name, value) in request.headers() {
        text.extend([name.as_str().as_bytes(), b":", value.as_bytes(), b"\n"].concat());
    }
    text.push(b'\n');
    text.extend(request.body());
    text
}

fn halves(text: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|&byte| byte == separator)?;
    Some((&text[..at], &text[at + 1..]))
}
