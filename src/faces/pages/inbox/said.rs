//! How is a document told, with what it proposes and how the record meets that?
//!
//! Invariant: a word has one meaning, which stands beside it where it is declared and is in the schema too; only what one document
//! adds, such as its days, is said here.

use crate::answers::view::SweepFailure;
use crate::answers::{DismissalReason, Item};
use crate::domain::meeting::Meeting;
use crate::domain::reading::{Doubt, ECFR, Reading, Type, Unclear};
use crate::domain::words::Word;
use crate::faces::pages::dates;

/// The title of a document; its number where it has none.
pub fn title(item: &Item) -> String {
    item.published.title.as_ref().map_or_else(|| item.key.number.clone(), |title| title.raw.clone())
}

/// What kind of document it is, and how it is cited.
pub fn about(item: &Item) -> String {
    let kind = match item.published.kind {
        Type::Notice => "Notice",
        Type::Rule => "Rule",
        Type::ProposedRule => "Proposed rule",
        Type::Correction => "Correction",
        Type::Other => "Document",
    };
    format!("{kind}, {}", item.published.citation.as_deref().unwrap_or(&item.key.number))
}

/// Why a document is dismissed, as a sentence without its end.
pub fn because(reason: DismissalReason) -> &'static str {
    reason.about().trim_end_matches('.')
}

/// What a document proposes, in a few words.
pub fn proposes(item: &Item) -> String {
    match &item.reading {
        Reading::Proposals(_) => {
            let mut names: Vec<&str> = item.proposals.iter().map(|met| met.agreement.country.name()).collect();
            names.dedup();
            let (many, count) = (item.proposals.len(), dates::count(item.proposals.len()));
            format!(
                "{} {} for {}",
                count.to_lowercase(),
                if many == 1 { "milestone" } else { "milestones" },
                names.join(", ")
            )
        }
        Reading::Unclear(why) => unclear(why).trim_end_matches('.').to_owned(),
        Reading::Irrelevant(_) => "nothing".to_owned(),
    }
}

/// Why a person has to look.
fn unclear(why: &Unclear) -> String {
    let number = match why {
        Unclear::AboutAnother { of: Some(of) } => Some(format!("Its number is {of}.")),
        _ => None,
    };
    told(why.kind(), number)
}

/// What may be wrong with a claim.
pub fn doubt(doubt: &Doubt) -> String {
    let days = match doubt {
        Doubt::EffectiveDaysDiffer([one, other]) | Doubt::ClosingDaysDiffer([one, other]) => {
            Some(format!("The days are {} and {}.", dates::day(*one), dates::day(*other)))
        }
        Doubt::ClosesBeforePublication(day) => Some(format!("The day is {}.", dates::day(*day))),
        Doubt::EffectiveDayAssumed | Doubt::CountriesDiffer | Doubt::SigningDaysDiffer => None,
    };
    told(doubt.kind(), days)
}

/// What the record has of a claim.
pub fn meeting(meeting: &Meeting) -> String {
    let day = match meeting {
        Meeting::Refines { told, .. } | Meeting::Contradicts { told, .. } => {
            Some(format!("The record has it on this date: {}.", dates::said(*told)))
        }
        Meeting::Waits { until } => Some(format!("The day is {}.", dates::day(*until))),
        Meeting::Known(_) | Meeting::AddsSource(_) | Meeting::Corrects(_) | Meeting::New { .. } => None,
    };
    told(meeting.kind(), day)
}

/// What a word means, as every face has it, with what this one document adds.
fn told(word: impl Word, more: Option<String>) -> String {
    [word.about()].into_iter().map(str::to_owned).chain(more).collect::<Vec<_>>().join(" ")
}

/// That a source gave no whole answer, and what to do.
pub fn failed(source: &str, failure: &SweepFailure) -> String {
    let source = if source == ECFR { "eCFR" } else { "Federal Register" };
    let why = failure.message.as_deref().unwrap_or(&failure.outcome);
    format!("The {source} gave no whole answer on {}: {why}.", dates::day(failure.at.0.date_naive()))
}
