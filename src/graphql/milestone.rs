//! A milestone with its sources, as GraphQL objects.
//!
//! Invariant: it shows what was known at the pin: the text as then recorded, the date as then told.

use std::sync::Arc;

use async_graphql::{Context, Enum, Error, ID, Result, SimpleObject};
use futures_util::future::try_join_all;

use super::connection::Connection;
use super::context::{Asked, answers};
use super::detail::MilestoneDetail;
use super::error::outward;
use super::scalars::{Date, Instant, Position, UncertainDate, Url};
use super::status::DateBounds;
use super::whole::Whole;
use super::words::{Evidence, MilestoneKind, MilestoneState, Preference, Reliability};
use crate::answers::{self, Dossier, Pin, Shown, Slice};
use crate::domain::agreement::{Entry, own_telling};
use crate::domain::decide::shown_link;
use crate::domain::ids::{AgreementId, MilestoneId};
use crate::domain::text::harmless;
use crate::projections::sentence::preferred;

/// Something that happened to an agreement, or was seen to be so, told by one or more sources.
#[derive(SimpleObject)]
pub struct Milestone {
    /// Its id, the same on every machine.
    #[graphql(owned)]
    pub id: ID,
    /// Whose milestone it is.
    pub agreement_id: ID,
    /// The kind of milestone that it is.
    pub kind: MilestoneKind,
    /// Whether it still says what was first recorded.
    pub state: MilestoneState,
    /// When it happened, as all its sources together tell.
    pub occurred: DateBounds,
    /// When it took effect, where that differs.
    pub effective: Option<DateBounds>,
    /// How good the evidence for the date is.
    pub evidence: Evidence,
    /// A sentence for people.
    pub summary: String,
    /// Where it is told.
    pub sources: Vec<Source>,
    /// When the log first learnt it.
    pub recorded_at: Instant,
    /// Where in the log it was first recorded.
    pub position: Position,
    /// The round that it belongs to, from 1; null before the first.
    pub round: Option<u16>,
    /// What its sources tell that cannot all be true, side by side; null when they agree.
    pub contradiction: Option<Contradiction>,
    /// What belongs to its kind.
    pub detail: Whole<MilestoneDetail>,
}

/// What the sources of a milestone tell that cannot all be true: their dates do not overlap.
#[derive(SimpleObject)]
pub struct Contradiction {
    /// Which part of the rule made one date of it.
    by: Preference,
    /// The same in words.
    why: &'static str,
    /// What each source tells, in the order in which they were recorded.
    tellings: Vec<SideBySide>,
}

/// What one of several sources tells.
#[derive(SimpleObject)]
#[graphql(name = "ContradictingTelling")]
pub struct SideBySide {
    /// The source, which says what it tells.
    source: Source,
    /// Where in the log it was recorded.
    position: Position,
    /// Whether the milestone's date rests on it.
    preferred: bool,
}

/// A place where a fact is told.
#[derive(SimpleObject)]
pub struct Source {
    /// What the document is called.
    title: String,
    /// Where it can be read; null of what is printed, written or said.
    url: Option<Url>,
    /// Who published it.
    publisher: Option<String>,
    /// How it is cited.
    citation: Option<String>,
    /// Its number at the publisher.
    document_number: Option<String>,
    /// The day it was published; one without counts for nothing under `PUBLISHED`.
    published_on: Option<Date>,
    /// The day it was read at its URL.
    accessed_on: Option<Date>,
    /// Where a copy is kept, for the day on which its URL no longer answers.
    archived_url: Option<Url>,
    /// An official record, or a report.
    reliability: Reliability,
    /// What it says of the milestone's date.
    tells: Telling,
    /// What was received from its URL, when a program read it there.
    capture: Option<Capture>,
}

/// What a program received from a source's address: who keeps those bytes can show that they are the same.
#[derive(SimpleObject)]
pub struct Capture {
    /// The SHA-256 of the bytes as received, in 64 small hexadecimal digits.
    sha256: String,
    /// When they were received.
    fetched_at: Instant,
}

/// What one source says of a milestone's date.
#[derive(SimpleObject)]
pub struct Telling {
    /// The date as EDTF.
    edtf: UncertainDate,
    /// The first day that it can be; null when that is open.
    earliest: Option<Date>,
    /// The last day that it can be.
    latest: Date,
    /// How good that telling is.
    evidence: Evidence,
}

impl Milestone {
    /// The milestones of a part of a list, each with its agreement and its key; one that is not known at the pin is left out.
    pub async fn connection<T>(
        ctx: &Context<'_>,
        pin: Pin,
        slice: Slice<T>,
        of: impl Fn(T) -> (AgreementId, MilestoneId, String),
    ) -> Result<Connection<Self>> {
        let Slice { items, has_previous, has_next, total } = slice;
        let rows: Vec<_> = items.into_iter().map(of).collect();
        ctx.data::<Arc<Asked>>()?.found(rows.iter().map(|(agreement, ..)| agreement.clone()));
        let load = |(agreement, milestone, key): (AgreementId, MilestoneId, String)| async move {
            Ok::<_, Error>(Self::load(ctx, &agreement, &pin, milestone).await?.map(|node| (key, node)))
        };
        let items = try_join_all(rows.into_iter().map(load)).await?.into_iter().flatten().collect();
        Ok(Connection::of(Slice { items, has_previous, has_next, total }, std::convert::identity))
    }

    /// The milestone as it was known at the pin.
    pub async fn load(ctx: &Context<'_>, agreement: &AgreementId, pin: &Pin, id: MilestoneId) -> Result<Option<Self>> {
        let dossier = dossier(ctx, agreement, pin).await?;
        Ok(dossier.shown(id).map(|shown| Self::of(agreement, &shown)))
    }

    /// The milestone as a dossier shows it.
    pub fn of(agreement: &AgreementId, shown: &Shown<'_>) -> Self {
        let entry = shown.entry;
        Self {
            id: ID(shown.id.to_string()),
            agreement_id: ID(agreement.to_string()),
            kind: entry.milestone.kind().into(),
            state: entry.state.into(),
            occurred: shown.telling.date.into(),
            effective: entry.milestone.effective.map(Into::into),
            evidence: shown.telling.evidence.into(),
            summary: harmless(&entry.milestone.summary).into_owned(),
            sources: shown.sources().map(|source| Source::of(source, entry)).collect(),
            recorded_at: Instant(entry.recorded_at),
            position: Position(entry.position),
            round: shown.round,
            contradiction: shown.contradiction().map(|told| Contradiction::of(told, entry)),
            detail: Whole(MilestoneDetail::of(&entry.milestone.detail)),
        }
    }
}

impl Contradiction {
    fn of(told: answers::Contradiction<'_>, entry: &Entry) -> Self {
        let side = |telling: answers::OneTelling<'_>| SideBySide {
            source: Source::of(telling.source, entry),
            position: Position(telling.position),
            preferred: telling.preferred,
        };
        let tellings = told.tellings.into_iter().map(side).collect();
        Self { by: told.by.into(), why: preferred(told.by), tellings }
    }
}

impl Source {
    fn of(source: &crate::domain::source::Source, entry: &Entry) -> Self {
        let telling = source.tells.unwrap_or_else(|| own_telling(&entry.milestone));
        Self {
            title: harmless(&source.title).into_owned(),
            url: source.url.as_deref().map(|url| Url(shown_link(url).to_owned())),
            publisher: source.publisher.clone(),
            citation: source.citation.clone(),
            document_number: source.document_number.clone(),
            published_on: source.published_on.map(Date),
            accessed_on: source.accessed_on.map(Date),
            archived_url: source.archived_url.as_deref().map(|url| Url(shown_link(url).to_owned())),
            reliability: source.reliability.into(),
            tells: Telling {
                edtf: UncertainDate(telling.date),
                earliest: telling.date.earliest().map(Date),
                latest: Date(telling.date.latest()),
                evidence: telling.evidence.into(),
            },
            capture: source
                .capture
                .as_ref()
                .map(|capture| Capture { sha256: capture.sha256.clone(), fetched_at: Instant(capture.fetched_at) }),
        }
    }
}

/// The text of an agreement's record as known at the pin.
pub async fn dossier(ctx: &Context<'_>, agreement: &AgreementId, pin: &Pin) -> Result<Dossier> {
    let answers = answers(ctx)?;
    let loaded = ctx.data::<Arc<Asked>>()?.record(answers, agreement).await?;
    answers.dossier(agreement, &loaded, &pin.knowledge).map_err(|error| outward(&error))
}

/// In which order milestones are listed.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MilestoneOrder {
    /// By when they happened.
    #[default]
    Occurred,
    /// By when the log learnt them.
    Recorded,
}
