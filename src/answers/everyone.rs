//! What is there to say of every agreement, by the tables where they can say it and else by its history?
//!
//! Invariant: from tables or folded, it is the same; an agreement of an instrument that this process does not know is not
//! answered for.

use std::sync::Arc;

use super::{Answers, AskError};
use crate::domain::ids::{AgreementId, InstrumentCode};
use crate::domain::instrument::Instrument;
use crate::projections::history::History;
use crate::projections::knowledge::{Basis, Knowledge};
use crate::projections::worlds::Worlds;
use crate::store::{StoreError, Tabled};

/// Agreements that are folded at once when a list cannot come from the tables.
const FOLDED: usize = 1_000;

impl Answers {
    /// Something of every agreement, or of every one of an instrument: what `tabled` reads, which is awaited only where the
    /// tables can say what was known, and what `fold` makes of the worlds of the others.
    pub(super) async fn tabled_or_folded<T>(
        &self,
        instrument: Option<&InstrumentCode>,
        knowledge: &Knowledge,
        tabled: impl Future<Output = Result<Vec<Tabled<T>>, StoreError>>,
        fold: impl Fn(&Worlds, &Instrument) -> T,
    ) -> Result<Vec<(AgreementId, T)>, AskError> {
        if self.tabled(knowledge) {
            return self.read_or_fold(tabled.await?, fold, knowledge).await;
        }
        let mut all = Vec::new();
        let take = |id: &AgreementId, worlds: &Worlds, instrument: &Instrument| {
            all.push((id.clone(), fold(worlds, instrument)));
        };
        self.fold_all(instrument, take, knowledge).await?;
        Ok(all)
    }

    /// Whether the tables can say what was known.
    fn tabled(&self, knowledge: &Knowledge) -> bool {
        // A cut by time is one by position, to which the pin was moved.
        self.tables && knowledge.basis == Basis::Recorded
    }

    /// Takes what the tables say, and folds what has changed since; loaded in as few round trips as there are batches.
    async fn read_or_fold<T>(
        &self,
        tabled: Vec<Tabled<T>>,
        fold: impl Fn(&Worlds, &Instrument) -> T,
        knowledge: &Knowledge,
    ) -> Result<Vec<(AgreementId, T)>, AskError> {
        let changed = tabled.iter().filter(|tabled| tabled.says.is_none());
        let changed: Vec<AgreementId> = changed.map(|tabled| tabled.agreement.clone()).collect();
        for some in changed.chunks(FOLDED) {
            self.warm(some).await?;
        }
        let mut all = Vec::with_capacity(tabled.len());
        for Tabled { agreement, says } in tabled {
            // An agreement of an instrument that this process does not know is not answered for.
            let Some(instrument) = self.instruments().find(&agreement.instrument) else { continue };
            let says = match says {
                Some(says) => says,
                None => fold(&self.history(&agreement).await?.worlds(knowledge, instrument), instrument),
            };
            all.push((agreement, says));
        }
        Ok(all)
    }

    /// Folds every agreement, or every one of an instrument, in the order of their ids.
    pub(super) async fn fold_all(
        &self,
        instrument: Option<&InstrumentCode>,
        mut take: impl FnMut(&AgreementId, &Worlds, &Instrument),
        knowledge: &Knowledge,
    ) -> Result<(), AskError> {
        self.each_history(instrument, |id, history, instrument| {
            take(id, &history.worlds(knowledge, instrument), instrument);
        })
        .await
    }

    /// The history of every agreement, or of every one of an instrument, in the order of their ids.
    pub(super) async fn each_history(
        &self,
        instrument: Option<&InstrumentCode>,
        mut take: impl FnMut(&AgreementId, &Arc<History>, &Instrument),
    ) -> Result<(), AskError> {
        let mut after = None;
        loop {
            let ids = self.reader().store().agreement_ids(instrument, after.as_ref(), FOLDED).await?;
            self.reader().warm(&ids).await?;
            for id in &ids {
                // An agreement of an instrument that this process does not know is not answered for.
                if let Some(instrument) = self.instruments().find(&id.instrument) {
                    take(id, &self.history(id).await?, instrument);
                }
            }
            if ids.len() < FOLDED {
                return Ok(());
            }
            after = ids.into_iter().next_back();
        }
    }
}
