//! What does the program do by itself, and what follows when a person has looked at what it found?
//!
//! Invariant: of several processes over one log, one does each work at a time ([`lease`]), and no work decides what a person has to.

pub mod lease; // Says which process does what only one may.
pub mod desk; // Records what a person decided about a document in the inbox.
pub mod alerts; // Looks whether alert rules hold, and records what follows.
pub mod delivery; // Sends new events to webhooks.
pub mod sources; // Asks outside sources for documents that may belong in the record.
