//! How far has a source been seen?
//!
//! Invariant: it follows from the sweeps that are kept and from nothing else, so that every process tells the same, also after a
//! start.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use super::{KeptSweep, Store, StoreError};

/// The kind of a sweep over the days since the last good one.
pub const MAIN: &str = "main";
/// The kind of a sweep over days of long ago, which somebody asked for.
pub const BACKFILL: &str = "backfill";
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
    /// How many of the checks beside the sweeps, such as the searches of each week, were not good when they were last made.
    pub checks_failing: u32,
}

impl Swept {
    /// What the sweeps of a source come to, in the order of time.
    #[must_use]
    pub fn of(sweeps: &[KeptSweep]) -> Self {
        let mut swept = Self::default();
        let mut failing = BTreeSet::new();
        for sweep in sweeps {
            if !sweep.moves_the_cursor() {
                failing.remove(sweep.kind.as_str());
                if !sweep.is_good() {
                    failing.insert(sweep.kind.as_str());
                    swept.failed += 1;
                }
            } else if sweep.is_good() {
                swept.cursor = swept.cursor.max(Some(sweep.to));
                swept.last_success = swept.last_success.max(Some(sweep.ended));
                swept.failed_in_a_row = 0;
            } else {
                swept.last_failure = swept.last_failure.max(Some(sweep.ended));
                swept.failed += 1;
                swept.failed_in_a_row += 1;
            }
        }
        swept.checks_failing = u32::try_from(failing.len()).unwrap_or(u32::MAX);
        swept
    }
}

impl KeptSweep {
    /// Whether it is over the days that the cursor counts; the checks of each week are beside them.
    fn moves_the_cursor(&self) -> bool {
        matches!(self.kind.as_str(), MAIN | BACKFILL)
    }

    /// Whether every page of it was stored.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.outcome == GOOD
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
