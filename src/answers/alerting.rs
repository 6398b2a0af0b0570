//! Which alerts are there, which conditions hold, and what follows from the difference?
//!
//! Invariant: alerts are cut by position like everything else; why an alert ended is in the event that ended it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use tokio::sync::Mutex;

use super::following::wait_out;
use super::{Answers, AskError, Page, Pin, Slice};
use crate::config::rules::Rules;
use crate::domain::alert::state::Alert;
use crate::domain::alert::{About, AlertRecorded, Fingerprint};
use crate::domain::country::Country;
use crate::domain::ids::{AgreementId, Position};
use crate::domain::words::AlertState;
use crate::projections::knowledge::{Basis, Knowledge};

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

    /// What was read of alerts, at least up to a position. What is in memory is returned even while the database is
    /// away.
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
}
