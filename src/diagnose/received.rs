//! A request as it was received: what it says of its signature, read as leniently as people read.
//!
//! In: head and payload. Out: the stated and the right value of every field, without any judgement.

use std::borrow::Cow;

use http::header::{AUTHORIZATION, HOST};
use http::{HeaderMap, HeaderValue, Method, Request};
use percent_encoding::percent_decode;

use super::base64;
use super::finding::Phrase;
use crate::credentials::Credentials;
use crate::header_policy::is_never_signed;
use crate::payload::Payload;
use crate::protocol::timestamp::XDate;
use crate::protocol::{header, query_parameter};

/// A request and what it says of its signature.
pub(super) struct Received<'a> {
    pub(super) method: &'a Method,
    pub(super) scheme: Option<&'a str>,
    pub(super) authority: Option<&'a str>,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    pub(super) headers: &'a HeaderMap,
    pub(super) payload: Payload<'a>,
    pub(super) place: Place,
    pub(super) stated: Stated,
}

/// Where the signature is.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    Header,
    Query,
}

/// What the `Authorization` or the parameters of a presigned URL say, as far as they can be read.
#[derive(Default)]
pub(super) struct Stated {
    /// The whole `Authorization`.
    pub(super) authorization: Option<String>,
    pub(super) algorithm: Option<String>,
    pub(super) access_key_id: Option<String>,
    pub(super) day: Option<String>,
    pub(super) region: Option<String>,
    pub(super) service: Option<String>,
    pub(super) terminator: Option<String>,
    pub(super) signed_headers: Option<String>,
    pub(super) signature: Option<String>,
}

impl<'a> Received<'a> {
    pub(super) fn new<B>(request: &'a Request<B>, payload: Payload<'a>) -> Self {
        let uri = request.uri();
        let query = uri.query().unwrap_or_default();
        let headers = request.headers();
        let is_presigned = !headers.contains_key(AUTHORIZATION)
            && pieces(query).any(|piece| key_of(piece) == query_parameter::X_SIGNATURE.as_bytes());
        let (place, stated) = if is_presigned {
            (Place::Query, Stated::of_query(query))
        } else {
            (Place::Header, Stated::of_header(headers.get(AUTHORIZATION)))
        };
        Self {
            method: request.method(),
            scheme: uri.scheme_str(),
            authority: uri.authority().map(http::uri::Authority::as_str),
            path: if uri.path().is_empty() { "/" } else { uri.path() },
            query,
            headers,
            payload,
            place,
            stated,
        }
    }

    /// Returns the bytes of the body, if they are at hand.
    pub(super) fn body(&self) -> Option<&'a [u8]> {
        match self.payload {
            Payload::Empty => Some(b""),
            Payload::Bytes(bytes) => Some(bytes),
            Payload::Sha256(_) => None,
        }
    }

    /// Returns the first value of the header `name`.
    pub(super) fn header(&self, name: &str) -> Option<&'a [u8]> {
        self.headers.get(name).map(HeaderValue::as_bytes)
    }

    /// Returns the first value of the header `name` if it is text, without white space around it.
    pub(super) fn header_text(&self, name: &str) -> Option<&'a str> {
        std::str::from_utf8(self.header(name)?.trim_ascii()).ok()
    }

    /// Returns the text of `X-Date`, from the place that the signature has it in.
    pub(super) fn date(&self) -> Option<Cow<'a, str>> {
        match self.place {
            Place::Header => self.header_text(header::X_DATE).map(Cow::Borrowed),
            Place::Query => self.parameter(query_parameter::X_DATE),
        }
    }

    pub(super) fn x_date(&self) -> Option<XDate> {
        self.date()?.parse().ok()
    }

    pub(super) fn session_token(&self) -> Option<Cow<'a, [u8]>> {
        match self.place {
            Place::Header => {
                self.header(header::X_SECURITY_TOKEN).map(|token| token.trim_ascii().into())
            }
            Place::Query => self.parameter_bytes(query_parameter::X_SECURITY_TOKEN),
        }
    }

    /// Returns the decoded value of the first parameter called `key`.
    pub(super) fn parameter(&self, key: &str) -> Option<Cow<'a, str>> {
        parameter(self.query, key)
    }

    fn parameter_bytes(&self, key: &str) -> Option<Cow<'a, [u8]>> {
        let piece = pieces(self.query).find(|piece| key_of(piece) == key.as_bytes())?;
        Some(decode(value_of(piece)))
    }

    /// Returns the host to sign: the `Host` header, or the host of the URL, without the ports 80
    /// and 443.
    pub(super) fn host(&self) -> &'a [u8] {
        let host = self.host_as_sent();
        let (name, port) = split_port(host);
        let number = std::str::from_utf8(port).ok().and_then(|port| port.parse::<u16>().ok());
        if port.is_empty() || matches!(number, Some(80 | 443)) { name } else { host }
    }

    pub(super) fn host_as_sent(&self) -> &'a [u8] {
        let host = self.header(HOST.as_str()).or(self.authority.map(str::as_bytes));
        let host = host.unwrap_or_default().trim_ascii();
        // User info is no part of the host.
        host.rsplit(|&byte| byte == b'@').next().unwrap_or(host)
    }

    /// Returns the names of the signed headers as the right list has them: those that are stated,
    /// in lower case, or what should be signed where none can be read.
    pub(super) fn signed_headers(&self) -> Vec<String> {
        match &self.stated.signed_headers {
            Some(list) => {
                let names = list.split(';').map(|name| name.trim().to_ascii_lowercase());
                names.filter(|name| !name.is_empty()).collect()
            }
            None => self.expected_headers(),
        }
    }

    /// Returns the names of what should be signed, sorted: what the request has of the headers that
    /// this crate signs.
    pub(super) fn expected_headers(&self) -> Vec<String> {
        let names = self.headers.keys().map(http::HeaderName::as_str);
        let mut names: Vec<_> = names
            .filter(|name| match *name {
                "content-type" | "content-md5" => true,
                name => name.starts_with("x-") && !is_never_signed(name),
            })
            .chain([HOST.as_str(), header::X_DATE])
            .map(str::to_owned)
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Returns the pieces of the query that are signed, as they were sent.
    pub(super) fn signed_pieces(&self) -> impl Iterator<Item = &'a [u8]> {
        let is_presigned = self.place == Place::Query;
        // Some official presigners do not list the token, and then do not sign it.
        let listed = self.parameter(query_parameter::X_SIGNED_QUERIES);
        let has_unsigned_token = is_presigned
            && listed.is_some_and(|list| {
                !list.split(';').any(|key| key == query_parameter::X_SECURITY_TOKEN)
            });
        pieces(self.query).filter(move |piece| {
            let key = key_of(piece);
            !(is_presigned && key == query_parameter::X_SIGNATURE.as_bytes()
                || has_unsigned_token && key == query_parameter::X_SECURITY_TOKEN.as_bytes())
        })
    }

    /// Returns what the text of the signature may stand for.
    pub(super) fn claims(&self) -> Vec<Claim> {
        let Some(signature) = &self.stated.signature else { return Vec::new() };
        Claim::all_of(signature)
    }
}

impl Stated {
    fn of_header(value: Option<&HeaderValue>) -> Self {
        let Some(value) = value else { return Self::default() };
        let text = String::from_utf8_lossy(value.as_bytes()).trim().to_owned();
        let algorithm = text.trim_matches(['"', '\'']).split([' ', '\t', ',']).next();
        let mut stated = Self {
            algorithm: algorithm.filter(|word| !word.contains('=')).map(str::to_owned),
            signed_headers: labelled(&text, "SignedHeaders"),
            signature: labelled(&text, "Signature"),
            ..Self::default()
        };
        stated.read_credential(labelled(&text, "Credential"));
        stated.authorization = Some(text);
        stated
    }

    fn of_query(query: &str) -> Self {
        let text = |key| parameter(query, key).map(Cow::into_owned);
        let mut stated = Self {
            algorithm: text(crate::protocol::query_parameter::X_ALGORITHM),
            signed_headers: Some(text(query_parameter::X_SIGNED_HEADERS).unwrap_or_default()),
            signature: text(query_parameter::X_SIGNATURE),
            ..Self::default()
        };
        stated.read_credential(text(query_parameter::X_CREDENTIAL));
        stated
    }

    fn read_credential(&mut self, credential: Option<String>) {
        let Some(credential) = credential else { return };
        let mut parts = credential.split('/').map(str::to_owned);
        self.access_key_id = parts.next();
        self.day = parts.next();
        self.region = parts.next();
        self.service = parts.next();
        self.terminator = parts.next();
    }
}

/// Returns what follows `label=` up to the next comma, space or quotation mark.
fn labelled(text: &str, label: &str) -> Option<String> {
    let ends = |c: char| c == ',' || c.is_whitespace() || c == '"' || c == '\'';
    let mut after = text.match_indices(label).filter_map(|(at, found)| {
        // "X-Signature" and "SignedHeaders" hold other labels.
        let is_word = !text.get(..at)?.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
        let rest = text.get(at.checked_add(found.len())?..)?.trim_start();
        let rest = rest.strip_prefix('=').or(rest.strip_prefix(':'))?;
        is_word.then_some(rest.trim_start())
    });
    let value = after.next()?;
    // An access key id may hold a space. Without a comma behind it, the next label ends it.
    let whole = value.split([',', '"', '\'']).next()?;
    let value = match label {
        "Credential" if !whole.contains('=') => whole.trim(),
        _ => value.split(ends).next()?,
    };
    Some(value.trim_end_matches(';').to_owned())
}

/// Returns the pieces of a query between the "&".
pub(super) fn pieces(query: &str) -> impl Iterator<Item = &[u8]> {
    query.as_bytes().split(|&byte| byte == b'&').filter(|piece| !piece.is_empty())
}

/// Returns the decoded key of a piece, if decoding leaves it as it is; else as it was sent.
fn key_of(piece: &[u8]) -> Cow<'_, [u8]> {
    decode(piece.splitn(2, |&byte| byte == b'=').next().unwrap_or_default())
}

fn value_of(piece: &[u8]) -> &[u8] {
    piece.splitn(2, |&byte| byte == b'=').nth(1).unwrap_or_default()
}

fn parameter<'a>(query: &'a str, key: &str) -> Option<Cow<'a, str>> {
    let piece = pieces(query).find(|piece| key_of(piece) == key.as_bytes())?;
    match decode(value_of(piece)) {
        Cow::Borrowed(value) => std::str::from_utf8(value).ok().map(Cow::Borrowed),
        Cow::Owned(value) => String::from_utf8(value).ok().map(Cow::Owned),
    }
}

/// Decodes a key or value: "+" is a space, and what is no escape stays.
pub(super) fn decode(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'+') {
        return percent_decode(text).into();
    }
    let spaced: Vec<_> = text.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect();
    Cow::Owned(percent_decode(&spaced).collect())
}

/// Splits a port off a host; an IPv6 address has colons in brackets.
pub(super) fn split_port(host: &[u8]) -> (&[u8], &[u8]) {
    let start = host.iter().position(|&byte| byte == b']').unwrap_or(0);
    let colon = host.iter().skip(start).position(|&byte| byte == b':');
    match colon.and_then(|colon| host.split_at_checked(start.saturating_add(colon))) {
        Some((name, [_, port @ ..])) => (name, port),
        _ => (host, b""),
    }
}

/// What the text of a signature stands for.
pub(super) struct Claim {
    /// The MAC, or its first half.
    pub(super) mac: Vec<u8>,
    pub(super) form: Form,
}

/// How a MAC is written.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Form {
    /// 64 hex digits in lower case: the right one.
    Hex,
    UpperHex,
    Base64,
    Base64OfHex,
    /// The first 32 of the hex digits.
    Half,
}

impl Claim {
    fn all_of(signature: &str) -> Vec<Self> {
        // A URL may have escaped what base64 writes.
        let text: Vec<u8> = percent_decode(signature.as_bytes()).collect();
        let mut claims = Vec::new();
        let mut claim = |mac: Vec<u8>, form| claims.push(Self { mac, form });
        let is_upper = text.iter().any(u8::is_ascii_uppercase);
        if let Some(mac) = hex_bytes::<32>(&text) {
            claim(mac.to_vec(), if is_upper { Form::UpperHex } else { Form::Hex });
        }
        // 128 bits are still no accident; less is not looked for.
        if let Some(half) = hex_bytes::<16>(&text) {
            claim(half.to_vec(), Form::Half);
        }
        if let Some(decoded) = base64::decode(&text) {
            if let Some(mac) = hex_bytes::<32>(&decoded) {
                claim(mac.to_vec(), Form::Base64OfHex);
            } else if decoded.len() == 32 {
                claim(decoded.to_vec(), Form::Base64);
            }
        }
        claims
    }
}

fn hex_bytes<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    hex::decode_to_slice(digits, &mut bytes).ok()?;
    Some(bytes)
}

/// Returns a name of the request, if it looks like a name and holds no piece of the secret.
pub(super) fn name(text: &str, credentials: &Credentials) -> Phrase {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/".contains(&byte);
    let secret = credentials.secret_access_key();
    let is_secret = |piece: &[u8]| secret.windows(6).any(|other| piece == other);
    match text.len() {
        0..=64 if text.bytes().all(is_name) && !text.as_bytes().windows(6).any(is_secret) => {
            Phrase::from(text.to_owned())
        }
        _ => Phrase::from(("another text", "其他文本")),
    }
}

/// Whether `name` is one of the headers whose values anybody may see.
pub(super) fn has_public_value(name: &str) -> bool {
    matches!(name, "host" | "content-type" | header::X_DATE | header::X_CONTENT_SHA256)
}
