//! Which rules' conditions hold on a day?
//!
//! Invariant: a condition rests on what every simplest world has; the same knowledge and day give the same conditions,
//! whether an alert has fired or not.

use chrono::{DateTime, Days, NaiveDate, Utc};
use uuid::Uuid;

use super::deadlines::deadline_sentence;
use super::limits::{Comparison, Limits};
use super::sentence::{dates, stage_text};
use super::stalled::{Wait, Waiting};
use super::watched::Watched;
use super::worlds::Worlds;
use crate::domain::alert::About;
use crate::domain::alert::rule::{AlertRule, Check, RuleName};
use crate::domain::alert::subject::Subject;
use crate::domain::ids::AgreementId;
use crate::domain::instrument::Instrument;
use crate::domain::text::counted;
use crate::domain::time::UncertainDate;
use crate::domain::words::{Deadline, LimitFrom, MilestoneKind, Stage, Word};

/// What alerts watch of an agreement on a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watch {
    /// The open round in each simplest world.
    pub waits: Vec<Wait>,
    /// The deadlines and the contradictions of the agreement.
    pub watched: Watched,
}

impl Watch {
    /// What is watched, by what is known.
    #[must_use]
    pub fn of(worlds: &Worlds, day: NaiveDate) -> Self {
        let waits = worlds.on(day).map(|days| worlds.waits(days)).unwrap_or_default();
        Self { waits, watched: Watched::of(worlds) }
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
    /// The rule that it meets.
    pub rule: RuleName,
    /// The agreement or the endpoint that it is about.
    pub subject: Subject,
    /// What the condition is about.
    pub about: About,
    /// The first day on which it held, where days decide it.
    pub due: Option<NaiveDate>,
    /// What only its sentence says.
    told: Told,
}

/// What a sentence says of a condition beside what it is about.
#[derive(Debug, Clone, PartialEq)]
enum Told {
    Stalled {
        /// The days waited at the most; `None` when the beginning is open.
        at_most: Option<i64>,
        /// The number of comparable rounds, and how the days waited compare with theirs.
        compared: (usize, Option<Comparison>),
        /// The share of rounds that had moved on by the limit, of 100.
        share: f64,
    },
    Deadline,
    Contradiction {
        kind: MilestoneKind,
        occurred: UncertainDate,
    },
    WebhookDisabled {
        why: String,
    },
}

/// Fewer comparable rounds than so many say nothing to a person.
const FEWEST_TOLD: usize = 4;

/// The conditions that hold for an agreement on the day of the limits, in the order of the rules.
#[must_use]
pub fn conditions(
    rules: &[AlertRule],
    agreement: &AgreementId,
    watch: &Watch,
    limits: &Limits,
    instrument: &Instrument,
) -> Vec<Condition> {
    let mut found = Vec::new();
    for rule in rules.iter().filter(|rule| rule.watches(&instrument.code)) {
        let holding: Vec<Holding> = match rule.check {
            Check::Stalled { days } => stalled(days, watch, limits, instrument).into_iter().collect(),
            Check::Deadline { deadline, days } => coming(deadline, days, watch, limits.day()),
            Check::Contradiction => {
                let all = watch.watched.contradicted.iter().map(|of| {
                    let told = Told::Contradiction { kind: of.kind, occurred: of.occurred };
                    (About::Contradiction { milestone: of.milestone }, None, told)
                });
                all.collect()
            }
            // Of no agreement: see `webhook_conditions`.
            Check::WebhookDisabled => Vec::new(),
        };
        let conditions = holding.into_iter().map(|(about, due, told)| Condition {
            rule: rule.name.clone(),
            subject: agreement.clone().into(),
            about,
            due,
            told,
        });
        found.extend(conditions);
    }
    found
}

/// What a check found: what it is about, the day on which it was due, and what the sentence says beside.
type Holding = (About, Option<NaiveDate>, Told);

/// The wait that is longer than the limit: the rule's own number of days, or the limit of the instrument.
fn stalled(days: Option<u32>, watch: &Watch, limits: &Limits, instrument: &Instrument) -> Option<Holding> {
    let waiting = match days {
        Some(days) => Waiting::of(&watch.waits, limits.day(), |_| (Some(days), LimitFrom::Rule)),
        None => Waiting::by_limits(&watch.waits, limits, instrument),
    };
    let waiting = waiting.filter(|of| of.stalled)?;
    let limit = waiting.limit_days?;
    let about = About::Stalled {
        stage: waiting.stage,
        round: waiting.round,
        milestone: waiting.by,
        since: waiting.since,
        waited: u32::try_from(waiting.days).unwrap_or(u32::MAX),
        limit,
        limit_from: waiting.limit_from,
    };
    let due = waiting.since.latest().checked_add_days(Days::new(u64::from(limit) + 1));
    let comparison = waiting.range().and_then(|range| limits.comparison(waiting.group, range));
    let told = Told::Stalled {
        at_most: waiting.days_at_most,
        compared: (limits.compared(waiting.group).count(), comparison),
        share: 100.0 * limits.policy().quantile,
    };
    Some((about, due, told))
}

/// The deadlines of a kind that come within so many days.
fn coming(deadline: Deadline, days: u32, watch: &Watch, day: NaiveDate) -> Vec<Holding> {
    let all = watch.watched.deadlines.iter().filter(|due| due.deadline == deadline);
    let holding = all.filter_map(|coming| {
        let first = coming.first();
        let due = first.checked_sub_days(Days::new(u64::from(days))).unwrap_or(first);
        let about = About::Deadline { deadline, milestone: coming.by, on: coming.on };
        (due <= day && day <= coming.on.latest()).then_some((about, Some(due), Told::Deadline))
    });
    holding.collect()
}

/// The conditions that hold for endpoints that failed until they were disabled: each with the instant and the reason.
pub fn webhook_conditions<'a>(
    rules: &'a [AlertRule],
    disabled: &'a [(Uuid, DateTime<Utc>, String)],
) -> impl Iterator<Item = Condition> + 'a {
    let watching = rules.iter().filter(|rule| rule.check == Check::WebhookDisabled);
    watching.flat_map(|rule| {
        disabled.iter().map(|(id, at, why)| Condition {
            rule: rule.name.clone(),
            subject: Subject::Webhook(*id),
            about: About::WebhookDisabled { at: *at },
            due: Some(at.date_naive()),
            told: Told::WebhookDisabled { why: why.clone() },
        })
    })
}

impl Condition {
    /// The condition in a sentence, with the names of the agreement's instrument.
    #[must_use]
    pub fn sentence(&self, instrument: Option<&Instrument>) -> String {
        match (&self.subject, instrument) {
            (Subject::Agreement(agreement), Some(instrument)) => self.of_agreement(agreement, instrument),
            (subject, _) => match &self.told {
                Told::WebhookDisabled { why } => format!("{subject} is disabled and told of nothing more: {why}."),
                Told::Stalled { .. } | Told::Deadline | Told::Contradiction { .. } => subject.to_string(),
            },
        }
    }

    fn of_agreement(&self, agreement: &AgreementId, instrument: &Instrument) -> String {
        let whose = format!("{} ({})", agreement.country.name(), instrument.code);
        match (self.about, &self.told) {
            (
                About::Stalled { stage, since, waited, limit, limit_from, .. },
                Told::Stalled { at_most, compared, share },
            ) => {
                let days = match *at_most {
                    Some(most) if most == i64::from(waited) => counted(waited, "day"),
                    Some(most) => format!("{waited} to {}", counted(most, "day")),
                    None => format!("at least {}", counted(waited, "day")),
                };
                let waited = match stage {
                    Stage::Review => format!("the matter has been under review for {days}"),
                    Stage::InForce => format!("it has waited {days} for its place on the list"),
                    _ => format!("the matter has been at the stage {} for {days}", stage_text(instrument, stage)),
                };
                let after = if stage == Stage::Review { ", the day after comments closed" } else { "" };
                let because = match limit_from {
                    LimitFrom::Estimate => format!("by then {share} of 100 comparable rounds had moved on"),
                    LimitFrom::Fallback => {
                        let given = instrument.rules(stage).and_then(|rules| rules.limit.as_ref());
                        given.map_or_else(String::new, |limit| limit.reason.trim_end_matches('.').to_owned())
                    }
                    LimitFrom::Rule => format!("alert rule {}", self.rule),
                };
                let since = dates::since(since);
                let comparison = compared_text(*compared);
                let limit = counted(limit, "day");
                format!("{whose}: {waited}, {since}{after}; the limit is {limit}: {because}.{comparison}")
            }
            (About::Deadline { deadline, on, .. }, _) => deadline_sentence(agreement, instrument, deadline, on),
            (_, Told::Contradiction { kind, occurred }) => {
                let kind = kind.as_str().replace('_', " ");
                format!(
                    "{whose}: the sources of a milestone ({kind} {}) contradict each other.",
                    dates::when(*occurred)
                )
            }
            (About::Stalled { .. } | About::Contradiction { .. } | About::WebhookDisabled { .. }, _) => whose,
        }
    }
}

/// How a waiting compares; nothing when there are too few to compare it with.
fn compared_text((rounds, comparison): (usize, Option<Comparison>)) -> String {
    let Some(Comparison { percentile, .. }) = comparison.filter(|_| rounds >= FEWEST_TOLD) else {
        return String::new();
    };
    let span = if percentile.least < percentile.most {
        format!("{:.1} to {:.1}", percentile.least, percentile.most)
    } else {
        format!("{:.1}", percentile.most)
    };
    format!(" After as many days, {span} of 100 comparable rounds had moved on, by the estimate over {rounds}.")
}
