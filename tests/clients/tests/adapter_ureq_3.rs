//! `SigningMiddleware` for `ureq` 3.

mod adapters;
#[path = "../../../examples/run_instances/loopback.rs"]
mod loopback;
#[path = "adapters/redirects.rs"]
mod redirects;
#[path = "adapters/time_learning.rs"]
mod time_learning;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::thread;

use adapters::case::server;
use adapters::{Outcome, signer};
use http::Request;
use ureq::Agent;
use volcengine_sigv4::client::ureq_3::SigningMiddleware;
use volcengine_sigv4::{ErrorKind, Payload, Signer};

fn agent(middleware: SigningMiddleware) -> Agent {
    Agent::config_builder()
        .middleware(middleware)
        .http_status_as_error(false)
        .proxy(None)
        .build()
        .into()
}

fn send(request: Request<Vec<u8>>, signer: Signer) -> Outcome {
    send_through(SigningMiddleware::new(signer), request)
}

fn send_and_learn(request: Request<Vec<u8>>, signer: Signer) -> Outcome {
    send_through(SigningMiddleware::new(signer).with_time_learning(), request)
}

fn send_through(middleware: SigningMiddleware, request: Request<Vec<u8>>) -> Outcome {
    let mut reply = if request.body().is_empty() && request.method() == "GET" {
        agent(middleware).run(request.map(|_| ()))?
    } else {
        agent(middleware).run(request)?
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
    send(&agent(SigningMiddleware::new(signer())), url);
    server.join().unwrap()
}

#[test]
fn a_get_stays_without_a_body() {
    let head = head(|agent, url| drop(agent.get(url).call().unwrap()));
    assert!(!head.contains("content-length") && !head.contains("transfer-encoding"), "{head}");
}

#[test]
fn an_empty_post_put_or_patch_says_that_it_is_empty() {
    let heads = [
        head(|agent, url| drop(agent.post(url).send_empty().unwrap())),
        head(|agent, url| drop(agent.put(url).send_empty().unwrap())),
        head(|agent, url| drop(agent.patch(url).send_empty().unwrap())),
    ];
    for head in heads {
        assert!(head.contains("content-length: 0\r\n"), "{head}");
    }
}

#[test]
fn a_request_may_bring_its_own_signer() {
    let server = server();
    let request = Request::get(format!("http://{}/", server.address()))
        .extension(signer().for_scope("cn-north-1", "iam").unwrap())
        .body(())
        .unwrap();
    let mut reply = agent(SigningMiddleware::new(signer())).run(request).unwrap();
    assert!(reply.body_mut().read_to_string().unwrap().contains(r#""Service":"iam""#));
}

#[test]
fn a_body_is_sent_with_its_length_and_not_in_chunks() {
    let head = head(|agent, url| drop(agent.post(url).send("{}").unwrap()));
    assert!(head.contains("content-length: 2\r\n"), "{head}");
}

#[test]
fn a_body_is_signed_up_to_the_limit_and_not_beyond() {
    let server = server();
    let is_signed = |middleware, body: &[u8]| {
        let url = format!("http://{}/", server.address());
        match agent(middleware).post(url).send(body) {
            Ok(reply) => reply.status() == 200,
            Err(ureq::Error::Other(error)) => {
                let error = error.downcast::<volcengine_sigv4::Error>().unwrap();
                assert_eq!(error.kind(), ErrorKind::StreamedBody);
                false
            }
            Err(error) => panic!("{error}"),
        }
    };
    let three = || SigningMiddleware::new(signer()).with_body_limit(3);
    assert!(is_signed(three(), b"abc"));
    assert!(!is_signed(three(), b"four"));
    let default = || SigningMiddleware::new(signer());
    assert!(is_signed(default(), &[b'a'; 1 << 20]));
    assert!(!is_signed(default(), &[b'a'; (1 << 20) + 1]));
    assert!(is_signed(default().with_body_limit(usize::MAX), &[b'a'; (1 << 20) + 1]));
}

#[test]
fn a_reader_without_an_end_is_an_error() {
    let mut endless = std::io::repeat(b'a');
    let body = ureq::SendBody::from_reader(&mut endless);
    let agent = agent(SigningMiddleware::new(signer()));
    let error = agent.post("http://127.0.0.1:9/").send(body).unwrap_err();
    assert!(error.to_string().contains("the body is a stream or too long"), "{error}");
}

#[test]
fn a_reader_that_fails_is_the_error() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk broke"))
        }
    }
    let body = ureq::SendBody::from_owned_reader(Broken);
    let agent = agent(SigningMiddleware::new(signer()));
    let error = agent.post("http://127.0.0.1:9/").send(body).unwrap_err();
    assert!(error.to_string().contains("the disk broke"), "{error}");
}

#[test]
fn a_reader_is_sent_with_its_payload() {
    let server = server();
    let body = "a long upload ".repeat(1000);
    let request = Request::post(format!("http://{}/", server.address()))
        .extension(Payload::Sha256(Payload::from(&body).sha256()))
        .body(ureq::SendBody::from_owned_reader(std::io::Cursor::new(body)))
        .unwrap();
    assert_eq!(agent(SigningMiddleware::new(signer())).run(request).unwrap().status(), 200);
}

#[test]
fn debug_shows_no_secret() {
    let text = format!("{:?}", SigningMiddleware::new(signer()));
    assert!(text.contains("cn-beijing") && !text.contains("secret") && !text.contains("STS-token"));
}
