//! What stands in the form before anybody has typed?
//!
//! Invariant: a correction begins with the whole content of the milestone and of each source, so that sending the form untouched
//! would say the same again.

use super::form::fill;
use crate::domain::agreement::{Agreement, EntryState, own_telling};
use crate::domain::command::Intent;
use crate::domain::ids::{AgreementId, MilestoneId};
use crate::domain::milestone::Milestone;
use crate::domain::source::Source;
use crate::domain::time::{UncertainDate, instant_text};
use crate::domain::words::Word;
use crate::faces::pages::sent::Fields;

/// A form about an agreement, or about none yet.
pub fn new(agreement: Option<&AgreementId>) -> Fields {
    let mut fields = Fields::default();
    fields.set("precision", "day");
    fields.set("instrument", "rdp");
    if let Some(agreement) = agreement {
        fields.set("instrument", agreement.instrument.as_str());
        fields.set("country", agreement.country.name());
    }
    fields
}

/// A form that corrects a milestone; `None` when the record has no such milestone, or it was retracted.
pub fn correcting(agreement: &AgreementId, record: &Agreement, milestone: MilestoneId) -> Option<Fields> {
    let entry = record.milestones.get(&milestone).filter(|entry| entry.state != EntryState::Retracted)?;
    let mut fields = new(Some(agreement));
    fields.set("corrects", &milestone.0.to_string());
    content(&entry.milestone, &mut fields);
    for (number, (_, source)) in entry.sources.iter().enumerate() {
        told(&entry.milestone, source, number, &mut fields);
    }
    Some(fields)
}

/// A form that says what a document in the inbox claims; `None` when nothing of it is offered as a milestone.
pub fn claimed(agreement: &AgreementId, offer: &[Intent]) -> Option<Fields> {
    let mut fields = new(Some(agreement));
    for intent in offer {
        let (milestone, sources) = match intent {
            Intent::RecordMilestone(new) => (&new.milestone, &new.sources),
            Intent::CorrectMilestone(corrected) => {
                fields.set("corrects", &corrected.milestone.0.to_string());
                fields.set("why", &corrected.why);
                (&corrected.content, &corrected.sources)
            }
            _ => continue,
        };
        content(milestone, &mut fields);
        for (number, source) in sources.iter().enumerate() {
            told(milestone, source, number, &mut fields);
        }
        return Some(fields);
    }
    None
}

fn content(milestone: &Milestone, fields: &mut Fields) {
    fields.set("kind", milestone.kind().as_str());
    occurred(milestone.occurred, fields);
    fields.set("effective", &milestone.effective.map(|date| date.to_string()).unwrap_or_default());
    fields.set("evidence", milestone.evidence.as_str());
    fields.set("summary", &milestone.summary);
    fill(&milestone.detail, fields);
}

/// A date by how exactly it is known.
fn occurred(date: UncertainDate, fields: &mut Fields) {
    fields.set("day", &date.latest().to_string());
    let precision = match (date.exact(), date.earliest(), date.to_string().len()) {
        (Some(_), ..) => "day",
        (None, None, _) => "by",
        (None, Some(_), 7) => "month",
        (None, Some(_), 4) => "year",
        (None, Some(first), _) => {
            fields.set("first", &first.to_string());
            "between"
        }
    };
    fields.set("precision", precision);
}

fn told(milestone: &Milestone, source: &Source, number: usize, fields: &mut Fields) {
    let mut set = |name: &str, value: &str| fields.set(&format!("{name}-{number}"), value);
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    set("title", &source.title);
    set("url", source.url.as_deref().unwrap_or_default());
    set("publisher", source.publisher.as_deref().unwrap_or_default());
    set("citation", source.citation.as_deref().unwrap_or_default());
    set("number", source.document_number.as_deref().unwrap_or_default());
    set("published", &day(source.published_on));
    set("accessed", &day(source.accessed_on));
    set("archived", source.archived_url.as_deref().unwrap_or_default());
    set("reliability", source.reliability.as_str());
    // What is told is the milestone's own date most often, and follows it when that is corrected.
    if let Some(telling) = source.tells.filter(|telling| *telling != own_telling(milestone)) {
        set("tells", &telling.date.to_string());
        set("telling", telling.evidence.as_str());
    }
    if let Some(capture) = &source.capture {
        set("sha256", &capture.sha256);
        set("fetched", &instant_text(capture.fetched_at));
    }
}
