//! An explanation shows each step of signing, changes nothing, and has no secret in its text.

mod support;

use http::{HeaderValue, Request};
use support::{credentials, signer_of, with_token};
use volcengine_sigv4::{
    Authorization, CanonicalRequest, ErrorKind, Explanation, Payload, Signer, SigningKey,
    StringToSign, UriMode,
};

fn signer() -> Signer {
    signer_of(with_token("STS-token")).for_scope("cn-beijing", "iam").unwrap()
}

fn request() -> Request<&'static str> {
    let chinese = HeaderValue::from_bytes("火山引擎".as_bytes()).unwrap();
    Request::post(
        "https://IAM.volcengineapi.com?UserName=web+1&Action=CreateLogin&Password=密|码&Tag",
    )
    .header("content-type", "application/json")
    .header("user-agent", "curl/8")
    .header("x-team", chinese)
    .body("{}")
    .unwrap()
}

#[track_caller]
fn explain(signer: &Signer) -> Explanation {
    let request = request();
    let explanation = signer.explain(&request, *request.body()).unwrap();
    assert_eq!(request.uri().path_and_query(), self::request().uri().path_and_query());
    assert_eq!(request.uri().authority(), self::request().uri().authority());
    assert_eq!(request.headers(), self::request().headers());
    explanation
}

#[test]
fn an_explanation_has_the_authorization_that_signing_sends() {
    for signer in [signer(), signer().with_uri_mode(UriMode::Preserve)] {
        let explanation = explain(&signer);
        let mut request = request();
        let signature = signer.sign(&mut request).unwrap();
        assert_eq!(request.headers()["authorization"], explanation.authorization());
        assert!(explanation.authorization().ends_with(&format!(", Signature={signature}")));
    }
}

#[test]
fn explaining_fails_with_the_error_of_signing() {
    let mut request = Request::get("/").body("").unwrap();
    let explained = signer().explain(&request, ()).unwrap_err();
    let signed = signer().sign(&mut request).unwrap_err();
    assert_eq!(explained.kind(), ErrorKind::MissingHost);
    assert_eq!(explained.to_string(), signed.to_string());
}

#[test]
fn an_explanation_shows_every_step_without_query_values_and_token() {
    let expected = "\
canonical request:
POST
/
Action=CreateLogin&Password=***&***&UserName=***
content-type:application/json
host:iam.volcengineapi.com
x-content-sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
x-date:20210818T095729Z
x-security-token:***
x-team:火山引擎

content-type;host;x-content-sha256;x-date;x-security-token;x-team
44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a

string to sign:
HMAC-SHA256
20210818T095729Z
20210818/cn-beijing/iam/request
639e8328c1c4471bb98aa929b141fd3ee2aaf11ec47518a05ac12006ea765465

authorization:
HMAC-SHA256 Credential=AKLTEXAMPLE/20210818/cn-beijing/iam/request, \
SignedHeaders=content-type;host;x-content-sha256;x-date;x-security-token;x-team, \
Signature=7175c7d9e43298a2f5aa74ca05735f03b1b0714051313be10d7cb056927bbb87";
    assert_eq!(explain(&signer()).to_string(), expected);
}

#[test]
fn the_accessors_return_what_was_hashed_and_sent() {
    let explanation = explain(&signer());
    assert_eq!(
        std::str::from_utf8(explanation.canonical_request()).unwrap(),
        "POST\n\
         /\n\
         Action=CreateLogin&Password=%E5%AF%86%7C%E7%A0%81&Tag=&UserName=web%201\n\
         content-type:application/json\n\
         host:iam.volcengineapi.com\n\
         x-content-sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\n\
         x-date:20210818T095729Z\n\
         x-security-token:STS-token\n\
         x-team:火山引擎\n\
         \n\
         content-type;host;x-content-sha256;x-date;x-security-token;x-team\n\
         44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    );
    let text = explanation.to_string();
    assert!(text.contains(&format!("\n{}\n", explanation.string_to_sign())), "{text}");
    assert!(text.ends_with(&format!("\n{}", explanation.authorization())), "{text}");
}

#[test]
fn the_protocol_objects_yield_the_steps_of_the_explanation() {
    let explanation = explain(&signer());
    let mut request = request();
    signer().sign(&mut request).unwrap();

    let payload_hash = Payload::from(request.body()).sha256();
    let authorization: Authorization = explanation.authorization().parse().unwrap();
    let names: Vec<_> = authorization.signed_headers().collect();
    let canonical_request = CanonicalRequest::new(
        request.method(),
        request.uri(),
        request.headers(),
        &names,
        payload_hash,
    )
    .unwrap();
    assert_eq!(canonical_request.as_bytes(), explanation.canonical_request());

    let x_date = request.headers()["x-date"].to_str().unwrap().parse().unwrap();
    let scope = authorization.scope();
    let string_to_sign = StringToSign::new(&x_date, scope, canonical_request.sha256()).unwrap();
    assert_eq!(string_to_sign.to_string(), explanation.string_to_sign());

    let signature = SigningKey::derive(&credentials(), scope).sign(&string_to_sign);
    assert_eq!(signature.to_string(), authorization.signature().to_string());
}
