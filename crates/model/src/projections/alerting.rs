//! Which alerts fire, and which are over?
//!
//! Invariant: levels are compared, not edges: whatever was missed while nobody looked is found by the next look, and a
//! look that finds nothing new says nothing.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::conditions::Condition;
use crate::domain::alert::decide::AlertCommand;
use crate::domain::alert::rule::RuleName;
use crate::domain::alert::state::Alert;
use crate::domain::alert::subject::Subject;
use crate::domain::alert::{AlertEvent, AlertFired, AlertResolved, Fingerprint};
use crate::domain::ids::{Actor, CommandId, Position, Version};

/// What differs between the conditions that hold and the alerts that are open.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Difference<'a> {
    /// The conditions of which no alert is open.
    pub new: Vec<&'a Condition>,
    /// The open alerts whose condition holds no longer.
    pub over: Vec<&'a Alert>,
}

/// Compares. What a person closed stays closed, and what fired before fires again when its condition holds again.
#[must_use]
pub fn compare<'a>(conditions: &'a [Condition], alerts: &'a BTreeMap<Fingerprint, Alert>) -> Difference<'a> {
    let mut open: BTreeMap<(&RuleName, &Subject), Vec<&Alert>> = BTreeMap::new();
    for alert in alerts.values().filter(|alert| alert.is_open()) {
        open.entry((&alert.fired.what.rule, &alert.fired.what.subject)).or_default().push(alert);
    }
    let mut settled: BTreeMap<(&RuleName, &Subject), Vec<&Alert>> = BTreeMap::new();
    for alert in alerts.values().filter(|alert| alert.is_settled()) {
        settled.entry((&alert.fired.what.rule, &alert.fired.what.subject)).or_default().push(alert);
    }
    let mut new = Vec::new();
    for condition in conditions {
        let same = |alert: &&Alert| alert.fired.what.about.continues(&condition.about);
        let of = open.get_mut(&(&condition.rule, &condition.subject));
        if let Some((alerts, place)) = of.and_then(|alerts| alerts.iter().position(same).map(|place| (alerts, place))) {
            alerts.swap_remove(place);
            continue;
        }
        let by_hand = settled.get(&(&condition.rule, &condition.subject)).into_iter().flatten();
        if !by_hand.into_iter().any(|alert| alert.fired.what.about.settles(&condition.about)) {
            new.push(condition);
        }
    }
    Difference { new, over: open.into_values().flatten().collect() }
}

impl Condition {
    /// The alert that it raises.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.rule, &self.subject, &self.about)
    }

    /// The command by which it fires, for a day, by the log up to a position.
    #[must_use]
    pub fn fire(&self, before: Option<&Alert>, told: String, day: NaiveDate, position: Position) -> AlertCommand {
        let event = AlertEvent::Fired(AlertFired {
            rule: self.rule.clone(),
            subject: self.subject.clone(),
            about: self.about,
            day,
            due: self.due,
            position,
            told,
        });
        command(self.fingerprint(), before.map(|alert| alert.version).unwrap_or_default(), event)
    }
}

impl Alert {
    /// The command by which it is over.
    #[must_use]
    pub fn end(&self, resolved: AlertResolved) -> AlertCommand {
        command(self.fingerprint, self.version, AlertEvent::Resolved(resolved))
    }
}

/// A command whose id follows from the alert and its version, so that two who find the same at once record it once.
fn command(alert: Fingerprint, version: Version, event: AlertEvent) -> AlertCommand {
    AlertCommand {
        id: CommandId::named(&format!("alert {alert} {version}")),
        alert,
        expected_version: Some(version),
        actor: Actor::alerts(),
        event,
    }
}
