//! Depositary.
pub mod clock;
pub mod domain;
pub mod feed;
pub mod ledger;
pub mod instruments;
pub mod import;
pub mod projections;
pub mod reader;
pub mod store;
pub mod tracker;
