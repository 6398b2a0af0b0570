//! What is asked of every input: a function for each fuzz target, which panics when the answer is wrong.
//!
//! `tests/it/fuzzing.rs` runs the same functions over the committed seeds.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a broken law is told by a panic")]

pub mod canonical_json;
pub mod cursor;
pub mod edtf;
pub mod envelope;
pub mod import_line;
pub mod proof;
pub mod server;
