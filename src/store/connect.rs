//! How is a database opened, for what, and in which state is it?
//!
//! Invariant: only [`Store::connect`] makes a database; a process that only reads changes nothing, and needs no right to write.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};

use sqlx::{ConnectOptions, Connection};

use super::file::SqliteFile;
use super::held::pool;
use super::{Store, StoreError, reading};

/// Connections for writing to PostgreSQL: one that is used, one that is being given back, and room beside those that sqlx is
/// still closing: on a network that has fallen silent it tries for 5 s, and whoever writes does not wait for that.
pub(super) const CONNECTIONS: u32 = 8;

/// Prepared statements that a connection keeps: batches of every size up to a chunk, for each table.
const STATEMENTS: usize = 1024;

/// How long connections may take to end.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// How often the files beside a database are taken away, and how long between, before they are left to another process.
const LAST_TRIES: u32 = 10;
const LAST_PAUSE: Duration = Duration::from_millis(20);

/// What a database is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opening {
    /// To read and write the database; it is made where there is none.
    Make,
    /// To read and write one that is there.
    Write,
    /// To read one that is there.
    Read,
}

/// The release that made a database ready, compared with this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readied {
    /// By none: it has no log.
    Never,
    /// An older release made it ready.
    Before,
    /// This release made it ready.
    Now,
    /// A newer release made it ready.
    Later,
}

impl Store {
    /// Connects to the database of a URL, `sqlite://FILE` or `postgres://USER@HOST/DATABASE`; a file that is not there is made.
    ///
    /// # Errors
    /// [`StoreError::Url`] for any other URL, [`StoreError::Unavailable`] when nothing answers.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        Self::connect_to(url, Opening::Make).await
    }

    /// The same for a database that is there.
    ///
    /// # Errors
    /// As [`Store::connect`], and [`StoreError::Absent`].
    pub async fn connect_existing(url: &str) -> Result<Self, StoreError> {
        Self::connect_to(url, Opening::Write).await
    }

    /// The same for reading alone: nothing in it is changed, and it may be one that cannot be written.
    ///
    /// # Errors
    /// As [`Store::connect_existing`].
    pub async fn connect_to_read(url: &str) -> Result<Self, StoreError> {
        Self::connect_to(url, Opening::Read).await
    }

    async fn connect_to(url: &str, opening: Opening) -> Result<Self, StoreError> {
        // A URL may hold a password in several places, so nothing of it is told but what it begins with.
        let scheme = || url.split(':').next().unwrap_or_default().chars().take(20).collect::<String>();
        let wrong = |_| StoreError::Url(format!("{}:...", scheme()));
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options = PgConnectOptions::from_str(url).map_err(wrong)?.statement_cache_capacity(STATEMENTS);
            let read = pool(6, Duration::ZERO, options.clone()).await?;
            // The writer's statements are long lists of rows: planning each anew costs more than running it. A dead
            // connection shows itself when it is used, and the writer tries again; asking first costs a round trip.
            let options = options.options([("plan_cache_mode", "force_generic_plan")]);
            return Ok(Self::Postgres { read, write: pool(CONNECTIONS, Duration::from_secs(1), options).await? });
        }
        if !url.starts_with("sqlite:") {
            return Err(wrong(sqlx::Error::PoolClosed));
        }
        let options = SqliteConnectOptions::from_str(url).map_err(wrong)?;
        Self::connect_to_file(options, opening).await
    }

    async fn connect_to_file(options: SqliteConnectOptions, opening: Opening) -> Result<Self, StoreError> {
        let path = options.get_filename().to_owned();
        let file = Arc::new(match opening {
            Opening::Make => SqliteFile::make(&path)?,
            Opening::Write => SqliteFile::at(&path)?,
            Opening::Read => SqliteFile::at(&path)?.read_only(),
        });
        let options = options
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .statement_cache_capacity(STATEMENTS)
            // Nothing that a file brings along is run.
            .pragma("trusted_schema", "off");
        if opening == Opening::Read {
            return Self::connect_read_only(options, file).await;
        }
        let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
        // Going over to WAL needs the file for itself and does not wait: another process may be doing the same just now.
        let mut tries = 0;
        let write = loop {
            match sqlite_pool(1, 30, &file).connect_with(options.clone()).await.map_err(opened) {
                Err(error) if error.may_succeed_again() && tries < 100 => {
                    tries += 1;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                connected => break connected?,
            }
        };
        let read = sqlite_pool(4, 5, &file).connect_with(options).await?;
        Ok(Self::Sqlite { read, write, file })
    }

    /// Opens a file for reading. SQLite reads one that is written ahead only where it can make files; where it cannot, as on
    /// a CD, and the file is whole by itself, it is read as one that nobody changes.
    async fn connect_read_only(options: SqliteConnectOptions, file: Arc<SqliteFile>) -> Result<Self, StoreError> {
        let options = options.read_only(true);
        let connect = async |options: SqliteConnectOptions| -> Result<SqlitePool, StoreError> {
            let pool = sqlite_pool(4, 5, &file).connect_with(options).await.map_err(opened)?;
            sqlx::query("select count(*) from sqlite_master").execute(&pool).await.map_err(opened)?;
            Ok(pool)
        };
        let read = match connect(options.clone()).await {
            Err(StoreError::Unavailable(_) | StoreError::ReadOnly(_)) if file.has_more_beside() => {
                return Err(StoreError::NeedsFolder(file.path().to_owned()));
            }
            Err(StoreError::Unavailable(_) | StoreError::ReadOnly(_)) => connect(options.immutable(true)).await?,
            connected => connected?,
        };
        Ok(Self::Sqlite { write: read.clone(), read, file })
    }

    /// Ends every connection. SQLite takes what it has written ahead into the one file when the last one ends.
    pub async fn close(&self) {
        // Again, until none is left: a pool that closes waits for a connection that is just being given back, and does not end
        // it (sqlx 0.8).
        let ending = async {
            loop {
                let left = match self {
                    Self::Postgres { read, write } => {
                        read.close().await;
                        write.close().await;
                        read.size() + write.size()
                    }
                    Self::Sqlite { read, write, .. } => {
                        read.close().await;
                        write.close().await;
                        read.size() + write.size()
                    }
                };
                if left == 0 {
                    return;
                }
                tokio::time::sleep(LAST_PAUSE).await;
            }
        };
        if tokio::time::timeout(LAST_WORDS, ending).await.is_err() {
            tracing::warn!("store.connections.not_ended");
        }
        if let Some(file) = self.sqlite_file() {
            tidy(file).await;
        }
    }

    /// Makes the database ready for this release. One that is ready needs no right to write.
    ///
    /// # Errors
    /// As [`Store::migrate`].
    pub async fn make_ready(&self) -> Result<(), StoreError> {
        if self.readied().await? == Readied::Now { self.complete_tree().await } else { self.migrate().await }
    }

    /// Which release made the database ready. Nothing is read of it but its catalogue and the list of its migrations.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn readied(&self) -> Result<Readied, StoreError> {
        let there = match self {
            Self::Postgres { .. } => {
                "select count(*)
                 from pg_catalog.pg_tables
                 where tablename = '_sqlx_migrations' and schemaname = any(current_schemas(false))"
            }
            Self::Sqlite { .. } => {
                "select count(*) from sqlite_master where name = '_sqlx_migrations' and type = 'table'"
            }
        };
        let tables: i64 = reading!(self, pool => sqlx::query_scalar(there).fetch_one(pool).await.map_err(opened)?);
        if tables == 0 {
            return Ok(Readied::Never);
        }
        let sql = "select max(version) from _sqlx_migrations where success";
        let newest: Option<i64> =
            reading!(self, pool => sqlx::query_scalar(sql).fetch_one(pool).await.map_err(opened)?);
        let ours = match self {
            Self::Postgres { .. } => sqlx::migrate!("migrations/postgres").iter().map(|one| one.version).max(),
            Self::Sqlite { .. } => sqlx::migrate!("migrations/sqlite").iter().map(|one| one.version).max(),
        };
        Ok(match newest.cmp(&ours) {
            _ if newest.is_none() => Readied::Never,
            std::cmp::Ordering::Less => Readied::Before,
            std::cmp::Ordering::Equal => Readied::Now,
            std::cmp::Ordering::Greater => Readied::Later,
        })
    }

    /// The file that the database is, where it is one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.sqlite_file().map(SqliteFile::path)
    }

    /// The same with what is known of it.
    #[must_use]
    pub fn sqlite_file(&self) -> Option<&SqliteFile> {
        match self {
            Self::Postgres { .. } => None,
            Self::Sqlite { file, .. } => Some(file),
        }
    }
}

/// A pool of so many connections to a file, each to the one that was opened first. None is closed for its age: the file may
/// be another by then.
fn sqlite_pool(most: u32, patience: u64, file: &Arc<SqliteFile>) -> SqlitePoolOptions {
    let file = file.clone();
    SqlitePoolOptions::new()
        .max_connections(most)
        .acquire_timeout(Duration::from_secs(patience))
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(move |_, _| {
            let same = file.check(false).map_err(|moved| sqlx::Error::Configuration(moved.into()));
            Box::pin(async move { same })
        })
}

/// Waits until the last connection of this process has taken in what was written ahead, and has SQLite take away the empty
/// files that a connection for reading alone has put beside a file, and cannot take away itself. Where another process has the
/// file open, or nobody may write there, they stay.
async fn tidy(file: &SqliteFile) {
    for _ in 0..LAST_TRIES {
        if !file.was_alone() || !(file.has_empty_beside() || file.has_more_beside()) {
            return;
        }
        // A connection ends on a thread of its own, which may still be at it.
        if file.has_more_beside() {
            tokio::time::sleep(LAST_PAUSE).await;
            continue;
        }
        let options = SqliteConnectOptions::new().filename(file.path());
        if let Ok(mut last) = options.connect().await {
            let _ = sqlx::query("select count(*) from sqlite_master").execute(&mut last).await;
            let _ = last.close().await;
        }
        // A connection of this process ends on a thread of its own, and may have been the last one.
        if file.has_empty_beside() {
            tokio::time::sleep(LAST_PAUSE).await;
        }
    }
}

/// What it means that a file cannot be opened.
fn opened(error: sqlx::Error) -> StoreError {
    match StoreError::from(error) {
        // SQLITE_CORRUPT, SQLITE_NOTADB.
        StoreError::Database(error) if matches!(super::error::code(&error).as_deref(), Some("11" | "26")) => {
            StoreError::NotADatabase(error)
        }
        error => error,
    }
}
