//! In which forms does the program answer over HTTP?
//!
//! Invariant: a face turns a request into a question to [`crate::answers`] and its answer into bytes; it decides nothing, and no face
//! names another; what they share stands above them.

pub mod sheet; // Rows that any spreadsheet opens.
pub mod behind; // What every face answers from.
pub mod open; // What the faces share while the server runs.
pub mod graphql; // GraphQL over HTTP, sockets and server-sent events.
pub mod rest; // Plain URLs, CSV, feeds and calendars.
pub mod pages; // Pages for people.
pub mod tlog; // C2SP tlog-tiles, for auditors' tools.
pub mod explorer; // A page that explores GraphQL in a browser.
