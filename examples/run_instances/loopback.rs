//! A server on loopback that checks requests as the Volcengine OpenAPI does.
//!
//! It reads each request from the bytes of its connection, recomputes the signature and answers in
//! the JSON envelope of the service. Nothing here uses the crate, so the check is independent.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// A running server. It stops when it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    is_stopping: Arc<AtomicBool>,
    acceptor: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server that asks `secret_of` for the secret access key of an access key id.
    pub(crate) fn start(
        secret_of: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let is_stopping = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&is_stopping);
        let secret_of = Arc::new(secret_of);
        let accept = move || {
            for connection in listener.incoming().flatten() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                // One thread per connection, so that a silent client does not block the others.
                // An error of the connection is ignored: the client notices it.
                let secret_of = Arc::clone(&secret_of);
                thread::spawn(move || serve(&connection, &*secret_of));
            }
        };
        let acceptor = Some(thread::Builder::new().spawn(accept)?);
        Ok(Self { address, is_stopping, acceptor })
    }

    /// Returns where the server listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_stopping.store(true, Ordering::SeqCst);
        // A connection wakes the acceptor, which then reads `is_stopping`.
        if TcpStream::connect_timeout(&self.address, PATIENCE).is_ok() {
            let _ = self.acceptor.take().map(JoinHandle::join);
        }
    }
}

type SecretOf<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Answers one request and closes the connection.
fn serve(mut connection: &TcpStream, secret_of: SecretOf<'_>) -> io::Result<()> {
    connection.set_read_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(connection);
    let reply = match Request::read(&mut reader) {
        Ok(request) => reply(&request, request.judge(secret_of)),
        Err(refusal) => reply(&Request::default(), Err(refusal)),
    };
    connection.write_all(reply.as_bytes())?;
    connection.shutdown(Shutdown::Write)?;
    // Read the rest first: closing with unread bytes resets the connection and loses the reply.
    io::copy(&mut reader.take(MOST_BODY), &mut io::sink()).map(drop)
}

/// A request as it was received.
#[derive(Default)]
struct Request {
    method: String,
    path: Vec<u8>,
    query: Vec<u8>,
    /// Names in lower case, values without the white space around them.
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

/// Reading.
impl Request {
    fn read(reader: &mut impl BufRead) -> Result<Self, Refusal> {
        let mut head = reader.by_ref().take(MOST_HEAD);
        let request_line = read_line(&mut head)?;
        let mut words = request_line.split(|&byte| byte == b' ');
        let (Some(method), Some(target), Some(b"HTTP/1.1"), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(Refusal::malformed("the request line is not of HTTP/1.1"));
        };
        if method.is_empty() || !method.iter().all(u8::is_ascii_uppercase) {
            return Err(Refusal::malformed("the method is not in upper-case letters"));
        }
        if !target.starts_with(b"/") {
            return Err(Refusal::malformed("the request target is not a path"));
        }
        let mut target = target.splitn(2, |&byte| byte == b'?');
        let mut request = Self {
            method: String::from_utf8_lossy(method).into_owned(),
            path: target.next().unwrap_or_default().to_vec(),
            query: target.next().unwrap_or_default().to_vec(),
            headers: read_headers(&mut head)?,
            body: Vec::new(),
        };
        request.body = request.read_body(reader)?;
        Ok(request)
    }

    fn read_body(&self, reader: &mut impl BufRead) -> Result<Vec<u8>, Refusal> {
        let length: Vec<_> = self.values_of("content-length").collect();
        let coding: Vec<_> = self.values_of("transfer-encoding").collect();
        match (&*length, &*coding) {
            ([], []) => Ok(Vec::new()),
            ([length], []) => read_exactly(reader, number(length, 10)?),
            ([], [coding]) if coding.eq_ignore_ascii_case(b"chunked") => read_chunks(reader),
            _ => Err(Refusal::malformed("the length of the body is ambiguous")),
        }
    }

    fn values_of(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.headers.iter().filter(move |header| header.0 == name).map(|header| &*header.1)
    }
}

fn read_line(reader: &mut impl BufRead) -> Result<Vec<u8>, Refusal> {
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line)?;
    match line.strip_suffix(b"\r\n") {
        Some(line) if !line.iter().any(|byte| b"\r\n\0".contains(byte)) => Ok(line.to_vec()),
        _ => Err(Refusal::malformed("a line of the head is incomplete, too long or malformed")),
    }
}

fn read_headers(reader: &mut impl BufRead) -> Result<Vec<(String, Vec<u8>)>, Refusal> {
    let mut headers = Vec::new();
    loop {
        let line = read_line(reader)?;
        if line.is_empty() {
            return Ok(headers);
        }
        let mut halves = line.splitn(2, |&byte| byte == b':');
        let (Some(name), Some(value)) = (halves.next(), halves.next()) else {
            return Err(Refusal::malformed("a header line has no colon"));
        };
        if name.is_empty() || !name.iter().all(|byte| is_token(*byte)) {
            return Err(Refusal::malformed("a header name has a character that is not allowed"));
        }
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        headers.push((name, trim(value).to_vec()));
    }
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn read_chunks(reader: &mut impl BufRead) -> Result<Vec<u8>, Refusal> {
    let mut body = Vec::new();
    loop {
        let mut line = reader.by_ref().take(MOST_HEAD);
        let size = read_line(&mut line)?;
        let size = number(trim(size.split(|&byte| byte == b';').next().unwrap_or_default()), 16)?;
        if size == 0 {
            // Trailers follow. No signature covers them.
            return read_headers(&mut reader.by_ref().take(MOST_HEAD)).map(|_| body);
        }
        body.extend(read_exactly(reader, size)?);
        if body.len() as u64 > MOST_BODY || !read_exactly(reader, 2)?.eq(b"\r\n") {
            return Err(Refusal::malformed("a chunk is too long or does not end in CRLF"));
        }
    }
}

fn read_exactly(reader: &mut impl BufRead, length: u64) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    if length <= MOST_BODY && reader.take(length).read_to_end(&mut bytes)? as u64 == length {
        Ok(bytes)
    } else {
        Err(Refusal::malformed("the body is incomplete or too long"))
    }
}

fn number(digits: &[u8], radix: u32) -> Result<u64, Refusal> {
    std::str::from_utf8(digits)
        .ok()
        .filter(|digits| !digits.starts_with('+'))
        .and_then(|digits| u64::from_str_radix(digits, radix).ok())
        .ok_or_else(|| Refusal::malformed("the length of the body is not a number"))
}

fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// Judging.
impl Request {
    /// Returns the authorization if the owner of the secret signed this request with it.
    fn judge(&self, secret_of: SecretOf<'_>) -> Result<Authorization<'_>, Refusal> {
        let authorization = Authorization::parse(self.sole_value("authorization")?)?;
        self.check_what_is_signed(&authorization)?;
        let x_date = self.sole_value("x-date")?;
        if !x_date.starts_with(authorization.date.as_bytes()) {
            return Err(Refusal::mismatch("the date of the scope is not that of x-date"));
        }
        let payload_hash = hex(&Sha256::digest(&self.body));
        if self.sole_value("x-content-sha256")? != payload_hash.as_bytes() {
            return Err(Refusal::mismatch("x-content-sha256 is not the hash of the body"));
        }
        let Some(secret) = secret_of(authorization.access_key_id) else {
            return Err(Refusal::mismatch("the access key id is unknown"));
        };
        let canonical_request = self.canonical_request(&authorization, &payload_hash)?;
        if authorization.signature != authorization.expected(&secret, x_date, &canonical_request) {
            let canonical_request = String::from_utf8_lossy(&canonical_request);
            return Err(Refusal::mismatch(format!(
                "the signature is not that of the canonical request:\n{canonical_request}"
            )));
        }
        Ok(authorization)
    }

    fn check_what_is_signed(&self, authorization: &Authorization<'_>) -> Result<(), Refusal> {
        let signed = &authorization.signed_headers;
        if !signed.is_sorted_by(|a, b| a < b) {
            return Err(Refusal::mismatch("the signed headers are not sorted or not unique"));
        }
        let always = ["host", "x-content-sha256", "x-date"];
        let if_present = ["content-md5", "content-type", "x-security-token"];
        let present = if_present.iter().filter(|name| self.values_of(name).next().is_some());
        match always.iter().chain(present).find(|name| !signed.contains(name)) {
            Some(name) => Err(Refusal::mismatch(format!("{name} is not signed"))),
            None => Ok(()),
        }
    }

    fn sole_value(&self, name: &str) -> Result<&[u8], Refusal> {
        let mut values = self.values_of(name);
        match (values.next(), values.next()) {
            (Some(value), None) => Ok(value),
            (None, _) => Err(Refusal::mismatch(format!("{name} is absent"))),
            (_, Some(_)) => Err(Refusal::mismatch(format!("{name} occurs twice"))),
        }
    }

    fn canonical_request(
        &self,
        authorization: &Authorization<'_>,
        payload_hash: &str,
    ) -> Result<Vec<u8>, Refusal> {
        let mut lines = Vec::new();
        for &name in &authorization.signed_headers {
            let mut value = self.sole_value(name)?;
            if name == "host" {
                value = [&b":80"[..], b":443"]
                    .iter()
                    .find_map(|port| value.strip_suffix(*port))
                    .unwrap_or(value);
            }
            lines.extend([name.as_bytes(), b":", value, b"\n"].concat());
        }
        let path = encode(&decode(&self.path)?, |byte| is_unreserved(byte) || byte == b'/');
        let mut parameters = self.parameters()?;
        parameters.sort_by(|a, b| a.key.cmp(&b.key));
        let query = parameters.iter().map(Parameter::encode).collect::<Vec<_>>().join("&");
        let signed_headers = authorization.signed_headers.join(";");
        let parts: [&[u8]; 6] = [
            self.method.as_bytes(),
            path.as_bytes(),
            query.as_bytes(),
            &lines,
            signed_headers.as_bytes(),
            payload_hash.as_bytes(),
        ];
        Ok(parts.join(&b'\n'))
    }

    /// Returns the parameters of the query in the order of the request.
    fn parameters(&self) -> Result<Vec<Parameter>, Refusal> {
        let with_spaces: Vec<_> =
            self.query.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect();
        let pieces = with_spaces.split(|&byte| byte == b'&').filter(|piece| !piece.is_empty());
        pieces.map(Parameter::decode).collect()
    }
}

/// A parameter of the query, decoded.
struct Parameter {
    key: Vec<u8>,
    value: Vec<u8>,
}

impl Parameter {
    fn decode(piece: &[u8]) -> Result<Self, Refusal> {
        let mut halves = piece.splitn(2, |&byte| byte == b'=');
        let mut half = || decode(halves.next().unwrap_or_default());
        Ok(Self { key: half()?, value: half()? })
    }

    fn encode(&self) -> String {
        format!("{}={}", encode(&self.key, is_unreserved), encode(&self.value, is_unreserved))
    }
}

/// The parts of `HMAC-SHA256 Credential=<id>/<date>/<region>/<service>/request,
/// SignedHeaders=<names>, Signature=<hex>`.
struct Authorization<'a> {
    access_key_id: &'a str,
    date: &'a str,
    region: &'a str,
    service: &'a str,
    signed_headers: Vec<&'a str>,
    signature: &'a str,
}

impl<'a> Authorization<'a> {
    fn parse(value: &'a [u8]) -> Result<Self, Refusal> {
        let parse = || {
            let value = std::str::from_utf8(value).ok()?;
            let value = value.strip_prefix("HMAC-SHA256 Credential=")?;
            let (credential, value) = value.split_once(", SignedHeaders=")?;
            let (signed_headers, signature) = value.split_once(", Signature=")?;
            let mut fields = credential.split('/');
            let authorization = Self {
                access_key_id: fields.next()?,
                date: fields.next().filter(|date| date.len() == 8)?,
                region: fields.next()?,
                service: fields.next()?,
                signed_headers: signed_headers.split(';').collect(),
                signature,
            };
            (fields.next() == Some("request") && fields.next().is_none()).then_some(authorization)
        };
        parse().ok_or_else(|| Refusal::mismatch("authorization is malformed"))
    }

    /// Computes the signature that the owner of `secret` would make.
    fn expected(&self, secret: &str, x_date: &[u8], canonical_request: &[u8]) -> String {
        let Self { date, region, service, .. } = self;
        let string_to_sign = format!(
            "HMAC-SHA256\n{}\n{date}/{region}/{service}/request\n{}",
            String::from_utf8_lossy(x_date),
            hex(&Sha256::digest(canonical_request)),
        );
        let steps = [date, region, service, "request", &string_to_sign];
        hex(&steps.iter().fold(secret.as_bytes().to_vec(), |key, step| hmac(&key, step)))
    }
}

fn hmac(key: &[u8], message: &str) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.chain_update(message).finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn decode(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut decoded = Vec::new();
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        rest = after;
        decoded.push(match (first, after) {
            (b'%', [high, low, after @ ..]) => {
                rest = after;
                let digit = |byte: &u8| char::from(*byte).to_digit(16);
                digit(high)
                    .zip(digit(low))
                    .and_then(|(high, low)| u8::try_from(high * 16 + low).ok())
                    .ok_or_else(Refusal::malformed_escape)?
            }
            (b'%', _) => return Err(Refusal::malformed_escape()),
            (&plain, _) => plain,
        });
    }
    Ok(decoded)
}

fn encode(bytes: &[u8], is_kept: impl Fn(u8) -> bool) -> String {
    bytes.iter().fold(String::new(), |mut encoded, &byte| {
        if is_kept(byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)
}

/// Why a request is refused: the HTTP status, and the fields of `Error` in the envelope.
struct Refusal {
    status: &'static str,
    code: &'static str,
    message: String,
}

impl Refusal {
    fn malformed(message: impl Into<String>) -> Self {
        let code = r#""Code":"MalformedRequest""#;
        Self { status: "400 Bad Request", code, message: message.into() }
    }

    fn malformed_escape() -> Self {
        Self::malformed("the request target has a malformed percent escape")
    }

    fn mismatch(message: impl Into<String>) -> Self {
        let code = r#""CodeN":100010,"Code":"SignatureDoesNotMatch""#;
        Self { status: "401 Unauthorized", code, message: message.into() }
    }
}

impl From<io::Error> for Refusal {
    fn from(_: io::Error) -> Self {
        Self::malformed("the request did not arrive")
    }
}

/// Writes the reply in the envelope of the service.
fn reply(request: &Request, verdict: Result<Authorization<'_>, Refusal>) -> String {
    let parameters = request.parameters().unwrap_or_default();
    let parameter = |key: &str| {
        let found = parameters.iter().find(|parameter| parameter.key == key.as_bytes());
        json(&String::from_utf8_lossy(found.map_or(&[], |parameter| &parameter.value)))
    };
    let seen = Sha256::digest(request.values_of("authorization").next().unwrap_or_default());
    let id = hex(seen.get(..16).unwrap_or_default());
    let (region, service) = match &verdict {
        Ok(authorization) => (authorization.region, authorization.service),
        Err(_) => ("", ""),
    };
    let mut metadata = format!(
        r#""RequestId":{},"Action":{},"Version":{},"Service":{},"Region":{}"#,
        json(&id.to_uppercase()),
        parameter("Action"),
        parameter("Version"),
        json(service),
        json(region),
    );
    let (status, result) = match verdict {
        Ok(_) => ("200 OK", format!(r#","Result":{{"InstanceIds":["i-{id}"]}}"#)),
        Err(Refusal { status, code, message }) => {
            let _ = write!(metadata, r#","Error":{{{code},"Message":{}}}"#, json(&message));
            (status, String::new())
        }
    };
    let body = format!(r#"{{"ResponseMetadata":{{{metadata}}}{result}}}"#);
    format!(
        "HTTP/1.1 {status}\r\n\
         Content-Type: application/json; charset=utf-8\r\n\
         Content-Length: {}\r\n\
         Connection: close\r\n\
         \r\n\
         {body}",
        body.len(),
    )
}

fn json(text: &str) -> String {
    let escaped = text.chars().fold(String::new(), |mut escaped, char| {
        match char {
            '"' | '\\' => escaped.extend(['\\', char]),
            '\0'..=' ' if char != ' ' => {
                let _ = write!(escaped, "\\u{:04x}", u32::from(char));
            }
            _ => escaped.push(char),
        }
        escaped
    });
    format!("\"{escaped}\"")
}

/// How long the server waits for a client to send bytes.
const PATIENCE: Duration = Duration::from_secs(5);
const MOST_HEAD: u64 = 64 * 1024;
const MOST_BODY: u64 = 16 * 1024 * 1024;
