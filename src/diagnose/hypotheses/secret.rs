//! Mistakes about the secret access key.

use std::rc::Rc;

use percent_encoding::percent_decode;
use zeroize::Zeroizing;

use super::{Hypotheses, detail};
use crate::diagnose::base64;
use crate::diagnose::recipe::{Encoder, KeyChange};
use crate::diagnose::text::value;

impl Hypotheses<'_> {
    pub(super) fn add_secrets(&mut self) {
        let secret = Zeroizing::new(self.credentials.secret_access_key().to_vec());
        for prefix in PREFIXES {
            let change = KeyChange { prefix: Some(prefix), ..KeyChange::default() };
            self.add("secret-prefix", detail("prefix", *prefix), change);
        }
        self.add_decoded_secrets(&secret);
        self.add_padded_secrets(&secret);
        self.add_cut_secrets(&secret);
        self.add_escaped_secrets(&secret);
        let id = self.credentials.access_key_id().as_bytes();
        self.add_secret("secret-is-access-key-id", "the access key id", "访问密钥 ID", id);
    }

    fn add_decoded_secrets(&mut self, secret: &[u8]) {
        if let Some(once) = base64::decode(secret) {
            self.add_secret("secret-decoded", "Base64", "Base64", &once);
            if let Some(twice) = base64::decode(&once) {
                self.add_secret("secret-decoded", "Base64, twice", "Base64（两次）", &twice);
            }
        }
        let mut decoded = Zeroizing::new(vec![0; secret.len() / 2]);
        if hex::decode_to_slice(secret, &mut decoded).is_ok() {
            self.add_secret("secret-decoded", "hex", "十六进制", &decoded);
        }
        let with_line_feed = Zeroizing::new([secret, b"\n"].concat());
        let mut digits = Zeroizing::new(vec![0; secret.len().saturating_mul(2)]);
        self.add_secret("secret-encoded", "Base64", "Base64", &base64::encode(secret));
        let (english, chinese) = ("Base64, with a line feed", "Base64（含换行）");
        self.add_secret("secret-encoded", english, chinese, &base64::encode(&with_line_feed));
        if hex::encode_to_slice(secret, &mut digits).is_ok() {
            self.add_secret("secret-encoded", "hex", "十六进制", &digits);
        }
    }

    fn add_padded_secrets(&mut self, secret: &[u8]) {
        for (id, table) in [("secret-white-space", WHITE_SPACE), ("secret-extra", EXTRA)] {
            for (english, chinese, before, behind) in table {
                let padded = [before.as_bytes(), secret, behind.as_bytes()].concat();
                self.add_secret(id, english, chinese, &Zeroizing::new(padded));
            }
        }
    }

    fn add_cut_secrets(&mut self, secret: &[u8]) {
        let unpadded = secret.strip_suffix(b"==").or(secret.strip_suffix(b"="));
        let stops = |byte: &u8| b"+/=-_.".contains(byte);
        // A double click selects up to such a byte.
        let before = secret.split(stops).next();
        let behind = secret.rsplit(stops).find(|word| !word.is_empty());
        let cuts = [
            (("the = at its end", "末尾的 ="), unpadded),
            (("its last character", "最后一个字符"), secret.split_last().map(|(_, rest)| rest)),
            (("its first character", "第一个字符"), secret.split_first().map(|(_, rest)| rest)),
            (("one = at its end", "末尾的一个 ="), secret.strip_suffix(b"=")),
            (("what follows its first mark", "第一个符号之后的部分"), before),
            (("what precedes its last mark", "最后一个符号之前的部分"), behind),
        ];
        for ((english, chinese), cut) in cuts {
            if let Some(cut) = cut.filter(|cut| !cut.is_empty()) {
                self.add_secret("secret-cut", english, chinese, cut);
            }
        }
    }

    fn add_escaped_secrets(&mut self, secret: &[u8]) {
        let id = "secret-escaped";
        let encoded = |encoder: Encoder| {
            let mut text = Zeroizing::new(Vec::with_capacity(secret.len().saturating_mul(3)));
            encoder.write(secret, &mut text);
            text
        };
        let lower = Encoder { has_lower_hex: true, ..Encoder::RIGHT };
        let slash = Encoder { kept: b"/", ..Encoder::RIGHT };
        self.add_secret(id, "URL-encoded", "URL 编码", &encoded(Encoder::RIGHT));
        let spaced: Zeroizing<Vec<u8>> =
            Zeroizing::new(secret.iter().map(|&b| if b == b'+' { b' ' } else { b }).collect());
        self.add_secret(id, "URL-decoded, + read as a space", "URL 解码（+ 变成空格）", &spaced);
        self.add_secret(id, "URL-encoded in lower case", "URL 编码（小写）", &encoded(lower));
        self.add_secret(id, "URL-encoded, / kept", "URL 编码（保留 /）", &encoded(slash));
        let decoded: Zeroizing<Vec<u8>> = Zeroizing::new(percent_decode(secret).collect());
        self.add_secret(id, "URL-decoded", "URL 解码", &decoded);
        for (english, chinese, marks) in MARKUP {
            let marked = secret.iter().map(|&byte| {
                let mark = marks.iter().find(|(marked, _)| *marked == byte);
                mark.map_or(vec![byte], |(_, text)| text.as_bytes().to_vec())
            });
            let marked = Zeroizing::new(marked.flatten().collect::<Vec<_>>());
            self.add_secret(id, english, chinese, &marked);
        }
    }

    fn add_secret(
        &mut self,
        id: &'static str,
        english: &'static str,
        chinese: &'static str,
        secret: &[u8],
    ) {
        let is_right = secret == self.credentials.secret_access_key();
        if !is_right {
            let change =
                KeyChange { secret: Some(Rc::clone(&value(secret))), ..KeyChange::default() };
            self.add(id, detail("what", (english, chinese)), change);
        }
    }
}

/// Texts that code puts before the secret: AWS4 and those made after it.
const PREFIXES: &[&str] = &[
    "VOLC",
    "AWS4",
    "VOLC4",
    "TC3",
    "TOS4",
    "HMAC-SHA256",
    "SDK",
    "KSC4",
    "ACS3",
    "VOLCENGINE",
    "VOLCENGINE4",
    "Volc",
    "volc",
    "VOLCSTACK",
    "VOLC-HMAC-SHA256",
    "VOLC4-HMAC-SHA256",
    "V4",
    "HMAC",
    "KS4",
    "JDCLOUD2",
    "BYTE",
    "BYTEPLUS",
    "aws4",
    "Aws4",
    "GOOG4",
    "aliyun_v4",
    "OSS4",
];

type Padding = (&'static str, &'static str, &'static str, &'static str);

const WHITE_SPACE: &[Padding] = &[
    ("a line feed behind it", "末尾有换行", "", "\n"),
    ("a space behind it", "末尾有空格", "", " "),
    ("CR LF behind it", "末尾有回车换行", "", "\r\n"),
    ("a space before it", "开头有空格", " ", ""),
    ("a carriage return behind it", "末尾有回车", "", "\r"),
    ("a tab behind it", "末尾有制表符", "", "\t"),
    ("a tab before it", "开头有制表符", "\t", ""),
    ("a line feed before it", "开头有换行", "\n", ""),
    ("a space before and behind it", "首尾有空格", " ", " "),
    ("two line feeds behind it", "末尾有两个换行", "", "\n\n"),
    ("two spaces behind it", "末尾有两个空格", "", "  "),
    ("a byte order mark before it", "开头有 BOM", "\u{feff}", ""),
    ("a no-break space behind it", "末尾有不间断空格", "", "\u{a0}"),
    ("a no-break space before it", "开头有不间断空格", "\u{a0}", ""),
    ("a zero-width space behind it", "末尾有零宽空格", "", "\u{200b}"),
    ("a zero-width space before it", "开头有零宽空格", "\u{200b}", ""),
    ("an ideographic space behind it", "末尾有全角空格", "", "\u{3000}"),
    ("a zero byte behind it", "末尾有零字节", "", "\0"),
];

const EXTRA: &[Padding] = &[
    ("double quotes around it", "首尾的双引号", "\"", "\""),
    ("single quotes around it", "首尾的单引号", "'", "'"),
    ("% of a shell prompt behind it", "末尾的 %（命令行提示符）", "", "%"),
    ("a semicolon behind it", "末尾的分号", "", ";"),
    ("a comma behind it", "末尾的逗号", "", ","),
    ("a backslash behind it", "末尾的反斜杠", "", "\\"),
    ("backticks around it", "首尾的反引号", "`", "`"),
    ("\\n as two characters behind it", "末尾的 \\n 两个字符", "", "\\n"),
    ("a double quote behind it", "末尾的双引号", "", "\""),
    ("a double quote before it", "开头的双引号", "\"", ""),
    ("a single quote behind it", "末尾的单引号", "", "'"),
    ("a single quote before it", "开头的单引号", "'", ""),
    ("double quotes and a comma", "双引号和逗号", "\"", "\","),
    ("escaped double quotes around it", "首尾的转义双引号", "\\\"", "\\\""),
    ("curly quotes around it", "首尾的弯引号", "\u{201c}", "\u{201d}"),
    ("a full stop behind it", "末尾的句点", "", "."),
    ("= behind it", "末尾的 =", "", "="),
    ("= before it", "开头的 =", "=", ""),
    ("$ before it", "开头的 $", "$", ""),
    (": before it", "开头的冒号", ":", ""),
    ("angle brackets around it", "首尾的尖括号", "<", ">"),
    ("braces around it", "首尾的花括号", "{", "}"),
    ("parentheses around it", "首尾的圆括号", "(", ")"),
    ("asterisks around it", "首尾的星号", "**", "**"),
    ("b'…' around it, as Python prints bytes", "Python 字节串的 b'…'", "b'", "'"),
];

type Marks = &'static [(u8, &'static str)];

/// Escapes of JSON and HTML.
const MARKUP: &[(&str, &str, Marks)] = &[
    ("with \\u escapes of JSON", "带 JSON 的 \\u 转义", JSON_MARKS),
    ("with \\/ of JSON", "带 JSON 的 \\/ 转义", &[(b'/', "\\/")]),
    ("with entities of HTML", "带 HTML 实体", HTML_MARKS),
    ("with numeric entities of HTML", "带 HTML 数字实体", NUMBERED_MARKS),
];
const JSON_MARKS: Marks = &[
    (b'=', "\\u003d"),
    (b'+', "\\u002b"),
    (b'/', "\\u002f"),
    (b'&', "\\u0026"),
    (b'<', "\\u003c"),
    (b'>', "\\u003e"),
];
const HTML_MARKS: Marks = &[(b'&', "&amp;"), (b'<', "&lt;"), (b'>', "&gt;"), (b'"', "&quot;")];
const NUMBERED_MARKS: Marks = &[(b'=', "&#61;"), (b'+', "&#43;"), (b'/', "&#47;"), (b'&', "&#38;")];
