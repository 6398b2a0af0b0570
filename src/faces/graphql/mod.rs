//! How do questions in GraphQL become questions to the answers?
//!
//! Invariant: a resolver parses, asks and wraps; it computes nothing.

#![expect(clippy::unused_async, reason = "the executor's resolvers are async, whether or not they wait")]

mod agreement;
mod agreements;
mod alert;
mod connection;
mod context;
mod country;
mod coverage;
mod deadline;
mod detail;
mod diff;
mod durations;
mod error;
mod event;
mod figure;
mod inbox;
mod inputs;
mod instrument;
mod late;
mod limits;
mod lists;
mod loaders;
mod log;
mod milestone;
mod mutation;
mod node;
mod pinned_id;
mod query;
mod reports;
mod scalars;
mod stalled;
mod status;
mod subscription;
mod terms;
pub mod transport;
mod waiting;
mod webhook;
mod whole;
mod words;
mod writing;

use async_graphql::{SDLExportOptions, ValidationMode};
use depositary_graphql_transport::{Metered, with_costs};

use self::mutation::Mutation;
use self::query::Query;
use self::subscription::Subscription;
use crate::config::limits::Limits;
use crate::faces::behind::Behind;

/// The schema that the server executes.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// The schema over what is behind it.
#[must_use]
pub fn schema(behind: Behind) -> Schema {
    let builder = Schema::build(Query::default(), Mutation, Subscription);
    // The transport validates, as the specification says and before anything else; the executor need not do it again.
    let builder = builder.validation_mode(ValidationMode::Fast).extension(Metered::<transport::Depositary>::default());
    builder.data(behind.answers).data(behind.tracker).data(behind.access).data(behind.webhooks).finish()
}

/// The schema as text, sorted and with what each field costs, as it is kept in `schema.graphql`.
#[must_use]
pub fn sdl() -> String {
    let schema = Schema::build(Query::default(), Mutation, Subscription).finish();
    let sorted = SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items().include_specified_by();
    with_costs(&schema.sdl_with_options(sorted), &transport::COSTS, Limits::default().complexity)
}
