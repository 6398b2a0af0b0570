//! Does GraphQL let in, answer and record what its schema says?

mod admission;
mod alerts;
mod coercion;
mod listening;
mod nodes;
mod normalising;
mod recording;
mod schema;
mod webhooks;
