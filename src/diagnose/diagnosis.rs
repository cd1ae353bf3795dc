//! What a diagnosis says: the verdict, the proofs, and what is seen besides.

use std::fmt;

use zeroize::Zeroizing;

use super::finding::Finding;
use super::proof::Proof;
use super::received::Received;
use super::search::Found;
use crate::credentials::Credentials;

/// Which mistakes made a signature.
///
/// A mistake is proven if the recipe with this mistake gives the very signature that the request
/// carries. The right signature is in no field and no text. A diagnosis is for the owner of the
/// secret, on demand: it is no answer to a client, and nothing to make for every refused request,
/// since one may take as much time as a thousand signings. It never makes a request
/// [`Verified`](crate::Verified).
///
/// `Display` is the [report](Self::report) in English. The texts are wiped on drop.
///
/// # Examples
///
/// ```
/// use volcengine_sigv4::diagnose::{Language, Verdict};
/// use volcengine_sigv4::{Credentials, Signer};
///
/// // A signer in another language puts "VOLC" before the secret.
/// let wrong = Signer::new(Credentials::new("AKLTEXAMPLE", "VOLCsecret")?, "cn-beijing", "ecs")?;
/// let url = "https://open.volcengineapi.com/?Action=DescribeZones&Version=2020-04-01";
/// let mut request = http::Request::get(url).body("")?;
/// wrong.sign(&mut request)?;
///
/// let signer = Signer::new(Credentials::new("AKLTEXAMPLE", "secret")?, "cn-beijing", "ecs")?;
/// let diagnosis = signer.diagnose(&request, ())?;
/// assert_eq!(diagnosis.verdict(), Verdict::Explained);
/// assert_eq!(diagnosis.proofs()[0].findings()[0].id(), "secret-prefix");
/// let report = diagnosis.report(Language::English).to_string();
/// assert!(report.starts_with("Use the secret access key as it is, with no text before it."));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    /// The digits are right, by the rules that the official signers follow. A hint may say why
    /// servers refuse the request all the same: [`Finding::is_refusal`].
    Right,
    /// Known mistakes make the very signature: [`Diagnosis::proofs`].
    Explained,
    /// No known mistake, and no likely pair of them, makes the signature.
    Unexplained,
    /// The request carries no signature.
    Unsigned,
}

impl Diagnosis {
    pub(super) fn new(
        received: &Received<'_>,
        found: &Found<'_>,
        hints: Vec<Finding>,
        credentials: &Credentials,
    ) -> Self {
        let is_right = found.explanations.iter().any(|found| found.findings.is_empty());
        let verdict = match found.explanations.is_empty() {
            _ if received.stated.signature.is_none() => Verdict::Unsigned,
            _ if is_right => Verdict::Right,
            true => Verdict::Unexplained,
            false => Verdict::Explained,
        };
        let token = credentials.session_token().unwrap_or_default();
        let hidden = [credentials.secret_access_key(), token.as_bytes()];
        let proofs = found.explanations.iter().filter(|found| !found.findings.is_empty());
        let is_readable = received.x_date().is_some() && received.stated.signed_headers.is_some();
        let readable = |text: Zeroizing<Vec<u8>>| is_readable.then_some(text);
        Self {
            verdict,
            proofs: proofs.map(|explained| Proof::new(found, explained, &hidden)).collect(),
            hints,
            canonical_request: readable(found.bench.canonical_request(&found.right).into_bytes()),
            string_to_sign: readable(found.bench.string_to_sign(&found.right).into_bytes()),
            mistakes_tried: found.mistakes_tried,
            pairs_tried: found.pairs_tried,
            is_exhaustive: found.is_exhaustive,
        }
    }

    /// Returns what the diagnosis comes to.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Returns the smallest sets of mistakes that make the signature, the more specific first.
    /// Several sets cannot be told apart on this request.
    pub fn proofs(&self) -> &[Proof] {
        &self.proofs
    }

    /// Returns what is seen in the request without any computing, whatever the verdict.
    pub fn hints(&self) -> &[Finding] {
        &self.hints
    }

    /// Returns the canonical request as it should be, with its query values and the session token.
    ///
    /// `None` if `X-Date` or `SignedHeaders` cannot be read.
    pub fn canonical_request(&self) -> Option<&[u8]> {
        self.canonical_request.as_deref().map(Vec::as_slice)
    }

    /// Returns the string to sign as it should be. `None` where
    /// [`canonical_request`](Self::canonical_request) is.
    pub fn string_to_sign(&self) -> Option<&[u8]> {
        self.string_to_sign.as_deref().map(Vec::as_slice)
    }

    /// Returns how many single mistakes were tried: those that make a difference on this request.
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
