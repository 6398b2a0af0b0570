//! A milestone with its sources, as GraphQL objects.
//!
//! Invariant: it shows what was known at the pin: the text as then recorded, the date as then told.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Enum, Error, ID, Result, SimpleObject};
use futures_util::future::try_join_all;

use super::agreement::Agreement;
use super::connection::Connection;
use super::context::{Asked, about, passing};
use super::detail::MilestoneDetail;
use super::error::outward;
use super::pinned_id::as_known;
use super::scalars::{Instant, Position};
use super::whole::Whole;
use super::words::{Evidence, MilestoneKind, MilestoneState};
use crate::answers::view::{self, Contradiction, DateBounds, Source};
use crate::answers::{Ask, Dossier, Pin, Shown, Slice};
use crate::domain::ids::{AgreementId, MilestoneId};

/// A milestone: something that happened to an agreement, or something that was observed about it on a day, according to
/// one or more sources.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Milestone {
    /// The agreement that it belongs to, and the day and the knowledge that it answers by.
    #[graphql(skip)]
    of: (AgreementId, Pin),
    /// The milestone's id, which `node` takes. It contains the `knownAt`, `basis` and `atPosition` that were asked for,
    /// so that caches keep the answers to different questions apart.
    #[graphql(owned)]
    pub id: ID,
    /// The milestone's UUID, which is the same on every server and whatever was asked for. A mutation takes it as
    /// `milestoneId`.
    pub plain_id: ID,
    /// The id of the agreement that the milestone belongs to.
    pub agreement_id: ID,
    /// The kind of the milestone.
    pub kind: MilestoneKind,
    /// Whether the milestone still says what was first recorded.
    pub state: MilestoneState,
    /// The date on which the milestone happened, as all its sources together give it.
    pub occurred: DateBounds,
    /// The date on which the milestone took effect; null when that is the date on which it happened.
    pub effective: Option<DateBounds>,
    /// How good the evidence for the date in `occurred` is.
    pub evidence: Evidence,
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
    pub detail: Whole<MilestoneDetail>,
}

#[ComplexObject]
impl Milestone {
    /// The agreement that the milestone belongs to, under the same `knownAt`, `basis` and `atPosition`. The agreement's
    /// status is that of today.
    async fn agreement(&self, ctx: &Context<'_>) -> Result<Agreement> {
        passing(ctx)?;
        let (id, pin) = &self.of;
        // A milestone has no day, so the day that was asked about around it is none of its agreement's.
        let pin = Pin { day: pin.today, ask: Ask { as_of: None, ..pin.ask }, lasting: false, ..*pin };
        Ok(Agreement { id: id.clone(), pin: Some(pin) })
    }
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
        Ok(dossier.shown(id).map(|shown| Self::of(agreement, pin, &shown)))
    }

    /// The milestone as a dossier shows it.
    pub fn of(agreement: &AgreementId, pin: &Pin, shown: &Shown<'_>) -> Self {
        let told = view::Milestone::of(agreement, shown);
        Self {
            of: (agreement.clone(), *pin),
            id: as_known(&told.id.to_string(), pin),
            plain_id: ID(told.id.to_string()),
            agreement_id: ID(told.agreement_id.to_string()),
            kind: told.kind,
            state: told.state,
            occurred: told.occurred,
            effective: told.effective,
            evidence: told.evidence,
            summary: told.summary,
            sources: told.sources,
            recorded_at: Instant(told.recorded_at.0),
            position: Position(told.position),
            changed_at: Instant(told.changed_at.0),
            changed_position: Position(told.changed_position),
            round: told.round,
            contradiction: told.contradiction,
            detail: Whole(MilestoneDetail::of(&shown.entry.milestone.detail)),
        }
    }
}

/// The text of an agreement's record as known at the pin.
pub async fn dossier(ctx: &Context<'_>, agreement: &AgreementId, pin: &Pin) -> Result<Dossier> {
    let answers = about(ctx, agreement).await?;
    let loaded = ctx.data::<Arc<Asked>>()?.record(answers, agreement).await?;
    answers.dossier(agreement, &loaded, &pin.knowledge).await.map_err(|error| outward(&error))
}

/// The order of a list of milestones of one agreement.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MilestoneOrder {
    /// Milestones come in the order of the first day on which each can have happened; one without a known first day
    /// comes before the others.
    #[default]
    Occurred,
    /// Milestones come in the order in which they were recorded.
    Recorded,
}
