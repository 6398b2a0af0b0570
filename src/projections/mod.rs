//! The answers: pure folds of a history, a file per question.
//!
//! Invariant: pure; the same events, date and knowledge give the same answer on every machine.

pub mod durations;
pub mod history;
pub mod knowledge;
pub mod reading;
pub mod rows;
pub mod sentence;
pub mod stalled;
pub mod status;
pub mod steps;
pub mod timeline;
