//! What does this process know before it reads the log: which instruments, which alert rules, which limits?
//!
//! Invariant: what is here comes from files and flags, is checked once at the start, and does not change while the process runs.

pub mod instruments; // The types of agreement that this process knows.
pub mod limits; // The most that anybody may ask, send and hold.
pub mod rules; // Which conditions raise an alert.
