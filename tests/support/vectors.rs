//! The shape of the vector files, and the types of this crate that their texts stand for.

pub(crate) mod message;

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, Request};
use message::{Body, Message};
use serde::Deserialize;
use volcengine_sigv4::{
    Claim, CredentialScope, Credentials, Payload, Signer, UriMode, Verifier, XDate,
};

/// A vector of `signing.json` or `presigning.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "lists every field, so that a new one is noticed")]
pub(crate) struct Vector {
    pub(crate) name: String,
    source: String,
    agreed_by: Vec<String>,
    level: Level,
    credentials: Keys,
    region: String,
    service: String,
    x_date: String,
    pub(crate) request: Message,
    pub(crate) wire_url: Option<String>,
    pub(crate) expect: Expect,
    note: String,
    #[serde(default)]
    pub(crate) origin_document: bool,
    #[serde(default)]
    pub(crate) default_headers: bool,
    #[serde(default)]
    pub(crate) sign_host: bool,
    #[serde(default)]
    expires_in: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Level {
    Unanimous,
    Sdk,
    Direct,
    Majority,
    Ambiguous,
    OneFamily,
    Variant,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expect {
    pub(crate) signed_headers: String,
    pub(crate) canonical_request: String,
    pub(crate) string_to_sign: String,
    pub(crate) signature: String,
    #[serde(default)]
    pub(crate) url: String,
}

impl Vector {
    pub(crate) fn credentials(&self) -> Credentials {
        let Keys { access_key_id, secret_access_key, session_token } = &self.credentials;
        let credentials = Credentials::new(access_key_id, secret_access_key).unwrap();
        match session_token {
            Some(token) => credentials.with_session_token(token).unwrap(),
            None => credentials,
        }
    }

    pub(crate) fn x_date(&self) -> XDate {
        self.x_date.parse().unwrap()
    }

    pub(crate) fn scope(&self) -> CredentialScope {
        CredentialScope::new(&self.x_date(), &self.region, &self.service).unwrap()
    }

    pub(crate) fn signer(&self, mode: UriMode) -> Signer {
        let signer = Signer::new(self.credentials(), &self.region, &self.service).unwrap();
        signer.with_uri_mode(mode).at(self.x_date().into())
    }

    pub(crate) fn signed_headers(&self) -> Vec<&str> {
        let names = self.expect.signed_headers.split(';');
        names.filter(|name| !name.is_empty()).collect()
    }

    /// Returns the request with the headers that a signer adds before it signs.
    pub(crate) fn prepared(&self) -> Request<Vec<u8>> {
        let mut request = self.request.unsigned();
        prepare(&mut request, self.x_date(), self.credentials().session_token());
        request
    }

    pub(crate) fn authorization(&self) -> String {
        let Expect { signed_headers, signature, .. } = &self.expect;
        let (id, scope) = (&self.credentials.access_key_id, self.scope());
        format!(
            "HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={signed_headers}, Signature={signature}"
        )
    }
}

/// A vector of `known_answers.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "lists every field, so that a new one is noticed")]
pub(crate) struct KnownAnswer {
    pub(crate) name: String,
    source: String,
    access_key_id: Vec<String>,
    secret_access_key: Vec<String>,
    region: String,
    service: String,
    x_date: String,
    request: Message,
    pub(crate) signed_headers: String,
    pub(crate) canonical_request_sha256: String,
    pub(crate) signing_key: String,
    pub(crate) signature: String,
}

impl KnownAnswer {
    pub(crate) fn credentials(&self) -> Credentials {
        Credentials::new(self.access_key_id.concat(), self.secret_access_key.concat()).unwrap()
    }

    pub(crate) fn x_date(&self) -> XDate {
        self.x_date.parse().unwrap()
    }

    pub(crate) fn scope(&self) -> CredentialScope {
        CredentialScope::new(&self.x_date(), &self.region, &self.service).unwrap()
    }

    pub(crate) fn prepared(&self) -> Request<Vec<u8>> {
        let mut request = self.request.unsigned();
        prepare(&mut request, self.x_date(), None);
        request
    }
}

/// A vector of `verifying.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "lists every field, so that a new one is noticed")]
pub(crate) struct Received {
    pub(crate) name: String,
    mode: Mode,
    pub(crate) verdict: Verdict,
    kind: Kind,
    pub(crate) reason: String,
    now: u64,
    secrets: HashMap<String, String>,
    region: String,
    service: String,
    request: ReceivedMessage,
}

impl Received {
    /// Returns the request, or `None` if `http` refuses it.
    pub(crate) fn request(&self) -> Option<Request<Vec<u8>>> {
        let ReceivedMessage { method, target, headers, body } = &self.request;
        let mut request = Request::builder().method(&**method).uri(&**target);
        for (name, value) in headers {
            request = request.header(name, value.as_bytes());
        }
        request.body(body.bytes()).ok()
    }

    pub(crate) fn verifier(&self) -> Verifier {
        let verifier = Verifier::new(&self.region, &self.service).unwrap();
        verifier.at(SystemTime::UNIX_EPOCH + Duration::from_secs(self.now))
    }

    /// Looks up the credentials of a claim. Every token is trusted, except in the vector about an
    /// unknown token.
    pub(crate) fn credentials(&self, claim: &Claim) -> Option<Credentials> {
        let secret = self.secrets.get(claim.access_key_id())?;
        let credentials = Credentials::new(claim.access_key_id(), secret).unwrap();
        match claim.session_token() {
            Some(token) if !self.name.ends_with("token-appended-to-tokenless") => {
                Some(credentials.with_session_token(token).unwrap())
            }
            _ => Some(credentials),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    Header,
    Query,
}

#[derive(Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    Accept,
    Reject,
    Either,
    CompatAccept,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Crypto,
    Policy,
    Equivalent,
    Genuine,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReceivedMessage {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Body,
}

pub(crate) fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn prepare(request: &mut Request<Vec<u8>>, x_date: XDate, token: Option<&str>) {
    let payload_hash = hex(Payload::from(request.body()).sha256());
    let headers: &mut HeaderMap = request.headers_mut();
    headers.insert("x-date", x_date.as_str().parse().unwrap());
    headers.insert("x-content-sha256", payload_hash.parse().unwrap());
    if let Some(token) = token {
        headers.insert("x-security-token", token.parse().unwrap());
    }
}
