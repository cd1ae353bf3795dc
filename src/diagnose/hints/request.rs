//! Headers, host, target and body: what is missing, ambiguous, or changed on the way.

use std::borrow::Cow;
use std::collections::HashSet;

use http::Method;
use http::header::CONTENT_ENCODING;
use percent_encoding::percent_decode;

use super::Hints;
use crate::diagnose::finding::Phrase;
use crate::diagnose::hypotheses::{is_known_service, region_of};
use crate::diagnose::received::{decode, pieces};
use crate::error::{Error, ErrorKind};
use crate::protocol::header;
use crate::protocol::hex::Hex;

/// So many names stand in one finding.
const MOST_NAMES: usize = 8;

impl Hints<'_> {
    pub(super) fn look_at_the_headers(&mut self) {
        if !self.has_signature() {
            return;
        }
        let headers = self.received.headers;
        let signed = self.received.signed_headers();
        let known: HashSet<&String> = signed.iter().collect();
        if !self.is_presigned() {
            let expected = self.received.expected_headers();
            let is_unsigned =
                |name: &&String| !known.contains(name) && name.as_str() != header::X_SECURITY_TOKEN;
            let unsigned: Vec<_> = expected.iter().filter(is_unsigned).collect();
            let is_needed = |name: &&&String| matches!(name.as_str(), "host" | header::X_DATE);
            if unsigned.iter().any(|name| is_needed(&name)) {
                self.refuse("header-unsigned", names(&unsigned));
            } else if !unsigned.is_empty() {
                self.add("header-unsigned", names(&unsigned));
            }
        }
        let is_absent =
            |name: &&String| name.as_str() != "host" && !headers.contains_key(name.as_str());
        let absent: Vec<_> = signed.iter().filter(is_absent).collect();
        if !absent.is_empty() {
            self.refuse("header-listed-absent", names(&absent));
        }
        let is_repeated = |name: &&String| headers.get_all(name.as_str()).iter().nth(1).is_some();
        let repeated: Vec<_> = signed.iter().filter(is_repeated).collect();
        if !repeated.is_empty() {
            self.add("header-sent-twice", names(&repeated));
        }
    }

    pub(super) fn look_at_the_host(&mut self) {
        let received = self.received;
        let header = received.header_text("host");
        if received.host().is_empty() {
            self.refuse("host-missing", Vec::new());
            return;
        }
        let problem = self.wanted.host_check.as_ref().err().map(Error::kind);
        if problem == Some(ErrorKind::HostNotAllowed) {
            self.refuse("host-not-allowed", Vec::new());
        }
        if let (Some(header), Some(authority)) = (header, received.authority) {
            let bare = |host: &str| {
                host.trim_end_matches(":80").trim_end_matches(":443").to_ascii_lowercase()
            };
            if bare(header) != bare(authority) {
                self.add("host-differs", Vec::new());
            }
        }
        let host = String::from_utf8_lossy(received.host()).to_ascii_lowercase();
        if let Some(what) = other_protocol(&host) {
            self.refuse("host-other-protocol", vec![("what", what.into())]);
        }
        self.look_at_the_labels(&host);
    }

    /// `{service}.{region}.volcengineapi.com` says both, `{service}.volcengineapi.com` the service.
    fn look_at_the_labels(&mut self, host: &str) {
        let Some(labels) = host.strip_suffix(".volcengineapi.com") else { return };
        let (service, region) = match labels.split_once('.') {
            Some((service, region)) => (service, region_of(region)),
            None => (labels, None),
        };
        if let Some(region) = region.filter(|region| *region != self.wanted.region) {
            let details = vec![("found", region.into()), ("wanted", self.name(self.wanted.region))];
            self.add("region-against-host", details);
        }
        let wanted = self.wanted.service;
        let label = wanted.to_ascii_lowercase().replace('_', "-");
        // Hosts that many services share, and one whose service has another name.
        let is_shared = matches!(service, "open" | "visual" | "sms");
        // The official name of some services has capitals.
        let is_spelt_so =
            service == label && (wanted == label.replace('-', "_") || wanted == label);
        let is_official = service == label && is_known_service(wanted);
        if !(is_shared || is_spelt_so || is_official) {
            let details = vec![("found", self.name(service)), ("wanted", self.name(wanted))];
            self.add("service-against-host", details);
        }
    }

    pub(super) fn look_at_the_target(&mut self) {
        let received = self.received;
        let (path, query) = (received.path, received.query);
        if *received.method == Method::CONNECT || path == "*" {
            self.refuse("target-unsignable", vec![("what", ("it is no path", "不是路径").into())]);
        } else if received.authority.is_some_and(|authority| authority.contains('@')) {
            let what = ("the URL holds user info", "URL 带有用户信息");
            self.refuse("target-unsignable", vec![("what", what.into())]);
        }
        if let Some(what) = ambiguity(path) {
            self.add("path-ambiguous", vec![("what", what.into())]);
        }
        if query.contains('+') {
            self.add("query-raw-plus", Vec::new());
        }
        if has_malformed_escape(query) {
            self.add("query-malformed-escape", Vec::new());
        }
        let decoded: Cow<'_, [u8]> = percent_decode(query.as_bytes()).into();
        if std::str::from_utf8(&decoded).is_err() {
            self.add("query-not-utf8", Vec::new());
        }
        self.look_for_the_action();
    }

    /// The OpenAPI names its calls in the query; other APIs have a path.
    fn look_for_the_action(&mut self) {
        if self.received.path != "/" {
            return;
        }
        let has = |name: &str| {
            pieces(self.received.query).any(|piece| {
                decode(piece.splitn(2, |&b| b == b'=').next().unwrap_or_default())
                    == name.as_bytes()
            })
        };
        let missing: Vec<_> = ["Action", "Version"].into_iter().filter(|name| !has(name)).collect();
        if !missing.is_empty() {
            let what = Phrase::from((missing.join(", "), missing.join("、")));
            self.refuse("action-missing", vec![("what", what)]);
        }
    }

    pub(super) fn look_at_the_body(&mut self) {
        let received = self.received;
        let stated = received.header(header::X_CONTENT_SHA256).filter(|_| !self.is_presigned());
        if let Some(stated) = stated {
            let stated = stated.trim_ascii();
            match Hex::from_digits(stated) {
                None => self.refuse("content-sha256-malformed", Vec::new()),
                Some(hash) if hash != received.payload.hash_to_hex() => {
                    self.refuse("body-hash-differs", Vec::new());
                }
                Some(_) => {}
            }
        }
        let encoding = received.header_text(CONTENT_ENCODING.as_str());
        if encoding.is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity")) {
            self.add("content-encoded", Vec::new());
        }
    }
}

fn names(names: &[&String]) -> Vec<(&'static str, Phrase)> {
    let mut shown: Vec<_> = names.iter().take(MOST_NAMES).map(|name| name.as_str()).collect();
    if names.len() > MOST_NAMES {
        shown.push("…");
    }
    vec![("names", Phrase::from((shown.join(", "), shown.join("、"))))]
}

/// Hosts that take something else than this signature.
fn other_protocol(host: &str) -> Option<(&'static str, &'static str)> {
    let key = ("an API key", "API Key");
    let is_cloud =
        [".volces.com", ".ivolces.com", ".bytepluses.com"].iter().any(|end| host.ends_with(end));
    if is_cloud && (host.starts_with("tos-") || host.contains(".tos-")) {
        return Some(("the signature TOS4-HMAC-SHA256", "TOS4-HMAC-SHA256 签名"));
    }
    if is_cloud && host.starts_with("ark.") {
        return Some(key);
    }
    matches!(host, "openspeech.bytedance.com" | "sami.bytedance.com").then_some(key)
}

fn has_malformed_escape(text: &str) -> bool {
    let mut pieces = text.as_bytes().split(|&byte| byte == b'%');
    pieces.next();
    pieces.any(|piece| {
        !matches!(piece, [high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
    })
}

fn ambiguity(path: &str) -> Option<(&'static str, &'static str)> {
    let decoded: Vec<u8> = percent_decode(path.as_bytes()).collect();
    let is_dots = |segment: &[u8]| matches!(segment, b"." | b"..");
    if decoded.split(|&byte| byte == b'/').any(is_dots) {
        Some(("dot segments", "含有“.”或“..”段"))
    } else if path.contains("%2F") || path.contains("%2f") {
        Some(("an escaped slash", "含有编码的斜杠"))
    } else if decoded.contains(&b'\\') {
        Some(("a backslash", "含有反斜杠"))
    } else if has_malformed_escape(path) {
        Some(("a % that begins no escape", "含有不完整的“%”编码"))
    } else if path.contains("//") {
        Some(("double slashes", "含有连续斜杠"))
    } else {
        None
    }
}
