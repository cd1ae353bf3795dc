//! The request of a vector, as the files of vectors write it.

use base64::prelude::{BASE64_STANDARD, Engine};
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Message {
    method: String,
    pub(crate) url: String,
    headers: Vec<(String, String)>,
    body: Body,
}

impl Message {
    pub(crate) fn unsigned(&self) -> Request<Vec<u8>> {
        let mut request = Request::new(self.body.bytes());
        *request.method_mut() = Method::from_bytes(self.method.as_bytes()).unwrap();
        *request.uri_mut() = uri(&self.url);
        for (name, value) in &self.headers {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            request.headers_mut().append(name.parse::<HeaderName>().unwrap(), value);
        }
        request
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Body {
    Utf8(String),
    Base64(String),
    Repeat(String, usize),
}

impl Body {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Utf8(text) => text.as_bytes().to_vec(),
            Self::Base64(text) => BASE64_STANDARD.decode(text).unwrap(),
            Self::Repeat(text, times) => text.repeat(*times).into_bytes(),
        }
    }
}

/// Parses a URL of a vector, which [`Uri`] can hold.
#[track_caller]
pub(crate) fn uri(url: &str) -> Uri {
    url.parse().unwrap_or_else(|error| panic!("{url}: {error}"))
}
