//! What does GraphQL answer about a deadline?
//!
//! Invariant: the fields below a deadline answer by the same pin.

use async_graphql::{Context, Object, Result};

use super::agreement::Agreement;
use super::milestone::Milestone;
use super::scalars::{CountryCode, Date, Instant, Position};
use super::words::DeadlineKind;
use crate::answers::view::DateBounds;
use crate::answers::{DeadlineFilter, DeadlineRow, Pin};

/// A day on which the time for comments closes or a term ends. If a known milestone ended that time or that term earlier, there
/// is no deadline.
pub struct Deadline {
    pin: Pin,
    row: DeadlineRow,
}

impl Deadline {
    /// A deadline at a pin.
    pub const fn of(pin: Pin, row: DeadlineRow) -> Self {
        Self { pin, row }
    }
}

/// A day on which the time for comments closes or a term ends. If a known milestone ended that time or that term earlier, there
/// is no deadline.
#[Object]
impl Deadline {
    /// The deadline's UID in `/v1/deadlines.ics`. It stays the same when the day of the deadline changes.
    async fn uid(&self) -> String {
        self.row.due.uid()
    }

    /// What ends on the day of the deadline: the time for comments on a notice, or a term.
    async fn kind(&self) -> DeadlineKind {
        self.row.due.deadline.into()
    }

    /// The agreement that the deadline belongs to.
    async fn agreement(&self) -> Agreement {
        Agreement { id: self.row.agreement.clone(), pin: Some(self.pin) }
    }

    /// The day of the deadline, which may be uncertain.
    async fn on(&self) -> DateBounds {
        self.row.due.on.into()
    }

    /// The days from `asOf` to the first day on which the deadline can be, or to the last such day when the first is
    /// not known; negative once that day has passed.
    async fn days_left(&self) -> i64 {
        self.row.due.days_left(self.pin.day)
    }

    /// The deadline as a sentence in plain English.
    async fn sentence(&self) -> &str {
        &self.row.sentence
    }

    /// The milestone that gives the day; null when the milestone is unknown under the `knownAt`, `basis` and
    /// `atPosition` asked for.
    async fn milestone(&self, ctx: &Context<'_>) -> Result<Option<Milestone>> {
        Milestone::load(ctx, &self.row.agreement, &self.pin, self.row.due.by).await
    }

    /// The instant at which the day of the deadline was recorded.
    async fn told_at(&self) -> Instant {
        Instant(self.row.told_at)
    }

    /// The position of the event that recorded the day of the deadline.
    async fn told_position(&self) -> Position {
        Position(self.row.told_position)
    }
}

/// Which deadlines are asked for.
pub fn filter(
    instrument: Option<String>,
    countries: Option<Vec<CountryCode>>,
    from: Option<Date>,
    to: Option<Date>,
) -> DeadlineFilter {
    let countries = countries.unwrap_or_default().into_iter().map(|code| code.0).collect();
    DeadlineFilter { instrument, countries, from: from.map(|day| day.0), to: to.map(|day| day.0) }
}
