//! The integration tests, in one binary: it links once.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing")]

mod guards;

mod model;
mod config;
mod store;
mod read;
mod record;
mod access;
mod answers;
mod work;
mod proof;
mod faces;
mod server;
mod cli;
