//! What does a rule that lists a partner propose?
//!
//! Invariant: a signing day is drawn from a text only when the rule is about one partner, and only from a sentence about it.

use chrono::NaiveDate;

use super::days::days;
use super::partners::Partners;
use super::passing::{Signed, signed};
use super::published::{Field, Marked, Published, Words};
use super::signals::{Signals, also_removes};
use super::tokens::{find, sentences};
use super::{Doubt, Proposal, Reading, Unclear};
use crate::domain::country::Country;
use crate::domain::milestone::{Detail, Signing};
use crate::domain::time::UncertainDate;
use crate::domain::words::Listing;

/// The reading of a rule with a signal.
#[must_use]
pub fn read(
    document: &Published,
    title: &Words,
    text: Option<&str>,
    signals: &Signals,
    published_on: NaiveDate,
) -> Reading {
    if find(&document.action.tokens, &["proposed"], 0).is_some() {
        return Reading::Unclear(Unclear::Proposed);
    }
    if !signals.lists() {
        return Reading::Unclear(Unclear::Type);
    }
    if also_removes(document) {
        return Reading::Unclear(Unclear::Removal);
    }
    let Some((listed, differ)) = whom(document, title, signals) else { return Reading::Unclear(Unclear::NoCountry) };
    let effective = effective(document, published_on);
    let doubts: Vec<Doubt> = effective.doubts.iter().cloned().chain(differ).collect();
    let listing = signals.listing.unwrap_or(Listing::Blanket);
    let mut proposals: Vec<Proposal> = listed
        .iter()
        .map(|(country, mark)| Proposal {
            partner: *country,
            occurred: effective.day,
            detail: Detail::Listed { listing },
            span: [Some(mark.clone()), effective.mark.clone()].into_iter().flatten().collect(),
            doubts: doubts.clone(),
        })
        .collect();
    if let ([(country, mark)], Some(text)) = (listed.as_slice(), text) {
        let words = Words::of(Field::Text, text);
        proposals.extend(signature(&words, *country, mark, published_on));
    }
    Reading::Proposals(proposals)
}

/// Who is listed, each with the words that name them, and a doubt about it.
type Listed = (Vec<(Country, Marked)>, Option<Doubt>);

/// The partners that are listed, by the title and by the abstract; a doubt when these differ. `None` when one is not
/// understood.
fn whom(document: &Published, title: &Words, signals: &Signals) -> Option<Listed> {
    let told = |list: &Option<Partners>, words: &Words| -> Vec<(Country, Marked)> {
        let named = list.iter().flat_map(|list| &list.named);
        named.filter_map(|(country, place)| Some((*country, words.marked(place)?))).collect()
    };
    let unknown =
        |list: &Option<Partners>| list.as_ref().is_some_and(|list| !list.named.is_empty() && list.unknown.is_some());
    if unknown(&signals.title_lists) || unknown(&signals.abstract_lists) {
        return None;
    }
    let (mut all, summary) = (told(&signals.title_lists, title), told(&signals.abstract_lists, &document.summary));
    let countries = |list: &[(Country, Marked)]| {
        let mut countries: Vec<Country> = list.iter().map(|(country, _)| *country).collect();
        countries.sort_unstable();
        countries
    };
    let differ = !all.is_empty() && !summary.is_empty() && countries(&all) != countries(&summary);
    for (country, mark) in summary {
        if !all.iter().any(|(known, _)| *known == country) {
            all.push((country, mark));
        }
    }
    (!all.is_empty()).then_some((all, differ.then_some(Doubt::CountriesDiffer)))
}

/// The day from which a rule holds, with what it was read from.
struct Effective {
    day: NaiveDate,
    mark: Option<Marked>,
    doubts: Vec<Doubt>,
}

/// `effective_on`, else what the dates say to be effective, else the day of publication.
fn effective(document: &Published, published_on: NaiveDate) -> Effective {
    let dates = &document.dates;
    let told = sentences(&dates.tokens).into_iter().find_map(|sentence| {
        let words = dates.tokens.get(..sentence.end)?;
        let begin = find(words, &["effect*"], sentence.start)?.start;
        let (day, place) = days(words.get(begin..)?).into_iter().next()?;
        Some((day, dates.marked(&(begin + place.start..begin + place.end))))
    });
    match (document.effective_on, told) {
        (Some(day), Some((told, mark))) if told != day => {
            Effective { day, mark, doubts: vec![Doubt::EffectiveDaysDiffer([day, told])] }
        }
        (Some(day), told) => Effective { day, mark: told.and_then(|(_, mark)| mark), doubts: Vec::new() },
        (None, Some((day, mark))) => Effective { day, mark, doubts: Vec::new() },
        (None, None) => Effective { day: published_on, mark: None, doubts: vec![Doubt::EffectiveDayAssumed] },
    }
}

/// The signature and the determination that the text of a rule about one partner names.
fn signature(text: &Words, partner: Country, country: &Marked, published_on: NaiveDate) -> Vec<Proposal> {
    let Signed { agreement, determination, doubt } = signed(text, partner, published_on);
    let signing = |on| Detail::Signed {
        signings: vec![Signing { on: UncertainDate::day(on), place: None, signatories: Vec::new() }],
    };
    let made = |_| Detail::DeterminationMade { scope: Some(Listing::Blanket) };
    let proposal = |(on, mark): (NaiveDate, Marked), detail: Detail| Proposal {
        partner,
        occurred: on,
        detail,
        span: vec![country.clone(), mark],
        doubts: doubt.clone().into_iter().collect(),
    };
    let signed = agreement.map(|told| {
        let on = told.0;
        proposal(told, signing(on))
    });
    let determined = determination.map(|told| {
        let on = told.0;
        proposal(told, made(on))
    });
    signed.into_iter().chain(determined).collect()
}
