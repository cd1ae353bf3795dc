//! Reads the vector files.

use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;

/// Reads a file of `tests/vectors/`. It must contain as many vectors as the README there says.
#[track_caller]
pub(crate) fn read<T: DeserializeOwned>(file: &str) -> Vec<T> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let vectors: Vec<T> = serde_json::from_str(&fs::read_to_string(folder.join(file)).unwrap())
        .unwrap_or_else(|error| panic!("{file}: {error}"));

    let readme = fs::read_to_string(folder.join("README.md")).unwrap();
    let row = readme.lines().find_map(|line| line.strip_prefix(&format!("| {file} | "))).unwrap();
    let count: usize = row.split(' ').next().unwrap().parse().unwrap();
    assert_eq!(vectors.len(), count, "vectors in {file}, against its README");
    vectors
}
