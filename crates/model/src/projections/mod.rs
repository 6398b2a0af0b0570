//! What follows from a history? A file for each question.
//!
//! Invariant: pure; the same events, date and knowledge give the same answer on every machine.

pub mod knowledge;
pub mod history;
pub mod worlds;
pub mod status;
pub mod timeline;
pub mod survival;
pub mod spells;
pub mod limits;
pub mod stalled;
pub mod changes;
pub mod days;
pub mod diff;
pub mod durations;
pub mod lateness;
pub mod background;
pub mod next;
pub mod sentence;
pub mod reasons;
pub mod watched;
pub mod deadlines;
pub mod conditions;
pub mod coverage;
pub mod gaps;
pub mod figures;
pub mod would_differ;
pub mod alerting;
pub mod backtest;
pub mod rows;
pub mod written;
