//! Which signatures does a text name, and which of them belong to the document itself?
//!
//! Invariant: a day of another partner is never taken for a day of this one; two different days give none.

use chrono::NaiveDate;

use super::days::days;
use super::names::named;
use super::published::{Marked, Published, Words};
use super::tokens::{Token, find, sentences};
use super::{Doubt, Mention};
use crate::domain::country::Country;

/// The signature and the determination that a rule's text names.
#[derive(Debug, Default)]
pub struct Signed {
    /// The day of the signature.
    pub agreement: Option<(NaiveDate, Marked)>,
    /// The day of the determination.
    pub determination: Option<(NaiveDate, Marked)>,
    /// Whether the text gives several days for the signature.
    pub doubt: Option<Doubt>,
}

/// Who signs for the United States.
const SIGNERS: &[&[&str]] = &[&["secretary", "of", "defense|defence"], &["secretary"], &["ambassador"]];
/// Beginnings of the words for what is signed.
const AGREEMENTS: &[&str] = &["agreement", "memo", "mou", "rdp", "arrangement", "reciproc"];

/// What the text of a rule about one partner says of its signature.
#[must_use]
pub fn signed(text: &Words, partner: Country, published_on: NaiveDate) -> Signed {
    let mut found = Signed::default();
    let mut about: Vec<Country> = Vec::new();
    let mut agreements: Vec<(NaiveDate, Marked)> = Vec::new();
    for sentence in sentences(&text.tokens) {
        let words = text.tokens.get(sentence.clone()).unwrap_or_default();
        let countries: Vec<Country> = named(words).into_iter().filter(|country| country.code() != "US").collect();
        if !countries.is_empty() {
            about = countries;
        }
        let ours = about.contains(&partner);
        let Some(deed) = deed(words).filter(|_| ours) else { continue };
        let own_day = days(words).into_iter().map(|(day, _)| day).find(|day| *day <= published_on);
        let last = agreements.last().map(|(day, _)| *day);
        let day = own_day.or(if same_day(words) { last } else { None });
        let Some((day, mark)) = day.zip(text.marked(&sentence)) else { continue };
        if deed.agreement {
            agreements.push((day, mark.clone()));
        }
        if deed.determination && found.determination.is_none() {
            found.determination = Some((day, mark));
        }
    }
    let first = agreements.first().cloned();
    match first {
        Some((day, _)) if agreements.iter().any(|(other, _)| *other != day) => {
            found.doubt = Some(Doubt::SigningDaysDiffer);
        }
        first => found.agreement = first,
    }
    found
}

/// What a sentence says was signed.
struct Deed {
    agreement: bool,
    determination: bool,
}

/// What an official of the United States signed, by a sentence.
fn deed(words: &[Token]) -> Option<Deed> {
    let verb = find(words, &["signed"], 0)?;
    let before = words.get(..verb.start)?;
    SIGNERS.iter().find(|signer| find(before, signer, 0).is_some())?;
    let object = words.get(verb.end..)?;
    let agreement_at = object.iter().position(|token| AGREEMENTS.iter().any(|begins| token.text.starts_with(begins)));
    let determination_at = object.iter().position(|token| token.text.starts_with("determination"));
    // "A determination that ... under the agreement" signs no agreement: what is signed stands first.
    let agreement = agreement_at.is_some_and(|at| determination_at.is_none_or(|determination| at < determination));
    (agreement || determination_at.is_some()).then_some(Deed { agreement, determination: determination_at.is_some() })
}

fn same_day(words: &[Token]) -> bool {
    find(words, &["that|same", "day|date|same"], 0).is_some()
}

/// Signatures that the abstract names in passing: shown, and never proposed by themselves.
#[must_use]
pub fn mentions(document: &Published, partners: &[Country]) -> Vec<Mention> {
    let [partner] = partners else { return Vec::new() };
    let words = &document.summary;
    let mut found = Vec::new();
    for sentence in sentences(&words.tokens) {
        let Some(tokens) = words.tokens.get(..sentence.end) else { continue };
        let mut from = sentence.start;
        while let Some(verb) = find(tokens, &["signed"], from) {
            from = verb.end;
            let near = tokens.get(verb.end..(verb.end + 8).min(tokens.len())).unwrap_or_default();
            let Some((on, place)) = days(near).into_iter().next() else { continue };
            let mark = words.marked(&(verb.start..verb.end + place.end));
            found.extend(mark.map(|mark| Mention { partner: *partner, on, mark }));
        }
    }
    found
}
