//! The `Authorization`: is it there, can it be read, and whose is it?

use super::Hints;
use crate::diagnose::finding::Phrase;
use crate::protocol::authorization::Authorization;
use crate::protocol::query_parameter::X_SIGNATURE;
use crate::protocol::{ALGORITHM, header};
use http::header::AUTHORIZATION;

impl Hints<'_> {
    pub(super) fn look_at_the_authorization(&mut self) {
        let values = self.received.headers.get_all(AUTHORIZATION).iter().count();
        let has_parameter = self.received.parameter(X_SIGNATURE).is_some();
        if values > 1 || values == 1 && has_parameter {
            self.refuse("authorization-twice", Vec::new());
        }
        match &self.received.stated.authorization {
            Some(text) => {
                let text = text.clone();
                self.look_at_the_text(&text);
            }
            None if !has_parameter => self.refuse("authorization-missing", Vec::new()),
            None => {}
        }
        self.look_at_the_algorithm();
        self.look_at_the_digits();
    }

    fn look_at_the_text(&mut self, text: &str) {
        let scheme = text.split([' ', ';', ':', ',']).next().unwrap_or_default();
        if scheme.eq_ignore_ascii_case("bearer") {
            self.refuse("bearer-token", Vec::new());
            return;
        }
        // Another algorithm is named by itself; what follows it is read as if it were ours.
        let rest = text.strip_prefix(scheme).unwrap_or(text);
        let read = format!("{ALGORITHM}{rest}").parse::<Authorization>();
        let is_whole = text.starts_with(scheme) && rest.starts_with(" Credential=");
        if read.is_err() && !self.is_only_another_ending(text) {
            let what = self.place_of_the_problem(text, is_whole);
            self.refuse("authorization-malformed", vec![("what", what)]);
        }
    }

    /// Whether only the ends of scope or signature keep the text from being read: those have
    /// findings of their own.
    fn is_only_another_ending(&self, text: &str) -> bool {
        let stated = &self.received.stated;
        let has_all = [&stated.access_key_id, &stated.day, &stated.region, &stated.service]
            .into_iter()
            .all(Option::is_some);
        let list = stated.signed_headers.as_deref().unwrap_or_default();
        let is_list = !list.is_empty() && !list.bytes().any(|byte| byte.is_ascii_uppercase());
        let labels = [" Credential=", ", SignedHeaders=", ", Signature="];
        let mut rest = text;
        let is_ordered = labels.into_iter().all(|label| match rest.split_once(label) {
            Some((before, behind)) => {
                rest = behind;
                !before.contains(' ')
            }
            None => false,
        });
        let is_quoted = text.starts_with(['"', '\'']) || text.ends_with(['"', '\'']);
        has_all && is_list && is_ordered && !is_quoted
    }

    fn place_of_the_problem(&self, text: &str, is_whole: bool) -> Phrase {
        let stated = &self.received.stated;
        let has = |label: &str| text.contains(label);
        let list = stated.signed_headers.as_deref().unwrap_or_default();
        Phrase::from(if !has("Credential") {
            ("it has no Credential", "缺少 Credential")
        } else if !has("SignedHeaders") {
            ("it has no SignedHeaders", "缺少 SignedHeaders")
        } else if stated.signature.is_none() {
            ("it has no Signature", "缺少 Signature")
        } else if text.starts_with(['"', '\'']) {
            ("it is in quotes", "带有引号")
        } else if stated.service.is_none() {
            ("the Credential has no whole scope", "Credential 中的凭证范围不完整")
        } else if !is_whole {
            ("the Credential does not follow the algorithm", "算法之后不是 Credential")
        } else if !has(", SignedHeaders=") && !has(",SignedHeaders=") {
            ("there is no comma behind the Credential", "Credential 之后缺少逗号")
        } else if !has(", Signature=") && !has(",Signature=") {
            ("there is no comma behind SignedHeaders", "SignedHeaders 之后缺少逗号")
        } else if list.bytes().any(|byte| byte.is_ascii_uppercase()) {
            ("SignedHeaders is not in lower case", "SignedHeaders 不是小写")
        } else {
            ("one of its parts has another form", "某一部分的格式不正确")
        })
    }

    fn look_at_the_algorithm(&mut self) {
        let Some(algorithm) = self.received.stated.algorithm.clone() else { return };
        let is_bearer = algorithm.to_ascii_lowercase().starts_with("bearer");
        if self.has_signature() && algorithm != ALGORITHM && !is_bearer {
            let algorithm = self.name(&algorithm);
            self.refuse("algorithm-unknown", vec![("algorithm", algorithm)]);
        }
    }

    fn look_at_the_digits(&mut self) {
        let Some(signature) = &self.received.stated.signature else { return };
        if !self.received.claims().is_empty() {
            return;
        }
        let length = signature.chars().count();
        let is_hex = signature.bytes().all(|byte| byte.is_ascii_hexdigit());
        let kin = match length {
            32 if is_hex => (": MD5?", "，可能是 MD5"),
            40 if is_hex => (": HMAC-SHA1?", "，可能是 HMAC-SHA1"),
            96 if is_hex => (": HMAC-SHA384?", "，可能是 HMAC-SHA384"),
            128 if is_hex => (": HMAC-SHA512?", "，可能是 HMAC-SHA512"),
            _ => ("", ""),
        };
        let length = Phrase::from(length.to_string());
        self.refuse("signature-shape", vec![("length", length), ("what", kin.into())]);
    }

    pub(super) fn look_at_the_credentials(&mut self) {
        let (stated, credentials) = (&self.received.stated, self.wanted.credentials);
        let is_other = |id: &String| id != credentials.access_key_id();
        if self.has_signature() && stated.access_key_id.as_ref().is_some_and(is_other) {
            self.refuse("access-key-differs", Vec::new());
        }
        if credentials.have_expired(self.wanted.time) {
            self.refuse("credentials-expired", Vec::new());
        }
        self.look_at_the_token();
        self.look_at_the_scope();
    }

    fn look_at_the_token(&mut self) {
        let is_temporary = |id: &str| id.starts_with("AKTP");
        let credentials = self.wanted.credentials;
        let stated = self.received.stated.access_key_id.as_deref().unwrap_or_default();
        let wanted = credentials.session_token();
        let sent = self.received.session_token();
        let is_wanted =
            wanted.is_some() || is_temporary(credentials.access_key_id()) || is_temporary(stated);
        match (&sent, wanted) {
            (None, _) if is_wanted && self.has_signature() => {
                self.refuse("token-missing", Vec::new());
            }
            (Some(sent), Some(wanted)) if **sent != *wanted.as_bytes() => {
                self.refuse("token-differs", Vec::new());
            }
            _ => {}
        }
        let is_signed = |name: &String| name == header::X_SECURITY_TOKEN;
        if self.has_signature()
            && !self.is_presigned()
            && sent.is_some()
            && !self.received.signed_headers().iter().any(is_signed)
        {
            self.refuse("token-unsigned", Vec::new());
        }
    }

    fn look_at_the_scope(&mut self) {
        let stated = &self.received.stated;
        let day = self.received.x_date().map(|x_date| x_date.date().to_owned());
        let parts = [
            (("region", "区域"), &stated.region, Some(self.wanted.region.to_owned())),
            (("service", "服务名"), &stated.service, Some(self.wanted.service.to_owned())),
            (("date", "日期"), &stated.day, day),
            (("terminator", "结尾"), &stated.terminator, Some("request".to_owned())),
        ];
        let differ = parts.iter().filter(|(_, stated, wanted)| {
            let is_other = |(stated, wanted): (&String, &String)| stated != wanted;
            stated.as_ref().zip(wanted.as_ref()).is_some_and(is_other)
        });
        let names: Vec<_> = differ.map(|(name, _, _)| *name).collect();
        if names.is_empty() || !self.has_signature() {
            return;
        }
        let english = names.iter().map(|(english, _)| *english).collect::<Vec<_>>().join(", ");
        let chinese = names.iter().map(|(_, chinese)| *chinese).collect::<Vec<_>>().join("、");
        let (region, service) = (self.wanted.region, self.wanted.service);
        let day = parts
            .into_iter()
            .find_map(|((name, _), _, wanted)| (name == "date").then_some(wanted)?);
        let day = day.unwrap_or("YYYYMMDD".to_owned());
        let wanted = Phrase::from(format!("{day}/{region}/{service}/request"));
        self.refuse("scope-differs", vec![("what", (english, chinese).into()), ("wanted", wanted)]);
    }
}
