//! Whose turn is it, when somebody appends to a long record without a pause?
//!
//! Invariant: after an append to a long record that record waits three times as long as the append took, so that whoever
//! appends elsewhere has most of the writer's time. What is held back keeps its order among itself, and
//! nothing is held back for ever. A unit that finds too many held back is recorded before them, so the memory is bounded.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::Job;
use crate::domain::ids::AgreementId;

/// Events from which on a record is long: folding fewer takes less than what commits take.
pub(super) const LONG: usize = 1_000;
/// How long a record waits, as a multiple of what an append to it took.
const REST: u32 = 3;
/// No record waits longer, however slow the machine is.
const LONGEST: Duration = Duration::from_secs(2);
/// Units that are held back at the most; a unit beyond them is recorded at once, before those that wait.
const MOST_HELD: usize = 256;

/// Records that wait, and the units that wait with them.
#[derive(Default)]
pub(super) struct Turns {
    resting: HashMap<AgreementId, Instant>,
    held: VecDeque<Job>,
}

impl Turns {
    /// Notes what an append to long records took.
    pub(super) fn rest(&mut self, long: Vec<AgreementId>, took: Duration) {
        let until = Instant::now() + (took * REST).min(LONGEST);
        self.resting.extend(long.into_iter().map(|agreement| (agreement, until)));
    }

    /// The unit, when it is its turn; otherwise it is held back.
    pub(super) fn admit(&mut self, job: Job) -> Option<Job> {
        if self.held.len() < MOST_HELD && job.unit.iter().any(|command| self.resting.contains_key(&command.agreement)) {
            self.held.push_back(job);
            return None;
        }
        Some(job)
    }

    /// The units whose records have waited long enough, the first that came first.
    pub(super) fn due(&mut self) -> Vec<Job> {
        let now = Instant::now();
        self.resting.retain(|_, until| *until > now);
        let held = std::mem::take(&mut self.held);
        held.into_iter().filter_map(|job| self.admit(job)).collect()
    }

    /// Every unit that is held back, when nobody comes any more.
    pub(super) fn all(self) -> Vec<Job> {
        self.held.into()
    }

    /// When the next record has waited long enough, if a unit waits with one.
    pub(super) fn next(&self) -> Option<Instant> {
        if self.held.is_empty() { None } else { self.resting.values().min().copied() }
    }
}
