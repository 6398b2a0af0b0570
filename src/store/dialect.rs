//! Where do the two databases differ?
//!
//! Invariant: only here; every other file of the store says the same to both.

use chrono::{DateTime, Utc};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgListener, PgTypeInfo, PgValueRef};
use sqlx::sqlite::{SqliteTypeInfo, SqliteValueRef};
use sqlx::{Database, Decode, Encode, Postgres, Sqlite, Type};

use super::{Either, Store, StoreError};
use crate::domain::ids::Position;
use crate::domain::time::instant_text;

/// What each database calls what the other does too.
pub(super) trait Dialect {
    /// Begins a transaction in which every read sees the same state, and nothing is written.
    const BEGIN_SNAPSHOT: &'static str;
    /// Begins the writer's transaction.
    const BEGIN_WRITE: &'static str;
    /// Follows a select to lock its row until the commit.
    const LOCKING: &'static str;
}

impl Dialect for Postgres {
    const BEGIN_SNAPSHOT: &'static str = "begin isolation level repeatable read, read only";
    const BEGIN_WRITE: &'static str = "begin";
    const LOCKING: &'static str = " for update";
}

impl Dialect for Sqlite {
    const BEGIN_SNAPSHOT: &'static str = "begin";
    // A deferred transaction that reads and then writes is refused when another process wrote in between.
    const BEGIN_WRITE: &'static str = "begin immediate";
    const LOCKING: &'static str = "";
}

/// An instant as stored: `timestamptz`, or RFC 3339 text with six digits, which sorts as time does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Instant(pub(super) DateTime<Utc>);

impl Type<Postgres> for Instant {
    fn type_info() -> PgTypeInfo {
        <DateTime<Utc> as Type<Postgres>>::type_info()
    }
}

impl Encode<'_, Postgres> for Instant {
    fn encode_by_ref(&self, buffer: &mut <Postgres as Database>::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <DateTime<Utc> as Encode<'_, Postgres>>::encode_by_ref(&self.0, buffer)
    }
}

impl Decode<'_, Postgres> for Instant {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        <DateTime<Utc> as Decode<'_, Postgres>>::decode(value).map(Self)
    }
}

impl Type<Sqlite> for Instant {
    fn type_info() -> SqliteTypeInfo {
        <String as Type<Sqlite>>::type_info()
    }
}

impl Encode<'_, Sqlite> for Instant {
    fn encode_by_ref(&self, buffer: &mut <Sqlite as Database>::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <String as Encode<'_, Sqlite>>::encode(instant_text(self.0), buffer)
    }
}

impl Decode<'_, Sqlite> for Instant {
    fn decode(value: SqliteValueRef<'_>) -> Result<Self, BoxDynError> {
        let text = <&str as Decode<'_, Sqlite>>::decode(value)?;
        Ok(Self(DateTime::parse_from_rfc3339(text)?.with_timezone(&Utc)))
    }
}

/// What a `PostgreSQL` error code means to a caller.
pub(super) fn postgres_fault(code: &str) -> fn(sqlx::Error) -> StoreError {
    match code {
        "40001" | "40P01" => StoreError::Contended,
        "53100" => StoreError::DiskFull,
        "58030" => StoreError::Disk,
        "55P03" | "57014" => StoreError::Busy,
        "XX001" | "XX002" => StoreError::Damaged,
        "53300" | "57P01" | "57P02" | "57P03" | "57P05" | "3D000" => StoreError::Unavailable,
        _ if code.starts_with("08") || code.starts_with("28") => StoreError::Unavailable,
        _ => StoreError::Database,
    }
}

/// What a `SQLite` result code means to a caller; the low byte is the primary code.
pub(super) fn sqlite_fault(code: &str) -> fn(sqlx::Error) -> StoreError {
    match code.parse::<u32>().unwrap_or_default() & 0xff {
        5 | 6 => StoreError::Busy,
        8 | 10 => StoreError::Disk,
        11 | 26 => StoreError::Damaged,
        13 => StoreError::DiskFull,
        14 => StoreError::Unavailable,
        _ => StoreError::Database,
    }
}

/// The channel on which processes tell each other that the log grew.
const CHANNEL: &str = "depositary_log";

/// Hears of appends of other processes; only a hint, since the log itself is the truth.
#[derive(Debug)]
pub struct Listener(PgListener);

impl Listener {
    /// Waits for the next hint: the position that a process has reached, when it says so.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the connection is lost.
    pub async fn heard(&mut self) -> Result<Option<Position>, StoreError> {
        let hint = self.0.recv().await?;
        Ok(hint.payload().parse().ok().map(Position))
    }
}

impl Store {
    /// Tells the other processes that the log has reached a position. `SQLite` has no way to, and is polled.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and the like; correctness never rests on it.
    pub async fn notify(&self, position: Position) -> Result<(), StoreError> {
        if let Either::Postgres(pools) = &self.pools {
            sqlx::query("select pg_notify($1, $2)")
                .bind(CHANNEL)
                .bind(position.to_string())
                .execute(&pools.read)
                .await?;
        }
        Ok(())
    }

    /// Whether processes can hear of each other's appends.
    #[must_use]
    pub const fn can_notify(&self) -> bool {
        matches!(self.pools, Either::Postgres(_))
    }

    /// Listens for appends of other processes; `None` where that cannot be.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when no connection can be had.
    pub async fn listen(&self) -> Result<Option<Listener>, StoreError> {
        let Either::Postgres(pools) = &self.pools else { return Ok(None) };
        let mut listener = PgListener::connect_with(&pools.read).await?;
        listener.listen(CHANNEL).await?;
        Ok(Some(Listener(listener)))
    }
}
