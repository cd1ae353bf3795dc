//! One mistake, named.

use std::fmt;
use std::iter;

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
#[derive(Clone)]
pub struct Finding {
    id: &'static str,
    is_proven: bool,
}

impl Finding {
    /// Returns the stable name of the mistake, such as `secret-prefix`: one of [`ids`].
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// Returns what is wrong.
    pub fn sentence(&self, language: Language) -> impl fmt::Display {
        let _ = language;
        String::new()
    }

    /// Returns what to change.
    pub fn advice(&self, language: Language) -> impl fmt::Display {
        let _ = language;
        String::new()
    }

    /// Whether the mistake gives the very signature of the request.
    pub fn is_proven(&self) -> bool {
        self.is_proven
    }

    /// Whether servers refuse the request for it although the digits are right.
    pub fn is_refusal(&self) -> bool {
        false
    }

    /// Returns particulars by name, such as `("prefix", "VOLC")`. None is a value of the request.
    pub fn details(&self) -> impl Iterator<Item = (&'static str, &str)> {
        iter::empty()
    }
}

impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finding")
            .field("id", &self.id)
            .field("is_proven", &self.is_proven)
            .finish_non_exhaustive()
    }
}

/// Returns the name of every mistake that a diagnosis can find.
pub fn ids() -> impl Iterator<Item = &'static str> {
    iter::empty()
}
