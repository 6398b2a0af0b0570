//! What would an agreement's status and its alerts be if these commands were recorded?
//!
//! Invariant: nothing is recorded; the two statuses differ by the commands alone, since both are of one day and judged by
//! the same limits.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{Answers, Ask, AskError};
use crate::domain::event::Recorded;
use crate::domain::ids::{AgreementId, Position};
use crate::domain::instrument::Instrument;
use crate::domain::time::UncertainDate;
use crate::projections::conditions::{Condition, Watch, conditions};
use crate::projections::history::History;
use crate::projections::knowledge::Knowledge;
use crate::projections::status::{Status, status_at};
use crate::projections::worlds::Worlds;

/// The status of an agreement on a day, as it is and as it would be.
#[derive(Debug, Clone)]
pub struct Foreseen {
    /// The day that both statuses are of.
    pub day: NaiveDate,
    /// The status that follows from what is recorded now.
    pub before: Status,
    /// The status by what is recorded, together with what is to be recorded.
    pub after: Status,
}

/// What some events would change about an agreement.
#[derive(Debug, Clone)]
pub struct AgreementForeseen {
    /// The agreement that the events are about.
    pub agreement: AgreementId,
    /// Today, and before it the days of the milestones that the events are about, the latest first.
    pub days: Vec<Foreseen>,
    /// The alerts whose condition would begin to hold today.
    pub raised: Vec<ForeseenAlert>,
    /// The alerts whose condition would no longer hold today.
    pub ended: Vec<ForeseenAlert>,
}

/// An alert that would be raised or ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeseenAlert {
    /// The name of the alert rule.
    pub rule: String,
    /// The condition as a sentence.
    pub sentence: String,
}

impl Answers {
    /// What the events of a dry run would change about each agreement, in the order of their ids: every face previews by this.
    ///
    /// # Errors
    /// When an instrument is not known or the log cannot be read.
    pub async fn foreseen_of(&self, wished: &[Recorded]) -> Result<Vec<AgreementForeseen>, AskError> {
        let today = self.today();
        let mut days: BTreeMap<AgreementId, BTreeSet<NaiveDate>> = BTreeMap::new();
        for event in wished {
            let days = days.entry(event.agreement.clone()).or_default();
            days.insert(today);
            days.extend(event.occurred().map(UncertainDate::latest).filter(|day| *day < today));
        }
        let mut all = Vec::with_capacity(days.len());
        for (agreement, days) in days {
            let days: Vec<NaiveDate> = days.into_iter().rev().collect();
            let days = self.foreseen(&agreement, wished, &days).await?;
            let [raised, ended] = self.alerts_foreseen(&agreement, wished).await?;
            all.push(AgreementForeseen { agreement, days, raised, ended });
        }
        Ok(all)
    }

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
        let history = self.history_with(agreement, wished, instrument).await?;
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

    /// The history of an agreement with what is wished for.
    async fn history_with(
        &self,
        agreement: &AgreementId,
        wished: &[Recorded],
        instrument: &Instrument,
    ) -> Result<History, AskError> {
        let streams = self.reader().streams(std::slice::from_ref(agreement)).await?;
        let mut events: Vec<Recorded> = streams.get(agreement).map(|events| events.to_vec()).unwrap_or_default();
        let last = events.last().map(|event| event.version).unwrap_or_default();
        // What was recorded before, by the same command or by another process meanwhile, is there already.
        events.extend(wished.iter().filter(|event| event.agreement == *agreement && event.version > last).cloned());
        Ok(History::of(&events, instrument))
    }

    /// The alerts of an agreement that the events of a dry run would raise today, and those that they would end: by what holds, whether
    /// somebody has looked since or not.
    ///
    /// # Errors
    /// When the instrument is not known or the log cannot be read.
    pub async fn alerts_foreseen(
        &self,
        agreement: &AgreementId,
        wished: &[Recorded],
    ) -> Result<[Vec<ForeseenAlert>; 2], AskError> {
        let instrument = self.instrument(agreement)?;
        let pin = self.pin(&Ask::default(), self.position()).await?;
        let limits = self.limits(instrument, &pin.knowledge, pin.day).await?;
        let everything = Knowledge::at(Position(u64::MAX));
        let holding = |worlds: &Worlds| {
            conditions(&self.rules().alerts, agreement, &Watch::of(worlds, pin.day), &limits, instrument)
        };
        let before = holding(&self.history(agreement).await?.worlds(&pin.knowledge, instrument));
        let after = holding(&self.history_with(agreement, wished, instrument).await?.worlds(&everything, instrument));
        let only = |these: &[Condition], those: &[Condition]| {
            let same = |one: &Condition, other: &Condition| one.rule == other.rule && one.about.continues(&other.about);
            let alone = these.iter().filter(|one| !those.iter().any(|other| same(one, other)));
            let told = |one: &Condition| ForeseenAlert {
                rule: one.rule.as_str().to_owned(),
                sentence: one.sentence(Some(instrument)),
            };
            alone.map(told).collect::<Vec<_>>()
        };
        Ok([only(&after, &before), only(&before, &after)])
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
