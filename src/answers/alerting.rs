//! Which alerts are there, which conditions hold, and what follows from the difference?
//!
//! Invariant: alerts are cut by position like everything else; why one is over is told by the record that ended it.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use tokio::sync::Mutex;

use super::{Answers, AskError, Page, Pin, Slice};
use crate::domain::alert::decide::AlertCommand;
use crate::domain::alert::rule::AlertRule;
use crate::domain::alert::state::Alert;
use crate::domain::alert::{About, AlertRecorded, AlertResolved, Fingerprint};
use crate::domain::country::Country;
use crate::domain::event::{Event, Recorded};
use crate::domain::ids::{AgreementId, Position};
use crate::domain::instrument::Instrument;
use crate::domain::words::{AlertState, MilestoneKind, ResolvedBy};
use crate::projections::alerting::compare;
use crate::projections::conditions::{Condition, Watch, conditions};
use crate::projections::history::History;
use crate::projections::knowledge::Knowledge;
use crate::projections::limits::Limits;
use crate::projections::steps::Steps;
use crate::rules::Rules;

/// The alerts by their fingerprints.
pub type Alerts = BTreeMap<Fingerprint, Alert>;

/// Every event of every alert that this process has read: alerts are few, and each has a handful of events.
#[derive(Default)]
pub(super) struct Book(Mutex<Pages>);

#[derive(Default)]
struct Pages {
    /// How far the log was read.
    up_to: Position,
    /// The last event of any alert.
    last: Position,
    events: BTreeMap<Fingerprint, Vec<AlertRecorded>>,
    newest: Arc<Alerts>,
}

/// The alerts that are over whose agreements are read at once.
const AT_ONCE: usize = 256;

/// Which alerts are asked for; an empty list filters nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertFilter {
    /// The instrument's code.
    pub instrument: Option<String>,
    /// Only these countries.
    pub countries: Vec<Country>,
    /// Only these rules.
    pub rules: Vec<String>,
    /// Only these states.
    pub states: Vec<AlertState>,
}

impl AlertFilter {
    /// Whether an alert in a state passes.
    #[must_use]
    pub fn admits(&self, alert: &Alert, state: AlertState) -> bool {
        let fired = &alert.fired.what;
        self.instrument.as_ref().is_none_or(|code| code == fired.agreement.instrument.as_str())
            && (self.countries.is_empty() || self.countries.contains(&fired.agreement.country))
            && (self.rules.is_empty() || self.rules.iter().any(|rule| rule == fired.rule.as_str()))
            && (self.states.is_empty() || self.states.contains(&state))
    }
}

/// An alert with its state on the day that was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertRow {
    /// The alert.
    pub alert: Alert,
    /// Its state.
    pub state: AlertState,
}

/// What a look found, as commands that record it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The end of the log by which it looked.
    pub position: Position,
    /// How many conditions hold.
    pub holding: usize,
    /// What fires and what is over.
    pub commands: Vec<AlertCommand>,
}

impl Answers {
    /// The same answers by other rules.
    #[must_use]
    pub fn by_rules(self, rules: Rules) -> Self {
        Self { rules, ..self }
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
        let mut pages = self.book.0.lock().await;
        if position > pages.up_to {
            let new = self.reader().store().alert_events(pages.up_to, position).await?;
            let mut newest = std::mem::take(&mut pages.newest);
            let alerts = Arc::make_mut(&mut newest);
            for recorded in &new {
                match alerts.get_mut(&recorded.alert) {
                    Some(alert) => alert.evolve(recorded),
                    None => drop(Alert::of([recorded]).map(|alert| alerts.insert(recorded.alert, alert))),
                }
            }
            pages.newest = newest;
            for recorded in new {
                pages.last = recorded.position;
                pages.events.entry(recorded.alert).or_default().push(recorded);
            }
            pages.up_to = position;
        }
        if pages.last <= position {
            return Ok(pages.newest.clone());
        }
        let by = |events: &Vec<AlertRecorded>| Alert::of(events.iter().filter(|event| event.position <= position));
        Ok(Arc::new(pages.events.iter().filter_map(|(id, events)| Some((*id, by(events)?))).collect()))
    }

    /// One alert as of a pin; `None` when it had not fired by then.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn alert(&self, alert: Fingerprint, pin: &Pin) -> Result<Option<AlertRow>, AskError> {
        let alerts = self.alerts_by(pin.knowledge.position).await?;
        Ok(alerts.get(&alert).map(|alert| AlertRow { state: alert.state(pin.day), alert: alert.clone() }))
    }

    /// The alerts that had fired by a pin, the one that fired last first.
    ///
    /// # Errors
    /// When the instrument is not known or the log cannot be read.
    pub async fn alerts(
        &self,
        pin: &Pin,
        filter: &AlertFilter,
        page: &Page<std::cmp::Reverse<Position>>,
    ) -> Result<Slice<AlertRow>, AskError> {
        self.code(filter.instrument.as_deref())?;
        let alerts = self.alerts_by(pin.knowledge.position).await?;
        let rows = alerts.values().filter(|alert| filter.admits(alert, alert.state(pin.day)));
        let row = |alert: &Alert| AlertRow { alert: alert.clone(), state: alert.state(pin.day) };
        let mut rows: Vec<AlertRow> = rows.map(row).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.alert.fired.position));
        Ok(page.cut(rows, |row| std::cmp::Reverse(row.alert.fired.position)))
    }

    /// The conditions that hold as of a pin, in the order of the agreements.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn conditions(&self, pin: &Pin) -> Result<Vec<Condition>, AskError> {
        let watch = |steps: &Steps, instrument: &Instrument| Watch::of(steps, instrument, pin.day);
        let mut all = Vec::new();
        if self.tabled(&pin.knowledge) {
            let tabled = self.reader().store().watches(pin.day, pin.knowledge.position).await?;
            self.read_or_fold(tabled, watch, &pin.knowledge, &mut all).await?;
        } else {
            let take = |id: &AgreementId, steps: &Steps, instrument: &Instrument| {
                all.push((id.clone(), watch(steps, instrument)));
            };
            self.fold_all(None, take, &pin.knowledge).await?;
        }
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
    /// # Errors
    /// When the log cannot be read.
    pub async fn look(&self) -> Result<Found, AskError> {
        let (position, day) = (self.position(), self.today());
        let pin = Pin { day, today: day, knowledge: Knowledge::at(position), lasting: false };
        let conditions = self.conditions(&pin).await?;
        let alerts = self.alerts_by(position).await?;
        let difference = compare(&conditions, &alerts);
        let mut commands = Vec::with_capacity(difference.new.len() + difference.over.len());
        // What is over comes first, so that who reads on knows of the old before the new.
        for some in difference.over.chunks(AT_ONCE) {
            let ids: Vec<AgreementId> = some.iter().map(|alert| alert.fired.what.agreement.clone()).collect();
            self.warm(&ids).await?;
            let streams = self.streams(&ids).await?;
            for alert in some {
                let stream = streams.get(&alert.fired.what.agreement).map_or(&[][..], |stream| &stream[..]);
                commands.extend(self.resolution(alert, stream, &pin).await?.map(|resolved| alert.end(resolved)));
            }
        }
        for condition in difference.new {
            let told = condition.sentence(self.instrument(&condition.agreement)?);
            commands.push(condition.fire(alerts.get(&condition.fingerprint()), told, day, position));
        }
        Ok(Found { position, holding: conditions.len(), commands })
    }

    /// Why an alert's condition holds no longer; `None` for one of an instrument that this process does not know, which is
    /// not its to judge.
    async fn resolution(
        &self,
        alert: &Alert,
        stream: &[Recorded],
        pin: &Pin,
    ) -> Result<Option<AlertResolved>, AskError> {
        let fired = &alert.fired.what;
        let Some(instrument) = self.instruments().find(&fired.agreement.instrument) else { return Ok(None) };
        let position = pin.knowledge.position;
        let over = |by, milestone, unfounded| AlertResolved { by, milestone, unfounded, why: None, position };
        let rule = self.rules.alerts.iter().find(|rule| rule.name == fired.rule && rule.watches(&instrument.code));
        let Some(rule) = rule.map(std::slice::from_ref) else {
            return Ok(Some(over(ResolvedBy::RuleRemoved, None, false)));
        };
        let id = &fired.agreement;
        let history = self.history(id).await?;
        let held = async |day: NaiveDate, by: Position| {
            let limits = self.limits(instrument, &pin.knowledge, day).await?;
            Ok::<_, AskError>(holds(rule, &fired.about, id, &history, instrument, &Knowledge::at(by), &limits))
        };
        let unfounded = !held(fired.day, position).await?;
        // From the newest event back to the last knowledge by which it holds: the event behind that one ended it.
        let since = stream.iter().rev().filter(|event| event.position <= position);
        for event in since.take_while(|event| event.position > fired.position) {
            let before = Position(event.position.0.saturating_sub(1));
            if held(pin.day, before).await? {
                return Ok(Some(over(ended_by(event), event.milestone(), unfounded)));
            }
        }
        let passed = matches!(fired.about, About::Deadline { on, .. } if on.latest() < pin.day);
        let by = if passed { ResolvedBy::DatePassed } else { ResolvedBy::LimitChanged };
        Ok(Some(over(by, None, unfounded && !passed)))
    }
}

/// Whether a rule's condition about the same thing holds by some knowledge, on the day of the limits.
fn holds(
    rule: &[AlertRule],
    about: &About,
    agreement: &AgreementId,
    history: &History,
    instrument: &Instrument,
    knowledge: &Knowledge,
    limits: &Limits,
) -> bool {
    let steps = history.steps(knowledge, instrument);
    let watch = Watch::of(&steps, instrument, limits.day());
    conditions(rule, agreement, &watch, limits, instrument).iter().any(|condition| about.continues(&condition.about))
}

/// What kind of end an event is.
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
