//! After how many days has a round waited too long, and how does its waiting compare?
//!
//! Invariant: the same fields as GraphQL's; who is compared and who is not is always told.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::{Column, PINNED, Sheet, pinned};
use super::error::RestError;
use super::question::Question;
use super::words::word;
use crate::answers::{Answers, AskError};
use crate::domain::instrument::Instrument;
use crate::domain::words::Word;
use crate::projections::limits::{Limits, Outcome, Range, rounded};
use crate::projections::reasons::limit_reason;
use crate::projections::spells::Group;
use crate::projections::stalled::Waiting;
use crate::projections::survival::{Curve, NotEstimable, Point};

const GROUP: &[Column] = &[
    ("stage", "/stage"),
    ("renewal", "/renewal"),
    ("feasibility", "/feasibility"),
    ("days", "/limit/days"),
    ("from", "/limit/from"),
    ("reason", "/limit/reason"),
    ("fallbackDays", "/limit/fallbackDays"),
    ("estimateLeastDays", "/limit/estimate/days/least"),
    ("estimateMostDays", "/limit/estimate/days/most"),
    ("quantile", "/limit/estimate/quantile"),
    ("leastTransitions", "/limit/estimate/leastTransitions"),
    ("noLimitBecause", "/limit/estimate/noLimitBecause"),
    ("movedOn", "/limit/estimate/movedOnCount"),
    ("mayHaveMovedOn", "/limit/estimate/mayHaveMovedOnCount"),
    ("givenUp", "/limit/estimate/givenUpCount"),
    ("waiting", "/limit/estimate/waitingCount"),
];
const LIMITS: Sheet = Sheet { rows: "/limits", columns: &[GROUP, PINNED] };

/// `GET /v1/limits`.
pub async fn limits(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let code = question.instrument()?;
    let stage = question.word("stage")?;
    let ask = question.ask_about_a_day()?;
    let format = question.format()?;
    let pin = answers.pin(&ask, answers.position()).await?;
    let (limits, groups) = answers.groups(&code, stage, &pin).await?;
    let instrument = answers.instruments().load(&code).map_err(AskError::Instrument)?;
    let group = |group: Group| {
        let mut limit = limit(&limits, group, instrument);
        let (shortest, longest) = limits.curves(group);
        limit["estimate"]["shortest"] = curve(shortest);
        limit["estimate"]["longest"] = curve(longest);
        json!({
            "stage": word(group.stage),
            "renewal": group.renewal,
            "feasibility": group.feasibility,
            "limit": limit,
        })
    };
    let answer = json!({ "limits": groups.into_iter().map(group).collect::<Vec<_>>() });
    format.respond(&pin, pinned(&pin, answer), &LIMITS)
}

fn curve(curve: &Curve) -> Value {
    let figure = |share: f64| rounded(share, 1e6);
    let point = |point: &Point| {
        let band = curve.band(point.days);
        json!({
            "days": point.days,
            "atRisk": point.at_risk,
            "movedOn": point.came,
            "censored": point.censored,
            "share": figure(point.share),
            "confidence": band.map(|(least, most)| range(Range { least: figure(least), most: figure(most) })),
        })
    };
    curve.points().iter().map(point).collect()
}

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
            "within90Days": chance(found.within_90, found.band_90),
            "within365Days": chance(found.within_365, found.band_365),
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
        "lastNewsOn": waiting.heard,
        "dormant": waiting.dormant,
        "limit": limit(limits, waiting.group, instrument),
        "comparison": comparison(limits, waiting),
    })
}

fn range<T: serde::Serialize>(Range { least, most }: Range<T>) -> Value {
    json!({ "least": least, "most": most })
}

fn chance(chance: Result<Range<f64>, NotEstimable>, band: Option<Range<f64>>) -> Value {
    let not_estimable = chance.err().map(|why| shout(why.as_str()));
    json!({ "range": chance.ok().map(range), "confidence": band.map(range), "notEstimable": not_estimable })
}

fn shout(word: &str) -> String {
    word.to_ascii_uppercase()
}
