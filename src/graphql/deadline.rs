//! How is a deadline told to a client?
//!
//! Invariant: what is below a deadline is told as of the same pin.

use async_graphql::{Context, Object, Result};

use super::agreement::Agreement;
use super::milestone::Milestone;
use super::scalars::{CountryCode, Date, Instant, Position};
use super::words::DeadlineKind;
use crate::answers::view::DateBounds;
use crate::answers::{DeadlineFilter, DeadlineRow, Pin};

/// A day on which something ends.
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

/// A day on which something ends, as long as nothing that is known ended it before.
#[Object]
impl Deadline {
    /// What makes it the same deadline at every position, also when its day moves: its UID in `/v1/deadlines.ics`.
    async fn uid(&self) -> String {
        self.row.due.uid()
    }

    /// What ends on that day: comments or a term.
    async fn kind(&self) -> DeadlineKind {
        self.row.due.deadline.into()
    }

    /// The agreement that it belongs to.
    async fn agreement(&self) -> Agreement {
        Agreement { id: self.row.agreement.clone(), pin: Some(self.pin) }
    }

    /// The last day before it ends: that on which comments close, or the last of the term.
    async fn on(&self) -> DateBounds {
        self.row.due.on.into()
    }

    /// The days from the day asked about to the first that it can be, or to the last where the beginning is open; negative
    /// when that has passed.
    async fn days_left(&self) -> i64 {
        self.row.due.days_left(self.pin.day)
    }

    /// The same for people.
    async fn sentence(&self) -> &str {
        &self.row.sentence
    }

    /// The milestone that tells the day.
    async fn milestone(&self, ctx: &Context<'_>) -> Result<Option<Milestone>> {
        Milestone::load(ctx, &self.row.agreement, &self.pin, self.row.due.by).await
    }

    /// When the log learnt the day.
    async fn told_at(&self) -> Instant {
        Instant(self.row.told_at)
    }

    /// Where in the log.
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
