//! Depositary: an event-sourced tracker of the lifecycle of international defence-procurement agreements.
//!
//! In treaty law the *depositary* keeps an agreement's authentic record and tells everyone what was notified, and when.
//! This one answers what a country's status was on any date, as it was known on any date, and why.
//!
//! Five sentences are the architecture; `tests/it/guards.rs` guards what of them can be guarded:
//!
//! 1. Facts enter by one door: [`tracker::Tracker`].
//! 2. Only a [`domain::decide::Decision`] can be appended, and only [`domain::decide::decide`] makes one; of an alert and of a figure it is
//!    [`domain::alert::decide`]'s and [`domain::figure::decide`]'s.
//! 3. [`domain`] and [`projections`] are pure: no I/O, no clock, no randomness, no async, no hash-map iteration order.
//! 4. SQL lives in [`store`], and nowhere else.
//! 5. The log is the outbox: whoever follows it is a cursor over it ([`feed::Feed`]), cut by position and never by date.
//!
//! ```text
//! Command --decide--> Decision --append--> event log --> projections --> answers --> GraphQL, plain URLs, command line
//! ```
//!
//! The modules in the order in which they are best read:

pub use depositary_ledger as ledger; // The tree over all events, its proofs and checkpoints. Pure; crates/ledger.
pub use depositary_model::{domain, projections}; // What may be recorded, and what follows from it. Pure; crates/model.

pub mod instruments; // The types of agreement that this process knows.
pub mod rules; // Which conditions raise an alert.
pub mod import; // Lines of fact files as commands.
pub mod clock; // The one clock.
pub mod signing; // The key that signs the checkpoints.
pub mod store; // The memory, the only SQL.
pub mod lease; // The one process that does what only one may.
pub mod feed; // Following the log.
pub mod reader; // Pinned reads, the hot ones from memory.
pub mod tracker; // The one door for facts.
pub mod limits; // The most that anybody may ask, send and hold.
pub mod access; // Who may do what.
pub mod answers; // Every question, pinned, whoever asks.
pub mod desk; // What becomes of a document that a person has looked at.
pub mod alerts; // Looking whether rules hold, and recording what follows.
pub mod delivery; // Telling others: webhooks.
pub mod sources; // Hearing from others: documents that may belong in the record.
pub mod graphql; // A face: GraphQL over HTTP.
pub mod ide; // A page to explore it in a browser.
pub mod audit; // Whether anything was altered.
pub mod evidence; // An answer with what proves it.
pub mod tlog; // A face: C2SP tlog-tiles, for auditors' tools.
pub mod sheet; // Rows that any spreadsheet opens.
pub mod rest; // A face: plain URLs, CSV and feeds.
pub mod pages; // A face: pages in a browser.
pub mod server; // The process that serves it.
pub mod telemetry; // Log messages.
pub mod cli; // A face: the command line.
