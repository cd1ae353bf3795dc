//! What each mistake is called, and what is said of it in English and Chinese.

/// A mistake with its texts, each in English and in Chinese. `{name}` stands for a detail.
pub(super) struct Entry {
    pub(super) id: &'static str,
    pub(super) sentence: [&'static str; 2],
    pub(super) advice: [&'static str; 2],
    pub(super) is_refusal: bool,
}

pub(super) fn entries() -> impl Iterator<Item = &'static Entry> {
    STUB.iter()
}

pub(super) fn entry(id: &'static str) -> &'static Entry {
    Box::leak(Box::new(Entry { id, sentence: ["", ""], advice: ["", ""], is_refusal: false }))
}

const STUB: &[Entry] = &[];
