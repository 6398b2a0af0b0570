//! How is a document told, with what it proposes and how the record meets that?
//!
//! Invariant: plain words for each word that a reading is kept by.

use crate::answers::{DismissalReason, Item};
use crate::domain::meeting::Meeting;
use crate::domain::reading::{Doubt, Reading, Type, Unclear};
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
        Reading::Unclear(why) => unclear(why),
        Reading::Irrelevant(_) => "nothing".to_owned(),
    }
}

/// Why a person has to look.
pub fn unclear(why: &Unclear) -> String {
    match why {
        Unclear::AboutAnother { of: Some(of) } => format!("it corrects, extends or withdraws document {of}"),
        Unclear::AboutAnother { of: None } => "it corrects, extends or withdraws another document".to_owned(),
        Unclear::Removal => "it may take a country off the list, or end an agreement".to_owned(),
        Unclear::NoCountry => "it names no country that could be read".to_owned(),
        Unclear::Proposed => "it only proposes a rule, which lists nobody".to_owned(),
        Unclear::Type => "it speaks of an agreement, and documents of its type say nothing of the kind".to_owned(),
        Unclear::InPassing => "it speaks of an agreement in passing".to_owned(),
        Unclear::Shape => "it does not have the shape of a document".to_owned(),
    }
}

/// What may be wrong with a claim.
pub fn doubt(doubt: &Doubt) -> String {
    let two = |days: &[chrono::NaiveDate; 2]| format!("{} and {}", dates::day(days[0]), dates::day(days[1]));
    match doubt {
        Doubt::EffectiveDayAssumed => {
            "The document gives no day from which it holds; the day of publication was taken.".to_owned()
        }
        Doubt::EffectiveDaysDiffer(days) => {
            format!("The document gives two days from which it holds: {}. The first was taken.", two(days))
        }
        Doubt::ClosingDaysDiffer(days) => {
            format!("The document gives two closing days: {}. The first was taken.", two(days))
        }
        Doubt::ClosesBeforePublication(day) => {
            format!(
                "The closing day in the document, {}, lies before the publication, and was left out.",
                dates::day(*day)
            )
        }
        Doubt::CountriesDiffer => "Title and abstract list different countries; all of them were taken.".to_owned(),
        Doubt::SigningDaysDiffer => {
            "The document gives several days for the signature, so that none was taken.".to_owned()
        }
    }
}

/// What the record has of a claim.
pub fn meeting(meeting: &Meeting) -> String {
    match meeting {
        Meeting::Known(_) => "The record has it from this document.".to_owned(),
        Meeting::Refines { told, .. } => {
            format!("The record has it {}; the document gives the day.", dates::said(*told))
        }
        Meeting::AddsSource(_) => "The record has it from other sources, and this one is added.".to_owned(),
        Meeting::Contradicts { told, .. } => {
            format!("The record has one like it on another day, {}; look which is right.", dates::said(*told))
        }
        Meeting::Corrects(_) => "It corrects what the record has from another document.".to_owned(),
        Meeting::Waits { until } => format!("Its day lies ahead: it can be accepted from {} on.", dates::day(*until)),
        Meeting::New { opens: true } => "The record does not have it, and is opened with it.".to_owned(),
        Meeting::New { opens: false } => "The record does not have it.".to_owned(),
    }
}
