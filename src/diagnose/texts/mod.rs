//! What each mistake is called, and what is said of it in English and Chinese.
//!
//! The id is stable. The sentence says what is wrong, the advice what to change; `{name}` stands
//! for a detail of the finding.

mod headers;
mod key;
mod payload;
mod scope;
mod seen;
mod string_to_sign;
mod target;

/// A mistake with its texts, each in English and in Chinese.
pub(super) struct Entry {
    pub(super) id: &'static str,
    pub(super) sentence: [&'static str; 2],
    pub(super) advice: [&'static str; 2],
}

/// Returns every mistake, in the order of the data: secret, key, scope, request, string to sign,
/// and what is seen without a signature.
pub(super) fn entries() -> impl Iterator<Item = &'static Entry> {
    TABLES.iter().copied().flatten()
}

/// Returns the mistake that is called `id`.
pub(super) fn entry(id: &'static str) -> &'static Entry {
    entries().find(|entry| entry.id == id).unwrap_or(&UNNAMED)
}

const TABLES: &[&[Entry]] = &[
    key::ENTRIES,
    scope::ENTRIES,
    target::ENTRIES,
    headers::ENTRIES,
    payload::ENTRIES,
    string_to_sign::ENTRIES,
    seen::ENTRIES,
];

/// For an id without texts, which no code uses: a test reads every id in the source.
const UNNAMED: Entry = entry_of("unnamed", ["", ""], ["", ""]);

const fn entry_of(
    id: &'static str,
    sentence: [&'static str; 2],
    advice: [&'static str; 2],
) -> Entry {
    Entry { id, sentence, advice }
}
