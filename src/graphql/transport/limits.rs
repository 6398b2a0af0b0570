//! How much may be asked at once?
//!
//! Invariant: what is more than a limit is refused before it runs, and told the limit and how much it was.

use async_graphql::ServerError;

use super::failure::coded;

/// The most that is asked at once. Fragments count wherever they are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Fields of a document, those of the introspection apart.
    pub nodes: usize,
    /// Fields of an operation under another name.
    pub aliases: usize,
    /// Fields of an operation at its root.
    pub root_fields: usize,
    /// Directives of an operation.
    pub directives: usize,
    /// How deep the fields of an operation nest, those of the introspection apart.
    pub depth: usize,
    /// Fields in `__schema` and `__type`; what `GraphiQL`, code generators and `graphql-js` ask for has about 200.
    pub introspection_nodes: usize,
    /// How deep they nest; the same tools ask for up to 15.
    pub introspection_depth: usize,
    /// What an operation may cost: each field 1, and a connection its page times what an entry costs.
    pub complexity: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            nodes: 1_000,
            aliases: 30,
            root_fields: 20,
            directives: 50,
            depth: 10,
            introspection_nodes: 500,
            introspection_depth: 25,
            complexity: 5_000,
        }
    }
}

/// The refusal of what is more than a limit.
pub fn beyond(what: &str, actual: usize, limit: usize) -> ServerError {
    coded("QUERY_TOO_COMPLEX", &format!("{what} {actual}; the limit is {limit}"), None)
}

/// The first of some counts that is more than its limit.
///
/// # Errors
/// Its refusal.
pub fn within(counts: &[(&str, usize, usize)]) -> Result<(), ServerError> {
    match counts.iter().find(|(_, actual, limit)| actual > limit) {
        Some((what, actual, limit)) => Err(beyond(what, *actual, *limit)),
        None => Ok(()),
    }
}
