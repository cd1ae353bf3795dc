//! The rooms of `src/` and the imports between them, checked by reading the source.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The floors, lowest first. A room is a file or folder directly below `src/`; it imports only rooms
/// of lower floors. `lib.rs` is the roof: it re-exports, and nothing imports it.
const FLOORS: [&[&str]; 7] = [
    &["error"],
    &["clock", "field"],
    &["credentials"],
    &["protocol"],
    &["header_policy", "payload"],
    &["signer", "verify"],
    &["client", "diagnose"],
];

/// A file of `src/`: its path from there, its text, and its lines that are not comments.
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

    /// Returns the text after each `word` in the code, with its place.
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

/// The files of `src/`, and where the paths in them lead.
struct Tree(BTreeMap<String, Source>);

/// A path in the code, such as `crate::error::Error`.
struct Import {
    place: String,
    /// From the root of the crate.
    path: Vec<String>,
    /// Whether it is written `crate::...`, rather than `super::...` or `self::...`.
    is_absolute: bool,
    is_re_export: bool,
}

impl Tree {
    fn read() -> Self {
        Self(sources().into_iter().map(|source| (source.path.clone(), source)).collect())
    }

    /// Returns the path of the file of a module.
    fn file(&self, module: &[String]) -> Option<&Source> {
        let path = module.join("/");
        let names = [format!("{path}.rs"), format!("{path}/mod.rs")];
        let root = module.is_empty().then(|| "lib.rs".to_owned());
        names.into_iter().chain(root).find_map(|name| self.0.get(&name))
    }

    /// Returns the file that defines what `path` names. A name that a file re-exports belongs to the
    /// file that it comes from.
    fn definition(&self, path: &[String]) -> &Source {
        let depth = (0..=path.len()).rev().find(|&depth| self.file(&path[..depth]).is_some());
        let (module, rest) = path.split_at(depth.unwrap());
        let source = self.file(module).unwrap();
        let imports = source.imports();
        let re_export = rest.first().and_then(|name| {
            imports.iter().find(|import| import.is_re_export && import.path.last() == Some(name))
        });
        re_export.map_or(source, |import| self.definition(&import.path))
    }
}

impl Source {
    /// Returns the path of the module that this file is.
    fn module(&self) -> Vec<String> {
        let path = self.path.trim_end_matches(".rs").trim_end_matches("/mod");
        path.split('/').filter(|part| *part != "lib").map(str::to_owned).collect()
    }

    fn room(&self) -> String {
        self.module().first().cloned().unwrap_or_default()
    }

    /// Whether `other` is the `mod.rs` that declares this file.
    fn is_child_of(&self, other: &Self) -> bool {
        let (module, parent) = (self.module(), other.module());
        module.len() == parent.len() + 1 && module.starts_with(&parent)
    }

    /// Returns every path to another part of the crate, of `use` lines and of expressions. The inline
    /// tests, which end a file, do not count.
    fn imports(&self) -> Vec<Import> {
        let lines = self.code.iter().take_while(|(_, line)| line != "#[cfg(test)]");
        let mut text = String::new();
        let mut starts = Vec::new();
        for (number, line) in lines {
            starts.push((text.len(), *number));
            text += line;
            text.push('\n');
        }
        let mut imports = Vec::new();
        for root in ["crate::", "super::", "self::"] {
            for (at, _) in text.match_indices(root) {
                let before = &text[..at];
                // `pub(in crate::room)` is a visibility and not an import.
                if before.ends_with(|c: char| c.is_alphanumeric() || "_:$".contains(c))
                    || before.ends_with("pub(in ")
                {
                    continue;
                }
                let (_, line) = starts.iter().rfind(|(start, _)| *start <= at).unwrap();
                let statement = before.rsplit([';', '}', '{', '\n']).next().unwrap().trim();
                for path in paths(&text[at..]) {
                    imports.push(Import {
                        place: format!("src/{}:{line}", self.path),
                        path: self.path_from_root(&path),
                        is_absolute: root == "crate::",
                        is_re_export: statement.starts_with("pub") && statement.ends_with("use"),
                    });
                }
            }
        }
        imports
    }

    fn path_from_root(&self, path: &[String]) -> Vec<String> {
        let mut module = self.module();
        let mut rest = path;
        while let [first, others @ ..] = rest {
            match first.as_str() {
                "crate" => module.clear(),
                "super" => drop(module.pop()),
                "self" => {}
                _ => break,
            }
            rest = others;
        }
        [&module, rest].concat()
    }
}

/// Reads the path at the beginning of `text`: several paths if it has braces.
fn paths(text: &str) -> Vec<Vec<String>> {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let Some(rest) = rest.strip_prefix("::") else { return vec![vec![name.to_owned()]] };
    let tails = match rest.strip_prefix('{') {
        Some(group) => items(group).into_iter().flat_map(|item| paths(item.trim())).collect(),
        None => paths(rest),
    };
    tails.into_iter().map(|tail| [vec![name.to_owned()], tail].concat()).collect()
}

/// Returns the items of a group of imports, up to its closing brace.
fn items(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut items) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                items.push(&group[start..at]);
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    items.retain(|item| !item.trim().is_empty());
    items
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

#[test]
fn a_room_imports_only_rooms_of_lower_floors() {
    let tree = Tree::read();
    for source in tree.0.values().filter(|source| source.path != "lib.rs") {
        source.lacks(&["#[path", "include!("]);
        let room = source.room();
        let own_floor = floor(&room).unwrap_or_else(|| panic!("{room} is on no floor"));
        for Import { place, path, is_absolute, .. } in source.imports() {
            let other = path.first().cloned().unwrap_or_default();
            let is_lower = floor(&other).is_some_and(|floor| floor < own_floor);
            assert!(is_lower || other == room, "{place}: {room} imports {}", path.join("::"));
            assert!(is_absolute || other == room, "{place}: leave a room with `crate::`");
        }
    }
}

// One import does not count: that of a child from its own `mod.rs`. The parts of one type may be in
// several files, as `impl Signer` is in signer/mod.rs, which calls signer/steps.rs.
#[test]
fn files_do_not_import_each_other_in_a_circle() {
    let tree = Tree::read();
    let mut arrows: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for source in tree.0.values() {
        let definitions = source.imports().into_iter().map(|import| tree.definition(&import.path));
        let counted = definitions
            .filter(|other| other.path != source.path && !source.is_child_of(other))
            .map(|other| other.path.as_str());
        arrows.insert(&source.path, counted.collect());
    }
    assert!(arrows.values().map(BTreeSet::len).sum::<usize>() > 50, "{arrows:?}");
    // Remove files that import no remaining file. Those of a circle stay.
    while let Some(free) = arrows.iter().find(|(_, to)| to.is_empty()).map(|(file, _)| *file) {
        arrows.remove(free);
        arrows.values_mut().for_each(|to| to.retain(|file| *file != free));
    }
    assert!(arrows.is_empty(), "a circle is among these imports: {arrows:#?}");
}

#[test]
fn the_protocol_uses_no_clock_no_environment_and_no_file() {
    for source in sources().iter().filter(|source| source.path.starts_with("protocol/")) {
        source.lacks(&["crate::clock", "::now", "std::env", "std::fs", "std::net", "std::thread"]);
    }
}

#[test]
fn signatures_are_compared_in_one_file() {
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
fn only_the_clients_name_an_http_client() {
    for source in sources().iter().filter(|source| !source.path.starts_with("client")) {
        if source.path != "lib.rs" {
            source.lacks(&["ureq::", "reqwest::", "reqwest_", "hyper::", "tower_", "http_body"]);
        }
    }
}

#[test]
fn a_client_knows_no_other_client() {
    for (file, others) in [
        ("reqwest_0_12", ["reqwest_0_13", "reqwest_middleware", "tower_", "ureq"].as_slice()),
        ("reqwest_0_13", &["reqwest_0_12", "reqwest_middleware", "tower_", "ureq"]),
        // It is a middleware of `reqwest` 0.13.
        ("reqwest_middleware_0_5", &["reqwest_0_12", "tower_", "ureq"]),
        ("tower_0_3", &["reqwest", "ureq"]),
        ("ureq_3", &["reqwest", "tower_"]),
        ("sign_request", &["reqwest_", "tower_", "ureq"]),
        ("time_learning", &["reqwest", "tower_", "ureq"]),
    ] {
        let path = format!("client/{file}.rs");
        sources().iter().find(|source| source.path == path).expect(&path).lacks(others);
    }
}

#[test]
fn a_client_uses_neither_the_protocol_nor_credentials_nor_the_verifier() {
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
        assert!(text.starts_with("//! "), "src/{path} has no header");
    }
}
