//! Which rounds are open, stalled or not, for how long do they wait, and how does that compare?
//!
//! Invariant: a stall here is a stall in the list of stalls; a renewal whose outcome no source gives is in the list and
//! is no stall.

use schemars::JsonSchema;
use serde::Serialize;

use super::agreement::cited;
use super::{Agreement, Comparison, Limit, List, PinnedAt, Status, Term};
use crate::answers::{Answers, AskError, Pin, Slice, WaitingRow};
use crate::domain::instrument::Instrument;
use crate::domain::time::UncertainDate;
use crate::domain::words::Stage;
use crate::projections::limits::Limits;
use crate::projections::stalled;

/// An agreement with an open round that waits, stalled or not.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WaitingAgreement {
    /// The agreement by its id and its country.
    pub agreement: Agreement,
    /// How long its round has waited, and how that compares with other rounds.
    pub waiting: Waiting,
    /// The status of the agreement on the day.
    pub status: Status,
}

/// How long an open round has waited in its stage, whether it has stalled or not.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// The stage in which the round waits.
    pub stage: Term<Stage>,
    /// The number of the round within its agreement, counted from 1.
    pub round: u16,
    /// The first day of the round in the stage; for review, the day after comments closed.
    pub since: UncertainDate,
    /// The days that the round has waited, counted from the latest day on which the stage can have begun.
    pub days: i64,
    /// The days that the round has waited, counted from the earliest day on which the stage can have begun; null when
    /// no source bounds that day.
    pub days_at_most: Option<i64>,
    /// Whether the round has certainly waited longer than the limit.
    pub stalled: bool,
    /// Whether the round has stalled and there has been no new evidence about it for as long as the instrument says
    /// (rule 18 of `docs/rules.md`).
    pub dormant: bool,
    /// Whether the round is a renewal whose outcome no source gives, while the earlier agreement continues. Such a
    /// round never stalls.
    pub outcome_unknown: bool,
    /// The date of the newest evidence about the talks and the agreement; null when there is none.
    pub last_news_on: Option<UncertainDate>,
    /// The limit of the stage, with its reason and with how long comparable rounds take.
    pub limit: Limit,
    /// How the days waited compare with those of comparable rounds; null when the earliest day on which the stage can
    /// have begun is not known.
    pub comparison: Option<Comparison>,
}

impl Waiting {
    /// A waiting among comparable rounds.
    #[must_use]
    pub fn of(limits: &Limits, waiting: &stalled::Waiting, instrument: &Instrument) -> Self {
        Self {
            stage: Term(waiting.stage),
            round: waiting.round,
            since: waiting.since,
            days: waiting.days,
            days_at_most: waiting.days_at_most,
            stalled: waiting.stalled,
            dormant: waiting.dormant,
            outcome_unknown: waiting.outcome_unknown,
            last_news_on: waiting.heard,
            limit: Limit::of(limits, waiting.group, instrument),
            comparison: Comparison::of(limits, waiting),
        }
    }
}

impl Answers {
    /// Some open rounds that wait, as a part of a list whose keys are their places.
    ///
    /// # Errors
    /// When an instrument is not known or the log cannot be read.
    pub async fn view_waiting(
        &self,
        slice: &Slice<(u64, WaitingRow)>,
        pin: &Pin,
    ) -> Result<List<PinnedAt, WaitingAgreement>, AskError> {
        self.warm(&slice.items.iter().map(|(_, row)| row.agreement.clone()).collect::<Vec<_>>()).await?;
        let mut nodes = Vec::with_capacity(slice.items.len());
        for (_, WaitingRow { agreement: id, waiting }) in &slice.items {
            let instrument = self.instrument(id)?;
            let limits = self.limits(instrument, &pin.knowledge, pin.day).await?;
            let status = self.status(id, pin).await?;
            nodes.push(WaitingAgreement {
                agreement: id.into(),
                waiting: Waiting::of(&limits, waiting, instrument),
                status: Status::of(&status, id.country, instrument, pin, cited),
            });
        }
        Ok(List::of(pin.into(), slice, nodes, |(place, _)| place.to_string()))
    }
}
