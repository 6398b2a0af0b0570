//! What is new in the log, for a feed reader?
//!
//! Invariant: cut by position and last changed first, so that a fact that is recorded late, corrected or taken back is never missed,
//! and neither is any fact of a burst by whoever polls once a day; an entry keeps its id for ever.

use std::collections::BTreeMap;

use atom_syndication::{Category, Entry, Feed, Link, Person, Text};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::error::RestError;
use super::question::Question;
use crate::answers::{Answers, Ask, FoundMilestone, MilestoneFilter, MilestoneListOrder, Page, Pin, Shown};
use crate::domain::agreement::EntryState;
use crate::domain::country::Country;
use crate::domain::decide::shown_link;
use crate::domain::ids::{AgreementId, Position};
use crate::domain::text::harmless;
use crate::domain::words::Word;
use crate::projections::sentence::dated;

/// How many entries a part has (RFC 5005 calls it a page), where no burst makes the first one longer.
pub const ENTRIES: usize = 50;

/// The most entries of a part, however long a burst was: about a megabyte.
pub const MOST_ENTRIES: usize = 1_000;

/// In how many events of the end of the log the entries of a part are looked for at first.
const END_OF_LOG: u64 = 256;

/// Answers `GET /v1/feed.atom`: new milestones of every partner.
pub async fn all(State(answers): State<Answers>, question: Question) -> Result<Response, RestError> {
    respond(&answers, question, "/v1/feed.atom", "every partner", Vec::new()).await
}

/// Answers `GET /v1/feed/{country}.atom`: new milestones of one partner.
pub async fn of_country(State(answers): State<Answers>, question: Question) -> Result<Response, RestError> {
    let country = question.country_before(".atom")?;
    let path = format!("/v1/feed/{}.atom", country.code());
    respond(&answers, question, &path, country.name(), vec![country]).await
}

async fn respond(
    answers: &Answers,
    mut question: Question,
    path: &str,
    whose: &str,
    countries: Vec<Country>,
) -> Result<Response, RestError> {
    let before = asked(&mut question)?;
    let (entries, older) = entries(answers, countries, before).await?;
    let title = format!("Depositary: new milestones of {whose}");
    atom(&answers.outside(path), title, entries, [before, older])
}

/// Before which position a feed is asked for. Its path names its one form, so no `Accept` is asked (RFC 9110, section 15.5.7):
/// feed readers send many that do not name it.
pub fn asked(question: &mut Question) -> Result<Option<Position>, RestError> {
    let before = question.position("before")?;
    question.refuse_others()?;
    Ok(before)
}

/// A part of a feed: the entries before a position, and before which position there are older ones.
pub fn atom(
    path: &str,
    title: String,
    entries: Vec<Entry>,
    [before, older]: [Option<Position>; 2],
) -> Result<Response, RestError> {
    let link = |before: Option<Position>| before.map_or(path.to_owned(), |before| format!("{path}?before={before}"));
    let mut links = vec![linked("self", link(before)), linked("first", link(None))];
    links.extend(older.map(|older| linked("next", link(Some(older)))));
    let feed = Feed {
        title: Text::plain(title),
        id: Uuid::new_v5(&Uuid::NAMESPACE_URL, path.as_bytes()).urn().to_string(),
        updated: entries.iter().map(|entry| entry.updated).max().unwrap_or(DateTime::<Utc>::UNIX_EPOCH.into()),
        authors: vec![Person { name: "Depositary".to_owned(), ..Person::default() }],
        links,
        entries,
        ..Feed::default()
    };
    let body = feed.write_to(Vec::new())?;
    Ok(([(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], body).into_response())
}

/// The entries that were changed last before a position, and before which position there may be older ones.
async fn entries(
    answers: &Answers,
    countries: Vec<Country>,
    before: Option<Position>,
) -> Result<(Vec<Entry>, Option<Position>), RestError> {
    let pin = answers.pin(&Ask::default(), answers.position()).await?;
    let (found, older) = part(answers, &pin, countries, before).await?;
    let mut ids: Vec<AgreementId> = found.iter().map(|found| found.agreement.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    answers.warm(&ids).await?;
    let mut dossiers = BTreeMap::new();
    for (id, events) in answers.streams(&ids).await? {
        let dossier = answers.dossier(&id, &events, &pin.knowledge).await?;
        dossiers.insert(id, dossier);
    }
    let shown = found.iter().filter_map(|found| {
        let shown = dossiers.get(&found.agreement)?.shown(found.milestone)?;
        let place = format!("/{}#m{}", found.agreement, shown.entry.position);
        let timeline = || {
            let AgreementId { instrument, country } = &found.agreement;
            answers.outside(&format!("/v1/timeline/{}?instrument={instrument}", country.code()))
        };
        Some(entry(&found.agreement, &shown, answers.page_at(&place).unwrap_or_else(timeline)))
    });
    Ok((shown.collect(), older))
}

/// The milestones of a part, the last changed first. The first part reaches back a day before the end of the log, so that whoever
/// polls less often than that alone misses something of a burst.
async fn part(
    answers: &Answers,
    pin: &Pin,
    countries: Vec<Country>,
    before: Option<Position>,
) -> Result<(Vec<FoundMilestone>, Option<Position>), RestError> {
    let end = before.map_or(pin.knowledge.position, |before| Position(before.0.saturating_sub(1)));
    let burst = if before.is_none() { answers.a_day_before(end).await? } else { end };
    // Of one partner few histories are read, however far the log reaches back.
    let mut reach = if countries.is_empty() { END_OF_LOG } else { end.0 };
    loop {
        let after = Position(end.0.saturating_sub(reach));
        let filter = MilestoneFilter {
            countries: countries.clone(),
            changed_after: Some(after),
            order: MilestoneListOrder::LastChangedFirst,
            ..MilestoneFilter::default()
        };
        let page = Page { after: before, before: None, limit: MOST_ENTRIES, from_end: false };
        let mut found = answers.milestones(pin, &filter, &page).await?;
        let enough = found.items.len() >= ENTRIES && after <= burst;
        if enough || found.has_next || after == Position(0) {
            let of_burst = found.items.iter().take_while(|found| found.position > burst).count();
            let cut = found.items.len() > ENTRIES.max(of_burst);
            found.items.truncate(ENTRIES.max(of_burst));
            let older = cut || found.has_next || after > Position(0);
            let oldest = found.items.last().filter(|_| older).map(|oldest| oldest.position);
            return Ok((found.items, oldest));
        }
        reach = reach.saturating_mul(4);
    }
}

fn entry(agreement: &AgreementId, shown: &Shown<'_>, place: String) -> Entry {
    let milestone = &shown.entry.milestone;
    let (kind, code) = (milestone.kind().as_str(), agreement.instrument.as_str());
    let mut title =
        format!("{}, {code}: {}, {}", agreement.country.name(), kind.replace('_', " "), dated(shown.telling.date));
    let mut summary = milestone.summary.clone();
    let mut categories = vec![category(kind), category(code)];
    if shown.entry.state == EntryState::Retracted {
        title.push_str(" (taken back)");
        categories.push(category("retracted"));
    }
    if let Some(days) = shown.days_late() {
        title.push_str(" (recorded late)");
        summary.push_str(&format!(" Recorded late: {days} days after the latest day on which it can have happened."));
        categories.push(category("late"));
    }
    let sources = shown.sources().filter_map(|source| {
        let url = shown_link(source.url.as_deref()?);
        Some(Link { title: Some(legal(&source.title)), ..linked("via", url.to_owned()) })
    });
    Entry {
        title: Text::plain(title),
        id: shown.id.0.urn().to_string(),
        // What is corrected or taken back later is news of the same entry (RFC 4287, section 4.2.15).
        updated: shown.entry.changed_at.into(),
        published: Some(shown.entry.recorded_at.into()),
        summary: Some(Text::plain(legal(&summary))),
        categories,
        links: std::iter::once(linked("alternate", place)).chain(sources).collect(),
        ..Entry::default()
    }
}

/// What an entry belongs to.
pub fn category(term: &str) -> Category {
    Category { term: term.to_owned(), ..Category::default() }
}

/// A link of a feed to another place.
pub fn linked(rel: &str, href: String) -> Link {
    Link { href, rel: rel.to_owned(), ..Link::default() }
}

/// Text with every character that XML 1.0 cannot hold replaced, since one would make the whole feed unreadable and a
/// restored log may have some; the writer escapes the rest.
pub fn legal(text: &str) -> String {
    let illegal = |char: char| char.is_control() && char != '\n' || matches!(char, '\u{fffe}' | '\u{ffff}');
    harmless(&text.replace(illegal, "\u{fffd}")).into_owned()
}
