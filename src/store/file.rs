//! Is the SQLite file that was opened still the one at its place?
//!
//! Invariant: a file is known by its device and number and not by its name, from before it is opened until after the last
//! commit, and so is the file beside it that SQLite writes ahead into; only [`SqliteFile::make`] makes one, and its owner alone may read it.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Result};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::StoreError;

/// The file of a SQLite database.
#[derive(Debug)]
pub struct SqliteFile {
    path: PathBuf,
    /// The identity of the file: device and number; `None` where it is in memory.
    identity: Option<Identity>,
    /// The file that SQLite writes ahead into, once it was seen; on some file systems there is none.
    writes_ahead: Mutex<Option<Identity>>,
    /// Whether this process has opened it for reading alone.
    only_read: bool,
    /// Whether it was there before this process opened it.
    was_there: bool,
    /// Whether it was whole by itself then, with nothing written ahead.
    was_alone: bool,
}

/// A device and a number on it.
type Identity = (u64, u64);

impl SqliteFile {
    /// The file at a path, which is made with mode 0600 when there is none. SQLite gives the files beside it its mode.
    pub(super) fn make(path: &Path) -> std::result::Result<Self, StoreError> {
        if !is_on_disk(path) {
            return Ok(Self {
                path: path.to_owned(),
                identity: None,
                writes_ahead: Mutex::default(),
                only_read: false,
                was_there: false,
                was_alone: false,
            });
        }
        let wal = beside(path, "-wal");
        if !path.exists() && fs::metadata(&wal).is_ok_and(|wal| wal.len() > 0) {
            return Err(StoreError::Orphan(wal));
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(unopened(path, error)),
            made => Ok(Self { was_there: made.is_err(), ..Self::at(path)? }),
        }
    }

    /// The file that is at a path.
    pub(super) fn at(path: &Path) -> std::result::Result<Self, StoreError> {
        let identity = match is_on_disk(path).then(|| identity(path)).transpose() {
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(StoreError::Absent(path.to_owned())),
            identity => identity.map_err(|error| unopened(path, error))?,
        };
        if path.is_dir() {
            return Err(StoreError::Unreadable(path.to_owned(), "it is a folder, and a database is a file"));
        }
        if identity.is_some() && !may_read(path) {
            return Err(StoreError::Unreadable(path.to_owned(), NO_RIGHT));
        }
        Ok(Self {
            path: path.to_owned(),
            identity,
            writes_ahead: Mutex::default(),
            only_read: false,
            was_there: true,
            was_alone: !beside(path, "-wal").exists(),
        })
    }

    /// The same file, opened for reading alone.
    pub(super) fn read_only(self) -> Self {
        Self { only_read: true, ..self }
    }

    /// Whether this process has opened it for reading alone.
    pub(super) const fn is_only_read(&self) -> bool {
        self.only_read
    }

    /// Whether it was there before this process opened it.
    pub const fn was_there(&self) -> bool {
        self.was_there
    }

    /// Whether it was whole by itself before this process opened it: then what SQLite has put beside it is this process's.
    pub(super) const fn was_alone(&self) -> bool {
        self.was_alone
    }

    /// The path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// That it is still at its place; after a write also the file beside it into which SQLite writes ahead.
    ///
    /// # Errors
    /// [`StoreError::Moved`].
    pub(super) fn check(&self, written: bool) -> std::result::Result<(), StoreError> {
        let Some(opened) = self.identity else { return Ok(()) };
        let is_here = identity(&self.path).is_ok_and(|found| found == opened);
        if is_here && (!written || self.has_its_wal()) {
            return Ok(());
        }
        Err(StoreError::Moved(self.path.clone()))
    }

    /// Whether the file that SQLite writes ahead into is the one that this process has open. What is written into one that was
    /// replaced is lost with the process.
    fn has_its_wal(&self) -> bool {
        let mut known = self.writes_ahead.lock().unwrap_or_else(PoisonError::into_inner);
        let Ok(found) = identity(&beside(&self.path, "-wal")) else { return known.is_none() };
        if *known == Some(found) {
            return true;
        }
        // SQLite makes it anew when the last connection ends and another begins, and no other event does so.
        let opened = is_open_here(found).unwrap_or(known.is_none());
        if opened {
            *known = Some(found);
        }
        opened
    }

    /// Whether events are kept in the file beside it.
    pub(super) fn has_more_beside(&self) -> bool {
        fs::metadata(beside(&self.path, "-wal")).is_ok_and(|wal| wal.len() > 0)
    }

    /// Whether there is such a file with nothing in it.
    pub(super) fn has_empty_beside(&self) -> bool {
        fs::metadata(beside(&self.path, "-wal")).is_ok_and(|wal| wal.len() == 0)
    }

    /// The files of the database that others than their owner may read: it holds secrets.
    #[must_use]
    pub fn readable_by_others(&self) -> Vec<PathBuf> {
        let files = ["", "-wal", "-shm"].map(|end| beside(&self.path, end));
        files.into_iter().filter(|path| fs::metadata(path).is_ok_and(|metadata| is_wide(&metadata))).collect()
    }
}

const NO_RIGHT: &str = "its user needs the right to read it, and to enter the folders that it lies in";

/// Whether the system lets this process read a file. The file is not opened for that: closing it again would end the locks
/// that other connections of this process hold on it.
#[cfg(unix)]
fn may_read(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::READ_OK).is_ok()
}

#[cfg(not(unix))]
fn may_read(_: &Path) -> bool {
    true
}

/// Why a file cannot be opened. Who lacks a right has to get it, and trying again does not help.
fn unopened(path: &Path, error: std::io::Error) -> StoreError {
    match error.kind() {
        ErrorKind::PermissionDenied => StoreError::Unreadable(path.to_owned(), NO_RIGHT),
        _ => StoreError::Unavailable(sqlx::Error::Io(error)),
    }
}

/// Whether a name is that of a file, and not of a database in memory.
fn is_on_disk(path: &Path) -> bool {
    let name = path.to_string_lossy();
    !name.starts_with("file:") && name != ":memory:"
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

#[cfg(unix)]
fn identity(path: &Path) -> Result<Identity> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).map(|metadata| (metadata.dev(), metadata.ino()))
}

/// Where files have no number, it is enough that one is there.
#[cfg(not(unix))]
fn identity(path: &Path) -> Result<Identity> {
    fs::metadata(path).map(|_| (0, 0))
}

/// Whether this process has a file open; `None` where the system does not say what is open.
fn is_open_here(file: Identity) -> Option<bool> {
    let open = fs::read_dir("/proc/self/fd").ok()?;
    Some(open.flatten().any(|descriptor| identity(&descriptor.path()).is_ok_and(|found| found == file)))
}

#[cfg(unix)]
fn is_wide(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn is_wide(_: &fs::Metadata) -> bool {
    false
}
