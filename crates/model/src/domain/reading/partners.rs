//! Which partners does a list name?
//!
//! Invariant: a partner that is not known is reported as unknown, never passed over; the United States is no partner.

use std::ops::Range;

use super::names::name_at;
use super::tokens::Token;
use crate::domain::country::Country;

/// The partners that a list names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Partners {
    /// Each country once, with the tokens of its first naming.
    pub named: Vec<(Country, Range<usize>)>,
    /// Where something stands that looks like a partner and is no country.
    pub unknown: Option<usize>,
}

impl Partners {
    /// Whether the list has names, and all of them are countries.
    #[must_use]
    pub fn are_known(&self) -> bool {
        !self.named.is_empty() && self.unknown.is_none()
    }
}

/// Words that lead to a name.
const LEADING: &[&str] =
    &["the", "of", "a", "an", "for", "its", "each", "both", "two", "three", "four", "between", "newly"];
/// Words of a ministry, a state or a people, which are no partner by themselves.
const INSTITUTION: &[&str] = &[
    "ministry",
    "ministries",
    "department",
    "departments",
    "defense",
    "defence",
    "national",
    "federal",
    "government",
    "governments",
    "armed",
    "forces",
    "force",
    "minister",
    "ministers",
    "materiel",
    "material",
    "administration",
    "agency",
    "civil",
    "protection",
    "sport",
    "sports",
    "people",
    "peoples",
    "council",
    "state",
    "states",
    "secretariat",
    "secretary",
    "office",
    "procurement",
    "acquisition",
    "security",
    "affairs",
    "interior",
    "aviation",
    "veterans",
    "directorate",
    "general",
    "army",
    "navy",
    "air",
    "republic",
    "kingdom",
    "of",
    "the",
    "respectively",
    "s",
    "logistics",
    "command",
    "program",
    "technology",
    "industry",
    "defenses",
    "authority",
    "organization",
    "organisation",
];
/// The words that may stand between two partners.
const BETWEEN: &[&str] = &["and", "with", "or", "plus", "as", "well"];

/// One partner of a list, as far as it was read.
#[derive(Debug, Default)]
struct Item {
    named: bool,
    unknown: Option<usize>,
    /// After a dash, where something else than a partner may begin.
    soft: bool,
}

/// The partners of the list that begins at a token.
#[must_use]
pub fn partners(tokens: &[Token], from: usize) -> Partners {
    let mut found = Partners::default();
    let mut item = Item::default();
    let mut at = from;
    while let Some(token) = tokens.get(at) {
        at = match read(tokens, at, token, &mut item, &mut found) {
            Some(next) => next,
            None => break,
        };
    }
    close(&mut item, &mut found, false);
    found
}

/// Reads what stands at a place, and returns the next place; `None` at the end of the list.
fn read(tokens: &[Token], at: usize, token: &Token, item: &mut Item, found: &mut Partners) -> Option<usize> {
    if token.mark {
        return match token.text.as_str() {
            "(" => Some(after_parenthesis(tokens, at)),
            "," | "/" | "-" => {
                close(item, found, token.is("-"));
                Some(at + 1)
            }
            _ => None,
        };
    }
    if let Some((country, end)) = name_at(tokens, at) {
        let known = found.named.iter().any(|(named, _)| *named == country);
        if country.code() != "US" && !known {
            found.named.push((country, at..end));
        }
        item.named = true;
        return Some(end);
    }
    if token.any(BETWEEN) {
        close(item, found, false);
        return Some(at + 1);
    }
    if token.any(INSTITUTION) || (!item.named && token.any(LEADING)) {
        return Some(at + 1);
    }
    if item.named || item.soft || !token.capital {
        return None;
    }
    item.unknown.get_or_insert(at);
    Some(at + 1)
}

/// Ends a partner: one without a country that had a name of its own is unknown.
fn close(item: &mut Item, found: &mut Partners, soft: bool) {
    if !item.named && found.unknown.is_none() {
        found.unknown = item.unknown;
    }
    *item = Item { soft, ..Item::default() };
}

/// The place after what stands in parentheses.
fn after_parenthesis(tokens: &[Token], open: usize) -> usize {
    let close = tokens.iter().skip(open).position(|token| token.is(")"));
    close.map_or(tokens.len(), |length| open + length + 1)
}
