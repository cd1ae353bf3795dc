//! The vectors of `diagnosing.json`: signatures made with a mistake, and what explains them.

#[path = "support/files.rs"]
mod files;
#[path = "support/message.rs"]
mod message;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use message::Message;
use serde::Deserialize;
use volcengine_sigv4::diagnose::{Diagnosis, Finding, Verdict, ids};
use volcengine_sigv4::{Credentials, Error, Signer};

/// Vectors that are explained by none of their sets, with the reason. Each must fail.
const EXCEPTIONS: &[(&str, &str)] = &[];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    kind: Kind,
    credentials: Option<Keys>,
    region: Option<String>,
    service: Option<String>,
    request: Option<Message>,
    signature: Option<String>,
    #[expect(dead_code, reason = "lists every field, so that a new one is noticed")]
    made_with: Vec<String>,
    detail: String,
    explanations: Option<Vec<BTreeSet<String>>>,
    now: Option<u64>,
    hints: Option<Vec<String>>,
    right: Option<bool>,
    #[expect(dead_code, reason = "what a server answers is for programs to read")]
    answer: Option<serde_json::Value>,
    #[expect(dead_code, reason = "what a server answers is for programs to read")]
    code: Option<String>,
    #[expect(dead_code, reason = "what a server answers is for programs to read")]
    code_n: Option<u32>,
}

#[derive(Deserialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Single,
    Pair,
    Recorded,
    Right,
    Unexplained,
    Hint,
    Answer,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}

impl Vector {
    fn credentials(&self) -> Result<Credentials, Error> {
        let keys = self.credentials.as_ref().unwrap();
        let credentials = Credentials::new(&keys.access_key_id, &keys.secret_access_key)?;
        match &keys.session_token {
            Some(token) => credentials.with_session_token(token),
            None => Ok(credentials),
        }
    }

    fn diagnose(&self) -> Diagnosis {
        let (region, service) = (self.region.as_deref().unwrap(), self.service.as_deref().unwrap());
        let mut signer = Signer::new(self.credentials().unwrap(), region, service).unwrap();
        if let Some(now) = self.now {
            signer = signer.at(SystemTime::UNIX_EPOCH + Duration::from_secs(now));
        }
        let request = self.request.as_ref().unwrap().unsigned();
        signer.diagnose(&request, request.body()).unwrap()
    }

    /// Returns what is wrong with a diagnosis.
    fn problem(&self, diagnosis: &Diagnosis) -> Option<String> {
        let verdict = diagnosis.verdict();
        let proven: Vec<BTreeSet<_>> = diagnosis
            .proofs()
            .iter()
            .map(|proof| proof.findings().iter().map(|finding| finding.id().to_owned()).collect())
            .collect();
        match self.kind {
            Kind::Single | Kind::Pair | Kind::Recorded => {
                let wanted = self.explanations.as_ref().unwrap();
                let size = wanted.iter().map(BTreeSet::len).min();
                if !proven.iter().any(|set| wanted.contains(set)) {
                    Some(format!("{verdict:?} {proven:?}, expected one of {wanted:?}"))
                } else if proven.iter().map(BTreeSet::len).min() < size {
                    Some(format!("{proven:?} is smaller than {wanted:?}"))
                } else {
                    None
                }
            }
            Kind::Right => (verdict != Verdict::Right || !proven.is_empty())
                .then(|| format!("{verdict:?} {proven:?}, expected Right")),
            Kind::Unexplained => (verdict != Verdict::Unexplained || !proven.is_empty())
                .then(|| format!("{verdict:?} {proven:?}, expected Unexplained")),
            Kind::Hint => {
                let seen: Vec<_> = diagnosis.hints().iter().map(Finding::id).collect();
                let wanted = self.hints.as_ref().unwrap();
                let is_right = verdict == Verdict::Right;
                (wanted.iter().any(|id| !seen.contains(&id.as_str()))
                    || self.right != Some(is_right))
                .then(|| {
                    format!("{verdict:?} {seen:?}, expected {wanted:?}, right {:?}", self.right)
                })
            }
            Kind::Answer => None,
        }
    }
}

#[test]
fn every_vector_is_explained_by_one_of_its_sets() {
    let mut table: BTreeMap<Kind, [usize; 2]> = BTreeMap::new();
    let mut problems = Vec::new();
    for vector in files::read::<Vector>("diagnosing.json") {
        let [passed, all] = table.entry(vector.kind).or_default();
        *all += 1;
        let problem = match (vector.kind, &vector.credentials) {
            // The program reads those.
            (Kind::Answer, _) => continue,
            (_, Some(_)) if vector.credentials().is_err() => {
                assert!(vector.name.starts_with("hint/secret-shape/"), "{}", vector.name);
                continue;
            }
            _ => vector.problem(&vector.diagnose()),
        };
        let is_exception = EXCEPTIONS.iter().any(|(name, _)| *name == vector.name);
        match problem {
            None if is_exception => problems.push(format!("{} passes", vector.name)),
            None => *passed += 1,
            Some(_) if is_exception => {}
            Some(problem) => {
                problems.push(format!("{} ({}): {problem}", vector.name, vector.detail));
            }
        }
    }
    println!("| kind | of | pass |\n|---|---|---|");
    for (kind, [passed, all]) in &table {
        println!("| {kind:?} | {all} | {passed} |");
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn every_id_of_the_vectors_is_known() {
    let known: Vec<_> = ids().collect();
    for vector in files::read::<Vector>("diagnosing.json") {
        let explanations = vector.explanations.iter().flatten().flatten();
        for id in explanations.chain(vector.hints.iter().flatten()) {
            assert!(known.contains(&id.as_str()), "{id} of {}", vector.name);
        }
        if let Some(signature) = &vector.signature {
            let request = vector.request.as_ref().unwrap().unsigned();
            let authorization = request.headers().get("authorization");
            let text = authorization.map_or("", |value| value.to_str().unwrap_or_default());
            assert!(text.is_empty() || text.contains(signature) || vector.kind == Kind::Hint);
        }
    }
}

#[test]
fn a_diagnosis_can_be_sent_to_another_thread() {
    fn is_sent<T: Send + Sync + Clone + std::fmt::Debug + 'static>() {}
    is_sent::<Diagnosis>();
    is_sent::<Finding>();
    is_sent::<volcengine_sigv4::diagnose::Proof>();
    is_sent::<volcengine_sigv4::diagnose::Row>();
}

/// Every text in the source that looks like an id is one.
#[test]
fn every_id_in_the_source_has_texts() {
    let known: Vec<_> = ids().collect();
    let mut found = BTreeSet::new();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/diagnose");
    for folder in ["hypotheses", "hints", "."] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            for calls in ["add", "add_likely", "add_unlikely", "add_path", "add_hash", "refuse"] {
                for call in text.split(&format!(".{calls}(")).skip(1) {
                    let Some(rest) = call.trim_start().strip_prefix('"') else { continue };
                    found.insert(rest.split('"').next().unwrap().to_owned());
                }
            }
        }
    }
    assert!(found.len() > 60, "{} ids in calls", found.len());
    for id in found {
        assert!(known.contains(&id.as_str()), "{id}");
    }
}
