//! How is the log followed, and read as it stood at one position?
//!
//! Invariant: whatever is read here is cut at a position, so that one question is answered from one state of the log.

pub mod feed; // Following the log, event by event.
pub mod reader; // Pinned reads, the hot ones from memory.
