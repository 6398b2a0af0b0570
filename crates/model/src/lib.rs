//! What may be recorded of an agreement, and what follows from it?
//!
//! Invariant: pure. No I/O, no clock, no randomness, no async: the manifest names no crate that could, and the same events,
//! date and knowledge give the same answer on every machine.
//!
//! [`domain`] holds the rules of what may be recorded: words, dates, milestones, events, and [`domain::decide`].
//! [`projections`] folds a history into answers, a file a question.

pub mod domain;
pub mod projections;
