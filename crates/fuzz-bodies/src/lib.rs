//! What is asked of every input? A function for each fuzz target, which panics when the answer is wrong.
//!
//! The targets in `fuzz` run them on what libFuzzer makes up, and `tests/it/server/fuzzing.rs` on the committed seeds.
//!
//! Invariant: an input is asked the same in both, and the same each time.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "a broken law is told by a panic"
)]

pub mod canonical_json;
pub mod cursor;
pub mod edtf;
pub mod envelope;
pub mod import_line;
pub mod proof;
pub mod server;
