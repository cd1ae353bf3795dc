//! The naive writer: from a recipe to the bytes that are signed.
//!
//! It shares nothing with `protocol/`, which writes the right form only, and fast.
//! `tests/diagnosing_properties.rs` holds that the two agree where no field is wrong.

use std::cmp::Ordering;
use std::ops::Range;

use http::HeaderMap;
use zeroize::Zeroizing;

use super::recipe::{
    CanonicalPart, Case, Equals, Frame, Head, Line, Manner, Names, Order, Parameter, Part, Query,
    Repeated, Spaces, Strings,
};
use super::text::Text;

/// Writes the query line.
pub(super) fn write_query(query: &Query) -> Text {
    if let Some(whole) = &query.whole {
        let mut line = Text::public(query.start);
        line.push_text(whole);
        return line;
    }
    let encoded = Encoded::new(query);
    let mut pieces: Vec<&Piece<'_>> = encoded.pieces.iter().collect();
    pieces.sort_by(|a, b| encoded.compare(query.order, a, b));

    let mut line = Text::with_capacity(encoded.buffer.len().saturating_mul(2));
    line.push(query.start.as_bytes());
    for (index, piece) in pieces.into_iter().enumerate() {
        if index > 0 {
            line.push(b"&");
        }
        let value = encoded.bytes(&piece.value);
        push_key(&mut line, encoded.bytes(&piece.key), piece.parameter, value.is_empty());
        let has_equals = match (query.equals, query.encoder.manner) {
            (_, Manner::AsSent) | (Equals::AsSent, _) => piece.parameter.has_equals,
            (Equals::Always, _) => true,
            (Equals::WithValue, _) => !value.is_empty(),
        };
        if has_equals {
            line.push(b"=");
        }
        push_parameter(&mut line, piece.parameter.key.as_bytes(), value);
    }
    line
}

/// A key without a value may be a piece of a value in which "&" was not escaped.
fn push_key(line: &mut Text, key: &[u8], parameter: &Parameter, has_no_value: bool) {
    let is_hidden = parameter.key.value_at(0).is_some();
    if is_hidden || has_no_value && !is_public(parameter.key.as_bytes()) {
        line.push_value(key);
    } else {
        line.push(key);
    }
}

fn push_parameter(line: &mut Text, key: &[u8], value: &[u8]) {
    if is_public(key) { line.push(value) } else { line.push_value(value) }
}

/// Whether the value of the parameter `key` may be shown.
pub(super) fn is_public(key: &[u8]) -> bool {
    matches!(key, b"Action" | b"Version")
}

/// Parameters, each encoded into one buffer.
struct Encoded<'a> {
    buffer: Zeroizing<Vec<u8>>,
    pieces: Vec<Piece<'a>>,
}

struct Piece<'a> {
    parameter: &'a Parameter,
    key: Range<usize>,
    value: Range<usize>,
}

impl<'a> Encoded<'a> {
    fn new(query: &'a Query) -> Self {
        let length = |parameter: &Parameter| {
            parameter.key.len().saturating_add(parameter.value.len()).max(parameter.piece.len())
        };
        let length: usize = query.parameters.iter().map(length).sum();
        // Escaped twice, a byte is five; `%uXXXX` is six for two bytes or more.
        let mut buffer = Zeroizing::new(Vec::with_capacity(length.saturating_mul(6)));
        let pieces = query.parameters.iter().map(|parameter| {
            let sent = parameter.piece.as_bytes();
            let is_sent = parameter.is_encoded
                || matches!(query.encoder.manner, Manner::AsSent | Manner::SentTwice);
            let [key, value] = match is_sent {
                true => halves(sent),
                false => [parameter.key.as_bytes(), parameter.value.as_bytes()],
            };
            let mut write = |text: &[u8]| {
                let start = buffer.len();
                match query.encoder.manner {
                    _ if parameter.is_encoded => buffer.extend_from_slice(text),
                    Manner::AsSent => buffer.extend_from_slice(text),
                    _ => query.encoder.write(text, &mut buffer),
                }
                start..buffer.len()
            };
            Piece { key: write(key), value: write(value), parameter }
        });
        Self { pieces: pieces.collect(), buffer }
    }

    fn bytes(&self, range: &Range<usize>) -> &[u8] {
        self.buffer.get(range.clone()).unwrap_or_default()
    }

    fn compare(&self, order: Order, a: &Piece<'_>, b: &Piece<'_>) -> Ordering {
        let (a_key, b_key) = (a.parameter.key.as_bytes(), b.parameter.key.as_bytes());
        let (a_value, b_value) = (a.parameter.value.as_bytes(), b.parameter.value.as_bytes());
        let encoded = || self.bytes(&a.key).cmp(self.bytes(&b.key));
        match order {
            Order::AsSent => Ordering::Equal,
            Order::Key => a_key.cmp(b_key),
            Order::Descending => b_key.cmp(a_key),
            Order::KeyAndValue => a_key.cmp(b_key).then_with(|| a_value.cmp(b_value)),
            Order::EncodedKey => encoded(),
            Order::EncodedKeyAndValue => {
                encoded().then_with(|| self.bytes(&a.value).cmp(self.bytes(&b.value)))
            }
            Order::Joined => {
                let text = |piece: &Piece<'_>| {
                    [self.bytes(&piece.key), b"=", self.bytes(&piece.value)].concat()
                };
                text(a).cmp(&text(b))
            }
            Order::KeyWithoutCase => without_case(a_key).cmp(without_case(b_key)),
            Order::Utf16 => utf16(a_key).cmp(utf16(b_key)),
            Order::Locale => {
                locale(a_key).cmp(locale(b_key)).then_with(|| lower_first(a_key, b_key))
            }
            Order::Natural => natural(a_key, b_key),
        }
    }
}

fn halves(piece: &[u8]) -> [&[u8]; 2] {
    let mut halves = piece.splitn(2, |&byte| byte == b'=');
    [halves.next().unwrap_or_default(), halves.next().unwrap_or_default()]
}

fn without_case(key: &[u8]) -> impl Iterator<Item = u8> {
    key.iter().map(u8::to_ascii_lowercase)
}

fn utf16(key: &[u8]) -> impl Iterator<Item = u16> {
    let characters = key.utf8_chunks().flat_map(|chunk| chunk.valid().chars());
    characters.flat_map(|character| {
        let mut units = [0; 2];
        let length = character.encode_utf16(&mut units).len();
        units.into_iter().take(length)
    })
}

/// Punctuation before digits before letters, without case.
fn locale(key: &[u8]) -> impl Iterator<Item = (u8, u8)> {
    key.iter().map(|&byte| match byte {
        b'0'..=b'9' => (1, byte),
        b'A'..=b'Z' | b'a'..=b'z' => (2, byte.to_ascii_lowercase()),
        128.. => (3, byte),
        _ => (0, byte),
    })
}

fn lower_first(a: &[u8], b: &[u8]) -> Ordering {
    let rank = |byte: &u8| !byte.is_ascii_lowercase();
    a.iter().map(rank).cmp(b.iter().map(rank))
}

/// Compares runs of digits by their number and the rest by its bytes.
fn natural(a: &[u8], b: &[u8]) -> Ordering {
    let runs = |key: &[u8]| -> Vec<Vec<u8>> {
        key.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()).map(<[u8]>::to_vec).collect()
    };
    let (a, b) = (runs(a), runs(b));
    let compared = a.iter().zip(&b).map(|(a, b)| {
        let are_numbers = [a, b].into_iter().flatten().all(u8::is_ascii_digit);
        if are_numbers { a.len().cmp(&b.len()).then_with(|| a.cmp(b)) } else { a.cmp(b) }
    });
    let mut different = compared.filter(|order| order.is_ne());
    different.next().unwrap_or_else(|| a.len().cmp(&b.len()))
}

/// Writes the header lines, what ends them, and the list of names, with `line_end` after each line.
pub(super) fn write_head(head: &Head, headers: &HeaderMap, line_end: &str) -> Text {
    let mut text = Text::with_capacity(64_usize.saturating_mul(head.lines.len()));
    for (index, name) in head.lines.iter().enumerate() {
        if index > 0 {
            text.push(line_end.as_bytes());
        }
        write_lines(head, headers, name, line_end, &mut text);
    }
    // The last header line has one line end of its own, where there is a header.
    for _ in 0..head.block_end {
        text.push(line_end.as_bytes());
    }
    write_list(&head.list, head.list_case, head.separator, &mut text);
    text.push(head.list_end.as_bytes());
    text
}

fn write_list(names: &Names, case: Case, separator: &str, text: &mut Text) {
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            text.push(separator.as_bytes());
        }
        text.push(&in_case(name, case));
    }
}

fn write_lines(head: &Head, headers: &HeaderMap, name: &str, line_end: &str, text: &mut Text) {
    let sole = match name {
        "host" => Some(&head.host),
        "content-type" => head.content_type.as_ref(),
        "x-date" => head.x_date.as_ref(),
        "x-content-sha256" => head.content_hash.as_ref(),
        "x-security-token" => head.token.as_ref(),
        _ => None,
    };
    text.push(&in_case(name, head.line_case));
    text.push(head.colon.as_bytes());
    if let Some(value) = sole {
        let spaced = with_spaces(value.as_bytes(), head.spaces);
        if value.value_at(0).is_some() {
            text.push_value(&spaced);
        } else {
            text.push(&spaced);
        }
        return;
    }
    let mut values = headers.get_all(name).iter().map(|value| value.as_bytes());
    let mut push = |value: &[u8]| text.push_value(&with_spaces(value, head.spaces));
    match head.repeated {
        Repeated::First => push(values.next().unwrap_or_default()),
        Repeated::Last => push(values.next_back().unwrap_or_default()),
        Repeated::Joined(separator) => {
            push(&Zeroizing::new(values.collect::<Vec<_>>().join(separator.as_bytes())));
        }
        Repeated::Lines => {
            push(values.next().unwrap_or_default());
            for value in values {
                text.push(line_end.as_bytes());
                text.push(&in_case(name, head.line_case));
                text.push(head.colon.as_bytes());
                text.push_value(&with_spaces(value, head.spaces));
            }
        }
    }
}

fn in_case(name: &str, case: Case) -> Vec<u8> {
    let mut name = name.as_bytes().to_vec();
    match case {
        Case::Lower => {}
        Case::Upper => name.make_ascii_uppercase(),
        Case::Title => {
            let words = name.split_mut(|&byte| byte == b'-');
            words.filter_map(<[u8]>::first_mut).for_each(|first| first.make_ascii_uppercase());
        }
    }
    name
}

fn with_spaces(value: &[u8], spaces: Spaces) -> Zeroizing<Vec<u8>> {
    let is_space = |byte: &u8| byte.is_ascii_whitespace();
    let collapsed = |keeps_quoted: bool| {
        let mut written = Vec::with_capacity(value.len());
        let mut is_quoted = false;
        for byte in value.trim_ascii() {
            is_quoted ^= *byte == b'"';
            match (is_space(byte), written.last()) {
                (true, Some(b' ')) if !(keeps_quoted && is_quoted) => {}
                (true, _) if !(keeps_quoted && is_quoted) => written.push(b' '),
                _ => written.push(*byte),
            }
        }
        written
    };
    Zeroizing::new(match spaces {
        Spaces::Trimmed => value.trim_ascii().to_vec(),
        Spaces::Kept => value.to_vec(),
        Spaces::Collapsed => collapsed(false),
        Spaces::CollapsedOutsideQuotes => collapsed(true),
        Spaces::Removed => value.iter().filter(|byte| !is_space(byte)).copied().collect(),
    })
}

/// Passes the pieces of the canonical request to `out`.
pub(super) fn write_canonical(
    frame: &Frame,
    query: &Text,
    head: &Text,
    out: &mut dyn FnMut(Piecewise<'_>),
) {
    for (index, part) in frame.parts.iter().enumerate() {
        if index > 0 {
            out(Piecewise::Bytes(frame.line_end.as_bytes()));
        }
        out(Piecewise::Text(match part {
            CanonicalPart::Method => &frame.method,
            CanonicalPart::Path => &frame.path,
            CanonicalPart::Query => query,
            CanonicalPart::Head => head,
            CanonicalPart::Payload => &frame.payload,
        }));
    }
    out(Piecewise::Bytes(frame.tail.as_bytes()));
}

/// A piece of what is signed.
#[derive(Clone, Copy)]
pub(super) enum Piecewise<'a> {
    Text(&'a Text),
    Bytes(&'a [u8]),
}

impl<'a> Piecewise<'a> {
    pub(super) fn as_bytes(&self) -> &'a [u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

/// Passes the pieces of the string to sign to `out`; `digest` is that of the canonical request.
pub(super) fn write_string(
    strings: &Strings,
    digest: Piecewise<'_>,
    out: &mut dyn FnMut(Piecewise<'_>),
) {
    for (index, line) in strings.lines.iter().enumerate() {
        if index > 0 {
            out(Piecewise::Bytes(strings.line_end.as_bytes()));
        }
        match line {
            Line::Algorithm => out(Piecewise::Text(&strings.algorithm)),
            Line::Date => out(Piecewise::Text(&strings.date)),
            Line::Digest => out(digest),
            Line::Scope => write_scope(strings, out),
        }
    }
    out(Piecewise::Bytes(strings.tail.as_bytes()));
}

fn write_scope(strings: &Strings, out: &mut dyn FnMut(Piecewise<'_>)) {
    for (index, part) in strings.scope.iter().enumerate() {
        if index > 0 {
            out(Piecewise::Bytes(b"/"));
        }
        out(Piecewise::Text(match part {
            Part::AccessKeyId => &strings.access_key_id,
            Part::Day => &strings.day,
            Part::Region => &strings.region,
            Part::Service => &strings.service,
            Part::Terminator => &strings.terminator,
        }));
    }
}
