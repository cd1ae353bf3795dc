//! `SigningMiddleware` in `ureq`.

mod adapters;
#[path = "../../../examples/run_instances/loopback.rs"]
mod loopback;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::thread;

use adapters::case::{server, x_date};
use adapters::{Outcome, signer};
use http::Request;
use ureq::Agent;
use volcengine_sigv4::{Payload, Signer, SigningMiddleware};

fn agent(signer: Signer) -> Agent {
    Agent::config_builder()
        .middleware(SigningMiddleware::new(signer))
        .http_status_as_error(false)
        .proxy(None)
        .build()
        .into()
}

fn send(request: Request<Vec<u8>>, signer: Signer) -> Outcome {
    let mut reply = if request.body().is_empty() && request.method() == "GET" {
        agent(signer).run(request.map(|_| ()))?
    } else {
        agent(signer).run(request)?
    };
    Ok((reply.status().as_u16(), reply.body_mut().read_to_string()?))
}

/// Returns the head of the one request that `send` makes, as it comes over the wire.
fn head(send: impl FnOnce(&Agent, String)) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut head = vec![0; 4096];
        let length = connection.read(&mut head).unwrap();
        connection
            .write_all(b"HTTP/1.1 200 -\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
            .unwrap();
        String::from_utf8_lossy(&head[..length]).to_ascii_lowercase()
    });
    send(&agent(signer()), url);
    server.join().unwrap()
}

#[test]
fn a_get_stays_without_a_body() {
    let head = head(|agent, url| drop(agent.get(url).call().unwrap()));
    assert!(!head.contains("content-length") && !head.contains("transfer-encoding"), "{head}");
}

#[test]
fn an_empty_post_says_that_it_is_empty() {
    let head = head(|agent, url| drop(agent.post(url).send_empty().unwrap()));
    assert!(head.contains("content-length: 0\r\n"), "{head}");
}

#[test]
fn a_request_may_bring_its_own_signer() {
    let server = server();
    let request = Request::get(format!("http://{}/", server.address()))
        .extension(signer().for_scope("cn-north-1", "iam").unwrap())
        .body(())
        .unwrap();
    let mut reply = agent(signer()).run(request).unwrap();
    assert!(reply.body_mut().read_to_string().unwrap().contains(r#""Service":"iam""#));
}

#[test]
fn a_body_is_sent_with_its_length_and_not_in_chunks() {
    let head = head(|agent, url| drop(agent.post(url).send("{}").unwrap()));
    assert!(head.contains("content-length: 2\r\n"), "{head}");
}

#[test]
fn a_reader_without_an_end_is_an_error() {
    let mut endless = std::io::repeat(b'a');
    let body = ureq::SendBody::from_reader(&mut endless);
    let error = agent(signer()).post("http://127.0.0.1:9/").send(body).unwrap_err();
    assert!(error.to_string().contains("the body is a stream or too long"), "{error}");
}

#[test]
fn a_machine_with_a_wrong_clock_learns_the_time_from_a_refusal() {
    let signer = signer();
    let learning = SigningMiddleware::new(signer.clone()).with_server_time();
    let agent: Agent = Agent::config_builder()
        .middleware(learning)
        .http_status_as_error(false)
        .proxy(None)
        .build()
        .into();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let _ = connection.read(&mut [0; 4096]).unwrap();
        let reply = "HTTP/1.1 400 -\r\ndate: Wed, 18 Aug 2021 09:57:29 GMT\r\n\
                     connection: close\r\ncontent-length: 0\r\n\r\n";
        connection.write_all(reply.as_bytes()).unwrap();
    });
    assert_eq!(agent.get(&url).call().unwrap().status(), 400);
    assert!(x_date(&signer).starts_with("20210818T0957"));
}

#[test]
fn a_reader_is_sent_with_its_payload() {
    let server = server();
    let body = "a long upload ".repeat(1000);
    let request = Request::post(format!("http://{}/", server.address()))
        .extension(Payload::Sha256(Payload::from(&body).sha256()))
        .body(ureq::SendBody::from_owned_reader(std::io::Cursor::new(body)))
        .unwrap();
    assert_eq!(agent(signer()).run(request).unwrap().status(), 200);
}
