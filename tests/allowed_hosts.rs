//! A signer with allowed hosts signs for no other host.

mod support;

use http::{HeaderMap, HeaderValue, Method, Request, Uri};
use support::{signer, signer_of, with_token};
use volcengine_sigv4::{Error, ErrorKind, PresignOptions, Signer, UriMode, unsign};

fn allowing(hosts: &[&str]) -> Signer {
    signer().with_allowed_hosts(hosts).unwrap()
}

fn sign(signer: &Signer, uri: &str) -> Result<(), Error> {
    signer.sign(&mut Request::get(uri).body("").unwrap()).map(drop)
}

#[track_caller]
fn refused(signer: &Signer, uri: &str) {
    let mut request = Request::get(uri).body("").unwrap();
    let error = signer.sign(&mut request).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::HostNotAllowed, "{uri}");
    assert_eq!(error.to_string(), "the host is not among the allowed hosts");
    assert!(request.headers().is_empty());
}

#[test]
fn a_name_allows_that_host_in_any_case_and_on_any_port() {
    let signer = allowing(&["Open.VolcEngineAPI.com"]);
    for uri in ["https://open.volcengineapi.com/", "http://OPEN.volcengineapi.com:8080/"] {
        assert!(sign(&signer, uri).is_ok(), "{uri}");
    }
    for uri in [
        "https://volcengineapi.com/",
        "https://x.open.volcengineapi.com/",
        "https://open.volcengineapi.com.evil.example/",
        "https://open.volcengineapi.com./",
        "https://evil.example/open.volcengineapi.com",
    ] {
        refused(&signer, uri);
    }
}

#[test]
fn a_star_allows_every_host_below_a_name_but_not_the_name_itself() {
    let signer = allowing(&["*.volcengineapi.com"]);
    for uri in ["https://open.volcengineapi.com/", "https://a.b.volcengineapi.com:443/"] {
        assert!(sign(&signer, uri).is_ok(), "{uri}");
    }
    for uri in [
        "https://volcengineapi.com/",
        "https://evilvolcengineapi.com/",
        "https://.volcengineapi.com/",
        "https://volcengineapi.com.evil.example/",
    ] {
        refused(&signer, uri);
    }
}

#[test]
fn an_ip_address_can_be_an_allowed_host() {
    let signer = allowing(&["127.0.0.1", "[::1]"]);
    assert!(sign(&signer, "http://127.0.0.1:8080/").is_ok());
    assert!(sign(&signer, "http://[::1]:8080/").is_ok());
    refused(&signer, "http://127.0.0.2/");
}

#[test]
fn an_empty_list_allows_no_host_and_no_list_allows_every_host() {
    refused(&allowing(&[]), "https://open.volcengineapi.com/");
    assert!(sign(&signer(), "https://elsewhere.example/").is_ok());
}

#[test]
fn the_host_of_the_uri_and_the_host_header_must_both_be_allowed() {
    let signer = allowing(&["allowed.example", "*.also.example"]);
    let with_host = |uri: &str, host: &'static str| {
        let mut request = Request::get(uri).header("host", host).body("").unwrap();
        signer.sign(&mut request).map(drop).map_err(|error| error.kind())
    };
    assert_eq!(with_host("https://allowed.example/", "allowed.example:8443"), Ok(()));
    assert_eq!(with_host("https://allowed.example/", "x.also.example"), Ok(()));
    assert_eq!(with_host("/", "allowed.example"), Ok(()));
    let refused = Err(ErrorKind::HostNotAllowed);
    assert_eq!(with_host("https://allowed.example/", "other.example"), refused);
    assert_eq!(with_host("https://other.example/", "allowed.example"), refused);
    assert_eq!(with_host("/", "other.example"), refused);
}

#[test]
fn every_signing_method_checks_the_host() {
    let signer = allowing(&["allowed.example"]).with_uri_mode(UriMode::Preserve);
    let uri = Uri::from_static("https://other.example/");
    let (method, options) = (Method::GET, PresignOptions::default());
    let request = Request::get(&uri).body(()).unwrap();
    let kinds = [
        signer.presign(&method, &uri, &options).unwrap_err().kind(),
        signer.authorize(&method, &uri, &HeaderMap::new(), ()).unwrap_err().kind(),
        signer.explain(&request, ()).unwrap_err().kind(),
        signer.sign_with_payload(&mut request.clone(), ()).unwrap_err().kind(),
        signer.sign_parts(&mut request.into_parts().0, ()).unwrap_err().kind(),
        sign(&signer.for_scope("cn-north-1", "iam").unwrap(), "https://other.example/")
            .unwrap_err()
            .kind(),
    ];
    assert_eq!(kinds, [ErrorKind::HostNotAllowed; 6]);
}

#[test]
fn an_error_about_a_host_pattern_names_its_index() {
    for pattern in ["", "*", "*.", "*..com", ".com", "a.*", "*a.com", "host:443", "a/b", "*.a:1"] {
        assert!(
            signer().with_allowed_hosts([pattern]).unwrap_err().to_string().contains("index 0")
        );
        let error = signer().with_allowed_hosts(["fine.example", pattern]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidAllowedHost, "{pattern:?}");
        assert_eq!(
            error.to_string(),
            "the allowed host at index 1 is invalid, expected a host name without a port, or \"*.\" and \
             a host name"
        );
    }
}

#[test]
fn unsigning_removes_the_headers_of_signing() {
    let mut request = Request::get("https://h.example/").header("x-tag", "1").body("").unwrap();
    signer_of(with_token("STS-token")).sign(&mut request).unwrap();
    assert_eq!(request.headers().len(), 5);
    unsign(request.headers_mut());
    let expected =
        HeaderMap::from_iter([("x-tag".parse().unwrap(), HeaderValue::from_static("1"))]);
    assert_eq!(request.headers(), &expected);
}
