//! How are the units that wait recorded in one transaction?
//!
//! Invariant: a refused unit leaves no trace in its batch; a later unit sees what an earlier one of the batch did.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, Utc};
use tokio::sync::watch;
use uuid::Uuid;

use super::daily::{Daily, Today};
use super::said::{No, warn_of_unrecorded};
use super::turns::LONG;
use super::{ExecuteError, Failures, Job, Outcome};
use crate::clock::Clock;
use crate::config::instruments::Instruments;
use crate::domain::agreement::Agreement;
use crate::domain::command::Command;
use crate::domain::decide::decide;
use crate::domain::event::Recorded;
use crate::domain::ids::{AgreementId, CommandId, Position, Version};
use crate::domain::logged::Logged;
use crate::domain::refusal::Refusal;
use crate::domain::time::latest_day;
use crate::projections::rows::Rows;
use crate::read::reader::Reader;
use crate::store::{Append, Draft, Store, StoreError, rules};

/// Times that a transaction is tried when the database says that it may succeed again.
const TRIES: u32 = 5;
/// Events that the writer keeps in memory between batches: more than one record has, or it would be read anew for each.
const KEPT_EVENTS: usize = 25_000;

/// The writer and what it remembers.
pub(super) struct Writer {
    store: Store,
    pub(super) instruments: Instruments,
    pub(super) clock: Clock,
    reader: Reader,
    /// The rules by which this process writes rows.
    rules: String,
    /// Streams as of `last`; worth nothing when another process has appended since.
    kept: HashMap<AgreementId, Kept>,
    kept_events: usize,
    last: Position,
    /// The last position that this process has appended; its feed wakes other processes from here.
    written: watch::Sender<Position>,
    /// The batches that could not be written.
    failures: watch::Sender<Failures>,
    /// What tokens have recorded today.
    pub(super) today: Today,
}

/// A stream with what follows from it.
#[derive(Default)]
struct Kept {
    events: Vec<Recorded>,
    record: Agreement,
    rows: Option<Rows>,
}

type Replies = Vec<Result<Vec<Outcome>, ExecuteError>>;

impl Writer {
    pub(super) fn new(store: Store, instruments: Instruments, clock: Clock, reader: Reader, daily: Daily) -> Self {
        let rules = rules(&instruments);
        Self {
            store,
            instruments,
            clock,
            reader,
            rules,
            kept: HashMap::new(),
            kept_events: 0,
            last: Position::default(),
            written: watch::Sender::new(Position::default()),
            failures: watch::Sender::default(),
            today: Today::of(daily),
        }
    }

    /// The rules by which it writes rows.
    pub(super) fn rules(&self) -> &str {
        &self.rules
    }

    /// What this process appends, as it does.
    pub(super) fn written(&self) -> watch::Receiver<Position> {
        self.written.subscribe()
    }

    /// The batches that could not be written, as they fail.
    pub(super) fn failures(&self) -> watch::Receiver<Failures> {
        self.failures.subscribe()
    }

    /// Records the jobs and answers each.
    pub(super) async fn work(&mut self, jobs: Vec<Job>) {
        let recorded = self.attempt(&jobs).await;
        self.note(&recorded);
        match recorded {
            Ok(replies) => answer(jobs, replies),
            // One unit may have broken the batch: each by itself then. A database that is gone is gone for all.
            Err(StoreError::Database(_) | StoreError::Corrupt { .. }) if jobs.len() > 1 => {
                for job in jobs {
                    let alone = [job];
                    let replies = self.attempt(&alone).await.unwrap_or_else(|error| vec![Err(error.into())]);
                    answer(alone.into(), replies);
                }
            }
            Err(error) => {
                let error = Arc::new(error);
                let replies = jobs.iter().map(|_| Err(ExecuteError::Store(error.clone()))).collect();
                answer(jobs, replies);
            }
        }
    }

    /// The records that the units are about and that are long, as far as the writer remembers them.
    pub(super) fn long_records(&self, jobs: &[Job]) -> Vec<AgreementId> {
        let touched = jobs.iter().flat_map(|job| &job.unit).map(|command| &command.agreement);
        let long = |id: &&AgreementId| self.kept.get(*id).is_some_and(|kept| kept.events.len() >= LONG);
        touched.filter(long).cloned().collect()
    }

    /// Notes whether the log could be written.
    pub(super) fn note<T>(&self, recorded: &Result<T, StoreError>) {
        // Who is busy for long is another, and can write.
        let failed = matches!(
            recorded,
            Err(StoreError::Unavailable(_)
                | StoreError::Full(_)
                | StoreError::OtherRules
                | StoreError::Clock(_)
                | StoreError::Moved(_)
                | StoreError::Shrunk { .. }
                | StoreError::ReadOnly(_))
        );
        self.failures.send_modify(|failures| {
            failures.count += u64::from(recorded.is_err());
            failures.last = failed.then(Instant::now);
        });
    }

    async fn attempt(&mut self, jobs: &[Job]) -> Result<Replies, StoreError> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.record(jobs).await {
                Err(error) => self.again(tries, error)?,
                done => return done,
            }
        }
    }

    /// Whether to try once more.
    ///
    /// # Errors
    /// The error, when it is not worth it.
    pub(super) fn again(&mut self, tries: u32, error: StoreError) -> Result<(), StoreError> {
        // What was kept may hold what was not committed.
        self.forget();
        // A lost connection may have lost the commit or only its answer: what was recorded is found again.
        let hopeless = tries == TRIES || !(error.may_succeed_again() || error.lost_connection());
        if hopeless { Err(error) } else { Ok(()) }
    }

    /// Begins an append by this process's rules.
    pub(super) async fn begin(&mut self) -> Result<Append, StoreError> {
        let append = self.store.begin_append(&self.rules).await?;
        let (found, seen) = (append.head().position, self.last.max(self.reader.seen()));
        if found < seen {
            return Err(StoreError::Shrunk { found, seen });
        }
        self.clock.fits(append.head().ended_at())?;
        if append.head().position != self.last {
            self.forget();
        }
        self.last = append.head().position;
        Ok(append)
    }

    async fn record(&mut self, jobs: &[Job]) -> Result<Replies, StoreError> {
        let mut append = self.begin().await?;
        append.allow_for(jobs.iter().map(|job| job.unit.len()).sum()).await?;
        if self.kept_events > KEPT_EVENTS {
            self.forget();
        }
        let commands = || jobs.iter().flat_map(|job| &job.unit);
        let ids: BTreeSet<CommandId> = commands().map(|command| command.id).collect();
        let ids: Vec<CommandId> = ids.into_iter().collect();
        let mut known: HashMap<Uuid, BTreeMap<u16, Logged>> = HashMap::new();
        for (id, recorded) in append.commands(&ids).await? {
            known.entry(id.id).or_default().insert(id.index, recorded);
        }
        self.today.look(&mut append, self.clock.now()).await?;
        let mut batch = Batch { now: self.clock.now(), known, drafts: Vec::new(), touched: BTreeMap::new() };
        let absent: BTreeSet<AgreementId> =
            commands().map(|command| &command.agreement).filter(|id| !self.kept.contains_key(id)).cloned().collect();
        self.load(&mut append, absent.into_iter().collect()).await?;

        let mut replies: Replies = jobs.iter().map(|job| self.unit(&append, &mut batch, job)).collect();
        if batch.drafts.is_empty() {
            append.commit(&[], &[]).await?;
            return Ok(replies);
        }
        let rows = self.rows(&batch.touched)?;
        // A dry one has been warned, by what it alone would do.
        for (_, outcomes) in jobs.iter().zip(&mut replies).filter(|(job, _)| !job.dry) {
            if let Ok(outcomes) = outcomes {
                warn_of_unrecorded(outcomes, &rows);
            }
        }
        let first = Position(self.last.0 + 1);
        append.commit(&batch.drafts, &rows).await?;
        for (_, new) in rows {
            if let Some(kept) = self.kept.get_mut(&new.agreement.agreement) {
                kept.rows = Some(new);
            }
        }
        let touched: Vec<AgreementId> = batch.touched.into_keys().collect();
        self.tell(first, &touched, &batch.drafts).await;
        Ok(replies)
    }

    /// Has what was committed seen by this process, and told to the others.
    pub(super) async fn tell(&mut self, first: Position, touched: &[AgreementId], drafts: &[Draft]) {
        self.last = drafts.last().map_or(self.last, |draft| draft.recorded().position());
        self.today.committed(self.last);
        let events = drafts.iter().map(Draft::recorded);
        if let Err(error) = self.reader.absorb(first, self.last, touched, events).await {
            // The commit stands; the reader's own polling will see it.
            tracing::warn!(error = %crate::telemetry::chain(&error), "tracker.reader.behind");
        }
        self.written.send_replace(self.last);
    }

    fn forget(&mut self) {
        self.kept.clear();
        self.kept_events = 0;
    }

    async fn load(&mut self, append: &mut Append, absent: Vec<AgreementId>) -> Result<(), StoreError> {
        if absent.is_empty() {
            return Ok(());
        }
        let mut streams = append.streams(&absent).await?;
        for id in absent {
            let events = streams.remove(&id).unwrap_or_default();
            let rows = self.instruments.find(&id.instrument).and_then(|instrument| Rows::of(&events, instrument));
            self.kept_events += events.len();
            self.kept.insert(id, Kept { record: Agreement::of(&events), events, rows });
        }
        Ok(())
    }

    /// Decides a unit; what a refused or a dry unit did is undone.
    fn unit(&mut self, append: &Append, batch: &mut Batch, job: &Job) -> Result<Vec<Outcome>, ExecuteError> {
        if let Some((index, id)) = batch.part_of_another(&job.unit) {
            return Err(ExecuteError::Refused { index, refusal: Refusal::CommandReused(id) });
        }
        let drafts = batch.drafts.len();
        let mut done = Vec::with_capacity(job.unit.len());
        let mut result = Ok(());
        for (index, command) in job.unit.iter().enumerate() {
            match self.command(append, batch, command) {
                Ok(outcome) => done.push(outcome),
                Err(No::Refusal(refusal)) => {
                    result = Err(ExecuteError::Refused { index, refusal });
                    break;
                }
                Err(No::Store(error)) => {
                    result = Err(error.into());
                    break;
                }
            }
        }
        if job.dry && result.is_ok() {
            result = self.rows(&touched_by(&done)).map(|rows| warn_of_unrecorded(&mut done, &rows)).map_err(Into::into);
        }
        if result.is_err() || job.dry {
            self.take_back(batch, drafts);
        }
        result.map(|()| done)
    }

    fn command(&mut self, append: &Append, batch: &mut Batch, command: &Command) -> Result<Outcome, No> {
        if let Some(first) = batch.known.get(&command.id.id).and_then(|unit| unit.get(&command.id.index)) {
            return match first {
                Logged::Agreement(first)
                    if first.agreement == command.agreement && first.event == command.intent.event() =>
                {
                    Ok(Outcome { event: Recorded::clone(first), repeated: true, warnings: Vec::new() })
                }
                _ => Err(Refusal::CommandReused(command.id.id).into()),
            };
        }
        let instrument = self.instruments.load(command.agreement.instrument.as_str())?;
        let kept = self.kept.entry(command.agreement.clone()).or_default();
        let decision = decide(&kept.record, instrument, command, latest_day(batch.now))?;
        let version = Version(kept.record.version.0 + 1);
        let (recorded, draft) = append.draft(&decision, version, batch.drafts.len(), batch.now)?;
        self.today.count(&command.actor)?;
        batch.touched.entry(command.agreement.clone()).or_insert(kept.events.len());
        kept.record.evolve(&recorded);
        kept.events.push(recorded.clone());
        self.kept_events += 1;
        batch.known.entry(command.id.id).or_default().insert(command.id.index, draft.recorded().clone());
        batch.drafts.push(draft);
        Ok(Outcome { event: recorded, repeated: false, warnings: decision.warnings().to_vec() })
    }

    /// Takes back every draft from a place on.
    fn take_back(&mut self, batch: &mut Batch, from: usize) {
        let mut undone: BTreeSet<AgreementId> = BTreeSet::new();
        for draft in batch.drafts.drain(from..).rev() {
            let Logged::Agreement(recorded) = draft.recorded() else { continue };
            self.today.take_back(&recorded.actor);
            if let Some(unit) = batch.known.get_mut(&recorded.command.id) {
                unit.remove(&recorded.command.index);
            }
            if let Some(kept) = self.kept.get_mut(&recorded.agreement) {
                kept.events.pop();
                self.kept_events = self.kept_events.saturating_sub(1);
            }
            undone.insert(recorded.agreement.clone());
        }
        for id in undone {
            if let Some(kept) = self.kept.get_mut(&id) {
                kept.record = Agreement::of(&kept.events);
                if batch.touched.get(&id) == Some(&kept.events.len()) {
                    batch.touched.remove(&id);
                }
            }
        }
    }

    /// The rows of what was touched, before and after.
    fn rows(&self, touched: &BTreeMap<AgreementId, usize>) -> Result<Vec<(Option<Rows>, Rows)>, StoreError> {
        let mut rows = Vec::with_capacity(touched.len());
        for id in touched.keys() {
            let (Some(kept), Some(instrument)) = (self.kept.get(id), self.instruments.find(&id.instrument)) else {
                return Err(StoreError::Instrument(id.instrument.to_string()));
            };
            rows.extend(Rows::of(&kept.events, instrument).map(|new| (kept.rows.clone(), new)));
        }
        Ok(rows)
    }
}

/// The agreements that outcomes have added something to.
fn touched_by(outcomes: &[Outcome]) -> BTreeMap<AgreementId, usize> {
    let new = outcomes.iter().filter(|outcome| !outcome.repeated);
    new.map(|outcome| (outcome.event.agreement.clone(), 0)).collect()
}

/// What a batch has gathered so far.
struct Batch {
    /// One instant for the whole batch, so that time never runs backwards inside it.
    now: DateTime<Utc>,
    /// What each command recorded, before or in this batch.
    known: HashMap<Uuid, BTreeMap<u16, Logged>>,
    drafts: Vec<Draft>,
    /// The agreements with new events, and how many events each had before.
    touched: BTreeMap<AgreementId, usize>,
}

impl Batch {
    /// The first command whose id was used for a unit of other commands: a unit that is sent again is all of it.
    fn part_of_another(&self, unit: &[Command]) -> Option<(usize, Uuid)> {
        unit.iter().map(|command| command.id.id).enumerate().find(|(_, id)| {
            let known = self.known.get(id).filter(|known| !known.is_empty());
            known.is_some_and(|known| {
                let sent = unit.iter().filter(|command| command.id.id == *id).map(|command| command.id.index);
                !sent.collect::<BTreeSet<_>>().iter().eq(known.keys())
            })
        })
    }
}

fn answer(jobs: Vec<Job>, replies: Replies) {
    for (job, reply) in jobs.into_iter().zip(replies) {
        // A caller that has gone away can send its command again.
        let _ = job.reply.send(reply);
    }
}
