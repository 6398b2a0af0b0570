//! How is a figure recorded, corrected and retracted?
//!
//! Invariant: a unit of commands is recorded whole or not at all, in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use tokio::sync::oneshot;

use super::batch::Writer;
use super::{ExecuteError, Outcome, Tracker, Wish};
use crate::domain::figure::decide::{FigureCommand, decide};
use crate::domain::figure::state::FigureRecord;
use crate::domain::figure::{FigureEvent, FigureId, FigureLogged};
use crate::domain::ids::{Position, Version};
use crate::domain::logged::Logged;
use crate::domain::refusal::Refusal;
use crate::domain::time::latest_day;
use crate::store::{Append, StoreError};

/// What became of the commands of a unit.
pub type FigureOutcomes = Vec<Outcome<FigureLogged>>;

/// A unit that waits for the writer.
pub(super) struct FigureJob {
    unit: Vec<FigureCommand>,
    dry: bool,
    reply: oneshot::Sender<Result<FigureOutcomes, ExecuteError>>,
}

/// Why a unit is not recorded.
enum No {
    Refused(usize, Refusal),
    Store(StoreError),
}

impl From<StoreError> for No {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Tracker {
    /// Records a unit of commands about figures, all or nothing, and has it seen by this process's readers; a dry one is decided
    /// alike, and nothing of it is recorded.
    ///
    /// # Errors
    /// [`ExecuteError`].
    pub async fn execute_figures(&self, unit: Vec<FigureCommand>, dry: bool) -> Result<FigureOutcomes, ExecuteError> {
        let (reply, answer) = oneshot::channel();
        let stopped = || ExecuteError::from(StoreError::Stopped);
        self.wishes.send(Wish::Figures(FigureJob { unit, dry, reply })).await.map_err(|_| stopped())?;
        self.answered(answer).await?
    }
}

impl Writer {
    /// Records a unit and answers it.
    pub(super) async fn work_figures(&mut self, job: FigureJob) {
        let mut tries = 0;
        let recorded = loop {
            tries += 1;
            match self.record_figures(&job.unit, job.dry).await {
                Ok(outcomes) => break Ok(Ok(outcomes)),
                Err(No::Refused(index, refusal)) => break Ok(Err(ExecuteError::Refused { index, refusal })),
                Err(No::Store(error)) => {
                    if let Err(error) = self.again(tries, error) {
                        break Err(error);
                    }
                }
            }
        };
        self.note(&recorded);
        // A caller that has gone away can send its commands again.
        let _ = job.reply.send(recorded.unwrap_or_else(|error| Err(error.into())));
    }

    async fn record_figures(&mut self, unit: &[FigureCommand], dry: bool) -> Result<FigureOutcomes, No> {
        let mut append = self.begin().await?;
        append.allow_for(unit.len()).await?;
        self.today.look(&mut append, self.clock.now()).await?;
        let ids: BTreeSet<_> = unit.iter().map(|command| command.id).collect();
        let mut known = append.commands(&ids.into_iter().collect::<Vec<_>>()).await?;
        let mut figures = records(&mut append, unit).await?;
        let (now, mut drafts, mut outcomes) = (self.clock.now(), Vec::new(), Vec::with_capacity(unit.len()));
        for (index, command) in unit.iter().enumerate() {
            let refused = |refusal| No::Refused(index, refusal);
            if let Some(first) = known.get(&command.id) {
                outcomes.push(repeated(first, command).map_err(refused)?);
                continue;
            }
            if let FigureEvent::Recorded(recorded) = &command.event {
                self.instruments.load(recorded.figure.of.instrument().as_str()).map_err(refused)?;
            }
            let figure = figures.get(&command.figure);
            let version = Version(figure.map_or(0, |figure| figure.version.0) + 1);
            let decision = decide(figure, command, latest_day(now)).map_err(refused)?;
            let (logged, draft) = match append.draft_figure(&decision, version, drafts.len(), now) {
                // What is too large is the caller's, and nothing is broken.
                Err(StoreError::TooLarge { bytes, most }) => {
                    let problem = format!("with its sources takes {bytes} bytes, and an event takes at most {most}");
                    return Err(refused(Refusal::field("figure", problem)));
                }
                drafted => drafted?,
            };
            self.today.count(&command.actor).map_err(refused)?;
            match figures.get_mut(&command.figure) {
                Some(figure) => figure.evolve(&logged),
                None => drop(FigureRecord::of([&logged]).map(|figure| figures.insert(command.figure, figure))),
            }
            known.insert(command.id, draft.recorded().clone());
            drafts.push(draft);
            outcomes.push(Outcome { event: logged, repeated: false, warnings: Vec::new() });
        }
        if dry {
            drafts.clear();
        }
        let first = Position(append.head().position.0 + 1);
        append.commit(&drafts, &[]).await?;
        if !drafts.is_empty() {
            self.tell(first, &[], &drafts).await;
        }
        Ok(outcomes)
    }
}

/// The figures that a unit is about, as the log has them.
async fn records(append: &mut Append, unit: &[FigureCommand]) -> Result<BTreeMap<FigureId, FigureRecord>, StoreError> {
    let named: BTreeSet<FigureId> = unit.iter().map(|command| command.figure).collect();
    let streams = append.figures(&named.into_iter().collect::<Vec<_>>()).await?;
    Ok(streams.into_iter().filter_map(|(id, events)| Some((id, FigureRecord::of(&events)?))).collect())
}

/// What a command comes to that was sent before, or whose id another one has.
fn repeated(first: &Logged, command: &FigureCommand) -> Result<Outcome<FigureLogged>, Refusal> {
    match first {
        Logged::Figure(first) if first.figure == command.figure && first.event == command.event => {
            Ok(Outcome { event: FigureLogged::clone(first), repeated: true, warnings: Vec::new() })
        }
        _ => Err(Refusal::CommandReused(command.id.id)),
    }
}
