//! Mistakes about method and path.

use std::rc::Rc;

use percent_encoding::percent_decode;

use super::{Hypotheses, detail};
use crate::diagnose::recipe::{Change, Encoder, FrameChange, Manner, QueryChange};
use crate::diagnose::text::{Shared, Text, public};
use crate::diagnose::writer::write_query;

impl Hypotheses<'_> {
    pub(super) fn add_paths(&mut self) {
        self.add_methods();
        let sent = self.received.path.as_bytes();
        let decoded: Vec<u8> = percent_decode(sent).collect();
        self.add_path("path-empty", "", "", b"");
        self.add_path("path-slash-only", "", "", b"/");
        for (id, english, chinese, encoder) in SPELLINGS {
            self.add_path(id, english, chinese, &written(*encoder, &decoded));
        }
        if sent.windows(3).any(|piece| piece.eq_ignore_ascii_case(b"%2f")) {
            let slash = written(SLASH, &decoded);
            let what = "an escaped slash, which was signed as a slash";
            let frame = FrameChange { path: Some(public(slash)), ..FrameChange::default() };
            self.add("path-ambiguous", detail("what", (what, "编码的斜杠被签成了斜杠")), frame);
        }
        self.add_path("path-unencoded", "as it was sent", "按发送的原样", sent);
        let twice = written(Encoder { kept: b"/", ..Encoder::RIGHT }, sent);
        self.add_path("path-encoded-twice", "", "", &twice);
        self.add_whole_urls();
        self.add_other_segments();
    }

    fn add_methods(&mut self) {
        let sent = self.received.method.as_str();
        let lower = sent.to_ascii_lowercase();
        let methods = ["POST", "GET"].into_iter().chain([lower.as_str()]);
        for method in methods.chain(["PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", ""]) {
            if method != sent {
                let frame = FrameChange { method: Some(public(method)), ..FrameChange::default() };
                let details = vec![("method", self.name(method)), ("wanted", self.name(sent))];
                self.add("method", details, frame);
            }
        }
    }

    fn add_path(
        &mut self,
        id: &'static str,
        english: &'static str,
        chinese: &'static str,
        path: &[u8],
    ) {
        if path != self.right.canonical.frame.path.as_bytes() {
            let change = FrameChange { path: Some(public(path)), ..FrameChange::default() };
            self.add(id, detail("how", (english, chinese)), change);
        }
    }

    /// What stands between host and query may be taken for the whole target, and the target for it.
    fn add_whole_urls(&mut self) {
        let path = self.received.path;
        let host = String::from_utf8_lossy(self.received.host_as_sent()).into_owned();
        let scheme = self.received.scheme.unwrap_or("https");
        let mut canonical = Text::public(self.right.canonical.frame.path.as_bytes());
        canonical.push(b"?");
        canonical.push_text(&write_query(&self.right.canonical.query.fields));
        let targets = [
            (("path and query", "路径和查询"), self.target(path)),
            (("path and canonical query", "路径和规范查询"), canonical),
            (("the whole URL", "完整 URL"), self.target(&format!("{scheme}://{host}{path}"))),
            (("host and path", "主机和路径"), Text::public(format!("{host}{path}"))),
            (("the URL without its query", "不含查询的 URL"), {
                Text::public(format!("{scheme}://{host}{path}"))
            }),
            (("host, path and query", "主机、路径和查询"), self.target(&format!("{host}{path}"))),
        ];
        let empty = QueryChange { whole: Some(Some(public(""))), ..QueryChange::default() };
        for (what, target) in targets {
            let path: Option<Shared> = Some(Rc::new(target));
            let frame = FrameChange { path, ..FrameChange::default() };
            let alone = Change { query: empty.clone(), frame: frame.clone(), ..Change::default() };
            self.add_likely("path-whole-url", detail("what", what), alone);
            self.add_likely("path-whole-url", detail("what", what), frame);
        }
    }

    /// Returns `before` with the query as it was sent behind it.
    fn target(&self, before: &str) -> Text {
        let mut target = Text::public(before);
        target.push(b"?");
        target.push_text(&Text::from_query(self.received.query));
        target
    }

    /// The path before or after someone on the way changed it.
    fn add_other_segments(&mut self) {
        let path = String::from_utf8_lossy(self.right.canonical.frame.path.as_bytes()).into_owned();
        let toggled = match path.strip_suffix('/') {
            Some(shorter) => (("without its last slash", "去掉末尾斜杠"), shorter.to_owned()),
            None => (("with a slash behind it", "末尾多了斜杠"), format!("{path}/")),
        };
        let ((english, chinese), toggled) = toggled;
        if path != "/" {
            self.add_path("path-trailing-slash", english, chinese, toggled.as_bytes());
        }
        for (english, chinese, resolves, merges) in [
            ("dot segments resolved, slashes merged", "解析点段并合并斜杠", true, true),
            ("dot segments resolved", "解析点段", true, false),
            ("slashes merged", "合并斜杠", false, true),
        ] {
            let normal = normalised(&path, resolves, merges);
            self.add_path("path-normalised", english, chinese, normal.as_bytes());
        }
        let mut rest = path.as_str();
        for (english, chinese) in [
            ("its first segment", "第一段"),
            ("its first two segments", "前两段"),
            ("its first three segments", "前三段"),
        ] {
            let Some((_, behind)) = rest.strip_prefix('/').and_then(|path| path.split_once('/'))
            else {
                break;
            };
            let behind = format!("/{behind}");
            self.add_path("path-prefix", english, chinese, behind.as_bytes());
            rest = path.get(path.len().saturating_sub(behind.len())..).unwrap_or_default();
        }
    }
}

fn written(encoder: Encoder, decoded: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(decoded.len().saturating_mul(3));
    encoder.write(decoded, &mut text);
    text
}

/// Resolves dot segments and merges slashes, as clients, proxies and path libraries do.
fn normalised(path: &str, resolves: bool, merges: bool) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.strip_prefix('/').unwrap_or(path).split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." | ".." if resolves => {
                if segment == ".." {
                    kept.pop();
                }
                if is_last {
                    kept.push("");
                }
            }
            "" if merges && !is_last => {}
            segment => kept.push(segment),
        }
    }
    format!("/{}", kept.join("/"))
}

const SLASH: Encoder = Encoder { kept: b"/", ..Encoder::RIGHT };

/// Spellings of a decoded path.
const SPELLINGS: &[(&str, &str, &str, Encoder)] = &[
    ("path-unencoded", "unescaped", "未编码", Encoder { manner: Manner::Raw, ..Encoder::RIGHT }),
    (
        "path-unencoded",
        "escaped as encodeURI does",
        "按 encodeURI 编码",
        Encoder { kept: b"/;,?:@&=+$!'()*#", ..Encoder::RIGHT },
    ),
    (
        "path-unencoded",
        "escaped as a segment of a URL",
        "按 URL 路径段编码",
        Encoder { kept: b"/;,:@&=+$!'()*", ..Encoder::RIGHT },
    ),
    (
        "path-unencoded",
        "escaped as Go does",
        "按 Go 的 EscapedPath 编码",
        Encoder { kept: b"/:@&=+$", ..Encoder::RIGHT },
    ),
    (
        "path-unencoded",
        "!'()* not escaped",
        "未编码 !'()*",
        Encoder { kept: b"/!'()*", ..Encoder::RIGHT },
    ),
    ("path-encoded-twice", "", "", Encoder { manner: Manner::Twice, ..SLASH }),
    ("path-lower-hex", "", "", Encoder { has_lower_hex: true, ..SLASH }),
    ("path-slash-escaped", "", "", Encoder::RIGHT),
    ("path-slash-escaped", "", "", Encoder { has_lower_hex: true, ..Encoder::RIGHT }),
    ("path-form-encoded", "", "", Encoder { space: "+", ..SLASH }),
    (
        "path-form-encoded",
        "",
        "",
        Encoder { space: "+", kept: b"/*", escaped: b"~", ..Encoder::RIGHT },
    ),
    ("path-over-encoded", "", "", Encoder { escaped: b"~", ..SLASH }),
    ("path-over-encoded", "", "", Encoder { escaped: b"-_.~", ..SLASH }),
];
