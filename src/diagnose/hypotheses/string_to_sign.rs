//! Mistakes in the string to sign, and about line ends.

use super::{Hypotheses, detail};
use crate::diagnose::recipe::{CanonicalPart, Change, Digest, FrameChange, Line, StringChange};
use crate::diagnose::text::public;

impl Hypotheses<'_> {
    pub(super) fn add_strings_to_sign(&mut self) {
        self.add_algorithms();
        for (english, chinese, digest) in DIGESTS {
            let change = StringChange { digest: Some(*digest), ..StringChange::default() };
            self.add("canonical-hash-form", detail("form", (*english, *chinese)), change);
        }
        self.add_line_ends();
        for (id, table) in [("string-line-missing", MISSING), ("string-line-order", ORDERS)] {
            for (english, chinese, lines) in table {
                let change = StringChange { lines: Some(lines), ..StringChange::default() };
                self.add(id, detail("line", (*english, *chinese)), change);
            }
        }
        for (english, chinese, parts) in CANONICAL_LINES {
            let change = FrameChange { parts: Some(parts), ..FrameChange::default() };
            self.add("canonical-line-missing", detail("line", (*english, *chinese)), change);
        }
    }

    fn add_algorithms(&mut self) {
        let stated = self.received.stated.algorithm.clone();
        if let Some(stated) = stated.filter(|stated| stated != "HMAC-SHA256") {
            let details = detail("algorithm", self.name(&stated));
            let algorithm = Some(public(stated));
            self.add_likely(
                "algorithm",
                details,
                StringChange { algorithm, ..StringChange::default() },
            );
        }
        for algorithm in ALGORITHMS {
            let change =
                StringChange { algorithm: Some(public(algorithm)), ..StringChange::default() };
            self.add("algorithm", detail("algorithm", *algorithm), change);
        }
    }

    fn add_line_ends(&mut self) {
        for (english, chinese, end) in LINE_ENDS {
            let strings = StringChange { line_end: Some(end), ..StringChange::default() };
            let frame = FrameChange { line_end: Some(end), ..FrameChange::default() };
            let both =
                Change { strings: strings.clone(), frame: frame.clone(), ..Change::default() };
            let details = || detail("what", (*english, *chinese));
            self.add("line-ends", details(), both);
            self.add_unlikely("line-ends", details(), strings);
            self.add_unlikely("line-ends", details(), frame);
        }
        for tail in ["\n", "\r\n"] {
            let strings = StringChange { tail: Some(tail), ..StringChange::default() };
            let frame = FrameChange { tail: Some(tail), ..FrameChange::default() };
            let string = ("one more behind the string to sign", "待签字符串末尾多一个换行");
            self.add_likely("line-ends", detail("what", string), strings.clone());
            let request = ("one more behind the canonical request", "规范请求末尾多一个换行");
            self.add_likely("line-ends", detail("what", request), frame.clone());
            let both = ("one more behind both texts", "两段文本末尾各多一个换行");
            self.add(
                "line-ends",
                detail("what", both),
                Change { strings, frame, ..Change::default() },
            );
        }
    }
}

/// Algorithms that code writes in the first line.
const ALGORITHMS: &[&str] = &[
    "AWS4-HMAC-SHA256",
    "VOLC4-HMAC-SHA256",
    "VOLC-HMAC-SHA256",
    "TC3-HMAC-SHA256",
    "TOS4-HMAC-SHA256",
    "ACS3-HMAC-SHA256",
    "HMACSHA256",
    "HmacSHA256",
    "hmac-sha256",
    "SHA256",
    "HMAC-SHA-256",
    "SDK-HMAC-SHA256",
    "KSC4-HMAC-SHA256",
    "VOLCENGINE4-HMAC-SHA256",
    "VOLCENGINE-HMAC-SHA256",
    "V4-HMAC-SHA256",
    "HMAC-SHA1",
    "SHA-256",
    "GOOG4-HMAC-SHA256",
    "V11-HMAC-SHA256",
    "JDCLOUD2-HMAC-SHA256",
    "SIGV4-HMAC-SHA256",
    "HMAC_SHA256",
    "volc-hmac-sha256",
    "",
];

const DIGESTS: &[(&str, &str, Digest)] = &[
    ("not hashed", "未做哈希", Digest::Unhashed),
    ("the bytes of the hash", "哈希的原始字节", Digest::Bytes),
    ("hex in upper case", "大写十六进制", Digest::UpperHex),
    ("Base64", "Base64", Digest::Base64),
    ("hashed twice", "做了两次哈希", Digest::HexTwice),
];

const LINE_ENDS: &[(&str, &str, &str)] = &[
    ("CR LF", "回车换行（CR LF）", "\r\n"),
    ("\\n as two characters", "\\n 两个字符", "\\n"),
    ("a carriage return", "回车（CR）", "\r"),
    ("\\r\\n as four characters", "\\r\\n 四个字符", "\\r\\n"),
    ("a space", "空格", " "),
    ("nothing", "无换行", ""),
    ("&", "&", "&"),
];

type Lines = &'static [(&'static str, &'static str, &'static [Line])];

const MISSING: Lines = &[
    ("date", "日期", &[Line::Algorithm, Line::Scope, Line::Digest]),
    ("scope", "凭证范围", &[Line::Algorithm, Line::Date, Line::Digest]),
    ("algorithm", "算法", &[Line::Date, Line::Scope, Line::Digest]),
    ("hash", "哈希", &[Line::Algorithm, Line::Date, Line::Scope]),
    ("algorithm, date and scope", "算法、日期和凭证范围", &[Line::Digest]),
    ("date and scope", "日期和凭证范围", &[Line::Algorithm, Line::Digest]),
    ("algorithm and date", "算法和日期", &[Line::Scope, Line::Digest]),
    ("algorithm and scope", "算法和凭证范围", &[Line::Date, Line::Digest]),
];

const ORDERS: Lines = &[
    (
        "scope before date",
        "凭证范围在日期之前",
        &[Line::Algorithm, Line::Scope, Line::Date, Line::Digest],
    ),
    (
        "hash before scope",
        "哈希在凭证范围之前",
        &[Line::Algorithm, Line::Date, Line::Digest, Line::Scope],
    ),
    (
        "date before algorithm",
        "日期在算法之前",
        &[Line::Date, Line::Algorithm, Line::Scope, Line::Digest],
    ),
    (
        "hash before date",
        "哈希在日期之前",
        &[Line::Algorithm, Line::Digest, Line::Date, Line::Scope],
    ),
];

type CanonicalLines = &'static [(&'static str, &'static str, &'static [CanonicalPart])];

use CanonicalPart::{Head, Method, Path, Payload, Query};

const CANONICAL_LINES: CanonicalLines = &[
    ("query", "查询", &[Method, Path, Head, Payload]),
    ("method", "方法", &[Path, Query, Head, Payload]),
    ("path", "路径", &[Method, Query, Head, Payload]),
    ("header", "头部", &[Method, Path, Query, Payload]),
];
