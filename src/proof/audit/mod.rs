//! Was anything in the log altered?
//!
//! Invariant: an audit changes nothing and believes nothing but the events themselves and the checkpoints that the auditor
//! brought along; of what is wrong it names the first place that can be known.

mod database;
pub mod json;
mod line;

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};

pub use self::database::{AuditError, database};
pub use self::line::{ExportLine, ExportLines, LineError};
use crate::domain::text::counted;
use crate::ledger::{Checkpoint, Frontier, Hash, Node};
use crate::store::{Chain, StoredEvent};

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The first event that may be altered, by its position.
    pub first: u64,
    /// The last one; the same where one event is known to be.
    pub last: u64,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.first, self.last) {
            (0, _) => write!(f, "{}", self.problem),
            (first, last) if first >= last => write!(f, "event {first}: {}", self.problem),
            (first, last) => write!(f, "between event {first} and event {last}: {}", self.problem),
        }
    }
}

/// A log that holds together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many events it has.
    pub events: u64,
    /// The root of the tree over them.
    pub root: Hash,
    /// Up to which event the auditor's checkpoints prove that nothing was altered since they were kept.
    pub proven: u64,
    /// When the last event was recorded, where there is one.
    pub ended_at: Option<DateTime<Utc>>,
    /// What this release cannot read, in words: it was recorded by a newer one, or nobody can say.
    pub unread: Option<String>,
    /// What is not as this program makes it around the log, which alters nothing of it.
    pub notes: Vec<String>,
}

/// The checkpoints that an auditor kept, beside a tree that grows.
#[derive(Debug)]
pub struct Kept {
    by_size: BTreeMap<u64, Vec<Checkpoint>>,
    proven: u64,
}

impl Kept {
    /// The checkpoints, in any order.
    pub fn of(checkpoints: impl IntoIterator<Item = Checkpoint>) -> Self {
        let mut by_size: BTreeMap<u64, Vec<Checkpoint>> = BTreeMap::new();
        for checkpoint in checkpoints {
            by_size.entry(checkpoint.size).or_default().push(checkpoint);
        }
        Self { by_size, proven: 0 }
    }

    /// Compares a tree with the checkpoints of its size. Every size of the tree is shown, from 0 on.
    ///
    /// # Errors
    /// A finding, when one has another root.
    pub fn compare(&mut self, tree: &Frontier) -> Result<(), Finding> {
        let Some(kept) = self.by_size.get(&tree.size()) else { return Ok(()) };
        let root = tree.root();
        if let Some(other) = kept.iter().find(|checkpoint| checkpoint.root != root) {
            let problem = format!(
                "an event was altered together with its hash, put in or taken out: the checkpoint of {} by {} has another root",
                counted(other.size, "event"),
                other.origin
            );
            return Err(Finding { first: self.proven + 1, last: tree.size(), problem });
        }
        self.proven = tree.size();
        Ok(())
    }

    /// The size of the largest one that is larger than this.
    #[must_use]
    pub fn beyond(&self, size: u64) -> Option<u64> {
        self.by_size.keys().next_back().copied().filter(|kept| *kept > size)
    }

    /// Up to which event they prove that nothing was altered.
    #[must_use]
    pub const fn proven(&self) -> u64 {
        self.proven
    }
}

/// Reads a log event by event, beside the checkpoints that the auditor kept.
#[derive(Debug)]
pub struct Auditor {
    chain: Chain,
    kept: Kept,
}

impl Auditor {
    /// Begins with the checkpoints that were kept.
    ///
    /// # Errors
    /// A finding, when one of an empty log has a wrong root.
    pub fn new(kept: impl IntoIterator<Item = Checkpoint>) -> Result<Self, Finding> {
        let mut auditor = Self { chain: Chain::default(), kept: Kept::of(kept) };
        auditor.kept.compare(auditor.chain.tree())?;
        Ok(auditor)
    }

    /// How many events were read.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.chain.size()
    }

    /// The chain of the events that were checked so far.
    #[must_use]
    pub const fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Takes the next event, and returns each tile that it fills.
    ///
    /// # Errors
    /// A finding, when the event is not what was written there.
    pub fn next(&mut self, event: &StoredEvent, filled: impl FnMut(Node)) -> Result<(), Finding> {
        let next = self.size() + 1;
        if event.position > next {
            return Err(Finding { first: next, last: event.position - 1, problem: "it is missing".to_owned() });
        }
        let problem = |broken: crate::store::Broken| Finding { first: next, last: next, problem: broken.to_string() };
        self.chain.next(event, filled).map_err(problem)?;
        self.kept.compare(self.chain.tree())
    }

    /// The number of events in the latest checkpoint, where that is more than were read.
    #[must_use]
    pub fn beyond(&self) -> Option<u64> {
        self.kept.beyond(self.size())
    }

    /// Ends the log.
    ///
    /// # Errors
    /// A finding, when a checkpoint has more events.
    pub fn end(self) -> Result<Verified, Finding> {
        let events = self.size();
        if let Some(size) = self.kept.beyond(events) {
            let problem =
                format!("it is missing: a checkpoint tells of {}, and the log has {events}", counted(size, "event"));
            return Err(Finding { first: events + 1, last: size, problem });
        }
        Ok(Verified {
            events,
            root: self.chain.tree().root(),
            proven: self.kept.proven(),
            ended_at: (events > 0).then(|| self.chain.recorded_at()),
            unread: self.chain.unread().map(|(position, what)| format!("event {position}: {what}")),
            notes: Vec::new(),
        })
    }
}

/// The events below the first root in which two trees of one size differ.
#[must_use]
pub fn first_difference(one: &Frontier, other: &Frontier) -> Option<(u64, u64)> {
    let mut before = 0;
    for ((size, one), (_, other)) in one.subtrees().zip(other.subtrees()) {
        if one != other {
            return Some((before + 1, before + size));
        }
        before += size;
    }
    None
}
