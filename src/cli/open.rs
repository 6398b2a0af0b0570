//! What does a command need open?
//!
//! Invariant: opening migrates first, so that no command meets an older database.

use super::Global;
use super::error::CliError;
use crate::answers::Answers;
use crate::clock::Clock;
use crate::domain::ids::Position;
use crate::instruments::Instruments;
use crate::reader::Reader;
use crate::rules::Rules;
use crate::store::Store;

/// What commands that record need.
pub struct Parts {
    pub store: Store,
    pub instruments: Instruments,
    pub clock: Clock,
}

/// The database, made ready.
pub async fn store(global: &Global) -> Result<Store, CliError> {
    let store = Store::connect(&global.database_url).await?;
    store.migrate().await?;
    Ok(store)
}

/// The database as it is: nothing in it is made ready or changed, and none is made.
pub async fn untouched(global: &Global) -> Result<Store, CliError> {
    let store = Store::connect_existing(&global.database_url).await?;
    if store.is_current().await? {
        return Ok(store);
    }
    let older =
        "the database is of another release; run `depositary migrate` first, which adds the tree where it is missing";
    Err(CliError::Usage(older.to_owned()))
}

/// The known instruments.
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
        let empty = "the log is empty, so nothing can be told; fill it by `depositary import --bundled`, or serve once";
        return Err(CliError::Usage(empty.to_owned()));
    }
    Ok(())
}

/// The database with the instruments and the clock; its tables by this release's rules.
pub async fn parts(global: &Global) -> Result<Parts, CliError> {
    let instruments = instruments(global)?;
    let store = store(global).await?;
    if store.needs_rebuild(&instruments).await? {
        store.rebuild(&instruments, |_| {}).await?;
    }
    Ok(Parts { store, instruments, clock: Clock::system() })
}

/// The answers as of the log's head. An empty log would say "no agreement" of every country, so it answers nothing.
pub async fn answers(global: &Global) -> Result<Answers, CliError> {
    let instruments = instruments(global)?;
    let store = store(global).await?;
    // Whoever only asks does not rebuild: a server may be writing by other instruments just now.
    let tables = !store.needs_rebuild(&instruments).await?;
    let reader = Reader::open(store, instruments.clone()).await?;
    not_empty(reader.seen())?;
    let answers = Answers::new(reader, instruments, Clock::system()).by_rules(rules(global)?);
    Ok(if tables { answers } else { answers.without_tables() })
}
