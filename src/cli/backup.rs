//! `depositary backup`.
//!
//! Invariant: a copy never takes the place of a file that is there, and a file of its name is a whole copy: it is written
//! under another name, which the next one takes over when this one was cut off.

use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;

use super::Global;
use super::error::CliError;
use super::output::{Verdict, print};
use crate::store::Store;

/// Options of `backup`.
#[derive(Debug, Args)]
pub struct Options {
    /// The new file, which must not exist yet.
    file: PathBuf,
}

/// Copies a database while it is in use.
pub async fn run(global: &Global, options: &Options) -> Result<Verdict, CliError> {
    // Of any release: a copy is what one wants before a database is made ready for a newer one.
    let store = global.opened.note(Store::connect_to_read(&global.database_url).await?);
    let unwritable = |source| CliError::File { what: "write", path: options.file.clone(), source };
    if options.file.symlink_metadata().is_ok() {
        return Err(there(&options.file));
    }
    let draft = options.file.with_added_extension("draft");
    let file = begin(&draft).map_err(unwritable)?;
    let copied = store.backup(&draft).await;
    store.close().await;
    if !matches!(copied, Ok(true)) {
        // Part of a copy is none.
        let _ = fs::remove_file(&draft);
    }
    if !copied? {
        let other = "a PostgreSQL database is copied by its own tools: pg_dump --format=custom, and pg_restore";
        return Err(CliError::Usage(other.to_owned()));
    }
    file.sync_all().map_err(unwritable)?;
    name(&draft, &options.file).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => there(&options.file),
        _ => unwritable(error),
    })?;
    print(&format!("{} is a copy of the database; its key file, if it has one, is not in it\n", options.file.display()))
}

fn there(path: &Path) -> CliError {
    CliError::Usage(format!("{} is there already; give the copy a name of its own", path.display()))
}

/// An empty file that its owner alone reads, since it will hold what the database holds, tokens too; in place of what is left
/// of a copy that was cut off.
fn begin(draft: &Path) -> std::io::Result<File> {
    match fs::remove_file(draft) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut new = OpenOptions::new();
    new.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut new, 0o600);
    new.open(draft)
}

/// Gives a whole copy its name, if nobody has taken it meanwhile.
fn name(draft: &Path, file: &Path) -> std::io::Result<()> {
    match fs::hard_link(draft, file) {
        Ok(()) => fs::remove_file(draft),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
        // A file system without links, as on many sticks.
        Err(_) if file.symlink_metadata().is_err() => fs::rename(draft, file),
        Err(error) => Err(error),
    }?;
    #[cfg(unix)]
    if let Some(folder) = file.parent() {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
