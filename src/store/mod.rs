//! How are the log and its tables kept, in SQLite or in PostgreSQL?
//!
//! Invariant: SQL lives here and nowhere else; one text serves both databases.

mod append; // Decisions become events, in one transaction.
mod aside; // Streams of alerts and of figures.
mod at; // Instants, days and booleans as columns.
mod backup; // A copy of a database in use.
mod chain; // Whether each event follows from those before it.
mod check; // Whether the tables say what follows from the log.
mod connect; // Opens and closes databases.
mod daily; // How much each caller recorded lately.
mod deliveries; // What became of messages to webhooks.
mod digest; // Whether two sets of tables hold the same.
mod door; // Checks an event that a restore brings.
mod error; // Why something failed, and what to do.
mod file; // Whether the SQLite file is still at its place.
mod held; // Connections that end when the database falls silent.
mod inbox; // Documents that were read, and decisions about them.
mod incoming; // Writes what a source gave.
mod leaf; // The bytes of an event that are hashed.
mod leases; // Which process does what only one may.
mod log; // Reads events.
mod made; // Whether the catalogue is ours.
mod rebuild; // The tables, anew from the log.
mod restore; // An exported log, read back.
mod rounds; // Waits, read from the tables.
mod rows; // Writes what the projections say.
mod search; // Finds agreements and milestones.
mod sessions; // Who is signed in.
mod swept; // How far sources were searched.
mod tokens; // Tokens that were given out.
mod tree; // The stored tree over all events.
mod webhooks; // Endpoints, and how far each has come.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::postgres::{PgConnectOptions, PgListener, PgPool, PgPoolOptions};
use sqlx::sqlite::SqlitePool;
use sqlx::{Postgres, Sqlite};

pub use self::append::{Append, Draft};
use self::at::At;
pub use self::chain::{Broken, Chain};
use self::connect::CONNECTIONS;
pub use self::connect::Readied;
pub use self::deliveries::{KEPT_ATTEMPTS, Progress, StoredAttempt};
pub use self::digest::ProjectionDigest;
pub use self::error::StoreError;
pub use self::file::SqliteFile;
use self::held::PATIENCE;
pub(crate) use self::held::{Held, within};
pub use self::inbox::{DocumentKey, KeptBytes, KeptCapture, KeptDecision, KeptDocument, KeptSweep};
pub use self::incoming::InboxRows;
pub use self::leaf::Leaf;
pub use self::leases::StoredLease;
pub use self::log::StoredEvent;
pub use self::made::MadeOtherwise;
pub use self::rebuild::rules;
pub use self::rounds::Tabled;
pub use self::search::{AgreementSearch, Keyset, MilestoneSearch, Searched};
pub use self::sessions::StoredSession;
pub use self::swept::{BACKFILL, MAIN, Swept};
pub use self::tokens::StoredToken;
pub use self::webhooks::{StoredCursor, StoredSecret, StoredWaiting, StoredWebhook, WebhooksRevision};
use crate::domain::ids::Position;

/// The database; cheap to clone.
#[derive(Debug, Clone)]
pub enum Store {
    /// PostgreSQL, for teams and replicas.
    Postgres {
        /// The connections that only read.
        read: PgPool,
        /// For the one writer of this process, which readers never keep waiting.
        write: PgPool,
    },
    /// Embedded. Readers never wait for the one writer.
    Sqlite {
        /// The connections that only read.
        read: SqlitePool,
        /// The one connection for writing.
        write: SqlitePool,
        /// The file of the database.
        file: Arc<SqliteFile>,
    },
}

/// The end of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The last event's position; 0 when there is none.
    pub position: Position,
    /// When it was recorded; the next event is not recorded earlier.
    pub recorded_at: DateTime<Utc>,
}

impl Head {
    /// When the last event was recorded, where there is one.
    #[must_use]
    pub fn ended_at(&self) -> Option<DateTime<Utc>> {
        (self.position > Position::default()).then_some(self.recorded_at)
    }
}

/// A transaction on either database.
#[derive(Debug)]
pub(crate) enum Tx {
    Postgres(Held<Postgres>),
    Sqlite(Held<Sqlite>),
}

/// Runs an expression with whatever answers one statement: a connection, or a pool.
macro_rules! reading {
    ($store:expr, $pool:ident => $body:expr) => {
        match $store {
            $crate::store::Store::Postgres { read, .. } => {
                let mut held = $crate::store::Held::of(read).await?;
                let patience = held.patience();
                let $pool = &mut *held;
                let found =
                    $crate::store::within(patience, async { Ok::<_, $crate::store::StoreError>($body) }).await?;
                held.end();
                found
            }
            $crate::store::Store::Sqlite { read: $pool, .. } => $body,
        }
    };
}
pub(crate) use reading;

/// Runs an expression inside whichever transaction it is.
macro_rules! inside {
    ($tx:expr, $connection:ident => $body:expr) => {
        match $tx {
            $crate::store::Tx::Postgres(tx) => {
                let patience = tx.patience();
                let $connection = &mut **tx;
                $crate::store::within(patience, async { Ok::<_, $crate::store::StoreError>($body) }).await?
            }
            $crate::store::Tx::Sqlite(tx) => {
                let $connection = &mut **tx;
                $body
            }
        }
    };
}
pub(crate) use inside;

/// The most rows of one statement, and of one list in it.
pub(crate) const CHUNK: usize = 256;

impl Store {
    /// Applies the migrations that are missing. Processes that start at once wait for each other.
    ///
    /// # Errors
    /// [`StoreError::Migrate`] when the database is of a newer release.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        match self {
            Self::Postgres { write, .. } => {
                sqlx::migrate!("migrations/postgres").run(write).await.map_err(StoreError::migrating)?;
            }
            Self::Sqlite { write, .. } => {
                // SQLite has no lock for the migrator: a process that lost the race finds the work done.
                let mut tries = 0;
                loop {
                    match sqlx::migrate!("migrations/sqlite").run(write).await {
                        Err(
                            sqlx::migrate::MigrateError::Execute(_) | sqlx::migrate::MigrateError::ExecuteMigration(..),
                        ) if tries < 5 => {
                            tries += 1;
                            tokio::time::sleep(Duration::from_millis(50 * tries)).await;
                        }
                        done => break done.map_err(StoreError::migrating)?,
                    }
                }
            }
        }
        self.complete_tree().await
    }

    /// The end of the log.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn head(&self) -> Result<Head, StoreError> {
        let sql = "select position, recorded_at from log_head where id = 1";
        let (position, At(recorded_at)) = reading!(self, pool => sqlx::query_as(sql).fetch_one(pool).await?);
        head(position, recorded_at)
    }

    /// Writes what changes nothing, to see whether the log can be written by these rules just now. Where the one
    /// connection for writing is in use, whoever uses it sees. Where another process is writing, it can be written: an
    /// append waits for its turn.
    ///
    /// # Errors
    /// What an append would meet.
    pub async fn try_to_write(&self, rules: &str) -> Result<(), StoreError> {
        if let Self::Sqlite { write, file, .. } = self
            && !file.is_only_read()
            && write.size() > 0
            && write.num_idle() == 0
        {
            return Ok(());
        }
        // As the writer does: a connection that was lost while it was idle says nothing of the database.
        let mut lost = 0;
        loop {
            match self.touch(rules).await {
                Err(error) if error.lost_connection() && lost < CONNECTIONS => lost += 1,
                Err(StoreError::Busy(_)) => return Ok(()),
                touched => return touched,
            }
        }
    }

    async fn touch(&self, rules: &str) -> Result<(), StoreError> {
        let mut tx = self.write(Some(PATIENCE)).await?;
        if let Tx::Postgres(tx) = &mut tx {
            tx.glance().await?;
        }
        Append::begin(tx).await?.by(rules)?.commit(&[], &[]).await
    }

    /// Tells listeners on PostgreSQL that the log has grown; where that fails, polling sees it.
    pub async fn ring(&self, position: Position) {
        if let Self::Postgres { read: pool, .. } = self {
            let ring = async {
                let mut held = Held::of(pool).await?;
                let sql = "select pg_notify('depositary_log', $1)";
                sqlx::query(sql).bind(position.to_string()).execute(&mut *held).await?;
                held.end();
                Ok(())
            };
            if let Err(error) = within(Some(PATIENCE), ring).await {
                tracing::debug!(error = %crate::telemetry::chain(&error), "store.bell.silent");
            }
        }
    }

    /// A listener for [`Store::ring`], where the database has one and it can be reached.
    pub async fn listener(&self) -> Option<PgListener> {
        let Self::Postgres { read, .. } = self else { return None };
        // A connection of its own: it is held for as long as the process lives, and readers would miss it.
        let options = PgConnectOptions::clone(&read.connect_options());
        let listen = async {
            let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(PATIENCE).connect_with(options).await?;
            let mut listener = PgListener::connect_with(&pool).await?;
            listener.listen("depositary_log").await?;
            Ok(listener)
        };
        within(Some(PATIENCE), listen).await.ok()
    }

    /// A transaction for writing; on SQLite it takes the write lock at once. What has no patience, on PostgreSQL, waits
    /// as long as it takes.
    pub(crate) async fn write(&self, patience: Option<Duration>) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Postgres { write, .. } => Tx::Postgres(Held::<Postgres>::begin(write, patience).await?),
            Self::Sqlite { write, file, .. } => {
                file.check(false)?;
                Tx::Sqlite(Held::<Sqlite>::begin(write, "begin immediate").await?.of_file(file))
            }
        })
    }

    /// A transaction in which every read sees one state.
    pub(crate) async fn snapshot(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Postgres { read, .. } => Tx::Postgres(Held::snapshot(read).await?),
            Self::Sqlite { read, .. } => Tx::Sqlite(Held::<Sqlite>::begin(read, "begin").await?),
        })
    }
}

impl Tx {
    /// The end of the log as this transaction sees it.
    pub(crate) async fn head(&mut self) -> Result<Head, StoreError> {
        let sql = "select position, recorded_at from log_head where id = 1";
        let (position, At(recorded_at)) = inside!(self, tx => sqlx::query_as(sql).fetch_one(tx).await?);
        head(position, recorded_at)
    }

    /// Waits for each answer as long as it takes.
    pub(crate) fn unhurried(&mut self) {
        if let Self::Postgres(tx) = self {
            tx.unhurried();
        }
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Postgres(tx) => tx.commit().await,
            Self::Sqlite(tx) => tx.commit().await,
        }
    }
}

/// The head from its row.
fn head(position: i64, recorded_at: DateTime<Utc>) -> Result<Head, StoreError> {
    Ok(Head { position: Position(log::unsigned(position, "log_head", "position", "the head")?), recorded_at })
}

/// A number as the databases hold it; positions stay far below 2^63.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
