//! Signing rewrites a URI into the spelling that clients send, unless it is told to preserve it.

mod support;

use http::header::HOST;
use http::{HeaderMap, HeaderValue, Method, Request, Uri};
use volcengine_sigv4::{Error, Signer, UriMode};

fn signer(mode: UriMode) -> Signer {
    support::signer().with_uri_mode(mode)
}

/// Returns a request for `uri`, with a `Host` header if the URI has no authority.
#[track_caller]
fn request(uri: &str) -> Request<()> {
    let mut request = Request::get(uri).body(()).unwrap();
    if request.uri().authority().is_none() {
        request.headers_mut().insert(HOST, HeaderValue::from_static("Host.example"));
    }
    request
}

/// Returns the URI after signing. `authorize` and `sign` must yield the same.
#[track_caller]
fn sent(mode: UriMode, uri: &str) -> Result<String, Error> {
    let mut request = request(uri);
    let (method, before) = (request.method(), request.uri().clone());
    let authorized = signer(mode).authorize(method, &before, request.headers(), ());
    let signed = signer(mode).sign_with_payload(&mut request, ());
    match authorized {
        Ok(authorized) => {
            signed.unwrap();
            assert_eq!(spelling(request.uri()), spelling(authorized.uri()));
            Ok(spelling(request.uri()))
        }
        Err(error) => {
            assert_eq!(error.to_string(), signed.unwrap_err().to_string());
            assert_eq!(spelling(request.uri()), spelling(&before));
            Err(error)
        }
    }
}

/// Returns the exact text of `uri`: `Display` adds an absent slash, and `==` ignores the case of the
/// host.
fn spelling(uri: &Uri) -> String {
    let scheme = uri.scheme_str().map(|scheme| format!("{scheme}://")).unwrap_or_default();
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let target = uri.path_and_query().map_or("", |target| target.as_str());
    format!("{scheme}{authority}{target}")
}

#[track_caller]
fn rewritten(table: &[(&str, &str)]) {
    for &(uri, expected) in table {
        assert_eq!(sent(UriMode::Normalize, uri).unwrap(), expected, "of {uri}");
        assert_eq!(sent(UriMode::Normalize, expected).unwrap(), expected, "sent again");
    }
}

#[track_caller]
fn kept(mode: UriMode, uris: &[&str]) {
    for &uri in uris {
        assert_eq!(sent(mode, uri).unwrap(), uri);
    }
}

#[test]
fn the_host_is_sent_in_lower_case() {
    rewritten(&[
        ("https://Open.VolcengineAPI.com/", "https://open.volcengineapi.com/"),
        ("https://HOST:8443/Path?Key=Value", "https://host:8443/Path?Key=Value"),
        ("https://[2001:DB8::1]/", "https://[2001:db8::1]/"),
    ]);
}

#[test]
fn the_default_port_of_the_scheme_is_not_sent() {
    rewritten(&[
        ("https://host:443/", "https://host/"),
        ("http://host:80/", "http://host/"),
        ("https://host:0443/", "https://host/"),
        ("https://host:/", "https://host/"),
        ("https://[::1]:443/", "https://[::1]/"),
    ]);
}

#[test]
fn any_other_port_is_sent() {
    kept(
        UriMode::Normalize,
        &[
            "https://host:80/",
            "http://host:443/",
            "https://host:8443/",
            "http://[::1]:8080/",
            "http://host:0/",
        ],
    );
}

#[test]
fn an_empty_path_is_sent_as_a_slash() {
    rewritten(&[
        ("https://host", "https://host/"),
        ("https://host?Action=Run", "https://host/?Action=Run"),
        ("https://host?", "https://host/?"),
    ]);
}

#[test]
fn a_plus_in_a_query_is_sent_as_an_escaped_space() {
    rewritten(&[
        ("https://host/?Name=a+b", "https://host/?Name=a%20b"),
        ("https://host/?+Na+me+=++", "https://host/?%20Na%20me%20=%20%20"),
        ("https://host/a+b?Name=a+b", "https://host/a+b?Name=a%20b"),
    ]);
}

#[test]
fn a_byte_that_clients_escape_is_sent_escaped() {
    rewritten(&[
        ("https://host/火山", "https://host/%E7%81%AB%E5%B1%B1"),
        ("https://host/?Name=火山", "https://host/?Name=%E7%81%AB%E5%B1%B1"),
        ("https://host/?Filter={a:1}", "https://host/?Filter=%7Ba:1%7D"),
        ("https://host/?a|b=c^d`e", "https://host/?a%7Cb=c%5Ed%60e"),
        ("https://host/it's?it's", "https://host/it%27s?it%27s"),
        ("https://host/{\"a\"}|b^", "https://host/%7B%22a%22%7D%7Cb%5E"),
    ]);
}

#[test]
fn an_escape_of_the_caller_keeps_its_case() {
    rewritten(&[
        ("https://host/%e7%81%AB|", "https://host/%e7%81%AB%7C"),
        ("https://host/?Name=%e7%81%AB+%2f%41", "https://host/?Name=%e7%81%AB%20%2f%41"),
    ]);
    kept(UriMode::Normalize, &["https://host/%e7%81%AB%41?Name=%e7%81%ab%2f%2B%41"]);
}

#[test]
fn a_target_without_authority_is_rewritten_in_the_same_way() {
    rewritten(&[
        ("/?Name=a+b", "/?Name=a%20b"),
        ("/火?a|b", "/%E7%81%AB?a%7Cb"),
        ("//a//b?c+d", "//a//b?c%20d"),
    ]);
    kept(UriMode::Normalize, &["/", "/path", "/?", "/?Action=Run&Version=2020-04-01"]);
}

#[test]
fn the_host_header_is_unchanged() {
    let mut request = request("/?Name=a+b");
    signer(UriMode::Normalize).sign_with_payload(&mut request, ()).unwrap();
    assert_eq!(request.headers()[HOST], "Host.example");
}

#[test]
fn a_uri_that_clients_send_unchanged_is_unchanged() {
    kept(
        UriMode::Normalize,
        &[
            "https://host/",
            "https://host/?",
            "https://host/?&&a&=b&c=&d==e&",
            "https://host//a///b/",
            "https://host/a/...;b=c,d/.e:f@g!$&()*~_-.",
            "https://host/?a=/?:@!$()*,;~_-.",
            "https://host/a/.../.a/a./a..b/%5C",
            "https://host/?a%2Fb=/../",
            "https://host/?x-signature=a&X-Signatures=b&c=X-Signature",
            "https://127.0.0.1:8080/",
            "https://h.0xy.example/",
            "https://1.example/",
            "https://[2001:db8::1]:8443/",
            "http://[::1]/",
            "http://[::ffff:7f00:1]/",
            "https://0x-service/",
            "https://xn--fiq228c.example/",
        ],
    );
}

#[test]
fn a_preserved_uri_is_unchanged() {
    kept(
        UriMode::Preserve,
        &[
            "https://Open.VolcengineAPI.com:443?Name=a+b",
            "https://host:0443/",
            "https://host/a/../b/./%2e?it's={火|山}",
            "https://127.1/",
            "/火?a+b",
            "/?",
        ],
    );
}

#[test]
fn the_rewritten_uri_is_the_one_that_is_signed() {
    let uri = Uri::from_static("https://Open.VolcengineAPI.com:443?Name=a+b");
    let sign = |uri: &Uri| {
        let headers = HeaderMap::new();
        signer(UriMode::Normalize).authorize(&Method::GET, uri, &headers, ()).unwrap()
    };
    let first = sign(&uri);
    let again = sign(first.uri());
    assert_eq!(spelling(first.uri()), "https://open.volcengineapi.com/?Name=a%20b");
    assert!(first.into_iter().eq(again));
}
