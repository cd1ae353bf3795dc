//! Other spellings of a JSON body: what the libraries of other languages write for the same data.
//!
//! Works on tokens: numbers stay as they are written and nothing is lost, which a JSON library
//! would not promise.

use zeroize::Zeroizing;

/// How JSON is written.
#[derive(Clone, Copy)]
pub(super) struct Spelling {
    pub(super) english: &'static str,
    pub(super) chinese: &'static str,
    spacing: Spacing,
    escapes: Escapes,
}

#[derive(Clone, Copy, PartialEq)]
enum Spacing {
    /// Nothing between tokens.
    Compact,
    /// A space behind "," and ":", as Python.
    Spaced,
    /// A space behind ":" only.
    ColonSpaced,
    /// Lines, each indented by so many of these.
    Indented(&'static str),
    /// The same, but empty containers on two lines, as old serialisers write them.
    IndentedLoosely(&'static str),
}

#[derive(Clone, Copy, PartialEq)]
enum Escapes {
    /// Only what JSON must escape.
    Least,
    /// All but ASCII as `\uXXXX`, as Python and PHP.
    Ascii,
    /// `<`, `>` and `&` as `\u003c`, and the line separators of Unicode, as Go.
    Html,
    /// `/` as `\/`, as PHP with unescaped Unicode.
    Slash,
    /// Both of PHP.
    AsciiAndSlash,
    /// `<`, `>`, `&`, `'` and `+` in upper-case hex, and all but ASCII, as .NET.
    Net,
    /// `=`, `<`, `>`, `&` and `'` as `\u003d`, as Gson.
    Gson,
}

const fn spelling(
    english: &'static str,
    chinese: &'static str,
    spacing: Spacing,
    escapes: Escapes,
) -> Spelling {
    Spelling { english, chinese, spacing, escapes }
}

use Escapes::{Ascii, AsciiAndSlash, Gson, Html, Least, Net, Slash};
use Spacing::{ColonSpaced, Compact, Indented, IndentedLoosely, Spaced};

/// What writes JSON so.
pub(super) const SPELLINGS: &[Spelling] = &[
    spelling("JSON.stringify", "JSON.stringify", Compact, Least),
    spelling("json.dumps", "json.dumps", Spaced, Ascii),
    spelling("json.dumps, ensure_ascii=False", "json.dumps（ensure_ascii=False）", Spaced, Least),
    spelling("encoding/json of Go", "Go 的 encoding/json", Compact, Html),
    spelling("json_encode of PHP", "PHP 的 json_encode", Compact, AsciiAndSlash),
    spelling("JSON indented by 2", "缩进 2 个空格的 JSON", Indented("  "), Least),
    spelling("JSON indented by 4", "缩进 4 个空格的 JSON", Indented("    "), Least),
    spelling("json.dumps, compact", "紧凑的 json.dumps", Compact, Ascii),
    spelling("json.dumps, indent=2", "json.dumps（indent=2）", Indented("  "), Ascii),
    spelling("json.dumps, indent=4", "json.dumps（indent=4）", Indented("    "), Ascii),
    spelling("json_encode, Unicode unescaped", "json_encode（不转义 Unicode）", Compact, Slash),
    spelling("json_encode, pretty", "json_encode（美化）", Indented("    "), AsciiAndSlash),
    spelling("System.Text.Json", "System.Text.Json", Compact, Net),
    spelling("System.Text.Json, indented", "System.Text.Json（缩进）", Indented("  "), Net),
    spelling("Gson", "Gson", Compact, Gson),
    spelling("Gson, pretty", "Gson（美化）", Indented("  "), Gson),
    spelling("MarshalIndent of Go", "Go 的 MarshalIndent", Indented("  "), Html),
    spelling("JSON indented by tabs", "制表符缩进的 JSON", Indented("\t"), Least),
    spelling("MarshalIndent of Go, tabs", "Go 的 MarshalIndent（制表符）", Indented("\t"), Html),
    spelling("JSON with a space behind :", "冒号后有空格的 JSON", ColonSpaced, Least),
    spelling(
        "JSON indented by 2, loosely",
        "缩进 2 个空格的 JSON（空容器换行）",
        IndentedLoosely("  "),
        Least,
    ),
];

/// A token of JSON, with its text.
#[derive(Clone, Copy, PartialEq)]
enum Token<'a> {
    Open(u8),
    Close(u8),
    Colon,
    Comma,
    /// With its quotes.
    String(&'a [u8]),
    /// A number or literal.
    Word(&'a [u8]),
}

/// JSON, split into tokens.
pub(super) struct Json<'a> {
    tokens: Vec<Token<'a>>,
}

impl<'a> Json<'a> {
    /// Reads an object or array, or returns `None` for anything else. Trailing commas and the like
    /// are not looked for: what is written of them is no other text than some sender wrote.
    pub(super) fn new(text: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?.as_bytes();
        let mut tokens = Vec::new();
        let mut open: Vec<u8> = Vec::new();
        let mut rest = text;
        while let Some((&first, behind)) = rest.split_first() {
            let length = match first {
                b' ' | b'\t' | b'\r' | b'\n' => {
                    rest = behind;
                    continue;
                }
                b'"' => string_length(rest)?,
                b'{' | b'[' | b'}' | b']' | b':' | b',' => 1,
                _ => word_length(rest)?,
            };
            let (token, behind) = rest.split_at_checked(length)?;
            match first {
                b'{' | b'[' if open.len() < DEEPEST => open.push(first),
                b'{' | b'[' => return None,
                b'}' if open.pop() != Some(b'{') => return None,
                b']' if open.pop() != Some(b'[') => return None,
                _ => {}
            }
            tokens.push(match first {
                b'{' | b'[' => Token::Open(first),
                b'}' | b']' => Token::Close(first),
                b':' => Token::Colon,
                b',' => Token::Comma,
                b'"' => Token::String(token),
                _ => Token::Word(token),
            });
            rest = behind;
        }
        let is_container = matches!(tokens.first(), Some(Token::Open(_))) && open.is_empty();
        is_container.then_some(Self { tokens })
    }

    /// Writes the same data in another spelling.
    pub(super) fn write(&self, spelling: Spelling) -> Zeroizing<Vec<u8>> {
        let mut written = Zeroizing::new(Vec::with_capacity(self.tokens.len().saturating_mul(16)));
        let mut depth = 0_usize;
        let mut tokens = self.tokens.iter().peekable();
        while let Some(token) = tokens.next() {
            let next_closes = matches!(tokens.peek(), Some(Token::Close(_)));
            match *token {
                Token::Open(bracket) => {
                    written.push(bracket);
                    depth = depth.saturating_add(1);
                    let is_loose = matches!(spelling.spacing, IndentedLoosely(_));
                    if !next_closes || is_loose {
                        break_line(&mut written, spelling.spacing, depth);
                    }
                    // An empty container stays on its line.
                    let closing = if next_closes { tokens.next() } else { None };
                    if let Some(Token::Close(bracket)) = closing {
                        depth = depth.saturating_sub(1);
                        if is_loose {
                            break_line(&mut written, spelling.spacing, depth);
                        }
                        written.push(*bracket);
                    }
                }
                Token::Close(bracket) => {
                    depth = depth.saturating_sub(1);
                    break_line(&mut written, spelling.spacing, depth);
                    written.push(bracket);
                }
                Token::Colon => match spelling.spacing {
                    Compact => written.push(b':'),
                    _ => written.extend_from_slice(b": "),
                },
                Token::Comma => {
                    written.push(b',');
                    if spelling.spacing == Spaced {
                        written.push(b' ');
                    }
                    break_line(&mut written, spelling.spacing, depth);
                }
                Token::String(text) => write_string(text, spelling.escapes, &mut written),
                Token::Word(text) => written.extend_from_slice(text),
            }
        }
        written
    }

    /// Returns the same data with the members of every object sorted by key.
    pub(super) fn sorted(&self) -> Self {
        let mut tokens = Vec::with_capacity(self.tokens.len());
        let mut rest = &self.tokens[..];
        sort_value(&mut rest, &mut tokens);
        Self { tokens }
    }

    /// Returns the members of a flat object: keys and values without quotes.
    pub(super) fn members(&self) -> Option<Vec<[&'a [u8]; 2]>> {
        let inner = match self.tokens.as_slice() {
            [Token::Open(b'{'), inner @ .., Token::Close(b'}')] => inner,
            _ => return None,
        };
        let bare = |token: &Token<'a>| match *token {
            Token::String(text) => text.get(1..text.len().saturating_sub(1)),
            Token::Word(text) => Some(text),
            _ => None,
        };
        let members = inner.split(|token| *token == Token::Comma);
        members
            .map(|member| match member {
                [key, Token::Colon, value] => Some([bare(key)?, bare(value)?]),
                _ => None,
            })
            .collect()
    }
}

/// JSON that is nested deeper is not read: each line of it would be indented as deep.
const DEEPEST: usize = 64;

/// Moves a value from `rest` to `sorted`, and sorts the objects in it.
fn sort_value<'a>(rest: &mut &[Token<'a>], sorted: &mut Vec<Token<'a>>) {
    let Some((first, behind)) = rest.split_first() else { return };
    *rest = behind;
    sorted.push(*first);
    let Token::Open(bracket) = *first else { return };
    let mut members: Vec<(&[u8], Vec<Token<'a>>)> = Vec::new();
    let mut member: Vec<Token<'a>> = Vec::new();
    while let Some((token, behind)) = rest.split_first() {
        match token {
            Token::Open(_) => {
                sort_value(rest, &mut member);
                continue;
            }
            Token::Comma | Token::Close(_) => {
                let key = match member.first() {
                    Some(Token::String(key)) if bracket == b'{' => *key,
                    _ => b"",
                };
                if !member.is_empty() {
                    members.push((key, std::mem::take(&mut member)));
                }
            }
            token => member.push(*token),
        }
        *rest = behind;
        if let Token::Close(_) = token {
            members.sort_by_key(|(key, _)| *key);
            for (index, (_, member)) in members.into_iter().enumerate() {
                if index > 0 {
                    sorted.push(Token::Comma);
                }
                sorted.extend(member);
            }
            sorted.push(*token);
            return;
        }
    }
}

fn string_length(text: &[u8]) -> Option<usize> {
    let mut is_escaped = false;
    let end = text.iter().skip(1).position(|&byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    });
    end?.checked_add(2)
}

fn word_length(text: &[u8]) -> Option<usize> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    let length = text.iter().position(|byte| !is_word(byte)).unwrap_or(text.len());
    (length > 0).then_some(length)
}

fn break_line(written: &mut Vec<u8>, spacing: Spacing, depth: usize) {
    if let Indented(unit) | IndentedLoosely(unit) = spacing {
        written.push(b'\n');
        for _ in 0..depth {
            written.extend_from_slice(unit.as_bytes());
        }
    }
}

/// Writes a string that is read character by character, so that `\u00e9` and "é" are the same.
fn write_string(text: &[u8], escapes: Escapes, written: &mut Vec<u8>) {
    let text = std::str::from_utf8(text).unwrap_or_default();
    let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
    // Most strings are written alike by all.
    if inner
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b" -_.:,;()[]{}#@!?*".contains(&byte))
    {
        written.extend_from_slice(text.as_bytes());
        return;
    }
    written.push(b'"');
    let mut characters = inner.chars();
    // A high surrogate waits for the low one.
    let mut high: Option<u32> = None;
    while let Some(character) = characters.next() {
        let read = match character {
            '\\' => read_escape(&mut characters),
            character => Some(u32::from(character)),
        };
        let Some(unit) = read else { continue };
        match (high.take(), unit) {
            (None, 0xd800..=0xdbff) => high = Some(unit),
            (Some(first), 0xdc00..=0xdfff) => {
                let low = unit.saturating_sub(0xdc00);
                let upper = first.saturating_sub(0xd800) << 10;
                let point = upper.saturating_add(low).saturating_add(0x1_0000);
                write_character(point, escapes, written);
            }
            (first, unit) => {
                if let Some(first) = first {
                    write_unit(first, false, written);
                }
                write_character(unit, escapes, written);
            }
        }
    }
    if let Some(first) = high {
        write_unit(first, false, written);
    }
    written.push(b'"');
}

fn read_escape(characters: &mut std::str::Chars<'_>) -> Option<u32> {
    Some(match characters.next()? {
        'n' => 10,
        't' => 9,
        'r' => 13,
        'b' => 8,
        'f' => 12,
        'u' => {
            let digits: String = characters.by_ref().take(4).collect();
            u32::from_str_radix(&digits, 16).ok()?
        }
        other => u32::from(other),
    })
}

fn write_character(point: u32, escapes: Escapes, written: &mut Vec<u8>) {
    let Some(character) = char::from_u32(point) else {
        return write_unit(point, false, written);
    };
    let is_ascii_only = matches!(escapes, Ascii | AsciiAndSlash | Net);
    match (character, escapes) {
        ('"', Net) => write_unit(point, true, written),
        ('"', _) => written.extend_from_slice(b"\\\""),
        ('\\', _) => written.extend_from_slice(b"\\\\"),
        ('\n', _) => written.extend_from_slice(b"\\n"),
        ('\t', _) => written.extend_from_slice(b"\\t"),
        ('\r', _) => written.extend_from_slice(b"\\r"),
        ('\u{8}', _) => written.extend_from_slice(b"\\b"),
        ('\u{c}', _) => written.extend_from_slice(b"\\f"),
        ('/', Slash | AsciiAndSlash) => written.extend_from_slice(b"\\/"),
        ('<' | '>' | '&' | '\u{2028}' | '\u{2029}', Html) => write_unit(point, false, written),
        ('<' | '>' | '&' | '\'' | '=' | '\u{2028}' | '\u{2029}', Gson) => {
            write_unit(point, false, written);
        }
        ('<' | '>' | '&' | '\'' | '+' | '`', Net) => write_unit(point, true, written),
        ('\0'..='\u{1f}', _) => write_unit(point, escapes == Net, written),
        ('\u{7f}'.., _) if is_ascii_only && point > 0x7e => {
            for unit in character.encode_utf16(&mut [0; 2]) {
                write_unit(u32::from(*unit), escapes == Net, written);
            }
        }
        (character, _) => {
            written.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

fn write_unit(unit: u32, is_upper: bool, written: &mut Vec<u8>) {
    let text = if is_upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") };
    written.extend_from_slice(text.as_bytes());
}
