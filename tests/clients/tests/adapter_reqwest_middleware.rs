//! `SigningMiddleware` in `reqwest-middleware`.

mod adapters;
#[path = "../../../examples/run_instances/loopback.rs"]
mod loopback;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use adapters::case::{
    ACCESS_KEY_ID, SECRET_ACCESS_KEY, answering, nested_comments, read_head, server, x_date,
};
use adapters::{Outcome, signer};
use http::Request;
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
use reqwest_retry::RetryTransientMiddleware;
use reqwest_retry::policies::ExponentialBackoff;
use volcengine_sigv4::{Credentials, Payload, Signer, SigningMiddleware, Verifier};

fn client(middleware: SigningMiddleware) -> ClientWithMiddleware {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    ClientBuilder::new(client).with(middleware).build()
}

#[tokio::main(flavor = "current_thread")]
async fn send(request: Request<Vec<u8>>, signer: Signer) -> Outcome {
    let reply = client(SigningMiddleware::new(signer)).execute(request.try_into()?).await?;
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

#[tokio::test]
async fn a_machine_with_a_wrong_clock_learns_the_time() {
    let url = answering(400, "date: Wed, 18 Aug 2021 09:57:29 GMT");
    let signer = signer();
    client(SigningMiddleware::new(signer.clone())).get(&url).send().await.unwrap();
    assert!(!x_date(&signer).starts_with("20210818"));
    let learning = SigningMiddleware::new(signer.clone()).with_server_time();
    client(learning).get(&url).send().await.unwrap();
    assert!(x_date(&signer).starts_with("20210818T0957"));
}

#[tokio::test]
async fn no_date_of_a_server_exhausts_the_stack() {
    let url = answering(200, &nested_comments());
    let signer = signer();
    let learning = SigningMiddleware::new(signer.clone()).with_server_time();
    assert_eq!(client(learning).get(&url).send().await.unwrap().status(), 200);
    assert!(!x_date(&signer).starts_with("2021"));
}

#[tokio::test]
async fn a_redirect_to_another_host_teaches_no_time() {
    let elsewhere = TcpListener::bind("127.0.0.2:0").unwrap();
    let target = format!("http://{}/", elsewhere.local_addr().unwrap());
    let redirecting = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}/", redirecting.local_addr().unwrap());
    let answer = |listener: TcpListener, reply: String| {
        thread::spawn(move || {
            let (mut connection, _) = listener.accept().unwrap();
            let _ = connection.read(&mut [0; 4096]).unwrap();
            connection.write_all(reply.as_bytes()).unwrap();
        })
    };
    let end = "connection: close\r\ncontent-length: 0\r\n\r\n";
    answer(redirecting, format!("HTTP/1.1 307 -\r\nlocation: {target}\r\n{end}"));
    let date = "date: Wed, 18 Aug 2021 09:57:29 GMT";
    answer(elsewhere, format!("HTTP/1.1 200 -\r\n{date}\r\n{end}"));
    let signer = signer();
    let learning = SigningMiddleware::new(signer.clone()).with_server_time();
    assert_eq!(client(learning).get(&url).send().await.unwrap().status(), 200);
    assert!(!x_date(&signer).starts_with("2021"));
}

#[test]
fn debug_shows_no_secret() {
    let text = format!("{:?}", SigningMiddleware::new(signer()));
    assert!(text.contains("cn-beijing") && !text.contains("secret") && !text.contains("STS-token"));
}
