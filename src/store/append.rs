//! How do new events get into the log?
//!
//! Invariant: only a [`Decision`] can be appended; positions are dense and in commit order, because the head row is
//! locked before one is drawn and stays locked until the commit.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;

use super::dialect::{Dialect, Instant};
use super::log::{self, Head, StoredEvent, bigint, event_columns};
use super::{Conn, ROWS_A_STATEMENT, Store, StoreError, Tx, on, rows};
use crate::domain::agreement::Agreement;
use crate::domain::decide::Decision;
use crate::domain::event::Recorded;
use crate::domain::ids::{AgreementId, CommandId, Position, Version};
use crate::ledger::canonical;
use crate::projections::rows::Rows;

/// The most bytes of canonical JSON that an event may have.
pub const MOST_BYTES: usize = 65_535;

/// A transaction that holds the end of the log; dropped without [`Appending::commit`], nothing has happened.
#[derive(Debug)]
pub struct Appending {
    tx: Tx,
    head: Head,
    rules: String,
    recorded_at: DateTime<Utc>,
    drafts: Vec<StoredEvent>,
}

impl Store {
    /// Begins to append: locks the end of the log until the commit.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn append(&self, now: DateTime<Utc>) -> Result<Appending, StoreError> {
        let mut tx = self.writing().await?;
        let (head, rules) = lock_head(&mut tx.conn()).await?;
        Ok(Appending { tx, head, rules, recorded_at: now.max(head.recorded_at), drafts: Vec::new() })
    }
}

/// Locks and reads the end of the log, and says by which rules the rows were written.
pub(super) async fn lock_head(conn: &mut Conn<'_>) -> Result<(Head, String), StoreError> {
    let (position, recorded_at, rules): (i64, Instant, String) = on!(conn, connection, Db => {
        let mut query = QueryBuilder::<Db>::new(
            "select log_head.position, log_head.recorded_at, projection_state.rules
            from log_head
            join projection_state on projection_state.id = log_head.id
            where log_head.id = 1",
        );
        query.push(Db::LOCKING);
        query.build_query_as().fetch_one(&mut **connection).await?
    });
    Ok((log::head_of(position, recorded_at)?, rules))
}

impl Appending {
    /// The end of the log that this transaction holds, before anything of its own.
    #[must_use]
    pub const fn head(&self) -> Head {
        self.head
    }

    /// By which rules the rows were written that this transaction would change.
    #[must_use]
    pub fn rules(&self) -> &str {
        &self.rules
    }

    /// What these commands recorded before; those that recorded nothing are left out.
    ///
    /// # Errors
    /// Faults of the database, and events that this release cannot read.
    pub async fn find_commands(&mut self, commands: &[CommandId]) -> Result<BTreeMap<CommandId, Recorded>, StoreError> {
        log::find_commands(&mut self.tx.conn(), commands).await
    }

    /// The events of these agreements, in order; those that were never opened are left out.
    ///
    /// # Errors
    /// Faults of the database, and events that this release cannot read.
    pub async fn streams(
        &mut self,
        agreements: &[AgreementId],
    ) -> Result<BTreeMap<AgreementId, Vec<Recorded>>, StoreError> {
        log::streams(&mut self.tx.conn(), agreements).await
    }

    /// Gives a decision the next place in the log and in its stream, in memory; the database hears of it in [`Appending::write`].
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] for an event over 65,535 bytes, which then has no place.
    pub fn place(&mut self, decision: &Decision, agreement: &Agreement) -> Result<Recorded, StoreError> {
        let position = Position(self.end().0 + 1);
        let (recorded, stored) = envelope(decision, agreement, position, self.recorded_at)?;
        self.drafts.push(stored);
        Ok(recorded)
    }

    /// The position of the last event that has a place.
    #[must_use]
    pub fn end(&self) -> Position {
        self.drafts.last().map_or(self.head.position, |draft| draft.position)
    }

    /// Takes back the places after a position: whatever asked for them was refused as a whole.
    pub fn take_back_after(&mut self, end: Position) {
        self.drafts.retain(|draft| draft.position <= end);
    }

    /// Writes what has a place, and what follows from it for the tables.
    ///
    /// # Errors
    /// Faults of the database; the transaction is then to be dropped.
    pub async fn write(&mut self, changes: &[(Option<Rows>, Rows)]) -> Result<(), StoreError> {
        if self.drafts.is_empty() {
            return Ok(());
        }
        let head = Head { position: self.end(), recorded_at: self.recorded_at };
        let mut conn = self.tx.conn();
        insert_events(&mut conn, &self.drafts).await?;
        advance_head(&mut conn, head).await?;
        rows::replace(&mut conn, changes).await
    }

    /// Makes it so; the position that the log has reached.
    ///
    /// # Errors
    /// [`StoreError::CommitUnknown`] when the connection broke, so that nobody knows; other faults, after which
    /// nothing has happened.
    pub async fn commit(self) -> Result<Position, StoreError> {
        let end = self.end();
        self.tx.commit().await.map_err(StoreError::of_commit)?;
        Ok(end)
    }
}

/// A decision in its envelope, with its meaning and as stored.
///
/// # Errors
/// [`StoreError::TooLarge`] for an event over 65,535 bytes.
pub(crate) fn envelope(
    decision: &Decision,
    agreement: &Agreement,
    position: Position,
    recorded_at: DateTime<Utc>,
) -> Result<(Recorded, StoredEvent), StoreError> {
    let (command, event) = (decision.command(), decision.event());
    let payload = canonical(&event.payload()?)?;
    if payload.len() > MOST_BYTES {
        return Err(StoreError::TooLarge { bytes: payload.len(), most: MOST_BYTES });
    }
    let recorded = Recorded {
        position,
        agreement: command.agreement.clone(),
        version: Version(agreement.version.0 + 1),
        recorded_at,
        command: command.id,
        actor: command.actor.clone(),
        event: event.clone(),
    };
    let mut stored = StoredEvent {
        position,
        stream: command.agreement.to_string(),
        version: recorded.version,
        kind: event.kind().to_owned(),
        schema: event.schema(),
        recorded_at,
        command: command.id,
        actor: command.actor.as_str().to_owned(),
        payload,
        leaf_hash: [0; 32],
    };
    stored.leaf_hash = stored.leaf().hash()?;
    Ok((recorded, stored))
}

pub(super) async fn insert_events(conn: &mut Conn<'_>, events: &[StoredEvent]) -> Result<(), StoreError> {
    for some in events.chunks(ROWS_A_STATEMENT) {
        on!(conn, connection, Db => {
            let mut query = QueryBuilder::<Db>::new(concat!("insert into events (", event_columns!(), ") "));
            query.push_values(some, |mut row, event| {
                row.push_bind(bigint(event.position))
                    .push_bind(event.stream.as_str())
                    .push_bind(i64::from(event.version.0))
                    .push_bind(event.kind.as_str())
                    .push_bind(i64::from(event.schema))
                    .push_bind(Instant(event.recorded_at))
                    .push_bind(event.command.id)
                    .push_bind(i64::from(event.command.index))
                    .push_bind(event.actor.as_str())
                    .push_bind(event.payload.as_str())
                    .push_bind(event.leaf_hash.as_slice());
            });
            query.build().execute(&mut **connection).await?;
        });
    }
    Ok(())
}

pub(super) async fn advance_head(conn: &mut Conn<'_>, head: Head) -> Result<(), StoreError> {
    on!(conn, connection => {
        sqlx::query("update log_head set position = $1, recorded_at = $2 where id = 1")
            .bind(bigint(head.position))
            .bind(Instant(head.recorded_at))
            .execute(&mut **connection)
            .await?;
    });
    Ok(())
}
