//! How far has a source been seen?
//!
//! Invariant: it follows from the sweeps that are kept and from nothing else, so that every process tells the same, also after a
//! start.

use chrono::{DateTime, NaiveDate, Utc};

use super::{KeptSweep, Store, StoreError};

/// The outcome of a sweep of which every page was stored.
const GOOD: &str = "good";

/// How far a source has been seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// The day up to which everything was seen; `None` before the first good sweep.
    pub cursor: Option<NaiveDate>,
    /// When the last good sweep ended.
    pub last_success: Option<DateTime<Utc>>,
    /// When the last sweep ended that was not good.
    pub last_failure: Option<DateTime<Utc>>,
    /// How many sweeps were not good, ever.
    pub failed: u64,
    /// How many sweeps were not good since the last good one.
    pub failed_in_a_row: u32,
}

impl Swept {
    /// What the sweeps of a source come to, in the order of time.
    #[must_use]
    pub fn of(sweeps: &[KeptSweep]) -> Self {
        let mut swept = Self::default();
        for sweep in sweeps {
            if sweep.outcome == GOOD {
                swept.cursor = swept.cursor.max(Some(sweep.to));
                swept.last_success = swept.last_success.max(Some(sweep.ended));
                swept.failed_in_a_row = 0;
            } else {
                swept.last_failure = swept.last_failure.max(Some(sweep.ended));
                swept.failed += 1;
                swept.failed_in_a_row += 1;
            }
        }
        swept
    }
}

impl Store {
    /// How far a source has been seen.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn swept(&self, source: &str) -> Result<Swept, StoreError> {
        Ok(Swept::of(&self.sweeps(source).await?))
    }
}
