//! The arrows between the rooms of the crate, held by reading its source.

use std::fs;
use std::path::{Path, PathBuf};

/// A file of `src/`: its path from there, its text, and the lines of it that are no comment.
struct Source {
    path: String,
    text: String,
    code: Vec<(usize, String)>,
}

/// Reads every file below `src/`.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let sources: Vec<_> = files(&root).iter().map(|file| Source::read(&root, file)).collect();
    assert!(sources.len() > 10, "only {} files found", sources.len());
    sources
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

impl Source {
    fn read(root: &Path, file: &Path) -> Self {
        let text = fs::read_to_string(file).unwrap();
        let lines = (1..).zip(text.lines().map(str::to_owned));
        Self {
            path: file.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"),
            code: lines.filter(|(_, line)| !line.trim_start().starts_with("//")).collect(),
            text,
        }
    }

    /// Returns what follows `word` in the code, each time, with the place for the red line.
    fn after<'a>(&'a self, word: &'a str) -> impl Iterator<Item = (String, &'a str)> {
        self.code.iter().flat_map(move |(number, line)| {
            let found = line.match_indices(word);
            found.map(move |(at, _)| {
                (format!("src/{}:{number}", self.path), &line[at + word.len()..])
            })
        })
    }

    /// Checks that none of `words` occurs in the code.
    #[track_caller]
    fn lacks(&self, words: &[&str]) {
        for word in words {
            let places: Vec<_> = self.after(word).map(|(place, _)| place).collect();
            assert!(places.is_empty(), "{word} in {places:?}");
        }
    }
}

fn identifier(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap()
}

#[test]
fn the_protocol_imports_only_itself_credentials_payload_and_error() {
    for source in sources().iter().filter(|source| source.path.starts_with("protocol/")) {
        for (place, path) in source.after("crate::") {
            let room = identifier(path);
            assert!(
                ["protocol", "credentials", "payload", "error"].contains(&room),
                "{place} imports crate::{path}"
            );
        }
    }
}

#[test]
fn the_protocol_does_not_climb_out_of_its_folder() {
    for source in sources().iter().filter(|source| source.path.starts_with("protocol/")) {
        source.lacks(&["super::super", "super::{super", "#[path", "include!"]);
        if source.path == "protocol/mod.rs" {
            source.lacks(&["super::"]);
        }
    }
}

#[test]
fn the_protocol_knows_no_clock_no_environment_and_no_file() {
    for source in sources().iter().filter(|source| source.path.starts_with("protocol/")) {
        source.lacks(&["::now", "std::env", "std::fs", "std::net", "std::thread"]);
    }
}

#[test]
fn signer_and_verifier_know_nothing_of_each_other() {
    for (room, other) in [("signer/", "crate::verify"), ("verify/", "crate::signer")] {
        for source in sources().iter().filter(|source| source.path.starts_with(room)) {
            source.lacks(&[other]);
        }
    }
}

#[test]
fn signatures_are_compared_in_one_place() {
    let sources = sources();
    // The second is for a diagnosis, whose signatures may be cut.
    for comparison in [".verify_slice(", ".verify_truncated_left("] {
        let places = sources.iter().flat_map(|source| source.after(comparison));
        let places: Vec<_> = places.map(|(place, _)| place).collect();
        assert_eq!(places.len(), 1, "{places:?}");
        assert!(places[0].starts_with("src/protocol/signing_key.rs:"), "{places:?}");
    }
}

#[test]
fn only_the_clients_know_a_client() {
    for source in sources().iter().filter(|source| !source.path.starts_with("client")) {
        if source.path != "lib.rs" {
            source.lacks(&[
                "crate::client",
                "ureq::",
                "reqwest::",
                "hyper::",
                "tower_",
                "http_body",
            ]);
        }
    }
}

#[test]
fn a_client_calls_the_signer_and_nothing_below_it() {
    for source in sources().iter().filter(|source| source.path.starts_with("client")) {
        source.lacks(&["crate::protocol", "crate::verify", "crate::credentials"]);
    }
}

#[test]
fn the_clock_is_read_in_one_place() {
    let sources = sources();
    let places: Vec<_> =
        sources.iter().filter(|source| source.after("::now").count() > 0).collect();
    let paths: Vec<_> = places.iter().map(|source| source.path.as_str()).collect();
    assert_eq!(paths, ["clock.rs"]);
    assert_eq!(places[0].after("SystemTime::now").count(), 1);
}

#[test]
fn nothing_is_printed() {
    for source in sources() {
        source.lacks(&["print!", "println!", "eprint!", "eprintln!", "dbg!"]);
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for Source { path, text, .. } in sources() {
        // The front door may have the README for a header.
        let has_header = text.starts_with("//! ")
            || path == "lib.rs" && text.starts_with("#![doc = include_str!(\"../README.md\")]");
        assert!(has_header, "src/{path} begins without a header");
    }
}

#[test]
fn nothing_else_is_depended_on_without_a_feature() {
    let manifest = include_str!("../Cargo.toml");
    let table = |header: &str| manifest.split("\n[").find_map(|table| table.strip_prefix(header));
    let lines = table("dependencies]\n").unwrap().lines().filter(|line| line.contains('='));
    let required: Vec<_> = lines
        .filter(|line| !line.contains("optional = true"))
        .map(|line| line.split_once(['=', '.']).unwrap().0.trim())
        .filter(|name| !name.starts_with('#'))
        .collect();
    assert_eq!(required, ["hex", "hmac", "http", "percent-encoding", "sha2", "time", "zeroize"]);

    let headers = manifest.lines().filter(|line| line.starts_with('['));
    let others: Vec<_> = headers
        .filter(|header| header.contains("dependencies") && !header.contains("dev-dependencies"))
        .collect();
    assert_eq!(others, ["[dependencies]"]);
}
