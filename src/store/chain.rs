//! Does each event follow from those before it?
//!
//! Invariant: what passes is a log that this program could have written: dense, in order, canonical, hashes right.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::append::payload;
use super::{StoreError, StoredEvent};
use crate::ledger::tree::leaf_hash;
use crate::ledger::{Frontier, Node};

/// A log that is read event by event.
#[derive(Debug, Default)]
pub struct Chain {
    tree: Frontier,
    recorded_at: DateTime<Utc>,
    versions: HashMap<String, u32>,
    /// The first event that this release cannot read, since it knows no such kind.
    unread: Option<(u64, String)>,
}

/// What is wrong with an event, in words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Broken(String);

impl Chain {
    /// How many events have passed.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.tree.size()
    }

    /// The first event of a kind that this release does not know, and its content. Its hash is that of its content; what
    /// it says is for a newer release to read.
    #[must_use]
    pub fn unread(&self) -> Option<(u64, &str)> {
        self.unread.as_ref().map(|(position, what)| (*position, what.as_str()))
    }

    /// When the last of them was recorded.
    #[must_use]
    pub const fn recorded_at(&self) -> DateTime<Utc> {
        self.recorded_at
    }

    /// The tree over the events of the chain.
    #[must_use]
    pub const fn tree(&self) -> &Frontier {
        &self.tree
    }

    /// Takes the next event, and returns each tile that it fills.
    ///
    /// # Errors
    /// [`Broken`], when it is not the next; the chain is then where it was.
    pub fn next(&mut self, event: &StoredEvent, filled: impl FnMut(Node)) -> Result<(), Broken> {
        let position = self.size() + 1;
        let wrong = |problem: String| Err(Broken(problem));
        if event.position != position {
            return wrong(format!("it says position {}, and {position} is next", event.position));
        }
        let version = self.versions.get(&event.stream).copied().unwrap_or_default() + 1;
        if event.version != version {
            return wrong(format!("it says version {} of {}, and {version} is next", event.version, event.stream));
        }
        if event.recorded_at < self.recorded_at {
            return wrong("it was recorded before the one before it".to_owned());
        }
        let leaf = event.leaf().bytes().map_err(|error| Broken(error.to_string()))?;
        let hash = leaf_hash(&leaf);
        if hash.as_slice() != event.leaf_hash {
            return wrong("its leaf hash is not that of its content".to_owned());
        }
        let read = |error: &StoreError| Broken(crate::telemetry::chain(error));
        match event.read() {
            Err(error) if error.is_of_a_newer_release() => {
                self.unread.get_or_insert((position, crate::telemetry::chain(&error)));
            }
            recorded => {
                let recorded = recorded.map_err(|error| read(&error))?;
                if payload(&recorded).map_err(|error| read(&error))? != event.payload {
                    return wrong("its payload is not canonical".to_owned());
                }
            }
        }
        self.tree.push(hash, filled);
        self.versions.insert(event.stream.clone(), version);
        self.recorded_at = event.recorded_at;
        Ok(())
    }
}
