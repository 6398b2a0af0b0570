//! Depositary: an event-sourced tracker of the lifecycle of international defence-procurement agreements.
//!
//! In treaty law the *depositary* keeps an agreement's authentic record and tells everyone what was notified, and when.
//! This one answers what a country's status was on any date, as it was known on any date, and why.
//!
//! Five sentences are the architecture; `tests/it/guards.rs` guards what of them can be guarded:
//!
//! 1. Facts enter by one door: [`tracker::Tracker::execute`].
//! 2. Only a [`domain::decide::Decision`] can be appended, and only [`domain::decide::decide`] makes one.
//! 3. [`domain`] and [`projections`] are pure: no I/O, no clock, no randomness, no async, no hash-map iteration order.
//! 4. SQL lives in [`store`], and nowhere else.
//! 5. The log is the outbox: whoever follows it is a cursor over it ([`feed::Feed`]), cut by position and never by date.
//!
//! ```text
//! Command --decide--> Decision --append--> event log --> projections --> answers --> GraphQL, command line
//! ```
//!
//! The modules in the order in which they are best read:

/// The rules: what may be recorded, and what it means. Pure.
pub mod domain;
/// The answers: folds of a history, a file per question. Pure.
pub mod projections;
/// What an auditor would hash. Pure.
pub mod ledger;
/// The types of agreement that this process knows.
pub mod instruments;
/// Lines of fact files as commands.
pub mod import;
/// The one clock.
pub mod clock;
/// The memory, the only SQL.
pub mod store;
/// Following the log.
pub mod feed;
/// Pinned reads, the hot ones from memory.
pub mod reader;
/// The one door for facts.
pub mod tracker;
/// Every question, pinned, whoever asks.
pub mod answers;
/// A face: GraphQL over HTTP.
pub mod graphql;
/// The process that serves it.
pub mod server;
/// Log messages.
pub mod telemetry;
/// A face: the command line.
pub mod cli;
