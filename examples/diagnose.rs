//! Six requests with a wrong signature, and what is said of each, in English and Chinese.
//!
//! Each has one mistake: in the signer, or in a change after signing.

use std::error::Error;
use std::time::{Duration, SystemTime};

use http::{HeaderValue, Request};
use volcengine_sigv4::diagnose::Language;
use volcengine_sigv4::{Credentials, Signer};

const SECRET: &str = "c2VjcmV0LWFjY2Vzcy1rZXk=";

fn main() -> Result<(), Box<dyn Error>> {
    let signer = signer(SECRET, "cn-north-1")?;
    for (complaint, request) in requests()? {
        let diagnosis = signer.diagnose(&request, request.body())?;
        println!("=== {complaint}\n");
        println!("{}\n", diagnosis.report(Language::English));
        println!("{}\n", diagnosis.report(Language::Chinese));
    }
    Ok(())
}

/// What people say, and the request that they send.
type Complaint = (&'static str, Request<String>);

fn requests() -> Result<Vec<Complaint>, Box<dyn Error>> {
    let right = signer(SECRET, "cn-north-1")?;
    let mut prefixed = request("hello")?;
    signer(&format!("VOLC{SECRET}"), "cn-north-1")?.sign(&mut prefixed)?;

    let mut elsewhere = request("hello")?;
    signer(SECRET, "cn-beijing")?.sign(&mut elsewhere)?;

    // The body is another after signing: JSON is written once more, with spaces.
    let mut spaced = request(r#"{"image_url":"https://example.com/a.png"}"#)?;
    right.sign(&mut spaced)?;
    *spaced.body_mut() = r#"{"image_url": "https://example.com/a.png"}"#.to_owned();

    // A client adds what the signer did not know.
    let mut charset = request("hello")?;
    right.sign(&mut charset)?;
    let content_type = HeaderValue::from_static("application/json; charset=utf-8");
    charset.headers_mut().insert("content-type", content_type);

    let mut late = request("hello")?;
    let earlier = now() - Duration::from_secs(8 * 60 * 60);
    right.at(earlier).sign(&mut late)?;

    let mut unknown = request("hello")?;
    signer("another secret", "cn-north-1")?.sign(&mut unknown)?;
    Ok(vec![
        ("the same code works for AWS", prefixed),
        ("the region is cn-beijing everywhere else", elsewhere),
        ("it worked until we logged the JSON", spaced),
        ("only axios is refused", charset),
        ("only this machine is refused", late),
        ("always 100010", unknown),
    ])
}

fn request(body: &str) -> Result<Request<String>, http::Error> {
    Request::post("https://visual.volcengineapi.com/?Action=OCRNormal&Version=2020-08-26")
        .header("content-type", "application/json")
        .body(body.to_owned())
}

fn signer(secret: &str, region: &str) -> Result<Signer, volcengine_sigv4::Error> {
    let credentials = Credentials::new("AKLTEXAMPLE", secret)?;
    Ok(Signer::new(credentials, region, "cv")?.at(now()))
}

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}
