//! What does a notice about a reciprocal agreement propose?
//!
//! Invariant: one notice for each partner; a partner that is not understood makes the whole notice unclear.

use chrono::NaiveDate;

use super::days::different_days;
use super::partners::{Partners, partners};
use super::published::{Marked, Published, Words};
use super::signals::{PHRASE, Signals};
use super::tokens::{Token, find, sentences};
use super::{Doubt, Proposal, Reading, Unclear};
use crate::domain::milestone::Detail;
use crate::domain::words::NoticePurpose;

/// Words by which a notice speaks of talks to come.
const TALKS: &[&str] = &[
    "contemplating",
    "contemplates",
    "negotiating",
    "negotiate",
    "negotiation",
    "negotiations",
    "considering",
    "considers",
    "concluding",
    "conclude",
    "renewing",
    "renewal",
    "renew",
    "intends",
    "commencing",
    "possibility",
    "proposes",
    "seeks",
];
/// Titles that say that an agreement ends.
const ENDS: &[&[&str]] = &[&["terminat*"], &["expir*"], &["suspen*"], &["denunciation"]];
/// Phrases that speak of an agreement that follows another one.
const RENEWALS: &[&[&str]] = &[
    &["renew*"],
    &["follow", "on"],
    &["followon"],
    &["updated|updating|update"],
    &["replacement|replacing|replaces"],
    &["successor"],
    &["supersed*"],
    &["extension|extend|extending", "of|the"],
];

/// The reading of a notice with a signal.
#[must_use]
pub fn read(document: &Published, title: &Words, signals: &Signals, published_on: NaiveDate) -> Reading {
    if signals.phrase_in_title.is_none() && signals.phrase_in_abstract.is_none() {
        return Reading::Unclear(Unclear::Type);
    }
    if signals.phrase_in_title.is_none() {
        if let Some(elsewhere) = super::other_instrument(document) {
            return Reading::Irrelevant(elsewhere);
        }
        if !document.summary.tokens.iter().any(|token| token.any(TALKS)) {
            return Reading::Unclear(Unclear::InPassing);
        }
    }
    if ENDS.iter().any(|phrase| find(&title.tokens, phrase, 0).is_some()) {
        return Reading::Unclear(Unclear::Removal);
    }
    let (words, list) = whom(document, title);
    if !list.are_known() {
        return Reading::Unclear(Unclear::NoCountry);
    }
    let closing = closing(document, published_on);
    let phrase = words.marked(&find(&words.tokens, PHRASE, 0).unwrap_or_default());
    let purpose = purpose(document, title);
    let proposal = |(country, place): &(_, _)| Proposal {
        partner: *country,
        occurred: published_on,
        detail: Detail::NoticePublished {
            purpose,
            document_number: document.number.clone(),
            citation: document.citation.clone(),
            comments_close_on: closing.day,
        },
        span: [words.marked(place), phrase.clone(), closing.mark.clone()]
            .into_iter()
            .flatten()
            .collect::<Vec<Marked>>(),
        doubts: closing.doubts.clone(),
    };
    Reading::Proposals(list.named.iter().map(proposal).collect())
}

/// Who is named after "With" in the title, else after "with" in the abstract; and in which of them.
fn whom<'a>(document: &'a Published, title: &'a Words) -> (&'a Words, Partners) {
    let of_title = after_with(&title.tokens, 0);
    if of_title.are_known() || !of_title.named.is_empty() {
        return (title, of_title);
    }
    let summary = &document.summary;
    let talks = |sentence: &&std::ops::Range<usize>| {
        summary.tokens.get((*sentence).clone()).unwrap_or_default().iter().any(|token| token.any(TALKS))
    };
    let all = sentences(&summary.tokens);
    let of_sentence = |sentence: &std::ops::Range<usize>| {
        let words = summary.tokens.get(..sentence.end)?;
        let phrase = find(words, PHRASE, sentence.start)?;
        Some(after_with(words, phrase.end)).filter(|list| !list.named.is_empty() || list.unknown.is_some())
    };
    let found = all.iter().filter(talks).find_map(of_sentence).or_else(|| all.iter().find_map(of_sentence));
    match found {
        Some(list) if !list.named.is_empty() => (summary, list),
        _ => (title, of_title),
    }
}

/// The list after the first "with" that names anybody; after "between" where no "with" does.
#[must_use]
pub fn after_with(tokens: &[Token], from: usize) -> Partners {
    let mut unknown = Partners::default();
    for word in ["with", "between"] {
        let mut at = from;
        while let Some(place) = find(tokens, &[word], at) {
            let list = partners(tokens, place.end);
            if !list.named.is_empty() {
                return list;
            }
            unknown.unknown = unknown.unknown.or(list.unknown);
            at = place.end;
        }
    }
    unknown
}

fn purpose(document: &Published, title: &Words) -> NoticePurpose {
    let says = |words: &Words, phrase: &[&str]| find(&words.tokens, phrase, 0).is_some();
    if says(title, &["feasibility"]) {
        return NoticePurpose::Feasibility;
    }
    let renews = RENEWALS.iter().any(|phrase| says(title, phrase) || says(&document.summary, phrase));
    if renews { NoticePurpose::Renewal } else { NoticePurpose::Negotiation }
}

/// The last day for comments, with what it was read from.
#[derive(Debug, Default)]
struct Closing {
    day: Option<NaiveDate>,
    mark: Option<Marked>,
    doubts: Vec<Doubt>,
}

/// The API's closing day, else the only day of the dates when they speak of comments.
fn closing(document: &Published, published_on: NaiveDate) -> Closing {
    let dates = &document.dates;
    let told = told_closing(&dates.tokens);
    let mark = told.and_then(|_| dates.marked(&(0..dates.tokens.len())));
    let later = |day: &NaiveDate| *day >= published_on;
    let (api, told) = (document.comments_close_on, told);
    let mut doubts = Vec::new();
    match (api, told) {
        (Some(api), Some(told)) if api != told => doubts.push(Doubt::ClosingDaysDiffer([api, told])),
        _ => {}
    }
    let day = api.filter(later).or(told.filter(later));
    if day.is_none()
        && let Some(early) = api.or(told)
    {
        doubts.push(Doubt::ClosesBeforePublication(early));
    }
    Closing { mark: mark.filter(|_| day.is_some() && day == told), day, doubts }
}

fn told_closing(dates: &[Token]) -> Option<NaiveDate> {
    const SPEAKS: &[&str] = &["comment", "submi", "respon", "feedback", "receiv", "input"];
    let speaks =
        |tokens: &[Token]| tokens.iter().any(|token| SPEAKS.iter().any(|begins| token.text.starts_with(begins)));
    let only = |days: Vec<NaiveDate>| match days.as_slice() {
        [day] => Some(*day),
        _ => None,
    };
    if !speaks(dates) {
        return None;
    }
    only(different_days(dates)).or_else(|| {
        let speaking =
            sentences(dates).into_iter().filter_map(|sentence| dates.get(sentence)).filter(|words| speaks(words));
        let mut days: Vec<NaiveDate> = speaking.flat_map(different_days).collect();
        days.sort_unstable();
        days.dedup();
        only(days)
    })
}
