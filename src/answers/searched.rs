//! Up to which day has the Federal Register been searched for what belongs in the record?
//!
//! Invariant: it is told of today by today's knowledge alone, so that no answer that is pinned changes when somebody searches.

use std::sync::atomic::{AtomicI32, Ordering};

use chrono::{Datelike, NaiveDate};

use super::{Answers, Pin};
use crate::domain::reading::FEDERAL_REGISTER;
use crate::projections::background::Checked;
use crate::store::StoreError;

/// The day, as the days since the beginning of the calendar. Read from memory, since each status tells it.
#[derive(Debug)]
pub struct Searched(AtomicI32);

/// Nobody has looked.
const UNSEEN: i32 = i32::MIN;
/// No search is on record.
const NEVER: i32 = 0;

impl Default for Searched {
    fn default() -> Self {
        Self(AtomicI32::new(UNSEEN))
    }
}

impl Answers {
    /// Reads how far sources have been searched. Another process may have searched, so it is asked for again from time to time.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn look_at_searches(&self) -> Result<(), StoreError> {
        let sweeps = self.reader.store().sweeps(FEDERAL_REGISTER).await?;
        let last = sweeps.iter().filter(|sweep| sweep.outcome == "good").map(|sweep| sweep.to).max();
        self.searched.0.store(last.map_or(NEVER, |day| day.num_days_from_ce()), Ordering::Relaxed);
        Ok(())
    }

    /// What a status tells of it.
    pub(super) fn checked(&self, pin: &Pin) -> Checked {
        if pin.ask.known_at.is_some() || pin.ask.at_position.is_some() || pin.day != pin.today {
            return Checked::Unasked;
        }
        match self.searched.0.load(Ordering::Relaxed) {
            UNSEEN => Checked::Unasked,
            days => {
                let day = NaiveDate::from_num_days_from_ce_opt(days).filter(|_| days != NEVER);
                day.map_or(Checked::Never, Checked::UpTo)
            }
        }
    }
}
