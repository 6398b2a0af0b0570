//! The answers: pure folds of a history, a file per question.
//!
//! Invariant: pure; the same events, date and knowledge give the same answer on every machine.

/// Cuts through the log.
pub mod knowledge;
/// A stream folded for answering.
pub mod history;
/// The order in which a lifecycle may have gone.
pub mod steps;
/// Where an agreement stands after some steps.
pub mod reading;
/// The status on a day, with its reasons.
pub mod status;
/// The periods of a history.
pub mod timeline;
/// Open rounds that wait.
pub mod stalled;
/// Days between milestones of one round.
pub mod durations;
/// A status in plain English.
pub mod sentence;
/// What the tables hold.
pub mod rows;
