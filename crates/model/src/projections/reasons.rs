//! Why is a limit what it is, in words that an official would accept?
//!
//! Invariant: it says who set the limit, on how many rounds it rests, and why the other did not set it.

use super::limits::{GroupLimit, LimitPolicy, NoEstimate};
use crate::domain::instrument::Instrument;
use crate::domain::text::counted;
use crate::domain::words::{LimitFrom, Stage};

/// Why the limit of a stage is what it is.
#[must_use]
pub fn limit_reason(limit: &GroupLimit, policy: LimitPolicy, stage: Stage, instrument: &Instrument) -> String {
    let LimitPolicy { quantile, least_transitions, most_spread } = policy;
    let share = 100.0 * quantile;
    let moved_on = limit.transitions;
    let fallback = instrument.rules(stage).and_then(|rules| rules.limit.as_ref());
    let Some(fallback) = fallback else { return "The instrument gives this stage no limit.".to_owned() };
    let why_not = match (limit.from, limit.why_not) {
        (LimitFrom::Estimate, _) | (_, None) => {
            return format!(
                "{share} of 100 comparable rounds had moved on from this stage within so many days, by the estimate over all \
                 that are known; {moved_on} of them {} moved on for sure. The instrument's fallback would be {}: {}",
                if moved_on == 1 { "has" } else { "have" },
                counted(fallback.days, "day"),
                fallback.reason
            );
        }
        (_, Some(NoEstimate::FewTransitions)) => {
            let (rounds, have) = if moved_on == 1 { ("round", "has") } else { ("rounds", "have") };
            format!(
                "only {moved_on} comparable {rounds} {have} moved on for sure, and {least_transitions} are asked for"
            )
        }
        (_, Some(NoEstimate::NotReached)) => {
            format!("it does not reach {share} of 100 rounds in every case that the dates allow")
        }
        (_, Some(NoEstimate::TooUncertain)) => {
            format!("uncertain dates leave more than {most_spread} times as many days in one reading as in another")
        }
    };
    format!("{} The estimate sets no limit: {why_not}.", fallback.reason)
}
