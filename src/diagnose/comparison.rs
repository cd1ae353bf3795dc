//! Two texts side by side, line by line, with what differs and without the values.
//!
//! The report, the program and its JSON are all drawn from it.

use std::fmt::{self, Write as _};
use std::ops::Range;

use super::text::Text;

/// A line of a [comparison](super::Proof::comparison). Its texts show `***` for values.
#[derive(Clone)]
pub struct Row {
    number: usize,
    expected: Option<String>,
    signed: Option<String>,
    difference: Option<Difference>,
}

/// Where the two texts of a [`Row`] differ.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// How many bytes of the text that should have been signed come before it.
    pub offset: usize,
    /// The bytes of [`Row::expected`] that differ.
    pub expected: Range<usize>,
    /// The bytes of [`Row::signed`] that differ.
    pub signed: Range<usize>,
    /// The first byte that differs, as it should be: `None` at the end of the text, and where it
    /// would show a value.
    pub expected_byte: Option<u8>,
    /// The first byte that differs, as it was signed.
    pub signed_byte: Option<u8>,
    /// The lengths of the values in which the difference is, if it is in a value: expected, signed.
    pub value_lengths: Option<[usize; 2]>,
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
        f.debug_struct("Row")
            .field("number", &self.number)
            .field("difference", &self.difference)
            .finish_non_exhaustive()
    }
}

/// Compares two texts line by line.
pub(super) fn compare(expected: &Text, signed: &Text) -> Vec<Row> {
    let (expected_lines, signed_lines) = (lines(expected), lines(signed));
    let count = expected_lines.len().max(signed_lines.len());
    let rows = (0..count).map(|index| {
        let (left, right) = (expected_lines.get(index), signed_lines.get(index));
        Row {
            number: index.saturating_add(1),
            expected: left.map(|line| line.show(line.range.clone())),
            signed: right.map(|line| line.show(line.range.clone())),
            difference: difference(left, right, expected.len()),
        }
    });
    rows.collect()
}

fn difference(left: Option<&Line<'_>>, right: Option<&Line<'_>>, end: usize) -> Option<Difference> {
    let (left_bytes, right_bytes) = (left.map(Line::bytes), right.map(Line::bytes));
    if left_bytes == right_bytes {
        return None;
    }
    let (left_bytes, right_bytes) =
        (left_bytes.unwrap_or_default(), right_bytes.unwrap_or_default());
    let same = |(a, b): &(&u8, &u8)| a == b;
    let before = left_bytes.iter().zip(right_bytes).take_while(same).count();
    let most_behind = left_bytes.len().min(right_bytes.len()).saturating_sub(before);
    let reversed = left_bytes.iter().rev().zip(right_bytes.iter().rev());
    let behind = reversed.take_while(same).count().min(most_behind);
    let shown = |line: Option<&Line<'_>>| line.map_or(0..0, |line| line.shown(before, behind));
    let value = |line: Option<&Line<'_>>| line.and_then(|line| line.value_at(before));
    let values = [value(left), value(right)];
    let [left_byte, right_byte] = [left, right].map(|line| line?.byte_at(before));
    let is_in_a_value = values.iter().any(Option::is_some);
    // In a value, marks and spaces tell how it was escaped; anything else would tell the value.
    let is_mark = |byte: Option<u8>| {
        byte.is_none_or(|byte| byte.is_ascii_punctuation() || byte.is_ascii_whitespace())
    };
    let is_shown = !is_in_a_value || is_mark(left_byte) && is_mark(right_byte);
    Some(Difference {
        offset: left.map_or(end, |line| line.range.start.saturating_add(before)),
        expected: shown(left),
        signed: shown(right),
        expected_byte: left_byte.filter(|_| is_shown),
        signed_byte: right_byte.filter(|_| is_shown),
        value_lengths: is_in_a_value.then(|| values.map(Option::unwrap_or_default)),
    })
}

/// A line of a text, without its line feed.
struct Line<'a> {
    text: &'a Text,
    range: Range<usize>,
}

fn lines(text: &Text) -> Vec<Line<'_>> {
    let mut start = 0_usize;
    let lines = text.as_bytes().split(|&byte| byte == b'\n').map(|line| {
        let end = start.saturating_add(line.len());
        let range = start..end;
        start = end.saturating_add(1);
        Line { text, range }
    });
    lines.collect()
}

impl<'a> Line<'a> {
    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.range.clone()).unwrap_or_default()
    }

    /// Returns the byte at an offset in the line; behind its end is a line feed, or nothing.
    fn byte_at(&self, offset: usize) -> Option<u8> {
        self.text.as_bytes().get(self.range.start.saturating_add(offset)).copied()
    }

    /// Returns the length of the value at an offset in the line, if there is one.
    fn value_at(&self, offset: usize) -> Option<usize> {
        let at = self.range.start.saturating_add(offset);
        // The end of a value belongs to it: one of the two may be longer.
        let value = self.text.value_at(at).or_else(|| self.text.value_at(at.checked_sub(1)?))?;
        (at < self.range.end || value.end >= at).then_some(value.len())
    }

    /// Returns which bytes of the line as it is shown are those from `before` to `behind`.
    fn shown(&self, before: usize, behind: usize) -> Range<usize> {
        let from = self.range.start.saturating_add(before);
        let to = self.range.end.saturating_sub(behind).max(from);
        // Of a value the whole stands for each part.
        let from = self.text.value_at(from).map_or(from, |value| value.start.max(self.range.start));
        let to = match to.checked_sub(1).and_then(|last| self.text.value_at(last)) {
            Some(value) if to > from => value.end.min(self.range.end),
            _ => to,
        };
        let start = self.show(self.range.start..from).len();
        start..start.saturating_add(self.show(from..to).len())
    }

    /// Writes a part of the line for a person: `***` for values, escapes for what cannot be
    /// printed.
    fn show(&self, range: Range<usize>) -> String {
        let mut shown = String::new();
        let mut at = range.start;
        while at < range.end {
            if let Some(value) = self.text.value_at(at) {
                shown.push_str("***");
                at = value.end;
                continue;
            }
            let rest = at.saturating_add(1)..range.end;
            let end = rest.into_iter().find(|&end| self.text.value_at(end).is_some());
            let end = end.unwrap_or(range.end);
            show_bytes(self.text.as_bytes().get(at..end).unwrap_or_default(), &mut shown);
            at = end;
        }
        shown
    }
}

fn show_bytes(bytes: &[u8], shown: &mut String) {
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            if character.is_control() || is_invisible(character) {
                shown.extend(character.escape_default());
            } else {
                shown.push(character);
            }
        }
        for byte in chunk.invalid() {
            // Writing to a string does not fail.
            let _ = write!(shown, "\\x{byte:02x}");
        }
    }
}

/// Characters that have no width or change the direction of what is beside them.
fn is_invisible(character: char) -> bool {
    let marks = '\u{200b}'..='\u{200f}';
    let breaks_and_directions = '\u{2028}'..='\u{202e}';
    let joiners = '\u{2060}'..='\u{206f}';
    [marks, breaks_and_directions, joiners].iter().any(|range| range.contains(&character))
        || character == '\u{feff}'
}
