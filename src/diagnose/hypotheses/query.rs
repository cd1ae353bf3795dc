//! Mistakes about the query.

use std::collections::HashMap;
use std::rc::Rc;

use percent_encoding::percent_decode;

use super::{Details, Hypotheses, detail};
use crate::diagnose::finding::Phrase;
use crate::diagnose::received::decode;
use crate::diagnose::recipe::{Encoder, Equals, Manner, Order, Parameter, QueryChange};
use crate::diagnose::right::read_parameter;
use crate::diagnose::text::{Text, value};
use crate::diagnose::writer::write_query;

/// How many parameters are left out one by one.
const MOST_LEFT_OUT: usize = 64;

impl Hypotheses<'_> {
    pub(super) fn add_queries(&mut self) {
        self.add_orders();
        self.add_encoders();
        for (english, chinese, equals) in [
            ("empty parameters have none", "空值参数不带", Equals::WithValue),
            ("as sent", "按发送的原样", Equals::AsSent),
        ] {
            let change = QueryChange { equals: Some(equals), ..QueryChange::default() };
            self.add("query-no-equals", detail("how", (english, chinese)), change);
        }
        self.add_missing_parameters();
        self.add_repeated_parameters();
        let start = QueryChange { start: Some("?"), ..QueryChange::default() };
        self.add("query-question-mark", Details::new(), start.clone());
        self.add("query-question-mark", Details::new(), QueryChange { start: Some("&"), ..start });
        self.add_body_parameters();
    }

    fn parameters(&self) -> Rc<[Parameter]> {
        Rc::clone(&self.right.canonical.query.fields.parameters)
    }

    fn add_orders(&mut self) {
        let unsorted = QueryChange { order: Some(Order::AsSent), ..QueryChange::default() };
        self.add("query-unsorted", Details::new(), unsorted);
        let sent = Encoder { manner: Manner::AsSent, ..Encoder::RIGHT };
        let raw = QueryChange { encoder: Some(sent), ..QueryChange::default() };
        let whole = Text::from_query(self.received.query);
        let whole = QueryChange { whole: Some(Some(Rc::new(whole))), ..QueryChange::default() };
        self.add("query-as-sent", Details::new(), whole);
        let unsorted = QueryChange { order: Some(Order::AsSent), ..raw.clone() };
        self.add("query-as-sent", Details::new(), unsorted);
        self.add("query-as-sent", Details::new(), raw);
        for (english, chinese, order) in ORDERS {
            let change = QueryChange { order: Some(*order), ..QueryChange::default() };
            self.add("query-sort", detail("how", (*english, *chinese)), change);
        }
    }

    fn add_encoders(&mut self) {
        for (id, english, chinese, encoder) in ENCODERS {
            let change = QueryChange { encoder: Some(*encoder), ..QueryChange::default() };
            self.add(id, detail("how", (*english, *chinese)), change);
        }
        if self.received.query.contains('+') {
            let parameters = self
                .received
                .signed_pieces()
                .map(|piece| read_parameter(piece, |text| percent_decode(text).into()));
            let parameters = Some(parameters.collect());
            self.add(
                "query-plus",
                Details::new(),
                QueryChange { parameters, ..QueryChange::default() },
            );
        }
    }

    fn add_missing_parameters(&mut self) {
        let all = self.parameters();
        let is_own =
            |parameter: &Parameter| matches!(parameter.key.as_bytes(), b"Action" | b"Version");
        self.add_kept("query-missing", Details::new(), &all, |_, _| false);
        self.add_kept("query-empty-dropped", Details::new(), &all, |_, p| p.value.len() > 0);
        let own = ("Action, Version", "Action、Version");
        self.add_kept("query-incomplete", detail("what", own), &all, |_, p| !is_own(p));
        let others = ("all but Action and Version", "Action、Version 以外的参数");
        self.add_kept("query-incomplete", detail("what", others), &all, |_, p| is_own(p));
        if all.len() > MOST_LEFT_OUT {
            self.leave_out();
        }
        for (index, parameter) in all.iter().enumerate().take(MOST_LEFT_OUT) {
            let what = if is_own(parameter) {
                Phrase::from(String::from_utf8_lossy(parameter.key.as_bytes()).into_owned())
            } else {
                let number = index.saturating_add(1);
                Phrase::from((format!("parameter {number}"), format!("第 {number} 个参数")))
            };
            let change = kept(&all, |other, _| other != index);
            self.add_likely("query-incomplete", detail("what", what), change);
        }
    }

    fn add_kept(
        &mut self,
        id: &'static str,
        details: Details,
        all: &[Parameter],
        keeps: impl Fn(usize, &Parameter) -> bool,
    ) {
        let change = kept(all, keeps);
        self.add_likely(id, details, change);
    }

    fn add_repeated_parameters(&mut self) {
        let all = self.parameters();
        let mut values: HashMap<&[u8], Vec<usize>> = HashMap::new();
        for (index, parameter) in all.iter().enumerate() {
            values.entry(parameter.key.as_bytes()).or_default().push(index);
        }
        if values.len() == all.len() {
            return;
        }
        let sorted = Order::KeyAndValue;
        let change = QueryChange { order: Some(sorted), ..QueryChange::default() };
        self.add("query-repeats", detail("how", ("sorted by value", "按值排序")), change);
        for (english, chinese, takes_last) in [
            ("last value only", "只取最后一个值", true),
            ("first value only", "只取第一个值", false),
        ] {
            let change = kept(&all, |index, parameter| {
                let indices = values.get(parameter.key.as_bytes());
                let sole =
                    indices.and_then(|all| if takes_last { all.last() } else { all.first() });
                sole == Some(&index)
            });
            self.add("query-repeats", detail("how", (english, chinese)), change);
        }
        for (english, chinese, separator) in [
            ("joined by a comma", "用逗号连接", &b","[..]),
            ("joined by a comma and a space", "用逗号和空格连接", b", "),
            ("joined by a semicolon", "用分号连接", b";"),
        ] {
            let first = |(index, parameter): (usize, &Parameter)| {
                let indices = values.get(parameter.key.as_bytes())?;
                // Once for each key: joining at every occurrence would be quadratic.
                if indices.first() != Some(&index) {
                    return None;
                }
                let texts = indices.iter().filter_map(|index| all.get(*index));
                let texts: Vec<_> = texts.map(|parameter| parameter.value.as_bytes()).collect();
                let value = value(texts.join(separator));
                Some(Parameter { value, ..parameter.clone() })
            };
            let parameters = Some(all.iter().enumerate().filter_map(first).collect());
            let change = QueryChange { parameters, ..QueryChange::default() };
            self.add("query-repeats", detail("how", (english, chinese)), change);
        }
        let unindexed = QueryChange { order: Some(Order::Descending), ..QueryChange::default() };
        self.add("query-sort", detail("how", ("descending", "降序")), unindexed);
    }

    /// The habit of the older RPC protocols: a form is signed with the query.
    fn add_body_parameters(&mut self) {
        let Some(body) = self.received.body().filter(|body| !body.is_empty()) else { return };
        if body.len() > super::MOST_RESPELLED {
            self.leave_out();
            return;
        }
        let pieces = body.split(|&byte| byte == b'&').filter(|piece| !piece.is_empty());
        // What is no form has pieces of values where a form has keys.
        let form: Vec<_> = pieces
            .map(|piece| read_parameter(piece, decode))
            .map(|parameter| Parameter { key: value(parameter.key.as_bytes()), ..parameter })
            .collect();
        let written: Vec<_> =
            form.iter().map(|p| Parameter { is_encoded: true, ..p.clone() }).collect();
        for (english, chinese, form) in
            [("encoded anew", "重新编码", form), ("as it is", "按原样", written)]
        {
            let both = self.parameters().iter().cloned().chain(form.iter().cloned()).collect();
            let both = QueryChange { parameters: Some(both), ..QueryChange::default() };
            let alone = QueryChange { parameters: Some(form.into()), ..QueryChange::default() };
            self.add("query-with-body", detail("how", (english, chinese)), both);
            self.add("query-with-body", detail("how", (english, chinese)), alone);
        }
        let mut appended = write_query(&self.right.canonical.query.fields);
        if appended.len() > 0 {
            appended.push(b"&");
        }
        appended.push_value(body);
        let appended =
            QueryChange { whole: Some(Some(Rc::new(appended))), ..QueryChange::default() };
        self.add("query-with-body", detail("how", ("behind the query", "接在查询之后")), appended);
        let mut whole = Text::public("");
        whole.push_value(body);
        let whole = QueryChange { whole: Some(Some(Rc::new(whole))), ..QueryChange::default() };
        self.add("query-with-body", detail("how", ("instead of the query", "代替查询")), whole);
    }
}

fn kept(all: &[Parameter], keeps: impl Fn(usize, &Parameter) -> bool) -> QueryChange {
    let kept = all.iter().enumerate().filter(|(index, parameter)| keeps(*index, parameter));
    let parameters = Some(kept.map(|(_, parameter)| parameter.clone()).collect());
    QueryChange { parameters, ..QueryChange::default() }
}

const ORDERS: &[(&str, &str, Order)] = &[
    ("without case", "不区分大小写", Order::KeyWithoutCase),
    ("by the encoded key", "按编码后的键", Order::EncodedKey),
    ("by key=value", "按 key=value 文本", Order::Joined),
    ("by key and value", "按键和值", Order::KeyAndValue),
    ("by encoded key and value", "按编码后的键和值", Order::EncodedKeyAndValue),
    ("by UTF-16", "按 UTF-16", Order::Utf16),
    ("by the rules of a language", "按语言区域规则", Order::Locale),
    ("digits as numbers", "数字按数值", Order::Natural),
];

const RAW: Encoder = Encoder { manner: Manner::Raw, ..Encoder::RIGHT };
const FORM: Encoder = Encoder { space: "+", ..Encoder::RIGHT };
/// `java.net.URLEncoder`.
const JAVA: Encoder = Encoder { space: "+", kept: b"*", escaped: b"~", ..Encoder::RIGHT };
const LOWER: Encoder = Encoder { has_lower_hex: true, ..Encoder::RIGHT };

const fn keeping(kept: &'static [u8]) -> Encoder {
    Encoder { kept, ..Encoder::RIGHT }
}

const fn escaping(escaped: &'static [u8]) -> Encoder {
    Encoder { escaped, ..Encoder::RIGHT }
}

const fn in_manner(manner: Manner) -> Encoder {
    Encoder { manner, ..Encoder::RIGHT }
}

/// What `escape()` of JavaScript leaves as it is, and what it escapes of the unreserved.
const ESCAPE: Encoder =
    Encoder { kept: b"@*+/", escaped: b"~", manner: Manner::PercentU, ..Encoder::RIGHT };

const ENCODERS: &[(&str, &str, &str, Encoder)] = &[
    ("query-unencoded", "unescaped", "未编码", RAW),
    ("query-form-encoded", "+ for a space", "空格写成 +", FORM),
    ("query-form-encoded", "as java.net.URLEncoder", "按 java.net.URLEncoder", JAVA),
    (
        "query-form-encoded",
        "as urlencode of PHP",
        "按 PHP 的 urlencode",
        Encoder { space: "+", escaped: b"~", ..Encoder::RIGHT },
    ),
    (
        "query-form-encoded",
        "as URLSearchParams",
        "按 URLSearchParams",
        Encoder { space: "+", kept: b"*", escaped: b"~", ..Encoder::RIGHT },
    ),
    (
        "query-form-encoded",
        "+ for a space, lower case",
        "空格写成 +，小写",
        Encoder { space: "+", kept: b"!'()*", has_lower_hex: true, ..Encoder::RIGHT },
    ),
    (
        "query-form-encoded",
        "as HttpUtility of .NET",
        "按 .NET 的 HttpUtility",
        Encoder { space: "+", kept: b"!()*", escaped: b"~", has_lower_hex: true, ..Encoder::RIGHT },
    ),
    (
        "query-form-encoded",
        "as WebUtility of .NET",
        "按 .NET 的 WebUtility",
        Encoder { space: "+", kept: b"!()*", escaped: b"~", ..Encoder::RIGHT },
    ),
    (
        "query-form-encoded",
        "+ for a space, / kept",
        "空格写成 +，保留 /",
        Encoder { space: "+", kept: b"/", ..Encoder::RIGHT },
    ),
    (
        "query-under-encoded",
        "!'()* as encodeURIComponent leaves them",
        "!'()*（encodeURIComponent）",
        keeping(b"!'()*"),
    ),
    (
        "query-under-encoded",
        "/ as quote of Python leaves it",
        "/（Python 的 quote）",
        keeping(b"/"),
    ),
    ("query-under-encoded", "* as Java leaves it", "*（Java）", keeping(b"*")),
    (
        "query-under-encoded",
        "what encodeURI leaves",
        "encodeURI 保留的字符",
        keeping(b";/?:@&=+$,#!'()*"),
    ),
    (
        "query-under-encoded",
        "only what a URL must escape",
        "仅编码 URL 必须编码的字符",
        keeping(b";/?:@&=+$,!'()*|^`{}[]"),
    ),
    ("query-under-encoded", "/ and ?", "/ 和 ?", keeping(b"/?")),
    ("query-under-encoded", "/ and :", "/ 和 :", keeping(b"/:")),
    ("query-under-encoded", ":", ":", keeping(b":")),
    ("query-under-encoded", ",", ",", keeping(b",")),
    ("query-under-encoded", "[]", "[]", keeping(b"[]")),
    ("query-under-encoded", "!()*", "!()*", keeping(b"!()*")),
    (
        "query-under-encoded",
        "what Swift leaves in a query",
        "Swift urlQueryAllowed 保留的字符",
        keeping(b"!$&'()*+,;=:@/?"),
    ),
    (
        "query-under-encoded",
        "/, ? and what encodeURIComponent leaves",
        "/? 和 !'()*",
        keeping(b"/?!'()*"),
    ),
    ("query-under-encoded", "a space", "空格", keeping(b" ")),
    ("query-over-encoded", "~", "~", escaping(b"~")),
    ("query-over-encoded", "_, . and ~", "_.~", escaping(b"_.~")),
    ("query-over-encoded", "every mark", "所有符号", escaping(b"-_.~")),
    ("query-over-encoded", "-", "-", escaping(b"-")),
    ("query-over-encoded", "_", "_", escaping(b"_")),
    ("query-over-encoded", ".", ".", escaping(b".")),
    (
        "query-over-encoded",
        "~, * kept",
        "~（保留 *）",
        Encoder { kept: b"*", escaped: b"~", ..Encoder::RIGHT },
    ),
    (
        "query-over-encoded",
        "~, / kept",
        "~（保留 /）",
        Encoder { kept: b"/", escaped: b"~", ..Encoder::RIGHT },
    ),
    ("query-lower-hex", "", "", LOWER),
    ("query-lower-hex", "", "", Encoder { kept: b"!'()*", ..LOWER }),
    ("query-encoded-twice", "what is escaped already", "已编码的文本", in_manner(Manner::Twice)),
    ("query-encoded-twice", "the text as it was sent", "发送的原文", in_manner(Manner::SentTwice)),
    ("query-charset", "code points", "码点", in_manner(Manner::CodePoint)),
    ("query-charset", "UTF-8 read as Latin-1", "UTF-8 被当作 Latin-1", in_manner(Manner::Mojibake)),
    ("query-charset", "Latin-1", "Latin-1", in_manner(Manner::Latin1)),
    ("query-charset", "escape() of JavaScript", "JavaScript 的 escape()", ESCAPE),
    ("query-charset", "%u", "%u", in_manner(Manner::PercentU)),
    (
        "query-charset",
        "code points, / kept",
        "码点（保留 /）",
        Encoder { kept: b"/", manner: Manner::CodePoint, ..Encoder::RIGHT },
    ),
];
