//! What do the tests of several rooms share?
//!
//! Invariant: everything here is the real thing on this machine, a database, a server, a receiver; nothing stands in for a part of the
//! program.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "a fixture fails the test that it is for, and nobody else calls it"
)]

pub mod databases; // The databases of a test.
pub mod tables; // What the tables of a database hold.
pub mod facts; // Small valid facts, and processes to send them to.
pub mod figures; // Small valid figures, and how they are recorded.
pub mod statuses; // Histories written down, and their statuses.
pub mod histories; // Histories made up at random.
pub mod random; // Numbers that look random.
pub mod regulation; // Whom the regulation lists.
pub mod programs; // Runs the program as a server process, which a test may kill.
pub mod places; // Runs commands in a folder with a database.
pub mod serving; // Serves within the test's process.
pub mod plain; // Asks by plain URLs.
pub mod mutations; // Records by GraphQL mutations.
pub mod sockets; // A client of GraphQL subscriptions.
pub mod receivers; // Receivers of webhooks.
pub mod delivering; // A process that delivers to those receivers.
pub mod register; // The Federal Register's API.
pub mod ecfr; // The eCFR's API.
pub mod inbox; // What came from both, looked at and decided.
pub mod watcher; // A process that raises alerts.
