//! Up to which day has the Federal Register been searched for what belongs in the record?
//!
//! Invariant: only a status of today by today's knowledge shows it, so that no answer that is pinned changes when somebody
//! searches.

use std::sync::{PoisonError, RwLock};

use super::{Answers, Pin};
use crate::domain::reading::FEDERAL_REGISTER;
use crate::projections::background::Checked;
use crate::store::StoreError;

/// What is known of it. Read from memory, since each status shows it.
#[derive(Debug, Default)]
pub struct Searched(RwLock<Checked>);

impl Answers {
    /// Reads how far sources have been searched. Another process may have searched, so it is asked for again from time to time.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn look_at_searches(&self) -> Result<(), StoreError> {
        let cursor = self.reader.store().swept(FEDERAL_REGISTER).await?.cursor;
        let found = cursor.map_or(Checked::Never, Checked::UpTo);
        *self.searched.0.write().unwrap_or_else(PoisonError::into_inner) = found;
        Ok(())
    }

    /// What a status of today by today's knowledge shows of it.
    #[must_use]
    pub fn searched_up_to(&self) -> Checked {
        *self.searched.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a status shows of it.
    pub(super) fn checked(&self, pin: &Pin) -> Checked {
        if pin.ask.known_at.is_some() || pin.ask.at_position.is_some() || pin.day != pin.today {
            return Checked::Unasked;
        }
        self.searched_up_to()
    }
}
