//! Mistakes about the body and its hash.

use std::rc::Rc;

use percent_encoding::percent_decode;

use super::{Details, Hypotheses, detail};
use crate::diagnose::base64;
use crate::diagnose::finding::Phrase;
use crate::diagnose::received::pieces;
use crate::diagnose::recipe::{CanonicalPart, Change, Encoder, FrameChange, HeadChange};
use crate::diagnose::spellings::{Json, SPELLINGS};
use crate::diagnose::text::{public, value};
use crate::diagnose::writer::write_query;
use crate::payload::Payload;
use crate::protocol::header;

/// The longest body that is written in other spellings: 64 KiB.
pub(in crate::diagnose) const MOST_RESPELLED: usize = 64 << 10;
/// The longest body that is written as a list of numbers: 8 KiB.
const MOST_AS_NUMBERS: usize = 8 << 10;
/// The longest body of which other line ends are tried: 4 MiB.
const MOST_WITH_LINE_ENDS: usize = 4 << 20;

impl Hypotheses<'_> {
    pub(super) fn add_payloads(&mut self) {
        self.add_hash("payload-empty", Details::new(), b"");
        self.add_texts();
        self.add_hash_forms();
        self.add_query_hashes();
        match self.received.body() {
            Some(body) => self.add_bodies(body),
            None => self.leave_out(),
        }
        if let Some(stated) = self.received.header_text(header::X_CONTENT_SHA256) {
            self.add_line("body-changed", Details::new(), stated.as_bytes());
            let lower = stated.to_ascii_lowercase();
            self.add_line("body-changed", Details::new(), lower.as_bytes());
        }
    }

    fn add_bodies(&mut self, body: &[u8]) {
        if !body.is_empty() && self.bench.spend(body.len()) {
            let frame = FrameChange { payload: Some(value(body)), ..FrameChange::default() };
            self.add("payload-raw", Details::new(), frame);
        }
        if body.len() <= MOST_WITH_LINE_ENDS {
            self.add_bodies_with_other_line_ends(body);
        } else {
            self.leave_out();
        }
        if body.len() <= MOST_RESPELLED {
            self.add_other_spellings(body);
        } else {
            self.leave_out();
        }
    }

    /// Adds a body that was hashed in place of the one sent. The header says what it says.
    fn add_hash(&mut self, id: &'static str, details: Details, body: &[u8]) {
        if self.bench.spend(body.len()) {
            let hash = Payload::Bytes(body).hash_to_hex();
            self.add_line(id, details, hash.as_bytes());
        }
    }

    fn add_line(&mut self, id: &'static str, details: Details, line: &[u8]) {
        if line == self.right.canonical.frame.payload.as_bytes() {
            return;
        }
        let frame = FrameChange { payload: Some(public(line)), ..FrameChange::default() };
        self.add(id, details.clone(), frame.clone());
        // The header may have been signed as the same, and set anew on the way.
        let is_both = matches!(id, "payload-empty" | "payload-unsigned" | "payload-hash-form");
        if is_both && self.received.header(header::X_CONTENT_SHA256).is_some() {
            let content_hash = Some(Some(public(line)));
            let head = HeadChange { content_hash, ..HeadChange::default() };
            self.add_unlikely(id, details, Change { frame, head, ..Change::default() });
        }
    }

    fn add_texts(&mut self) {
        for text in UNSIGNED {
            self.add_line("payload-unsigned", detail("text", *text), text.as_bytes());
        }
        self.add_line("payload-missing", detail("how", ("empty", "为空")), b"");
        let parts: &[CanonicalPart] = &[
            CanonicalPart::Method,
            CanonicalPart::Path,
            CanonicalPart::Query,
            CanonicalPart::Head,
        ];
        let frame = FrameChange { parts: Some(parts), ..FrameChange::default() };
        self.add("payload-missing", detail("how", ("not there", "不存在")), frame);
        for text in PLACEHOLDERS {
            self.add_hash("payload-placeholder", detail("text", *text), text.as_bytes());
        }
    }

    fn add_hash_forms(&mut self) {
        let line = self.right.canonical.frame.payload.clone();
        let digits = line.as_bytes();
        let upper = digits.to_ascii_uppercase();
        let mut bytes = [0; 32];
        // It is a hash in hex.
        let _ = hex::decode_to_slice(digits, &mut bytes);
        let id = "payload-hash-form";
        self.add_line(id, detail("form", ("in upper case", "大写")), &upper);
        self.add_line(id, detail("form", ("in Base64", "Base64")), &base64::encode(&bytes));
        self.add_hash(id, detail("form", ("hashed twice", "两次哈希")), digits);
        self.add_hash(id, detail("form", ("hashed twice as bytes", "对字节做两次哈希")), &bytes);
        self.add_line(id, detail("form", ("as bytes", "原始字节")), &bytes);
        let base64_of_hex = base64::encode(digits);
        self.add_line(id, detail("form", ("Base64 of hex", "十六进制的 Base64")), &base64_of_hex);
    }

    fn add_query_hashes(&mut self) {
        let query = self.received.query;
        if query.is_empty() {
            return;
        }
        let canonical = write_query(&self.right.canonical.query.fields);
        let id = "payload-query";
        self.add_hash(id, detail("what", ("as sent", "按发送的原样")), query.as_bytes());
        self.add_hash(id, detail("what", ("in canonical form", "规范形式")), canonical.as_bytes());
        let decoded: Vec<u8> = percent_decode(query.as_bytes()).collect();
        self.add_hash(id, detail("what", ("unescaped", "未编码")), &decoded);
        let frame = FrameChange { payload: Some(Rc::new(canonical)), ..FrameChange::default() };
        self.add(id, detail("what", ("not hashed", "未做哈希")), frame);
        for (english, chinese, spelling) in
            SPELLINGS.iter().map(|spelling| (spelling.english, spelling.chinese, spelling)).take(3)
        {
            let json = json_of_form(query.as_bytes());
            if let Some(json) = Json::new(&json) {
                let details = detail("what", (format!("as {english}"), format!("{chinese} 形式")));
                self.add_hash(id, details, &json.write(*spelling));
            }
        }
    }

    fn add_bodies_with_other_line_ends(&mut self, body: &[u8]) {
        let id = "payload-line-ends";
        let mut add = |english, chinese, other: Vec<u8>| {
            if other != body {
                self.add_hash(id, detail("how", (english, chinese)), &other);
            }
        };
        add("with a line feed at the end", "末尾多一个换行", [body, b"\n"].concat());
        if let Some(shorter) = body.strip_suffix(b"\n") {
            add("without the last line feed", "缺少末尾换行", shorter.to_vec());
            if let Some(shorter) = shorter.strip_suffix(b"\r") {
                add("without the last CR LF", "缺少末尾的回车换行", shorter.to_vec());
            }
        }
        let lines: Vec<&[u8]> = body.split(|&byte| byte == b'\n').collect();
        let bare: Vec<_> =
            lines.iter().map(|line| line.strip_suffix(b"\r").unwrap_or(line)).collect();
        add("with CR LF", "使用 CR LF", bare.join(&b"\r\n"[..]));
        add("with LF", "使用 LF", bare.join(&b'\n'));
        add("without line ends", "不含换行", bare.concat());
        add("with CR LF at the end", "末尾多一个 CR LF", [body, b"\r\n"].concat());
        add("without white space around it", "去掉首尾空白", body.trim_ascii().to_vec());
        add("with a byte order mark", "带 BOM", ["\u{feff}".as_bytes(), body].concat());
        if let Some(bare) = body.strip_prefix("\u{feff}".as_bytes()) {
            add("without its byte order mark", "不带 BOM", bare.to_vec());
        }
        let last = bare.strip_suffix(&[&b""[..]]).unwrap_or(&bare);
        let mut with_last = last.join(&b"\r\n"[..]);
        add("with CR LF between lines", "行间使用 CR LF", with_last.clone());
        with_last.extend_from_slice(b"\r\n");
        add("with CR LF behind each line", "每行末尾使用 CR LF", with_last);
    }

    fn add_other_spellings(&mut self, body: &[u8]) {
        let id = "payload-serialised";
        let form = is_form(body).then(|| json_of_form(body));
        if let Some(json) = Json::new(form.as_deref().unwrap_or(body)) {
            let sorted = json.sorted();
            for spelling in SPELLINGS {
                let what = Phrase::from((spelling.english, spelling.chinese));
                self.add_hash(id, detail("what", what), &json.write(*spelling));
            }
            for spelling in SPELLINGS {
                let english = format!("{}, sorted keys", spelling.english);
                let chinese = format!("{}，键已排序", spelling.chinese);
                self.add_hash(id, detail("what", (english, chinese)), &sorted.write(*spelling));
            }
            for (english, chinese, suffix) in [
                ("json.Encoder of Go", "Go 的 json.Encoder", &b"\n"[..]),
                ("JSON with two line feeds", "带两个换行的 JSON", b"\n\n"),
            ] {
                for spelling in SPELLINGS.iter().take(4) {
                    let ended = [&*json.write(*spelling), suffix].concat();
                    self.add_hash(id, detail("what", (english, chinese)), &ended);
                }
            }
            self.add_forms(&json);
            self.add_print_outs(&json);
        }
        self.add_wrapped(body);
    }

    /// JSON was sent and a form signed.
    fn add_forms(&mut self, json: &Json<'_>) {
        let Some(members) = json.members() else { return };
        let mut sorted = members.clone();
        sorted.sort_unstable();
        for (english, chinese, encoder) in [
            ("a form", "表单", Encoder { space: "+", ..Encoder::RIGHT }),
            ("a form with %20", "使用 %20 的表单", Encoder::RIGHT),
        ] {
            for members in [&members, &sorted] {
                let mut form = Vec::new();
                for (index, [key, value]) in members.iter().enumerate() {
                    if index > 0 {
                        form.push(b'&');
                    }
                    encoder.write(key, &mut form);
                    form.push(b'=');
                    encoder.write(value, &mut form);
                }
                self.add_hash("payload-serialised", detail("what", (english, chinese)), &form);
            }
        }
    }

    /// What languages print for the same data when it is made a text by mistake.
    fn add_print_outs(&mut self, json: &Json<'_>) {
        let what = |text| detail("what", text);
        if let Some(members) = json.members() {
            let text = |pair: &[&[u8]; 2]| pair.map(String::from_utf8_lossy).join("=");
            let joined = members.iter().map(text).collect::<Vec<_>>().join(", ");
            let java = format!("{{{joined}}}");
            self.add_hash(
                "payload-serialised",
                what(("toString of a Java map", "Java Map 的 toString")),
                java.as_bytes(),
            );
        }
        let Some(python) = SPELLINGS.get(2) else { return };
        let python = json.write(*python);
        let quoted: Vec<u8> = python.iter().map(|&b| if b == b'"' { b'\'' } else { b }).collect();
        self.add_hash(
            "payload-serialised",
            what(("str of a Python dict", "Python dict 的 str")),
            &quoted,
        );
        self.add_hash(
            "payload-serialised",
            what(("[object Object]", "[object Object]")),
            b"[object Object]",
        );
    }

    /// The body was made a text of a text.
    fn add_wrapped(&mut self, body: &[u8]) {
        if body.is_empty() {
            return;
        }
        let id = "payload-serialised";
        if body.len() <= MOST_AS_NUMBERS {
            self.add_numbers(body);
        } else {
            self.leave_out();
        }
        self.add_hash(id, detail("what", ("Base64", "Base64")), &base64::encode(body));
        if let Ok(text) = std::str::from_utf8(body) {
            let quoted = format!("{{\"\":{}}}", quoted(text));
            let string = Json::new(quoted.as_bytes());
            for spelling in SPELLINGS.iter().take(5) {
                let Some(string) = &string else { break };
                let whole = string.write(*spelling);
                let before = whole
                    .iter()
                    .position(|&byte| byte == b':')
                    .map_or(0, |at| at.saturating_add(1));
                let inner = whole.get(before..whole.len().saturating_sub(1)).unwrap_or_default();
                let what = ("a JSON string of the body", "请求体的 JSON 字符串");
                self.add_hash(id, detail("what", what), inner.trim_ascii());
            }
            let decoded: Vec<u8> = percent_decode(body).collect();
            if decoded != body {
                self.add_hash(
                    id,
                    detail("what", ("the body unescaped", "解码后的请求体")),
                    &decoded,
                );
            }
        } else {
            let lossy = String::from_utf8_lossy(body);
            let what = ("binary read as text", "二进制被当作文本");
            self.add_hash(id, detail("what", what), lossy.as_bytes());
            let latin: String = body.iter().copied().map(char::from).collect();
            let what = ("binary read as Latin-1", "二进制被当作 Latin-1");
            self.add_hash(id, detail("what", what), latin.as_bytes());
        }
    }

    /// Bytes that were made JSON as numbers.
    fn add_numbers(&mut self, body: &[u8]) {
        let id = "payload-serialised";
        let numbers: Vec<_> = body.iter().map(u8::to_string).collect();
        let buffer = format!("{{\"type\":\"Buffer\",\"data\":[{}]}}", numbers.join(","));
        self.add_hash(
            id,
            detail("what", ("a Buffer as JSON", "Buffer 的 JSON")),
            buffer.as_bytes(),
        );
        let members = body.iter().enumerate().map(|(index, byte)| format!("\"{index}\":{byte}"));
        let array = format!("{{{}}}", members.collect::<Vec<_>>().join(","));
        let what = ("a typed array as JSON", "TypedArray 的 JSON");
        self.add_hash(id, detail("what", what), array.as_bytes());
        let list = format!("[{}]", numbers.join(","));
        self.add_hash(id, detail("what", ("bytes as a list", "字节数组")), list.as_bytes());
    }
}

/// Whether a body looks like a form: `key=value` pieces without white space or quotes.
fn is_form(body: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_graphic() && !b"\"{}<>".contains(byte);
    body.contains(&b'=') && body.iter().all(is_plain)
}

/// Writes the pairs of a form as a JSON object of strings.
fn json_of_form(form: &[u8]) -> Vec<u8> {
    let form = String::from_utf8_lossy(form);
    let members = pieces(&form).map(|piece| {
        let mut halves = piece.splitn(2, |&byte| byte == b'=');
        let mut half = || {
            let decoded = crate::diagnose::received::decode(halves.next().unwrap_or_default());
            quoted(&String::from_utf8_lossy(&decoded))
        };
        [half(), half()].join(":")
    });
    format!("{{{}}}", members.collect::<Vec<_>>().join(",")).into_bytes()
}

/// Writes a text as a JSON string.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len().saturating_add(2));
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\0'..='\u{1f}' => quoted.push_str(&format!("\\u{:04x}", u32::from(character))),
            character => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// What stands in the place of a hash for "the body is not signed".
const UNSIGNED: &[&str] = &[
    "UNSIGNED-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "unsigned-payload",
    "UNSIGNED_PAYLOAD",
];

/// What stands in the place of a body that is empty, and is hashed.
const PLACEHOLDERS: &[&str] = &[
    "{}",
    "null",
    "\"\"",
    "[]",
    "undefined",
    "None",
    "{}\n",
    "''",
    " ",
    "\n",
    "false",
    "nil",
    "[object Object]",
    "{ }",
    "0",
];
