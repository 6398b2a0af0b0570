//! What does the log say?
//!
//! Invariant: what is read is what was written, in order; a stored event that cannot be read names its position.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::{FromRow, QueryBuilder};
use uuid::Uuid;

use super::dialect::Instant;
use super::{Conn, ROWS_A_STATEMENT, Store, StoreError, on};
use crate::domain::event::{Event, Recorded};
use crate::domain::ids::{Actor, AgreementId, CommandId, Position, Version};
use crate::ledger::Leaf;

/// The end of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The position of the last event; 0 in an empty log.
    pub position: Position,
    /// When the last event was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// An event as stored: the envelope with its payload's bytes and its leaf hash; what is exported and restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its place in the whole log.
    pub position: Position,
    /// The stream's name.
    pub stream: String,
    /// Its place in that stream, from 1.
    pub version: Version,
    /// The kind of event.
    pub kind: String,
    /// The version of the payload's shape.
    pub schema: u16,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The command that recorded it.
    pub command: CommandId,
    /// Who recorded it.
    pub actor: String,
    /// The payload as canonical JSON.
    pub payload: String,
    /// The RFC 6962 leaf hash of all of the above.
    pub leaf_hash: [u8; 32],
}

impl StoredEvent {
    /// The envelope in the form that is hashed.
    #[must_use]
    pub fn leaf(&self) -> Leaf<'_> {
        Leaf {
            position: self.position.0,
            stream: &self.stream,
            version: self.version.0,
            kind: &self.kind,
            schema: self.schema,
            recorded_at: self.recorded_at,
            command_id: self.command.id,
            command_index: self.command.index,
            actor: &self.actor,
            payload: &self.payload,
        }
    }

    /// The event with its meaning.
    ///
    /// # Errors
    /// [`StoreError::Event`] for a kind or shape that this release cannot read, [`StoreError::Corrupt`] for an
    /// envelope that it cannot.
    pub fn recorded(&self) -> Result<Recorded, StoreError> {
        let corrupt = |column: &str, problem: String| corrupt(self.position.0, column, problem);
        let event = Event::from_stored(&self.kind, self.schema, &self.payload)
            .map_err(|source| StoreError::Event { position: self.position.0, source })?;
        Ok(Recorded {
            position: self.position,
            agreement: self.stream.parse::<AgreementId>().map_err(|error| corrupt("stream", error.to_string()))?,
            version: self.version,
            recorded_at: self.recorded_at,
            command: self.command,
            actor: Actor::parse(&self.actor).map_err(|error| corrupt("actor", error.to_string()))?,
            event,
        })
    }
}

fn corrupt(position: impl std::fmt::Display, column: &str, problem: String) -> StoreError {
    StoreError::Corrupt { table: "events", column: column.to_owned(), key: position.to_string(), problem }
}

/// A row of `events`, before anything is believed of it.
#[derive(FromRow)]
pub(super) struct EventRow {
    position: i64,
    stream: String,
    version: i64,
    kind: String,
    schema_version: i64,
    recorded_at: Instant,
    command_id: Uuid,
    command_index: i64,
    actor: String,
    payload: String,
    leaf_hash: Vec<u8>,
}

impl TryFrom<EventRow> for StoredEvent {
    type Error = StoreError;

    fn try_from(row: EventRow) -> Result<Self, StoreError> {
        let key = row.position;
        let range = |column: &str| corrupt(key, column, "out of range".to_owned());
        Ok(Self {
            position: Position(u64::try_from(row.position).map_err(|_| range("position"))?),
            stream: row.stream,
            version: Version(u32::try_from(row.version).map_err(|_| range("version"))?),
            kind: row.kind,
            schema: u16::try_from(row.schema_version).map_err(|_| range("schema_version"))?,
            recorded_at: row.recorded_at.0,
            command: CommandId {
                id: row.command_id,
                index: u16::try_from(row.command_index).map_err(|_| range("command_index"))?,
            },
            actor: row.actor,
            payload: row.payload,
            leaf_hash: row.leaf_hash.try_into().map_err(|_| range("leaf_hash"))?,
        })
    }
}

/// The columns of `events`, in their order.
macro_rules! event_columns {
    () => {
        "position, stream, version, kind, schema_version, recorded_at, command_id, command_index, actor, payload, leaf_hash"
    };
}
pub(super) use event_columns;

/// A position as the database holds it; what is beyond its integers is beyond any log.
pub(super) fn bigint(position: Position) -> i64 {
    i64::try_from(position.0).unwrap_or(i64::MAX)
}

fn read_all(rows: Vec<EventRow>) -> Result<Vec<Recorded>, StoreError> {
    rows.into_iter().map(|row| StoredEvent::try_from(row)?.recorded()).collect()
}

impl Store {
    /// The end of the log. Read it first and the rows up to it second: one statement would see two states.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn head(&self) -> Result<Head, StoreError> {
        head(self.session().await?.conn()).await
    }

    /// The events after a position up to another one, both from [`Store::head`] or below it, in order.
    ///
    /// # Errors
    /// Faults of the database, and events that this release cannot read.
    pub async fn read_log(&self, after: Position, up_to: Position, limit: u32) -> Result<Vec<Recorded>, StoreError> {
        read_all(log_rows(self.session().await?.conn(), after, up_to, limit).await?)
    }

    /// The same as stored, for an export.
    ///
    /// # Errors
    /// Faults of the database, and envelopes that are damaged.
    pub async fn read_stored(
        &self,
        after: Position,
        up_to: Position,
        limit: u32,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let rows = log_rows(self.session().await?.conn(), after, up_to, limit).await?;
        rows.into_iter().map(StoredEvent::try_from).collect()
    }

    /// Which agreements have events after a position up to another one.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn touched(&self, after: Position, up_to: Position) -> Result<Vec<AgreementId>, StoreError> {
        let mut session = self.session().await?;
        let streams: Vec<String> = on!(session.conn(), connection => {
            sqlx::query_scalar(
                "select distinct stream
                from events
                where position > $1
                    and position <= $2
                order by stream",
            )
            .bind(bigint(after))
            .bind(bigint(up_to))
            .fetch_all(connection)
            .await?
        });
        let id = |stream: String| stream.parse().map_err(|error| corrupt(&stream, "stream", format!("{error}")));
        streams.into_iter().map(id).collect()
    }

    /// The events of one agreement, in order; empty when it was never opened.
    ///
    /// # Errors
    /// Faults of the database, and events that this release cannot read.
    pub async fn stream(&self, agreement: &AgreementId) -> Result<Vec<Recorded>, StoreError> {
        let mut found = self.streams(std::slice::from_ref(agreement)).await?;
        Ok(found.remove(agreement).unwrap_or_default())
    }

    /// The events of several agreements, in order; those that were never opened are left out.
    ///
    /// # Errors
    /// Faults of the database, and events that this release cannot read.
    pub async fn streams(
        &self,
        agreements: &[AgreementId],
    ) -> Result<BTreeMap<AgreementId, Vec<Recorded>>, StoreError> {
        let mut session = self.session().await?;
        streams(&mut session.conn(), agreements).await
    }

    /// What these commands recorded; those that recorded nothing are left out.
    ///
    /// # Errors
    /// Faults of the database, and events that this release cannot read.
    pub async fn find_commands(&self, commands: &[CommandId]) -> Result<BTreeMap<CommandId, Recorded>, StoreError> {
        let mut session = self.session().await?;
        find_commands(&mut session.conn(), commands).await
    }
}

pub(super) async fn head(conn: Conn<'_>) -> Result<Head, StoreError> {
    let (position, recorded_at): (i64, Instant) = on!(conn, connection => {
        sqlx::query_as("select position, recorded_at from log_head where id = 1").fetch_one(connection).await?
    });
    head_of(position, recorded_at)
}

pub(super) fn head_of(position: i64, recorded_at: Instant) -> Result<Head, StoreError> {
    let position = u64::try_from(position).map_err(|_| StoreError::Corrupt {
        table: "log_head",
        column: "position".to_owned(),
        key: "1".to_owned(),
        problem: "out of range".to_owned(),
    })?;
    Ok(Head { position: Position(position), recorded_at: recorded_at.0 })
}

async fn log_rows(conn: Conn<'_>, after: Position, up_to: Position, limit: u32) -> Result<Vec<EventRow>, StoreError> {
    Ok(on!(conn, connection => {
        sqlx::query_as(concat!(
            "select ",
            event_columns!(),
            " from events
            where position > $1
                and position <= $2
            order by position
            limit $3",
        ))
        .bind(bigint(after))
        .bind(bigint(up_to))
        .bind(i64::from(limit))
        .fetch_all(connection)
        .await?
    }))
}

pub(super) async fn streams(
    conn: &mut Conn<'_>,
    agreements: &[AgreementId],
) -> Result<BTreeMap<AgreementId, Vec<Recorded>>, StoreError> {
    let mut found: BTreeMap<AgreementId, Vec<Recorded>> = BTreeMap::new();
    for some in agreements.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<EventRow> = on!(conn, connection, Db => {
            let mut query = QueryBuilder::<Db>::new(concat!("select ", event_columns!(), " from events where stream in ("));
            let mut list = query.separated(", ");
            for agreement in padded(some) {
                list.push_bind(agreement.to_string());
            }
            query.push(") order by stream, version");
            query.build_query_as().fetch_all(&mut **connection).await?
        });
        for recorded in read_all(rows)? {
            found.entry(recorded.agreement.clone()).or_default().push(recorded);
        }
    }
    Ok(found)
}

pub(super) async fn find_commands(
    conn: &mut Conn<'_>,
    commands: &[CommandId],
) -> Result<BTreeMap<CommandId, Recorded>, StoreError> {
    let mut found = BTreeMap::new();
    for some in commands.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<EventRow> = on!(conn, connection, Db => {
            let mut query =
                QueryBuilder::<Db>::new(concat!("select ", event_columns!(), " from events where command_id in ("));
            let mut list = query.separated(", ");
            for command in padded(some) {
                list.push_bind(command.id);
            }
            // Two lists, not a list of pairs: both databases answer it from the index. Pairs that were not asked
            // for are dropped below; one id with many indexes has none of them.
            query.push(") and command_index in (");
            let mut list = query.separated(", ");
            for command in padded(some) {
                list.push_bind(i64::from(command.index));
            }
            query.push(")");
            query.build_query_as().fetch_all(&mut **connection).await?
        });
        for row in rows {
            let stored = StoredEvent::try_from(row)?;
            if some.contains(&stored.command) {
                found.insert(stored.command, stored.recorded()?);
            }
        }
    }
    Ok(found)
}

/// The list filled up to a power of two with its last member, so that few texts of a statement are ever prepared.
pub(super) fn padded<T>(some: &[T]) -> impl Iterator<Item = &T> {
    let missing = some.len().next_power_of_two() - some.len();
    some.iter().chain(std::iter::repeat_n(some.last(), missing).flatten())
}
