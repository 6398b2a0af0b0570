//! The rules: what may be recorded, and what recording it means.
//!
//! Invariant: pure. No I/O, no clock, no randomness, no async, and nothing of the rest of the crate.

/// The closed vocabularies, and sets of what is possible.
pub mod words;
/// Uncertain dates.
pub mod time;
/// Countries.
pub mod country;
/// Ids, positions and versions.
pub mod ids;
/// Where a fact is told, and what several tellings amount to.
pub mod source;
/// What happened, or was seen.
pub mod milestone;
/// Types of agreement, read from files.
pub mod instrument;
/// What the log records.
pub mod event;
/// The record of one agreement, with its text.
pub mod agreement;
/// What someone wants recorded.
pub mod command;
/// Whether it may be recorded.
pub mod decide;
/// Why not, or why only with a warning.
pub mod refusal;
