//! How much may be asked at once?
//!
//! Invariant: what is more than a limit is refused before it runs, and told the limit and how much it was.

use async_graphql::ServerError;

use super::failure::coded;

/// The most that is asked at once. Fragments count wherever they are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::Args)]
pub struct Limits {
    /// Fields of a document, those of the introspection apart.
    #[arg(
        long = "limit-nodes",
        env = "DEPOSITARY_LIMIT_NODES",
        default_value_t = 1000,
        value_name = "COUNT",
        hide_short_help = true
    )]
    pub nodes: usize,
    /// Fields of an operation under another name.
    #[arg(
        long = "limit-aliases",
        env = "DEPOSITARY_LIMIT_ALIASES",
        default_value_t = 30,
        value_name = "COUNT",
        hide_short_help = true
    )]
    pub aliases: usize,
    /// Fields of an operation at its root.
    #[arg(
        long = "limit-root-fields",
        env = "DEPOSITARY_LIMIT_ROOT_FIELDS",
        default_value_t = 20,
        value_name = "COUNT",
        hide_short_help = true
    )]
    pub root_fields: usize,
    /// Directives of an operation.
    #[arg(
        long = "limit-directives",
        env = "DEPOSITARY_LIMIT_DIRECTIVES",
        default_value_t = 50,
        value_name = "COUNT",
        hide_short_help = true
    )]
    pub directives: usize,
    /// How deep the fields of an operation nest, those of the introspection apart.
    #[arg(
        long = "limit-depth",
        env = "DEPOSITARY_LIMIT_DEPTH",
        default_value_t = 10,
        value_name = "COUNT",
        hide_short_help = true
    )]
    pub depth: usize,
    /// Fields in `__schema` and `__type`; what explorers and code generators ask for has about 200. 0 switches
    /// introspection off, and the suggestions in messages with it.
    #[arg(
        long = "limit-introspection-nodes",
        env = "DEPOSITARY_LIMIT_INTROSPECTION_NODES",
        default_value_t = 500,
        value_name = "COUNT",
        hide_short_help = true
    )]
    pub introspection_nodes: usize,
    /// How deep they nest; the same tools ask for up to 15.
    #[arg(
        long = "limit-introspection-depth",
        env = "DEPOSITARY_LIMIT_INTROSPECTION_DEPTH",
        default_value_t = 25,
        value_name = "COUNT",
        hide_short_help = true
    )]
    pub introspection_depth: usize,
    /// What an operation may cost: each field 1, and a connection its page times what an entry costs.
    #[arg(
        long = "limit-complexity",
        env = "DEPOSITARY_LIMIT_COMPLEXITY",
        default_value_t = 5000,
        value_name = "COUNT",
        hide_short_help = true
    )]
    pub complexity: usize,
}

impl Limits {
    /// Whether the schema is told to whoever asks for it.
    #[must_use]
    pub const fn tell_the_schema(&self) -> bool {
        self.introspection_nodes > 0
    }
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
