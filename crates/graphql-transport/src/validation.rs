//! Is a document one that the schema can answer?
//!
//! Invariant: as section 5 of the GraphQL specification says; each error has a code and, where there is one, a place.

use apollo_compiler::ast;
use apollo_compiler::diagnostic::ToCliReport;
use apollo_compiler::parser::{Parser, SourceMap, SourceSpan};
use apollo_compiler::validation::{DiagnosticList, Valid, WithErrors};
use apollo_compiler::{ExecutableDocument, Schema};
use async_graphql::{Pos, ServerError};

use super::codes::Code;
use super::failure::coded;
use super::lexer::{NESTING, TOKENS};
use super::scalars::Scalar;
use super::{literals, suggestion};

/// The most errors that an answer has about one document.
pub const ERRORS: usize = 20;

/// What the executor tells of types and the validation's own introspection does not know yet.
const INTROSPECTION: &str = "extend type __Type { isOneOf: Boolean }";

/// The schema, as the validation reads it.
pub fn schema(sdl: &str) -> Valid<Schema> {
    built(sdl).unwrap_or_else(|WithErrors { partial, errors }| {
        tracing::error!(%errors, "graphql.schema.invalid");
        Valid::assume_valid(partial)
    })
}

#[expect(clippy::result_large_err, reason = "asked once, at the start")]
fn built(sdl: &str) -> Result<Valid<Schema>, WithErrors<Schema>> {
    Schema::parse_and_validate(format!("{sdl}\n{INTROSPECTION}"), "schema.graphql")
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
            Some(message) => coded(Code::GraphqlParseFailed, message, at),
            None => coded(Code::QueryTooComplex, &message, at),
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
    scalars: &[Scalar],
    document: &ast::Document,
) -> Result<Valid<ExecutableDocument>, Vec<ServerError>> {
    // A document with unknown fields lacks them afterwards, so what else is wrong with it can be told only without them.
    let partly = |WithErrors { partial, errors }| (Valid::assume_valid(partial), Some(errors));
    let (document, rest) = match document.to_executable(schema) {
        Ok(document) => document.validate(schema).map_or_else(partly, |document| (document, None)),
        Err(errors) => partly(errors),
    };
    let mut errors = literals::check(schema, scalars, &document);
    if let Some(rest) = rest {
        others(schema, &rest, &mut errors);
    }
    if errors.is_empty() {
        for operation in document.operations.iter() {
            if let Err(error) = apollo_compiler::introspection::check_max_depth(&document, operation) {
                let at = place(error.location(), &document.sources);
                let message = "the introspection asks for lists in lists in lists; ask for one after the other";
                return Err(vec![coded(Code::QueryTooComplex, message, at)]);
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
            errors.push(coded(Code::GraphqlValidationFailed, &message, at));
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
    use async_graphql::Value;

    use super::{built, parse, validate};
    use crate::scalars::Scalar;

    const SDL: &str = "scalar Even type Query { half(of: Even!): Int! add(to: Int, list: [Int!]): Int! }";
    const SCALARS: [Scalar; 1] = [Scalar {
        name: "Even",
        takes: "an even number",
        fits: |value| matches!(value, Value::Number(number) if number.as_u64().is_some_and(|number| number % 2 == 0)),
    }];

    /// The messages about a document, with their lines.
    fn wrong(query: &str) -> Vec<(usize, String)> {
        let Ok(schema) = built(SDL) else { return vec![(0, "the schema is not valid".to_owned())] };
        let checked = parse(query).and_then(|parsed| validate(&schema, &SCALARS, &parsed).map(drop));
        let line = |error: &async_graphql::ServerError| error.locations.first().map_or(0, |at| at.line);
        checked.err().unwrap_or_default().into_iter().map(|error| (line(&error), error.message)).collect()
    }

    #[test]
    fn a_document_that_fits_is_let_through() {
        for query in
            ["{ half(of: 4) }", "query($to: Int) { add(to: $to, list: 1) }", "{ __type(name: \"X\") { isOneOf } }"]
        {
            assert_eq!(wrong(query), [], "{query}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_with_what_would_be_right() {
        for (query, message) in [
            ("{\n half(of: 3) }", "of is 3, which is no Even: it takes an even number"),
            (
                "{\n add(list: [1, \"x\"]) }",
                "list[1] is \"x\", which is no Int: it takes a whole number from -2147483648 to 2147483647",
            ),
            ("{\n half }", "the required argument `Query.half(of:)` is not provided"),
            ("{\n haf }", "type `Query` does not have a field `haf`; did you mean `half`?"),
        ] {
            assert_eq!(wrong(query), [(2, message.to_owned())], "{query}");
        }
    }
}
