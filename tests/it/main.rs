//! The integration tests, in one binary: it links once.

mod databases;
mod golden;
mod rules;
mod schema;
mod serving;
