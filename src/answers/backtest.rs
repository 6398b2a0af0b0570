//! Which alerts would the rules have raised in the past, by what was published then?
//!
//! Invariant: it records nothing, and reads the log up to one position.

use std::sync::Arc;

use chrono::NaiveDate;

use super::{Answers, AskError, Pin};
use crate::config::rules::Rules;
use crate::domain::ids::AgreementId;
use crate::domain::instrument::Instrument;
pub use crate::projections::backtest::WouldFire;
use crate::projections::backtest::{Case, Ended, MOST_FIRED, backtest};
use crate::projections::history::History;

/// The most years of a back-test.
pub const MOST_YEARS: u32 = 50;

/// The most that is tried: days times agreements times rules. Sixteen years of fifty agreements by four rules are a million.
const MOST_TRIED: u64 = 10_000_000;

/// The alerts that alert rules would have raised in a span of days.
#[derive(Debug, Clone, PartialEq)]
pub struct Backtest {
    /// The first day of the span.
    pub from: NaiveDate,
    /// The last day of the span.
    pub to: NaiveDate,
    /// The alerts that would have fired, in the order in which they would have.
    pub fired: Vec<WouldFire>,
}

impl Answers {
    /// Tries rules at every day from one to another, both included, by what had been published by then.
    ///
    /// # Errors
    /// When the days are the wrong way round or too many, too much is tried or fires, or the log cannot be read.
    pub async fn backtest(
        &self,
        rules: &Rules,
        (from, to): (NaiveDate, NaiveDate),
        pin: &Pin,
    ) -> Result<Backtest, AskError> {
        if from > to || to.years_since(from).is_some_and(|years| years >= MOST_YEARS) {
            return Err(AskError::Days { from, to, most: MOST_YEARS });
        }
        let mut cases: Vec<(AgreementId, Arc<History>)> = Vec::new();
        let take = |id: &AgreementId, history: &Arc<History>, _: &Instrument| cases.push((id.clone(), history.clone()));
        self.each_history(None, take).await?;
        let days = u64::try_from((to - from).num_days()).unwrap_or_default() + 1;
        let tried = days.saturating_mul(cases.len() as u64).saturating_mul(rules.alerts.len().max(1) as u64);
        if tried > MOST_TRIED {
            return Err(AskError::TooMuchTried { tried, most: MOST_TRIED });
        }
        // One at a time, beside everything else that the process does.
        let _turn = self.trying.acquire().await.map_err(|_| AskError::Stopped)?;
        let (instruments, rules, position) = (self.instruments().clone(), rules.clone(), pin.knowledge.position);
        let wanted = Arc::new(());
        let alive = Arc::downgrade(&wanted);
        // It computes for as long as a second, which must not keep others waiting; and ends when nobody waits for it.
        let computed = tokio::task::spawn_blocking(move || {
            let known = cases.iter().filter_map(|(agreement, history)| {
                Some(Case { agreement, history, instrument: instruments.find(&agreement.instrument)? })
            });
            let known: Vec<Case<'_>> = known.collect();
            backtest(&known, &rules.alerts, rules.limit, (from, to), position, || alive.strong_count() > 0)
        });
        let fired = computed.await.map_err(|_| AskError::Stopped)?;
        drop(wanted);
        match fired {
            Ok(fired) => Ok(Backtest { from, to, fired }),
            Err(Ended::Unwanted) => Err(AskError::Stopped),
            Err(Ended::TooMany) => Err(AskError::TooManyFired { most: MOST_FIRED }),
        }
    }
}
