//! What does the log say?
//!
//! Invariant: the limit is read first and the rows second, so that a read never skips an event that commits in between.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::at::At;
use super::leaf::Leaf;
use super::{Store, StoreError, Tx, aside, inside, reading, signed};
use crate::domain::alert::{self, AlertEvent, AlertRecorded};
use crate::domain::event::{Event, Recorded};
use crate::domain::figure::{self, FigureEvent, FigureLogged};
use crate::domain::ids::{Actor, AgreementId, CommandId, Position, Version};
use crate::domain::logged::Logged;

/// An event as it is stored, for export and restore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its place in the log.
    pub position: u64,
    /// The stream's name.
    pub stream: String,
    /// Its place in the stream.
    pub version: u32,
    /// The kind of event, as it is stored.
    pub kind: String,
    /// The version of the payload's shape.
    pub schema: u16,
    /// The instant at which the event was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The id of the command that recorded the event.
    pub command_id: Uuid,
    /// The command's place under that id.
    pub command_index: u16,
    /// The public name of whoever recorded the event.
    pub actor: String,
    /// The payload of the event, as canonical JSON.
    pub payload: String,
    /// The hash of the event, as a leaf of the tree.
    pub leaf_hash: Vec<u8>,
}

/// The columns of an event.
pub(super) const COLUMNS: &str = "position, stream, version, kind, schema_version, recorded_at, command_id, command_index, actor, payload, leaf_hash";

/// An event as a row holds it, before anything in it is believed.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    position: i64,
    stream: String,
    version: i64,
    kind: String,
    schema_version: i64,
    recorded_at: At,
    command_id: Uuid,
    command_index: i64,
    actor: String,
    payload: String,
    leaf_hash: Vec<u8>,
}

impl StoredEvent {
    pub(super) fn of(row: Row) -> Result<Self, StoreError> {
        let key = format!("position {}", row.position);
        Ok(Self {
            position: unsigned(row.position, "events", "position", &key)?,
            version: small(row.version, "version", &key)?,
            schema: small(row.schema_version, "schema_version", &key)?,
            command_index: small(row.command_index, "command_index", &key)?,
            stream: row.stream,
            kind: row.kind,
            recorded_at: row.recorded_at.0,
            command_id: row.command_id,
            actor: row.actor,
            payload: row.payload,
            leaf_hash: row.leaf_hash,
        })
    }

    /// The event that this is.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], naming the column.
    pub fn read(&self) -> Result<Logged, StoreError> {
        let key = || format!("position {}", self.position);
        let wrong_stream = |error| corrupt("events", "stream", key(), error);
        let wrong_payload = |error| corrupt("events", "payload", key(), error);
        let actor = Actor::parse(&self.actor).map_err(|error| corrupt("events", "actor", key(), error))?;
        let (position, version) = (Position(self.position), Version(self.version));
        let command = CommandId { id: self.command_id, index: self.command_index };
        if let Some(figure) = aside::of(figure::STREAMS, &self.stream) {
            let event = FigureEvent::from_stored(&self.kind, self.schema, &self.payload).map_err(wrong_payload)?;
            let figure = figure.parse().map_err(wrong_stream)?;
            let recorded_at = self.recorded_at;
            let of = FigureLogged { position, figure, version, recorded_at, command, actor, event };
            return Ok(Logged::Figure(of.into()));
        }
        if let Some(alert) = aside::of(alert::STREAMS, &self.stream) {
            let event = AlertEvent::from_stored(&self.kind, self.schema, &self.payload).map_err(wrong_payload)?;
            let alert = alert.parse().map_err(wrong_stream)?;
            let recorded_at = self.recorded_at;
            let of = AlertRecorded { position, alert, version, recorded_at, command, actor, event };
            return Ok(Logged::Alert(of.into()));
        }
        let of = Recorded {
            position,
            agreement: self.stream.parse().map_err(wrong_stream)?,
            version,
            recorded_at: self.recorded_at,
            command,
            actor,
            event: Event::from_stored(&self.kind, self.schema, &self.payload).map_err(wrong_payload)?,
        };
        Ok(Logged::Agreement(of.into()))
    }

    /// What is hashed of it.
    #[must_use]
    pub fn leaf(&self) -> Leaf<'_> {
        Leaf {
            position: self.position,
            stream: &self.stream,
            version: self.version,
            kind: &self.kind,
            schema: self.schema,
            recorded_at: self.recorded_at,
            command_id: self.command_id,
            command_index: self.command_index,
            actor: &self.actor,
            payload: &self.payload,
        }
    }
}

impl Store {
    /// The stored events after a position, at most so many, in order. The log below its head never changes.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn stored_events(&self, after: Position, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        let head = self.head().await?.position;
        self.stored_between(after, head, limit).await
    }

    /// The events after a position up to another, at most so many, in order. Whoever gives a limit has read it first:
    /// it was the head of the log once.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn events(&self, after: Position, up_to: Position, limit: usize) -> Result<Vec<Logged>, StoreError> {
        self.stored_between(after, up_to, limit).await?.iter().map(StoredEvent::read).collect()
    }

    /// The same as they are stored.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn stored_between(
        &self,
        after: Position,
        up_to: Position,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let sql = format!(
            "select {COLUMNS}
             from events
             where position > $1 and position <= $2
             order by position
             limit $3"
        );
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(&sql)
            .bind(signed(after.0))
            .bind(signed(up_to.0))
            .bind(signed(limit as u64))
            .fetch_all(pool)
            .await?);
        rows.into_iter().map(StoredEvent::of).collect()
    }

    /// The first event beyond the head of the log, where appending never leaves one.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn beyond_the_head(&self) -> Result<Option<u64>, StoreError> {
        // Each is one look into the index; asked for at once they are a scan of it.
        let below = "select position from events where position < 1 order by position limit 1";
        let above = "select position
             from events
             where position > (select position from log_head where id = 1)
             order by position
             limit 1";
        for sql in [below, above] {
            let found: Option<i64> = reading!(self, pool => sqlx::query_scalar(sql).fetch_optional(pool).await?);
            if let Some(position) = found {
                return Ok(Some(u64::try_from(position).unwrap_or_default()));
            }
        }
        Ok(None)
    }

    /// What the database itself finds damaged in its file: an index that says other than its table, for instance.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn damage(&self) -> Result<Option<String>, StoreError> {
        let Self::Sqlite { read, .. } = self else { return Ok(None) };
        let found: String = sqlx::query_scalar("pragma integrity_check(1)").fetch_one(read).await?;
        Ok((found != "ok").then(|| format!("the database's file is damaged: {found}")))
    }

    /// The last position that was recorded by an instant, when the event at a later one, up to a limit, was recorded
    /// after it. Found by halving: time never runs backwards along the log, and an index on it would cost every append.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn position_at(&self, instant: DateTime<Utc>, up_to: Position) -> Result<Option<Position>, StoreError> {
        let after = async |position: u64| {
            Ok::<_, StoreError>(self.recorded_at(Position(position)).await?.is_some_and(|at| at > instant))
        };
        if !after(up_to.0).await? {
            return Ok(None);
        }
        let (mut low, mut high) = (0, up_to.0);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if after(middle).await? { high = middle } else { low = middle }
        }
        Ok(Some(Position(low)))
    }

    /// The instant at which the event at a position was recorded; `None` where the log has no such event.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn recorded_at(&self, position: Position) -> Result<Option<DateTime<Utc>>, StoreError> {
        let sql = "select recorded_at from events where position = $1";
        let at: Option<At> = reading!(self, pool => {
            sqlx::query_scalar(sql).bind(signed(position.0)).fetch_optional(pool).await?
        });
        Ok(at.map(|At(at)| at))
    }

    /// The agreements whose streams have events between two positions, the first excluded.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn streams_touched(&self, after: Position, up_to: Position) -> Result<Vec<AgreementId>, StoreError> {
        let sql = "select distinct stream from events where position > $1 and position <= $2";
        let streams: Vec<String> = reading!(self, pool => {
            sqlx::query_scalar(sql).bind(signed(after.0)).bind(signed(up_to.0)).fetch_all(pool).await?
        });
        let read = |stream: &String| stream.parse().map_err(|error| corrupt("events", "stream", stream.clone(), error));
        let aside = |stream: &String| aside::ASIDE.iter().any(|streams| aside::of(streams, stream).is_some());
        streams.iter().filter(|stream| !aside(stream)).map(read).collect()
    }

    /// The streams of some agreements, each in order; one that was never opened is missing.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn streams(
        &self,
        agreements: &[AgreementId],
    ) -> Result<BTreeMap<AgreementId, Vec<Recorded>>, StoreError> {
        let mut streams = BTreeMap::new();
        for some in each_once(agreements).chunks(NAMED) {
            let rows: Vec<Row> = reading!(self, pool => {
                let mut query = streams_query(some);
                query.build_query_as().fetch_all(pool).await?
            });
            collect(rows, &mut streams)?;
        }
        Ok(streams)
    }
}

impl Tx {
    /// The streams of some agreements as this transaction sees them.
    pub(super) async fn streams(
        &mut self,
        agreements: &[AgreementId],
    ) -> Result<BTreeMap<AgreementId, Vec<Recorded>>, StoreError> {
        let mut streams = BTreeMap::new();
        for some in each_once(agreements).chunks(NAMED) {
            let rows: Vec<Row> = inside!(self, tx => {
                let mut query = streams_query(some);
                query.build_query_as().fetch_all(tx).await?
            });
            collect(rows, &mut streams)?;
        }
        Ok(streams)
    }
}

/// The most agreements that one statement names: a hundred countries under ten instruments are read in one round trip. No
/// row is sent for one that was never opened.
const NAMED: usize = 1_024;

/// Each agreement once: a repeat in another statement would bring its stream again.
fn each_once(agreements: &[AgreementId]) -> Vec<&AgreementId> {
    agreements.iter().collect::<BTreeSet<_>>().into_iter().collect()
}

fn streams_query<'q, DB>(agreements: &[&AgreementId]) -> QueryBuilder<'q, DB>
where
    DB: sqlx::Database,
    String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    let mut query = QueryBuilder::new(format!("select {COLUMNS} from events where stream in ("));
    let mut list = query.separated(", ");
    for agreement in agreements {
        list.push_bind(agreement.to_string());
    }
    query.push(") order by position");
    query
}

fn collect(rows: Vec<Row>, streams: &mut BTreeMap<AgreementId, Vec<Recorded>>) -> Result<(), StoreError> {
    for row in rows {
        if let Some(recorded) = StoredEvent::of(row)?.read()?.of_agreement() {
            streams.entry(recorded.agreement.clone()).or_default().push(recorded);
        }
    }
    Ok(())
}

/// A number that the database holds signed and that is never negative.
pub(super) fn unsigned(number: i64, table: &'static str, column: &'static str, key: &str) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|error| corrupt(table, column, key.to_owned(), error))
}

fn small<N: TryFrom<i64>>(number: i64, column: &'static str, key: &str) -> Result<N, StoreError>
where
    N::Error: std::error::Error + Send + Sync + 'static,
{
    N::try_from(number).map_err(|error| corrupt("events", column, key.to_owned(), error))
}

/// A row that cannot be read.
pub(super) fn corrupt(
    table: &'static str,
    column: &'static str,
    key: String,
    source: impl std::error::Error + Send + Sync + 'static,
) -> StoreError {
    StoreError::Corrupt { table, column, key, source: Box::new(source) }
}
