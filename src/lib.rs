//! Depositary.
pub mod answers;
pub mod cli;
pub mod clock;
pub mod domain;
pub mod feed;
pub mod graphql;
pub mod import;
pub mod instruments;
pub mod ledger;
pub mod projections;
pub mod reader;
pub mod server;
pub mod store;
pub mod telemetry;
pub mod tracker;
