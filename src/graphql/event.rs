//! An event of the log, as a mutation returns it and a subscription sends it.
//!
//! Invariant: everything below it is told as it was known at its position, whenever it is asked for.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object, Result};

use super::agreement::Agreement;
use super::context::answers;
use super::milestone::Milestone;
use super::scalars::{Instant, Position};
use crate::answers::{Ask, Pin, days_late, is_late};
use crate::domain::event::{Event, Recorded};
use crate::projections::knowledge::Knowledge;

/// What an event did.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// The record of an agreement was opened.
    AgreementOpened,
    /// A milestone was recorded.
    MilestoneRecorded,
    /// A more precise date of the same fact became known.
    MilestoneDateRefined,
    /// A milestone was wrong; this is what it should have said.
    MilestoneCorrected,
    /// A milestone should never have been recorded.
    MilestoneRetracted,
    /// Another source tells the same milestone.
    SourceAdded,
}

impl From<&Event> for EventKind {
    fn from(event: &Event) -> Self {
        match event {
            Event::AgreementOpened(_) => Self::AgreementOpened,
            Event::MilestoneRecorded(_) => Self::MilestoneRecorded,
            Event::MilestoneDateRefined(_) => Self::MilestoneDateRefined,
            Event::MilestoneCorrected(_) => Self::MilestoneCorrected,
            Event::MilestoneRetracted(_) => Self::MilestoneRetracted,
            Event::SourceAdded(_) => Self::SourceAdded,
        }
    }
}

/// An event of the append-only log.
#[derive(Clone)]
pub struct RecordedEvent {
    pub(super) event: Arc<Recorded>,
    pub(super) pin: Pin,
}

impl RecordedEvent {
    /// The event, with everything below it as known at its position.
    pub fn of(ctx: &Context<'_>, event: Arc<Recorded>) -> Result<Self> {
        let today = answers(ctx)?.today();
        let ask = Ask { at_position: Some(event.position), ..Ask::default() };
        let pin = Pin { day: today, today, knowledge: Knowledge::at(event.position), ask, cut: None, lasting: false };
        Ok(Self { event, pin })
    }
}

/// An event of the append-only log.
#[Object]
impl RecordedEvent {
    /// Its place in the log: what a subscriber that comes back passes as `after`.
    async fn position(&self) -> Position {
        Position(self.event.position)
    }

    /// What it did.
    async fn kind(&self) -> EventKind {
        (&self.event.event).into()
    }

    /// The version of the agreement's record that it made.
    async fn version(&self) -> u32 {
        self.event.version.0
    }

    /// When the log learnt it.
    async fn recorded_at(&self) -> Instant {
        Instant(self.event.recorded_at)
    }

    /// Who recorded it: a token's public name, or `import` and `bundled`.
    async fn actor(&self) -> &str {
        self.event.actor.as_str()
    }

    /// The agreement, as known at this position.
    async fn agreement(&self) -> Agreement {
        Agreement { id: self.event.agreement.clone(), pin: Some(self.pin) }
    }

    /// The milestone that it is about, as known at this position; null for the opening of a record.
    async fn milestone(&self, ctx: &Context<'_>) -> Result<Option<Milestone>> {
        match self.event.milestone() {
            Some(id) => Milestone::load(ctx, &self.event.agreement, &self.pin, id).await,
            None => Ok(None),
        }
    }

    /// Why, for a correction or a retraction.
    async fn why(&self) -> Option<&str> {
        match &self.event.event {
            Event::MilestoneCorrected(corrected) => Some(&corrected.why),
            Event::MilestoneRetracted(retracted) => Some(&retracted.why),
            _ => None,
        }
    }

    /// The days from the latest day on which it can have happened to its record; null when the event tells no date.
    async fn days_late(&self) -> Option<i64> {
        days_late(&self.event)
    }

    /// Whether it was recorded more than 30 days after the latest day on which it can have happened: whoever cuts by
    /// date, and not by position, misses it.
    async fn late(&self) -> bool {
        is_late(&self.event)
    }
}
