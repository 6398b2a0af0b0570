//! Which alerts would rules have raised in the past?
//!
//! Invariant: each day is judged by what sources had published by then, about rounds as they were known by then: no day
//! peeks at a later one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{Days, NaiveDate};

use super::alerting::compare;
use super::conditions::{Condition, Watch, conditions};
use super::history::History;
use super::knowledge::{Basis, Knowledge};
use super::limits::{LimitPolicy, Limits, Round};
use super::spells::Spell;
use super::timeline::change_days;
use super::worlds::Worlds;
use crate::domain::alert::decide::AlertCommand;
use crate::domain::alert::rule::AlertRule;
use crate::domain::alert::state::Alert;
use crate::domain::alert::{AlertRecorded, AlertResolved, Fingerprint};
use crate::domain::ids::{AgreementId, InstrumentCode, Position, Version};
use crate::domain::instrument::Instrument;
use crate::domain::time::told_from;
use crate::domain::words::ResolvedBy;

/// An agreement that is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The agreement that this is about.
    pub agreement: &'a AgreementId,
    /// The folded history of the agreement.
    pub history: &'a History,
    /// The rules that its lifecycle runs by.
    pub instrument: &'a Instrument,
}

/// An alert that would have fired.
#[derive(Debug, Clone, PartialEq)]
pub struct WouldFire {
    /// The day on which the alert would have fired.
    pub on: NaiveDate,
    /// The day on which the alert would have ended; `None` when it would not have ended by the last day.
    pub over: Option<NaiveDate>,
    /// The fingerprint of the alert that is meant.
    pub alert: Fingerprint,
    /// The agreement that the alert would have been about.
    pub agreement: AgreementId,
    /// The condition, as of the day on which it would have fired.
    pub condition: Condition,
    /// The condition in a sentence, for people.
    pub told: String,
}

/// The most alerts in an answer: more than a person reads.
pub const MOST_FIRED: usize = 5_000;

/// Why a back-test did not come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Nobody waits for it any more.
    Unwanted,
    /// More than [`MOST_FIRED`] alerts would have fired.
    TooMany,
}

/// The alerts that would have fired from one day to another, both included, in the order in which they would have. What
/// held already on the first day fires on it. Each day it is asked whether it is still `wanted`.
///
/// # Errors
/// [`Ended`].
pub fn backtest(
    cases: &[Case<'_>],
    rules: &[AlertRule],
    policy: LimitPolicy,
    (from, to): (NaiveDate, NaiveDate),
    position: Position,
    wanted: impl Fn() -> bool,
) -> Result<Vec<WouldFire>, Ended> {
    if rules.is_empty() {
        return Ok(Vec::new());
    }
    let mut looks: Vec<Look<'_>> = cases.iter().map(Look::new).collect();
    let mut rounds: BTreeMap<InstrumentCode, Arc<[Round]>> = BTreeMap::new();
    let mut course = Fired::new(cases, position);
    for day in from.iter_days().take_while(|day| *day <= to) {
        if !wanted() {
            return Err(Ended::Unwanted);
        }
        let read = Knowledge { position, basis: Basis::Published, known_at: Some(told_from(day)) };
        for look in &mut looks {
            if look.read(day, &read) {
                rounds.remove(&look.case.instrument.code);
            }
        }
        let limits = limits_of(&looks, &mut rounds, day, policy);
        let mut holding = Vec::new();
        for look in &mut looks {
            let Case { agreement, instrument, .. } = look.case;
            let watch = look.watch(day);
            if let Some(limits) = limits.get(&instrument.code).filter(|_| !watch.is_empty()) {
                holding.extend(conditions(rules, agreement, watch, limits, instrument));
            }
        }
        course.look(&holding, day)?;
    }
    Ok(course.fired)
}

/// The alerts as they would have fired and ended, day after day.
struct Fired<'a> {
    cases: BTreeMap<&'a AgreementId, &'a Case<'a>>,
    position: Position,
    alerts: BTreeMap<Fingerprint, Alert>,
    /// The place in `fired` of each alert that is not over.
    open: BTreeMap<Fingerprint, usize>,
    fired: Vec<WouldFire>,
}

impl<'a> Fired<'a> {
    fn new(cases: &'a [Case<'a>], position: Position) -> Self {
        let cases = cases.iter().map(|case| (case.agreement, case)).collect();
        Self { cases, position, alerts: BTreeMap::new(), open: BTreeMap::new(), fired: Vec::new() }
    }

    /// Ends what holds no longer on a day, and fires what holds since.
    fn look(&mut self, holding: &[Condition], day: NaiveDate) -> Result<(), Ended> {
        let found = compare(holding, &self.alerts);
        let over: Vec<Alert> = found.over.into_iter().cloned().collect();
        let new: Vec<Condition> = found.new.into_iter().cloned().collect();
        for alert in over {
            self.end(&alert, day);
        }
        for condition in new {
            self.fire(condition, day)?;
        }
        Ok(())
    }

    fn end(&mut self, alert: &Alert, day: NaiveDate) {
        if let Some(of) = self.open.remove(&alert.fingerprint).and_then(|place| self.fired.get_mut(place)) {
            of.over = Some(day);
        }
        // Why it is over does not matter here, as long as it was no person.
        let (by, position) = (ResolvedBy::LimitChanged, self.position);
        let end = alert.end(AlertResolved { by, milestone: None, unfounded: false, why: None, position });
        if let Some(alert) = self.alerts.get_mut(&alert.fingerprint) {
            alert.evolve(&recorded(end, day, position));
        }
    }

    fn fire(&mut self, condition: Condition, day: NaiveDate) -> Result<(), Ended> {
        let Some(case) = condition.subject.agreement().and_then(|id| self.cases.get(id)) else { return Ok(()) };
        if self.fired.len() == MOST_FIRED {
            return Err(Ended::TooMany);
        }
        let (position, told) = (self.position, condition.sentence(Some(case.instrument)));
        let alert = condition.fingerprint();
        let fire = condition.fire(self.alerts.get(&alert), told.clone(), day, position);
        let fire = recorded(fire, day, position);
        match self.alerts.get_mut(&alert) {
            Some(alert) => alert.evolve(&fire),
            None => self.alerts.extend(Alert::of([&fire]).map(|of| (alert, of))),
        }
        self.open.insert(alert, self.fired.len());
        self.fired.push(WouldFire { on: day, over: None, alert, agreement: case.agreement.clone(), condition, told });
        Ok(())
    }
}

/// An agreement while days pass over it.
struct Look<'a> {
    case: Case<'a>,
    /// The days on which one of its sources was published and it was not read again since.
    unread: BTreeSet<NaiveDate>,
    begun: bool,
    worlds: Worlds,
    spells: Vec<Spell>,
    watch: Watch,
    /// The first day on which the watch may be another.
    until: Option<NaiveDate>,
    stale: bool,
}

impl<'a> Look<'a> {
    fn new(case: &Case<'a>) -> Self {
        Self {
            case: *case,
            unread: case.history.publication_days(),
            begun: false,
            worlds: Worlds::default(),
            spells: Vec::new(),
            watch: Watch::default(),
            until: None,
            stale: true,
        }
    }

    /// Reads what was published by a day, and returns whether anything was new.
    fn read(&mut self, day: NaiveDate, knowledge: &Knowledge) -> bool {
        let later = day.checked_add_days(Days::new(1)).map(|next| self.unread.split_off(&next)).unwrap_or_default();
        let new = !self.unread.is_empty() || !self.begun;
        self.unread = later;
        self.begun = true;
        if new {
            self.worlds = self.case.history.worlds(knowledge, self.case.instrument).into_owned();
            self.spells = self.worlds.spells.to_vec();
            self.stale = true;
        }
        new
    }

    /// What is watched on a day; the same until the next day on which a step becomes possible or has happened.
    fn watch(&mut self, day: NaiveDate) -> &Watch {
        if self.stale || self.until.is_some_and(|until| until <= day) {
            self.watch = Watch::of(&self.worlds, day);
            self.until = change_days(&self.worlds).into_iter().find(|change| *change > day);
            self.stale = false;
        }
        &self.watch
    }
}

/// The limits of each instrument on a day.
fn limits_of(
    looks: &[Look<'_>],
    rounds: &mut BTreeMap<InstrumentCode, Arc<[Round]>>,
    day: NaiveDate,
    policy: LimitPolicy,
) -> BTreeMap<InstrumentCode, Limits> {
    let codes: BTreeSet<&InstrumentCode> = looks.iter().map(|look| &look.case.instrument.code).collect();
    let mut limits = BTreeMap::new();
    for code in codes {
        let all = rounds.entry(code.clone()).or_insert_with(|| {
            let of = looks.iter().filter(|look| look.case.instrument.code == *code);
            let round =
                |look: &Look<'_>, spell: &Spell| Round { agreement: look.case.agreement.clone(), spell: *spell };
            of.flat_map(|look| look.spells.iter().map(move |spell| round(look, spell))).collect()
        });
        limits.insert(code.clone(), Limits::of(all.clone(), day, policy));
    }
    limits
}

/// A command as it would have been recorded.
fn recorded(command: AlertCommand, day: NaiveDate, position: Position) -> AlertRecorded {
    AlertRecorded {
        position,
        alert: command.alert,
        version: Version(command.expected_version.unwrap_or_default().0 + 1),
        recorded_at: told_from(day),
        command: command.id,
        actor: command.actor,
        event: command.event,
    }
}
