//! DESIGN.md names tests that exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Returns the pairs of file and function that DESIGN.md names, as `tests/file.rs: function`.
fn named() -> BTreeSet<(&'static str, &'static str)> {
    let code = include_str!("../DESIGN.md").split('`').skip(1).step_by(2);
    code.filter(|code| code.starts_with("tests/"))
        .filter_map(|code| code.split_once(": "))
        .collect()
}

#[test]
fn every_test_that_the_design_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (file, function) in named() {
        let text = fs::read_to_string(root.join(file)).unwrap_or_else(|_| panic!("no file {file}"));
        assert!(text.contains(&format!("fn {function}(")), "{file} has no test {function}");
    }
}

#[test]
fn every_decision_about_signing_verifying_and_secrets_names_a_test_or_a_check() {
    // Windows may check the file out with other line ends.
    let text = include_str!("../DESIGN.md").replace("\r\n", "\n");
    let (_, sections) = text.split_once("## Signing").unwrap();
    let (sections, _) = sections.split_once("## Clients").unwrap();
    let decisions: Vec<_> = sections.split("\n\n").filter(|text| text.starts_with("**")).collect();
    assert!(decisions.len() > 15, "{} decisions", decisions.len());
    for decision in decisions {
        let is_held = decision.contains("`tests/") || decision.contains("`.ci/run ");
        assert!(is_held, "no test holds this:\n{decision}");
    }
}
