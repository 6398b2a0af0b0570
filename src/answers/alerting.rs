//! Which alerts are there, which conditions hold, and what follows from the difference?
//!
//! Invariant: alerts are cut by position like everything else; why an alert ended is in the event that ended it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use chrono::NaiveDate;
use tokio::sync::Mutex;

use super::following::wait_out;
use super::{Answers, Ask, AskError, Page, Pin, Slice};
use crate::domain::alert::decide::AlertCommand;
use crate::domain::alert::rule::{AlertRule, Check};
use crate::domain::alert::state::Alert;
use crate::domain::alert::subject::Subject;
use crate::domain::alert::{About, AlertRecorded, AlertResolved, Fingerprint};
use crate::domain::country::Country;
use crate::domain::event::{Event, Recorded};
use crate::domain::ids::{AgreementId, Position};
use crate::domain::instrument::Instrument;
use crate::domain::words::{AlertState, MilestoneKind, ResolvedBy};
use crate::projections::alerting::compare;
use crate::projections::conditions::{Condition, Watch, conditions, webhook_conditions};
use crate::projections::history::History;
use crate::projections::knowledge::{Basis, Knowledge};
use crate::projections::limits::Limits;
use crate::projections::worlds::Worlds;
use crate::rules::Rules;
use crate::store::StoreError;

/// The alerts by their fingerprints.
pub type Alerts = BTreeMap<Fingerprint, Alert>;

/// Every event of every alert that this process has read: alerts are few, and each has a handful of events.
#[derive(Default)]
pub(super) struct Book {
    pages: RwLock<Pages>,
    /// Held by the one task that reads further, so that the others need not read.
    reading: Mutex<()>,
}

#[derive(Default)]
struct Pages {
    /// How far the log was read.
    up_to: Position,
    /// The last event of any alert.
    last: Position,
    events: BTreeMap<Fingerprint, Vec<AlertRecorded>>,
    newest: Arc<Alerts>,
}

impl Pages {
    /// Takes in what was read up to a position.
    fn take(&mut self, new: Vec<AlertRecorded>, up_to: Position) {
        let mut newest = std::mem::take(&mut self.newest);
        let alerts = Arc::make_mut(&mut newest);
        for recorded in &new {
            match alerts.get_mut(&recorded.alert) {
                Some(alert) => alert.evolve(recorded),
                None => drop(Alert::of([recorded]).map(|alert| alerts.insert(recorded.alert, alert))),
            }
        }
        self.newest = newest;
        for recorded in new {
            self.last = recorded.position;
            self.events.entry(recorded.alert).or_default().push(recorded);
        }
        self.up_to = up_to;
    }
}

/// The alerts that are over whose agreements are read at once.
const AT_ONCE: usize = 256;

/// Which alerts are asked for; an empty list filters nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertFilter {
    /// The code of the only instrument that is wanted; `None` for all.
    pub instrument: Option<String>,
    /// Only alerts about agreements with these countries; empty for all.
    pub countries: Vec<Country>,
    /// Only alerts of the alert rules with these names; empty for all.
    pub rules: Vec<String>,
    /// Only alerts in these states; empty for all.
    pub states: Vec<AlertState>,
    /// Only those about a round that is dormant on the day, or only the others.
    pub dormant: Option<bool>,
}

impl AlertFilter {
    /// Whether an alert in a state passes.
    #[must_use]
    pub fn admits(&self, alert: &Alert, state: AlertState) -> bool {
        let fired = &alert.fired.what;
        let agreement = fired.subject.agreement();
        let of = |code: &String| agreement.is_some_and(|id| code == id.instrument.as_str());
        self.instrument.as_ref().is_none_or(of)
            && (self.countries.is_empty() || agreement.is_some_and(|id| self.countries.contains(&id.country)))
            && (self.rules.is_empty() || self.rules.iter().any(|rule| rule == fired.rule.as_str()))
            && (self.states.is_empty() || self.states.contains(&state))
    }
}

/// An alert with its state on the day that was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertRow {
    /// The alert as the log has it.
    pub alert: Alert,
    /// Its state on the day asked about.
    pub state: AlertState,
}

/// Something that happened to an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertChange {
    /// The event about the alert, as it was recorded.
    pub recorded: AlertRecorded,
    /// The alert as it left it.
    pub alert: Alert,
}

/// What a look found, as commands that record it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The end of the log by which it looked.
    pub position: Position,
    /// The number of conditions that hold.
    pub holding: usize,
    /// The alerts that fire, and those that have ended.
    pub commands: Vec<AlertCommand>,
}

impl Answers {
    /// The same answers by other rules; what was computed of limits was by the rules of before.
    #[must_use]
    pub fn by_rules(self, rules: Rules) -> Self {
        Self { rules, kept: Arc::default(), ..self }
    }

    /// The rules that are watched by.
    #[must_use]
    pub const fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Every alert as of a position, which this process has seen.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn alerts_by(&self, position: Position) -> Result<Arc<Alerts>, AskError> {
        let pages = self.read_alerts(position).await?;
        if pages.last <= position {
            return Ok(pages.newest.clone());
        }
        let by = |events: &Vec<AlertRecorded>| Alert::of(events.iter().filter(|event| event.position <= position));
        Ok(Arc::new(pages.events.iter().filter_map(|(id, events)| Some((*id, by(events)?))).collect()))
    }

    /// One alert as of a position, which this process has seen; `None` when it had not fired by then.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn alert_by(&self, alert: Fingerprint, position: Position) -> Result<Option<Alert>, AskError> {
        let pages = self.read_alerts(position).await?;
        let events = pages.events.get(&alert).into_iter().flatten();
        Ok(Alert::of(events.filter(|event| event.position <= position)))
    }

    /// What was read of alerts, at least up to a position. What is in memory is told also while the database is away.
    async fn read_alerts(&self, position: Position) -> Result<RwLockReadGuard<'_, Pages>, AskError> {
        let pages = || self.book.pages.read().unwrap_or_else(PoisonError::into_inner);
        if pages().up_to < position {
            let _reading = self.book.reading.lock().await;
            let from = pages().up_to;
            if from < position {
                let new = self.reader().store().alert_events(from, position).await?;
                self.book.pages.write().unwrap_or_else(PoisonError::into_inner).take(new, position);
            }
        }
        Ok(pages())
    }

    /// What happened to alerts up to a position, the newest first.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn alert_changes(
        &self,
        position: Position,
        page: &Page<Reverse<Position>>,
    ) -> Result<Slice<AlertChange>, AskError> {
        let pages = self.read_alerts(position).await?;
        let events = pages.events.values().flatten().filter(|event| event.position <= position);
        let mut places: Vec<(Position, Fingerprint)> = events.map(|event| (event.position, event.alert)).collect();
        places.sort_unstable_by_key(|(position, _)| Reverse(*position));
        let Slice { items, has_previous, has_next, total } = page.cut(places, |(position, _)| Reverse(*position));
        let change = |(position, alert): (Position, Fingerprint)| {
            let until = pages.events.get(&alert)?.iter().take_while(|event| event.position <= position);
            Some(AlertChange { recorded: until.clone().last()?.clone(), alert: Alert::of(until)? })
        };
        let items = items.into_iter().filter_map(change).collect();
        Ok(Slice { items, has_previous, has_next, total })
    }

    /// The position that a pin cuts alerts at. The log is public, so an alert is published when it is recorded.
    async fn public_by(&self, pin: &Pin) -> Result<Position, AskError> {
        let Knowledge { position, basis, known_at } = pin.knowledge;
        match known_at {
            Some(known_at) if basis == Basis::Published => {
                Ok(self.reader().position_at(known_at, position).await?.unwrap_or(position))
            }
            _ => Ok(position),
        }
    }

    /// One alert as of a pin; `None` when it had not fired by then.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn alert(&self, alert: Fingerprint, pin: &Pin) -> Result<Option<AlertRow>, AskError> {
        let alert = self.alert_by(alert, self.public_by(pin).await?).await?;
        Ok(alert.map(|alert| AlertRow { state: alert.state(pin.day), alert }))
    }

    /// The alerts that had fired by a pin, the one that fired last first.
    ///
    /// # Errors
    /// When the instrument is not known or the log cannot be read.
    pub async fn alerts(
        &self,
        pin: &Pin,
        filter: &AlertFilter,
        page: &Page<Reverse<Position>>,
    ) -> Result<Slice<AlertRow>, AskError> {
        self.code(filter.instrument.as_deref())?;
        let alerts = self.alerts_by(self.public_by(pin).await?).await?;
        let dormant = match filter.dormant {
            Some(_) => self.stalled(pin, filter.instrument.as_deref(), Some(true)).await?,
            None => Vec::new(),
        };
        let dormant: BTreeSet<&AgreementId> = dormant.iter().map(|row| &row.agreement).collect();
        let sleeps = |alert: &Alert| {
            let what = &alert.fired.what;
            let agreement = what.subject.agreement().filter(|_| matches!(what.about, About::Stalled { .. }));
            agreement.is_some_and(|agreement| dormant.contains(agreement))
        };
        let admitted = alerts.values().filter(|alert| {
            filter.admits(alert, alert.state(pin.day)) && filter.dormant.is_none_or(|wanted| sleeps(alert) == wanted)
        });
        let mut admitted: Vec<&Alert> = admitted.collect();
        admitted.sort_by_key(|alert| Reverse(alert.fired.position));
        let row = |alert: &Alert| Ok(AlertRow { state: alert.state(pin.day), alert: alert.clone() });
        page.cut(admitted, |alert| Reverse(alert.fired.position)).try_map(row)
    }

    /// How an alert stood after an event; waits for a database that is away.
    ///
    /// # Errors
    /// When an event of the log cannot be read.
    pub async fn alert_after(&self, event: &AlertRecorded) -> Result<Option<AlertRow>, AskError> {
        let alert = loop {
            match self.alert_by(event.alert, event.position).await {
                Ok(alert) => break alert,
                Err(error) => wait_out(error).await?,
            }
        };
        let day = event.recorded_at.date_naive();
        Ok(alert.map(|alert| AlertRow { state: alert.state(day), alert }))
    }

    /// The conditions that hold as of a pin, in the order of the agreements.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn conditions(&self, pin: &Pin) -> Result<Vec<Condition>, AskError> {
        let watch = |worlds: &Worlds, _: &Instrument| Watch::of(worlds, pin.day);
        let tabled = Box::pin(self.reader().store().watches(pin.day, pin.knowledge.position));
        let all = self.tabled_or_folded(None, &pin.knowledge, tabled, watch).await?;
        let mut found = Vec::new();
        for (agreement, watch) in &all {
            let instrument = self.instrument(agreement)?;
            let limits = self.limits(instrument, &pin.knowledge, pin.day).await?;
            found.extend(conditions(&self.rules.alerts, agreement, watch, &limits, instrument));
        }
        Ok(found)
    }

    /// Looks at everything as of now, and tells what has to be recorded of alerts.
    ///
    /// A clock that does not fit the end of the log is not believed, and nothing is judged by it. One that an operator accepts
    /// all the same is: no alert is judged by a day that has not come.
    ///
    /// # Errors
    /// When the log cannot be read, or the clock does not fit it.
    pub async fn look(&self, others: OfOtherRules) -> Result<Found, AskError> {
        let position = self.position();
        self.clock.fits(self.reader().store().head().await?.ended_at()).map_err(StoreError::from)?;
        let day = self.today();
        let pin = Pin { day, today: day, knowledge: Knowledge::at(position), ask: Ask::default(), lasting: false };
        let mut conditions = self.conditions(&pin).await?;
        conditions.extend(self.webhook_conditions().await?);
        let alerts = self.alerts_by(position).await?;
        let difference = compare(&conditions, &alerts);
        let mut commands = Vec::with_capacity(difference.new.len() + difference.over.len());
        // What is over comes first, so that who reads on knows of the old before the new.
        for some in difference.over.chunks(AT_ONCE) {
            let ids = some.iter().filter_map(|alert| alert.fired.what.subject.agreement());
            let ids: Vec<AgreementId> = ids.cloned().collect();
            self.warm(&ids).await?;
            let streams = self.streams(&ids).await?;
            for alert in some {
                let resolved = match &alert.fired.what.subject {
                    Subject::Agreement(id) => {
                        let stream = streams.get(id).map_or(&[][..], |stream| &stream[..]);
                        self.resolution(alert, id, stream, &pin).await?
                    }
                    Subject::Webhook(_) => Some(self.webhook_resolution(alert, position)),
                };
                let mine = |resolved: &AlertResolved| {
                    resolved.by != ResolvedBy::RuleRemoved || others == OfOtherRules::Resolve
                };
                commands.extend(resolved.filter(mine).map(|resolved| alert.end(resolved)));
            }
        }
        for condition in difference.new {
            let instrument = condition.subject.agreement().map(|id| self.instrument(id)).transpose()?;
            let told = condition.sentence(instrument);
            commands.push(condition.fire(alerts.get(&condition.fingerprint()), told, day, position));
        }
        Ok(Found { position, holding: conditions.len(), commands })
    }

    /// The conditions that hold for endpoints. They are those of now, whatever the log's position, since no log has them.
    async fn webhook_conditions(&self) -> Result<Vec<Condition>, AskError> {
        if !self.rules.alerts.iter().any(|rule| rule.check == Check::WebhookDisabled) {
            return Ok(Vec::new());
        }
        let disabled = self.reader().store().failed_webhooks().await?;
        Ok(webhook_conditions(&self.rules.alerts, &disabled).collect())
    }

    /// Why the condition of an endpoint's alert holds no longer.
    fn webhook_resolution(&self, alert: &Alert, position: Position) -> AlertResolved {
        let fired = &alert.fired.what;
        let watched = |rule: &AlertRule| rule.name == fired.rule && rule.check == Check::WebhookDisabled;
        let there = self.rules.alerts.iter().any(watched);
        let by = if there { ResolvedBy::WebhookManaged } else { ResolvedBy::RuleRemoved };
        AlertResolved { by, milestone: None, unfounded: false, why: None, position }
    }

    /// Why the condition of an agreement's alert holds no longer; `None` for one of an instrument that this process does not
    /// know, which is not its to judge.
    async fn resolution(
        &self,
        alert: &Alert,
        id: &AgreementId,
        stream: &[Recorded],
        pin: &Pin,
    ) -> Result<Option<AlertResolved>, AskError> {
        let fired = &alert.fired.what;
        let Some(instrument) = self.instruments().find(&id.instrument) else { return Ok(None) };
        let position = pin.knowledge.position;
        let over = |by, milestone, unfounded| AlertResolved { by, milestone, unfounded, why: None, position };
        let rule = self.rules.alerts.iter().find(|rule| rule.name == fired.rule && rule.watches(&instrument.code));
        let Some(rule) = rule.map(std::slice::from_ref) else {
            return Ok(Some(over(ResolvedBy::RuleRemoved, None, false)));
        };
        let history = self.history(id).await?;
        let held = async |by: Position| {
            let limits = self.limits(instrument, &pin.knowledge, pin.day).await?;
            let worlds = history.worlds(&Knowledge::at(by), instrument);
            Ok::<_, AskError>(holds(rule, &fired.about, id, &worlds, instrument, &limits))
        };
        // From the newest event back to the last knowledge by which it holds: the event behind that one ended it.
        let since = stream.iter().rev().filter(|event| event.position <= position);
        for event in since.take_while(|event| event.position > fired.position) {
            if held(Position(event.position.0.saturating_sub(1))).await? {
                let unfounded = match fired.about {
                    About::Contradiction { .. } | About::WebhookDisabled { .. } => false,
                    About::Stalled { .. } | About::Deadline { .. } => {
                        let limits = self.limits(instrument, &pin.knowledge, fired.day).await?;
                        let worlds = by_day(&history, &pin.knowledge, instrument, fired.day);
                        !holds(rule, &fired.about, id, &worlds, instrument, &limits)
                    }
                };
                return Ok(Some(over(ended_by(event), event.milestone(), unfounded)));
            }
        }
        // Nothing was recorded that ended it.
        let worlds = history.worlds(&pin.knowledge, instrument);
        let passed = match fired.about {
            About::Deadline { on, .. } => on.latest() < pin.day,
            About::Stalled { stage, .. } => {
                let waits = Watch::of(&worlds, pin.day).waits;
                waits.is_empty() || waits.iter().any(|wait| wait.group.stage != stage)
            }
            About::Contradiction { .. } | About::WebhookDisabled { .. } => false,
        };
        let by = if passed { ResolvedBy::DatePassed } else { ResolvedBy::LimitChanged };
        Ok(Some(over(by, None, false)))
    }
}

/// What becomes of open alerts of rules that this process does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfOtherRules {
    /// They are resolved, since the rule was removed.
    Resolve,
    /// They belong to another rules file, and stay as they are.
    Leave,
}

/// The worlds by everything that is known now of what had happened by a day: what came later says nothing of that day.
fn by_day(history: &History, knowledge: &Knowledge, instrument: &Instrument, day: NaiveDate) -> Worlds {
    let mut known = history.known(knowledge);
    known.facts.retain(|fact| fact.counts.earliest().is_none_or(|earliest| earliest <= day));
    Worlds::of(known, instrument)
}

/// Whether a rule's condition about the same thing holds, on the day of the limits.
fn holds(
    rule: &[AlertRule],
    about: &About,
    agreement: &AgreementId,
    worlds: &Worlds,
    instrument: &Instrument,
    limits: &Limits,
) -> bool {
    let watch = Watch::of(worlds, limits.day());
    conditions(rule, agreement, &watch, limits, instrument).iter().any(|condition| about.continues(&condition.about))
}

/// The reason for which an event ended an alert.
fn ended_by(event: &Recorded) -> ResolvedBy {
    match &event.event {
        Event::MilestoneRecorded(recorded) if recorded.milestone.kind() == MilestoneKind::Withdrawn => {
            ResolvedBy::Withdrawn
        }
        Event::AgreementOpened(_) | Event::MilestoneRecorded(_) => ResolvedBy::MilestoneRecorded,
        Event::MilestoneDateRefined(_)
        | Event::MilestoneCorrected(_)
        | Event::MilestoneRetracted(_)
        | Event::SourceAdded(_) => ResolvedBy::Corrected,
    }
}
