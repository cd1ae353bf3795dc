//! Mistakes about headers.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::{Details, Hypotheses, detail};
use crate::diagnose::finding::Phrase;
use crate::diagnose::recipe::{Case, Change, HeadChange, Names, Repeated, Spaces};
use crate::diagnose::text::{public, value};
use crate::protocol::header;

/// Of so many headers every subset is tried.
const MOST_IN_SUBSETS: usize = 7;
/// So many headers are left out one by one.
const MOST_LEFT_OUT: usize = 64;

impl Hypotheses<'_> {
    pub(super) fn add_headers(&mut self) {
        for (id, english, chinese, change) in forms() {
            self.add(id, detail("how", (english, chinese)), change);
        }
        self.add_repeated();
        self.add_header_orders();
        self.add_subsets();
        self.add_content_types();
        self.add_hosts();
        self.add_tokens();
        self.add_content_hashes();
    }

    fn names(&self) -> Names {
        Rc::clone(&self.right.canonical.head.fields.lines)
    }

    fn add_repeated(&mut self) {
        let headers = self.received.headers;
        let names = self.names();
        let is_repeated = |name: &Rc<str>| headers.get_all(&**name).iter().nth(1).is_some();
        if !names.iter().any(is_repeated) {
            return;
        }
        for (english, chinese, repeated) in [
            ("its last value", "最后一个值", Repeated::Last),
            ("its values with a comma between them", "逗号连接的所有值", Repeated::Joined(",")),
            (
                "its values with a comma and a space",
                "逗号加空格连接的所有值",
                Repeated::Joined(", "),
            ),
            ("a line for each value", "每个值各一行", Repeated::Lines),
            ("its values with a semicolon", "分号连接的所有值", Repeated::Joined(";")),
            ("its values with nothing between them", "直接相连的所有值", Repeated::Joined("")),
        ] {
            let change = HeadChange { repeated: Some(repeated), ..HeadChange::default() };
            self.add("header-repeated", detail("how", (english, chinese)), change);
        }
    }

    fn add_header_orders(&mut self) {
        let listed = self.names();
        let mut sorted = listed.to_vec();
        sorted.sort_unstable();
        let backwards: Vec<_> = sorted.iter().rev().cloned().collect();
        let sent = self.received.headers.keys().map(http::HeaderName::as_str);
        let places: HashMap<_, _> = sent.enumerate().map(|(place, name)| (name, place)).collect();
        let place = |name: &Rc<str>| places.get(&**name).copied();
        let mut as_sent = sorted.clone();
        as_sent.sort_by_key(place);
        let in_order_of = |first: &[&str]| {
            let mut names = sorted.clone();
            names.sort_by_key(|name| {
                first.iter().position(|first| *first == &**name).unwrap_or(first.len())
            });
            names
        };
        let orders = [
            sorted.clone(),
            in_order_of(&["host", "x-date", "x-content-sha256", "content-type"]),
            backwards,
            as_sent,
            in_order_of(&["content-type", "host", "x-date", "x-content-sha256"]),
            in_order_of(&["host", "content-type", "x-date", "x-content-sha256"]),
            in_order_of(&["x-date", "host", "x-content-sha256", "content-type"]),
            in_order_of(&["x-content-sha256", "x-date", "host", "content-type"]),
            in_order_of(&["x-date", "x-content-sha256", "content-type", "host"]),
            in_order_of(&["host", "x-content-sha256", "x-date", "content-type"]),
            in_order_of(&["content-type", "x-date", "x-content-sha256", "host"]),
            in_order_of(&["content-type", "host", "x-content-sha256", "x-date"]),
        ];
        let mut tried: Vec<Vec<Rc<str>>> = vec![listed.to_vec()];
        for order in orders {
            if tried.contains(&order) {
                continue;
            }
            let names: Names = order.iter().cloned().collect();
            let lines = HeadChange { lines: Some(names.clone()), ..HeadChange::default() };
            let list = HeadChange { list: Some(names), ..HeadChange::default() };
            let both = HeadChange { list: list.list.clone(), ..lines.clone() };
            let what = |english, chinese| detail("what", (english, chinese));
            self.add("header-order", what("the lines", "头部行"), lines);
            self.add_likely("header-order", what("the list", "列表"), list);
            self.add("header-order", what("lines and list", "头部行和列表"), both);
            tried.push(order);
        }
    }

    /// The names that were really signed may be others than those that are stated.
    fn add_subsets(&mut self) {
        let listed = self.names();
        let mut all = listed.to_vec();
        let expected = self.received.expected_headers();
        let known: HashSet<&str> = listed.iter().map(|name| &**name).collect();
        all.extend(expected.into_iter().filter(|name| !known.contains(&**name)).map(Rc::from));
        let is_sorted = listed.is_sorted();
        if is_sorted {
            all.sort_unstable();
        }
        for preset in PRESETS {
            let names = all.iter().filter(|name| preset.contains(&&***name)).cloned().collect();
            self.add_set(names, &listed);
        }
        let set_without = |left_out: usize| -> Names {
            let kept = all.iter().enumerate().filter(|(index, _)| *index != left_out);
            kept.map(|(_, name)| Rc::clone(name)).collect()
        };
        self.add_set(all.iter().cloned().collect(), &listed);
        for index in 0..all.len().min(MOST_LEFT_OUT) {
            self.add_set(set_without(index), &listed);
        }
        if all.len() > MOST_IN_SUBSETS {
            self.leave_out();
        } else {
            for bits in 0..1_u32 << all.len() {
                let names = all.iter().enumerate().filter(|(index, _)| bits >> index & 1 == 1);
                self.add_set(names.map(|(_, name)| Rc::clone(name)).collect(), &listed);
            }
        }
        for (index, name) in listed.iter().enumerate().take(MOST_LEFT_OUT) {
            let without = listed.iter().enumerate().filter(|(other, _)| *other != index);
            let without: Names = without.map(|(_, name)| Rc::clone(name)).collect();
            let lines = HeadChange { lines: Some(without.clone()), ..HeadChange::default() };
            let details = detail("what", (format!("no line {name}"), format!("缺少 {name} 行")));
            self.add_unlikely("header-set", details, lines);
            let list = HeadChange { list: Some(without), ..HeadChange::default() };
            let details =
                detail("what", (format!("a list without {name}"), format!("列表缺少 {name}")));
            self.add_unlikely("header-set", details, list);
        }
    }

    fn add_set(&mut self, names: Names, listed: &Names) {
        if names == *listed {
            return;
        }
        let shown: Phrase = match names.is_empty() {
            true => ("no header", "没有头部").into(),
            false => names.join(";").into(),
        };
        let (lines, list) = (Some(Rc::clone(&names)), Some(names));
        self.add(
            "header-set",
            detail("what", shown),
            HeadChange { lines, list, ..HeadChange::default() },
        );
    }

    fn add_content_types(&mut self) {
        for content_type in CONTENT_TYPES {
            let change = HeadChange {
                content_type: Some(Some(public(content_type))),
                ..HeadChange::default()
            };
            let shown =
                if content_type.is_empty() { self.name("") } else { (*content_type).into() };
            self.add_likely("content-type", detail("content_type", shown), change);
        }
        let Some(sent) = self.received.header_text("content-type").map(str::to_owned) else {
            return;
        };
        let bare = sent.split(';').next().unwrap_or_default().trim_end();
        let variants = [
            bare.to_owned(),
            sent.to_ascii_lowercase(),
            sent.replace("; ", ";"),
            sent.replace(';', "; "),
            format!("{bare}; charset=utf-8"),
            format!("{bare};charset=utf-8"),
            format!("{bare}; charset=UTF-8"),
            format!("{bare};charset=UTF-8"),
        ];
        for variant in variants {
            if variant != sent && !CONTENT_TYPES.contains(&&*variant) {
                let shown = self.name(&variant);
                let content_type = Some(Some(public(variant)));
                let change = HeadChange { content_type, ..HeadChange::default() };
                self.add("content-type", detail("content_type", shown), change);
            }
        }
    }

    /// The token that was signed may be another than the one sent, or none may be sent.
    fn add_tokens(&mut self) {
        let Some(token) = self.credentials.session_token() else { return };
        let sent = self.received.header(header::X_SECURITY_TOKEN);
        let id = match sent {
            None => "token-missing",
            Some(sent) if sent.trim_ascii() != token.as_bytes() => "token-differs",
            Some(_) => return,
        };
        let change = HeadChange { token: Some(Some(value(token))), ..HeadChange::default() };
        self.add_likely(id, Details::new(), change);
    }

    /// X-Content-Sha256 as it should be, where it is not what was signed.
    fn add_content_hashes(&mut self) {
        let hash = self.received.payload.hash_to_hex();
        let sent = self.received.header_text("x-content-sha256").unwrap_or_default();
        if sent.as_bytes() != hash.as_bytes() {
            let content_hash = Some(Some(public(hash.as_bytes())));
            let change = HeadChange { content_hash, ..HeadChange::default() };
            let id = match sent.eq_ignore_ascii_case(hash.as_str()) {
                true => "content-sha256-malformed",
                false => "body-hash-differs",
            };
            self.add_likely(id, Details::new(), Change::from(change));
        }
    }
}

type Form = (&'static str, &'static str, &'static str, HeadChange);

fn forms() -> Vec<Form> {
    let none = HeadChange::default;
    vec![
        (
            "header-block-end",
            "no empty line",
            "缺少空行",
            HeadChange { block_end: Some(1), ..none() },
        ),
        (
            "header-block-end",
            "two empty lines",
            "有两个空行",
            HeadChange { block_end: Some(3), ..none() },
        ),
        (
            "header-block-end",
            "no line end",
            "缺少换行",
            HeadChange { block_end: Some(0), ..none() },
        ),
        (
            "header-name-case",
            "the lines",
            "头部行",
            HeadChange { line_case: Some(Case::Title), ..none() },
        ),
        (
            "header-name-case",
            "the list",
            "列表",
            HeadChange { list_case: Some(Case::Title), ..none() },
        ),
        (
            "header-name-case",
            "lines and list",
            "头部行和列表",
            HeadChange { line_case: Some(Case::Title), list_case: Some(Case::Title), ..none() },
        ),
        (
            "header-name-case",
            "the lines",
            "头部行",
            HeadChange { line_case: Some(Case::Upper), ..none() },
        ),
        (
            "header-name-case",
            "the list",
            "列表",
            HeadChange { list_case: Some(Case::Upper), ..none() },
        ),
        (
            "header-name-case",
            "lines and list",
            "头部行和列表",
            HeadChange { line_case: Some(Case::Upper), list_case: Some(Case::Upper), ..none() },
        ),
        (
            "header-colon-space",
            "a space behind it",
            "冒号后有空格",
            HeadChange { colon: Some(": "), ..none() },
        ),
        (
            "header-colon-space",
            "an equals sign",
            "用了等号",
            HeadChange { colon: Some("="), ..none() },
        ),
        (
            "header-colon-space",
            "spaces around it",
            "冒号前后有空格",
            HeadChange { colon: Some(" : "), ..none() },
        ),
        (
            "header-spaces",
            "kept at the ends",
            "保留了首尾空格",
            HeadChange { spaces: Some(Spaces::Kept), ..none() },
        ),
        (
            "header-spaces",
            "inner runs made one",
            "连续空格合并为一个",
            HeadChange { spaces: Some(Spaces::Collapsed), ..none() },
        ),
        (
            "header-spaces",
            "inner runs outside quotes made one",
            "引号外的连续空格合并为一个",
            HeadChange { spaces: Some(Spaces::CollapsedOutsideQuotes), ..none() },
        ),
        (
            "header-spaces",
            "removed",
            "删除了所有空格",
            HeadChange { spaces: Some(Spaces::Removed), ..none() },
        ),
        ("header-list-form", "commas", "用了逗号", HeadChange { separator: Some(","), ..none() }),
        (
            "header-list-form",
            "a semicolon at the end",
            "末尾有分号",
            HeadChange { list_end: Some(";"), ..none() },
        ),
        (
            "header-list-form",
            "a semicolon and a space",
            "用了分号加空格",
            HeadChange { separator: Some("; "), ..none() },
        ),
        (
            "header-list-form",
            "a comma and a space",
            "用了逗号加空格",
            HeadChange { separator: Some(", "), ..none() },
        ),
        ("header-list-form", "spaces", "用了空格", HeadChange { separator: Some(" "), ..none() }),
        (
            "header-list-form",
            "line feeds",
            "用了换行",
            HeadChange { separator: Some("\n"), ..none() },
        ),
        ("header-list-form", "nothing", "没有分隔符", HeadChange { separator: Some(""), ..none() }),
        (
            "header-list-form",
            "a line feed at the end",
            "末尾有换行",
            HeadChange { list_end: Some("\n"), ..none() },
        ),
    ]
}

/// Lists that code has hard-coded.
const PRESETS: &[&[&str]] = &[
    &["host", "x-date"],
    &["host", "x-content-sha256", "x-date"],
    &["content-type", "host", "x-content-sha256", "x-date"],
    &["content-type", "host", "x-date"],
    &["content-type", "host"],
    &["host"],
];

const CONTENT_TYPES: &[&str] = &[
    "application/json",
    "application/json; charset=utf-8",
    "application/x-www-form-urlencoded",
    "application/json;charset=utf-8",
    "application/json;charset=UTF-8",
    "application/json; charset=UTF-8",
    "application/x-www-form-urlencoded; charset=utf-8",
    "application/x-www-form-urlencoded;charset=utf-8",
    "application/x-www-form-urlencoded;charset=UTF-8",
    "application/x-www-form-urlencoded; charset=UTF-8",
    "text/plain",
    "text/plain; charset=utf-8",
    "text/plain;charset=UTF-8",
    "application/octet-stream",
    "multipart/form-data",
    "*/*",
    "",
    "application/x-protobuf",
    "application/xml",
    "text/plain; charset=ISO-8859-1",
];
