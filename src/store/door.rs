//! May an exported event come back?
//!
//! Invariant: whoever restores a log passes the same door as whoever records: each event is decided by the record that the
//! events before it make, as of the day on which it was recorded, and no command records anything twice.

use std::collections::{HashMap, HashSet};

use chrono::Datelike;

use super::{StoreError, StoredEvent};
use crate::config::instruments::Instruments;
use crate::domain::agreement::Agreement;
use crate::domain::alert;
use crate::domain::command::{Command, Intent};
use crate::domain::decide::decide;
use crate::domain::event::Recorded;
use crate::domain::figure;
use crate::domain::ids::{AgreementId, CommandId};
use crate::domain::logged::Logged;
use crate::domain::refusal::Refusal;
use crate::domain::time::{LAST_DAY, latest_day};

/// The records that the events so far make.
#[derive(Default)]
pub(super) struct Door {
    records: HashMap<AgreementId, Agreement>,
    commands: HashSet<CommandId>,
}

impl Door {
    /// Why an event would not be recorded today; `None` when it comes back.
    ///
    /// # Errors
    /// When the event cannot be read, or its instrument is not known.
    pub(super) fn refuses(
        &mut self,
        event: &StoredEvent,
        instruments: &Instruments,
    ) -> Result<Option<Refusal>, StoreError> {
        if event.recorded_at.year() > LAST_DAY.year() {
            return Ok(Some(Refusal::field("recorded_at", "lies beyond the year 9999")));
        }
        let logged = event.read()?;
        let command = match &logged {
            Logged::Agreement(of) => of.command,
            Logged::Alert(of) => of.command,
            Logged::Figure(of) => of.command,
        };
        if !self.commands.insert(command) {
            return Ok(Some(Refusal::CommandReused(command.id)));
        }
        match logged {
            Logged::Agreement(of) => self.refuses_recorded(&of, instruments),
            Logged::Alert(of) => Ok(alert::decide::well_formed(&of.event).err()),
            Logged::Figure(of) => Ok(figure::decide::well_formed(&of.event, latest_day(of.recorded_at)).err()),
        }
    }

    fn refuses_recorded(&mut self, of: &Recorded, instruments: &Instruments) -> Result<Option<Refusal>, StoreError> {
        let unknown = || StoreError::Instrument(of.agreement.instrument.to_string());
        let instrument = instruments.find(&of.agreement.instrument).ok_or_else(unknown)?;
        let command = Command {
            id: of.command,
            agreement: of.agreement.clone(),
            expected_version: None,
            actor: of.actor.clone(),
            intent: Intent::of(&of.event),
        };
        let record = self.records.entry(of.agreement.clone()).or_default();
        let decided = decide(record, instrument, &command, latest_day(of.recorded_at));
        record.evolve(of);
        Ok(decided.err())
    }
}
