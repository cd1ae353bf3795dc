//! One mistake, named: what is wrong and what to change, in both languages.

use std::borrow::Cow;
use std::fmt;

use super::texts::{self, Entry};

/// The language of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

/// One mistake: proven by recomputing the signature, or seen in the request.
///
/// No text of it shows a secret, a session token, or the value of a parameter.
///
/// # Examples
///
/// See [`Diagnosis`](super::Diagnosis).
#[derive(Clone)]
pub struct Finding {
    entry: &'static Entry,
    details: Vec<(&'static str, Phrase)>,
    is_proven: bool,
    is_refusal: bool,
}

impl Finding {
    /// Makes a finding whose recipe gives the signature.
    pub(super) fn proven(id: &'static str, details: Vec<(&'static str, Phrase)>) -> Self {
        Self { entry: texts::entry(id), details, is_proven: true, is_refusal: false }
    }

    /// Makes a finding that is seen in the request.
    pub(super) fn seen(
        id: &'static str,
        details: Vec<(&'static str, Phrase)>,
        is_refusal: bool,
    ) -> Self {
        Self { entry: texts::entry(id), details, is_proven: false, is_refusal }
    }

    /// Returns the stable name of the mistake, such as `secret-prefix`: one of [`ids`].
    pub fn id(&self) -> &'static str {
        self.entry.id
    }

    /// Returns what is wrong.
    pub fn sentence(&self, language: Language) -> impl fmt::Display {
        self.filled(language, self.entry.sentence)
    }

    /// Returns what to change.
    pub fn advice(&self, language: Language) -> impl fmt::Display {
        self.filled(language, self.entry.advice)
    }

    /// Whether the mistake gives the very signature of the request.
    pub fn is_proven(&self) -> bool {
        self.is_proven
    }

    /// Whether servers refuse the request for it although the digits are right.
    pub fn is_refusal(&self) -> bool {
        self.is_refusal
    }

    /// Returns particulars by name, such as `("prefix", "VOLC")`, in English. None is a value of
    /// the request.
    pub fn details(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.details.iter().map(|(name, phrase)| (*name, &*phrase.english))
    }

    fn filled(&self, language: Language, [english, chinese]: [&str; 2]) -> String {
        let mut text = match language {
            Language::English => english,
            Language::Chinese => chinese,
        }
        .to_owned();
        for (name, phrase) in &self.details {
            text = text.replace(&format!("{{{name}}}"), phrase.text(language));
        }
        text
    }
}

impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finding")
            .field("id", &self.id())
            .field("is_proven", &self.is_proven)
            .finish_non_exhaustive()
    }
}

/// Returns the name of every mistake that a diagnosis can find.
pub fn ids() -> impl Iterator<Item = &'static str> {
    texts::entries().map(|entry| entry.id)
}

/// A piece of a sentence in both languages.
#[derive(Clone)]
pub(super) struct Phrase {
    english: Cow<'static, str>,
    chinese: Cow<'static, str>,
}

impl Phrase {
    fn text(&self, language: Language) -> &str {
        match language {
            Language::English => &self.english,
            Language::Chinese => &self.chinese,
        }
    }
}

/// The same in both languages.
impl From<&'static str> for Phrase {
    fn from(text: &'static str) -> Self {
        Self { english: text.into(), chinese: text.into() }
    }
}

/// The same in both languages.
impl From<String> for Phrase {
    fn from(text: String) -> Self {
        Self { english: text.clone().into(), chinese: text.into() }
    }
}

impl From<(&'static str, &'static str)> for Phrase {
    fn from((english, chinese): (&'static str, &'static str)) -> Self {
        Self { english: english.into(), chinese: chinese.into() }
    }
}

impl From<(String, String)> for Phrase {
    fn from((english, chinese): (String, String)) -> Self {
        Self { english: english.into(), chinese: chinese.into() }
    }
}
