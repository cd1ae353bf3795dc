//! Requests as callers write them, each with something that a signature can stumble over.
#![allow(dead_code, reason = "clients and adapters take their parts")]

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread;

use http::{Method, Request, request};
use volcengine_sigv4::{Credentials, Signer, UriMode};

use crate::loopback::Server;

/// A request before it is signed.
pub(crate) struct Case {
    pub(crate) method: Method,
    pub(crate) host: &'static str,
    pub(crate) target: &'static str,
    pub(crate) headers: &'static [(&'static str, &'static str)],
    pub(crate) body: &'static [u8],
    pub(crate) session_token: Option<&'static str>,
    pub(crate) uri_mode: UriMode,
}

pub(crate) const GET: Case = Case {
    method: Method::GET,
    host: "127.0.0.1",
    target: "/?Action=DescribeZones&Version=2020-04-01",
    headers: &[],
    body: b"",
    session_token: None,
    uri_mode: UriMode::Normalize,
};

pub(crate) const POST: Case = Case { method: Method::POST, ..GET };

pub(crate) const ESCAPES: Case =
    Case { target: "/a%20b/%e4%B8%80/%7Ec?Name=%26%3d%2F%25&%41=1", ..GET };

pub(crate) const JSON: Case = Case {
    headers: &[("content-type", "application/json; charset=utf-8")],
    body: r#"{"UserName":"一号"}"#.as_bytes(),
    ..POST
};

pub(crate) const FORM: Case = Case {
    headers: &[("content-type", "application/x-www-form-urlencoded")],
    body: b"Name=a+b%20c&Size=40",
    ..POST
};

pub(crate) const BINARY: Case = Case {
    method: Method::PUT,
    headers: &[("content-type", "application/octet-stream")],
    body: b"\r\n\0\x7f\x80\xfe\xff\r\n",
    ..GET
};

pub(crate) const EMPTY_PATH: Case = Case { target: "?Action=DescribeZones", ..GET };

pub(crate) const DEFAULT_PORT: Case =
    Case { headers: &[("host", "open.volcengineapi.com:80")], ..GET };

pub(crate) const UPPER_CASE_HOST: Case = Case { host: "LOCALHOST", ..GET };

pub(crate) const SPACES_IN_QUERY: Case = Case { target: "/?a+b=c+d&e%20f=g%20h&i=%2B1", ..GET };

// The default mode would send a plus as `%20`.
pub(crate) const PLUS_IN_QUERY: Case = Case { uri_mode: UriMode::Preserve, ..SPACES_IN_QUERY };

pub(crate) const CHINESE_TEXT: Case =
    Case { target: "/一?Description=一号服务器&Name=%E4%B8%80号&Tag=1", ..GET };

pub(crate) const SESSION_TOKEN: Case = Case { session_token: Some("STS-token/+=="), ..GET };

pub(crate) const INNER_SPACES: Case = Case { headers: &[("x-note", "a  b \t c, d")], ..GET };

pub(crate) const EMPTY_HEADER: Case = Case { headers: &[("x-empty", "")], ..POST };

pub(crate) const ALL: [Case; 13] = [
    ESCAPES,
    JSON,
    FORM,
    BINARY,
    EMPTY_PATH,
    DEFAULT_PORT,
    UPPER_CASE_HOST,
    SPACES_IN_QUERY,
    PLUS_IN_QUERY,
    CHINESE_TEXT,
    SESSION_TOKEN,
    INNER_SPACES,
    EMPTY_HEADER,
];

impl Case {
    pub(crate) fn request(&self, server: SocketAddr) -> Request<Vec<u8>> {
        let mut request = Request::builder().method(&self.method).uri(format!(
            "http://{}:{}{}",
            self.host,
            server.port(),
            self.target
        ));
        for (name, value) in self.headers {
            request = request.header(*name, *value);
        }
        request.body(self.body.to_vec()).unwrap()
    }

    pub(crate) fn signer(&self) -> Signer {
        let credentials = Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY).unwrap();
        let credentials = match self.session_token {
            Some(token) => credentials.with_session_token(token).unwrap(),
            None => credentials,
        };
        let signer = Signer::new(credentials, "cn-beijing", "ecs").unwrap();
        signer.with_uri_mode(self.uri_mode)
    }
}

/// Reads the head of a request as it came over the wire; its target is as it came.
pub(crate) fn read_head(mut lines: impl Iterator<Item = String>) -> request::Parts {
    let request_line = lines.next().unwrap();
    let words: Vec<_> = request_line.split(' ').collect();
    let mut request = Request::builder().method(words[0]).uri(words[1]);
    for line in lines.take_while(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').unwrap();
        request = request.header(name, value.trim());
    }
    request.body(()).unwrap().into_parts().0
}

/// Returns the date that a request signed now has.
pub(crate) fn x_date(signer: &Signer) -> String {
    let mut request = Request::get("https://h.example/").body("").unwrap();
    signer.sign(&mut request).unwrap();
    request.headers()["x-date"].to_str().unwrap().to_owned()
}

pub(crate) fn server() -> Server {
    Server::start(|id| (id == ACCESS_KEY_ID).then(|| SECRET_ACCESS_KEY.to_owned())).unwrap()
}

/// Answers each connection with the header lines `headers` and no body; returns its URL.
pub(crate) fn answering(status: u16, headers: &str) -> String {
    answering_at(Ipv4Addr::LOCALHOST, status, headers)
}

/// As [`answering`], at `address`.
pub(crate) fn answering_at(address: Ipv4Addr, status: u16, headers: &str) -> String {
    let end = "connection: close\r\ncontent-length: 0\r\n\r\n";
    let reply = format!("HTTP/1.1 {status} -\r\n{headers}\r\n{end}");
    let listener = TcpListener::bind((address, 0)).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let _ = connection.read(&mut [0; 4096]).unwrap();
            connection.write_all(reply.as_bytes()).unwrap();
        }
    });
    url
}

/// A `Date` that a parser which recurses for each comment takes with its stack.
pub(crate) fn nested_comments() -> String {
    format!("date: {}", "(".repeat(200_000))
}

pub(crate) const ACCESS_KEY_ID: &str = "AKLTEXAMPLE";
pub(crate) const SECRET_ACCESS_KEY: &str = "secret";
