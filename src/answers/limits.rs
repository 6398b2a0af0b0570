//! After how many days has a round waited too long, as far as was known?
//!
//! Invariant: an estimate rests on the pin's knowledge alone, so a look back does not peek; from tables or folded, it is
//! the same.

use std::sync::Arc;

use chrono::NaiveDate;
use quick_cache::sync::Cache;

use super::copies::ListCopy;
use super::{Answers, AskError, Pin};
use crate::domain::ids::{AgreementId, InstrumentCode};
use crate::domain::instrument::Instrument;
use crate::domain::words::Stage;
use crate::projections::background::heard;
use crate::projections::knowledge::Knowledge;
use crate::projections::limits::{Limits, Round};
use crate::projections::spells::{Group, Spell};
use crate::projections::stalled::{Wait, Waiting};
use crate::projections::status::Status;
use crate::projections::worlds::Worlds;

/// The most instruments whose rounds or limits are kept, each by some knowledge.
const KEPT: usize = 256;

/// What was computed of limits; it never changes, since its key says by which knowledge.
pub(super) struct Kept {
    rounds: Cache<(InstrumentCode, Knowledge), Arc<[Round]>>,
    limits: Cache<(InstrumentCode, Knowledge, NaiveDate), Arc<Limits>>,
    /// The copies of the list that were seen.
    pub(super) copies: Cache<(InstrumentCode, Knowledge), Arc<[ListCopy]>>,
}

impl Default for Kept {
    fn default() -> Self {
        Self { rounds: Cache::new(KEPT), limits: Cache::new(KEPT), copies: Cache::new(KEPT) }
    }
}

/// An agreement with an open round that waits, stalled or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingRow {
    /// The agreement that this is about.
    pub agreement: AgreementId,
    /// For how long the round has waited, and against which limit.
    pub waiting: Waiting,
}

impl Answers {
    /// The limits of an instrument's stages as of a day, by some knowledge.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn limits(
        &self,
        instrument: &Instrument,
        knowledge: &Knowledge,
        day: NaiveDate,
    ) -> Result<Arc<Limits>, AskError> {
        let key = (instrument.code.clone(), *knowledge, day);
        let compute = async {
            let key = (instrument.code.clone(), *knowledge);
            let rounds = self.kept.rounds.get_or_insert_async(&key, self.rounds(instrument, knowledge)).await?;
            Ok(Arc::new(Limits::of(rounds, day, self.rules.limit)))
        };
        self.kept.limits.get_or_insert_async(&key, compute).await
    }

    /// The groups of rounds that wait in an instrument's stages, or in one of them, in the order of the stages.
    ///
    /// # Errors
    /// When the instrument is not known or the log cannot be read.
    pub async fn groups(
        &self,
        instrument: &str,
        stage: Option<Stage>,
        pin: &Pin,
    ) -> Result<(Arc<Limits>, Vec<Group>), AskError> {
        let instrument = self.instruments().load(instrument).map_err(AskError::Instrument)?;
        let limits = self.limits(instrument, &pin.knowledge, pin.day).await?;
        let groups = limits.groups().filter(|group| stage.is_none_or(|stage| stage == group.stage)).collect();
        Ok((limits, groups))
    }

    /// Judges a status' waiting by what other rounds took; what a single history says rests on fallback limits alone.
    ///
    /// # Errors
    /// When the instrument is not known or the log cannot be read.
    pub async fn judge(
        &self,
        agreement: &AgreementId,
        knowledge: &Knowledge,
        status: &mut Status,
    ) -> Result<(), AskError> {
        status.waiting = self.judged(agreement, knowledge, status).await?;
        Ok(())
    }

    /// The waiting of a status, as other rounds judge it. A caller that shows no stall need not ask, since a day of its own costs the
    /// estimate over all rounds of the instrument.
    ///
    /// # Errors
    /// As [`Answers::judge`].
    pub async fn judged(
        &self,
        agreement: &AgreementId,
        knowledge: &Knowledge,
        status: &Status,
    ) -> Result<Option<Waiting>, AskError> {
        if status.waits.is_empty() {
            return Ok(None);
        }
        let instrument = self.instrument(agreement)?;
        let limits = self.limits(instrument, knowledge, status.day).await?;
        let waiting = Waiting::by_limits(&status.waits, &limits, instrument);
        Ok(waiting.map(|waiting| waiting.with_news(status.background.heard, status.day, instrument)))
    }

    /// The open rounds that have waited longer than their limit, the longest over it first; with `dormant`, only those that are
    /// dormant, or only those that are not.
    ///
    /// # Errors
    /// When an instrument is not known or the log cannot be read.
    pub async fn stalled(
        &self,
        pin: &Pin,
        instrument: Option<&str>,
        dormant: Option<bool>,
    ) -> Result<Vec<WaitingRow>, AskError> {
        let mut rows = self.judged_waits(pin, instrument, |waiting| waiting.stalled).await?;
        rows.retain(|row| dormant.is_none_or(|dormant| row.waiting.dormant == dormant));
        rows.sort_by_key(|row| (std::cmp::Reverse(row.waiting.over()), row.agreement.clone()));
        Ok(rows)
    }

    /// Every open round that waits, the one that has waited longest first: those that have not stalled too, and those
    /// whose outcome no source gives.
    ///
    /// # Errors
    /// As [`Answers::stalled`].
    pub async fn open_waits(&self, pin: &Pin, instrument: Option<&str>) -> Result<Vec<WaitingRow>, AskError> {
        let mut rows = self.judged_waits(pin, instrument, |_| true).await?;
        rows.sort_by_key(|row| (std::cmp::Reverse(row.waiting.days), row.agreement.clone()));
        Ok(rows)
    }

    /// The open rounds that pass, each judged by comparable rounds, with the newest news of it.
    async fn judged_waits(
        &self,
        pin: &Pin,
        instrument: Option<&str>,
        passes: impl Fn(&Waiting) -> bool,
    ) -> Result<Vec<WaitingRow>, AskError> {
        let code = self.code(instrument)?;
        let mut rows = Vec::new();
        for (agreement, waits) in self.waiting(pin, code.as_ref()).await? {
            let instrument = self.instrument(&agreement)?;
            let limits = self.limits(instrument, &pin.knowledge, pin.day).await?;
            let waiting = Waiting::by_limits(&waits, &limits, instrument).filter(&passes);
            rows.extend(waiting.map(|waiting| WaitingRow { agreement, waiting }));
        }
        let agreements: Vec<AgreementId> = rows.iter().map(|row: &WaitingRow| row.agreement.clone()).collect();
        self.warm(&agreements).await?;
        for row in &mut rows {
            let instrument = self.instrument(&row.agreement)?;
            let history = self.history(&row.agreement).await?;
            let heard = heard(&history.worlds(&pin.knowledge, instrument), pin.day);
            row.waiting = row.waiting.with_news(heard, pin.day, instrument);
        }
        Ok(rows)
    }

    /// Every round of an instrument.
    async fn rounds(&self, instrument: &Instrument, knowledge: &Knowledge) -> Result<Arc<[Round]>, AskError> {
        let tabled = Box::pin(self.reader().store().spells(&instrument.code, knowledge.position));
        let all: Vec<(AgreementId, Vec<Spell>)> = self
            .tabled_or_folded(Some(&instrument.code), knowledge, tabled, |worlds, _| worlds.spells.to_vec())
            .await?;
        let rounds = all.into_iter().flat_map(|(agreement, spells)| {
            spells.into_iter().map(move |spell| Round { agreement: agreement.clone(), spell })
        });
        Ok(rounds.collect())
    }

    /// What is waited for on the pin's day, by every agreement that this process answers for.
    async fn waiting(
        &self,
        pin: &Pin,
        code: Option<&InstrumentCode>,
    ) -> Result<Vec<(AgreementId, Vec<Wait>)>, AskError> {
        let waits =
            |worlds: &Worlds, _: &Instrument| worlds.on(pin.day).map(|days| worlds.waits(days)).unwrap_or_default();
        let tabled = Box::pin(self.reader().store().waits(pin.day, code, pin.knowledge.position));
        self.tabled_or_folded(code, &pin.knowledge, tabled, waits).await
    }
}
