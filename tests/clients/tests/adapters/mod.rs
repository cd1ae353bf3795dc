//! The same tests for every adapter: it signs, its client sends, a server on loopback judges what
//! arrives.
//!
//! A test file says in its function `send` how its client sends a request that is not signed yet; what
//! that returns is the status and the body of the reply, or the error.

use std::error::Error;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};

use http::Request;
use volcengine_sigv4::{Credentials, Signer};

use crate::loopback::Server;
use crate::send;

pub(crate) type Outcome = Result<(u16, String), Box<dyn Error + Send + Sync>>;

pub(crate) fn signer() -> Signer {
    let credentials = Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY).unwrap();
    let credentials = credentials.with_session_token("STS-token/+==").unwrap();
    Signer::new(credentials, "cn-beijing", "ecs").unwrap()
}

pub(crate) fn server() -> Server {
    Server::start(|id| (id == ACCESS_KEY_ID).then(|| SECRET_ACCESS_KEY.to_owned())).unwrap()
}

#[track_caller]
fn accepted(method: &str, host: &str, target: &str, headers: &[(&str, &str)], body: Vec<u8>) {
    let server = server();
    let uri = format!("http://{host}:{}{target}", server.address().port());
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (status, reply) = send(request.body(body).unwrap(), signer()).unwrap();
    assert_eq!(status, 200, "{reply}");
}

#[test]
fn a_get_is_accepted() {
    accepted("GET", "127.0.0.1", "/?Action=DescribeZones&Version=2020-04-01", &[], vec![]);
}

#[test]
fn a_post_of_json_is_accepted() {
    let body = r#"{"UserName":"一号"}"#.into();
    accepted("POST", "127.0.0.1", "/", &[("content-type", "application/json")], body);
}

#[test]
fn a_post_of_a_form_is_accepted() {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    accepted("POST", "127.0.0.1", "/", &headers, b"Name=a+b%20c&Size=40".into());
}

#[test]
fn an_empty_post_is_accepted() {
    accepted("POST", "127.0.0.1", "/?Action=CreateUser", &[], vec![]);
}

#[test]
fn a_mebibyte_is_accepted() {
    accepted("PUT", "127.0.0.1", "/upload", &[], vec![b'a'; 1 << 20]);
}

#[test]
fn chinese_text_is_accepted() {
    accepted("GET", "127.0.0.1", "/%E4%B8%80?Name=%E4%B8%80%E5%8F%B7", &[("x-note", "1")], vec![]);
}

#[test]
fn a_plus_is_accepted() {
    accepted("GET", "127.0.0.1", "/a+b?Name=a+b&Other=%2B", &[], vec![]);
}

#[test]
fn a_default_port_that_is_written_out_is_accepted() {
    let host = [("host", "open.volcengineapi.com:80")];
    accepted("GET", "127.0.0.1", "/?Action=A", &host, vec![]);
}

#[test]
fn an_upper_case_host_is_accepted() {
    accepted("GET", "LOCALHOST", "/?Action=A", &[], vec![]);
}

#[test]
fn a_host_that_is_not_allowed_is_not_even_called() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let signer = signer().with_allowed_hosts(["*.volcengineapi.com"]).unwrap();
    let uri = format!("http://{}/", listener.local_addr().unwrap());
    let request = Request::get(uri).body(vec![]).unwrap();
    let error = send(request, signer).unwrap_err();
    let (mut texts, mut cause) = (error.to_string(), error.source());
    while let Some(error) = cause {
        texts += &error.to_string();
        cause = error.source();
    }
    assert!(texts.contains("the host is none that may get a signature"), "{texts}");
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
}

const ACCESS_KEY_ID: &str = "AKLTEXAMPLE";
const SECRET_ACCESS_KEY: &str = "secret";
