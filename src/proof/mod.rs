//! How does somebody who does not trust this machine find out that the history was not altered?
//!
//! Invariant: what is shown here can be checked with the log's public key alone.

pub mod signing; // The key that signs the checkpoints.
pub mod audit; // Whether anything was altered.
pub mod evidence; // An answer with what proves it.
