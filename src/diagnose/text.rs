//! Bytes that are signed, with a note of which of them no person may see.

use std::ops::Range;
use std::rc::Rc;

use zeroize::Zeroizing;

/// Bytes, some of which are values. Wiped on drop.
#[derive(Clone, Default)]
pub(super) struct Text {
    bytes: Zeroizing<Vec<u8>>,
    /// The values, in order.
    values: Vec<Range<usize>>,
}

/// A text that several recipes share.
pub(super) type Shared = Rc<Text>;

impl Text {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { bytes: Zeroizing::new(Vec::with_capacity(capacity)), values: Vec::new() }
    }

    /// Makes a text that may be shown.
    pub(super) fn public(bytes: impl AsRef<[u8]>) -> Self {
        let mut text = Self::default();
        text.push(bytes.as_ref());
        text
    }

    /// Makes a text that is one value.
    pub(super) fn value(bytes: impl AsRef<[u8]>) -> Self {
        let mut text = Self::default();
        text.push_value(bytes.as_ref());
        text
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        let length = self.bytes.len().saturating_add(bytes.len());
        if length > self.bytes.capacity() {
            // A vector that grows by itself leaves a copy of its bytes behind.
            let mut larger = Zeroizing::new(Vec::with_capacity(length.saturating_mul(2)));
            larger.extend_from_slice(&self.bytes);
            self.bytes = larger;
        }
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn push_value(&mut self, bytes: &[u8]) {
        let start = self.bytes.len();
        self.push(bytes);
        if !bytes.is_empty() {
            self.values.push(start..self.bytes.len());
        }
    }

    pub(super) fn push_text(&mut self, text: &Self) {
        let start = self.bytes.len();
        self.push(&text.bytes);
        let shifted = text
            .values
            .iter()
            .map(|value| value.start.saturating_add(start)..value.end.saturating_add(start));
        self.values.extend(shifted);
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Returns the value that the byte at `offset` belongs to.
    pub(super) fn value_at(&self, offset: usize) -> Option<&Range<usize>> {
        let after = self.values.partition_point(|value| value.end <= offset);
        self.values.get(after).filter(|value| value.contains(&offset))
    }

    /// Makes values of all places that hold `secret`.
    pub(super) fn hide(&mut self, secret: &[u8]) {
        let length = secret.len();
        if length == 0 {
            return;
        }
        let windows = self.bytes.windows(length).enumerate();
        let found = windows.filter(|(_, piece)| *piece == secret).map(|(at, _)| at);
        self.values.extend(found.map(|at| at..at.saturating_add(length)).collect::<Vec<_>>());
        self.values.sort_by_key(|value| value.start);
        let mut merged: Vec<Range<usize>> = Vec::new();
        for value in self.values.drain(..) {
            match merged.last_mut() {
                Some(last) if value.start < last.end => last.end = last.end.max(value.end),
                _ => merged.push(value),
            }
        }
        self.values = merged;
    }

    pub(super) fn into_bytes(self) -> Zeroizing<Vec<u8>> {
        self.bytes
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::public(text)
    }
}

/// Makes a shared text that may be shown.
pub(super) fn public(bytes: impl AsRef<[u8]>) -> Shared {
    Rc::new(Text::public(bytes))
}

/// Makes a shared text that is one value.
pub(super) fn value(bytes: impl AsRef<[u8]>) -> Shared {
    Rc::new(Text::value(bytes))
}
