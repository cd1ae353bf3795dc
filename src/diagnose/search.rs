//! The search: the right recipe, then every single mistake, then pairs of likely ones.
//!
//! In: a request with its signature, and the credentials that it should be signed with. Out: the
//! recipes that make the very signature.

use std::collections::HashSet;

use super::finding::Finding;
use super::hypotheses::{Hypotheses, Hypothesis, breadth};
use super::received::{Claim, Form, Received};
use super::right::right_recipe;
use super::steps::{Bench, Recipe};
use crate::credentials::Credentials;

/// What a search found.
pub(super) struct Found<'a> {
    pub(super) bench: Bench<'a>,
    pub(super) right: Recipe,
    pub(super) explanations: Vec<Explanation>,
    pub(super) mistakes_tried: usize,
    pub(super) pairs_tried: usize,
    pub(super) is_exhaustive: bool,
}

/// Mistakes that make the signature together. None: the signature is the right one.
pub(super) struct Explanation {
    pub(super) findings: Vec<Finding>,
    pub(super) recipe: Recipe,
}

/// Searches for what made one of `claims`.
pub(super) fn search<'a>(
    received: &Received<'a>,
    claims: &'a [Claim],
    credentials: &Credentials,
    scope: [&str; 2],
) -> Found<'a> {
    let bench = Bench::new(received.headers, claims);
    let right = right_recipe(received, credentials, scope);
    bench.start_from(&right);
    let right_claim = bench.made_by(&right);
    if right_claim.is_some() || claims.is_empty() {
        let explained = right_claim.map(|claim| Explanation {
            findings: form_finding(claim).into_iter().collect(),
            recipe: right.clone(),
        });
        return Found {
            bench,
            right,
            explanations: explained.into_iter().collect(),
            mistakes_tried: 0,
            pairs_tried: 0,
            is_exhaustive: true,
        };
    }
    let (hypotheses, is_complete) =
        Hypotheses::new(received, &right, &bench, credentials, scope).finish();
    let mut explanations = Explanations::default();
    for hypothesis in &hypotheses {
        if let Some(claim) = bench.made_by(&hypothesis.recipe) {
            explanations.add([hypothesis], hypothesis.recipe.clone(), claim);
        }
    }
    let mut pairs_tried = 0_usize;
    if explanations.found.is_empty() {
        pairs_tried = search_pairs(&bench, &right, &hypotheses, &mut explanations);
    }
    // The more specific mistakes first.
    let breadth_of = |explanation: &Explanation| {
        explanation.findings.iter().map(|finding| breadth(finding.id())).max()
    };
    explanations.found.sort_by_key(breadth_of);
    Found {
        is_exhaustive: is_complete && bench.skipped() == 0,
        bench,
        right,
        explanations: explanations.found,
        mistakes_tried: hypotheses.len(),
        pairs_tried,
    }
}

/// Tries the pairs of likely mistakes that change different fields, and returns their number.
fn search_pairs(
    bench: &Bench<'_>,
    right: &Recipe,
    hypotheses: &[Hypothesis],
    explanations: &mut Explanations,
) -> usize {
    let likely = hypotheses.iter().filter_map(|hypothesis| {
        let change = hypothesis.change.as_deref()?;
        Some((hypothesis, change, change.fields()))
    });
    let likely: Vec<_> = likely.collect();
    let skipped_before = bench.skipped();
    let mut tried = 0_usize;
    let mut rest = likely.as_slice();
    while let Some(((first, _, first_fields), others)) = rest.split_first() {
        rest = others;
        for (second, change, second_fields) in others {
            if first_fields & second_fields != 0 {
                continue;
            }
            if bench.skipped() > skipped_before {
                return tried;
            }
            tried = tried.saturating_add(1);
            let recipe = first.recipe.and(&second.recipe, change, right);
            if let Some(claim) = bench.made_by(&recipe) {
                explanations.add([first, second], recipe, claim);
            }
        }
    }
    tried
}

/// Explanations, one for each set of mistakes.
#[derive(Default)]
struct Explanations {
    found: Vec<Explanation>,
    known: HashSet<Vec<&'static str>>,
}

impl Explanations {
    fn add<const N: usize>(&mut self, mistakes: [&Hypothesis; N], recipe: Recipe, claim: &Claim) {
        let mut findings: Vec<_> = mistakes.iter().map(|mistake| mistake.finding.clone()).collect();
        findings.extend(form_finding(claim));
        let mut ids: Vec<_> = findings.iter().map(Finding::id).collect();
        ids.sort_unstable();
        ids.dedup();
        // Two of one mistake are no smaller set than another pair, and say less.
        if ids.len() >= N && self.known.insert(ids) {
            self.found.push(Explanation { findings, recipe });
        }
    }
}

/// The form of the digits is a mistake of its own.
fn form_finding(claim: &Claim) -> Option<Finding> {
    let form = match claim.form {
        Form::Hex => return None,
        Form::UpperHex => ("hex digits in upper case", "大写十六进制"),
        Form::Base64 => ("Base64", "Base64"),
        Form::Base64OfHex => ("Base64 of the hex digits", "十六进制文本的 Base64"),
        Form::Half => ("half of the hex digits", "一半的十六进制数字"),
    };
    Some(Finding::proven("signature-form", vec![("form", form.into())]))
}
