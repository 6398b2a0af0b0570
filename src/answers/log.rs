//! What does the log commit to, and what proves it?
//!
//! Invariant: every proof is of a tree no larger than what this process answers by.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{Answers, AskError, Page, Slice};
use crate::domain::ids::Position;
use crate::domain::time::UncertainDate;
use crate::domain::words::{MilestoneKind, Word};
use crate::ledger::{Checkpoint, Hash, Signer, TileId};
use crate::store::StoredEvent;

/// What the log commits to at a size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// How many events the tree has.
    pub size: Position,
    /// The root of the tree over these events.
    pub root: Hash,
    /// The checkpoint as a note: signed where this process has a key.
    pub note: String,
}

/// What proves that an event is in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inclusion {
    /// The hash of the event, as a leaf of the tree.
    pub leaf: Hash,
    /// The root of the tree that it is in.
    pub root: Hash,
    /// The hashes that lead from the leaf to the root, lowest first.
    pub hashes: Vec<Hash>,
}

/// What proves that the log was only appended to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consistency {
    /// The root of the smaller tree.
    pub from_root: Hash,
    /// The root of the larger tree.
    pub to_root: Hash,
    /// The hashes that lead to both, lowest first.
    pub hashes: Vec<Hash>,
}

/// An entry of the log, as the page of the log shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Its place in the log.
    pub position: Position,
    /// The stream that it belongs to: the id of an agreement, an alert or a webhook.
    pub stream: String,
    /// The kind of event, as it is stored.
    pub kind: String,
    /// The instant at which the event was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The public name of whoever recorded it.
    pub actor: String,
    /// The kind and the date of the milestone that it is about; `None` when it is about none.
    pub milestone: Option<(MilestoneKind, Option<UncertainDate>)>,
    /// Its hash in the tree.
    pub leaf_hash: Vec<u8>,
}

impl LogEntry {
    fn of(event: StoredEvent) -> Self {
        let payload: Value = serde_json::from_str(&event.payload).unwrap_or_default();
        let milestone = payload.get("milestone").and_then(|milestone| {
            let kind = milestone.get("detail")?.as_object()?.keys().next()?;
            let occurred = milestone.get("occurred").and_then(Value::as_str).and_then(|text| text.parse().ok());
            Some((MilestoneKind::parse(kind).ok()?, occurred))
        });
        let StoredEvent { position, stream, kind, recorded_at, actor, leaf_hash, .. } = event;
        Self { position: Position(position), stream, kind, recorded_at, actor, milestone, leaf_hash }
    }
}

impl Answers {
    /// The same answers with a key that signs what the log commits to.
    #[must_use]
    pub fn signed_by(self, signer: Option<Signer>) -> Self {
        Self { signer: signer.map(Into::into), ..self }
    }

    /// The key that signs, if there is one.
    #[must_use]
    pub fn signer(&self) -> Option<&Signer> {
        self.signer.as_deref()
    }

    /// What the log commits to at a size.
    ///
    /// # Errors
    /// When the log is not so long yet, or cannot be read.
    pub async fn commitment(&self, size: Position) -> Result<Commitment, AskError> {
        self.within(size)?;
        let root = self.reader.store().prove(|tiles| tiles.root(size.0)).await?;
        Ok(Commitment { size, root, note: Checkpoint::note(size.0, root, self.signer()) })
    }

    /// What proves that the event at a position is in the log of a size.
    ///
    /// # Errors
    /// When there is no such event, the log is not so long yet, or cannot be read.
    pub async fn inclusion(&self, position: Position, size: Position) -> Result<Inclusion, AskError> {
        self.within(size)?;
        let index = position.0.checked_sub(1).filter(|index| *index < size.0);
        let index = index.ok_or(AskError::NotInTree { position, size })?;
        let prove = |tiles: &crate::ledger::Tiles| {
            Ok(Inclusion {
                leaf: tiles.leaf(index)?,
                root: tiles.root(size.0)?,
                hashes: tiles.inclusion(index, size.0)?,
            })
        };
        Ok(self.reader.store().prove(prove).await?)
    }

    /// What proves that the log of one size begins the log of another.
    ///
    /// # Errors
    /// When the first is the larger one, the log is not so long yet, or cannot be read.
    pub async fn consistency(&self, from: Position, to: Position) -> Result<Consistency, AskError> {
        self.within(to)?;
        if from > to {
            return Err(AskError::NotInTree { position: from, size: to });
        }
        let prove = |tiles: &crate::ledger::Tiles| {
            Ok(Consistency {
                from_root: tiles.root(from.0)?,
                to_root: tiles.root(to.0)?,
                hashes: tiles.consistency(from.0, to.0)?,
            })
        };
        Ok(self.reader.store().prove(prove).await?)
    }

    /// The first hashes of a tile; `None` when it has not so many yet.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn tile(&self, tile: TileId, width: u64) -> Result<Option<Vec<Hash>>, AskError> {
        if width == 0 || tile.width(self.position().0) < width {
            return Ok(None);
        }
        let mut hashes = self.reader.store().tile(tile).await?;
        let width = usize::try_from(width).unwrap_or(usize::MAX);
        hashes.truncate(width);
        Ok((hashes.len() == width).then_some(hashes))
    }

    /// The first events whose leaves are in a tile of the lowest level; `None` when it has not so many yet.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn entries(&self, tile: TileId, width: u64) -> Result<Option<Vec<StoredEvent>>, AskError> {
        if width == 0 || tile.width(self.position().0) < width {
            return Ok(None);
        }
        let after = Position(tile.number * crate::ledger::tiles::WIDTH);
        let width = usize::try_from(width).unwrap_or(usize::MAX);
        let events = self.reader.store().stored_events(after, width).await?;
        Ok((events.len() == width).then_some(events))
    }

    /// A part of the log up to a position, the newest entry first, cut by positions.
    ///
    /// # Errors
    /// When the log is not so long yet, or cannot be read.
    pub async fn log_entries(&self, end: Position, page: &Page<u64>) -> Result<Slice<LogEntry>, AskError> {
        self.within(end)?;
        let most = u64::try_from(page.limit).unwrap_or(u64::MAX);
        // The list runs downwards: what comes after an entry has a lower position.
        let mut last = page.after.map_or(end.0, |after| after.saturating_sub(1).min(end.0));
        let mut after = page.before.unwrap_or_default().min(last);
        if page.from_end {
            last = last.min(after.saturating_add(most));
        } else {
            after = after.max(last.saturating_sub(most));
        }
        let events = self.reader.store().stored_between(Position(after), Position(last), page.limit).await?;
        let items: Vec<LogEntry> = events.into_iter().rev().map(LogEntry::of).collect();
        let some = !items.is_empty();
        let total = usize::try_from(end.0).unwrap_or(usize::MAX);
        Ok(Slice { items, has_previous: some && last < end.0, has_next: some && after > 0, total })
    }

    /// The last position that was recorded a day before the event at a position, so that a reader who was there within a day
    /// misses nothing of what came after it. Reckoned from that event and not from the clock: one position gives one answer.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn a_day_before(&self, position: Position) -> Result<Position, AskError> {
        let Some(at) = self.reader.store().recorded_at(position).await? else { return Ok(Position(0)) };
        let Some(before) = at.checked_sub_signed(TimeDelta::days(1)) else { return Ok(Position(0)) };
        Ok(self.reader.position_at(before, position).await?.unwrap_or(position))
    }

    /// Refuses a position that the log has not reached: a client that asks for what came after it has a copy of another log, and
    /// would for ever get the answer that nothing has changed.
    pub(super) fn follows(&self, after: Option<Position>) -> Result<(), AskError> {
        let seen = self.position();
        match after.filter(|after| *after > seen) {
            Some(asked) => Err(AskError::OfAnotherLog { asked, seen }),
            None => Ok(()),
        }
    }

    fn within(&self, size: Position) -> Result<(), AskError> {
        let seen = self.position();
        if size > seen { Err(AskError::PositionAhead { asked: size, seen }) } else { Ok(()) }
    }
}
