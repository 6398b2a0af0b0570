//! How many facts may the holder of a token record in a day?
//!
//! Invariant: what a token has recorded today is counted in the log itself, so no restart and no other process forgets it; the program
//! and its operator are not counted.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::config::limits::{Limit, Struck};
use crate::domain::ids::{Actor, Position};
use crate::domain::refusal::Refusal;
use crate::store::{Append, StoreError};

/// The facts of a day; 0 counts nothing.
#[derive(Debug, Clone, Default)]
pub struct Daily {
    /// The most for a token.
    pub most: usize,
    /// Counts the facts that are refused for a token.
    pub struck: Struck,
}

/// What everybody has recorded today, up to a position.
#[derive(Debug, Default)]
pub(super) struct Today {
    daily: Daily,
    day: NaiveDate,
    up_to: Position,
    facts: HashMap<Actor, usize>,
    /// What is decided and not yet committed.
    pending: HashMap<Actor, usize>,
}

impl Today {
    pub(super) fn of(daily: Daily) -> Self {
        Self { daily, ..Self::default() }
    }

    /// Reads what has been recorded since it was looked last, by whichever process.
    pub(super) async fn look(&mut self, append: &mut Append, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.pending.clear();
        if self.daily.most == 0 {
            return Ok(());
        }
        if self.day != now.date_naive() {
            self.facts.clear();
            self.up_to = append.position_before(now.date_naive().and_time(NaiveTime::MIN).and_utc()).await?;
            self.day = now.date_naive();
        }
        let head = append.head().position;
        if head > self.up_to {
            for (actor, facts) in append.recorded_after(self.up_to).await? {
                *self.facts.entry(actor).or_default() += facts;
            }
            self.up_to = head;
        }
        Ok(())
    }

    /// Counts one more fact of an actor.
    ///
    /// # Errors
    /// [`Refusal::TooManyToday`].
    pub(super) fn count(&mut self, actor: &Actor) -> Result<(), Refusal> {
        if self.daily.most == 0 || actor.is_reserved() {
            return Ok(());
        }
        let of = |facts: &HashMap<Actor, usize>| facts.get(actor).copied().unwrap_or_default();
        if of(&self.facts) + of(&self.pending) >= self.daily.most {
            self.daily.struck.count(Limit::DailyFacts);
            return Err(Refusal::TooManyToday { actor: actor.clone(), most: self.daily.most });
        }
        *self.pending.entry(actor.clone()).or_default() += 1;
        Ok(())
    }

    /// Takes back a fact that is not recorded after all.
    pub(super) fn take_back(&mut self, actor: &Actor) {
        if let Some(facts) = self.pending.get_mut(actor) {
            *facts = facts.saturating_sub(1);
        }
    }

    /// Notes that everything that was counted is recorded, up to a position.
    pub(super) fn committed(&mut self, up_to: Position) {
        for (actor, facts) in self.pending.drain() {
            *self.facts.entry(actor).or_default() += facts;
        }
        self.up_to = self.up_to.max(up_to);
    }
}
