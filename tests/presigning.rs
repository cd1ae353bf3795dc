//! A presigned URL: its parameters, its lifetime, its spelling.

mod support;

use std::time::Duration;

use http::{HeaderMap, Method, Request, Uri};
use support::{credentials, now};
use volcengine_sigv4::{
    CanonicalRequest, CredentialScope, Credentials, Error, ErrorKind, Payload, PresignOptions,
    PresignedUrl, Signature, Signer, SigningKey, StringToSign, UriMode, XDate,
};

fn signer_of(credentials: Credentials) -> Signer {
    support::signer_of(credentials).for_scope("cn-north-1", "vod").unwrap()
}

fn presign(uri: &str, options: PresignOptions) -> Result<PresignedUrl, Error> {
    signer_of(credentials()).presign(&Method::GET, &uri.parse().unwrap(), &options)
}

#[track_caller]
fn url(uri: &str) -> String {
    presign(uri, PresignOptions::default()).unwrap().to_string()
}

#[track_caller]
fn refused(uri: &str, kind: ErrorKind, text: &str) {
    let error = presign(uri, PresignOptions::default()).unwrap_err();
    assert_eq!((error.kind(), error.to_string()), (kind, text.to_owned()));
}

/// Returns the escaped value of the parameter `key`.
fn value<'a>(url: &'a str, key: &str) -> Option<&'a str> {
    let (_, query) = url.split_once('?').unwrap();
    let parameters = query.split('&').map(|parameter| parameter.split_once('=').unwrap());
    parameters.clone().find(|(found, _)| *found == key).map(|(_, value)| value)
}

/// Signs the URL again, step by step, as a server does.
fn signed_again(url: &str, method: &Method, credentials: &Credentials) -> Signature {
    let (unsigned, _) = url.split_once("&X-Signature=").unwrap();
    let signed_headers: &[&str] = match value(url, "X-SignedHeaders") {
        Some("") => &[],
        _ => &["host"],
    };
    let canonical_request = CanonicalRequest::new(
        method,
        &unsigned.parse().unwrap(),
        &HeaderMap::new(),
        signed_headers,
        Payload::Empty.sha256(),
    )
    .unwrap();
    let x_date: XDate = value(url, "X-Date").unwrap().parse().unwrap();
    let scope = CredentialScope::new(&x_date, "cn-north-1", "vod").unwrap();
    let string_to_sign = StringToSign::new(&x_date, &scope, canonical_request.sha256()).unwrap();
    SigningKey::derive(credentials, &scope).sign(&string_to_sign)
}

#[test]
fn every_parameter_except_the_signature_is_signed_and_listed() {
    let options = PresignOptions::default().expires_in(Duration::from_secs(3600)).unwrap();
    let url = presign("https://vod.volcengineapi.com/?b=2&a=1", options).unwrap().to_string();
    assert_eq!(
        url.rsplit_once('=').unwrap().0,
        "https://vod.volcengineapi.com/?X-Algorithm=HMAC-SHA256\
         &X-Credential=AKLTEXAMPLE%2F20210818%2Fcn-north-1%2Fvod%2Frequest\
         &X-Date=20210818T095729Z&X-Expires=3600&X-NotSignBody=&X-SignedHeaders=host\
         &X-SignedQueries=X-Algorithm%3BX-Credential%3BX-Date%3BX-Expires%3BX-NotSignBody\
         %3BX-SignedHeaders%3BX-SignedQueries%3Ba%3Bb&a=1&b=2&X-Signature"
    );
    let signature = signed_again(&url, &Method::GET, &credentials());
    assert_eq!(value(&url, "X-Signature"), Some(&*signature.to_string()));
}

#[test]
fn a_session_token_is_signed_and_listed() {
    let credentials = credentials().with_session_token("token+/=").unwrap();
    let uri = Uri::from_static("https://vod.volcengineapi.com/");
    let signer = signer_of(credentials.clone());
    let url = signer.presign(&Method::GET, &uri, &PresignOptions::default()).unwrap().to_string();
    assert_eq!(value(&url, "X-Security-Token"), Some("token%2B%2F%3D"));
    assert!(value(&url, "X-SignedQueries").unwrap().contains("%3BX-Security-Token%3B"));
    let signature = signed_again(&url, &Method::GET, &credentials);
    assert_eq!(value(&url, "X-Signature"), Some(&*signature.to_string()));
}

#[test]
fn the_method_and_the_host_are_signed() {
    let signature = |method: Method, uri: &str, options: &PresignOptions| {
        let url = signer_of(credentials()).presign(&method, &uri.parse().unwrap(), options);
        value(url.unwrap().as_str(), "X-Signature").unwrap().to_owned()
    };
    let (default, hostless) = (PresignOptions::default(), PresignOptions::default().without_host());
    let get = signature(Method::GET, "https://a.example/", &default);
    assert_ne!(get, signature(Method::PUT, "https://a.example/", &default));
    assert_ne!(get, signature(Method::GET, "https://b.example/", &default));
    assert_eq!(
        signature(Method::GET, "https://a.example/", &hostless),
        signature(Method::GET, "https://b.example/", &hostless)
    );
}

#[test]
fn a_presigned_url_has_the_spelling_that_clients_send() {
    for (uri, start) in [
        ("HTTPS://Vod.Example:443", "https://vod.example/?X-Algorithm="),
        ("http://vod.example:8080/a|b?", "http://vod.example:8080/a%7Cb?X-Algorithm="),
        ("https://vod.example/?A=1+2&&B", "https://vod.example/?A=1%202&B=&X-Algorithm="),
        ("https://vod.example/火?A=%e7%81%ab", "https://vod.example/%E7%81%AB?A=%E7%81%AB&X-"),
    ] {
        let url = url(uri);
        assert!(url.starts_with(start), "{url}");
        let mut request = Request::get(&url).body(()).unwrap();
        let error = signer_of(credentials()).sign_with_payload(&mut request, ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyPresigned);
    }
}

#[test]
fn a_preserved_path_is_unchanged() {
    let signer = signer_of(credentials()).with_uri_mode(UriMode::Preserve);
    let uri = Uri::from_static("https://vod.example/a/../b");
    let url = signer.presign(&Method::GET, &uri, &PresignOptions::default()).unwrap();
    assert!(url.as_str().starts_with("https://vod.example/a/../b?X-Algorithm="));
}

#[test]
fn a_presigned_url_converts_into_a_uri() {
    let url = presign("https://vod.example/?A=1", PresignOptions::default()).unwrap();
    let uri: Uri = url.clone().into();
    assert_eq!(uri.to_string(), url.as_str());
}

#[test]
fn x_expires_is_1_second_to_7_days() {
    let life = |seconds, nanos| {
        let options = PresignOptions::default().expires_in(Duration::new(seconds, nanos))?;
        let url = presign("https://vod.example/", options)?.to_string();
        Ok(value(&url, "X-Expires").unwrap().to_owned())
    };
    assert_eq!(life(1, 0).unwrap(), "1");
    assert_eq!(life(604_800, 999_999_999).unwrap(), "604800");
    for (seconds, nanos) in [(0, 0), (0, 999_999_999), (604_801, 0), (u64::MAX, 0)] {
        let error: Error = life(seconds, nanos).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidPresignOptions);
        assert_eq!(
            error.to_string(),
            "the lifetime of a presigned url is outside 1 second to 7 days"
        );
    }
}

#[test]
fn a_presigned_url_does_not_outlive_the_credentials() {
    let hour = Duration::from_secs(3600);
    let presign = |life| {
        let signer = signer_of(credentials().with_expiration(now() + hour));
        let uri = Uri::from_static("https://vod.example/");
        signer.presign(&Method::GET, &uri, &PresignOptions::default().expires_in(life).unwrap())
    };
    assert!(presign(hour).is_ok());
    assert!(presign(hour + Duration::from_millis(999)).is_ok());
    let error = presign(hour + Duration::from_secs(1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CredentialsExpired);
    assert_eq!(error.to_string(), "the credentials expire before the presigned url does");
}

#[test]
fn a_key_that_presigning_writes_is_refused() {
    for key in [
        "X-Algorithm",
        "X-Credential",
        "X-Date",
        "X-Expires",
        "X-NotSignBody",
        "X-Security-Token",
        "X-SignedHeaders",
        "X-SignedQueries",
    ] {
        let text = format!("query key \"{key}\" is reserved for presigning");
        for spelling in [key, &key.replace('-', "%2d")] {
            let uri = format!("https://vod.example/?a=1&{spelling}");
            refused(&uri, ErrorKind::InvalidUri, &text);
        }
    }
}

#[test]
fn a_key_that_is_not_text_is_listed_byte_for_byte() {
    let url = url("https://vod.example/?%ff=1");
    assert!(value(&url, "X-SignedQueries").unwrap().ends_with("%3BX-SignedQueries%3B%FF"));
}

#[test]
fn a_url_of_another_scheme_is_refused() {
    for scheme in ["ws", "ftp"] {
        let uri = format!("{scheme}://vod.example/");
        refused(&uri, ErrorKind::InvalidUri, "the scheme is neither http nor https");
    }
}

#[test]
fn a_repeated_key_and_a_key_with_a_semicolon_are_refused() {
    let kind = ErrorKind::InvalidUri;
    refused(
        "https://vod.example/?a=1&%61=2",
        kind,
        "a query key occurs twice and cannot be signed",
    );
    refused(
        "https://vod.example/?a%3Bb=1",
        kind,
        "a query key has a semicolon and cannot be listed as signed",
    );
}

#[test]
fn a_path_without_a_host_is_refused() {
    let text = "neither the host header nor the uri has a host";
    refused("/?Action=GetPlayInfo", ErrorKind::MissingHost, text);
}

#[test]
fn a_url_that_is_too_long_is_refused() {
    let uri = format!("https://vod.example/?a={}", "a".repeat(65_400));
    refused(&uri, ErrorKind::InvalidUri, "the presigned url would be longer than 65534 bytes");
}
