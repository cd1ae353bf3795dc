//! The secret, where it does not belong or is none.

use percent_encoding::percent_decode;
use zeroize::Zeroizing;

use super::Hints;
use crate::diagnose::base64;
use crate::diagnose::hypotheses::MOST_RESPELLED;

/// A shorter secret would be found in any text.
const SHORTEST: usize = 8;

impl Hints<'_> {
    pub(super) fn look_for_the_secret(&mut self) {
        let secret = self.wanted.credentials.secret_access_key();
        let holds = |text: &[u8]| text.windows(secret.len()).any(|piece| piece == secret);
        if secret.len() >= SHORTEST {
            let header = self.received.headers.iter().find(|(_, value)| holds(value.as_bytes()));
            let target = [self.received.path, self.received.query].into_iter().any(|text| {
                let decoded = Zeroizing::new(percent_decode(text.as_bytes()).collect::<Vec<_>>());
                holds(text.as_bytes()) || holds(&decoded)
            });
            let body = self.received.body().filter(|body| body.len() <= MOST_RESPELLED);
            let place = match (header, target, body.is_some_and(holds)) {
                (Some((name, _)), _, _) => {
                    let name = name.as_str();
                    Some((format!("header {name}"), format!("头部 {name}")).into())
                }
                (None, true, _) => Some(("the URL", "URL").into()),
                (None, false, true) => Some(("the body", "请求体").into()),
                (None, false, false) => None,
            };
            if let Some(place) = place {
                self.add("secret-in-request", vec![("place", place)]);
            }
        }
        self.look_at_the_shape();
    }

    fn look_at_the_shape(&mut self) {
        let secret = self.wanted.credentials.secret_access_key();
        let id = self.wanted.credentials.access_key_id().as_bytes();
        let is_around = |byte: &u8| b"\"'`<>{}[]()%,;\\$".contains(byte);
        let ends = [secret.first(), secret.last()];
        let what = if secret == id {
            ("it is the access key id", "与 Access Key ID 相同")
        } else if secret.starts_with(b"AKLT") || secret.starts_with(b"AKTP") {
            ("it begins as an access key id does", "开头与 Access Key ID 相同")
        } else if ends.into_iter().flatten().any(is_around) {
            ("something is around it, such as quotes", "首尾带有引号等字符")
        } else if !secret.iter().all(u8::is_ascii_graphic) {
            ("it holds white space or characters that are not ASCII", "包含空白或非 ASCII 字符")
        } else if secret.windows(3).any(is_escape) {
            ("it holds an escape such as %3D", "包含 %3D 之类的转义")
        } else if is_encoded_twice(secret) {
            ("it is Base64 of Base64", "经过两次 Base64 编码")
        } else {
            return;
        };
        self.add("secret-shape", vec![("what", what.into())]);
    }
}

fn is_escape(text: &[u8]) -> bool {
    matches!(text, [b'%', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
}

/// The console shows a secret with its padding. Once more encoded, the decoded text has padding
/// too.
fn is_encoded_twice(secret: &[u8]) -> bool {
    base64::decode(secret).is_some_and(|once| {
        let is_padded = once.len() >= 16 && once.len() % 4 == 0 && once.ends_with(b"=");
        is_padded && base64::decode(&once).is_some()
    })
}
