//! The same tests for every client: the crate signs, the client sends, a server on loopback judges.
//!
//! A test file says in its function `send` how its client sends a request; what that returns is the
//! status and the body of the reply.

mod case;

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread;

use http::{Method, Request, request};
use volcengine_sigv4::{Credentials, PresignOptions, Signer, Verifier};

use self::case::*;
use crate::send;

#[test]
fn a_get_with_escapes_is_accepted() {
    accepted(&ESCAPES);
}

#[test]
fn a_post_of_json_is_accepted() {
    accepted(&JSON);
}

#[test]
fn a_post_of_a_form_is_accepted() {
    accepted(&FORM);
}

#[test]
fn a_binary_body_is_accepted() {
    accepted(&BINARY);
}

#[test]
fn an_empty_path_is_accepted() {
    accepted(&EMPTY_PATH);
}

#[test]
fn a_default_port_in_the_host_header_is_accepted() {
    accepted(&DEFAULT_PORT);
}

#[test]
fn a_host_in_upper_case_is_accepted() {
    accepted(&UPPER_CASE_HOST);
}

#[test]
fn each_spelling_of_a_space_in_the_query_is_accepted() {
    accepted(&SPACES_IN_QUERY);
}

#[test]
fn a_plus_in_the_query_is_accepted() {
    accepted(&PLUS_IN_QUERY);
}

#[test]
fn chinese_text_is_accepted_raw_and_escaped() {
    accepted(&CHINESE_TEXT);
}

#[test]
fn a_session_token_is_accepted() {
    accepted(&SESSION_TOKEN);
}

#[test]
fn a_header_value_with_inner_spaces_is_accepted() {
    accepted(&INNER_SPACES);
}

#[test]
fn an_empty_header_value_is_accepted() {
    accepted(&EMPTY_HEADER);
}

#[test]
fn a_presigned_url_is_sent_as_it_stands_and_verified() {
    for Case { host, target, .. } in ALL {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let uri = format!("http://{host}:{port}{target}").parse().unwrap();
        let credentials = Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY).unwrap();
        let signer = Signer::new(credentials.clone(), "cn-beijing", "ecs").unwrap();
        let url = signer.presign(&Method::GET, &uri, &PresignOptions::default()).unwrap();
        let server = thread::spawn(move || receive(&listener));
        let (status, _) = send(Request::get(url.as_str()).body(Vec::new()).unwrap());
        assert_eq!(status, 200);

        let head = server.join().unwrap();
        assert!(url.as_str().ends_with(&head.uri.to_string()), "{}", head.uri);
        let claim = Verifier::new("cn-beijing", "ecs").unwrap().claim(&head).unwrap();
        assert!(claim.verify(Some(&credentials), ()).is_ok());
    }
}

/// Takes one request without a body, says yes and returns its head.
fn receive(listener: &TcpListener) -> request::Parts {
    let (connection, _) = listener.accept().unwrap();
    let head = read_head(BufReader::new(&connection).lines().map(Result::unwrap));
    let reply = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    (&connection).write_all(reply).unwrap();
    head
}

#[test]
fn a_changed_method_is_refused() {
    refused(|request| {
        *request.method_mut() = changed(request.method().as_str())?.parse().ok()?;
        Some(())
    });
}

#[test]
fn a_changed_path_is_refused() {
    refused(|request| {
        let uri = request.uri().to_string();
        let (path, query) = uri.split_once('?')?;
        *request.uri_mut() = format!("{}?{query}", changed(path)?).parse().ok()?;
        Some(())
    });
}

#[test]
fn a_changed_query_value_is_refused() {
    refused(|request| {
        *request.uri_mut() = changed(&request.uri().to_string())?.parse().ok()?;
        Some(())
    });
}

#[test]
fn a_changed_header_is_refused() {
    let own = ["authorization", "x-content-sha256", "x-date"];
    refused(|request| {
        let name = request.headers().keys().find(|name| !own.contains(&name.as_str()))?.clone();
        change_header(request, name.as_str(), |value| {
            if value.is_empty() { Some("1".to_owned()) } else { changed(value) }
        })
    });
}

#[test]
fn a_changed_body_is_refused() {
    refused(|request| {
        *request.body_mut().last_mut()? ^= 1;
        Some(())
    });
}

#[test]
fn a_changed_signature_is_refused() {
    refused(|request| change_header(request, "authorization", changed));
}

#[test]
fn a_changed_date_is_refused() {
    refused(|request| {
        change_header(request, "x-date", |value| Some(changed(value.strip_suffix('Z')?)? + "Z"))
    });
}

#[track_caller]
fn accepted(case: &Case) {
    let server = server();
    let (status, reply) = send(signed(case, server.address()));
    assert_eq!(status, 200, "{reply}");
}

/// Sends every case after `change`, which returns none where a case has nothing to change.
#[track_caller]
fn refused(change: impl Fn(&mut Request<Vec<u8>>) -> Option<()>) {
    let server = server();
    let mut changes = 0;
    for case in &ALL {
        let mut request = signed(case, server.address());
        if change(&mut request).is_some() {
            changes += 1;
            let sent = format!("{request:?}");
            let (status, reply) = send(request);
            assert_eq!(status, 401, "{sent}\n{reply}");
            assert!(reply.contains(r#""Code":"SignatureDoesNotMatch""#), "{reply}");
        }
    }
    assert!(changes > 1, "there was nothing to change");
}

/// Changes the last byte of `text`, if it has one and that is not the slash of an empty path.
fn changed(text: &str) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    *bytes.last_mut().filter(|byte| **byte != b'/')? ^= 1;
    String::from_utf8(bytes).ok()
}

fn change_header(
    request: &mut Request<Vec<u8>>,
    name: &str,
    change: impl Fn(&str) -> Option<String>,
) -> Option<()> {
    let value = request.headers_mut().get_mut(name)?;
    *value = change(value.to_str().ok()?)?.parse().ok()?;
    Some(())
}

fn signed(case: &Case, server: SocketAddr) -> Request<Vec<u8>> {
    let mut request = case.request(server);
    case.signer().sign(&mut request).unwrap();
    request
}
