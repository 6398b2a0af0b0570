//! How far has the program searched each outside source, and what did it receive?
//!
//! Invariant: it follows from the sweeps that are kept, whichever process made them; bytes are returned as they came.

use super::inbox::SOURCES;
use super::{Answers, AskError, InboxState};
use crate::store::{KeptBytes, KeptSweep, Swept};

/// How far a source has been seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceState {
    /// The source by its code.
    pub source: &'static str,
    /// How far it was seen, and how often it was not.
    pub swept: Swept,
    /// How the last sweep ended, as a word; `None` before the first.
    pub last_outcome: Option<String>,
    /// The last sweep that was not good.
    pub failure: Option<KeptSweep>,
    /// How many of its documents wait for a person.
    pub waiting: usize,
}

impl Answers {
    /// How far each source has been seen, in the order of their codes.
    ///
    /// # Errors
    /// [`AskError`] when the log or the tables cannot be read.
    pub async fn sources(&self) -> Result<Vec<SourceState>, AskError> {
        let mut states = Vec::with_capacity(SOURCES.len());
        for source in SOURCES {
            let sweeps = self.reader().store().sweeps(source).await?;
            let last_outcome = sweeps.last().map(|sweep| sweep.outcome.clone());
            let failure = sweeps.iter().rev().find(|sweep| !sweep.is_good()).cloned();
            let items = self.inbox(source).await?;
            let waiting = items.iter().filter(|item| item.state.word() == InboxState::Waiting).count();
            states.push(SourceState { source, swept: Swept::of(&sweeps), last_outcome, failure, waiting });
        }
        Ok(states)
    }

    /// The bytes with a digest, as they were received; `None` where none were.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn captured(&self, sha256: &str) -> Result<Option<KeptBytes>, AskError> {
        Ok(self.reader().store().bytes_of(sha256).await?)
    }
}
