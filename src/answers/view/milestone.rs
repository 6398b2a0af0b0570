//! What does an answer say of a milestone and of its sources?
//!
//! Invariant: it says what was known at the pin, and none of its texts or links can act upon a program that shows it.

use async_graphql::SimpleObject;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Country, Date, DateBounds, Detail, Instant, List, PinnedAt, Term, Url, spelling};
use crate::answers::{self, Answers, AskError, FoundMilestone, OneTelling, Pin, Shown, Slice, captured_at};
use crate::domain::agreement::{EntryState, own_telling};
use crate::domain::decide::shown_link;
use crate::domain::ids::{AgreementId, MilestoneId, Position};
use crate::domain::milestone;
use crate::domain::source::{self, Preference};
use crate::domain::text::{harmless, language};
use crate::domain::words::{Evidence, MilestoneKind, Reliability};
use crate::projections::sentence::preferred;

/// A milestone: something that happened to an agreement, or something that was observed about it on a day, according to
/// one or more sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Milestone {
    /// The milestone's id, a UUID that is the same on every machine.
    pub id: MilestoneId,
    /// The id of the agreement that the milestone belongs to.
    pub agreement_id: AgreementId,
    /// The kind of the milestone.
    pub kind: Term<MilestoneKind>,
    /// Whether the milestone still says what was first recorded.
    pub state: Term<EntryState>,
    /// The date on which the milestone happened, as all its sources together give it.
    pub occurred: DateBounds,
    /// The date on which the milestone took effect; null when that is the date on which it happened.
    pub effective: Option<DateBounds>,
    /// How good the evidence for the date in `occurred` is.
    pub evidence: Term<Evidence>,
    /// What happened, in one sentence for readers.
    pub summary: String,
    /// The sources of the milestone.
    pub sources: Vec<Source>,
    /// The instant at which the milestone was first recorded.
    pub recorded_at: Instant,
    /// The position of the event that first recorded the milestone.
    pub position: Position,
    /// The instant at which the newest event about the milestone was recorded, such as a correction or another source.
    pub changed_at: Instant,
    /// The position of the newest event about the milestone. `changedAfter` in a filter is compared with it.
    pub changed_position: Position,
    /// The number of the milestone's round, counted from 1; null for a milestone before the first round and for a retracted
    /// one.
    pub round: Option<u16>,
    /// The contradiction between the milestone's sources; null when the sources agree.
    pub contradiction: Option<Contradiction>,
    /// The details that belong to the milestone's kind.
    pub detail: Detail,
}

/// A contradiction between the sources of a milestone: their dates do not overlap, so they cannot all be true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct Contradiction {
    /// The preference by which one date was chosen (rule 15 of `docs/rules.md`).
    pub by: Term<Preference>,
    /// The preference in plain English.
    pub why: &'static str,
    /// What each source says, in the order in which the sources were recorded.
    pub tellings: Vec<Telling>,
}

/// What one of several sources says of a milestone's date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
#[graphql(name = "ContradictingTelling")]
pub struct Telling {
    /// The source, with the date that it gives.
    pub source: Source,
    /// The position of the event that recorded the source.
    pub position: spelling::Position,
    /// Whether the milestone's date was taken from this source.
    pub preferred: bool,
}

/// A source: a document that says that a milestone happened, or when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// The title of the document.
    pub title: String,
    /// The language of the title as a BCP 47 tag, such as `ko`, when the script of the title shows it; null otherwise.
    pub title_language: Option<&'static str>,
    /// The URL at which the source can be read; null for a source that is printed, written or spoken.
    pub url: Option<Url>,
    /// Who published the source; null when that is not known.
    pub publisher: Option<String>,
    /// How the source is cited; null when no citation is known.
    pub citation: Option<String>,
    /// The publisher's number of the document; null when there is none.
    pub document_number: Option<String>,
    /// The day on which the source was published; null when it is not known. Such a source never counts under `PUBLISHED`.
    pub published_on: Option<Date>,
    /// The day on which the source was read at its URL; null when it is not known.
    pub accessed_on: Option<Date>,
    /// The URL of a copy, in case the source's own URL no longer answers; null when there is none.
    pub archived_url: Option<Url>,
    /// Whether the source is an official record, or a report about one.
    pub reliability: Term<Reliability>,
    /// What the source says of the milestone's date.
    pub tells: Tells,
    /// The SHA-256 of the source as a program downloaded it from the source's URL, and the time of the download; null when no
    /// program downloaded the source.
    pub capture: Option<Capture>,
}

/// What one source says of a milestone's date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
#[graphql(name = "Telling")]
pub struct Tells {
    /// The date that the source gives.
    #[serde(flatten)]
    #[graphql(flatten)]
    pub date: DateBounds,
    /// How good the evidence for this date is.
    pub evidence: Term<Evidence>,
}

/// The bytes that a program received from a source's URL, identified by their SHA-256. A person who keeps the bytes can
/// prove with the SHA-256 that they are the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct Capture {
    /// The SHA-256 of the bytes that the program received, in 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// The instant at which the program received the bytes.
    pub fetched_at: Instant,
    /// The path at which this server returns the bytes, provided that it received them itself.
    pub path: String,
}

/// A milestone that another part of an answer names: whole, or by its id alone where the same answer has the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Cited {
    /// The whole milestone.
    Whole(Box<Milestone>),
    /// Only the id, where the same answer has the whole milestone in another place.
    Id {
        /// The id of the milestone that is meant.
        id: MilestoneId,
    },
}

/// A milestone by its id alone; another answer has the rest of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NamedMilestone {
    /// The id of the milestone that is meant.
    pub id: MilestoneId,
}

impl Milestone {
    /// A milestone as a dossier shows it.
    #[must_use]
    pub fn of(agreement: &AgreementId, shown: &Shown<'_>) -> Self {
        let content = &shown.entry.milestone;
        Self {
            id: shown.id,
            agreement_id: agreement.clone(),
            kind: Term(content.kind()),
            state: Term(shown.entry.state),
            occurred: shown.telling.date.into(),
            effective: content.effective.map(Into::into),
            evidence: Term(shown.telling.evidence),
            summary: harmless(&content.summary).into_owned(),
            sources: shown.sources().map(|source| Source::of(source, content)).collect(),
            recorded_at: Instant(shown.entry.recorded_at),
            position: shown.entry.position,
            changed_at: Instant(shown.entry.changed_at),
            changed_position: shown.entry.changed,
            round: shown.round,
            contradiction: shown.contradiction().map(|contradiction| Contradiction::of(contradiction, content)),
            detail: content.detail.clone().into(),
        }
    }
}

impl Contradiction {
    fn of(contradiction: answers::Contradiction<'_>, milestone: &milestone::Milestone) -> Self {
        let telling = |telling: OneTelling<'_>| Telling {
            source: Source::of(telling.source, milestone),
            position: spelling::Position(telling.position),
            preferred: telling.preferred,
        };
        let tellings = contradiction.tellings.into_iter().map(telling).collect();
        Self { by: Term(contradiction.by), why: preferred(contradiction.by), tellings }
    }
}

impl Source {
    /// A source of a milestone; it has the milestone's date where it gives no other.
    #[must_use]
    pub fn of(source: &source::Source, milestone: &milestone::Milestone) -> Self {
        let telling = source.tells.unwrap_or_else(|| own_telling(milestone));
        let link = |url: &Option<String>| url.as_deref().map(|url| Url(shown_link(url).to_owned()));
        let capture = source.capture.as_ref();
        Self {
            title: harmless(&source.title).into_owned(),
            title_language: language(&source.title),
            url: link(&source.url),
            publisher: source.publisher.clone(),
            citation: source.citation.clone(),
            document_number: source.document_number.clone(),
            published_on: source.published_on.map(Date),
            accessed_on: source.accessed_on.map(Date),
            archived_url: link(&source.archived_url),
            reliability: Term(source.reliability),
            tells: Tells { date: telling.date.into(), evidence: Term(telling.evidence) },
            capture: capture.map(|capture| Capture {
                sha256: capture.sha256.clone(),
                fetched_at: Instant(capture.fetched_at),
                path: captured_at(&capture.sha256),
            }),
        }
    }
}

/// A milestone with one of its sources, as a row of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceRow<'a> {
    /// The milestone, which stands in as many rows as it has sources.
    pub milestone: &'a Milestone,
    /// The partner country of its agreement.
    pub country: Country,
    /// The source; null when no source of the milestone counts.
    pub source: Option<&'a Source>,
}

impl Milestone {
    /// A row for each of its sources, and one without where it has none.
    pub fn source_rows(&self) -> impl Iterator<Item = SourceRow<'_>> {
        let none = self.sources.is_empty().then_some(None);
        let rows = self.sources.iter().map(Some).chain(none);
        rows.map(|source| SourceRow { milestone: self, country: self.agreement_id.country.into(), source })
    }
}

impl Answers {
    /// Some milestones with their sources, as a part of a list.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn view_milestones(
        &self,
        slice: &Slice<FoundMilestone>,
        pin: &Pin,
    ) -> Result<List<PinnedAt, Milestone>, AskError> {
        let dossiers = self.dossiers(slice.items.iter().map(|found| &found.agreement), pin).await?;
        let shown = |found: &FoundMilestone| {
            let shown = dossiers.get(&found.agreement)?.shown(found.milestone)?;
            Some(Milestone::of(&found.agreement, &shown))
        };
        let nodes = slice.items.iter().filter_map(shown).collect();
        Ok(List::of(pin.into(), slice, nodes, |found| found.position.to_string()))
    }
}
