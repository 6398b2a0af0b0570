//! An event of the log, as a mutation returns it and a subscription sends it.
//!
//! Invariant: everything below it answers by what was known at its position, whenever a client asks.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object, Result};

use super::agreement::Agreement;
use super::context::answers;
use super::milestone::Milestone;
use super::scalars::{Instant, Position};
use crate::answers::{Ask, Pin, days_late, is_late};
use crate::domain::event::{Event, Recorded};
use crate::projections::knowledge::Knowledge;

/// The kind of an event about an agreement.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// The record of an agreement was opened.
    AgreementOpened,
    /// A milestone was recorded.
    MilestoneRecorded,
    /// A milestone was refined: a more precise date of the same fact became known.
    MilestoneDateRefined,
    /// A milestone was corrected: it was wrong, and the event says what it should have said.
    MilestoneCorrected,
    /// A milestone was retracted, since it should never have been recorded.
    MilestoneRetracted,
    /// A milestone got another source.
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

/// An event about an agreement in the append-only log.
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
        let pin = Pin { day: today, today, knowledge: Knowledge::at(event.position), ask, lasting: false };
        Ok(Self { event, pin })
    }
}

/// An event about an agreement in the append-only log.
#[Object]
impl RecordedEvent {
    /// The position of this event in the log. A subscriber that reconnects passes the last position that it received as
    /// `after`.
    async fn position(&self) -> Position {
        Position(self.event.position)
    }

    /// What the event did: it opened a record, recorded, refined, corrected or retracted a milestone, or added a
    /// source.
    async fn kind(&self) -> EventKind {
        (&self.event.event).into()
    }

    /// The agreement's version after this event.
    async fn version(&self) -> u32 {
        self.event.version.0
    }

    /// The instant at which this event was recorded.
    async fn recorded_at(&self) -> Instant {
        Instant(self.event.recorded_at)
    }

    /// Who recorded this event: the public name of a token, `import` for a file that was imported, or `bundled` for
    /// data that came with the program.
    async fn actor(&self) -> &str {
        self.event.actor.as_str()
    }

    /// The agreement as it was known at this position of the log.
    async fn agreement(&self) -> Agreement {
        Agreement { id: self.event.agreement.clone(), pin: Some(self.pin) }
    }

    /// The milestone that the event is about, as it was known at this position; null for the opening of a record.
    async fn milestone(&self, ctx: &Context<'_>) -> Result<Option<Milestone>> {
        match self.event.milestone() {
            Some(id) => Milestone::load(ctx, &self.event.agreement, &self.pin, id).await,
            None => Ok(None),
        }
    }

    /// The reason for a correction or a retraction; null for another event.
    async fn why(&self) -> Option<&str> {
        match &self.event.event {
            Event::MilestoneCorrected(corrected) => Some(&corrected.why),
            Event::MilestoneRetracted(retracted) => Some(&retracted.why),
            _ => None,
        }
    }

    /// The days from the latest day on which the milestone can have happened to the recording; null when the event has no date.
    async fn days_late(&self) -> Option<i64> {
        days_late(&self.event)
    }

    /// Whether the event was recorded more than 30 days after the latest day on which the milestone can have happened.
    /// A client that asks for new events by date, and not by position, misses such an event.
    async fn late(&self) -> bool {
        is_late(&self.event)
    }
}
