//! The integration tests, in one binary: it links once.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing")]

mod admission;
mod alerting;
mod auditing;
mod axes;
mod bundled;
mod commands;
mod committing;
mod databases;
mod facts;
mod dates;
mod deciding;
mod delivery;
mod differences;
mod faults;
mod following;
mod fuzzing;
mod golden;
mod guards;
mod instruments;
mod keeping;
mod late;
mod laws;
mod leases;
mod limits;
mod listening;
mod memory;
mod metrics;
mod nodes;
mod programs;
mod recording;
mod rest;
mod rules;
mod schema;
mod serving;
mod sockets;
mod shapes;
mod statuses;
mod tampering;
mod tokens;
mod tree;
mod trips;
mod writing;
