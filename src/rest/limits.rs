//! After how many days has a round waited too long, and how does its waiting compare, as JSON?
//!
//! Invariant: the same fields as GraphQL's; who is compared and who is not is always told.

use serde_json::{Value, json};

use super::words::word;
use crate::domain::instrument::Instrument;
use crate::domain::words::Word;
use crate::projections::limits::{Limits, Outcome, Range};
use crate::projections::reasons::limit_reason;
use crate::projections::spells::Group;
use crate::projections::stalled::Waiting;
use crate::projections::survival::NotEstimable;

/// A limit, who set it, and the estimate.
pub fn limit(limits: &Limits, group: Group, instrument: &Instrument) -> Value {
    let (limit, policy) = (limits.limit(group, instrument), limits.policy());
    let count = |outcome: Outcome| limits.count(group, outcome);
    let compared = limits.compared(group).map(|(round, lengths)| {
        let left = round.spell.left.map(|left| left.when);
        json!({
            "agreement": { "id": round.agreement.to_string() },
            "round": round.spell.round,
            "outcome": shout(limits.outcome(round, lengths).as_str()),
            "entered": round.spell.entered,
            "left": left.filter(|left| left.earliest().is_none_or(|earliest| earliest <= limits.day())),
            "shortestDays": lengths.shortest.days,
            "shortestMovedOn": lengths.shortest.came,
            "longestDays": lengths.longest.days,
            "longestMovedOn": lengths.longest.came,
        })
    });
    let left_out = limits.left_out(group).map(|(round, why)| {
        json!({
            "agreement": { "id": round.agreement.to_string() },
            "round": round.spell.round,
            "reason": shout(why.as_str()),
        })
    });
    json!({
        "days": limit.days,
        "from": shout(limit.from.as_str()),
        "reason": limit_reason(&limit, policy, group.stage, instrument),
        "fallbackDays": limit.fallback,
        "estimate": {
            "days": limit.estimate.map(range),
            "quantile": policy.quantile,
            "leastTransitions": policy.least_transitions,
            "noLimitBecause": limit.why_not.map(|why| shout(why.as_str())),
            "movedOnCount": count(Outcome::MovedOn),
            "mayHaveMovedOnCount": count(Outcome::MayHaveMovedOn),
            "givenUpCount": count(Outcome::GivenUp),
            "waitingCount": count(Outcome::Waiting),
            "compared": compared.collect::<Vec<_>>(),
            "leftOut": left_out.collect::<Vec<_>>(),
        },
    })
}

/// How a waiting compares with its peers'; null when its beginning is open.
pub fn comparison(limits: &Limits, waiting: &Waiting) -> Value {
    let found = waiting.range().and_then(|days| limits.comparison(waiting.group, days));
    found.map_or(Value::Null, |found| {
        json!({
            "percentile": range(found.percentile),
            "confidence": found.band.map(range),
            "within90Days": chance(found.within_90),
            "within365Days": chance(found.within_365),
            "atRisk": range(found.at_risk),
        })
    })
}

/// A stall with its limit and how it compares.
pub fn stall(limits: &Limits, waiting: &Waiting, instrument: &Instrument) -> Value {
    json!({
        "stage": word(waiting.stage),
        "since": waiting.since,
        "days": waiting.days,
        "limitDays": waiting.limit_days.unwrap_or_default(),
        "limitFrom": waiting.limit_from(instrument).unwrap_or_default(),
        "limit": limit(limits, waiting.group, instrument),
        "comparison": comparison(limits, waiting),
    })
}

fn range<T: serde::Serialize>(Range { least, most }: Range<T>) -> Value {
    json!({ "least": least, "most": most })
}

fn chance(chance: Result<Range<f64>, NotEstimable>) -> Value {
    let not_estimable = chance.err().map(|why| shout(why.as_str()));
    json!({ "range": chance.ok().map(range), "notEstimable": not_estimable })
}

fn shout(word: &str) -> String {
    word.to_ascii_uppercase()
}
