//! How does an alert stand?
//!
//! Invariant: [`Alert::evolve`] is total: any event that was ever recorded can be applied, in order.

use chrono::{DateTime, NaiveDate, Utc};

use super::{AlertEvent, AlertFired, AlertRecorded, AlertResolved, Fingerprint};
use crate::domain::ids::{Actor, Position, Version};
use crate::domain::words::{AlertState, ResolvedBy};

/// One alert, after some of its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// The alert's fingerprint, which never changes.
    pub fingerprint: Fingerprint,
    /// How many events were applied.
    pub version: Version,
    /// The position of the last of them.
    pub position: Position,
    /// The event by which the alert last fired.
    pub fired: Said<AlertFired>,
    /// Who has seen it since, and what they noted.
    pub acknowledged: Option<Said<Option<String>>>,
    /// Who silenced it since, why and until when.
    pub silenced: Option<Said<Silence>>,
    /// How the last firing ended.
    pub resolved: Option<Said<AlertResolved>>,
}

/// Something that was recorded, by whom and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<T> {
    /// What was said or done.
    pub what: T,
    /// The public name of whoever recorded it.
    pub by: Actor,
    /// The instant at which it was recorded.
    pub at: DateTime<Utc>,
    /// The position of the event in the log.
    pub position: Position,
}

/// Why an alert is silent, and how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// The reason, in the words of the person who decided.
    pub why: String,
    /// The last day of it.
    pub until: NaiveDate,
}

impl Alert {
    /// The alert after its events, in order; `None` before it fired.
    pub fn of<'a>(events: impl IntoIterator<Item = &'a AlertRecorded>) -> Option<Self> {
        events.into_iter().fold(None, |alert, recorded| match (alert, &recorded.event) {
            (Some(mut alert), _) => {
                Self::evolve(&mut alert, recorded);
                Some(alert)
            }
            (None, AlertEvent::Fired(fired)) => Some(Self::new(recorded, fired)),
            (None, _) => None,
        })
    }

    fn new(recorded: &AlertRecorded, fired: &AlertFired) -> Self {
        Self {
            fingerprint: recorded.alert,
            version: recorded.version,
            position: recorded.position,
            fired: said(recorded, fired.clone()),
            acknowledged: None,
            silenced: None,
            resolved: None,
        }
    }

    /// Applies the next event about the alert.
    pub fn evolve(&mut self, recorded: &AlertRecorded) {
        self.version = recorded.version;
        self.position = recorded.position;
        match &recorded.event {
            // What was noted of an earlier firing was not noted of this one; a silence lasts as long as it says.
            AlertEvent::Fired(fired) => {
                self.fired = said(recorded, fired.clone());
                self.acknowledged = None;
                self.resolved = None;
            }
            AlertEvent::Acknowledged(seen) => self.acknowledged = Some(said(recorded, seen.note.clone())),
            AlertEvent::Silenced(silenced) => {
                let silence = Silence { why: silenced.why.clone(), until: silenced.until };
                self.silenced = Some(said(recorded, silence));
            }
            AlertEvent::Resolved(resolved) => self.resolved = Some(said(recorded, resolved.clone())),
        }
    }

    /// Whether its condition held when it was looked at last.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.resolved.is_none()
    }

    /// Whether a person closed it.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.resolved.as_ref().is_some_and(|resolved| resolved.what.by == ResolvedBy::Hand)
    }

    /// Its state on a day: a silence ends by itself.
    #[must_use]
    pub fn state(&self, day: NaiveDate) -> AlertState {
        if self.resolved.is_some() {
            AlertState::Resolved
        } else if self.silenced.as_ref().is_some_and(|silenced| day <= silenced.what.until) {
            AlertState::Silenced
        } else if self.acknowledged.is_some() {
            AlertState::Acknowledged
        } else {
            AlertState::Firing
        }
    }

    /// The days from the first day on which its condition held to the day for which it was found.
    #[must_use]
    pub fn days_late(&self) -> i64 {
        let fired = &self.fired.what;
        fired.due.map_or(0, |due| (fired.day - due).num_days().max(0))
    }
}

fn said<T>(recorded: &AlertRecorded, what: T) -> Said<T> {
    Said { what, by: recorded.actor.clone(), at: recorded.recorded_at, position: recorded.position }
}
