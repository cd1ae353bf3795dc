//! The known mistakes: a table for each family, made for one request.
//!
//! A table holds what code in the world writes, not what one request needs. Within a mistake the
//! likely ones come first: pairs are made of those only.

mod chain;
mod date;
mod headers;
mod hosts;
mod path;
mod payload;
mod protocol;
mod query;
mod scope;
mod secret;
mod string_to_sign;

pub(super) use self::payload::MOST_RESPELLED;
pub(super) use self::scope::{is_known_service, region_of};

use std::collections::HashMap;

use super::finding::{Finding, Phrase};
use super::received::{Received, name};
use super::recipe::Change;
use super::steps::{Bench, Recipe};
use crate::credentials::Credentials;

/// A mistake that may have been made, with the recipe that has only this mistake.
pub(super) struct Hypothesis {
    pub(super) finding: Finding,
    pub(super) recipe: Recipe,
    /// What it changes, if it is one of those that pairs are made of.
    pub(super) change: Option<Box<Change>>,
}

/// The mistakes that may have been made on one request.
pub(super) struct Hypotheses<'a> {
    received: &'a Received<'a>,
    right: &'a Recipe,
    bench: &'a Bench<'a>,
    credentials: &'a Credentials,
    region: &'a str,
    service: &'a str,
    found: Vec<Hypothesis>,
    /// How many there are of each mistake that changes the same fields.
    counts: HashMap<(&'static str, u64), usize>,
    is_complete: bool,
}

/// Where a mistake that has two places is looked for, and where in pairs.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    /// In both, in either; in pairs in both and in the first.
    Anywhere,
    /// In both, in either; in pairs only in both.
    Both,
    /// The same, and in pairs however many there are: the request states it.
    Stated,
    /// In both and in the first, since there are many.
    Table,
}

/// How many of one mistake are tried in pairs, for each set of fields that it changes.
const LIKELY: usize = 2;

impl<'a> Hypotheses<'a> {
    pub(super) fn new(
        received: &'a Received<'a>,
        right: &'a Recipe,
        bench: &'a Bench<'a>,
        credentials: &'a Credentials,
        [region, service]: [&'a str; 2],
    ) -> Self {
        let mut hypotheses = Self {
            received,
            right,
            bench,
            credentials,
            region,
            service,
            found: Vec::with_capacity(1024),
            counts: HashMap::new(),
            is_complete: true,
        };
        hypotheses.add_secrets();
        hypotheses.add_chains();
        hypotheses.add_scopes();
        hypotheses.add_dates();
        hypotheses.add_protocols();
        hypotheses.add_strings_to_sign();
        hypotheses.add_paths();
        hypotheses.add_queries();
        hypotheses.add_headers();
        hypotheses.add_payloads();
        hypotheses
    }

    /// Returns the hypotheses, and whether none was left out.
    pub(super) fn finish(self) -> (Vec<Hypothesis>, bool) {
        (self.found, self.is_complete)
    }

    /// Adds a mistake. The first few of one id that change the same fields are tried in pairs.
    fn add(&mut self, id: &'static str, details: Details, change: impl Into<Change>) {
        let change = change.into();
        let count = self.counts.entry((id, change.fields())).or_default();
        *count = count.saturating_add(1);
        let is_likely = *count <= LIKELY;
        self.push(id, details, change, is_likely);
    }

    /// Adds a mistake that is made in two places, in one of them, or in the other.
    fn add_in_both(
        &mut self,
        id: &'static str,
        details: &Details,
        [first, second]: [Change; 2],
        manner: Manner,
    ) {
        let both = first.clone().and(&second);
        let made = [&first, &second].map(|change| self.right.with(change));
        let [first_made, second_made] = &made;
        let both_made = first_made.and(second_made, &second, self.right);
        let count = self.counts.entry((id, both.fields())).or_default();
        *count = count.saturating_add(1);
        let is_likely = *count <= LIKELY;
        let [first_made, second_made] = made;
        self.push_made(id, details.clone(), both, both_made, is_likely || manner == Manner::Stated);
        let is_likely = is_likely && manner == Manner::Anywhere;
        self.push_made(id, details.clone(), first, first_made, is_likely);
        if manner != Manner::Table {
            self.push_made(id, details.clone(), second, second_made, false);
        }
    }

    /// Adds a mistake that is tried in pairs however many others there are of its id.
    fn add_likely(&mut self, id: &'static str, details: Details, change: impl Into<Change>) {
        self.push(id, details, change.into(), true);
    }

    /// Adds a mistake that is not tried in pairs.
    fn add_unlikely(&mut self, id: &'static str, details: Details, change: impl Into<Change>) {
        self.push(id, details, change.into(), false);
    }

    fn push(&mut self, id: &'static str, details: Details, change: Change, is_likely: bool) {
        let recipe = self.right.with(&change);
        self.push_made(id, details, change, recipe, is_likely);
    }

    fn push_made(
        &mut self,
        id: &'static str,
        details: Details,
        change: Change,
        recipe: Recipe,
        is_likely: bool,
    ) {
        let is_canonical = !(change.key.is_some() || change.strings.is_some());
        // On this request it is no mistake.
        if is_canonical && self.bench.writes_the_same(&recipe.canonical, &self.right.canonical) {
            return;
        }
        let finding = Finding::proven(id, details);
        let change = is_likely.then(|| Box::new(change));
        self.found.push(Hypothesis { finding, recipe, change });
    }

    /// Notes that a mistake was left out because the request is too large to try it.
    fn leave_out(&mut self) {
        self.is_complete = false;
    }

    fn name(&self, text: &str) -> Phrase {
        name(text, self.credentials)
    }
}

/// Particulars of a mistake: name and text.
pub(super) type Details = Vec<(&'static str, Phrase)>;

fn detail(name: &'static str, phrase: impl Into<Phrase>) -> Details {
    vec![(name, phrase.into())]
}

/// A mistake that explains less comes after those that say more of the same bytes.
pub(super) fn breadth(id: &str) -> u8 {
    match id {
        "body-changed" => 4,
        "query-as-sent" | "header-set" => 3,
        "query-incomplete" | "query-sort" | "host-other" | "path-prefix" | "query-over-encoded" => {
            2
        }
        "payload-serialised" | "query-charset" | "query-unencoded" => 1,
        _ => 0,
    }
}
