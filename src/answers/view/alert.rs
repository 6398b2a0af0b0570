//! What does an answer say of an alert?
//!
//! Invariant: what it said when it fired stays as it was; the milestone below it is the one that was known at the pin.

use async_graphql::{ID, SimpleObject};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Agreement, Date, Instant, List, Milestone, PinnedAt, Term, UncertainDate};
use crate::answers::{AlertRow, Answers, AskError, Dossier, Pin, Slice};
use crate::domain::alert::rule::RuleName;
use crate::domain::alert::state::{self, Said};
use crate::domain::alert::subject::Subject;
use crate::domain::alert::{About, STREAMS};
use crate::domain::ids::{AgreementId, MilestoneId, Position, Version};
use crate::domain::words::{AlertState, Deadline, LimitFrom, ResolvedBy, Stage, words};
use crate::projections::backtest;
use crate::projections::changes::LATE_AFTER_DAYS;

words! {
    /// The kind of condition that an alert rule watches for.
    AboutKind as "kind of alert" called "AlertKind" {
        /// An open round has waited in its stage longer than its limit.
        Stalled = "stalled",
        /// A day on which comments close or a term ends is near.
        Deadline = "deadline",
        /// The sources of a milestone contradict each other.
        Contradiction = "contradiction",
        /// The server disabled a webhook, because its receiver failed for five days or wants no more messages.
        WebhookDisabled = "webhook_disabled",
    }
}

/// An alert: the condition of one alert rule was found to hold for one agreement or one webhook.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    /// The alert's id: `alert/` with the fingerprint.
    pub id: String,
    /// 32 hexadecimal digits, computed from the alert rule, the agreement or the webhook, and what the alert is about.
    pub fingerprint: String,
    /// The alert's state on the day that was asked about.
    pub state: Term<AlertState>,
    /// The name of the alert rule that raised the alert.
    pub rule: RuleName,
    /// The agreement that the alert is about; null for an alert about a webhook.
    pub agreement: Option<Agreement>,
    /// What the alert is about: the kind of condition, and the values for which the condition was found to hold.
    pub about: AlertAbout,
    /// The milestone that raised the alert; null for an alert about a webhook, and when the milestone is unknown under
    /// the `knownAt`, `basis` and `atPosition` asked for.
    pub milestone: Option<Milestone>,
    /// The alert in a sentence, as it was when the alert last fired.
    pub sentence: String,
    /// The instant at which the alert last fired.
    pub fired_at: Instant,
    /// The position of the event by which the alert last fired.
    pub fired_position: Position,
    /// The log position at which the server found that the alert rule's condition holds.
    pub found_at_position: Position,
    /// The first day on which the alert rule's condition held; null when the condition does not depend on days.
    pub due_on: Option<NaiveDate>,
    /// Whether the alert fired more than 30 days after `dueOn`.
    pub late: bool,
    /// Who has acknowledged the alert since it last fired; null when nobody has.
    pub acknowledged: Option<Acknowledgement>,
    /// Who last silenced the alert, even when that silence has ended; null when nobody has silenced it.
    pub silenced: Option<Silence>,
    /// How the alert ended; null while the alert has not ended.
    pub resolved: Option<Resolution>,
    /// The number of events about the alert.
    pub version: Version,
    /// The position of the newest event about the alert.
    pub position: Position,
}

/// What an alert is about. Fields that belong to another kind of alert are null.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct AlertAbout {
    /// The kind of condition that the alert rule watches for.
    pub kind: Term<AboutKind>,
    /// The stage in which the round waited when the alert fired; null for an alert about something else.
    pub stage: Option<Term<Stage>>,
    /// The first day of the round in `stage`, as it was known when the alert fired; null for an alert about something
    /// else.
    pub since: Option<UncertainDate>,
    /// How many days the round had certainly waited when the alert fired, counted from the latest possible day of `since`; null
    /// for an alert about something else.
    pub waited_days: Option<u32>,
    /// The limit in days that the round had passed when the alert fired; null for an alert about something else.
    pub limit_days: Option<u32>,
    /// What set the limit in `limitDays`; null for an alert about something else.
    pub limit_from: Option<Term<LimitFrom>>,
    /// What ends on the day of the deadline; null for an alert about something else.
    pub deadline: Option<Term<Deadline>>,
    /// The day of the deadline, as it was known when the alert fired; null for an alert about something else.
    pub on: Option<UncertainDate>,
    /// The id of the webhook that was disabled; null for an alert about something else.
    #[schemars(with = "Option<String>")]
    pub webhook_id: Option<ID>,
    /// When the webhook was disabled; null for an alert about something else.
    pub disabled_at: Option<Instant>,
}

/// An acknowledgement: a person has said that they have seen the alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
pub struct Acknowledgement {
    /// The public name of the token that acknowledged the alert.
    pub by: String,
    /// The instant at which the acknowledgement was recorded.
    pub at: Instant,
    /// What the person does about the alert, in their words; null when they gave no note.
    pub note: Option<String>,
}

/// A silence: a person wants no news of an alert up to and including a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
pub struct Silence {
    /// The public name of the token that silenced the alert.
    pub by: String,
    /// The instant at which the silence was recorded.
    pub at: Instant,
    /// Why the alert is silenced, in the words of the person who silenced it.
    pub why: String,
    /// The last day of the silence, in UTC.
    pub until: Date,
}

/// How an alert ended.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Resolution {
    /// The reason for which the alert ended.
    pub reason: Term<ResolvedBy>,
    /// Whether the alert should never have fired, judged by what was known when it ended.
    pub unfounded: bool,
    /// The milestone that ended the alert; null when no milestone did.
    pub milestone: Option<Milestone>,
    /// The reason in the words of the person who resolved the alert; null when no person did.
    pub why: Option<String>,
    /// The public name of the token that resolved the alert; `alerts` when the server itself found that the alert has
    /// ended.
    pub by: String,
    /// The instant at which the end of the alert was recorded.
    pub at: Instant,
    /// The position of the event that recorded the end of the alert.
    pub position: Position,
}

/// An alert that the alert rules on trial would have raised. Each day is judged by what sources had published by then.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WouldFire {
    /// The day on which the alert would have fired.
    pub on: NaiveDate,
    /// The day on which the alert would have ended; null when it would not have ended by the last day of the trial.
    pub over_on: Option<NaiveDate>,
    /// The name of the alert rule that would have raised the alert.
    pub rule: RuleName,
    /// The agreement that the alert would have been about.
    pub agreement: Agreement,
    /// What the alert would have been about: the kind of condition, and the values for which the condition held.
    pub about: AlertAbout,
    /// The alert as a sentence in plain English, as it would have read on the day on which it would have fired.
    pub sentence: String,
    /// 32 hexadecimal digits that identify the alert; a real alert of the same rule about the same matter has the same
    /// fingerprint.
    pub fingerprint: String,
}

impl Alert {
    /// An alert, with what is known of its agreement.
    #[must_use]
    pub fn of(row: &AlertRow, dossier: Option<&Dossier>) -> Self {
        let (alert, fired) = (&row.alert, &row.alert.fired);
        let agreement = fired.what.subject.agreement();
        let shown = |id: MilestoneId| Some(Milestone::of(agreement?, &dossier?.shown(id)?));
        let resolved = alert.resolved.as_ref();
        Self {
            id: format!("{STREAMS}/{}", alert.fingerprint),
            fingerprint: alert.fingerprint.to_string(),
            state: Term(row.state),
            rule: fired.what.rule.clone(),
            agreement: agreement.map(Into::into),
            about: AlertAbout::of(&fired.what.subject, &fired.what.about),
            milestone: fired.what.about.milestone().and_then(shown),
            sentence: fired.what.told.clone(),
            fired_at: Instant(fired.at),
            fired_position: fired.position,
            found_at_position: fired.what.position,
            due_on: fired.what.due,
            late: alert.days_late() > LATE_AFTER_DAYS,
            acknowledged: alert.acknowledged.as_ref().map(Into::into),
            silenced: alert.silenced.as_ref().map(Into::into),
            resolved: resolved.map(|said| Resolution {
                reason: Term(said.what.by),
                unfounded: said.what.unfounded,
                milestone: said.what.milestone.and_then(shown),
                why: said.what.why.clone(),
                by: said.by.as_str().to_owned(),
                at: Instant(said.at),
                position: said.position,
            }),
            version: alert.version,
            position: alert.position,
        }
    }
}

impl From<&Said<Option<String>>> for Acknowledgement {
    fn from(said: &Said<Option<String>>) -> Self {
        Self { by: said.by.as_str().to_owned(), at: Instant(said.at), note: said.what.clone() }
    }
}

impl From<&Said<state::Silence>> for Silence {
    fn from(said: &Said<state::Silence>) -> Self {
        let state::Silence { why, until } = said.what.clone();
        Self { by: said.by.as_str().to_owned(), at: Instant(said.at), why, until: Date(until) }
    }
}

impl AlertAbout {
    /// What an alert of a subject is about.
    #[must_use]
    pub fn of(subject: &Subject, about: &About) -> Self {
        let of = |kind| Self {
            kind: Term(kind),
            stage: None,
            since: None,
            waited_days: None,
            limit_days: None,
            limit_from: None,
            deadline: None,
            on: None,
            webhook_id: None,
            disabled_at: None,
        };
        match *about {
            About::Stalled { stage, since, waited, limit, limit_from, .. } => Self {
                stage: Some(Term(stage)),
                since: Some(UncertainDate(since)),
                waited_days: Some(waited),
                limit_days: Some(limit),
                limit_from: Some(Term(limit_from)),
                ..of(AboutKind::Stalled)
            },
            About::Deadline { deadline, on, .. } => {
                Self { deadline: Some(Term(deadline)), on: Some(UncertainDate(on)), ..of(AboutKind::Deadline) }
            }
            About::Contradiction { .. } => of(AboutKind::Contradiction),
            About::WebhookDisabled { at } => Self {
                webhook_id: Some(ID(subject.to_string())),
                disabled_at: Some(Instant(at)),
                ..of(AboutKind::WebhookDisabled)
            },
        }
    }
}

impl From<&backtest::WouldFire> for WouldFire {
    fn from(fired: &backtest::WouldFire) -> Self {
        Self {
            on: fired.on,
            over_on: fired.over,
            rule: fired.condition.rule.clone(),
            agreement: (&fired.agreement).into(),
            about: AlertAbout::of(&fired.condition.subject, &fired.condition.about),
            sentence: fired.told.clone(),
            fingerprint: fired.alert.to_string(),
        }
    }
}

impl Answers {
    /// Some alerts, as a part of a list.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn view_alerts(&self, slice: &Slice<AlertRow>, pin: &Pin) -> Result<List<PinnedAt, Alert>, AskError> {
        let agreement = |row: &AlertRow| row.alert.fired.what.subject.agreement().cloned();
        let ids: Vec<AgreementId> = slice.items.iter().filter_map(agreement).collect();
        let dossiers = self.dossiers(ids.iter(), pin).await?;
        let of = |row: &AlertRow| Alert::of(row, agreement(row).and_then(|id| dossiers.get(&id)));
        let nodes = slice.items.iter().map(of).collect();
        Ok(List::of(pin.into(), slice, nodes, |row| row.alert.fired.position.to_string()))
    }
}
