//! `depositary backup`.
//!
//! Invariant: a copy never takes the place of a file that is there.

use std::fs::OpenOptions;
use std::path::PathBuf;

use clap::Args;

use super::Global;
use super::error::CliError;
use super::output::{Verdict, print};
use crate::store::Store;

/// Options of `backup`.
#[derive(Debug, Args)]
pub struct Options {
    /// The new file.
    file: PathBuf,
}

/// Copies a database while it is in use.
pub async fn run(global: &Global, options: &Options) -> Result<Verdict, CliError> {
    // Of any release: a copy is what one wants before a database is made ready for a newer one.
    let store = Store::connect_existing(&global.database_url).await?;
    let unwritable = |source| CliError::File { what: "write", path: options.file.clone(), source };
    let mut new = OpenOptions::new();
    new.write(true).create_new(true);
    // It holds what the database holds, tokens too.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut new, 0o600);
    let file = match new.open(&options.file) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let there = format!("{} is there already; give the copy a name of its own", options.file.display());
            return Err(CliError::Usage(there));
        }
        file => file.map_err(unwritable)?,
    };
    let copied = store.backup(&options.file).await;
    if !matches!(copied, Ok(true)) {
        // Part of a copy is none.
        let _ = std::fs::remove_file(&options.file);
    }
    if !copied? {
        let other = "a PostgreSQL database is copied by its own tools: pg_dump --format=custom, and pg_restore";
        return Err(CliError::Usage(other.to_owned()));
    }
    file.sync_all().map_err(unwritable)?;
    print(&format!("{} is a copy of the database; its key file, if it has one, is not in it\n", options.file.display()))
}
