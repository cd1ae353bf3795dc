//! Writes each request of the signing vectors into the corpus of each fuzz target.

use std::error::Error;
use std::fs;

use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let here = env!("CARGO_MANIFEST_DIR");
    let vectors = fs::read_to_string(format!("{here}/../tests/vectors/signing.json"))?;
    let vectors: Vec<Value> = serde_json::from_str(&vectors)?;
    for target in ["canonicalize", "presign_any", "sign_any"] {
        fs::create_dir_all(format!("{here}/corpus/{target}"))?;
    }
    for (index, vector) in vectors.iter().enumerate() {
        let request = &vector["request"];
        // Bodies that are binary or long lead to no other code than short ones.
        let body = request["body"]["utf8"].as_str().unwrap_or_default();
        for target in ["presign_any", "sign_any"] {
            fs::write(
                format!("{here}/corpus/{target}/vector-{index}"),
                format!("{}\n{body}", head(request)),
            )?;
        }
        let signed_headers = text(&vector["expect"]["signed_headers"]);
        fs::write(
            format!("{here}/corpus/canonicalize/vector-{index}"),
            format!("{}{}\n{signed_headers}", head(request), added_headers(vector)),
        )?;
    }
    println!("wrote {} seeds for each target", vectors.len());
    Ok(())
}

fn head(request: &Value) -> String {
    let mut head = format!("{} {}\n", text(&request["method"]), text(&request["url"]));
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
