//! Which country does a text name here?
//!
//! Invariant: the longest name that fits is the one: `Democratic People's Republic of Korea` is never Korea, and `Northern
//! Ireland` never Ireland. Every country of ISO 3166-1 has a name.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::tokens::{Token, tokens};
use crate::domain::country::Country;

/// Each country with the names by which documents call it: short, official and, for its ministries, as an adjective.
const NAMES: &str = include_str!("names.txt");

/// A name as its words and commas.
type Name = (Vec<String>, Country);

/// The names by their first word, the longest first.
static BY_FIRST: LazyLock<BTreeMap<String, Vec<Name>>> = LazyLock::new(|| {
    let mut names: BTreeMap<String, Vec<Name>> = BTreeMap::new();
    for line in NAMES.lines() {
        let Some((code, spellings)) = line.split_once(' ') else { continue };
        let Ok(country) = Country::from_code(code) else { continue };
        for spelling in spellings.split(';') {
            let words: Vec<String> = tokens(spelling)
                .into_iter()
                .filter(|token| !token.mark || token.is(","))
                .map(|token| token.text)
                .collect();
            if let Some(first) = words.first() {
                names.entry(first.clone()).or_default().push((words, country));
            }
        }
    }
    for same in names.values_mut() {
        same.sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then(a.cmp(b)));
    }
    names
});

/// The country that is named just here, with the place after its name.
#[must_use]
pub fn name_at(tokens: &[Token], at: usize) -> Option<(Country, usize)> {
    let first = tokens.get(at).filter(|token| !token.mark)?;
    let candidates = BY_FIRST.get(&first.text)?;
    candidates.iter().find_map(|(words, country)| fits(tokens, at, words).map(|end| (*country, end)))
}

/// The country that a whole text is the name of, whatever stands around it in punctuation.
#[must_use]
pub fn whole_name(text: &str) -> Option<Country> {
    let words: Vec<Token> = tokens(text).into_iter().filter(|token| !token.mark || token.is(",")).collect();
    let begin = words.iter().position(|token| !token.any(&["the", ","]))?;
    let (country, end) = name_at(&words, begin)?;
    words.get(end..)?.iter().all(|token| token.any(&["or", "and", ","])).then_some(country)
}

/// Every country that is named in a stretch of tokens, in order, each time.
#[must_use]
pub fn named(tokens: &[Token]) -> Vec<Country> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match name_at(tokens, at) {
            Some((country, end)) => {
                found.push(country);
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// The end of a name that begins here. Dashes and full stops within it are passed over: `Guinea-Bissau`, `St. Lucia`.
fn fits(tokens: &[Token], begin: usize, words: &[String]) -> Option<usize> {
    let mut at = begin;
    for (index, word) in words.iter().enumerate() {
        while index > 0 && tokens.get(at)?.any(&["-", "."]) {
            at += 1;
        }
        if tokens.get(at)?.text != *word {
            return None;
        }
        at += 1;
    }
    Some(at)
}
