//! Which rules' conditions hold for an agreement on a day?
//!
//! Invariant: a condition rests on what every reading of the dates has; the same knowledge and day give the same conditions,
//! whether an alert has fired or not.

use chrono::{Days, NaiveDate};

use super::limits::{Comparison, Limits};
use super::sentence::{span_of, stage_text};
use super::stalled::{Wait, Waiting, waits};
use super::status::readings;
use super::steps::Steps;
use super::watched::Watched;
use crate::domain::alert::About;
use crate::domain::alert::rule::{AlertRule, Check, RuleName};
use crate::domain::ids::AgreementId;
use crate::domain::instrument::Instrument;
use crate::domain::words::{Deadline, LimitFrom, Stage};

/// What alerts watch of an agreement on a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watch {
    /// The open round in each reading.
    pub waits: Vec<Wait>,
    /// The rest.
    pub watched: Watched,
}

impl Watch {
    /// What is watched, by what is known.
    #[must_use]
    pub fn of(steps: &Steps, instrument: &Instrument, day: NaiveDate) -> Self {
        let waits = waits(&readings(steps, instrument, day), steps, instrument);
        Self { waits, watched: Watched::of(steps, instrument) }
    }

    /// Whether there is nothing to watch.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.waits.is_empty() && self.watched.is_empty()
    }
}

/// A rule's condition that holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// Whose.
    pub rule: RuleName,
    /// For which agreement.
    pub agreement: AgreementId,
    /// What it is about.
    pub about: About,
    /// The first day on which it held, where days decide it.
    pub due: Option<NaiveDate>,
    /// How a stall's waiting compares with others'.
    pub comparison: Option<Comparison>,
}

/// The conditions that hold for an agreement on the day of the limits, in the order of the rules.
#[must_use]
pub fn conditions(
    rules: &[AlertRule],
    agreement: &AgreementId,
    watch: &Watch,
    limits: &Limits,
    instrument: &Instrument,
) -> Vec<Condition> {
    let day = limits.day();
    let mut found = Vec::new();
    for rule in rules.iter().filter(|rule| rule.watches(&instrument.code)) {
        let mut hold = |about, due, comparison| {
            found.push(Condition { rule: rule.name.clone(), agreement: agreement.clone(), about, due, comparison });
        };
        match rule.check {
            Check::Stalled { days } => {
                let waiting = match days {
                    Some(days) => Waiting::of(&watch.waits, day, |_| (Some(days), LimitFrom::Rule)),
                    None => Waiting::by_limits(&watch.waits, limits, instrument),
                };
                let Some((waiting, limit)) = waiting.filter(|of| of.stalled).and_then(|of| Some((of, of.limit_days?)))
                else {
                    continue;
                };
                let about = About::Stalled {
                    stage: waiting.stage,
                    milestone: waiting.by,
                    since: waiting.since,
                    waited: u32::try_from(waiting.days).unwrap_or(u32::MAX),
                    limit,
                    limit_from: waiting.limit_from,
                };
                let due = waiting.since.latest().checked_add_days(Days::new(u64::from(limit) + 1));
                hold(about, due, waiting.range().and_then(|range| limits.comparison(waiting.group, range)));
            }
            Check::Deadline { deadline, days } => {
                for coming in watch.watched.deadlines.iter().filter(|due| due.deadline == deadline) {
                    let first = coming.on.earliest().unwrap_or(coming.on.latest());
                    let due = first.checked_sub_days(Days::new(u64::from(days))).unwrap_or(first);
                    if due <= day && day <= coming.on.latest() {
                        hold(About::Deadline { deadline, milestone: coming.by, on: coming.on }, Some(due), None);
                    }
                }
            }
            Check::Contradiction => {
                for milestone in &watch.watched.contradicted {
                    hold(About::Contradiction { milestone: *milestone }, None, None);
                }
            }
        }
    }
    found
}

impl Condition {
    /// The condition as a person would tell it.
    #[must_use]
    pub fn sentence(&self, instrument: &Instrument) -> String {
        let whose = format!("{} ({})", self.agreement.country.name(), instrument.code);
        match self.about {
            About::Stalled { stage, since, waited, limit, limit_from, .. } => {
                let named = stage_text(instrument, stage);
                let after = if stage == Stage::Review { ", the day after comments closed" } else { "" };
                let since = span_of(since);
                let because = match limit_from {
                    LimitFrom::Estimate => "by then most comparable rounds had moved on".to_owned(),
                    LimitFrom::Fallback => {
                        let given = instrument.rules(stage).and_then(|rules| rules.limit.as_ref());
                        given.map_or_else(String::new, |limit| limit.reason.trim_end_matches('.').to_owned())
                    }
                    LimitFrom::Rule => format!("rule {}", self.rule),
                };
                let compared = self.comparison.as_ref().map_or_else(String::new, |comparison| {
                    let (least, most) = (comparison.percentile.least, comparison.percentile.most);
                    let span = if least < most { format!("{least:.0} to {most:.0}") } else { format!("{most:.0}") };
                    format!(" After as many days, {span} of 100 comparable rounds had moved on.")
                });
                format!(
                    "{whose} has waited {waited} days at stage {named}, since {since}{after}; the limit is {limit} days: {because}.{compared}"
                )
            }
            About::Deadline { deadline: Deadline::CommentsClose, on, .. } => {
                format!("{whose}: comments on the notice close on {}.", span_of(on))
            }
            About::Deadline { deadline: Deadline::TermEnds, on, .. } => {
                format!("{whose}: the agreement's term ends {}.", span_of(on))
            }
            About::Contradiction { .. } => {
                format!("{whose}: the sources of a milestone contradict each other.")
            }
        }
    }
}
