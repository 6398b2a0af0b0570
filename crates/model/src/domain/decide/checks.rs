//! Is each field of a milestone and its sources well formed?
//!
//! Invariant: what passes can be stored, hashed and shown: bounded text in which nothing is hidden, and links that lead where
//! they seem to. [`event`] is what a restore asks, and [`super::decide`] asks the same of what is new.

use chrono::{Datelike, NaiveDate};

use super::secrets;

use crate::domain::event::Event;
use crate::domain::milestone::{Detail, Milestone, Seen};
use crate::domain::refusal::Refusal;
use crate::domain::source::{Capture, Source};
use crate::domain::text::{code, harmful};
use crate::domain::time::{LAST_DAY, UncertainDate};
use crate::domain::words::Listing;

/// That an event of an agreement is well formed, whatever came before it, for the day by which it was recorded.
///
/// # Errors
/// The first [`Refusal`].
pub fn event(event: &Event, today: NaiveDate) -> Result<(), Refusal> {
    match event {
        Event::AgreementOpened(_) => Ok(()),
        Event::MilestoneRecorded(new) => content(&new.milestone, &new.sources, today),
        Event::MilestoneDateRefined(refined) => {
            happened("occurred", refined.occurred, today)?;
            sources(&refined.sources, today)
        }
        Event::MilestoneCorrected(corrected) => {
            text("why", &corrected.why, 2_000)?;
            content(&corrected.content, &corrected.sources, today)
        }
        Event::MilestoneRetracted(retracted) => text("why", &retracted.why, 2_000),
        Event::SourceAdded(added) => sources(std::slice::from_ref(&added.source), today),
    }
}

/// The full content of a milestone.
pub(super) fn content(milestone: &Milestone, told: &[Source], today: NaiveDate) -> Result<(), Refusal> {
    happened("occurred", milestone.occurred, today)?;
    text("summary", &milestone.summary, 2_000)?;
    sources(told, today)?;
    detail(milestone, today)
}

/// Text that is there, not too long and free of what is hidden: control characters (NUL among them, which PostgreSQL cannot
/// hold), turns of direction, and what nobody sees. Every text of a person passes here, also one that is no part of the log.
///
/// # Errors
/// The [`Refusal`] that names the field.
pub fn text(field: &str, value: &str, longest: usize) -> Result<(), Refusal> {
    if value.trim().is_empty() {
        return Err(Refusal::field(field, "is empty"));
    }
    if value.chars().count() > longest {
        return Err(Refusal::field(field, format!("is longer than {longest} characters")));
    }
    if secrets::has_login(value) {
        let problem = "has a user's name or password in a link, which the log would tell everybody; leave it out";
        return Err(Refusal::field(field, problem));
    }
    match harmful(value) {
        Some(char) if char.is_control() => Err(Refusal::field(field, "has control characters")),
        Some(char) => {
            let problem = "which nobody sees, or which turns what follows; leave it out";
            Err(Refusal::field(field, format!("has the character {}, {problem}", code(char))))
        }
        None => Ok(()),
    }
}

fn optional(field: &str, value: Option<&String>, longest: usize) -> Result<(), Refusal> {
    value.map_or(Ok(()), |value| text(field, value, longest))
}

/// What is said to have happened cannot lie wholly after today.
pub(in crate::domain) fn happened(field: &str, date: UncertainDate, today: NaiveDate) -> Result<(), Refusal> {
    if date.earliest().is_some_and(|earliest| earliest > today) {
        return Err(Refusal::InTheFuture { field: field.to_owned(), date, today });
    }
    Ok(())
}

/// A day of the calendar that four digits can write: the days from `0000-01-01` to [`LAST_DAY`].
fn calendar(field: &str, day: NaiveDate) -> Result<(), Refusal> {
    if (0..=LAST_DAY.year()).contains(&day.year()) {
        return Ok(());
    }
    Err(Refusal::field(field, format!("is {day}; give a year of four digits, and leave out what is not known")))
}

/// At least one source, each with a title, and with a link or with what it is cited by; what it tells of the date has
/// happened.
pub(in crate::domain) fn sources(sources: &[Source], today: NaiveDate) -> Result<(), Refusal> {
    if sources.is_empty() {
        return Err(Refusal::field("sources", "is empty; every fact needs at least one source"));
    }
    if sources.len() > 50 {
        return Err(Refusal::field("sources", "has more than 50 entries"));
    }
    for (index, source) in sources.iter().enumerate() {
        let at = |field: &str| format!("sources[{index}].{field}");
        text(&at("title"), &source.title, 1_000)?;
        if source.url.is_none() && source.citation.is_none() && source.publisher.is_none() {
            return Err(Refusal::field(
                at("url"),
                "is missing; give it, or the citation or the publisher of what has none",
            ));
        }
        source.url.as_ref().map_or(Ok(()), |url| link(&at("url"), url))?;
        source.archived_url.as_ref().map_or(Ok(()), |url| link(&at("archived_url"), url))?;
        optional(&at("publisher"), source.publisher.as_ref(), 300)?;
        optional(&at("citation"), source.citation.as_ref(), 300)?;
        optional(&at("document_number"), source.document_number.as_ref(), 100)?;
        source.published_on.map_or(Ok(()), |day| calendar(&at("published_on"), day))?;
        source.accessed_on.map_or(Ok(()), |day| happened(&at("accessed_on"), UncertainDate::day(day), today))?;
        source.capture.as_ref().map_or(Ok(()), |capture| captured(&at("capture.sha256"), capture))?;
        source.tells.map_or(Ok(()), |telling| happened(&at("tells"), telling.date, today))?;
    }
    Ok(())
}

/// A link that leads where it seems to: http or https, to a host, without a user's name or password, which the log would tell
/// everybody for ever.
pub(super) fn link(field: &str, value: &str) -> Result<(), Refusal> {
    text(field, value, 2_000)?;
    let link = url::Url::parse(value).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let Some(link) = link.filter(|_| !value.contains(char::is_whitespace)) else {
        return Err(Refusal::field(field, "is not an http or https link"));
    };
    // What a URL without its path and its question says of a user stands before an @, also an empty one.
    let authority = value.split(['?', '#']).next().unwrap_or_default().trim_start_matches(|char| char != ':');
    let authority = authority.trim_start_matches([':', '/', '\\']).split(['/', '\\']).next().unwrap_or_default();
    if !link.username().is_empty() || link.password().is_some() || authority.contains('@') {
        return Err(Refusal::field(
            field,
            "has a user's name or password in a link, which the log would tell everybody; leave it out",
        ));
    }
    if let Some(name) = secrets::parameter(value) {
        let problem = format!("has `{name}` in it, which the log would tell everybody; leave it out");
        return Err(Refusal::field(field, problem));
    }
    Ok(())
}

/// A link as it may be shown: one that a restored log has, and that no door lets in today, leads nowhere.
#[must_use]
pub fn shown_link(value: &str) -> &str {
    if link("url", value).is_ok() { value } else { "about:invalid" }
}

/// The digest of what was received has its one spelling.
fn captured(field: &str, capture: &Capture) -> Result<(), Refusal> {
    let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if capture.sha256.len() == 64 && capture.sha256.bytes().all(digit) {
        return Ok(());
    }
    Err(Refusal::field(field, "is not a SHA-256 in 64 small hexadecimal digits"))
}

/// What belongs to the kind agrees with the dates.
pub(super) fn detail(milestone: &Milestone, today: NaiveDate) -> Result<(), Refusal> {
    let occurred = milestone.occurred;
    match &milestone.detail {
        Detail::NoticePublished { document_number, citation, comments_close_on, .. } => {
            optional("document_number", document_number.as_ref(), 100)?;
            optional("citation", citation.as_ref(), 300)?;
            comments_close_on.map_or(Ok(()), |day| calendar("comments_close_on", day))?;
            if comments_close_on.is_some_and(|close| occurred.earliest().is_some_and(|earliest| close < earliest)) {
                return Err(Refusal::field("comments_close_on", format!("lies before the notice, {occurred}")));
            }
        }
        Detail::DomesticApproval { body } => optional("body", body.as_ref(), 300)?,
        Detail::DeterminationMade { scope: Some(Listing::Unlisted) } => {
            return Err(Refusal::field("scope", "is unlisted; a determination is blanket or case by case"));
        }
        Detail::Signed { signings } => {
            let Some(last) = signings.iter().map(|signing| signing.on.latest()).max() else {
                return Err(Refusal::field("signings", "is empty; a signature has at least one"));
            };
            if !occurred.can_be(last) {
                return Err(Refusal::field(
                    "occurred",
                    format!("is {occurred}, and the last signing is of {last}; the last one dates the milestone"),
                ));
            }
            for (index, signing) in signings.iter().enumerate() {
                happened(&format!("signings[{index}].on"), signing.on, today)?;
                optional(&format!("signings[{index}].place"), signing.place.as_ref(), 300)?;
                for name in &signing.signatories {
                    text(&format!("signings[{index}].signatories"), name, 300)?;
                }
            }
        }
        Detail::EnteredIntoForce { until: Some(until) } | Detail::Renewed { until: Some(until) }
            if occurred.earliest().is_some_and(|earliest| until.latest() < earliest) =>
        {
            return Err(Refusal::field("until", format!("lies before {occurred}")));
        }
        Detail::Listed { listing: Listing::Unlisted } | Detail::ListingChanged { listing: Listing::Unlisted } => {
            return Err(Refusal::field("listing", "is unlisted; that is the milestone delisted"));
        }
        Detail::Observed { seen: Seen::Listing(values) } if values.is_empty() => {
            return Err(Refusal::field("seen", "names no value; one or more of which one held"));
        }
        Detail::Observed { seen: Seen::Standing(values) } if values.is_empty() => {
            return Err(Refusal::field("seen", "names no value; one or more of which one held"));
        }
        _ => {}
    }
    Ok(())
}
