//! The integration tests, in one binary: it links once.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing")]

mod databases;
mod facts;
mod following;
mod golden;
mod guards;
mod memory;
mod rules;
mod schema;
mod serving;
mod writing;
