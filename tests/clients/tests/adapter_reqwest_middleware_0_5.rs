//! `SigningMiddleware` for `reqwest-middleware` 0.5.

mod adapters;
#[path = "../../../examples/run_instances/loopback.rs"]
mod loopback;
#[path = "adapters/redirects.rs"]
mod redirects;
#[path = "adapters/time_learning.rs"]
mod time_learning;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use adapters::case::{ACCESS_KEY_ID, SECRET_ACCESS_KEY, read_head, server};
use adapters::{Outcome, signer};
use http::Request;
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
use reqwest_retry::RetryTransientMiddleware;
use reqwest_retry::policies::ExponentialBackoff;
use volcengine_sigv4::client::reqwest_middleware_0_5::SigningMiddleware;
use volcengine_sigv4::{Credentials, Payload, Signer, Verifier};

fn client(middleware: SigningMiddleware) -> ClientWithMiddleware {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    ClientBuilder::new(client).with(middleware).build()
}

#[tokio::main(flavor = "current_thread")]
async fn send(request: Request<Vec<u8>>, signer: Signer) -> Outcome {
    let reply = client(SigningMiddleware::new(signer)).execute(request.try_into()?).await?;
    Ok((reply.status().as_u16(), reply.text().await?))
}

#[tokio::main(flavor = "current_thread")]
async fn send_and_learn(mut request: Request<Vec<u8>>, signer: Signer) -> Outcome {
    let client = client(SigningMiddleware::new(signer).with_time_learning());
    let mut extensions = std::mem::take(request.extensions_mut());
    let reply = client.execute_with_extensions(request.try_into()?, &mut extensions).await?;
    Ok((reply.status().as_u16(), reply.text().await?))
}

#[tokio::test]
async fn each_attempt_is_signed_anew() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}/?Action=A", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        [500, 200].map(|status| {
            let (mut connection, _) = listener.accept().unwrap();
            let mut head = vec![0; 4096];
            let length = connection.read(&mut head).unwrap();
            let reply =
                format!("HTTP/1.1 {status} -\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
            connection.write_all(reply.as_bytes()).unwrap();
            String::from_utf8(head[..length].to_vec()).unwrap()
        })
    });
    let second = Duration::from_millis(1100);
    let policy = ExponentialBackoff::builder()
        .retry_bounds(second, second)
        .jitter(reqwest_retry::Jitter::None)
        .build_with_max_retries(1);
    let client = ClientBuilder::new(reqwest::Client::builder().no_proxy().build().unwrap())
        .with(RetryTransientMiddleware::new_with_policy(policy))
        .with(SigningMiddleware::new(signer()))
        .build();
    assert_eq!(client.get(url).send().await.unwrap().status(), 200);

    let heads = server.join().unwrap();
    assert!(sent_x_date(&heads[0]) < sent_x_date(&heads[1]));
    assert!(heads.iter().all(|head| verified(head)));
}

/// Whether the request that came over the wire carries a good signature.
fn verified(head: &str) -> bool {
    let head = read_head(head.lines().map(str::to_owned));
    let credentials = Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY).unwrap();
    let credentials = credentials.with_session_token("STS-token/+==").unwrap();
    let claim = Verifier::new("cn-beijing", "ecs").unwrap().claim(&head).unwrap();
    claim.verify(Some(&credentials), ()).is_ok()
}

#[tokio::test]
async fn a_connection_that_died_while_kept_alive_carries_no_stale_signature() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}/?Action=A", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let mut heads = Vec::new();
        let (mut kept_alive, _) = listener.accept().unwrap();
        heads.push(read(&mut kept_alive));
        kept_alive.write_all(b"HTTP/1.1 200 -\r\ncontent-length: 0\r\n\r\n").unwrap();
        // The second request comes on the same connection, which dies without an answer.
        heads.push(read(&mut kept_alive));
        drop(kept_alive);
        let (mut connection, _) = listener.accept().unwrap();
        heads.push(read(&mut connection));
        connection.write_all(b"HTTP/1.1 200 -\r\ncontent-length: 0\r\n\r\n").unwrap();
        heads
    });
    let client = client(SigningMiddleware::new(signer()));
    client.get(&url).send().await.unwrap();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    if client.get(&url).send().await.is_err() {
        tokio::time::sleep(Duration::from_millis(1100)).await;
        client.get(&url).send().await.unwrap();
    }
    let heads = server.join().unwrap();
    assert!(
        sent_x_date(&heads[0]) < sent_x_date(&heads[1])
            && sent_x_date(&heads[1]) <= sent_x_date(&heads[2])
    );
    assert!(heads.iter().all(|head| verified(head)));
}

fn read(connection: &mut TcpStream) -> String {
    let mut head = vec![0; 4096];
    let length = connection.read(&mut head).unwrap();
    String::from_utf8(head[..length].to_vec()).unwrap()
}

#[tokio::test]
async fn a_stream_is_an_error_unless_its_payload_comes_along() {
    let server = server();
    let client = client(SigningMiddleware::new(signer()));
    let post = || {
        let pieces = ["a long ", "upload"].map(Ok::<_, std::io::Error>);
        let body = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
        client.post(format!("http://{}/", server.address())).body(body)
    };
    let error = post().send().await.unwrap_err();
    assert!(format!("{error:?}").contains("PayloadHasher"), "{error:?}");
    let payload = Payload::Sha256(Payload::from("a long upload").sha256());
    assert_eq!(post().with_extension(payload).send().await.unwrap().status(), 200);
}

fn sent_x_date(head: &str) -> &str {
    head.lines().find_map(|line| line.strip_prefix("x-date: ")).unwrap()
}

#[tokio::test]
async fn a_request_may_bring_its_own_signer_and_payload() {
    let server = server();
    let client = client(SigningMiddleware::new(signer()));
    let other = signer().for_scope("cn-north-1", "iam").unwrap();
    let request = client
        .post(format!("http://{}/", server.address()))
        .body("{}")
        .with_extension(other)
        .with_extension(Payload::Sha256(Payload::from("{}").sha256()));
    let reply = request.send().await.unwrap();
    assert_eq!(reply.status(), 200);
    assert!(reply.text().await.unwrap().contains(r#""Service":"iam""#));
}

#[test]
fn debug_shows_no_secret() {
    let text = format!("{:?}", SigningMiddleware::new(signer()));
    assert!(text.contains("cn-beijing") && !text.contains("secret") && !text.contains("STS-token"));
}
