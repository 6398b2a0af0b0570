//! How is a running database copied whole?
//!
//! Invariant: a copy is one state of the log, whatever is appended meanwhile.

use std::path::Path;

use super::{Store, StoreError};

impl Store {
    /// Writes a copy of a SQLite database to a new file; on PostgreSQL `pg_dump` does that, and `false` says so.
    ///
    /// # Errors
    /// When the file is there already or cannot be written.
    pub async fn backup(&self, to: &Path) -> Result<bool, StoreError> {
        let Self::Sqlite { read, .. } = self else { return Ok(false) };
        // SQLite writes into an empty file that is there, and refuses any other.
        sqlx::query("vacuum into $1").bind(to.to_string_lossy().into_owned()).execute(read).await?;
        Ok(true)
    }
}
