//! Why could the memory not do it?
//!
//! Invariant: a fault says what to do about it, and a row that cannot be read names its table, column and key.

use sqlx::migrate::MigrateError;

use super::dialect;

/// A fault of the memory. An expected "no" is a [`Refusal`](crate::domain::refusal::Refusal) instead.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL names no database that this program knows.
    #[error("`{given}` is not a database URL; write sqlite://depositary.db or postgres://user@host/name")]
    Url {
        /// The scheme, or what stands in its place; the rest may hold a password.
        given: String,
    },
    /// The database cannot be reached, or went away.
    #[error("the database cannot be reached; check that it runs and that the URL is right, then try again")]
    Unavailable(#[source] sqlx::Error),
    /// Another process holds the database's lock for too long.
    #[error("the database is locked by another process for too long; try again")]
    Busy(#[source] sqlx::Error),
    /// A transaction lost against another one; running it again is right.
    #[error("the transaction met another one; try again")]
    Contended(#[source] sqlx::Error),
    /// The connection broke during the commit, so it may or may not have happened.
    #[error(
        "the database went away during the commit, so nobody knows whether it happened; send the same command ids again, which is safe"
    )]
    CommitUnknown(#[source] sqlx::Error),
    /// No space is left.
    #[error("the database's disk is full; make room, then try again; nothing was recorded")]
    DiskFull(#[source] sqlx::Error),
    /// Reading or writing the disk failed.
    #[error("the database cannot read or write its disk; check the disk before anything else")]
    Disk(#[source] sqlx::Error),
    /// The database file is damaged, or no database at all.
    #[error("the database file is damaged or not a database; restore it from an export")]
    Damaged(#[source] sqlx::Error),
    /// A stored value that cannot be read.
    #[error("table {table}, row {key}: column {column} cannot be read: {problem}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: String,
        /// The row's key.
        key: String,
        /// What is wrong with the value.
        problem: String,
    },
    /// A stored event of a kind or shape that this release cannot read.
    #[error("the event at position {position} cannot be read")]
    Event {
        /// Where it is.
        position: u64,
        /// Why.
        #[source]
        source: crate::domain::event::EventError,
    },
    /// A newer release has migrated the database.
    #[error("the database was migrated by a newer release (migration {0} is not known here); upgrade this program")]
    TooNew(i64),
    /// The schema could not be brought up to date.
    #[error("the database could not be migrated")]
    Migrate(#[source] MigrateError),
    /// The log speaks of an instrument that no file describes.
    #[error("the log has agreements of instrument `{0}`, which no file describes; add its file with --instruments")]
    UnknownInstrument(String),
    /// The rows were written by other rules than this release's.
    #[error("the tables were written by other rules; rebuild them, then try again")]
    RowsOutdated,
    /// An event too big to be stored.
    #[error("the event has {bytes} bytes of canonical JSON; at most {most} are stored, so shorten its text")]
    TooLarge {
        /// How many it has.
        bytes: usize,
        /// How many it may have.
        most: usize,
    },
    /// A restore into a log that has events.
    #[error("the log already has {0} events; restore into an empty database")]
    NotEmpty(u64),
    /// An exported event that does not fit where it stands.
    #[error("the event at position {position} cannot be restored: {problem}")]
    Restore {
        /// Where it is, or should be.
        position: u64,
        /// What does not fit.
        problem: String,
    },
    /// JSON that could not be written.
    #[error("an event could not be written as canonical JSON")]
    Json(#[source] serde_json::Error),
    /// Anything else that the database said.
    #[error("the database refused a statement")]
    Database(#[source] sqlx::Error),
}

impl StoreError {
    /// Whether running the same transaction again may well succeed at once.
    #[must_use]
    pub const fn is_contention(&self) -> bool {
        matches!(self, Self::Contended(_))
    }

    /// Whether the database was away, so that a new connection may help.
    #[must_use]
    pub const fn is_outage(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::CommitUnknown(_))
    }

    /// What went wrong with a commit: when the connection broke, nobody knows whether it happened.
    pub(super) fn of_commit(error: sqlx::Error) -> Self {
        match Self::from(error) {
            Self::Unavailable(source) => Self::CommitUnknown(source),
            other => other,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as E;
        match error {
            E::Io(_) | E::Tls(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed | E::Protocol(_) => {
                Self::Unavailable(error)
            }
            E::ColumnDecode { index, source } => Self::Corrupt {
                table: "of the statement",
                column: index,
                key: "unknown".to_owned(),
                problem: source.to_string(),
            },
            E::Database(ref told) => {
                let code = told.code().map(std::borrow::Cow::into_owned).unwrap_or_default();
                let sqlite = told.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some();
                let fault = if sqlite { dialect::sqlite_fault(&code) } else { dialect::postgres_fault(&code) };
                fault(error)
            }
            other => Self::Database(other),
        }
    }
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(version) => Self::TooNew(version),
            MigrateError::Execute(error) => Self::from(error),
            other => Self::Migrate(other),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}
