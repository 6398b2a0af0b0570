//! How does a decision become an event in the log?
//!
//! Invariant: only decisions are appended; positions are drawn under the head's lock, which goes away after the commit
//! is visible, so whoever sees position N + 1 sees N.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;

use super::at::At;
use super::held::PATIENCE;
use super::log::{COLUMNS, Row, StoredEvent};
use super::{CHUNK, Head, Store, StoreError, Tx, inside, signed};
use crate::domain::decide::Decision;
use crate::domain::event::{Event, Recorded};
use crate::domain::ids::{AgreementId, CommandId, Position, Version};
use crate::ledger;
use crate::projections::rows::Rows;

/// The most bytes of a payload.
pub const MOST_BYTES: usize = 65_535;

/// A transaction that holds the head of the log.
#[derive(Debug)]
pub struct Append {
    tx: Tx,
    head: Head,
    /// The rules that the tables follow.
    rules: String,
    /// The rules that a log without events takes on with its first.
    adopts: Option<String>,
}

/// An event with its place, not yet written. Only [`Append::draft`] makes one, and only from a decision.
#[derive(Debug, Clone)]
pub struct Draft {
    recorded: Recorded,
    stored: StoredEvent,
}

impl Draft {
    /// The event as it will be recorded.
    #[must_use]
    pub const fn recorded(&self) -> &Recorded {
        &self.recorded
    }
}

/// The payload of an event as the log stores it.
///
/// # Errors
/// [`StoreError::TooLarge`].
pub fn payload(event: &Event) -> Result<String, StoreError> {
    let value = event.payload().map_err(StoreError::Canonical)?;
    let text = ledger::canonical(&value).map_err(StoreError::Canonical)?;
    if text.len() > MOST_BYTES { Err(StoreError::TooLarge { bytes: text.len(), most: MOST_BYTES }) } else { Ok(text) }
}

impl Store {
    /// Begins an append by these rules: locks the head of the log, and waits for whoever holds it.
    ///
    /// # Errors
    /// When the database cannot be reached, or [`StoreError::OtherRules`] when the tables follow other rules by now.
    pub async fn begin_append(&self, rules: &str) -> Result<Append, StoreError> {
        let append = self.lock(Some(PATIENCE)).await?;
        if append.rules != rules && append.head.position > Position::default() {
            return Err(StoreError::OtherRules);
        }
        Ok(Append { adopts: (append.rules != rules).then(|| rules.to_owned()), ..append })
    }

    /// Locks the head of the log, whatever rules the tables follow.
    pub(super) async fn lock(&self, patience: Option<Duration>) -> Result<Append, StoreError> {
        let mut tx = self.write(patience).await?;
        // An update that changes nothing is a row lock in every database.
        let sql = "update log_head
             set position = position
             where id = 1
             returning position, recorded_at, rules";
        let (position, At(recorded_at), rules) = inside!(&mut tx, tx => sqlx::query_as(sql).fetch_one(tx).await?);
        Ok(Append { tx, head: super::head(position, recorded_at)?, rules, adopts: None })
    }
}

impl Append {
    /// The end of the log, which stays so until this append ends.
    #[must_use]
    pub const fn head(&self) -> Head {
        self.head
    }

    /// The transaction beneath, for what writes many events or rows itself.
    pub(super) const fn transaction(&mut self) -> &mut Tx {
        &mut self.tx
    }

    /// What some commands recorded when they were sent before.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn commands(&mut self, ids: &[CommandId]) -> Result<HashMap<CommandId, Recorded>, StoreError> {
        let mut found = HashMap::new();
        for some in ids.chunks(CHUNK) {
            let rows: Vec<Row> = inside!(&mut self.tx, tx => {
                let mut query = QueryBuilder::new(format!("select {COLUMNS} from events where command_id in ("));
                let mut list = query.separated(", ");
                for id in some {
                    list.push_bind(id.id);
                }
                query.push(")");
                query.build_query_as().fetch_all(tx).await?
            });
            for row in rows {
                let recorded = StoredEvent::of(row)?.read()?;
                found.insert(recorded.command, recorded);
            }
        }
        Ok(found)
    }

    /// The streams of some agreements.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn streams(
        &mut self,
        agreements: &[AgreementId],
    ) -> Result<BTreeMap<AgreementId, Vec<Recorded>>, StoreError> {
        self.tx.streams(agreements).await
    }

    /// Gives a decision its place: `ahead` drafts of this append come before it.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`].
    pub fn draft(
        &self,
        decision: &Decision,
        version: Version,
        ahead: usize,
        now: DateTime<Utc>,
    ) -> Result<Draft, StoreError> {
        let command = decision.command();
        let recorded = Recorded {
            position: Position(self.head.position.0 + ahead as u64 + 1),
            agreement: command.agreement.clone(),
            version,
            // Never earlier than what is recorded, whatever the clock says.
            recorded_at: now.max(self.head.recorded_at),
            command: command.id,
            actor: command.actor.clone(),
            event: decision.event().clone(),
        };
        let mut stored = StoredEvent {
            position: recorded.position.0,
            stream: recorded.agreement.to_string(),
            version: version.0,
            kind: recorded.event.kind().to_owned(),
            schema: recorded.event.schema(),
            recorded_at: recorded.recorded_at,
            command_id: command.id.id,
            command_index: command.id.index,
            actor: command.actor.as_str().to_owned(),
            payload: payload(&recorded.event)?,
            leaf_hash: Vec::new(),
        };
        stored.leaf_hash = stored.leaf().hash().map_err(StoreError::Canonical)?.to_vec();
        Ok(Draft { recorded, stored })
    }

    /// Writes the drafts, makes the agreements' rows what they should be, and commits.
    ///
    /// # Errors
    /// When the database fails. After [`StoreError::Unavailable`] the commit may have happened all the same: the same
    /// commands can be sent again.
    pub async fn commit(mut self, drafts: &[Draft], rows: &[(Option<Rows>, Rows)]) -> Result<(), StoreError> {
        let Some(last) = drafts.last() else { return self.tx.commit().await };
        self.tx.insert_events(drafts.iter().map(|draft| &draft.stored)).await?;
        self.tx.move_head(last.recorded.position, last.recorded.recorded_at).await?;
        self.tx.replace_rows(rows).await?;
        if let Some(rules) = &self.adopts {
            self.tx.follow_rules(rules).await?;
        }
        self.tx.commit().await
    }
}

impl Tx {
    /// Inserts events, 256 a statement.
    pub(super) async fn insert_events<'e>(
        &mut self,
        events: impl Iterator<Item = &'e StoredEvent>,
    ) -> Result<(), StoreError> {
        let events: Vec<&StoredEvent> = events.collect();
        for some in events.chunks(CHUNK) {
            inside!(self, tx => {
                let mut query = QueryBuilder::new(format!("insert into events ({COLUMNS}) "));
                query.push_values(some, |mut row, event| {
                    row.push_bind(signed(event.position))
                        .push_bind(&event.stream)
                        .push_bind(i64::from(event.version))
                        .push_bind(&event.kind)
                        .push_bind(i64::from(event.schema))
                        .push_bind(At(event.recorded_at))
                        .push_bind(event.command_id)
                        .push_bind(i64::from(event.command_index))
                        .push_bind(&event.actor)
                        .push_bind(&event.payload)
                        .push_bind(&event.leaf_hash);
                });
                query.build().execute(tx).await?;
            });
        }
        Ok(())
    }

    /// Moves the head to the last event.
    pub(super) async fn move_head(&mut self, position: Position, recorded_at: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "update log_head set position = $1, recorded_at = $2 where id = 1";
        inside!(self, tx => {
            sqlx::query(sql).bind(signed(position.0)).bind(At(recorded_at)).execute(tx).await?;
        });
        Ok(())
    }
}
