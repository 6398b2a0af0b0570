//! `depositary backup`.
//!
//! Invariant: a copy never takes the place of a file that is there.

use std::path::PathBuf;

use clap::Args;

use super::error::CliError;
use super::output::{Verdict, print};
use super::{Global, open};

/// Options of `backup`.
#[derive(Debug, Args)]
pub struct Options {
    /// The new file.
    file: PathBuf,
}

/// Copies a database while it is in use.
pub async fn run(global: &Global, options: &Options) -> Result<Verdict, CliError> {
    let store = open::untouched(global).await?;
    if options.file.exists() {
        return Err(CliError::Usage(format!(
            "{} is there already; give the copy a name of its own",
            options.file.display()
        )));
    }
    if !store.backup(&options.file).await? {
        let other = "a PostgreSQL database is copied by its own tools: pg_dump --format=custom, and pg_restore";
        return Err(CliError::Usage(other.to_owned()));
    }
    print(&format!("{} is a copy of the database; its key file, if it has one, is not in it\n", options.file.display()))
}
