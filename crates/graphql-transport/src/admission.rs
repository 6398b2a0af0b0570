//! Which documents are let in, and what is remembered of them?
//!
//! Invariant: a document is kept only after it has passed every check, so one that comes again is looked up and no more.

use std::sync::Arc;

use apollo_compiler::ast::VariableDefinition;
use apollo_compiler::validation::Valid;
use apollo_compiler::{Node, Schema};
use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Pos, ServerError, Variables};
use axum::http::StatusCode;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::cost::{Cost, Costs};
use super::failure::Failure;
use super::scalars::Scalar;
use super::settings::{Limits, Settings};
use super::{coercion, counting, lexer, limits, suggestion, validation};

/// The bytes that all documents together may hold.
const KEPT: u64 = 8 * 1024 * 1024;
/// The bytes that a token of a document holds once it is parsed, at most.
const TOKEN: usize = 300;
/// About how many documents are kept.
const DOCUMENTS: usize = 500;

/// The documents that were let in.
pub struct Admission {
    schema: Valid<Schema>,
    limits: Limits,
    costs: Costs,
    scalars: &'static [Scalar],
    known: Cache<String, Arc<Admitted>, ByLength>,
}

/// A document that may run.
pub struct Admitted {
    /// The executor's form of it.
    pub document: ExecutableDocument,
    operations: Vec<Operation>,
    tokens: usize,
}

/// What else the server remembers of an operation.
struct Operation {
    name: Option<String>,
    variables: Vec<Variable>,
    cost: Cost,
}

/// A variable of an operation.
pub struct Variable {
    /// The variable as the operation declares it.
    pub definition: Node<VariableDefinition>,
    /// The position in the document.
    pub at: Option<Pos>,
}

/// What a document weighs in the cache.
#[derive(Clone)]
struct ByLength;

impl Weighter<String, Arc<Admitted>> for ByLength {
    fn weight(&self, query: &String, admitted: &Arc<Admitted>) -> u64 {
        (query.len() + TOKEN * (admitted.tokens + 1)) as u64
    }
}

impl Admission {
    /// An empty memory of documents, for the schema and the limits of a program.
    pub fn new(settings: &Settings) -> Self {
        let Settings { limits, costs, scalars, .. } = *settings;
        let (schema, known) = (validation::schema(&settings.sdl), Cache::with_weighter(DOCUMENTS, KEPT, ByLength));
        Self { schema, limits, costs, scalars, known }
    }

    /// The document in a text, parsed, counted and validated, now or before.
    ///
    /// # Errors
    /// [`Failure`], with what is wrong.
    pub fn admit(&self, query: &str) -> Result<Arc<Admitted>, Failure> {
        if let Some(admitted) = self.known.get(query) {
            return Ok(admitted);
        }
        let refuse = |errors: Vec<ServerError>| self.refuse(errors);
        let tokens = lexer::admit(query)
            .map_err(|error| Failure::new(StatusCode::BAD_REQUEST, error.code(), &error.to_string()))?;
        let parsed = validation::parse(query).map_err(refuse)?;
        counting::count(&parsed, &self.limits).map_err(|error| refuse(vec![error]))?;
        let valid = validation::validate(&self.schema, self.scalars, &parsed).map_err(refuse)?;
        let document = async_graphql::parser::parse_query(query).map_err(|error| refuse(vec![error.into()]))?;
        let operation = |operation: &apollo_compiler::executable::Operation| Operation {
            name: operation.name.as_ref().map(ToString::to_string),
            cost: Cost::of(&self.costs, &valid, operation),
            variables: operation
                .variables
                .iter()
                .map(|definition| Variable {
                    definition: definition.clone(),
                    at: validation::place(definition.location(), &valid.sources),
                })
                .collect(),
        };
        let operations = valid.operations.iter().map(|node| operation(node)).collect();
        let admitted = Arc::new(Admitted { document, operations, tokens });
        self.known.insert(query.to_owned(), admitted.clone());
        Ok(admitted)
    }

    /// What an operation costs with the values of its variables, once they fit.
    ///
    /// # Errors
    /// [`Failure`], with the variables that do not fit, or a cost beyond the limit.
    pub fn fit(&self, admitted: &Admitted, name: Option<&str>, given: &Variables) -> Result<usize, Failure> {
        let meant = |operation: &&Operation| name.is_none() || operation.name.as_deref() == name;
        let Some(operation) = admitted.operations.iter().find(meant) else { return Ok(0) };
        let mut errors = coercion::check(&self.schema, self.scalars, &operation.variables, given);
        let cost = operation.cost.with(given);
        if errors.is_empty() && cost > self.limits.complexity {
            let advice = operation.cost.advice(given, self.limits.complexity);
            errors.push(limits::beyond_cost(cost, self.limits.complexity, advice.as_deref()));
        }
        if errors.is_empty() { Ok(cost) } else { Err(self.refuse(errors)) }
    }

    /// A refusal; where the schema is not told, its names are not suggested either.
    fn refuse(&self, mut errors: Vec<ServerError>) -> Failure {
        if !self.limits.tell_the_schema() {
            for error in &mut errors {
                let told = error.message.split(suggestion::WORDS).next().unwrap_or_default().len();
                error.message.truncate(told);
            }
        }
        Failure::of(StatusCode::BAD_REQUEST, errors)
    }
}
