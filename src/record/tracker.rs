//! The one door: how does a fact enter?
//!
//! Invariant: one writer a process; a unit is recorded whole or not at all; nothing is acknowledged before its commit.

mod alerts;
mod batch;
mod daily;
mod figures;
mod said;
mod turns;

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot, watch};

use self::alerts::AlertJob;
pub use self::alerts::AlertOutcomes;
use self::batch::Writer;
pub use self::daily::Daily;
use self::figures::FigureJob;
pub use self::figures::FigureOutcomes;
use self::turns::Turns;
use crate::clock::Clock;
use crate::config::instruments::Instruments;
use crate::domain::command::Command;
use crate::domain::event::Recorded;
use crate::domain::ids::Position;
use crate::domain::refusal::{Refusal, Warning};
use crate::read::reader::Reader;
use crate::store::{Store, StoreError};

/// Units that wait for the writer; a caller beyond them waits for room.
const QUEUE: usize = 1_024;
/// The most commands that the writer takes at once, beside the first unit.
const BATCH: usize = 512;

/// Records facts; cheap to clone.
#[derive(Clone)]
pub struct Tracker {
    wishes: mpsc::Sender<Wish>,
    failures: watch::Receiver<Failures>,
    rules: Arc<str>,
    clock: Clock,
}

/// What waits for the writer.
enum Wish {
    /// Commands about agreements, to be decided and appended as one unit.
    Facts(Job),
    /// What is recorded of alerts.
    Alerts(AlertJob),
    /// What is recorded of figures.
    Figures(FigureJob),
}

/// Batches that could not be written.
#[derive(Clone, Copy, Default)]
struct Failures {
    /// How many since the start.
    count: u64,
    /// When the log could last not be written, if it was not since.
    last: Option<Instant>,
}

/// A unit that waits for the writer.
struct Job {
    unit: Vec<Command>,
    dry: bool,
    reply: oneshot::Sender<Result<Vec<Outcome>, ExecuteError>>,
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Outcome<E = Recorded> {
    /// The event that it recorded, now or when it was sent first.
    pub event: E,
    /// Whether it had been recorded before.
    pub repeated: bool,
    /// What is unusual about it; a repeated command's warnings were told the first time.
    pub warnings: Vec<Warning>,
}

/// Why a unit was not recorded.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ExecuteError {
    /// An expected no. Nothing of the unit was recorded.
    #[error("{refusal}")]
    Refused {
        /// Which command of the unit, from 0.
        index: usize,
        /// Why the command was refused; nothing of its unit was recorded.
        refusal: Refusal,
    },
    /// The store failed. The same unit can be sent again: what was recorded is not recorded twice.
    #[error("the log could not be written")]
    Store(#[source] Arc<StoreError>),
}

impl ExecuteError {
    /// Whether it is an expected no.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }
}

impl From<StoreError> for ExecuteError {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}

impl Tracker {
    /// Starts the writer of this process. It ends when the last tracker is dropped.
    #[must_use]
    pub fn start(store: Store, instruments: Instruments, clock: Clock, reader: Reader) -> Self {
        Self::start_with(store, instruments, clock, reader, Daily::default())
    }

    /// The same, with a most for what a token may record in a day.
    #[must_use]
    pub fn start_with(store: Store, instruments: Instruments, clock: Clock, reader: Reader, daily: Daily) -> Self {
        let (wishes, queue) = mpsc::channel(QUEUE);
        let writer = Writer::new(store.clone(), instruments, clock.clone(), reader, daily);
        if matches!(store, Store::Postgres { .. }) {
            tokio::spawn(ring(store, writer.written()));
        }
        let (failures, rules) = (writer.failures(), writer.rules().into());
        tokio::spawn(write(queue, writer));
        Self { wishes, failures, rules, clock }
    }

    /// The rules by which it records.
    #[must_use]
    pub fn rules(&self) -> &str {
        &self.rules
    }

    /// The clock by which it records.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Records a unit of commands, all or nothing, and has it seen by this process's readers.
    ///
    /// # Errors
    /// [`ExecuteError`].
    pub async fn execute(&self, unit: Vec<Command>) -> Result<Vec<Outcome>, ExecuteError> {
        self.send(unit, false).await
    }

    /// Decides a unit as [`Tracker::execute`] would, and records nothing.
    ///
    /// # Errors
    /// [`ExecuteError`].
    pub async fn execute_dry(&self, unit: Vec<Command>) -> Result<Vec<Outcome>, ExecuteError> {
        self.send(unit, true).await
    }

    /// Whether the log could not be written when this process last tried, and that is not longer ago; or whether the
    /// writer has ended, whenever it was.
    #[must_use]
    pub fn failed_within(&self, time: Duration) -> bool {
        self.wishes.is_closed() || self.failures.borrow().last.is_some_and(|at| at.elapsed() < time)
    }

    /// How many batches this process could not write since it started, whatever the reason; refusals are none.
    #[must_use]
    pub fn failures(&self) -> u64 {
        self.failures.borrow().count
    }

    /// What the writer answers.
    ///
    /// # Errors
    /// [`StoreError::Stopped`], when it has ended.
    async fn answered<T>(&self, answer: oneshot::Receiver<T>) -> Result<T, ExecuteError> {
        if let Ok(answer) = answer.await {
            return Ok(answer);
        }
        // The queue ends a moment after what was taken from it: whoever hears of the end finds it told everywhere.
        self.wishes.closed().await;
        Err(StoreError::Stopped.into())
    }

    async fn send(&self, unit: Vec<Command>, dry: bool) -> Result<Vec<Outcome>, ExecuteError> {
        let (reply, answer) = oneshot::channel();
        let stopped = || ExecuteError::from(StoreError::Stopped);
        self.wishes.send(Wish::Facts(Job { unit, dry, reply })).await.map_err(|_| stopped())?;
        self.answered(answer).await?
    }
}

/// Takes what waits, without a timer, so that a lone caller waits for nobody; only a long record waits for its turn.
async fn write(mut queue: mpsc::Receiver<Wish>, mut writer: Writer) {
    let mut turns = Turns::default();
    loop {
        let wish = match turns.next() {
            Some(due) => tokio::time::timeout_at(due, queue.recv()).await.ok(),
            None => Some(queue.recv().await),
        };
        if matches!(wish, Some(None)) {
            break;
        }
        let (jobs, aside) = gather(&mut queue, &mut turns, wish.flatten());
        if !jobs.is_empty() {
            let began = Instant::now();
            let long = writer.long_records(&jobs);
            writer.work(jobs).await;
            turns.rest(long, began.elapsed());
        }
        match aside {
            Some(Wish::Alerts(job)) => writer.work_alerts(job).await,
            Some(Wish::Figures(job)) => writer.work_figures(job).await,
            Some(Wish::Facts(_)) | None => {}
        }
    }
    // The program ends: what was held back is recorded before it does.
    let rest = turns.all();
    if !rest.is_empty() {
        writer.work(rest).await;
    }
}

/// One batch: the units whose turn it is, up to the first wish that is about no agreement.
fn gather(queue: &mut mpsc::Receiver<Wish>, turns: &mut Turns, first: Option<Wish>) -> (Vec<Job>, Option<Wish>) {
    let mut jobs = turns.due();
    let mut waiting: usize = jobs.iter().map(|job| job.unit.len()).sum();
    let mut wish = first;
    loop {
        match wish {
            Some(Wish::Facts(job)) => {
                if let Some(job) = turns.admit(job) {
                    waiting += job.unit.len();
                    jobs.push(job);
                }
            }
            Some(aside) => return (jobs, Some(aside)),
            None => {}
        }
        wish = (waiting < BATCH).then(|| queue.try_recv().ok()).flatten();
        if wish.is_none() {
            return (jobs, None);
        }
    }
}

/// Wakes the other processes after each append, until the writer ends. What is appended while one is being woken is told
/// of once.
async fn ring(store: Store, mut written: watch::Receiver<Position>) {
    while written.changed().await.is_ok() {
        let last = *written.borrow_and_update();
        store.ring(last).await;
    }
}
