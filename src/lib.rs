//! Depositary: an event-sourced tracker of the lifecycle of international defence-procurement agreements.
//!
//! In treaty law the *depositary* keeps an agreement's authentic record and tells everyone what was notified, and when.
//! This one answers what a country's status was on any date, as it was known on any date, and why.
//!
//! Five sentences are the architecture; `tests/it/guards.rs` guards what of them can be guarded:
//!
//! 1. Facts enter by one door: [`record::tracker::Tracker`].
//! 2. Only a [`domain::decide::Decision`] can be appended, and only [`domain::decide::decide`] makes one. Alerts and figures have
//!    decisions of their own, made by [`domain::alert::decide`] and [`domain::figure::decide`].
//! 3. [`domain`] and [`projections`] are pure: no I/O, no clock, no randomness, no async, no hash-map iteration order.
//! 4. SQL lives in [`store`], and nowhere else.
//! 5. The log is the outbox: a follower is a cursor over it ([`read::feed::Feed`]), which moves by position and never by date.
//!
//! ```text
//! Command --decide--> Decision --append--> event log --> projections --> answers --> GraphQL, plain URLs, command line
//! ```
//!
//! The rooms are declared below, in the order in which they are best read. A room names only those above it;
//! `tests/it/guards.rs` checks that.

pub use depositary_ledger as ledger; // The tree over all events, its proofs and checkpoints. Pure; crates/ledger.
pub use depositary_model::{domain, projections}; // What may be recorded, and what follows from it. Pure; crates/model.

pub mod clock; // The one clock. Every room may ask it.
pub mod telemetry; // Log messages. Every room may write them.

pub mod config; // What the process knows before it reads the log: instruments, alert rules, limits.
pub mod store; // The database, and the only SQL.
pub mod read; // The log followed, and read at one position.
pub mod record; // The one door for facts, and the files that bring them.
pub mod access; // Who may do what, and how much.
pub mod answers; // Every question, pinned, whoever asks.
pub mod work; // What the program does by itself: alerts, webhooks, sources.
pub mod proof; // What convinces somebody who does not trust this machine.
pub mod faces; // GraphQL, plain URLs, pages, tiles, the explorer.
pub mod server; // The process, put together.
pub mod cli; // The command line, which starts everything.
