//! Do the rules say what follows from a history, and what may be recorded at all? No store, no server.

mod alerts;
mod dates;
mod deciding;
mod differences;
mod explained;
mod figures;
mod hidden;
mod laws;
mod limits;
mod meeting;
mod reading;
mod rules;
mod statuses;
