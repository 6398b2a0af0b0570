//! The rules: what may be recorded, and what recording it means.
//!
//! Invariant: pure. No I/O, no clock, no randomness, no async, and nothing of the rest of the crate.

pub mod agreement;
pub mod command;
pub mod country;
pub mod decide;
pub mod event;
pub mod ids;
pub mod instrument;
pub mod milestone;
pub mod refusal;
pub mod source;
pub mod time;
pub mod words;
