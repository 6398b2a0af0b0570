//! How long did comparable rounds take to leave a stage?
//!
//! Invariant: who is compared and who is not is always told.

use async_graphql::SimpleObject;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Span, Term};
use crate::domain::ids::AgreementId;
use crate::domain::time::UncertainDate;
use crate::projections::limits::{GroupLimit, LeftOut, Limits, NoEstimate, Outcome, Range, Round, rounded};
use crate::projections::spells::{Group, Lengths};
use crate::projections::survival::{Curve, Point};

/// An estimate of how long comparable rounds took to leave a stage.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Estimate {
    /// The days after which the share `quantile` of the rounds had left the stage; null unless both runs reach that share.
    pub days: Option<Span<u32>>,
    /// The share of rounds, from 0 to 1, that must have left the stage by the limit.
    pub quantile: f64,
    /// How many rounds must certainly have left the stage before the estimate sets the limit.
    pub least_transitions: usize,
    /// Why the estimate does not set the limit; null when it does.
    pub no_limit_because: Option<Term<NoEstimate>>,
    /// How many rounds have certainly left the stage.
    pub moved_on_count: usize,
    /// How many rounds may have left the stage, or may still be in it.
    pub may_have_moved_on_count: usize,
    /// How many rounds were given up, were followed by another round, or ended with their agreement. Each counts as waiting
    /// up to that day.
    pub given_up_count: usize,
    /// How many rounds are still in the stage on the day that is asked about, on which they are censored.
    pub waiting_count: usize,
    /// The rounds that the estimate compares, in the order of their agreements.
    pub compared: Vec<ComparedRound>,
    /// The rounds that were in the same stage, but that the estimate does not compare.
    pub left_out: Vec<LeftOutRound>,
    /// The curves, where the limits themselves are asked for.
    #[serde(flatten)]
    pub curves: Option<Curves>,
}

/// An agreement that is named by its id alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Named {
    /// The agreement's id: the instrument, a slash and the country's code, such as `rdp/KR`.
    pub id: AgreementId,
}

/// A round that the estimate compares, with the days that it was in the stage.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComparedRound {
    /// The agreement that the round belongs to.
    pub agreement: Named,
    /// The number of the round within its agreement, counted from 1.
    pub round: u16,
    /// What had become of the round by the day that is asked about.
    pub outcome: Term<Outcome>,
    /// The first day on which the round was in the stage.
    pub entered: UncertainDate,
    /// The first day on which the round was no longer in the stage; null when the round cannot have left the stage by the day
    /// that is asked about.
    pub left: Option<UncertainDate>,
    /// The fewest days that the round can have been in the stage.
    pub shortest_days: u32,
    /// Whether the round left the stage after `shortestDays` days; false when it still waited then, or was given up.
    pub shortest_moved_on: bool,
    /// The most days that the round can have been in the stage.
    pub longest_days: u32,
    /// Whether the round left the stage after `longestDays` days; false when it still waited then, or was given up.
    pub longest_moved_on: bool,
}

/// A round that was in the same stage, but that the estimate does not compare.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LeftOutRound {
    /// The agreement that the round belongs to.
    pub agreement: Named,
    /// The number of the round within its agreement, counted from 1.
    pub round: u16,
    /// Why the estimate does not compare the round.
    pub reason: Term<LeftOut>,
}

/// The two curves of an estimate.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Curves {
    /// The curve of the run in which every round counts with the fewest days that its dates allow.
    pub shortest: Vec<CurvePoint>,
    /// The curve of the run in which every round counts with the most days that its dates allow.
    pub longest: Vec<CurvePoint>,
}

/// A point of the curve: a number of days after which a round left the stage, or after which nothing more is known of a
/// round that was still in it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct CurvePoint {
    /// The number of days since a round reached the stage.
    pub days: u32,
    /// How many rounds were watched for at least `days` days.
    pub at_risk: usize,
    /// How many of the rounds in `atRisk` left the stage after `days` days.
    pub moved_on: usize,
    /// How many of the rounds in `atRisk` were watched no longer than `days` days, and were still in the stage.
    pub censored: usize,
    /// The share of rounds that are still in the stage, from 1 to 0.
    pub share: f64,
    /// The range in which the share lies with a confidence of 95 percent; null when the share is 1 or 0.
    pub confidence: Option<Span<f64>>,
}

impl Estimate {
    /// The estimate for a group of rounds, without its curves.
    #[must_use]
    pub fn of(limits: &Limits, group: Group, limit: &GroupLimit) -> Self {
        let (policy, count) = (limits.policy(), |outcome: Outcome| limits.count(group, outcome));
        Self {
            days: limit.estimate.map(Into::into),
            quantile: policy.quantile,
            least_transitions: policy.least_transitions,
            no_limit_because: limit.why_not.map(Term),
            moved_on_count: count(Outcome::MovedOn),
            may_have_moved_on_count: count(Outcome::MayHaveMovedOn),
            given_up_count: count(Outcome::GivenUp),
            waiting_count: count(Outcome::Waiting),
            compared: limits
                .compared(group)
                .map(|(round, lengths)| ComparedRound::of(limits, round, lengths))
                .collect(),
            left_out: limits.left_out(group).map(LeftOutRound::of).collect(),
            curves: None,
        }
    }
}

impl ComparedRound {
    /// A round with its lengths.
    #[must_use]
    pub fn of(limits: &Limits, round: &Round, lengths: Lengths) -> Self {
        let left = round.spell.left.map(|left| left.when);
        Self {
            agreement: Named { id: round.agreement.clone() },
            round: round.spell.round,
            outcome: Term(limits.outcome(round, lengths)),
            entered: round.spell.entered,
            left: left.filter(|left| left.earliest().is_none_or(|earliest| earliest <= limits.day())),
            shortest_days: lengths.shortest.days,
            shortest_moved_on: lengths.shortest.came,
            longest_days: lengths.longest.days,
            longest_moved_on: lengths.longest.came,
        }
    }
}

impl LeftOutRound {
    fn of((round, why): (&Round, LeftOut)) -> Self {
        Self { agreement: Named { id: round.agreement.clone() }, round: round.spell.round, reason: Term(why) }
    }
}

impl Curves {
    /// The curves of a group.
    #[must_use]
    pub fn of(limits: &Limits, group: Group) -> Self {
        let (shortest, longest) = limits.curves(group);
        let points = |curve: &Curve| curve.points().iter().map(|point| CurvePoint::of(curve, point)).collect();
        Self { shortest: points(shortest), longest: points(longest) }
    }
}

impl CurvePoint {
    fn of(curve: &Curve, point: &Point) -> Self {
        let figure = |share: f64| rounded(share, 1e6);
        let band = curve.band(point.days);
        Self {
            days: point.days,
            at_risk: point.at_risk,
            moved_on: point.came,
            censored: point.censored,
            share: figure(point.share),
            confidence: band.map(|(least, most)| Range { least: figure(least), most: figure(most) }.into()),
        }
    }
}
