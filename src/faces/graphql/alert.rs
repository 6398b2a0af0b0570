//! What does GraphQL answer about an alert?
//!
//! Invariant: the fields below an alert answer by the same pin as the alert; what it said when it fired stays as it was.

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};

use super::agreement::Agreement;
use super::context::{answers as answers_of, pin};
use super::error::outward;
use super::milestone::Milestone;
use super::pinned_id::on_a_day;
use super::scalars::{Date, Instant, Position};
use super::words::{AlertEnd, AlertState};
use crate::answers::view::{Acknowledgement, AlertAbout, Silence};
use crate::answers::{self, AlertRow, AskError, Pin};
use crate::config::rules::Rules;
use crate::domain::alert::state::Said;
use crate::domain::alert::{AlertEvent, AlertRecorded, Fingerprint};
use crate::domain::ids::{Actor, AgreementId, MilestoneId};
use crate::projections::backtest::WouldFire;
use crate::projections::changes::LATE_AFTER_DAYS;

/// What the id of an alert begins with.
pub const PREFIX: &str = "alert/";

/// How an alert ended.
pub struct Resolution {
    agreement: Option<AgreementId>,
    pin: Pin,
    of: Said<crate::domain::alert::AlertResolved>,
}

/// How an alert ended.
#[Object]
impl Resolution {
    /// The reason for which the alert ended.
    async fn reason(&self) -> AlertEnd {
        self.of.what.by.into()
    }

    /// Whether the alert should never have fired, judged by what was known when it ended.
    async fn unfounded(&self) -> bool {
        self.of.what.unfounded
    }

    /// The milestone that ended the alert; null when no milestone did.
    async fn milestone(&self, ctx: &Context<'_>) -> Result<Option<Milestone>> {
        milestone(ctx, self.agreement.as_ref(), &self.pin, self.of.what.milestone).await
    }

    /// The reason in the words of the person who resolved the alert; null when no person did.
    async fn why(&self) -> Option<&str> {
        self.of.what.why.as_deref()
    }

    /// The public name of the token that resolved the alert; `alerts` when the server itself found that the alert has
    /// ended.
    async fn by(&self) -> &str {
        self.of.by.as_str()
    }

    /// The instant at which the end of the alert was recorded.
    async fn at(&self) -> Instant {
        Instant(self.of.at)
    }

    /// The position of the event that recorded the end of the alert.
    async fn position(&self) -> Position {
        Position(self.of.position)
    }
}

/// A milestone of an agreement, where there are both.
async fn milestone(
    ctx: &Context<'_>,
    agreement: Option<&AgreementId>,
    pin: &Pin,
    milestone: Option<MilestoneId>,
) -> Result<Option<Milestone>> {
    match agreement.zip(milestone) {
        Some((agreement, milestone)) => Milestone::load(ctx, agreement, pin, milestone).await,
        None => Ok(None),
    }
}

/// An alert: the condition of one alert rule was found to hold for one agreement or one webhook.
pub struct Alert {
    pin: Pin,
    row: AlertRow,
}

impl Alert {
    /// An alert at a pin.
    pub const fn of(pin: Pin, row: AlertRow) -> Self {
        Self { pin, row }
    }

    /// An alert at a pin, by its fingerprint; `None` when it had not fired by then.
    pub async fn load(ctx: &Context<'_>, alert: Fingerprint, pin: &Pin) -> Result<Option<Self>> {
        let row = answers_of(ctx)?.alert(alert, pin).await.map_err(|error| outward(&error))?;
        Ok(row.map(|row| Self::of(*pin, row)))
    }
}

/// An alert: the condition of one alert rule was found to hold for one agreement or one webhook.
#[Object]
impl Alert {
    /// The alert's id, which `node` takes: `alert/` and the fingerprint, followed by the `asOf`, `knownAt`, `basis` and
    /// `atPosition` that were asked for, since the state depends on them.
    pub async fn id(&self) -> ID {
        on_a_day(&format!("{PREFIX}{}", self.row.alert.fingerprint), &self.pin)
    }

    /// 32 hexadecimal digits, computed from the alert rule, the agreement or the webhook, and what the alert is about.
    async fn fingerprint(&self) -> String {
        self.row.alert.fingerprint.to_string()
    }

    /// The alert's state on the day that was asked about.
    async fn state(&self) -> AlertState {
        self.row.state.into()
    }

    /// The name of the alert rule that raised the alert.
    async fn rule(&self) -> &str {
        self.row.alert.fired.what.rule.as_str()
    }

    /// The agreement that the alert is about; null for an alert about a webhook.
    async fn agreement(&self) -> Option<Agreement> {
        let id = self.row.alert.fired.what.subject.agreement()?.clone();
        Some(Agreement { id, pin: Some(self.pin) })
    }

    /// What the alert is about: the kind of condition, and the values for which the condition was found to hold.
    async fn about(&self) -> AlertAbout {
        let fired = &self.row.alert.fired.what;
        AlertAbout::of(&fired.subject, &fired.about)
    }

    /// The milestone that raised the alert; null for an alert about a webhook, and when the milestone is unknown under
    /// the `knownAt`, `basis` and `atPosition` asked for.
    async fn milestone(&self, ctx: &Context<'_>) -> Result<Option<Milestone>> {
        let fired = &self.row.alert.fired.what;
        milestone(ctx, fired.subject.agreement(), &self.pin, fired.about.milestone()).await
    }

    /// The alert in a sentence, as it was when the alert last fired.
    async fn sentence(&self) -> &str {
        &self.row.alert.fired.what.told
    }

    /// The instant at which the alert last fired.
    async fn fired_at(&self) -> Instant {
        Instant(self.row.alert.fired.at)
    }

    /// The position of the event by which the alert last fired.
    async fn fired_position(&self) -> Position {
        Position(self.row.alert.fired.position)
    }

    /// The log position at which the server found that the alert rule's condition holds. Pass it as `atPosition` to see
    /// why the alert fired.
    async fn found_at_position(&self) -> Position {
        Position(self.row.alert.fired.what.position)
    }

    /// The first day on which the alert rule's condition held; null when the condition does not depend on days.
    async fn due_on(&self) -> Option<Date> {
        self.row.alert.fired.what.due.map(Date)
    }

    /// Whether the alert fired more than 30 days after `dueOn`: the facts were recorded late, or the alert rules were not
    /// checked.
    async fn late(&self) -> bool {
        self.row.alert.days_late() > LATE_AFTER_DAYS
    }

    /// Who has acknowledged the alert since it last fired; null when nobody has.
    async fn acknowledged(&self) -> Option<Acknowledgement> {
        self.row.alert.acknowledged.as_ref().map(Into::into)
    }

    /// Who last silenced the alert, even when that silence has ended; null when nobody has silenced it.
    async fn silenced(&self) -> Option<Silence> {
        self.row.alert.silenced.as_ref().map(Into::into)
    }

    /// How the alert ended; null while the alert has not ended.
    async fn resolved(&self) -> Option<Resolution> {
        let of = self.row.alert.resolved.clone()?;
        Some(Resolution { agreement: self.row.alert.fired.what.subject.agreement().cloned(), pin: self.pin, of })
    }

    /// The number of events about the alert. A mutation takes it as `expectedVersion`.
    async fn version(&self) -> u32 {
        self.row.alert.version.0
    }

    /// The position of the newest event about the alert.
    async fn position(&self) -> Position {
        Position(self.row.alert.position)
    }
}

fn name(actor: &Actor) -> String {
    actor.as_str().to_owned()
}

/// The kind of an event about an alert.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertEventKind {
    /// The alert fired: the alert rule's condition was found to hold.
    Fired,
    /// A person acknowledged the alert.
    Acknowledged,
    /// A person silenced the alert up to and including a day.
    Silenced,
    /// The alert ended: its condition no longer holds, or a person resolved it.
    Resolved,
}

impl From<&AlertEvent> for AlertEventKind {
    fn from(event: &AlertEvent) -> Self {
        match event {
            AlertEvent::Fired(_) => Self::Fired,
            AlertEvent::Acknowledged(_) => Self::Acknowledged,
            AlertEvent::Silenced(_) => Self::Silenced,
            AlertEvent::Resolved(_) => Self::Resolved,
        }
    }
}

/// An event about an alert: it fired, was acknowledged, was silenced or ended.
#[derive(SimpleObject)]
pub struct AlertChange {
    /// The position of this event in the log. A subscriber that reconnects passes the last position that it received as
    /// `after`.
    position: Position,
    /// The instant at which this event was recorded.
    recorded_at: Instant,
    /// The public name of the token that recorded this event; `alerts` when the server itself found that the alert
    /// fires or has ended.
    actor: String,
    /// What happened to the alert: it fired, was acknowledged, was silenced or ended.
    kind: AlertEventKind,
    /// The alert as it was at this position of the log.
    alert: Alert,
}

impl AlertChange {
    /// Whether a listener asked for it.
    pub fn admitted(&self, filter: &answers::AlertFilter) -> bool {
        filter.admits(&self.alert.row.alert, self.alert.row.state)
    }

    /// What an event says; the fields below it answer by its position, on the day on which it was recorded.
    pub async fn of(ctx: &Context<'_>, event: &AlertRecorded) -> Result<Option<Self>> {
        let day = Some(Date(event.recorded_at.date_naive()));
        let pin = pin(ctx, day, None, None, Some(Position(event.position))).await?;
        let row = answers_of(ctx)?.alert_after(event).await.map_err(|error| outward(&error))?;
        Ok(row.map(|row| Self {
            position: Position(event.position),
            recorded_at: Instant(event.recorded_at),
            actor: name(&event.actor),
            kind: (&event.event).into(),
            alert: Alert::of(pin, row),
        }))
    }
}

/// An alert that the alert rules on trial would have raised. Each day is judged by what sources had published by then.
#[derive(SimpleObject)]
pub struct AlertWouldFire {
    /// The day on which the alert would have fired.
    on: Date,
    /// The day on which the alert would have ended; null when it would not have ended by the last day of the trial.
    over_on: Option<Date>,
    /// The name of the alert rule that would have raised the alert.
    rule: String,
    /// The agreement that the alert would have been about.
    agreement: Agreement,
    /// What the alert would have been about: the kind of condition, and the values for which the condition held.
    about: AlertAbout,
    /// The alert as a sentence in plain English, as it would have read on the day on which it would have fired.
    sentence: String,
    /// 32 hexadecimal digits that identify the alert; a real alert of the same rule about the same matter has the same
    /// fingerprint.
    fingerprint: String,
}

impl AlertWouldFire {
    /// Tries alert rules from one day to another: those in a text, or else this server's own.
    pub async fn all(ctx: &Context<'_>, pin: Pin, from: Date, to: Date, rules: Option<&str>) -> Result<Vec<Self>> {
        let answers = answers_of(ctx)?;
        let parse = |text| Rules::parse("rules", text)?.checked(answers.instruments());
        let given = rules.map(parse).transpose();
        let given = given.map_err(|error| outward(&AskError::Rules(error.to_string())))?;
        let rules = given.as_ref().unwrap_or_else(|| answers.rules());
        let found = answers.backtest(rules, (from.0, to.0), &pin).await.map_err(|error| outward(&error))?;
        Ok(found.fired.into_iter().map(|fired| Self::of(pin, fired)).collect())
    }

    fn of(pin: Pin, fired: WouldFire) -> Self {
        Self {
            on: Date(fired.on),
            over_on: fired.over.map(Date),
            rule: fired.condition.rule.to_string(),
            agreement: Agreement { id: fired.agreement, pin: Some(pin) },
            about: AlertAbout::of(&fired.condition.subject, &fired.condition.about),
            sentence: fired.told,
            fingerprint: fired.alert.to_string(),
        }
    }
}

/// Conditions that an alert must fulfil; an omitted or empty field sets no condition.
#[derive(async_graphql::InputObject, Debug, Clone, Default)]
pub struct AlertFilter {
    /// Only alerts about agreements under the instrument with this code, such as `rdp`; when omitted, all instruments.
    instrument: Option<String>,
    /// Only alerts about agreements with these countries; when omitted or empty, all countries.
    countries: Option<Vec<super::scalars::CountryCode>>,
    /// Only alerts of the alert rules with these names; when omitted or empty, all alert rules.
    rules: Option<Vec<String>>,
    /// Only alerts that are in one of these states; when omitted or empty, all states.
    states: Option<Vec<AlertState>>,
    /// If true, only alerts about dormant rounds; if false, only the other alerts; when omitted, both.
    dormant: Option<bool>,
}

impl From<AlertFilter> for answers::AlertFilter {
    fn from(filter: AlertFilter) -> Self {
        Self {
            instrument: filter.instrument,
            countries: filter.countries.unwrap_or_default().into_iter().map(|code| code.0).collect(),
            rules: filter.rules.unwrap_or_default(),
            states: filter.states.unwrap_or_default().into_iter().map(|state| state.0).collect(),
            dormant: filter.dormant,
        }
    }
}
