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
pub mod tables; // What is in them.
pub mod facts; // Small valid facts, and processes to send them to.
pub mod figures; // The same of figures.
pub mod statuses; // Histories written down, and their statuses.
pub mod histories; // Histories made up at random.
pub mod random; // Numbers that look random.
pub mod regulation; // Whom the regulation lists.
pub mod programs; // The program as a process of its own.
pub mod places; // The program as a command.
pub mod serving; // The program within the test's process.
pub mod plain; // What it answers by plain URLs.
pub mod mutations; // What is recorded through it.
pub mod sockets; // A client that listens.
pub mod receivers; // Receivers of webhooks.
pub mod delivering; // A process that delivers to them.
pub mod register; // The Federal Register's API.
pub mod ecfr; // The eCFR's API.
pub mod watcher; // A process that raises alerts.
