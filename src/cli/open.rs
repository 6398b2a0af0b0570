//! What does a command need open?
//!
//! Invariant: only a command that begins a log makes a database, and none beside the key of an earlier one; one that only
//! reads changes nothing where this release has made the database ready; what was opened is closed when the command ends.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::Global;
use super::error::CliError;
use crate::answers::Answers;
use crate::clock::Clock;
use crate::config::instruments::Instruments;
use crate::config::rules::Rules;
use crate::domain::ids::Position;
use crate::proof::signing;
use crate::read::reader::Reader;
use crate::store::{Readied, Store, StoreError};

/// What a command has opened.
#[derive(Debug, Clone, Default)]
pub struct Opened(Arc<Mutex<Vec<Store>>>);

impl Opened {
    pub(super) fn note(&self, store: Store) -> Store {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(store.clone());
        store
    }

    /// Closes the database once everything is written.
    pub async fn close(&self) {
        let stores = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for store in stores {
            store.close().await;
        }
    }
}

/// What commands that record need.
pub struct Parts {
    pub store: Store,
    pub instruments: Instruments,
    pub clock: Clock,
}

/// The key that may be there already when a log begins.
#[derive(Debug, Clone, Copy)]
pub enum EarlierKey<'a> {
    /// A key of another log: no log may begin beside it, unless the operator allows it.
    Refused(Option<&'a Path>),
    /// The key of the log that is restored.
    Taken,
}

/// Opens the database, makes it where there is none, and makes it ready.
pub async fn made(global: &Global, key: EarlierKey<'_>) -> Result<Store, CliError> {
    let store = Store::connect(&global.database_url).await?;
    let store = global.opened.note(store);
    let usual = signing::usual_path(store.file());
    let (path, may_begin) = match key {
        EarlierKey::Refused(path) => (path.unwrap_or(&usual), global.new_log),
        EarlierKey::Taken => (usual.as_path(), true),
    };
    // A server makes its database ready before it makes its key: where the key is there, the database was.
    let has_key = path.exists();
    let readied = store.readied().await?;
    if readied == Readied::Never {
        if has_key && !may_begin {
            return Err(CliError::KeyOfAnotherLog(path.to_owned()));
        }
        if has_key {
            eprintln!("note: the key in {} signs for this log from now on", path.display());
        }
        begun(&store);
    }
    if readied == Readied::Later {
        return Err(newer());
    }
    store.make_ready().await?;
    if let Some(file) = store.sqlite_file() {
        for path in file.readable_by_others() {
            let path = path.display();
            tracing::warn!(%path, "store.file.readable_by_others: it holds secrets; run `chmod 600` on it");
        }
    }
    Ok(store)
}

/// The database of a server: as [`made`], and for reading alone where its file may not be written.
pub async fn served(global: &Global, key: EarlierKey<'_>) -> Result<Store, CliError> {
    match made(global, key).await {
        Err(CliError::Store(StoreError::ReadOnly(_))) => reading(global).await,
        made => made,
    }
}

/// Says so where a file was there that holds no log: it may be what is left of one.
fn begun(store: &Store) {
    if let Some(file) = store.sqlite_file().filter(|file| file.was_there()) {
        eprintln!(
            "warning: {} was there and holds no log; a new one begins in it. If there was one, stop, and look for a file beside \
             it that ends in -wal, or for a copy",
            file.path().display()
        );
    }
}

fn newer() -> CliError {
    CliError::Usage("the database was made ready by a newer release; use that one".to_owned())
}

fn never(store: &Store) -> CliError {
    let what = store.file().map_or("the database".to_owned(), |file| file.display().to_string());
    CliError::Usage(format!(
        "{what} holds no log; `serve`, `import` and `restore` begin one, and `depositary migrate` makes an empty one"
    ))
}

/// A database that is there, made ready for writing.
pub async fn store(global: &Global) -> Result<Store, CliError> {
    let store = global.opened.note(Store::connect_existing(&global.database_url).await?);
    match store.readied().await? {
        Readied::Never => return Err(never(&store)),
        Readied::Later => return Err(newer()),
        Readied::Before | Readied::Now => store.make_ready().await?,
    }
    Ok(store)
}

/// A database that is there, for reading: nothing of it is changed where this release has made it ready.
pub async fn reading(global: &Global) -> Result<Store, CliError> {
    let store = global.opened.note(Store::connect_to_read(&global.database_url).await?);
    match store.readied().await? {
        Readied::Now => Ok(store),
        Readied::Before => {
            store.close().await;
            self::store(global).await
        }
        Readied::Later => Err(newer()),
        Readied::Never => Err(never(&store)),
    }
}

/// The database as it is: nothing in it is made ready or changed, and none is made.
pub async fn untouched(global: &Global) -> Result<Store, CliError> {
    let store = global.opened.note(Store::connect_to_read(&global.database_url).await?);
    match store.readied().await? {
        Readied::Now => Ok(store),
        Readied::Before => {
            let older = "the database was made ready by an older release; verify it by that one, or run `depositary migrate` \
                         on a copy, which adds the tree where it is missing";
            Err(CliError::Usage(older.to_owned()))
        }
        Readied::Later => Err(newer()),
        Readied::Never => Err(never(&store)),
    }
}

/// The machine's clock, with what the operator accepts of the log's end.
pub fn clock(global: &Global) -> Clock {
    Clock::system().accepting(global.accept_log_end.unwrap_or_default())
}

/// The bundled instruments, and those of the folder that the user named.
pub fn instruments(global: &Global) -> Result<Instruments, CliError> {
    Ok(match &global.instruments {
        Some(directory) => Instruments::with_directory(directory)?,
        None => Instruments::bundled()?,
    })
}

/// The rules by which alerts fire.
pub fn rules(global: &Global) -> Result<Rules, CliError> {
    let rules = match &global.rules {
        Some(path) => Rules::load(path)?,
        None => Rules::bundled()?,
    };
    Ok(rules.checked(&instruments(global)?)?)
}

/// That there is something to answer by.
pub fn not_empty(head: Position) -> Result<(), CliError> {
    if head == Position::default() {
        let empty = "the log is empty, so there is no answer; fill it by `depositary import --bundled`, or serve once";
        return Err(CliError::Usage(empty.to_owned()));
    }
    Ok(())
}

/// A database with the instruments and the clock; its tables by this release's rules.
pub async fn parts(global: &Global, store: Store) -> Result<Parts, CliError> {
    let instruments = instruments(global)?;
    if store.needs_rebuild(&instruments).await? {
        store.rebuild(&instruments, |_| {}).await?;
    }
    Ok(Parts { store, instruments, clock: clock(global) })
}

/// The answers over a log that may be empty, for what does not follow from it alone, such as the inbox.
pub async fn answers_of_any_log(global: &Global) -> Result<Answers, CliError> {
    let instruments = instruments(global)?;
    let reader = Reader::open(reading(global).await?, instruments.clone()).await?;
    Ok(Answers::new(reader, instruments, clock(global)))
}

/// The answers as of the log's head. An empty log would say "no agreement" of every country, so it answers nothing.
pub async fn answers(global: &Global) -> Result<Answers, CliError> {
    let instruments = instruments(global)?;
    let store = reading(global).await?;
    // Whoever only asks does not rebuild: a server may be writing by other instruments just now.
    let tables = !store.needs_rebuild(&instruments).await?;
    let reader = Reader::open(store, instruments.clone()).await?;
    not_empty(reader.seen())?;
    let answers = Answers::new(reader, instruments, Clock::system()).by_rules(rules(global)?);
    // A database that an older release made has no searches to tell of, and answers all the same.
    let _ = answers.look_at_searches().await;
    Ok(if tables { answers } else { answers.without_tables() })
}
