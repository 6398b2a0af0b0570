//! How far has the program searched each outside source?
//!
//! Invariant: a source that was never seen to its end says so by nulls, never by a date.

use async_graphql::SimpleObject;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Date, Instant};
use crate::answers::{Answers, AskError, SOURCES, SourceState};
use crate::domain::text::harmless;
use crate::store::KeptSweep;

/// Every outside source that this program can search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sources {
    /// The sources, in the order of their codes.
    pub nodes: Vec<SourceSeen>,
}

/// An outside source, and how far the program has searched it. One search over its days is a sweep; a sweep is good
/// when the program saw it to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
#[graphql(name = "OutsideSource")]
pub struct SourceSeen {
    /// The code of the source, such as `federal-register`.
    pub source: String,
    /// The last day up to which the program has seen every document; null before the first good sweep.
    pub seen_up_to: Option<Date>,
    /// The instant at which the last good sweep ended; null before the first.
    pub last_success: Option<Instant>,
    /// The last sweep that was not good; null when every sweep was.
    pub last_failure: Option<SweepFailure>,
    /// How the last sweep ended: `good`, or what went wrong as a word; null before the first.
    pub last_outcome: Option<String>,
    /// How many sweeps have failed since the last good one.
    pub failed_in_a_row: u32,
    /// How many of the weekly checks failed when they were last made. They search for documents that the main search
    /// misses, and read a known document again to see whether the reading is the same.
    pub checks_failing: u32,
    /// How many documents of the source wait for a person to decide.
    pub waiting: usize,
}

/// A sweep that was not good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct SweepFailure {
    /// What went wrong, as a word such as `http_5xx`, `challenge`, `not_found` or `shape`.
    pub outcome: String,
    /// What went wrong and what a person can do, as a sentence; null when an earlier release made the sweep.
    pub message: Option<String>,
    /// The instant at which the sweep ended.
    pub at: Instant,
}

impl SourceSeen {
    /// A source as it was seen.
    #[must_use]
    pub fn of(state: &SourceState) -> Self {
        Self {
            source: state.source.to_owned(),
            seen_up_to: state.swept.cursor.map(Date),
            last_success: state.swept.last_success.map(Instant),
            last_failure: state.failure.as_ref().map(SweepFailure::of),
            last_outcome: state.last_outcome.clone(),
            failed_in_a_row: state.swept.failed_in_a_row,
            checks_failing: state.swept.checks_failing,
            waiting: state.waiting,
        }
    }
}

impl SweepFailure {
    fn of(sweep: &KeptSweep) -> Self {
        Self {
            outcome: sweep.outcome.clone(),
            message: sweep.problem.as_deref().map(|problem| harmless(problem).into_owned()),
            at: Instant(sweep.ended),
        }
    }
}

impl Answers {
    /// Every source, as it was seen.
    ///
    /// # Errors
    /// When the log or the tables cannot be read.
    pub async fn view_sources(&self) -> Result<Sources, AskError> {
        Ok(Sources { nodes: self.sources().await?.iter().map(SourceSeen::of).collect() })
    }

    /// The sources that gave no whole answer when they were last asked, each with what went wrong.
    ///
    /// # Errors
    /// When the tables cannot be read.
    pub async fn sources_that_fail(&self) -> Result<Vec<(&'static str, SweepFailure)>, AskError> {
        let mut failing = Vec::new();
        for source in SOURCES {
            let sweeps = self.reader().store().sweeps(source).await?;
            let last = sweeps.last().filter(|sweep| !sweep.is_good());
            failing.extend(last.map(|sweep| (source, SweepFailure::of(sweep))));
        }
        Ok(failing)
    }
}
