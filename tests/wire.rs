//! A signed request is accepted by a server that reads bytes from a socket and computes the signature
//! with its own code.
//!
//! Every client sends the same cases; here `ureq` does. The other tests send handwritten requests to
//! check the server itself: it must also refuse.

#[path = "clients/tests/cases/mod.rs"]
mod cases;
#[path = "../examples/run_instances/loopback.rs"]
mod loopback;
mod support;

use std::io::{Cursor, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;

use http::Request;
use support::signer;
use volcengine_sigv4::PayloadHasher;

use crate::loopback::Server;

fn send(request: Request<Vec<u8>>) -> (u16, String) {
    send_body(request)
}

fn send_body(request: Request<impl ureq::AsSendBody>) -> (u16, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .allow_non_standard_methods(true)
        .http_status_as_error(false)
        .proxy(None)
        .build()
        .into();
    let mut reply = agent.run(request).unwrap();
    (reply.status().as_u16(), reply.body_mut().read_to_string().unwrap())
}

#[test]
fn a_body_in_chunks_is_accepted() {
    let server = server();
    let body = "streamed ".repeat(10_000);
    let mut hasher = PayloadHasher::new();
    body.as_bytes().chunks(1000).for_each(|chunk| hasher.update(chunk));

    let uri = format!("http://{}/?Action=Upload", server.address());
    let mut request =
        Request::post(uri).body(ureq::SendBody::from_owned_reader(Cursor::new(body))).unwrap();
    signer().sign_with_payload(&mut request, hasher.finish()).unwrap();
    let (status, reply) = send_body(request);
    assert_eq!(status, 200, "{reply}");
}

#[test]
fn a_request_written_by_hand_is_accepted() {
    assert_eq!(status(&request()), 200);
}

#[test]
fn a_default_port_of_the_host_is_not_signed() {
    for port in [":80", ":443"] {
        assert_eq!(status(&request().replace("api.com\r", &format!("api.com{port}\r"))), 200);
    }
}

#[test]
fn a_plus_and_an_escaped_space_in_a_query_have_one_signature() {
    assert_eq!(status(&request().replace("%201", "+1")), 200);
    assert_eq!(status(&request().replace("%201", "%2B1")), 401);
}

#[test]
fn a_change_of_any_byte_is_refused() {
    let server = server();
    let request = request().into_bytes();
    for index in 0..request.len() {
        let mut changed = request.clone();
        changed[index] ^= 1;
        let reply = exchange(server.address(), &changed);
        let changed = String::from_utf8_lossy(&changed);
        assert!(!reply.contains(" 200 OK\r\n"), "byte {index} of\n{changed}\n{reply}");
    }
}

#[test]
fn a_truncated_request_is_malformed() {
    let server = server();
    let request = request();
    for length in 1..request.len() {
        let reply = exchange(server.address(), &request.as_bytes()[..length]);
        assert!(reply.starts_with("HTTP/1.1 400 "), "cut at {length}: {reply}");
    }
}

#[test]
fn the_server_requires_an_authorization() {
    let name = "authorization: HMAC";
    mismatch(&request().replace(name, "x-other: HMAC"), "authorization is absent");
    mismatch(&request().replace(name, "authorization: SHA"), "authorization is malformed");
    mismatch(&request().replace("/request,", ","), "authorization is malformed");
}

#[test]
fn the_server_requires_each_signed_header_once() {
    let (tag, both) = ("x-tag: a  b\r\n", "x-tag: a  b\r\nX-Tag: a  b\r\n");
    mismatch(&request().replace(tag, ""), "x-tag is absent");
    mismatch(&request().replace(tag, both), "x-tag occurs twice");
}

#[test]
fn the_server_requires_sorted_signed_headers() {
    let unsorted = "host;content-type;";
    let problem = "the signed headers are not sorted or not unique";
    mismatch(&request().replace("content-type;host;", unsorted), problem);
    mismatch(&request().replace(";host;", ";host;host;"), problem);
}

#[test]
fn the_server_requires_the_headers_of_the_protocol_signed() {
    for name in ["host", "x-content-sha256", "x-date", "content-type"] {
        let authorization = request().replace(&format!("{name};"), "");
        mismatch(&authorization, &format!("{name} is not signed"));
    }
    let with_token = request().replace("\r\n\r\n", "\r\nx-security-token: t\r\n\r\n");
    mismatch(&with_token, "x-security-token is not signed");
}

#[test]
fn the_server_requires_the_same_date_in_scope_and_header() {
    let other = request().replace("/20210818/", "/20210819/");
    mismatch(&other, "the date of the scope is not that of x-date");
}

#[test]
fn the_server_hashes_the_body_it_received() {
    let other = request().replace("{}", "[]");
    mismatch(&other, "x-content-sha256 is not the hash of the body");
}

#[test]
fn the_server_requires_a_known_access_key() {
    mismatch(&request().replace("AKLTEXAMPLE", "AKLTOTHER"), "the access key id is unknown");
}

#[test]
fn the_server_requires_the_signature_of_the_right_secret() {
    let server = Server::start(|_| Some("Secret".to_owned())).unwrap();
    let reply = exchange(server.address(), request().as_bytes());
    assert!(reply.contains("the signature is not that of the canonical request:"), "{reply}");
}

#[test]
fn the_server_accepts_chunks_with_extensions_and_trailers() {
    let chunks = "1;a=b\r\n{\r\n01\r\n}\r\n0\r\nx-trailer: c\r\n\r\n";
    let head = request().replace("content-length: 2", "Transfer-Encoding: Chunked");
    assert_eq!(status(&head.replace("{}", chunks)), 200);
}

#[test]
fn malformed_http_is_refused() {
    let head = "GET / HTTP/1.1\r\n";
    let long = format!("{head}a: {}\r\n\r\n", "b".repeat(100_000));
    let chunked = format!("{head}transfer-encoding: chunked\r\n");
    for bytes in [
        "\r\n\r\n",
        "\0",
        "GET /\r\n\r\n",
        "GET / HTTP/2\r\n\r\n",
        "GET  / HTTP/1.1\r\n\r\n",
        "get / HTTP/1.1\r\n\r\n",
        "GET http://h/ HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\n\n",
        &format!("{head}a\r\n\r\n"),
        &format!("{head}: a\r\n\r\n"),
        &format!("{head}a : b\r\n\r\n"),
        &format!("{head}a: b\r\n folded\r\n\r\n"),
        &long,
        &format!("{head}content-length: \r\n\r\n"),
        &format!("{head}content-length: +1\r\n\r\na"),
        &format!("{head}content-length: -1\r\n\r\n"),
        &format!("{head}content-length: 99999999999999999999\r\n\r\n"),
        &format!("{head}content-length: 999999999999\r\n\r\n"),
        &format!("{head}content-length: 1\r\ncontent-length: 1\r\n\r\na"),
        &format!("{head}content-length: 0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
        &format!("{head}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        &format!("{chunked}\r\nffffffffffffffffff\r\n"),
        &format!("{chunked}\r\nffffffffffffffff\r\n"),
        &format!("{chunked}\r\n1\r\nabc0\r\n\r\n"),
        &format!("{chunked}\r\n0\r\n"),
        &request().replace("/a%20b", "/a%2"),
        &request().replace("/a%20b", "/a%2gb"),
        &request().replace("%201", "%+1"),
    ] {
        assert_eq!(status(bytes), 400, "{bytes:.200}");
    }
}

#[test]
fn a_silent_connection_does_not_block_others() {
    let server = server();
    let mut silent = TcpStream::connect(server.address()).unwrap();
    assert!(exchange(server.address(), request().as_bytes()).contains(" 200 OK\r\n"));
    silent.set_nonblocking(true).unwrap();
    let still_open = silent.read(&mut [0]).unwrap_err();
    assert_eq!(still_open.kind(), ErrorKind::WouldBlock);
}

#[test]
fn a_dropped_server_has_stopped() {
    let held = Arc::new(());
    let secret = Arc::clone(&held);
    let server = Server::start(move |_| Some(format!("{secret:?}"))).unwrap();
    assert_eq!(Arc::strong_count(&held), 2);
    drop(server);
    assert_eq!(Arc::strong_count(&held), 1);
}

#[test]
fn the_reply_has_the_envelope_of_the_service() {
    let reply = exchange(server().address(), request().as_bytes());
    let reply: serde_json::Value = reply.split_once("\r\n\r\n").unwrap().1.parse().unwrap();
    let metadata = &reply["ResponseMetadata"];
    assert_eq!(metadata["Action"], "RunInstances");
    assert_eq!(metadata["Version"], "2020-04-01");
    assert_eq!(metadata["Service"], "ecs");
    assert_eq!(metadata["Region"], "cn-beijing");
    assert_eq!(metadata["RequestId"].as_str().unwrap().len(), 32);
    assert!(reply["Result"]["InstanceIds"][0].as_str().unwrap().starts_with("i-"));
}

#[test]
fn the_reply_to_a_mismatch_has_the_error_of_the_service() {
    let changed = request().replace("a  b", r#"a "\ b"#);
    let reply = exchange(server().address(), changed.as_bytes());
    let reply: serde_json::Value = reply.split_once("\r\n\r\n").unwrap().1.parse().unwrap();
    let error = &reply["ResponseMetadata"]["Error"];
    assert_eq!(error["CodeN"], 100010);
    assert_eq!(error["Code"], "SignatureDoesNotMatch");
    assert!(error["Message"].as_str().unwrap().contains("\nx-tag:a \"\\ b\n"), "{error}");
    assert_eq!(reply["Result"], serde_json::Value::Null);
}

/// Returns a signed request as bytes on the wire.
fn request() -> String {
    let target = "/a%20b?Action=RunInstances&Version=2020-04-01&Name=%E4%B8%80%201";
    let mut request = Request::post(format!("https://open.volcengineapi.com{target}"))
        .header("content-type", "application/json")
        .header("x-tag", "a  b")
        .body("{}")
        .unwrap();
    signer().sign(&mut request).unwrap();
    let headers: String = request
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}\r\n", value.to_str().unwrap()))
        .collect();
    format!(
        "POST {target} HTTP/1.1\r\n\
         host: open.volcengineapi.com\r\n\
         content-length: 2\r\n\
         {headers}\
         \r\n\
         {{}}"
    )
}

fn server() -> Server {
    Server::start(|id| (id == "AKLTEXAMPLE").then(|| "secret".to_owned())).unwrap()
}

/// Returns the status with which a server answers `request`.
#[track_caller]
fn status(request: &str) -> u16 {
    let reply = exchange(server().address(), request.as_bytes());
    reply.split(' ').nth(1).unwrap().parse().unwrap()
}

#[track_caller]
fn mismatch(request: &str, message: &str) {
    let reply = exchange(server().address(), request.as_bytes());
    assert!(reply.starts_with("HTTP/1.1 401 "), "{reply}");
    assert!(reply.contains(&format!(r#""Message":"{message}""#)), "{reply}");
}

/// Writes `request` as it is and reads until the server closes the connection.
#[track_caller]
fn exchange(server: SocketAddr, request: &[u8]) -> String {
    let mut connection = TcpStream::connect(server).unwrap();
    connection.write_all(request).unwrap();
    connection.shutdown(Shutdown::Write).unwrap();
    let mut reply = String::new();
    connection.read_to_string(&mut reply).unwrap();
    reply
}
