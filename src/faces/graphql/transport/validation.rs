//! Is a document one that the schema can answer?
//!
//! Invariant: as section 5 of the GraphQL specification says; each error has a code and, where there is one, a place.

use apollo_compiler::ast;
use apollo_compiler::diagnostic::ToCliReport;
use apollo_compiler::parser::{Parser, SourceMap, SourceSpan};
use apollo_compiler::validation::{DiagnosticList, Valid, WithErrors};
use apollo_compiler::{ExecutableDocument, Schema};
use async_graphql::{Pos, ServerError};

use super::failure::coded;
use super::lexer::{NESTING, TOKENS};
use super::{literals, suggestion};
use crate::domain::codes::ErrorCode;

/// The most errors that an answer has about one document.
pub const ERRORS: usize = 20;

/// What the executor tells of types and the validation's own introspection does not know yet.
const INTROSPECTION: &str = "extend type __Type { isOneOf: Boolean }";

/// The schema, as the validation reads it.
pub fn schema() -> Valid<Schema> {
    built().unwrap_or_else(|WithErrors { partial, errors }| {
        tracing::error!(%errors, "graphql.schema.invalid");
        Valid::assume_valid(partial)
    })
}

#[expect(clippy::result_large_err, reason = "asked once, at the start")]
fn built() -> Result<Valid<Schema>, WithErrors<Schema>> {
    Schema::parse_and_validate(crate::faces::graphql::sdl() + INTROSPECTION, "schema.graphql")
}

/// The document in a text that [`lexer::admit`](super::lexer::admit) let through. The parser counts spaces and commas
/// among its tokens, and nests more than once in a bracket.
///
/// # Errors
/// The first place that is not understood.
pub fn parse(query: &str) -> Result<ast::Document, Vec<ServerError>> {
    let mut parser = Parser::new().token_limit(4 * TOKENS).recursion_limit(4 * NESTING);
    parser.parse_ast(query, "query").map_err(|WithErrors { errors, .. }| {
        let told = |message: String, at| match message.strip_prefix("syntax error: ") {
            Some(message) => coded(ErrorCode::GraphqlParseFailed, message, at),
            None => coded(ErrorCode::QueryTooComplex, &message, at),
        };
        let first = errors.iter().next();
        first
            .map(|error| told(error.error.to_string(), place(error.error.location(), error.sources)))
            .into_iter()
            .collect()
    })
}

/// The document with its types, once nothing is wrong with it.
///
/// # Errors
/// What is wrong: values that do not fit first, each with what its type takes.
pub fn validate(
    schema: &Valid<Schema>,
    document: &ast::Document,
) -> Result<Valid<ExecutableDocument>, Vec<ServerError>> {
    // A document with unknown fields lacks them afterwards, so what else is wrong with it can be told only without them.
    let partly = |WithErrors { partial, errors }| (Valid::assume_valid(partial), Some(errors));
    let (document, rest) = match document.to_executable(schema) {
        Ok(document) => document.validate(schema).map_or_else(partly, |document| (document, None)),
        Err(errors) => partly(errors),
    };
    let mut errors = literals::check(schema, &document);
    if let Some(rest) = rest {
        others(schema, &rest, &mut errors);
    }
    if errors.is_empty() {
        for operation in document.operations.iter() {
            if let Err(error) = apollo_compiler::introspection::check_max_depth(&document, operation) {
                let at = place(error.location(), &document.sources);
                let message = "the introspection asks for lists in lists in lists; ask for one after the other";
                return Err(vec![coded(ErrorCode::QueryTooComplex, message, at)]);
            }
        }
        return Ok(document);
    }
    Err(errors)
}

/// What is wrong besides values; a wrong value has its own, better message already.
fn others(schema: &Schema, rest: &DiagnosticList, errors: &mut Vec<ServerError>) {
    let told = errors.len();
    for error in rest.iter() {
        if errors.len() >= ERRORS {
            return;
        }
        let at = place(error.error.location(), error.sources);
        let twice = errors.iter().take(told).any(|error| error.locations.first().copied() == at);
        if !twice || at.is_none() {
            let mut message = error.error.to_string();
            message.push_str(&suggestion::of_field(schema, &message).unwrap_or_default());
            errors.push(coded(ErrorCode::GraphqlValidationFailed, &message, at));
        }
    }
}

/// Line and column of a span.
pub fn place(span: Option<SourceSpan>, sources: &SourceMap) -> Option<Pos> {
    let start = span?.line_column_range(sources)?.start;
    Some(Pos { line: start.line, column: start.column })
}

#[cfg(test)]
mod tests {
    #[test]
    fn our_own_schema_is_valid() {
        let built = super::built();
        assert!(built.is_ok(), "{:?}", built.err());
    }
}
