//! The right recipe: every field as the protocol wants it, read from the request.

use std::borrow::Cow;
use std::rc::Rc;

use percent_encoding::percent_decode;

use super::received::{Place, Received, decode, has_public_value, pieces};
use super::recipe::{
    CanonicalPart, Case, Digest, Encoder, Equals, Frame, Head, HexKeys, Key, Line, Names, Order,
    Parameter, Part, Query, Repeated, Spaces, Strings, Swapped,
};
use super::steps::{Canonical, Recipe, Side};
use super::text::{Shared, Text, public, value};
use super::writer::is_public;
use crate::credentials::Credentials;
use crate::payload::Payload;
use crate::protocol::{ALGORITHM, header};

/// Returns the recipe that makes the right signature of a request.
pub(super) fn right_recipe(
    received: &Received<'_>,
    credentials: &Credentials,
    [region, service]: [&str; 2],
) -> Recipe {
    let date = received.date().unwrap_or_default();
    let day = match received.x_date() {
        Some(x_date) => x_date.date().to_owned(),
        None => received.stated.day.clone().unwrap_or_default(),
    };
    let (day, region, service) = (public(day), public(region), public(service));
    let terminator = public("request");
    let key = Key {
        secret: value(credentials.secret_access_key()),
        prefix: "",
        day: day.clone(),
        region: region.clone(),
        service: service.clone(),
        terminator: terminator.clone(),
        steps: Part::ALL,
        hex: HexKeys::None,
        swapped: Swapped::Nowhere,
    };
    let strings = Strings {
        algorithm: public(ALGORITHM),
        date: public(date.as_bytes()),
        access_key_id: public(credentials.access_key_id()),
        day,
        region,
        service,
        terminator,
        scope: Part::ALL,
        digest: Digest::Hex,
        lines: Line::ALL,
        line_end: "\n",
        tail: "",
    };
    let canonical = Canonical::new(
        Rc::new(frame(received)),
        Side::new(query(received)),
        Side::new(head(received)),
    );
    Recipe { key: Side::new(key), strings: Rc::new(strings), canonical }
}

fn frame(received: &Received<'_>) -> Frame {
    let payload = match received.place {
        Place::Header => received.payload,
        Place::Query => Payload::Empty,
    };
    let mut path = Vec::with_capacity(received.path.len());
    // Segment by segment, so that an escaped slash stays one.
    for (index, segment) in received.path.as_bytes().split(|&byte| byte == b'/').enumerate() {
        if index > 0 {
            path.push(b'/');
        }
        let decoded: Vec<u8> = percent_decode(segment).collect();
        Encoder::RIGHT.write(&decoded, &mut path);
    }
    Frame {
        method: public(received.method.as_str()),
        path: public(path),
        payload: public(payload.hash_to_hex().as_bytes()),
        parts: CanonicalPart::ALL,
        line_end: "\n",
        tail: "",
    }
}

fn query(received: &Received<'_>) -> Query {
    Query {
        parameters: received.signed_pieces().map(|piece| read_parameter(piece, decode)).collect(),
        order: Order::Key,
        encoder: Encoder::RIGHT,
        equals: Equals::Always,
        start: "",
        whole: None,
    }
}

fn head(received: &Received<'_>) -> Head {
    let names: Names = received.signed_headers().into_iter().map(Rc::from).collect();
    let sole = |name: &str| -> Option<Shared> {
        let value = received.header(name)?;
        let is_sole = received.headers.get_all(name).iter().nth(1).is_none();
        is_sole.then(|| if has_public_value(name) { public(value) } else { self::value(value) })
    };
    Head {
        lines: Rc::clone(&names),
        list: names,
        line_case: Case::Lower,
        list_case: Case::Lower,
        colon: ":",
        spaces: Spaces::Trimmed,
        repeated: Repeated::First,
        separator: ";",
        list_end: "",
        block_end: 2,
        host: public(received.host()),
        content_type: sole("content-type"),
        x_date: sole(header::X_DATE),
        content_hash: sole(header::X_CONTENT_SHA256),
        token: sole(header::X_SECURITY_TOKEN),
    }
}

/// Reads a parameter from a piece of a query.
pub(super) fn read_parameter<'a>(
    piece: &'a [u8],
    decode: impl Fn(&'a [u8]) -> Cow<'a, [u8]>,
) -> Parameter {
    let mut halves = piece.splitn(2, |&byte| byte == b'=');
    let key = decode(halves.next().unwrap_or_default());
    let written = halves.next();
    Parameter {
        key: public(key),
        value: value(decode(written.unwrap_or_default())),
        piece: value(piece),
        has_equals: written.is_some(),
        is_encoded: false,
    }
}

impl Text {
    /// Returns a query as it was sent, in which the values are hidden.
    pub(super) fn from_query(query: &str) -> Self {
        let mut text = Self::with_capacity(query.len());
        for (index, piece) in pieces(query).enumerate() {
            if index > 0 {
                text.push(b"&");
            }
            let (key, value) = match piece.iter().position(|&byte| byte == b'=') {
                Some(at) => piece.split_at_checked(at).unwrap_or((piece, b"")),
                None => (piece, &b""[..]),
            };
            match (is_public(key), value) {
                (true, _) => text.push(piece),
                (false, []) => text.push_value(key),
                (false, [equals, value @ ..]) => {
                    text.push(key);
                    text.push(&[*equals]);
                    text.push_value(value);
                }
            }
        }
        text
    }
}
