//! Has an open round waited in its stage longer than is usual?
//!
//! Invariant: a stall is only told when every simplest world has it; days count from the first day of the stage.

use chrono::NaiveDate;

use super::limits::{GroupLimit, Limits, Range};
use super::spells::Group;
use crate::domain::ids::MilestoneId;
use crate::domain::instrument::Instrument;
use crate::domain::time::UncertainDate;
use crate::domain::words::{LimitFrom, Stage};

/// An open round in one simplest world: what stays the same while only days pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// What it is compared with.
    pub group: Group,
    /// The number of the round, counted from 1.
    pub round: u16,
    /// The first day in the stage; for review the day after comments closed.
    pub since: UncertainDate,
    /// The milestone that brought it there, itself or by a rule.
    pub by: MilestoneId,
    /// Whether it is a renewal of which nobody may ever tell the outcome while the earlier agreement goes on (rule 17).
    pub untold: bool,
    /// Whether the day is told on which it moves on, and has not come: a notice that gives its own closing date. However
    /// long others took, such a round does not stall before that day.
    pub announced: bool,
}

impl Wait {
    /// The days waited at the least, from the latest day that the stage can have begun.
    #[must_use]
    pub fn days(&self, day: NaiveDate) -> i64 {
        (day - self.since.latest()).num_days().max(0)
    }

    /// Whether it is a renewal whose comments are closed, or that has no notice yet, and of which nobody told the outcome
    /// while the earlier agreement goes on (rule 17). While comments are open there is no outcome to tell.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        self.untold && self.group.stage != Stage::Consultation
    }

    /// Whether all of them are of unknown outcome; false where nothing waits. It depends on no day, so it turns at the edges
    /// of periods only.
    #[must_use]
    pub fn no_outcome<'a>(waits: impl IntoIterator<Item = &'a Self>) -> bool {
        let mut waits = waits.into_iter().peekable();
        waits.peek().is_some() && waits.all(Self::outcome_unknown)
    }
}

/// An open round that waits in its stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// The stage that it waits in.
    pub stage: Stage,
    /// What it is compared with.
    pub group: Group,
    /// The number of the round, counted from 1.
    pub round: u16,
    /// The first day in that stage; for review the day after comments closed.
    pub since: UncertainDate,
    /// The milestone that brought it there, itself or by a rule.
    pub by: MilestoneId,
    /// The days waited at the least, from the latest day that the stage can have begun.
    pub days: i64,
    /// The days waited at the most; `None` when the beginning is open.
    pub days_at_most: Option<i64>,
    /// The limit for the stage; `None` where it cannot stall.
    pub limit_days: Option<u32>,
    /// What set that limit.
    pub limit_from: LimitFrom,
    /// Whether it waits longer than the limit, in every simplest world.
    pub stalled: bool,
    /// Whether it is a renewal whose outcome nobody told while the earlier agreement goes on (rule 17), in every simplest
    /// world.
    pub outcome_unknown: bool,
    /// The newest evidence about the talks and the agreement; `None` until [`Waiting::with_news`] says it.
    pub heard: Option<UncertainDate>,
    /// Whether it has stalled, and nothing was heard for as long as the instrument's rules say (rule 18).
    pub dormant: bool,
}

impl Waiting {
    /// The waiting of the open round that has waited least; `None` without any reading, or in one of which no round is
    /// open.
    #[must_use]
    pub fn of(waits: &[Wait], day: NaiveDate, limit: impl Fn(Group) -> (Option<u32>, LimitFrom)) -> Option<Self> {
        let each = waits.iter().map(|wait| {
            let (limit_days, limit_from) = limit(wait.group);
            let days = wait.days(day);
            let over = limit_days.is_some_and(|limit| days > i64::from(limit));
            Self {
                stage: wait.group.stage,
                group: wait.group,
                round: wait.round,
                since: wait.since,
                by: wait.by,
                days,
                days_at_most: wait.since.earliest().map(|earliest| (day - earliest).num_days()),
                limit_days,
                limit_from,
                stalled: over && !wait.untold && !wait.announced,
                outcome_unknown: wait.outcome_unknown(),
                heard: None,
                dormant: false,
            }
        });
        let each: Vec<Self> = each.collect();
        let stalled = each.iter().all(|waiting| waiting.stalled);
        let outcome_unknown = each.iter().all(|waiting| waiting.outcome_unknown);
        each.into_iter().min_by_key(|waiting| waiting.days).map(|least| Self { stalled, outcome_unknown, ..least })
    }

    /// The same with the newest evidence about it by the day: a round that has stalled, and of which nothing was heard for longer
    /// than the instrument says, is dormant (rule 18).
    #[must_use]
    pub fn with_news(self, heard: Option<UncertainDate>, day: NaiveDate, instrument: &Instrument) -> Self {
        let newest = heard.map_or(self.since.latest(), |heard| heard.latest().max(self.since.latest()));
        let silent = (day - newest).num_days();
        let long = instrument.dormant_after_days.is_some_and(|most| silent > i64::from(most));
        Self { heard, dormant: self.stalled && long, ..self }
    }

    /// The same by the instrument's fallback limits alone.
    #[must_use]
    pub fn by_fallback(waits: &[Wait], day: NaiveDate, instrument: &Instrument) -> Option<Self> {
        let fallback = |group: Group| instrument.rules(group.stage)?.limit.as_ref().map(|limit| limit.days);
        Self::of(waits, day, |group| (fallback(group), LimitFrom::Fallback))
    }

    /// The same by the limits that comparable rounds give.
    #[must_use]
    pub fn by_limits(waits: &[Wait], limits: &Limits, instrument: &Instrument) -> Option<Self> {
        Self::of(waits, limits.day(), |group| {
            let GroupLimit { days, from, .. } = limits.limit(group, instrument);
            (days, from)
        })
    }

    /// The fewest and the most days that it has waited; `None` when its beginning is open.
    #[must_use]
    pub fn range(&self) -> Option<Range<u32>> {
        let whole = |days: i64| u32::try_from(days).unwrap_or_default();
        Some(Range { least: whole(self.days), most: whole(self.days_at_most?) })
    }

    /// How far it is over its limit, in days.
    #[must_use]
    pub fn over(&self) -> i64 {
        self.days - i64::from(self.limit_days.unwrap_or_default())
    }

    /// Where the limit comes from, and why it is so; `None` where the stage has none.
    #[must_use]
    pub fn limit_from(&self, instrument: &Instrument) -> Option<String> {
        let limit = instrument.rules(self.stage)?.limit.as_ref()?;
        let code = &instrument.code;
        Some(match self.limit_from {
            LimitFrom::Fallback => format!("instrument {code}, fallback: {}", limit.reason),
            LimitFrom::Estimate => {
                format!("instrument {code}, estimate: by then the usual share of comparable rounds had moved on")
            }
            LimitFrom::Rule => "the alert's own rule".to_owned(),
        })
    }
}
