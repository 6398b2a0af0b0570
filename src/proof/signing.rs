//! Where is the key that signs what the log commits to?
//!
//! Invariant: the key is in a file outside of the database that its owner alone can read. Whoever can alter the database and
//! not read that file cannot sign an altered log.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use crate::ledger::{NoteError, Signer};

/// The most bytes of a key file that are looked at.
const MOST_BYTES: u64 = 4_096;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or made.
    #[error("cannot {what} the key file {path}; give another by --log-key, or serve with --unsigned")]
    File {
        /// What the program tried: to read or to make.
        what: &'static str,
        /// The file that has the key, or is to have it.
        path: PathBuf,
        /// Why the system could not read or write it.
        #[source]
        source: std::io::Error,
    },
    /// Others than the owner may read the file.
    #[error("users other than the owner may read the key file {0}; run `chmod 600 {0}`, or give another by --log-key")]
    Readable(PathBuf),
    /// The file holds no key.
    #[error("the key file {0} holds no key of this program; give another by --log-key")]
    NoKey(PathBuf),
    /// The name of the log.
    #[error(transparent)]
    Name(#[from] NoteError),
    /// The machine gives no random bytes.
    #[error("the system gives no random bytes for a key")]
    Random(getrandom::Error),
}

/// Where the key is unless the operator names another place: beside a database that is a file, else in the current folder.
#[must_use]
pub fn usual_path(database: Option<&Path>) -> PathBuf {
    match database {
        Some(file) => {
            let mut name = file.as_os_str().to_owned();
            name.push(".key");
            name.into()
        }
        None => "depositary.key".into(),
    }
}

/// The key in a file; `None` when there is no such file.
///
/// # Errors
/// [`KeyError`].
pub fn load(path: &Path) -> Result<Option<Signer>, KeyError> {
    let unreadable = |source| KeyError::File { what: "read", path: path.to_owned(), source };
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        file => file.map_err(unreadable)?,
    };
    if !is_private(&file.metadata().map_err(unreadable)?) {
        return Err(KeyError::Readable(path.to_owned()));
    }
    let mut text = String::new();
    file.take(MOST_BYTES).read_to_string(&mut text).map_err(unreadable)?;
    Signer::parse(&text).map(Some).map_err(|_| KeyError::NoKey(path.to_owned()))
}

/// The key in a file, which is made with mode 0600 when there is none. Of two processes that make it at once, both take
/// the one that was first.
///
/// # Errors
/// [`KeyError`].
pub fn load_or_make(path: &Path, name: Option<&str>) -> Result<Signer, KeyError> {
    if let Some(signer) = load(path)? {
        return Ok(signer);
    }
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(KeyError::Random)?;
    let mut nonce = [0; 4];
    getrandom::fill(&mut nonce).map_err(KeyError::Random)?;
    let nonce = hex::encode(nonce);
    // No two logs may have one name, or their checkpoints could be taken for each other's.
    let signer = Signer::new(name.unwrap_or(&format!("depositary/{nonce}")), seed)?;
    let unmade = |source| KeyError::File { what: "make", path: path.to_owned(), source };
    let draft = path.with_added_extension(nonce);
    let written = write(&draft, &signer.secret_text()).and_then(|()| fs::hard_link(&draft, path));
    // Whether it was linked or not, the draft has done its work.
    let _ = fs::remove_file(&draft);
    match written {
        Ok(()) => {
            // A key that was used and then lost would leave checkpoints that nobody can go on from.
            #[cfg(unix)]
            if let Some(folder) = path.parent() {
                let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
                File::open(folder).and_then(|folder| folder.sync_all()).map_err(unmade)?;
            }
            Ok(signer)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => load(path)?.ok_or_else(|| unmade(error)),
        Err(error) => Err(unmade(error)),
    }
}

/// Writes a file that is whole on the disk before it gets its name.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

#[cfg(unix)]
fn is_private(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode().trailing_zeros() >= 6
}

#[cfg(not(unix))]
fn is_private(_: &fs::Metadata) -> bool {
    true
}
