//! A second canonicalizer, to compare with the one in `src/`: the rules of `tests/vectors/README.md` in
//! their order, on owned bytes, as simple as possible. It shares no code with `src/`.

use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, Method, Request, Uri};
use sha2::{Digest, Sha256};

/// Returns the canonical request, or `None` if the protocol refuses to sign.
pub fn canonical_request(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    signed_headers: &[&str],
    payload_hash: [u8; 32],
) -> Option<Vec<u8>> {
    let is_path = method != Method::CONNECT && uri.path().starts_with('/');
    // A host has no "@", so this also refuses user info.
    let is_host = uri.authority().is_none_or(|authority| host(authority.as_str()).is_some());
    if !is_path || !is_host {
        return None;
    }
    let parts = [
        method.as_str().into(),
        path(uri.path())?,
        query(uri.query().unwrap_or_default())?,
        header_lines(uri, headers, signed_headers)?,
        signed_headers.join(";").into(),
        hex(&payload_hash).into(),
    ];
    Some(parts.join(&b'\n'))
}

/// Returns the signature in hex.
pub fn signature(
    secret_access_key: &str,
    x_date: &str,
    region: &str,
    service: &str,
    canonical_request: &[u8],
) -> String {
    let date = &x_date[..8];
    let hash = hex(&Sha256::digest(canonical_request));
    let string_to_sign =
        format!("HMAC-SHA256\n{x_date}\n{date}/{region}/{service}/request\n{hash}");
    let texts = [date, region, service, "request", &string_to_sign];
    hex(&texts.iter().fold(secret_access_key.into(), |key: Vec<u8>, text| {
        let mut hmac = Hmac::<Sha256>::new_from_slice(&key).expect("any length is a key");
        hmac.update(text.as_bytes());
        hmac.finalize().into_bytes().to_vec()
    }))
}

/// Computes, like a server, the `Authorization` that a signed request must have. Its own
/// `Authorization` says who signed which headers.
pub fn authorization<B: AsRef<[u8]>>(
    request: &Request<B>,
    secret_access_key: &str,
) -> Option<String> {
    let header = |name| request.headers().get(name)?.to_str().ok();
    if header("x-content-sha256")? != hex(&Sha256::digest(request.body().as_ref())) {
        return None;
    }
    let (claim, _) = header("authorization")?.split_once(", Signature=")?;
    let [_, signature] = received(request, None, secret_access_key)?;
    Some(format!("{claim}, Signature={signature}"))
}

/// Computes, like a server, the signature that a presigned URL must have.
pub fn presigned(method: &Method, url: &str, secret_access_key: &str) -> Option<String> {
    let (unsigned, _) = url.rsplit_once("&X-Signature=")?;
    let (_, query) = unsigned.split_once('?')?;
    let keys = query.split('&').map(|piece| decode(piece.split_once('=')?.0));
    let keys = keys.collect::<Option<Vec<_>>>()?;
    let listed = query.split('&').find_map(|piece| piece.strip_prefix("X-SignedQueries="))?;
    // Every key is listed once, in order.
    if decode(listed)? != keys.join(&b';') || !keys.is_sorted_by(|key, next| key < next) {
        return None;
    }
    let request = Request::builder().method(method).uri(url).body("").ok()?;
    received(&request, None, secret_access_key).map(|[_, signature]| signature)
}

/// Returns the signature that a received request has, in its headers or in its URL, and the one that
/// it must have. The parameters may be in any order. `unlisted` names a parameter that is signed only
/// if X-SignedQueries lists it.
pub fn received<B: AsRef<[u8]>>(
    request: &Request<B>,
    unlisted: Option<&str>,
    secret_access_key: &str,
) -> Option<[String; 2]> {
    let uri = request.uri();
    let pieces = uri.query().unwrap_or_default().split('&').filter(|piece| !piece.is_empty());
    let mut parameters = Vec::new();
    for piece in pieces {
        let (key, value) = piece.split_once('=').unwrap_or((piece, ""));
        let bytes = |text: &str| decode(&text.replace('+', "%20"));
        parameters.push((bytes(key)?, bytes(value)?, piece));
    }
    let bytes = |wanted: &str| {
        let found = parameters.iter().find(|(key, ..)| key == wanted.as_bytes());
        found.map(|(_, value, _)| value.clone())
    };
    let value = |wanted: &str| String::from_utf8(bytes(wanted)?).ok();
    let header = |name: &str| {
        let value = request.headers().get(name)?;
        String::from_utf8(trim(value.as_bytes())).ok()
    };
    let (credential, x_date, names, signature, query, payload_hash) = match header("authorization")
    {
        Some(authorization) => {
            let parts: Vec<_> = authorization.split(',').map(|part| part.trim_start()).collect();
            let [credential, names, signature] = parts[..] else { return None };
            (
                credential.strip_prefix("HMAC-SHA256 Credential=")?.to_owned(),
                header("x-date")?,
                names.strip_prefix("SignedHeaders=")?.to_owned(),
                signature.strip_prefix("Signature=")?.to_owned(),
                uri.query().unwrap_or_default().to_owned(),
                Sha256::digest(request.body().as_ref()),
            )
        }
        None => {
            let listed = bytes("X-SignedQueries")?;
            let is_listed = |key: &[u8]| listed.split(|&byte| byte == b';').any(|name| name == key);
            let signed = parameters.iter().filter(|(key, ..)| {
                let may_be_unlisted = unlisted.is_some_and(|name| name.as_bytes() == key);
                key != b"X-Signature" && (!may_be_unlisted || is_listed(key))
            });
            let query: Vec<_> = signed.map(|(.., piece)| *piece).collect();
            (
                value("X-Credential")?,
                value("X-Date")?,
                value("X-SignedHeaders")?,
                value("X-Signature")?,
                query.join("&"),
                Sha256::digest([]),
            )
        }
    };
    let [_, date, region, service, "request"] = credential.split('/').collect::<Vec<_>>()[..]
    else {
        return None;
    };
    let x_date = Some(x_date).filter(|x_date| x_date.len() == 16 && x_date.starts_with(date))?;
    let names: Vec<_> = names.split(';').filter(|name| !name.is_empty()).collect();
    let authority = uri.authority().map(|authority| format!("http://{authority}"));
    let target = format!("{}{}?{query}", authority.unwrap_or_default(), uri.path());
    let canonical_request = canonical_request(
        request.method(),
        &target.parse().ok()?,
        request.headers(),
        &names,
        payload_hash.into(),
    )?;
    let expected = self::signature(secret_access_key, &x_date, region, service, &canonical_request);
    Some([signature, expected])
}

/// Rule 1. An escaped slash would become a slash, which is another path.
fn path(path: &str) -> Option<Vec<u8>> {
    let segments: Option<Vec<_>> = path
        .split('/')
        .map(|segment| decode(segment).filter(|segment| !segment.contains(&b'/')))
        .collect();
    Some(segments?.iter().map(|segment| encode(segment)).collect::<Vec<_>>().join(&b'/'))
}

/// Rule 2.
fn query(query: &str) -> Option<Vec<u8>> {
    let mut parameters = Vec::new();
    for piece in query.replace('+', "%20").split('&').filter(|piece| !piece.is_empty()) {
        let (key, value) = piece.split_once('=').unwrap_or((piece, ""));
        parameters.push((decode(key)?, decode(value)?));
    }
    parameters.sort_by_key(|(key, _)| key.clone());
    let pieces: Vec<_> =
        parameters.iter().map(|(key, value)| [encode(key), encode(value)].join(&b'=')).collect();
    Some(pieces.join(&b'&'))
}

/// The rule about headers. If no header is signed, this part is one empty line.
fn header_lines(uri: &Uri, headers: &HeaderMap, names: &[&str]) -> Option<Vec<u8>> {
    if names.is_empty() {
        return Some(b"\n".to_vec());
    }
    let mut lines = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let is_upper = name.bytes().any(|byte| byte.is_ascii_uppercase());
        let is_repeated =
            names[..index].contains(name) || headers.get_all(*name).iter().count() > 1;
        if is_upper || is_repeated {
            return None;
        }
        let value = headers.get(*name).map(|value| trim(value.as_bytes()));
        let value = if *name == "host" {
            match value {
                Some(value) => host(&String::from_utf8(value).ok()?)?,
                None => host(uri.authority()?.as_str())?,
            }
        } else {
            value?
        };
        lines.extend([name.as_bytes(), b":", &value, b"\n"].concat());
    }
    Some(lines)
}

fn trim(value: &[u8]) -> Vec<u8> {
    let mut value = value.to_vec();
    while let Some(b' ' | b'\t') = value.first() {
        value.remove(0);
    }
    while let Some(b' ' | b'\t') = value.last() {
        value.pop();
    }
    value
}

/// Whether RFC 3986 allows each character in hosts and ports. Not the comma: it would join two
/// headers.
fn is_host(value: &str) -> bool {
    let is_known = |char: char| char.is_ascii_alphanumeric() || "-._~!$&'()*+;=:[]%".contains(char);
    value.chars().all(is_known)
}

/// The host without a default port. Brackets may contain colons.
fn host(host: &str) -> Option<Vec<u8>> {
    if !is_host(host) {
        return None;
    }
    let name_length = match host.starts_with('[') {
        true => host.find(']')? + 1,
        false => host.find(':').unwrap_or(host.len()),
    };
    let (name, port) = host.split_at(name_length);
    if name.is_empty() || name == "[]" {
        return None;
    }
    if port.is_empty() || port == ":" {
        return Some(name.into());
    }
    let digits = port.strip_prefix(':')?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match digits.trim_start_matches('0') {
        "80" | "443" => Some(name.into()),
        number if number.is_empty() || number.parse::<u16>().is_ok() => Some(host.into()),
        _ => None,
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend(rest.as_bytes());
    }
    Some(bytes)
}

fn encode(bytes: &[u8]) -> Vec<u8> {
    let unreserved = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
    let encode = |byte| match unreserved.contains(byte) {
        true => vec![*byte],
        false => format!("%{byte:02X}").into_bytes(),
    };
    bytes.iter().flat_map(encode).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
