//! What would an agreement's status be if these commands were recorded?
//!
//! Invariant: nothing is recorded; the two statuses differ by the commands alone, since both are of one day and judged by
//! the same limits.

use chrono::NaiveDate;

use super::{Answers, Ask, AskError};
use crate::domain::event::Recorded;
use crate::domain::ids::{AgreementId, Position};
use crate::projections::history::History;
use crate::projections::knowledge::Knowledge;
use crate::projections::status::{Status, status_at};

/// The status of an agreement on a day, as it is and as it would be.
#[derive(Debug, Clone)]
pub struct Foreseen {
    /// The day that both statuses are of.
    pub day: NaiveDate,
    /// The status by what is recorded now.
    pub before: Status,
    /// The status by what is recorded, together with what is to be recorded.
    pub after: Status,
}

impl Answers {
    /// What the events of a dry run (`Tracker::execute_dry`) would make of an agreement on some days.
    ///
    /// # Errors
    /// When the instrument is not known or the log cannot be read.
    pub async fn foreseen(
        &self,
        agreement: &AgreementId,
        wished: &[Recorded],
        days: &[NaiveDate],
    ) -> Result<Vec<Foreseen>, AskError> {
        let instrument = self.instrument(agreement)?;
        let streams = self.reader().streams(std::slice::from_ref(agreement)).await?;
        let mut events: Vec<Recorded> = streams.get(agreement).map(|events| events.to_vec()).unwrap_or_default();
        let last = events.last().map(|event| event.version).unwrap_or_default();
        // What was recorded before, by the same command or by another process meanwhile, is there already.
        events.extend(wished.iter().filter(|event| event.agreement == *agreement && event.version > last).cloned());
        let history = History::of(&events, instrument);
        let everything = Knowledge::at(Position(u64::MAX));
        let mut foreseen = Vec::with_capacity(days.len());
        for day in days {
            let pin = self.pin(&Ask { as_of: Some(*day), ..Ask::default() }, self.position()).await?;
            let mut before = self.status_of_any_log(agreement, &pin).await?;
            self.judge(agreement, &pin.knowledge, &mut before).await?;
            let mut after = status_at(&history.worlds(&everything, instrument), instrument, *day);
            after.background.checked = before.background.checked;
            self.judge(agreement, &pin.knowledge, &mut after).await?;
            foreseen.push(Foreseen { day: *day, before, after });
        }
        Ok(foreseen)
    }

    /// The record of an agreement with all its text, as it stands now; an empty one where none was opened.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn record(&self, agreement: &AgreementId) -> Result<crate::domain::agreement::Agreement, AskError> {
        let records = self.reader().agreements(std::slice::from_ref(agreement), self.position()).await?;
        Ok(records.into_values().next().unwrap_or_default())
    }
}
