//! What may be recorded, and what does it mean?
//!
//! Invariant: pure. No I/O, no clock, no randomness, no async, and nothing of the rest of the crate.

pub mod words;
pub mod possible;
pub mod text;
pub mod time;
pub mod country;
pub mod ids;
pub mod source;
pub mod milestone;
pub mod instrument;
pub mod effect;
pub mod event;
pub mod agreement;
pub mod alert;
pub mod figure;
pub mod logged;
pub mod reading;
pub mod meeting;
pub mod codes;
pub mod command;
pub mod decide;
pub mod refusal;
pub mod wording;
mod shapes;
