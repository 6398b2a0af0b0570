//! After how many days has a round waited longer than is usual, and how does its waiting compare with others'?
//!
//! Invariant: what rests on uncertain dates is a range, from the run with every length the shortest and the one with every
//! length the longest; an estimate sets a limit only where both runs reach it, and the later of both is the limit.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::spells::{Group, Lengths, NoLength, Spell};
use super::survival::{Curve, NotEstimable};
use crate::domain::ids::AgreementId;
use crate::domain::instrument::Instrument;
use crate::domain::words::{LimitFrom, words};

/// From what an estimate sets a limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LimitPolicy {
    /// The share of rounds that had moved on by the limit, above 0 and below 1.
    pub quantile: f64,
    /// The fewest that have moved on for sure.
    pub least_transitions: usize,
    /// How many times the sooner of the two runs the later may be at the most. Beyond it uncertain dates alone would decide:
    /// of countries in force before 1992 nobody knows within decades when they were first listed.
    pub most_spread: u32,
}

impl Default for LimitPolicy {
    fn default() -> Self {
        Self { quantile: 0.85, least_transitions: 8, most_spread: 2 }
    }
}

/// One round of an agreement in one stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// The agreement that it belongs to.
    pub agreement: AgreementId,
    /// How long, and how it left.
    pub spell: Spell,
}

/// What two runs give, or one when no date is uncertain: the ends of a range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range<T> {
    /// The lower end of the range.
    pub least: T,
    /// The upper end of the range.
    pub most: T,
}

impl<T: PartialOrd + Copy> Range<T> {
    fn of(one: T, other: T) -> Self {
        if other < one { Self { least: other, most: one } } else { Self { least: one, most: other } }
    }

    fn map<U: PartialOrd + Copy>(self, change: impl Fn(T) -> U) -> Range<U> {
        Range::of(change(self.least), change(self.most))
    }
}

/// A round that is compared: by its place in the list of all, with its lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Compared {
    place: usize,
    lengths: Lengths,
}

/// The rounds of one group and what follows from them.
#[derive(Debug, Clone, Default, PartialEq)]
struct Peers {
    compared: Vec<Compared>,
    without: Vec<(usize, NoLength)>,
    /// With every length the shortest that the dates allow.
    shortest: Curve,
    /// With every length the longest.
    longest: Curve,
}

/// The curve of no rounds at all.
static NOTHING: Curve = Curve::empty();

/// Every group of an instrument as of a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    policy: LimitPolicy,
    day: NaiveDate,
    rounds: Arc<[Round]>,
    groups: BTreeMap<Group, Peers>,
}

words! {
    /// Why an estimate does not set a limit.
    NoEstimate as "reason for no estimate" called "NoEstimateReason" {
        /// Fewer rounds than `leastTransitions` have certainly left the stage.
        FewTransitions = "few_transitions",
        /// Too few rounds have left the stage for both runs to reach the share `quantile`.
        NotReached = "not_reached",
        /// The dates are so uncertain that the two runs give limits too far apart.
        TooUncertain = "too_uncertain",
    }
}

/// The limit of a group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupLimit {
    /// The days; `None` where the stage cannot stall.
    pub days: Option<u32>,
    /// What set the limit.
    pub from: LimitFrom,
    /// The limit in the instrument's file; `None` when the stage cannot stall.
    pub fallback: Option<u32>,
    /// The days by which the quantile had moved on, where both runs reach it.
    pub estimate: Option<Range<u32>>,
    /// Why the estimate sets no limit, where it does not.
    pub why_not: Option<NoEstimate>,
    /// How many rounds have certainly left the stage.
    pub transitions: usize,
}

/// How a round's waiting compares with its peers'.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// How many of 100 comparable rounds had moved on after as many days.
    pub percentile: Range<f64>,
    /// Between which percentiles it lies with a confidence of 95 percent, over both runs; `None` where one has no band.
    pub band: Option<Range<f64>>,
    /// The chance to move on within 90 days, from 0 to 1.
    pub within_90: Result<Range<f64>, NotEstimable>,
    /// The chance that the round leaves its stage within the next 365 days.
    pub within_365: Result<Range<f64>, NotEstimable>,
    /// Between which chances that within 90 days lies with a confidence of 95 percent, over both runs.
    pub band_90: Option<Range<f64>>,
    /// The same of the chance within 365 days.
    pub band_365: Option<Range<f64>>,
    /// How many were watched for as many days, itself among them.
    pub at_risk: Range<usize>,
}

words! {
    /// What had become of a compared round by the day that is asked about.
    Outcome as "outcome" called "RoundOutcome" {
        /// The round has certainly left the stage.
        MovedOn = "moved_on",
        /// The round may have left the stage, or may still be in it.
        MayHaveMovedOn = "may_have_moved_on",
        /// The round was given up, was followed by another round, or ended with its agreement.
        GivenUp = "given_up",
        /// The round is still in the stage.
        Waiting = "waiting",
    }
}

words! {
    /// Why the estimate does not compare a round that was in the same stage.
    LeftOut as "reason to leave a round out" called "LeftOutReason" {
        /// The round is a renewal and the limit is for first rounds, or the other way round.
        OtherKind = "other_kind",
        /// The limit is for rounds whose notice only asked whether an agreement is feasible, and this round is not one
        /// of them, or vice versa.
        OtherPurpose = "other_purpose",
        /// The earliest day on which the round can have reached the stage is not known.
        OpenBeginning = "open_beginning",
        /// The round may not have reached the stage by the day that is asked about.
        MayNotHaveBegun = "may_not_have_begun",
    }
}

impl From<NoLength> for LeftOut {
    fn from(no: NoLength) -> Self {
        match no {
            NoLength::OpenBeginning => Self::OpenBeginning,
            NoLength::MayNotHaveBegun => Self::MayNotHaveBegun,
        }
    }
}

impl Limits {
    /// The groups of an instrument's rounds as of a day, by what the rounds say that is known.
    #[must_use]
    pub fn of(rounds: Arc<[Round]>, day: NaiveDate, policy: LimitPolicy) -> Self {
        let mut groups: BTreeMap<Group, Peers> = BTreeMap::new();
        for (place, round) in rounds.iter().enumerate() {
            match round.spell.by_day(day) {
                None => {}
                Some(Ok(lengths)) => {
                    groups.entry(round.spell.group).or_default().compared.push(Compared { place, lengths });
                }
                Some(Err(why)) => groups.entry(round.spell.group).or_default().without.push((place, why)),
            }
        }
        for peers in groups.values_mut() {
            peers.shortest = Curve::of(peers.compared.iter().map(|compared| compared.lengths.shortest));
            peers.longest = Curve::of(peers.compared.iter().map(|compared| compared.lengths.longest));
        }
        Self { policy, day, rounds, groups }
    }

    /// The day that the limits are of.
    #[must_use]
    pub const fn day(&self) -> NaiveDate {
        self.day
    }

    /// From what an estimate sets a limit.
    #[must_use]
    pub const fn policy(&self) -> LimitPolicy {
        self.policy
    }

    /// Every group of which anything is known by the day, in the order of the stages.
    pub fn groups(&self) -> impl Iterator<Item = Group> {
        self.groups.keys().copied()
    }

    /// The rounds that are compared, in the order of their agreements, with their lengths.
    pub fn compared(&self, group: Group) -> impl Iterator<Item = (&Round, Lengths)> {
        let peers = self.groups.get(&group).into_iter().flat_map(|peers| &peers.compared);
        peers.filter_map(|compared| Some((self.rounds.get(compared.place)?, compared.lengths)))
    }

    /// The rounds that were in the same stage by the day and are not compared, each with the reason.
    pub fn left_out(&self, group: Group) -> impl Iterator<Item = (&Round, LeftOut)> {
        let in_stage = self.groups.iter().filter(move |(other, _)| other.stage == group.stage);
        let places = in_stage.flat_map(move |(other, peers)| {
            let why = match other {
                other if other.renewal != group.renewal => Some(LeftOut::OtherKind),
                other if other.feasibility != group.feasibility => Some(LeftOut::OtherPurpose),
                _ => None,
            };
            let compared = peers.compared.iter().filter_map(move |compared| Some((compared.place, why?)));
            compared.chain(peers.without.iter().map(move |(place, no)| (*place, why.unwrap_or((*no).into()))))
        });
        places.filter_map(|(place, why)| Some((self.rounds.get(place)?, why)))
    }

    /// What had become of a round that is compared.
    #[must_use]
    pub fn outcome(&self, round: &Round, lengths: Lengths) -> Outcome {
        match (lengths.shortest.came, lengths.longest.came) {
            (true, true) => Outcome::MovedOn,
            (false, false) if round.spell.given_up_by(self.day) => Outcome::GivenUp,
            (false, false) => Outcome::Waiting,
            _ => Outcome::MayHaveMovedOn,
        }
    }

    /// The number of compared rounds with this outcome.
    #[must_use]
    pub fn count(&self, group: Group, outcome: Outcome) -> usize {
        self.compared(group).filter(|(round, lengths)| self.outcome(round, *lengths) == outcome).count()
    }

    /// The curves of a group, with every length the shortest and the longest; empty where no round has a length.
    #[must_use]
    pub fn curves(&self, group: Group) -> (&Curve, &Curve) {
        self.groups.get(&group).map_or((&NOTHING, &NOTHING), |peers| (&peers.shortest, &peers.longest))
    }

    /// The limit of a group: by the estimate where that rests on enough, otherwise by the instrument's fallback. A stage
    /// to which the instrument gives no limit cannot stall.
    #[must_use]
    pub fn limit(&self, group: Group, instrument: &Instrument) -> GroupLimit {
        let fallback = instrument.rules(group.stage).and_then(|rules| rules.limit.as_ref()).map(|limit| limit.days);
        let peers = self.groups.get(&group);
        let sure = |compared: &&Compared| compared.lengths.shortest.came && compared.lengths.longest.came;
        let transitions = peers.map_or(0, |peers| peers.compared.iter().filter(sure).count());
        let quantile = |curve: &Curve| curve.quantile(self.policy.quantile);
        let estimate = peers.and_then(|peers| Some(Range::of(quantile(&peers.shortest)?, quantile(&peers.longest)?)));
        let why_not = match estimate {
            _ if transitions < self.policy.least_transitions => Some(NoEstimate::FewTransitions),
            None => Some(NoEstimate::NotReached),
            Some(Range { least, most }) if most > least.saturating_mul(self.policy.most_spread) => {
                Some(NoEstimate::TooUncertain)
            }
            Some(_) => None,
        };
        let (days, from) = match (estimate, why_not, fallback) {
            (Some(estimate), None, Some(_)) => (Some(estimate.most), LimitFrom::Estimate),
            _ => (fallback, LimitFrom::Fallback),
        };
        GroupLimit { days, from, fallback, estimate, why_not, transitions }
    }

    /// How a waiting of so many days compares, the shortest and the longest that its own dates allow; `None` where no
    /// round of its group has a length.
    #[must_use]
    pub fn comparison(&self, group: Group, days: Range<u32>) -> Option<Comparison> {
        let Peers { shortest, longest, .. } = self.groups.get(&group).filter(|peers| !peers.compared.is_empty())?;
        let percentile = |share: f64| rounded(100.0 * (1.0 - share), 1e4);
        let band = shortest.band(days.least).zip(longest.band(days.most)).map(|((low, high), (least, most))| Range {
            least: percentile(high.max(most)),
            most: percentile(low.min(least)),
        });
        let chance = |within: u32| {
            let (one, other) = (shortest.chance(days.least, within)?, longest.chance(days.most, within)?);
            Ok(Range::of(one, other).map(|chance| rounded(chance, 1e6)))
        };
        let chance_band = |within: u32| {
            let (one, other) = (shortest.chance_band(days.least, within)?, longest.chance_band(days.most, within)?);
            let band = Range { least: one.0.min(other.0), most: one.1.max(other.1) };
            Some(band.map(|chance| rounded(chance, 1e6)))
        };
        Some(Comparison {
            percentile: Range::of(shortest.share(days.least), longest.share(days.most)).map(percentile),
            band,
            within_90: chance(90),
            within_365: chance(365),
            band_90: chance_band(90),
            band_365: chance_band(365),
            at_risk: Range::of(shortest.at_risk(days.least), longest.at_risk(days.most)),
        })
    }
}

/// A figure as answers give it. A logarithm may differ in its last digit from machine to machine; an answer must not.
#[must_use]
pub fn rounded(figure: f64, parts: f64) -> f64 {
    (figure * parts).round() / parts
}
