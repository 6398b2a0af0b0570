//! How do facts come into the record?
//!
//! Invariant: every fact enters through [`tracker::Tracker`], whether a person, a file or the program itself brings it.

pub mod import; // Lines of fact files as commands.
pub mod tracker; // The one door for facts.
