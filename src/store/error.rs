//! Why can the database not be read or written?
//!
//! Invariant: an error says what to do; what a driver said stays in the chain of causes.

use std::path::PathBuf;

use crate::clock::ClockError;
use crate::domain::event::EventError;
use crate::domain::ids::Position;
use crate::domain::text::counted;

/// Why the store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL names no database that is known.
    #[error("`{0}` names no known database; write sqlite://FILE or postgres://USER@HOST/DATABASE")]
    Url(String),
    /// The database does not answer, or the connection was lost.
    #[error(
        "the database cannot be reached; try again. What was sent and not acknowledged can be sent again under the same command id"
    )]
    Unavailable(#[source] sqlx::Error),
    /// Somebody else holds the head of the log: a long import, a rebuild, a restore.
    #[error("another process has been writing for long; send the same command again")]
    Busy(#[source] sqlx::Error),
    /// The disk has no room.
    #[error("the database has no room left; nothing of this was recorded")]
    Full(#[source] sqlx::Error),
    /// A statement failed.
    #[error("the database refused a statement")]
    Database(#[source] sqlx::Error),
    /// The database is of a newer release.
    #[error(
        "the database is of a newer release than this program; use that release, or restore an export into a new database"
    )]
    Newer(#[source] sqlx::migrate::MigrateError),
    /// The database is of an older release, or empty, and may not be changed here.
    #[error(
        "the database is empty or of an older release, and its user may not change it; run `depositary migrate` once as a user who may \
         create tables"
    )]
    Older(#[source] sqlx::migrate::MigrateError),
    /// The migrations cannot be applied.
    #[error("the database cannot be made ready for this release")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// Who connects is not let in.
    #[error("the database refuses a connection by this URL: check the user, the password and what the server asks for")]
    Login(#[source] sqlx::Error),
    /// A pooler gives one connection to several clients.
    #[error(
        "the database is reached through a pooler that does not keep a connection for one client; connect to PostgreSQL itself, or \
         through a pooler in session mode that ignores the startup parameters `extra_float_digits` and `options`"
    )]
    Pooler(#[source] sqlx::Error),
    /// A row cannot be read.
    #[error("table {table}, {key}: column {column} cannot be read")]
    Corrupt {
        /// The table that holds the row.
        table: &'static str,
        /// The column that cannot be read.
        column: &'static str,
        /// The key of the row.
        key: String,
        /// What the database driver reported.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An event cannot be written as canonical JSON.
    #[error("an event cannot be written as canonical JSON")]
    Canonical(#[source] serde_json::Error),
    /// An event is larger than the log takes.
    #[error("an event of {bytes} bytes is refused; the log takes at most {most}")]
    TooLarge {
        /// The size of the event in bytes.
        bytes: usize,
        /// The largest number that is allowed.
        most: usize,
    },
    /// A restore into a log that has events.
    #[error("the log already has {}; restore into an empty one", counted(.0.0, "event"))]
    NotEmpty(Position),
    /// An exported event that does not follow from the ones before it.
    #[error("event {position} of the export: {problem}; nothing was restored")]
    Export {
        /// Which event, by its place in the export.
        position: u64,
        /// What is wrong with the event.
        problem: String,
    },
    /// An instrument of the log is not known.
    #[error("the log has agreements of instrument `{0}`, which is not known; give its file by --instruments")]
    Instrument(String),
    /// The tables follow other rules than this process.
    #[error("the tables follow the rules of another release or of other instruments; start this process again")]
    OtherRules,
    /// The clock does not fit the end of the log.
    #[error(transparent)]
    Clock(#[from] ClockError),
    /// The file that was opened is not at its place any more.
    #[error(
        "the database file {0} was deleted, moved or replaced under this process; nothing of this was recorded. Stop it, put the file \
         back with its -wal, and start it anew"
    )]
    Moved(PathBuf),
    /// The log has fewer events than this process has seen.
    #[error(
        "the log has {}, and this process has seen {seen}: it was replaced by an older one, and nothing more is \
         recorded by this process; start it anew once the right one is back",
        counted(found.0, "event")
    )]
    Shrunk {
        /// The number of events that the log has.
        found: Position,
        /// The number of events that this process has seen.
        seen: Position,
    },
    /// What was written ahead of a file that is not there.
    #[error("{0} has events of a database whose file is gone; put that file back, or take this one away")]
    Orphan(PathBuf),
    /// There is no such file.
    #[error(
        "there is no database {0}; `depositary import --bundled` and `serve` make one with facts, `migrate` and `restore` one without"
    )]
    Absent(PathBuf),
    /// A file that cannot be opened, and why: its user has to see to that, and trying again does not help.
    #[error("{0} cannot be opened: {1}")]
    Unreadable(PathBuf, &'static str),
    /// A file that may only be read, with a part that must be read together with it.
    #[error(
        "{0} has events in its -wal, which can be read only where files can be made; copy both into a folder where you can make files"
    )]
    NeedsFolder(PathBuf),
    /// Whoever connects may only read.
    #[error(
        "the database refuses this: its user lacks a right, or it may only be read, like a standby or a file without the right to write"
    )]
    ReadOnly(#[source] sqlx::Error),
    /// The file is no database, or not a whole one.
    #[error("the file is not a whole database: it is cut short, damaged, or another kind of file")]
    NotADatabase(#[source] sqlx::Error),
    /// The process is ending, so nothing more is written.
    #[error("the writer has ended; nothing more is recorded by this process")]
    Stopped,
}

impl StoreError {
    /// Why the database could not be made ready.
    pub(super) fn migrating(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError;
        let refused = match &error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => code(error),
            MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) | MigrateError::VersionMismatch(_) => {
                return Self::Newer(error);
            }
            _ => None,
        };
        match (refused.as_deref(), error) {
            (Some("8" | "42501" | "25006"), error) => Self::Older(error),
            (Some("42P05" | "26000"), MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) => {
                Self::Pooler(error)
            }
            (_, error) => Self::Migrate(error),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let code = code(&error);
        match (&error, code.as_deref()) {
            // PostgreSQL's invalid_authorization_specification and invalid_password.
            (_, Some("28000" | "28P01")) => Self::Login(error),
            // Two clients on one connection: duplicate_prepared_statement and invalid_sql_statement_name.
            (_, Some("42P05" | "26000")) => Self::Pooler(error),
            (sqlx::Error::Database(refused), Some("08P01")) if refused.message().contains("startup parameter") => {
                Self::Pooler(error)
            }
            // SQLITE_FULL, and PostgreSQL's disk_full.
            (_, Some("13" | "53100")) => Self::Full(error),
            // SQLITE_BUSY, and PostgreSQL's lock_not_available.
            (_, Some("5" | "55P03")) => Self::Busy(error),
            // SQLITE_READONLY; PostgreSQL's insufficient_privilege and read_only_sql_transaction.
            (_, Some("8" | "42501" | "25006")) => Self::ReadOnly(error),
            // SQLITE_IOERR, SQLITE_CANTOPEN; PostgreSQL's shutdown codes and connection class, a database that was
            // dropped, a transaction of which nothing was heard, an I/O error.
            (_, Some("10" | "14" | "57P01" | "57P02" | "57P03" | "53300" | "3D000" | "25P03" | "58030")) => {
                Self::Unavailable(error)
            }
            (_, Some(code)) if code.starts_with("08") => Self::Unavailable(error),
            (
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed
                | sqlx::Error::Protocol(_),
                _,
            ) => Self::Unavailable(error),
            _ => Self::Database(error),
        }
    }
}

impl StoreError {
    /// Whether the same transaction may succeed when it is run again: another transaction was in its way (40001, 40P01, a lock).
    #[must_use]
    pub fn may_succeed_again(&self) -> bool {
        match self {
            Self::Busy(_) => true,
            Self::Database(error) => matches!(code(error).as_deref(), Some("40001" | "40P01")),
            _ => false,
        }
    }

    /// What a client should do whose command was not recorded.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::OtherRules | Self::Stopped => "this server records nothing more until whoever runs it starts it anew",
            Self::Clock(_) => {
                "the clock of this server and the end of its log do not fit, so nothing is recorded until whoever runs it has seen to it; send the same again later under the same commandId"
            }
            Self::Moved(_) | Self::Shrunk { .. } => {
                "the log of this server was moved or replaced, so nothing is recorded until whoever runs it has seen to it; send the same again later under the same commandId"
            }
            Self::ReadOnly(_) => "this server may only read its log; send the same to the one that writes it",
            Self::Busy(_) => {
                "another process has been writing for long; send the same command again under the same commandId"
            }
            _ => "the log cannot be written at the moment; send the same again under the same commandId",
        }
    }

    /// Whether what was stored cannot be read as this program stores it: it was altered or damaged, and nobody's right, time
    /// or memory was short.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Corrupt { .. } => true,
            // SQLITE_ERROR (no such table or column), SQLITE_CORRUPT, SQLITE_NOTADB; PostgreSQL's undefined_table,
            // undefined_column, data_corrupted, index_corrupted.
            Self::Database(error) => match code(error).as_deref() {
                Some(code) => matches!(code, "1" | "11" | "26" | "42P01" | "42703" | "XX001" | "XX002"),
                None => matches!(
                    error,
                    sqlx::Error::RowNotFound
                        | sqlx::Error::ColumnDecode { .. }
                        | sqlx::Error::Decode(_)
                        | sqlx::Error::ColumnNotFound(_)
                ),
            },
            _ => false,
        }
    }

    /// Whether an event is of a kind that this release does not know.
    #[must_use]
    pub fn is_of_a_newer_release(&self) -> bool {
        let Self::Corrupt { source, .. } = self else { return false };
        matches!(source.downcast_ref::<EventError>(), Some(EventError::Unknown { .. }))
    }

    /// Whether the connection was at fault, so that another one may serve. Whoever has waited in vain does not wait again.
    #[must_use]
    pub fn lost_connection(&self) -> bool {
        match self {
            Self::Unavailable(sqlx::Error::Io(error)) => error.kind() != std::io::ErrorKind::TimedOut,
            Self::Unavailable(sqlx::Error::Database(_) | sqlx::Error::Protocol(_)) => true,
            _ => false,
        }
    }
}

/// The database's own code: PostgreSQL's five characters, or SQLite's number without what extends it (778 is a 10).
pub(super) fn code(error: &sqlx::Error) -> Option<String> {
    let code = error.as_database_error()?.code()?;
    match code.parse::<u32>() {
        Ok(number) if code.len() != 5 => Some((number & 0xff).to_string()),
        _ => Some(code.into_owned()),
    }
}
