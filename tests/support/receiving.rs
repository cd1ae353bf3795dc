//! Requests as a server receives them, and what a verifier answers.

use std::time::Duration;

use http::header::{AUTHORIZATION, HOST};
use http::request::{Builder, Parts};
use http::{Method, Request, Uri};
use volcengine_sigv4::{
    Authorization, CanonicalRequest, CredentialScope, Payload, PresignOptions, RejectReason,
    Rejected, Signer, SigningKey, StringToSign, UriMode, Verified, Verifier, VerifyPolicy, XDate,
};

use super::{X_DATE, credentials, signer, verifier};

/// The window of a verifier, to each side of `X-Date`.
pub(crate) const WINDOW: Duration = Duration::from_secs(900);

pub(crate) fn compatible() -> Verifier {
    verifier().with_policy(VerifyPolicy::Compatible)
}

/// Starts a request as a server receives it over HTTP/1.1: the host is a header.
pub(crate) fn call() -> Builder {
    Request::post("/?Action=RunInstances&Version=2020-04-01").header(HOST, "ecs.example")
}

pub(crate) fn signed(call: Builder, body: &'static str) -> Parts {
    signed_by(&signer(), call, body)
}

pub(crate) fn signed_by(signer: &Signer, call: Builder, body: &'static str) -> Parts {
    let mut request = call.body(body).unwrap();
    signer.clone().with_uri_mode(UriMode::Preserve).sign(&mut request).unwrap();
    request.into_parts().0
}

/// Signs the headers called `names` and no others, as other signers do.
pub(crate) fn signed_over(names: &[&str], call: Builder, body: &str) -> Parts {
    let mut head = call.header("x-date", X_DATE).body(()).unwrap().into_parts().0;
    let x_date: XDate = X_DATE.parse().unwrap();
    let scope = CredentialScope::new(&x_date, "cn-beijing", "ecs").unwrap();
    let payload_hash = Payload::from(body).sha256();
    let canonical_request =
        CanonicalRequest::new(&head.method, &head.uri, &head.headers, names, payload_hash).unwrap();
    let string_to_sign = StringToSign::new(&x_date, &scope, canonical_request.sha256()).unwrap();
    let signature = SigningKey::derive(&credentials(), &scope).sign(&string_to_sign);
    let authorization = Authorization::new("AKLTEXAMPLE", scope, names, signature).unwrap();
    head.headers.insert(AUTHORIZATION, authorization.to_string().parse().unwrap());
    head
}

/// Returns the head of a request for a presigned URL.
pub(crate) fn presigned(target: &str, options: PresignOptions) -> Parts {
    presigned_by(&signer(), target, options)
}

pub(crate) fn presigned_by(signer: &Signer, target: &str, options: PresignOptions) -> Parts {
    let uri: Uri = format!("https://ecs.example{target}").parse().unwrap();
    let url: Uri = signer.presign(&Method::GET, &uri, &options).unwrap().into();
    let request = Request::get(url.path_and_query().unwrap().as_str());
    request.header(HOST, "ecs.example").body(()).unwrap().into_parts().0
}

pub(crate) fn expiring(seconds: u64) -> PresignOptions {
    PresignOptions::default().expires_in(Duration::from_secs(seconds)).unwrap()
}

pub(crate) fn verify(verifier: &Verifier, head: &Parts, body: &str) -> Result<Verified, Rejected> {
    verifier.claim(head)?.verify(Some(&credentials()), body)
}

#[track_caller]
pub(crate) fn accepted(verifier: &Verifier, head: &Parts, body: &str) -> Verified {
    verify(verifier, head, body).unwrap()
}

#[track_caller]
pub(crate) fn refused(reason: RejectReason, verifier: &Verifier, head: &Parts, body: &str) {
    assert_eq!(verify(verifier, head, body).unwrap_err().reason(), reason);
}
