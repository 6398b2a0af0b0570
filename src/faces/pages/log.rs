//! What was recorded, by whom, and what proves it?
//!
//! Invariant: the newest first, cut by position; each entry with the beginning of its hash, by which anybody finds it in the tree.

use askama::Template;
use axum::response::Response;

use super::Pages;
use super::asked::{Asked, address};
use super::error::PageError;
use super::frame::{Frame, shown};
use super::markup::{self, Markup};
use super::{dates, words};
use crate::answers::{Ask, LogEntry, Page};
use crate::domain::ids::AgreementId;

/// How many entries a part has.
const ENTRIES: usize = 100;

/// The page of the log.
#[derive(Template)]
#[template(path = "log.html", config = "src/faces/pages/askama.toml")]
struct Log {
    frame: Frame,
    entries: Vec<Entry>,
    first: u64,
    last: u64,
    newer: Option<String>,
    older: Option<String>,
    note: String,
    signed: bool,
}

/// An entry of the log.
struct Entry {
    position: u64,
    /// When and by whom, where the entry before it says otherwise.
    heading: String,
    href: String,
    who: String,
    what: String,
    icon: &'static str,
    date: Markup,
    hash: String,
}

/// Answers `GET /log`: a page of the log with its proofs.
pub async fn log(pages: Pages, mut asked: Asked) -> Result<Response, PageError> {
    let before = asked.position("before")?;
    asked.done()?;
    let answers = &pages.answers;
    let pin = answers.pin(&Ask::default(), pages.end()).await?;
    let end = pages.end();
    let part = Page { after: before.map(|before| before.0), ..Page::first(ENTRIES) };
    let events = answers.log_entries(end, &part).await?.items;
    let path = |before: Option<u64>| address("/log", before.map(|before| ("before", before.to_string())));
    let mut frame = pages.frame(&pin, "The log", path(before.map(|before| before.0)));
    frame.place = "/log";
    let part = [("first", ENTRIES.to_string())].into_iter().chain(before.map(|before| ("after", before.to_string())));
    frame.data = Some(address("/v1/log", part));
    frame.describe("Everything that was ever recorded, the newest first.".to_owned());
    let (first, last) =
        (events.last().map_or(0, |event| event.position.0), events.first().map_or(0, |event| event.position.0));
    let mut entries: Vec<Entry> = Vec::with_capacity(events.len());
    let mut heading = String::new();
    for event in &events {
        let mut entry = entry(event, &frame);
        if entry.heading == heading {
            entry.heading.clear();
        } else {
            heading.clone_from(&entry.heading);
        }
        entries.push(entry);
    }
    let step = u64::try_from(ENTRIES).unwrap_or_default();
    let commitment = answers.commitment(end).await?;
    let page = Log {
        newer: (last < end.0).then(|| {
            let next = last.saturating_add(step).saturating_add(1);
            format!("{}{}", pages.base, path(Some(next).filter(|next| *next <= end.0)))
        }),
        older: (first > 1).then(|| format!("{}{}", pages.base, path(Some(first)))),
        note: commitment.note,
        signed: answers.signer().is_some(),
        entries,
        first,
        last,
        frame,
    };
    shown(&page, &page.frame, &pin)
}

fn entry(event: &LogEntry, frame: &Frame) -> Entry {
    let agreement = event.stream.parse::<AgreementId>().ok();
    let milestone = event.milestone;
    let when = event.recorded_at.format("%-d %B %Y, %H:%M UTC");
    let verb = match event.kind.as_str() {
        "milestone_corrected" => "Corrected: ",
        "milestone_refined" => "Date made narrower: ",
        _ => "",
    };
    let what = milestone.map_or_else(
        || dates::large(&event.kind.replace('_', " ")),
        |(kind, _)| format!("{verb}{}", words::kind(kind)),
    );
    Entry {
        position: event.position.0,
        heading: format!("{when}, recorded by {}", event.actor),
        href: agreement.as_ref().map_or_else(|| frame.link(elsewhere(&event.stream)), |id| frame.agreement(id)),
        who: agreement
            .as_ref()
            .map_or_else(|| other(&event.stream), |id| format!("{}, {}", id.country.name(), id.instrument)),
        what,
        icon: milestone.map_or("note", |(kind, _)| words::icon(kind)),
        date: milestone.and_then(|(_, date)| date).map(markup::date).unwrap_or_default(),
        hash: hex::encode(event.leaf_hash.get(..4).unwrap_or_default()),
    }
}

/// Where there is more about a stream that is no agreement's.
fn elsewhere(stream: &str) -> &'static str {
    if stream.starts_with("figure/") { "/v1/figures" } else { "/alerts" }
}

/// What a stream is about that is no agreement's: an alert, a figure or a webhook by the beginning of its id.
fn other(stream: &str) -> String {
    let (kind, id) = stream.split_once('/').unwrap_or((stream, ""));
    format!("{kind} {}", id.get(..8).unwrap_or(id))
}
