//! After how many days has a round waited too long, as far as was known?
//!
//! Invariant: an estimate rests on the pin's knowledge alone, so a look back does not peek; from tables or folded, it is
//! the same.

use std::sync::Arc;

use chrono::NaiveDate;
use quick_cache::sync::Cache;

use super::lists::FOLDED;
use super::{Answers, AskError, Pin};
use crate::domain::ids::{AgreementId, InstrumentCode};
use crate::domain::instrument::Instrument;
use crate::domain::words::Stage;
use crate::projections::knowledge::{Basis, Knowledge};
use crate::projections::limits::{Limits, Round};
use crate::projections::spells::{Group, Spell, spells};
use crate::projections::stalled::{Wait, Waiting, waits};
use crate::projections::status::{Status, readings};
use crate::projections::steps::Steps;
use crate::store::Tabled;

/// The most instruments whose rounds or limits are kept, each by some knowledge.
const KEPT: usize = 256;

/// What was computed of limits; it never changes, since its key says by which knowledge.
pub(super) struct Kept {
    rounds: Cache<(InstrumentCode, Knowledge), Arc<[Round]>>,
    limits: Cache<(InstrumentCode, Knowledge, NaiveDate), Arc<Limits>>,
}

impl Default for Kept {
    fn default() -> Self {
        Self { rounds: Cache::new(KEPT), limits: Cache::new(KEPT) }
    }
}

/// An agreement whose open round has stalled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StalledRow {
    /// Which.
    pub agreement: AgreementId,
    /// Its waiting.
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

    /// A status' waiting as other rounds judge it. Whoever tells no stall need not ask, since a day of its own costs the
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
        Ok(Waiting::by_limits(&status.waits, &limits, instrument))
    }

    /// The open rounds that have waited longer than their limit, the longest over it first.
    ///
    /// # Errors
    /// When an instrument is not known or the log cannot be read.
    pub async fn stalled(&self, pin: &Pin, instrument: Option<&str>) -> Result<Vec<StalledRow>, AskError> {
        let code = self.code(instrument)?;
        let mut rows = Vec::new();
        for (agreement, waits) in self.waiting(pin, code.as_ref()).await? {
            let instrument = self.instrument(&agreement)?;
            let limits = self.limits(instrument, &pin.knowledge, pin.day).await?;
            let stalled = Waiting::by_limits(&waits, &limits, instrument).filter(|waiting| waiting.stalled);
            rows.extend(stalled.map(|waiting| StalledRow { agreement, waiting }));
        }
        rows.sort_by_key(|row| (std::cmp::Reverse(row.waiting.over()), row.agreement.clone()));
        Ok(rows)
    }

    /// Whether the tables can say what was known.
    pub(super) fn tabled(&self, knowledge: &Knowledge) -> bool {
        // A cut by time is one by position, to which the pin was moved.
        self.tables && knowledge.basis == Basis::Recorded
    }

    /// Every round of an instrument.
    async fn rounds(&self, instrument: &Instrument, knowledge: &Knowledge) -> Result<Arc<[Round]>, AskError> {
        let mut all: Vec<(AgreementId, Vec<Spell>)> = Vec::new();
        if self.tabled(knowledge) {
            let tabled = self.reader().store().spells(&instrument.code, knowledge.position).await?;
            self.read_or_fold(tabled, spells, knowledge, &mut all).await?;
        } else {
            let take = |id: &AgreementId, steps: &Steps, instrument: &Instrument| {
                all.push((id.clone(), spells(steps, instrument)));
            };
            self.fold_all(Some(&instrument.code), take, knowledge).await?;
        }
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
            |steps: &Steps, instrument: &Instrument| waits(&readings(steps, instrument, pin.day), steps, instrument);
        let mut all = Vec::new();
        if self.tabled(&pin.knowledge) {
            let tabled = self.reader().store().waits(pin.day, code, pin.knowledge.position).await?;
            self.read_or_fold(tabled, waits, &pin.knowledge, &mut all).await?;
        } else {
            let take = |id: &AgreementId, steps: &Steps, instrument: &Instrument| {
                all.push((id.clone(), waits(steps, instrument)));
            };
            self.fold_all(code, take, &pin.knowledge).await?;
        }
        Ok(all)
    }

    /// Takes what the tables say, and folds what has changed since; loaded in as few round trips as there are batches.
    pub(super) async fn read_or_fold<T>(
        &self,
        tabled: Vec<Tabled<T>>,
        fold: impl Fn(&Steps, &Instrument) -> T,
        knowledge: &Knowledge,
        all: &mut Vec<(AgreementId, T)>,
    ) -> Result<(), AskError> {
        let changed = tabled.iter().filter(|tabled| tabled.says.is_none());
        let changed: Vec<AgreementId> = changed.map(|tabled| tabled.agreement.clone()).collect();
        for some in changed.chunks(FOLDED) {
            self.warm(some).await?;
        }
        for Tabled { agreement, says } in tabled {
            // An agreement of an instrument that this process does not know is not answered for.
            let Some(instrument) = self.instruments().find(&agreement.instrument) else { continue };
            let says = match says {
                Some(says) => says,
                None => fold(&self.history(&agreement).await?.steps(knowledge, instrument), instrument),
            };
            all.push((agreement, says));
        }
        Ok(())
    }
}
