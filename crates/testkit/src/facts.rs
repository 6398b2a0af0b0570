//! What is a small valid fact, and which process is it sent to?
//!
//! Invariant: every fact here is valid by itself; a command has the id that its name gives, so that a test can tell of it.

use std::sync::Arc;

use depositary::clock::{Accepted, Clock};
use depositary::config::instruments::Instruments;
use depositary::domain::command::{Command, Intent};
use depositary::domain::event::MilestoneRecorded;
use depositary::domain::ids::{Actor, AgreementId, CommandId, MilestoneId};
use depositary::domain::milestone::{Detail, Milestone};
use depositary::domain::source::Source;
use depositary::domain::words::{Evidence, Reliability};
use depositary::read::reader::Reader;
use depositary::record::tracker::{ExecuteError, Outcome, Tracker};
use depositary::server::seed;
use depositary::store::{Store, StoreError};

/// The instant at which the tests' clock stands.
pub const NOW: &str = "2026-11-24T12:00:00Z";

/// An agreement's id from its text.
pub fn id(text: &str) -> AgreementId {
    text.parse().unwrap()
}

/// Whoever records in the tests.
pub fn actor() -> Actor {
    Actor::parse("tester").unwrap()
}

/// A primary source with a title and an address.
pub fn source(title: &str) -> Source {
    Source {
        title: title.to_owned(),
        url: Some("https://example.org/1".to_owned()),
        publisher: None,
        citation: None,
        document_number: None,
        published_on: None,
        accessed_on: None,
        archived_url: None,
        reliability: Reliability::Primary,
        tells: None,
        capture: None,
    }
}

/// A milestone of an exact or uncertain date, as stated.
pub fn milestone(occurred: &str, summary: &str, detail: Detail) -> Milestone {
    let occurred = occurred.parse().unwrap();
    Milestone { occurred, effective: None, evidence: Evidence::Stated, summary: summary.to_owned(), detail }
}

/// A command under the id that a name gives.
pub fn command(name: &str, agreement: &str, intent: Intent) -> Command {
    let id_of_name = CommandId::named(name);
    Command { id: id_of_name, agreement: id(agreement), expected_version: None, actor: actor(), intent }
}

/// Opens a record.
pub fn open(agreement: &str) -> Command {
    command(&format!("open {agreement}"), agreement, Intent::OpenAgreement)
}

/// Records that something was noted; the name is the command's id and the summary.
pub fn note(name: &str, agreement: &str) -> Command {
    record(name, agreement, milestone("2020-01-01", name, Detail::Noted {}))
}

/// Records a milestone.
pub fn record(name: &str, agreement: &str, milestone: Milestone) -> Command {
    let recorded = MilestoneRecorded { milestone, sources: vec![source(name)] };
    command(name, agreement, Intent::RecordMilestone(recorded))
}

/// The milestone that the command of this name recorded.
pub fn milestone_of(name: &str) -> MilestoneId {
    CommandId::named(name).into()
}

/// What a process has: its own reader, writer and clock over a store.
pub struct Process {
    /// Where its log is.
    pub store: Store,
    /// What it knows of the log.
    pub reader: Reader,
    /// The door by which it records.
    pub tracker: Tracker,
    /// The clock, which a test moves.
    pub clock: Clock,
}

impl Process {
    /// One over a store as it is, whose clock stands at [`NOW`].
    pub async fn start(store: Store) -> Self {
        // The tests move it by years.
        let clock = Clock::manual(NOW.parse().unwrap()).accepting(Accepted::Whatever);
        let instruments = instruments();
        let reader = Reader::open(store.clone(), instruments.clone()).await.unwrap();
        let tracker = Tracker::start(store.clone(), instruments, clock.clone(), reader.clone());
        Self { store, reader, tracker, clock }
    }

    /// One that has recorded the bundled facts.
    pub async fn seeded(store: Store) -> Self {
        let process = Self::start(store).await;
        seed(&process.tracker).await.unwrap();
        process
    }
}

/// The bundled types of agreement.
pub fn instruments() -> Instruments {
    Instruments::bundled().unwrap()
}

/// What a refused write was refused for.
pub fn store_error(result: Result<Vec<Outcome>, ExecuteError>) -> Arc<StoreError> {
    match result {
        Err(ExecuteError::Store(error)) => error,
        other => panic!("{other:?}"),
    }
}
