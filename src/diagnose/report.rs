//! The report for a person: what to change, why, and the two texts side by side.
//!
//! Plain text of at most 100 columns, drawn from the findings and the comparison only.

use std::fmt::{self, Write};

use super::comparison::{Difference, Row};
use super::diagnosis::{Diagnosis, Verdict};
use super::finding::{Finding, Language};
use super::proof::Proof;

/// How wide a line may be.
const WIDTH: usize = 100;
/// How wide each of the two texts may be: beside them stand a mark, a number and a bar.
const COLUMN: usize = 45;
/// What of a long line is shown before the place that differs.
const BEFORE: usize = 12;

impl Diagnosis {
    /// Returns the report for a person: plain text of at most 100 columns, whose first line says
    /// what to change. It shows no value.
    pub fn report(&self, language: Language) -> impl fmt::Display {
        Report { diagnosis: self, language }
    }
}

/// The report in English.
impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report(Language::English).fmt(f)
    }
}

/// A report in one language.
pub(super) struct Report<'a> {
    pub(super) diagnosis: &'a Diagnosis,
    pub(super) language: Language,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write(&mut text)?;
        f.write_str(text.trim_end())
    }
}

impl Report<'_> {
    fn write(&self, out: &mut String) -> fmt::Result {
        let first_hint = self.write_first_lines(out)?;
        if let Some((first, others)) = self.diagnosis.proofs().split_first() {
            self.write_proof(out, first)?;
            self.write_others(out, others)?;
        }
        if !self.diagnosis.is_exhaustive() {
            wrap(out, "", self.pick(
                "Not everything was tried: the request is too large, or its body is not at hand.",
                "未能尝试全部情况：请求过大，或未提供请求体。",
            ))?;
        }
        let seen = self.diagnosis.hints().iter().enumerate();
        let seen: Vec<_> = seen.filter(|(index, _)| Some(*index) != first_hint).collect();
        if !seen.is_empty() {
            writeln!(out, "\n{}", self.pick("Also seen:", "此外还发现："))?;
            for (_, hint) in seen {
                self.write_finding(out, hint, "  ")?;
            }
        }
        Ok(())
    }

    /// Writes what to change and why, and returns which hint that was, if it was one.
    fn write_first_lines(&self, out: &mut String) -> Result<Option<usize>, fmt::Error> {
        let hints = self.diagnosis.hints();
        // A secret that was sent must be replaced, whatever else is wrong.
        let urgent = hints.iter().position(|hint| hint.id() == "secret-in-request");
        let refusal = urgent.or_else(|| hints.iter().position(Finding::is_refusal));
        let leading = match self.diagnosis.verdict() {
            Verdict::Explained => urgent,
            _ => refusal,
        };
        let hint = leading.and_then(|index| hints.get(index));
        if let Some(hint) = hint {
            self.write_change(out, hint)?;
        }
        let tried = [self.diagnosis.mistakes_tried(), self.diagnosis.pairs_tried()];
        let right = match hint {
            Some(_) => self.pick("The signature itself is right.", "签名本身是正确的。"),
            None => self.pick("Nothing to change: the signature is right.", "无需修改：签名正确。"),
        };
        match self.diagnosis.verdict() {
            Verdict::Explained | Verdict::Unsigned => {}
            Verdict::Right => wrap(out, "", right)?,
            Verdict::Unexplained => self.write_unexplained(out, tried)?,
        }
        Ok(leading)
    }

    fn write_unexplained(&self, out: &mut String, [mistakes, pairs]: [usize; 2]) -> fmt::Result {
        wrap(
            out,
            "",
            self.pick(
                "Check the secret access key first, then what changes the request on its way.",
                "先检查 Secret Access Key，再检查请求在途中是否被修改。",
            ),
        )?;
        if mistakes > 0 {
            let text = match self.language {
                Language::English => format!(
                    "None of {mistakes} known mistakes and {pairs} pairs of them makes this \
                     signature. Most likely it was made with another secret, or something that is \
                     not in the request changed it."
                ),
                Language::Chinese => format!(
                    "{mistakes} 种已知错误和 {pairs} 种两两组合都得不到这个签名。\
                     很可能使用了另一个密钥，或请求被请求之外的因素改变。"
                ),
            };
            wrap(out, "", &text)?;
        }
        Ok(())
    }

    fn write_change(&self, out: &mut String, finding: &Finding) -> fmt::Result {
        wrap(out, "", &finding.advice(self.language).to_string())?;
        self.write_cause(out, finding, "  ")
    }

    fn write_cause(&self, out: &mut String, finding: &Finding, indent: &str) -> fmt::Result {
        let colon = self.pick(": ", "：");
        wrap(out, indent, &format!("{}{colon}{}", finding.id(), finding.sentence(self.language)))
    }

    fn write_finding(&self, out: &mut String, finding: &Finding, indent: &str) -> fmt::Result {
        self.write_cause(out, finding, indent)?;
        wrap(out, &format!("{indent}  "), &finding.advice(self.language).to_string())
    }

    fn write_proof(&self, out: &mut String, proof: &Proof) -> fmt::Result {
        for finding in proof.findings() {
            self.write_change(out, finding)?;
        }
        let rows: Vec<_> = proof.comparison().collect();
        if rows.is_empty() {
            return Ok(());
        }
        let step = proof.first_difference().name(self.language);
        let left = format!("{step}{}", self.pick(", expected", "（应为）"));
        let right = self.pick("as it was signed", "实际签名时");
        writeln!(out, "\n      {} | {right}", padded(&left, COLUMN))?;
        let mut has_differed = false;
        for row in rows {
            let difference = row.difference().filter(|_| !has_differed);
            has_differed |= difference.is_some();
            self.write_row(out, row, difference)?;
        }
        Ok(())
    }

    fn write_row(
        &self,
        out: &mut String,
        row: &Row,
        difference: Option<&Difference>,
    ) -> fmt::Result {
        let mark = if difference.is_some() { '>' } else { ' ' };
        let at = |range: Option<usize>| range.unwrap_or(0);
        let expected_at = at(row.difference().map(|found| found.expected.start));
        let signed_at = at(row.difference().map(|found| found.signed.start));
        let (left, caret) = fitted(row.expected().unwrap_or_default(), expected_at);
        let (right, _) = fitted(row.signed().unwrap_or_default(), signed_at);
        let line = format!("{mark} {:>3} {} | {right}", row.number(), padded(&left, COLUMN));
        writeln!(out, "{}", line.trim_end())?;
        match difference {
            Some(difference) => {
                let pointer = " ".repeat(caret.saturating_add(6));
                let indent = if caret > COLUMN { "      " } else { &pointer };
                let note = self.note(difference);
                match width(indent).saturating_add(width(&note)) < WIDTH.saturating_sub(2) {
                    true => writeln!(out, "{indent}^ {note}"),
                    false => writeln!(out, "{indent}^\n      {note}"),
                }
            }
            None => Ok(()),
        }
    }

    /// Says which byte differs, without showing more of a value than a mark.
    fn note(&self, difference: &Difference) -> String {
        let offset = difference.offset;
        let place = match (difference.value_lengths, self.language) {
            (None, Language::English) => format!("byte {offset}"),
            (None, Language::Chinese) => format!("第 {offset} 字节"),
            (Some([expected, signed]), Language::English) => {
                format!("byte {offset}, in a value of {expected} bytes, signed with {signed}")
            }
            (Some([expected, signed]), Language::Chinese) => {
                format!("第 {offset} 字节，值长 {expected} 字节，签名时 {signed} 字节")
            }
        };
        if difference.value_lengths.is_some()
            && difference.expected_byte.is_none()
            && difference.signed_byte.is_none()
        {
            return place;
        }
        let [expected, signed] =
            [difference.expected_byte, difference.signed_byte].map(|byte| self.byte_name(byte));
        match self.language {
            Language::English => format!("{place}: expected {expected}, signed {signed}"),
            Language::Chinese => format!("{place}：应为{expected}，实为{signed}"),
        }
    }

    fn byte_name(&self, byte: Option<u8>) -> String {
        match byte {
            None => self.pick("nothing", "无").to_owned(),
            Some(b'\n') => self.pick("a line feed", "换行").to_owned(),
            Some(b'\r') => self.pick("a carriage return", "回车").to_owned(),
            Some(b'\t') => self.pick("a tab", "制表符").to_owned(),
            Some(b' ') => self.pick("a space", "空格").to_owned(),
            Some(byte) if byte.is_ascii_graphic() => match self.language {
                Language::English => format!("\"{}\"", char::from(byte)),
                Language::Chinese => format!("“{}”", char::from(byte)),
            },
            Some(byte) => format!("0x{byte:02x}"),
        }
    }

    fn write_others(&self, out: &mut String, others: &[Proof]) -> fmt::Result {
        if others.is_empty() {
            return Ok(());
        }
        writeln!(
            out,
            "\n{}",
            self.pick(
                "On this request these mistakes cannot be told from it:",
                "在这个请求上，以下错误与之无法区分：",
            )
        )?;
        for proof in others {
            for finding in proof.findings() {
                self.write_finding(out, finding, "  ")?;
            }
        }
        Ok(())
    }

    fn pick<'t>(&self, english: &'t str, chinese: &'t str) -> &'t str {
        match self.language {
            Language::English => english,
            Language::Chinese => chinese,
        }
    }
}

/// Returns how many columns a character takes: everything from the scripts of East Asia on takes
/// two.
fn columns(character: char) -> usize {
    if character >= '\u{1100}' || matches!(character, '…' | '“' | '”') { 2 } else { 1 }
}

fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

fn padded(text: &str, to: usize) -> String {
    format!("{text}{}", " ".repeat(to.saturating_sub(width(text))))
}

/// Cuts a line to the width of a column, so that the byte at `at` is in it. Returns the column of
/// that byte, too.
fn fitted(text: &str, at: usize) -> (String, usize) {
    let before = text.get(..at).unwrap_or(text);
    if width(text) <= COLUMN {
        return (text.to_owned(), width(before));
    }
    let skipped = width(before).saturating_sub(BEFORE);
    let is_cut = width(before) > COLUMN.saturating_sub(BEFORE);
    let (mut cut, mut rest) = (String::new(), text);
    if is_cut {
        cut.push('…');
        let mut passed = 0_usize;
        let start = text.char_indices().find(|(_, character)| {
            let is_there = passed >= skipped;
            passed = passed.saturating_add(columns(*character));
            is_there
        });
        rest = start.and_then(|(start, _)| text.get(start..)).unwrap_or_default();
    }
    let caret = if is_cut {
        let shown = width(text).saturating_sub(width(rest));
        width(before).saturating_sub(shown).saturating_add(2)
    } else {
        width(before)
    };
    for character in rest.chars() {
        let next = width(&cut).saturating_add(columns(character)).saturating_add(2);
        if next > COLUMN {
            cut.push('…');
            break;
        }
        cut.push(character);
    }
    (cut, caret)
}

/// Writes `text` behind `indent`, in lines of at most 100 columns.
fn wrap(out: &mut impl Write, indent: &str, text: &str) -> fmt::Result {
    let mut line = indent.to_owned();
    let mut used = width(indent);
    let behind = format!("{indent}  ");
    for word in words(text) {
        let length = width(word.trim_end());
        if used.saturating_add(length) > WIDTH && used > width(&behind) {
            writeln!(out, "{}", line.trim_end())?;
            line = behind.clone();
            used = width(&line);
        }
        line.push_str(word);
        used = used.saturating_add(width(word));
    }
    writeln!(out, "{}", line.trim_end())
}

/// Splits a text where a line may end: behind spaces, and behind characters of East Asia.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(|character| character == ' ' || columns(character) == 2)
}
