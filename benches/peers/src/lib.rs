//! Three signers that do the same work: hash the body, sign with this hash and the current time, put
//! the headers of the signature on the request.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, Waker};
use std::time::SystemTime;

use aws_credential_types::Credentials as AwsCredentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use http::{HeaderValue, Request};
use reqsign_core::{Context, SignRequest};
use sha2::{Digest, Sha256};
use volcengine_sigv4::{Credentials, Signer};

pub type Body = Arc<[u8]>;
pub type Sign = Box<dyn Fn(&mut Request<Body>)>;

/// The signers with their names, this crate's first.
pub fn signers() -> [(&'static str, Sign); 3] {
    [
        ("volcengine-sigv4", Box::new(volcengine_sigv4())),
        ("aws-sigv4", Box::new(aws_sigv4())),
        ("reqsign-aws-v4", Box::new(reqsign_aws_v4())),
    ]
}

fn volcengine_sigv4() -> impl Fn(&mut Request<Body>) {
    let credentials = Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY).unwrap();
    let signer = Signer::new(credentials, REGION, SERVICE).unwrap();
    move |request| {
        signer.sign(request).unwrap();
    }
}

fn aws_sigv4() -> impl Fn(&mut Request<Body>) {
    let identity =
        Identity::from(AwsCredentials::from_keys(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None));
    move |request| {
        let mut settings = SigningSettings::default();
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(REGION)
            .name(SERVICE)
            .time(SystemTime::now())
            .settings(settings)
            .build()
            .unwrap()
            .into();
        let headers =
            request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
        let uri = request.uri().to_string();
        let body = SignableBody::Bytes(request.body());
        let signable = SignableRequest::new(request.method().as_str(), uri, headers, body).unwrap();
        let (instructions, _signature) = sign(signable, &params).unwrap().into_parts();
        instructions.apply_to_request_http1x(request);
    }
}

fn reqsign_aws_v4() -> impl Fn(&mut Request<Body>) {
    let signer = reqsign_aws_v4::RequestSigner::new(SERVICE, REGION);
    let credential = reqsign_aws_v4::Credential {
        access_key_id: ACCESS_KEY_ID.into(),
        secret_access_key: SECRET_ACCESS_KEY.into(),
        ..Default::default()
    };
    let context = Context::new();
    move |request| {
        let (mut parts, body) = std::mem::take(request).into_parts();
        // The signer trusts this header, and signs no payload without it.
        let hash = if body.is_empty() {
            HeaderValue::from_static(EMPTY_PAYLOAD_HASH)
        } else {
            let mut digits = [0; 64];
            hex::encode_to_slice(Sha256::digest(&body), &mut digits).unwrap();
            HeaderValue::from_bytes(&digits).unwrap()
        };
        parts.headers.insert("x-amz-content-sha256", hash);
        ready(signer.sign_request(&context, &mut parts, Some(&credential), None)).unwrap();
        *request = Request::from_parts(parts, body);
    }
}

/// Returns the output of a future that never waits.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut TaskContext::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("signing waits"),
    }
}

const EMPTY_PAYLOAD_HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const ACCESS_KEY_ID: &str = "AKLTEXAMPLE";
const SECRET_ACCESS_KEY: &str = "a secret access key of some length";
const REGION: &str = "cn-beijing";
const SERVICE: &str = "ecs";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_signer_puts_its_signature_and_the_payload_hash_on_the_request() {
        for (name, sign) in signers() {
            let mut request =
                Request::post("https://open.volcengineapi.com/").body(Body::from(*b"{}")).unwrap();
            sign(&mut request);
            let headers = request.headers();
            let hash = headers
                .get("x-content-sha256")
                .or(headers.get("x-amz-content-sha256"))
                .unwrap_or_else(|| panic!("{name} sent no payload hash"));
            assert_eq!(hash, &hex::encode(Sha256::digest(b"{}")), "{name}");
            let authorization = headers["authorization"].to_str().unwrap();
            assert!(authorization.contains("content-sha256;"), "{name}: {authorization}");
        }
    }
}
