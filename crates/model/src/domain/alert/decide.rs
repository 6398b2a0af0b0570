//! May this be recorded of an alert?
//!
//! Invariant: only [`decide`] makes an [`AlertDecision`]; an alert that fires is not open, and one that ends is.

use chrono::{Days, NaiveDate};

use super::state::Alert;
use super::{AlertAcknowledged, AlertEvent, AlertFired, AlertResolved, AlertSilenced, Fingerprint};
use crate::domain::decide::text;
use crate::domain::ids::{Actor, CommandId, Version};
use crate::domain::refusal::Refusal;
use crate::domain::words::ResolvedBy;

/// The most days that an alert can be silent: for anything longer, change the alert rules.
pub const LONGEST_SILENCE_DAYS: u64 = 366;

/// A command about an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertCommand {
    /// What makes it the same command when it is sent again.
    pub id: CommandId,
    /// The fingerprint of the alert that is meant.
    pub alert: Fingerprint,
    /// The version that the caller saw; refused when there is a newer one. `None` does not ask.
    pub expected_version: Option<Version>,
    /// The public name of whoever sends the command.
    pub actor: Actor,
    /// The event that it is to record.
    pub event: AlertEvent,
}

/// A command that was let through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertDecision {
    command: AlertCommand,
}

impl AlertDecision {
    /// The command that was let through, with the event to append.
    #[must_use]
    pub const fn command(&self) -> &AlertCommand {
        &self.command
    }
}

/// Lets a command through or refuses it, by the alert's own events; `None` when it never fired.
///
/// # Errors
/// The [`Refusal`] that says why, and what would be allowed.
pub fn decide(alert: Option<&Alert>, command: &AlertCommand, today: NaiveDate) -> Result<AlertDecision, Refusal> {
    let actual = alert.map(|alert| alert.version).unwrap_or_default();
    if let Some(expected) = command.expected_version.filter(|expected| *expected != actual) {
        return Err(Refusal::AlertChanged { alert: command.alert, expected, actual });
    }
    let open = alert.is_some_and(Alert::is_open);
    match &command.event {
        AlertEvent::Fired(AlertFired { .. }) if open => return Err(Refusal::AlertFiring(command.alert)),
        AlertEvent::Fired(_) => {}
        _ if alert.is_none() => return Err(Refusal::NoSuchAlert(command.alert)),
        _ if !open => return Err(Refusal::AlertResolved(command.alert)),
        AlertEvent::Acknowledged(_) | AlertEvent::Resolved(_) => well_formed(&command.event)?,
        AlertEvent::Silenced(AlertSilenced { until, .. }) => {
            well_formed(&command.event)?;
            let last = today.checked_add_days(Days::new(LONGEST_SILENCE_DAYS)).unwrap_or(NaiveDate::MAX);
            if !(today..=last).contains(until) {
                let problem = format!("is {until}; give a day from today, {today}, to {last}");
                return Err(Refusal::field("until", problem));
            }
        }
    }
    Ok(AlertDecision { command: command.clone() })
}

/// That an event of an alert is well formed, whatever came before it.
///
/// # Errors
/// The [`Refusal`] that says why not.
pub fn well_formed(event: &AlertEvent) -> Result<(), Refusal> {
    match event {
        AlertEvent::Fired(AlertFired { told, .. }) => text("told", told, 10_000),
        AlertEvent::Acknowledged(AlertAcknowledged { note }) => {
            note.as_ref().map_or(Ok(()), |note| text("note", note, 2_000))
        }
        AlertEvent::Silenced(AlertSilenced { why, .. }) => text("why", why, 2_000),
        AlertEvent::Resolved(AlertResolved { by, why, .. }) if *by == ResolvedBy::Hand => {
            text("why", why.as_deref().unwrap_or_default(), 2_000)
        }
        AlertEvent::Resolved(AlertResolved { why, .. }) => why.as_ref().map_or(Ok(()), |why| text("why", why, 2_000)),
    }
}
