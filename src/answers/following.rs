//! What has the log learnt since a position?
//!
//! Invariant: a follower holds at most [`PAGE`] events, however slowly they are taken from it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::{Answers, AskError};
use crate::domain::alert::AlertRecorded;
use crate::domain::event::Recorded;
use crate::domain::ids::Position;
use crate::domain::logged::Logged;
use crate::domain::words::MilestoneKind;
use crate::projections::changes::{self, Change, LATE_AFTER_DAYS, change};
use crate::projections::knowledge::Knowledge;
use crate::read::feed::Feed;
use crate::store::StoreError;

/// The most events that a follower holds.
pub const PAGE: usize = 64;
/// How long a position is waited for that another process may have written.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// How long a follower waits before it reads a log again that could not be read.
const AGAIN: Duration = Duration::from_secs(1);

/// Everything that the log learns after a position, one event at a time.
#[derive(Debug)]
pub struct Following {
    feed: Feed,
    page: VecDeque<Logged>,
    /// The end of the log when it began: what lies before is replayed.
    began: Position,
    replayed: usize,
}

impl Following {
    /// How many events are held just now.
    #[must_use]
    pub fn held(&self) -> usize {
        self.page.len()
    }

    /// How many pages of what was recorded before it began were read since this was asked last.
    pub const fn replayed(&mut self) -> usize {
        std::mem::replace(&mut self.replayed, 0)
    }

    /// The next event of an agreement; waits for it, also for a database that is away.
    ///
    /// # Errors
    /// When an event of the log cannot be read.
    pub async fn next(&mut self) -> Result<Arc<Recorded>, AskError> {
        loop {
            if let Logged::Agreement(recorded) = self.next_logged().await? {
                return Ok(recorded);
            }
        }
    }

    /// The next event of an alert; waits as [`Following::next`].
    ///
    /// # Errors
    /// As [`Following::next`].
    pub async fn next_alert(&mut self) -> Result<Arc<AlertRecorded>, AskError> {
        loop {
            if let Logged::Alert(recorded) = self.next_logged().await? {
                return Ok(recorded);
            }
        }
    }

    /// The next event, of whatever stream.
    async fn next_logged(&mut self) -> Result<Logged, AskError> {
        loop {
            if let Some(event) = self.page.pop_front() {
                return Ok(event);
            }
            let replays = self.feed.at() < self.began;
            match self.feed.next(PAGE).await {
                Ok(events) => {
                    self.page = events.into();
                    self.replayed += usize::from(replays);
                }
                Err(error) => wait_out(error.into()).await?,
            }
        }
    }
}

/// Waits a while for a log that cannot be read; the reader's own polling says so once for all followers.
///
/// # Errors
/// What no waiting mends: an event that cannot be read, or a wrong question.
pub(super) async fn wait_out(error: AskError) -> Result<(), AskError> {
    match error {
        AskError::Store(StoreError::Corrupt { .. }) => Err(error),
        AskError::Store(_) => {
            tracing::debug!(error = %crate::telemetry::chain(&error), "answers.following.waits");
            tokio::time::sleep(AGAIN).await;
            Ok(())
        }
        _ => Err(error),
    }
}

/// The days from the latest day on which an event's milestone can have happened to the day of its record; `None` for an
/// event without a date, 0 for a day that lies ahead.
#[must_use]
pub fn days_late(event: &Recorded) -> Option<i64> {
    event.occurred().map(|occurred| changes::days_late(occurred, event.recorded_at))
}

/// Whether an event was recorded so late that a reader who cuts by date has missed it ([`LATE_AFTER_DAYS`]).
#[must_use]
pub fn is_late(event: &Recorded) -> bool {
    days_late(event).is_some_and(|days| days > LATE_AFTER_DAYS)
}

impl Answers {
    /// Waits until this process has seen a position, which another one may have written just now.
    ///
    /// # Errors
    /// [`AskError::PositionNotReached`] after [`PATIENCE`].
    pub async fn reach(&self, position: Position) -> Result<(), AskError> {
        if self.reader.seen() >= position || self.reader.wait_for(position, PATIENCE).await {
            return Ok(());
        }
        Err(AskError::PositionNotReached { asked: position, seen: self.reader.seen(), after: PATIENCE })
    }

    /// Follows the log after a position; from now on when there is none.
    ///
    /// # Errors
    /// As [`Answers::reach`].
    pub async fn follow(&self, after: Option<Position>) -> Result<Following, AskError> {
        let after = match after {
            Some(after) => self.reach(after).await.map(|()| after)?,
            None => self.reader.seen(),
        };
        let began = self.reader.seen();
        Ok(Following { feed: self.reader.feed(after), page: VecDeque::new(), began, replayed: 0 })
    }

    /// What an event changed in its agreement's status; `None` when every day's status stayed the same. Waits for a
    /// database that is away.
    ///
    /// # Errors
    /// When an event of the log cannot be read.
    pub async fn change(&self, event: &Recorded) -> Result<Option<Change>, AskError> {
        let instrument = self.instrument(&event.agreement)?;
        let history = loop {
            match self.history(&event.agreement).await {
                Ok(history) => break history,
                Err(error) => wait_out(error).await?,
            }
        };
        let (before, after) =
            (Knowledge::at(Position(event.position.0.saturating_sub(1))), Knowledge::at(event.position));
        let worlds = (history.worlds(&before, instrument), history.worlds(&after, instrument));
        let Some(mut change) = change(&worlds.0, &worlds.1, instrument, event.recorded_at.date_naive()) else {
            return Ok(None);
        };
        for (status, knowledge) in [(&mut change.before, before), (&mut change.after, after)] {
            while let Err(error) = self.judge(&event.agreement, &knowledge, status).await {
                wait_out(error).await?;
            }
        }
        Ok(Some(change))
    }

    /// The kind of the milestone that an event is about, as known by then; `None` for the opening of a record. Waits for
    /// a database that is away.
    ///
    /// # Errors
    /// When an event of the log cannot be read.
    pub async fn kind(&self, event: &Recorded) -> Result<Option<MilestoneKind>, AskError> {
        if let Some(milestone) = event.content() {
            return Ok(Some(milestone.kind()));
        }
        let Some(milestone) = event.milestone() else { return Ok(None) };
        let record = loop {
            match self.reader.agreements(std::slice::from_ref(&event.agreement), event.position).await {
                Ok(mut records) => break records.remove(&event.agreement),
                Err(error) => wait_out(error.into()).await?,
            }
        };
        let entry = record.and_then(|record| record.milestones.get(&milestone).cloned());
        Ok(entry.map(|entry| entry.milestone.kind()))
    }
}
