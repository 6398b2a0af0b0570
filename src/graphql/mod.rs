//! A face: the GraphQL schema over the answers.
//!
//! Invariant: a resolver parses, asks and wraps; it computes nothing.

#![expect(clippy::unused_async, reason = "the executor's resolvers are async, whether or not they wait")]

mod agreement;
mod connection;
mod context;
mod country;
mod detail;
mod error;
pub mod http;
mod inputs;
mod instrument;
mod loaders;
mod milestone;
mod query;
mod scalars;
mod status;
mod words;

use async_graphql::{EmptyMutation, EmptySubscription, SDLExportOptions};

use crate::answers::Answers;

/// The schema.
pub type Schema = async_graphql::Schema<query::Query, EmptyMutation, EmptySubscription>;

/// The schema over some answers.
#[must_use]
pub fn schema(answers: Answers) -> Schema {
    Schema::build(query::Query, EmptyMutation, EmptySubscription).data(answers).finish()
}

/// The schema as text, sorted, as it is kept in `schema.graphql`.
#[must_use]
pub fn sdl() -> String {
    let schema = Schema::build(query::Query, EmptyMutation, EmptySubscription).finish();
    let sorted = SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items().include_specified_by();
    schema.sdl_with_options(sorted)
}
