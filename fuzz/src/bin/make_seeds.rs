//! Writes the requests of the vectors into the corpora of the fuzz targets.

use std::error::Error;
use std::fs;
use std::io;

use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let signing = vectors("signing.json")?;
    for (index, vector) in signing.iter().enumerate() {
        let request = &vector["request"];
        // Bodies that are binary or long lead to no other code than short ones.
        let body = request["body"]["utf8"].as_str().unwrap_or_default();
        let whole = format!("{}\n{body}", head(request, "url"));
        write("presign_any", index, &whole)?;
        write("sign_any", index, &whole)?;
        // A change of no byte yet.
        write("verify_mutate", index, &format!("\0\0\0\0{whole}"))?;
        let signed_headers = text(&vector["expect"]["signed_headers"]);
        let head = head(request, "url") + &added_headers(vector);
        write("canonicalize", index, &format!("{head}\n{signed_headers}"))?;
    }
    for (index, date) in DATES.iter().enumerate() {
        write("learn_time", index, date)?;
    }
    let verifying = vectors("verifying.json")?;
    for (index, vector) in verifying.iter().enumerate() {
        let request = &vector["request"];
        let body = request["body"]["utf8"].as_str().unwrap_or_default();
        let whole = format!("{}\n{body}", head(request, "target"));
        // As if for the verifier of the targets.
        let whole = whole
            .replace("20150830T123600Z", "20210818T095729Z")
            .replace("20150830", "20210818")
            .replace(text(&vector["region"]), "cn-beijing")
            .replace(&format!("/{}/", text(&vector["service"])), "/ecs/")
            .replace(&format!("%2F{}%2F", text(&vector["service"])), "%2Fecs%2F");
        write("verify_any", index, &whole)?;
        write("diagnose_any", index, &whole)?;
        let headers = request["headers"].as_array().into_iter().flatten();
        for header in headers.filter(|header| text(&header[0]) == "Authorization") {
            write("parse_authorization", index, text(&header[1]))?;
        }
    }
    println!("wrote seeds of {} vectors", signing.len() + verifying.len());
    Ok(())
}

/// The form of `Date` that servers write, and forms that are ignored.
const DATES: [&str; 4] = [
    "Wed, 18 Aug 2021 09:57:29 GMT",
    "Wednesday, 18-Aug-21 09:57:29 GMT",
    "Wed Aug 18 09:57:29 2021",
    "Wed, 18 Aug 2021 09:57:29 +0000 (a (nested) comment)",
];

fn vectors(file: &str) -> Result<Vec<Value>, Box<dyn Error>> {
    let here = env!("CARGO_MANIFEST_DIR");
    let vectors = fs::read_to_string(format!("{here}/../tests/vectors/{file}"))?;
    Ok(serde_json::from_str(&vectors)?)
}

fn write(target: &str, index: usize, seed: &str) -> io::Result<()> {
    let corpus = format!("{}/corpus/{target}", env!("CARGO_MANIFEST_DIR"));
    fs::create_dir_all(&corpus)?;
    fs::write(format!("{corpus}/vector-{index}"), seed)
}

fn head(request: &Value, target: &str) -> String {
    let mut head = format!("{} {}\n", text(&request["method"]), text(&request[target]));
    for header in request["headers"].as_array().into_iter().flatten() {
        head += &format!("{}:{}\n", text(&header[0]), text(&header[1]));
    }
    head
}

/// The headers that a signer has put on the request before its canonical form is written.
fn added_headers(vector: &Value) -> String {
    let (_, payload_hash) =
        text(&vector["expect"]["canonical_request"]).rsplit_once('\n').unwrap_or_default();
    let mut headers =
        format!("x-date:{}\nx-content-sha256:{payload_hash}\n", text(&vector["x_date"]));
    if let Some(token) = vector["credentials"]["session_token"].as_str() {
        headers += &format!("x-security-token:{token}\n");
    }
    headers
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
