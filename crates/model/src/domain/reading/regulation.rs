//! Whom does a text of 48 CFR 225.872-1 list, and in which of its two paragraphs?
//!
//! Invariant: names are read element by element and never joined; a text that is not understood whole lists nobody and takes
//! nobody off.

use super::entities::{is_inline, letters, tag_name};
use super::names::whole_name;
use super::tokens::{find, tokens};
use crate::domain::country::Country;

/// The countries that a text of the regulation lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Paragraph (a): one blanket exception; in the order of the codes.
    pub blanket: Vec<Country>,
    /// Paragraph (b): each purchase needs its own determination; in the order of the codes.
    pub case_by_case: Vec<Country>,
}

/// Why a text of the section is not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RegulationError {
    /// The paragraphs are not there.
    #[error("paragraphs (a) and (b) of the list were not found")]
    Paragraphs,
    /// Something stands where a name should, and is no name.
    #[error("a name in the list is not that of a known country")]
    Unknown,
    /// A country stands in both paragraphs, or twice in one.
    #[error("a country is listed twice")]
    Twice,
    /// The number of names is not that of a whole list.
    #[error("the list has too few or too many names to be whole")]
    Count,
}

/// The fewest and the most names of a list that is whole: it had 20 in 2010 and has 28 in 2025.
const WHOLE: std::ops::RangeInclusive<usize> = 20..=60;
/// More words than the name of any country has.
const LONGEST_NAME: usize = 12;

/// Whom a text of the section lists: DITA, HTML or the XML of the eCFR.
///
/// # Errors
/// [`RegulationError`], when any of it is not understood.
pub fn read_regulation(text: &str) -> Result<Listed, RegulationError> {
    let blocks = blocks(text);
    let a = blocks
        .iter()
        .position(|block| block.opens("a") && block.speaks_of_the_list())
        .ok_or(RegulationError::Paragraphs)?;
    let after = |from: usize, letter: &str| {
        blocks.iter().enumerate().skip(from + 1).find(|(_, block)| block.opens(letter)).map(|(at, _)| at)
    };
    let b = after(a, "b").ok_or(RegulationError::Paragraphs)?;
    let c = after(b, "c").unwrap_or(blocks.len());
    let blanket = names(blocks.get(a + 1..b).unwrap_or_default())?;
    let case_by_case = names(blocks.get(b + 1..c).unwrap_or_default())?;
    let mut all: Vec<Country> = blanket.iter().chain(&case_by_case).copied().collect();
    all.sort_unstable();
    let count = all.len();
    all.dedup();
    if all.len() < count {
        return Err(RegulationError::Twice);
    }
    if case_by_case.is_empty() || !WHOLE.contains(&count) {
        return Err(RegulationError::Count);
    }
    Ok(Listed { blanket, case_by_case })
}

/// The countries of a paragraph's blocks. A sentence is no name; anything short is one, or the text is not understood.
fn names(blocks: &[Block]) -> Result<Vec<Country>, RegulationError> {
    let mut found = Vec::new();
    for block in blocks {
        let whole = block.text();
        let words = tokens(&whole).iter().filter(|token| !token.mark).count();
        if words == 0 {
            continue;
        }
        if let Some(country) = whole_name(&whole) {
            found.push(country);
            continue;
        }
        let each: Vec<Option<Country>> =
            block.runs.iter().filter(|run| !is_empty(run)).map(|run| whole_name(run)).collect();
        if each.iter().all(Option::is_some) {
            found.extend(each.into_iter().flatten());
        } else if words <= LONGEST_NAME {
            return Err(RegulationError::Unknown);
        }
    }
    found.sort_unstable();
    Ok(found)
}

fn is_empty(run: &str) -> bool {
    tokens(run).iter().all(|token| token.mark)
}

/// A line of text: what stands between two elements that part lines, as the runs between its inline elements.
#[derive(Debug, Default)]
struct Block {
    runs: Vec<String>,
}

impl Block {
    fn text(&self) -> String {
        self.runs.concat()
    }

    /// Whether it begins with a paragraph's letter in parentheses.
    fn opens(&self, letter: &str) -> bool {
        let tokens = tokens(&self.text());
        let is = |at: usize, text: &str| tokens.get(at).is_some_and(|token| token.is(text));
        is(0, "(") && is(1, letter) && is(2, ")")
    }

    fn speaks_of_the_list(&self) -> bool {
        find(&tokens(&self.text()), &["qualifying", "countr*"], 0).is_some()
    }
}

/// The lines of a text with markup, in order; what is in its head, in scripts and in comments left out.
fn blocks(text: &str) -> Vec<Block> {
    const UNSEEN: &[&str] = &["script", "style", "head", "nav"];
    let mut found = vec![Block::default()];
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        push(&mut found, rest.get(..open).unwrap_or_default());
        let tagged = rest.get(open..).unwrap_or_default();
        let close = if tagged.starts_with("<!--") { tagged.find("-->").map(|at| at + 2) } else { tagged.find('>') };
        let Some(close) = close else { return found };
        let body = tagged.get(1..close).unwrap_or_default();
        let name = tag_name(body);
        rest = tagged.get(close + 1..).unwrap_or_default();
        if UNSEEN.contains(&name.as_str()) && !body.starts_with('/') && !body.ends_with('/') {
            let lower = rest.to_ascii_lowercase();
            let Some(end) = lower.find(&format!("</{name}")) else { return found };
            rest = rest.get(end..).unwrap_or_default();
        } else if is_inline(&name) {
            if let Some(last) = found.last_mut() {
                last.runs.push(String::new());
            }
        } else {
            found.push(Block::default());
        }
    }
    push(&mut found, rest);
    found
}

/// Adds text to the last run, its entities read.
fn push(blocks: &mut [Block], text: &str) {
    let shown: String = letters(text).into_iter().map(|letter| letter.char).collect();
    if let Some(last) = blocks.last_mut() {
        match last.runs.last_mut() {
            Some(run) => run.push_str(&shown),
            None => last.runs.push(shown),
        }
    }
}
