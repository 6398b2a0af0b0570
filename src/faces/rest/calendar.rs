//! How do deadlines look in a calendar (RFC 5545)?
//!
//! Invariant: the text follows from the deadlines and what is known of them alone, without a clock and without chance, so that
//! one position of the log gives the same bytes for ever.

use std::collections::BTreeMap;

use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};
use url::Url;

use super::feed::legal;
use crate::answers::{Answers, DeadlineRow, Dossier, Shown};
use crate::domain::decide::shown_link;
use crate::domain::ids::AgreementId;
use crate::domain::source::Source;

/// The most octets of a line without its break (RFC 5545, section 3.1).
const LINE: usize = 75;

/// The calendar of some deadlines; each leads to the page of its agreement where there are pages, and else to its source.
pub fn calendar(rows: &[DeadlineRow], dossiers: &BTreeMap<AgreementId, Dossier>, answers: &Answers) -> String {
    let mut calendar = Calendar::empty();
    calendar
        .append_property(("VERSION", "2.0"))
        .append_property(("PRODID", "-//Depositary//Deadlines//EN"))
        .append_property(("CALSCALE", "GREGORIAN"))
        .name("Depositary deadlines");
    calendar.extend(rows.iter().map(|row| event(row, dossiers.get(&row.agreement), answers)));
    folded(&calendar.to_string())
}

/// A deadline as an event of whole days: of its day, or of all days that it can be.
fn event(row: &DeadlineRow, dossier: Option<&Dossier>, answers: &Answers) -> Event {
    let (due, agreement) = (&row.due, &row.agreement);
    let shown = dossier.and_then(|dossier| dossier.shown(due.by));
    let sources: Vec<&Source> = shown.iter().flat_map(Shown::sources).collect();
    let url =
        |source: &Source| Url::parse(source.url.as_deref().map(shown_link)?).ok().filter(|url| url.scheme() != "about");
    let mut description = row.sentence.clone();
    if let Some(shown) = &shown {
        description.push_str(&format!("\n{}", shown.entry.milestone.summary));
    }
    for source in &sources {
        description.push_str(&format!("\nSource: {}", source.title));
        description.extend(url(source).map(|url| format!(" <{url}>")));
    }
    let mut event = Event::new();
    event
        .uid(&due.uid())
        .timestamp(row.told_at)
        .sequence(u32::try_from(row.corrections).unwrap_or(u32::MAX))
        .last_modified(row.told_at)
        .summary(&format!("{} ({}): {}", agreement.country.name(), agreement.instrument, due.title()))
        .description(&legal(&description))
        .categories([agreement.instrument.as_str()])
        .starts(due.first())
        // A deadline keeps nobody busy.
        .append_property(Property::new("TRANSP", "TRANSPARENT"));
    if let Some(after) = due.day_after() {
        event.ends(after);
    }
    let page = answers.page_at(&format!("/{agreement}"));
    if let Some(url) = page.or_else(|| sources.into_iter().find_map(url).map(String::from)) {
        event.url(&url);
    }
    event.status(if due.on.exact().is_some() { EventStatus::Confirmed } else { EventStatus::Tentative });
    event.done()
}

/// The same text with no line longer than it may be: what wrote it lets the last part of a line be one octet too long.
fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for line in text.replace("\r\n ", "").split_terminator("\r\n") {
        let mut length = 0;
        for char in line.chars() {
            if length + char.len_utf8() > LINE {
                folded.push_str("\r\n ");
                length = 1;
            }
            folded.push(char);
            length += char.len_utf8();
        }
        folded.push_str("\r\n");
    }
    folded
}
