//! How much may be asked at once?
//!
//! Invariant: what is more than a limit is refused before it runs, and told the limit and how much it was.

use async_graphql::ServerError;

use super::codes::Code;
use super::failure::coded;

/// The refusal of what is more than a limit.
pub fn beyond(what: &str, actual: usize, limit: usize) -> ServerError {
    coded(Code::QueryTooComplex, &format!("{what} {actual}; the limit is {limit}"), None)
}

/// The refusal of an operation that costs more than its limit, with what would fit.
pub fn beyond_cost(actual: usize, limit: usize, advice: Option<&str>) -> ServerError {
    let advice = advice.map(|advice| format!("; {advice}")).unwrap_or_default();
    coded(Code::QueryTooComplex, &format!("the operation costs {actual}; the limit is {limit}{advice}"), None)
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
