//! A set of mistakes that makes the very signature, and what the other side signed.

use std::fmt;

use zeroize::Zeroizing;

use super::comparison::{Row, compare};
use super::finding::{Finding, Language};
use super::search::{Explanation, Found};
use super::text::Text;

/// A smallest set of mistakes that makes the very signature of the request.
///
/// Its texts are wiped on drop, and `Debug` shows none of them.
///
/// # Examples
///
/// See [`Diagnosis`](super::Diagnosis).
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
    /// The signing key, or how it signs.
    SigningKey,
    /// How the signature is written.
    Signature,
}

impl Step {
    /// Returns what the step is called.
    pub fn name(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::CanonicalRequest, Language::English) => "canonical request",
            (Self::CanonicalRequest, Language::Chinese) => "规范请求",
            (Self::StringToSign, Language::English) => "string to sign",
            (Self::StringToSign, Language::Chinese) => "待签字符串",
            (Self::SigningKey, Language::English) => "signing key",
            (Self::SigningKey, Language::Chinese) => "签名密钥",
            (Self::Signature, Language::English) => "signature",
            (Self::Signature, Language::Chinese) => "签名",
        }
    }
}

impl Proof {
    /// `hidden` are texts that no row may show, wherever they are.
    pub(super) fn new(found: &Found<'_>, explanation: &Explanation, hidden: &[&[u8]]) -> Self {
        let texts = |write: &dyn Fn(&super::steps::Recipe) -> Text| {
            [&found.right, &explanation.recipe].map(|recipe| {
                let mut text = write(recipe);
                hidden.iter().for_each(|hidden| text.hide(hidden));
                text
            })
        };
        let [expected, signed] = texts(&|recipe| found.bench.canonical_request(recipe));
        let [expected_string, signed_string] = texts(&|recipe| found.bench.string_to_sign(recipe));
        let is_other = |a: &Text, b: &Text| a.as_bytes() != b.as_bytes();
        let is_only_form = explanation.findings.iter().all(|f| f.id() == "signature-form");
        let (first_difference, rows) = if is_other(&expected, &signed) {
            (Step::CanonicalRequest, compare(&expected, &signed))
        } else if is_other(&expected_string, &signed_string) {
            (Step::StringToSign, compare(&expected_string, &signed_string))
        } else if is_only_form {
            (Step::Signature, Vec::new())
        } else {
            (Step::SigningKey, Vec::new())
        };
        Self {
            findings: explanation.findings.clone(),
            canonical_request: signed.into_bytes(),
            string_to_sign: signed_string.into_bytes(),
            first_difference,
            rows,
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

    /// Returns the string to sign as the other side wrote it, with whatever values it holds.
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
        f.debug_struct("Proof")
            .field("findings", &self.findings)
            .field("first_difference", &self.first_difference)
            .finish_non_exhaustive()
    }
}
