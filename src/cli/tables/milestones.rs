//! The table of milestones: what happened, when, which sources say so, and when this log recorded it.
//!
//! Invariant: a row for each milestone that is known, also for retracted ones, by the sources that count at the table's
//! knowledge.

use super::columns::{Column, Kind, Row, certain, column, every, framed, or_empty, texts};
use crate::answers::{Dossier, Shown};
use crate::domain::agreement::EntryState;
use crate::domain::decide::shown_link;
use crate::domain::milestone::{Detail, Seen};
use crate::domain::source::Source;
use crate::domain::time::instant_text;
use crate::domain::words::{Listing, Possible, Word};

type Of<'a> = Row<'a, Shown<'a>>;

/// The rows of an agreement.
pub fn rows(dossier: &Dossier) -> Vec<Shown<'_>> {
    dossier.all(true)
}

/// What a milestone's row holds.
pub fn columns<'a>() -> Vec<Column<Of<'a>>> {
    let columns = what().into_iter().chain(when()).chain(recorded()).chain(told());
    framed(columns.chain(notices()).chain(agreements()).chain(observations()).collect())
}

/// Which milestone it is.
fn what<'a>() -> Vec<Column<Of<'a>>> {
    vec![
        column("milestone", Kind::Word, "The milestone's id, the same on every machine.", "never", |row: &Of<'a>| {
            row.of.id.to_string()
        }),
        column(
            "kind",
            Kind::Word,
            "What happened, or `observed` when a source shows that something was so.",
            "never",
            |row: &Of<'a>| row.of.entry.milestone.kind().to_string(),
        ),
        column("state", Kind::Word, "`recorded`, `refined`, `corrected` or `retracted`.", "never", |row: &Of<'a>| {
            state(row.of.entry.state).to_owned()
        }),
        column(
            "retracted",
            Kind::Boolean,
            "Whether the milestone was retracted, so that it decides nothing.",
            "never",
            |row: &Of<'a>| (row.of.entry.state == EntryState::Retracted).to_string(),
        ),
    ]
}

/// When it happened, as far as is known.
fn when<'a>() -> Vec<Column<Of<'a>>> {
    vec![
        column(
            "earliest",
            Kind::Day,
            "The first day on which it can have happened.",
            "the beginning is open",
            |row: &Of<'a>| or_empty(row.of.telling.date.earliest()),
        ),
        column(
            "latest",
            Kind::Day,
            "The last day on which it can have happened; the day itself when `earliest` is the same.",
            "never",
            |row: &Of<'a>| row.of.telling.date.latest().to_string(),
        ),
        column(
            "occurred",
            Kind::Edtf,
            "The date on which it happened, as all its sources together give it.",
            "never",
            |row: &Of<'a>| row.of.telling.date.to_string(),
        ),
        column(
            "effective",
            Kind::Edtf,
            "The date on which it took effect, where that is another one.",
            "it is the same date",
            |row: &Of<'a>| or_empty(row.of.entry.milestone.effective),
        ),
        column("evidence", Kind::Word, "How good the evidence for the date is.", "never", |row: &Of<'a>| {
            row.of.telling.evidence.to_string()
        }),
        column(
            "settled_by",
            Kind::Word,
            "The preference by which contradicting sources got one date (rule 15).",
            "its sources agree",
            |row: &Of<'a>| or_empty(row.of.contradiction().map(|contradiction| contradiction.by.as_str())),
        ),
    ]
}

/// Where it stands in the record.
fn recorded<'a>() -> Vec<Column<Of<'a>>> {
    vec![
        column(
            "round",
            Kind::Integer,
            "The number of its round, counted from 1.",
            "before the first round, and when retracted",
            |row: &Of<'a>| or_empty(row.of.round),
        ),
        column("recorded_at", Kind::Instant, "The instant at which it was first recorded.", "never", |row: &Of<'a>| {
            instant_text(row.of.entry.recorded_at)
        }),
        column(
            "position",
            Kind::Integer,
            "The position of the event that first recorded it.",
            "never",
            |row: &Of<'a>| row.of.entry.position.to_string(),
        ),
    ]
}

/// What its sources are.
fn told<'a>() -> Vec<Column<Of<'a>>> {
    vec![
        column(
            "first_published_on",
            Kind::Day,
            "The day on which the first of its sources was published.",
            "no source has a day of publication",
            |row: &Of<'a>| or_empty(row.of.sources().filter_map(|source| source.published_on).min()),
        ),
        column(
            "source_titles",
            Kind::Texts,
            "The titles of its sources, in the order in which they were recorded.",
            "never",
            |row: &Of<'a>| each(row, |source| Some(&source.title)),
        ),
        column(
            "source_urls",
            Kind::Texts,
            "The URLs of its sources, in the same order; nothing between the marks for a source without a URL.",
            "the only source has no URL",
            |row: &Of<'a>| each(row, |source| source.url.as_deref().map(shown_link)),
        ),
        column(
            "source_publishers",
            Kind::Texts,
            "The publishers of its sources; nothing between the marks where the publisher is not known.",
            "it is not known of the only source",
            |row: &Of<'a>| each(row, |source| source.publisher.as_deref()),
        ),
        column(
            "source_citations",
            Kind::Texts,
            "The citations of its sources; nothing between the marks for a source without a citation.",
            "the only source has no citation",
            |row: &Of<'a>| each(row, |source| source.citation.as_deref()),
        ),
        column(
            "source_published_on",
            Kind::Days,
            "The days on which its sources were published; nothing between the marks where the day is not known.",
            "it is not known of the only source",
            |row: &Of<'a>| row.of.sources().map(|source| or_empty(source.published_on)).collect::<Vec<_>>().join(" | "),
        ),
        column(
            "source_reliability",
            Kind::Texts,
            "`primary` for an official record, `secondary` for a report.",
            "never",
            |row: &Of<'a>| each(row, |source| Some(source.reliability.as_str())),
        ),
        column(
            "summary",
            Kind::Text,
            "What happened, in one sentence, for readers of the record.",
            "never",
            |row: &Of<'a>| row.of.entry.milestone.summary.clone(),
        ),
    ]
}

/// What only a notice and a domestic approval have.
fn notices<'a>() -> Vec<Column<Of<'a>>> {
    vec![
        column("notice_purpose", Kind::Word, "What a notice asked about.", "it is no notice", |row: &Of<'a>| {
            match detail(row) {
                Detail::NoticePublished { purpose, .. } => purpose.to_string(),
                _ => String::new(),
            }
        }),
        column(
            "document_number",
            Kind::Text,
            "A notice's Federal Register document number.",
            "it is no notice, or the number is not known",
            |row: &Of<'a>| match detail(row) {
                Detail::NoticePublished { document_number, .. } => or_empty(document_number.as_ref()),
                _ => String::new(),
            },
        ),
        column(
            "comments_close_on",
            Kind::Day,
            "The last day for comments on a notice.",
            "it is no notice, or the notice gives no day",
            |row: &Of<'a>| match detail(row) {
                Detail::NoticePublished { comments_close_on, .. } => or_empty(*comments_close_on),
                _ => String::new(),
            },
        ),
        column(
            "approved_by",
            Kind::Text,
            "The body that gave a domestic approval.",
            "it is no domestic approval, or no source names the body",
            |row: &Of<'a>| match detail(row) {
                Detail::DomesticApproval { body } => or_empty(body.as_ref()),
                _ => String::new(),
            },
        ),
    ]
}

/// What only a signature, a term, a determination and a listing have.
fn agreements<'a>() -> Vec<Column<Of<'a>>> {
    vec![
        column(
            "signed_on",
            Kind::Words,
            "The days of the signatures, as EDTF; the last one dates the milestone.",
            "it is no signature",
            |row: &Of<'a>| match detail(row) {
                Detail::Signed { signings } => {
                    signings.iter().map(|signing| signing.on.to_string()).collect::<Vec<_>>().join("|")
                }
                _ => String::new(),
            },
        ),
        column(
            "until",
            Kind::Edtf,
            "The last day of the term that begins with it.",
            "no term begins with it, or no source gives the day",
            |row: &Of<'a>| match detail(row) {
                Detail::EnteredIntoForce { until } | Detail::Renewed { until } => or_empty(*until),
                _ => String::new(),
            },
        ),
        column(
            "listing",
            Kind::Word,
            "The listing that it brings (`unlisted` for a delisting), or that a determination is for.",
            "it brings none, or more than one is possible",
            |row: &Of<'a>| match detail(row) {
                Detail::Listed { listing } | Detail::ListingChanged { listing } => listing.to_string(),
                Detail::Delisted {} => Listing::Unlisted.to_string(),
                Detail::DeterminationMade { scope } => or_empty(*scope),
                Detail::Observed { seen: Seen::Listing(seen) } => certain(Possible::of(seen)),
                _ => String::new(),
            },
        ),
    ]
}

/// What only an observation has.
fn observations<'a>() -> Vec<Column<Of<'a>>> {
    vec![
        column(
            "observed_listings",
            Kind::Words,
            "The listings of which one was observed.",
            "no listing was observed",
            |row: &Of<'a>| match detail(row) {
                Detail::Observed { seen: Seen::Listing(seen) } => every(Possible::of(seen)),
                _ => String::new(),
            },
        ),
        column(
            "observed_standings",
            Kind::Words,
            "The standings of which one was observed.",
            "no standing was observed",
            |row: &Of<'a>| match detail(row) {
                Detail::Observed { seen: Seen::Standing(seen) } => every(Possible::of(seen)),
                _ => String::new(),
            },
        ),
        column("observed_talks", Kind::Boolean, "Whether talks were seen.", "it is no observation", |row: &Of<'a>| {
            match detail(row) {
                Detail::Observed { seen } => matches!(seen, Seen::Talks {}).to_string(),
                _ => String::new(),
            }
        }),
    ]
}

fn detail<'r>(row: &'r Of<'_>) -> &'r Detail {
    &row.of.entry.milestone.detail
}

fn each(row: &Of<'_>, text: impl Fn(&Source) -> Option<&str>) -> String {
    texts(row.of.sources().map(text))
}

const fn state(state: EntryState) -> &'static str {
    match state {
        EntryState::Recorded => "recorded",
        EntryState::Refined => "refined",
        EntryState::Corrected => "corrected",
        EntryState::Retracted => "retracted",
    }
}
