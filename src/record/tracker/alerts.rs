//! How is it recorded that an alert fired, was seen, silenced or resolved?
//!
//! Invariant: each command is let through or refused by itself, and what was let through of them is recorded in one
//! transaction; two processes that find the same record it once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tokio::sync::oneshot;

use super::batch::Writer;
use super::{ExecuteError, Outcome, Tracker, Wish};
use crate::domain::alert::decide::{AlertCommand, decide};
use crate::domain::alert::state::Alert;
use crate::domain::alert::{AlertRecorded, Fingerprint};
use crate::domain::ids::{Actor, CommandId, Position, Version};
use crate::domain::logged::Logged;
use crate::domain::refusal::Refusal;
use crate::store::{Append, StoreError};

/// The most commands that are recorded in one transaction.
const MOST: usize = 500;

/// What became of each command.
pub type AlertOutcomes = Vec<Result<Outcome<AlertRecorded>, Refusal>>;

/// Commands that wait for the writer.
pub(super) struct AlertJob {
    commands: Vec<AlertCommand>,
    reply: oneshot::Sender<Result<AlertOutcomes, ExecuteError>>,
}

impl Tracker {
    /// Records what commands say of alerts, each for itself, and has it seen by this process's readers.
    ///
    /// # Errors
    /// When the store fails; what was recorded until then stays, and is found again when the same is sent again.
    pub async fn execute_alerts(&self, commands: Vec<AlertCommand>) -> Result<AlertOutcomes, ExecuteError> {
        let stopped = || ExecuteError::from(StoreError::Stopped);
        let mut outcomes = Vec::with_capacity(commands.len());
        for some in commands.chunks(MOST) {
            let (reply, answer) = oneshot::channel();
            let job = AlertJob { commands: some.to_vec(), reply };
            self.wishes.send(Wish::Alerts(job)).await.map_err(|_| stopped())?;
            outcomes.extend(self.answered(answer).await??);
        }
        Ok(outcomes)
    }
}

impl Writer {
    /// Records what a job says and answers it.
    pub(super) async fn work_alerts(&mut self, job: AlertJob) {
        let mut tries = 0;
        let recorded = loop {
            tries += 1;
            match self.record_alerts(&job.commands).await {
                Err(error) => {
                    if let Err(error) = self.again(tries, error) {
                        break Err(error);
                    }
                }
                done => break done,
            }
        };
        self.note(&recorded);
        // A caller that has gone away can send its commands again.
        let _ = job.reply.send(recorded.map_err(ExecuteError::from));
    }

    async fn record_alerts(&mut self, commands: &[AlertCommand]) -> Result<AlertOutcomes, StoreError> {
        let mut append = self.begin().await?;
        let (commands, mut known) = with_own_ids(&mut append, commands).await?;
        let named: BTreeSet<Fingerprint> = commands.iter().map(|command| command.alert).collect();
        let streams = append.alerts(&named.into_iter().collect::<Vec<_>>()).await?;
        let mut alerts: BTreeMap<Fingerprint, Alert> =
            streams.into_iter().filter_map(|(id, events)| Some((id, Alert::of(&events)?))).collect();
        self.today.look(&mut append, self.clock.now()).await?;
        let (now, mut drafts, mut outcomes) = (self.clock.now(), Vec::new(), Vec::with_capacity(commands.len()));
        for command in &commands {
            if let Some(first) = known.get(&command.id) {
                outcomes.push(repeated(first, command));
                continue;
            }
            let alert = alerts.get(&command.alert);
            let version = Version(alert.map_or(0, |alert| alert.version.0) + 1);
            let decision = match decide(alert, command, self.clock.today()) {
                Ok(decision) => decision,
                Err(refusal) => {
                    outcomes.push(Err(refusal));
                    continue;
                }
            };
            let (recorded, draft) = append.draft_alert(&decision, version, drafts.len(), now)?;
            if let Err(refusal) = self.today.count(&command.actor) {
                outcomes.push(Err(refusal));
                continue;
            }
            match alerts.get_mut(&command.alert) {
                Some(alert) => alert.evolve(&recorded),
                None => drop(Alert::of([&recorded]).map(|alert| alerts.insert(command.alert, alert))),
            }
            known.insert(command.id, draft.recorded().clone());
            drafts.push(draft);
            outcomes.push(Ok(Outcome { event: recorded, repeated: false, warnings: Vec::new() }));
        }
        let first = Position(append.head().position.0 + 1);
        append.commit(&drafts, &[]).await?;
        if !drafts.is_empty() {
            self.tell(first, &[], &drafts).await;
        }
        Ok(outcomes)
    }
}

/// What a command comes to that was sent before, or whose id another one has.
fn repeated(first: &Logged, command: &AlertCommand) -> Result<Outcome<AlertRecorded>, Refusal> {
    match first {
        Logged::Alert(first) if first.alert == command.alert && first.event == command.event => {
            Ok(Outcome { event: AlertRecorded::clone(first), repeated: true, warnings: Vec::new() })
        }
        // Another process of the program found the same a moment before, by another end of the log.
        Logged::Alert(first) if is_the_programs(command) && first.actor == command.actor => {
            let expected = command.expected_version.unwrap_or_default();
            Err(Refusal::AlertChanged { alert: command.alert, expected, actual: first.version })
        }
        _ => Err(Refusal::CommandReused(command.id.id)),
    }
}

/// Whether the program records it by itself; no caller has its name.
fn is_the_programs(command: &AlertCommand) -> bool {
    command.actor == Actor::alerts()
}

/// The commands with what is known under their ids. Where another event has an id that the program would use, which
/// early releases allowed, its command gets the next id of that name.
async fn with_own_ids(
    append: &mut Append,
    commands: &[AlertCommand],
) -> Result<(Vec<AlertCommand>, HashMap<CommandId, Logged>), StoreError> {
    let ids: BTreeSet<CommandId> = commands.iter().map(|command| command.id).collect();
    let mut known = append.commands(&ids.into_iter().collect::<Vec<_>>()).await?;
    let mut commands = commands.to_vec();
    for command in commands.iter_mut().filter(|command| is_the_programs(command)) {
        let taken = |first: &Logged| !matches!(first, Logged::Alert(first) if first.alert == command.alert && first.actor == command.actor);
        if !known.get(&command.id).is_some_and(taken) {
            continue;
        }
        let others: Vec<CommandId> = command.id.others().collect();
        let found = append.commands(&others).await?;
        if let Some(free) = others.into_iter().find(|id| !found.get(id).is_some_and(taken)) {
            command.id = free;
        }
        known.extend(found);
    }
    Ok((commands, known))
}
