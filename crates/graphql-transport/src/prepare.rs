//! May this request run, and at which position of the program's log?
//!
//! Invariant: nothing runs that was not let in, and nothing before its position is noted.

use std::sync::Arc;

use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Request, Response, Variables};
use async_graphql_value::Value;
use axum::http::{Extensions, StatusCode};
use serde_json::Value as Json;
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::Served;
use super::admission::Admitted;
use super::codes::Code;
use super::coercion;
use super::failure::{Failure, mended};
use super::host::{Begun, Host, Wanted};
use super::left_out;
use super::meter::Meter;
use super::order::ordered;
use super::persisted::Persisted;

/// The cost of a document that is refused.
const REFUSED_COST: usize = 10;

/// A GraphQL request as it was sent, by any transport.
#[derive(Debug, Default)]
pub struct Asking {
    /// The document's text, where it was sent.
    pub query: Option<String>,
    /// The SHA-256 of the document, which may stand for it.
    pub hash: Option<String>,
    /// The name of the operation to run, where the document has several.
    pub operation_name: Option<String>,
    /// The variables of the operation, a JSON object.
    pub variables: Option<Json>,
    /// The position that must have been seen.
    pub min_position: Option<u64>,
    /// The position that a listener who comes back has heard of last.
    pub last_heard: Option<u64>,
}

/// A request that may run.
pub struct Prepared<H: Host> {
    /// The executor's form of it.
    pub request: Request,
    /// Whether it asks, records or listens.
    pub operation: OperationType,
    /// What its fields note for the answer as a whole.
    pub notes: Arc<H::Notes>,
    /// The cost of the operation with its variables.
    pub cost: usize,
    /// What was asked, for the order of the answer.
    pub shape: Shape,
    /// What the program says of the charge to its own layers.
    pub charged: Extensions,
    /// The meter that counts the bytes of the answer.
    pub meter: Arc<Meter<H>>,
    /// Counts it among the open subscriptions, where it listens, until it is dropped.
    pub listening: Option<TaskTrackerToken>,
}

/// The operation that a request asks for, by which its answer gets its final shape.
#[derive(Clone)]
pub struct Shape {
    admitted: Arc<Admitted>,
    operation_name: Option<String>,
    variables: Variables,
}

impl Shape {
    /// An answer as it is sent: errors with their codes, fields in the order in which they were asked for.
    pub fn finish(&self, answer: Response) -> Response {
        let document = &self.admitted.document;
        match operation(document, self.operation_name.as_deref()) {
            Ok(asked) => ordered(mended(answer), document, &asked.selection_set.node, &self.variables),
            Err(_) => mended(answer),
        }
    }
}

impl Asking {
    /// The request of a JSON body.
    ///
    /// # Errors
    /// [`Failure`], naming the member that is wrong.
    pub fn from_json(body: Json) -> Result<Self, Failure> {
        let Json::Object(mut members) = body else {
            return Err(Failure::malformed("the request is not a JSON object; send one request at a time"));
        };
        let mut text = |member: &str| match members.remove(member) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::String(text)) => Ok(Some(text)),
            Some(_) => Err(Failure::malformed(&format!("the member {member} is not a string"))),
        };
        // Clients that have no name for the operation send an empty one.
        let (query, operation_name) = (text("query")?, text("operationName")?.filter(|name| !name.is_empty()));
        let mut object = |member: &str| match members.remove(member) {
            None | Some(Json::Null) => Ok(None),
            Some(object @ Json::Object(_)) => Ok(Some(object)),
            Some(_) => Err(Failure::malformed(&format!("the member {member} is not an object"))),
        };
        let variables = object("variables")?;
        let hash = Persisted::hash(object("extensions")?.as_ref())?;
        Ok(Self { query, hash, operation_name, variables, ..Self::default() })
    }
}

impl<H: Host> Served<H> {
    /// A refusal, once it was counted: looking at what was sent costs something, whatever comes of it.
    pub fn refused(&self, caller: &H::Caller, failure: Failure) -> Failure {
        self.host.charge(caller, REFUSED_COST).map_or_else(|exceeded| exceeded, |_| failure)
    }

    /// Lets a request through to the executor.
    ///
    /// # Errors
    /// [`Failure`], with what is wrong.
    pub async fn prepare(self: &Arc<Self>, asking: Asking, caller: H::Caller) -> Result<Prepared<H>, Failure> {
        self.host.may_ask(&caller)?;
        let query = match (asking.query.filter(|query| !query.trim().is_empty()), &asking.hash) {
            (Some(query), Some(hash)) => Persisted::check(hash, &query).map(|()| query),
            (Some(query), None) => Ok(query),
            (None, Some(hash)) => self.persisted.find(hash),
            (None, None) => {
                Err(Failure::malformed("the member `query` is missing: it holds the text of the operation"))
            }
        };
        let query = query.map_err(|failure| self.refused(&caller, failure))?;
        let waits = self.settings.positions.map(|positions| positions.argument).filter(|name| query.contains(name));
        let admitted = self.admission.admit(&query).map_err(|failure| self.refused(&caller, failure))?;
        let document = &admitted.document;
        let operation = operation(document, asking.operation_name.as_deref());
        let operation = operation.map_err(|failure| self.refused(&caller, failure))?;
        let operation_type = operation.ty;
        let variables = asking.variables.map(coercion::given).unwrap_or_default();
        let cost = self.admission.fit(&admitted, asking.operation_name.as_deref(), &variables);
        let cost = cost.map_err(|failure| self.refused(&caller, failure))?;
        let charged = self.host.charge(&caller, cost)?;
        if let Some(hash) = asking.hash {
            self.persisted.keep(hash, &query);
        }
        let asked = waits.and_then(|argument| min_position(argument, document, operation, &variables));
        let wanted = Wanted { at_least: asked.max(asking.min_position), last_heard: asking.last_heard };
        let Begun { data, notes } = self.host.begin(&caller, wanted).await?;
        let told = variables.clone();
        let document = left_out::without(document.clone(), operation, &variables);
        let mut request = Request::new(query).variables(variables);
        request.operation_name.clone_from(&asking.operation_name);
        request.set_parsed_query(document);
        let shape = Shape { admitted: admitted.clone(), operation_name: asking.operation_name, variables: told };
        request.data = data;
        let meter = Arc::new(Meter::new(self.clone(), caller));
        let listens = operation_type == OperationType::Subscription;
        Ok(Prepared {
            request: request.data(meter.clone()),
            operation: operation_type,
            notes,
            cost,
            shape,
            charged,
            meter,
            listening: listens.then(|| self.settings.subscriptions.token()),
        })
    }
}

/// The operation that is meant.
fn operation<'a>(document: &'a ExecutableDocument, name: Option<&str>) -> Result<&'a OperationDefinition, Failure> {
    let mut operations = document.operations.iter();
    let wrong = |message: &str| Failure::new(StatusCode::BAD_REQUEST, Code::OperationResolutionFailure, message);
    match name {
        Some(name) => {
            let found = operations.find(|(found, _)| found.is_some_and(|found| found.as_str() == name));
            let known = || {
                wrong(&format!("the document has no operation named `{}`", name.chars().take(60).collect::<String>()))
            };
            found.map(|(_, operation)| &operation.node).ok_or_else(known)
        }
        None => match (operations.next(), operations.next()) {
            (Some((_, operation)), None) => Ok(&operation.node),
            _ => Err(wrong("the document has several operations; name one by operationName")),
        },
    }
}

/// The furthest position that the operation's root fields wait for.
fn min_position(
    argument: &str,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
) -> Option<u64> {
    let asked = |field: &Field| match &field.get_argument(argument)?.node {
        Value::Number(number) => number.as_u64(),
        Value::Variable(name) => variable(operation, variables, name),
        _ => None,
    };
    let mut furthest = None;
    let mut spread = Vec::new();
    let mut sets: Vec<&SelectionSet> = vec![&operation.selection_set.node];
    while let Some(set) = sets.pop() {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => furthest = furthest.max(asked(&field.node)),
                Selection::InlineFragment(fragment) => sets.push(&fragment.node.selection_set.node),
                Selection::FragmentSpread(fragment) => {
                    let name = &fragment.node.fragment_name.node;
                    // Each once, however often it is spread.
                    if let Some(found) = document.fragments.get(name).filter(|_| !spread.contains(&name)) {
                        spread.push(name);
                        sets.push(&found.node.selection_set.node);
                    }
                }
            }
        }
    }
    furthest
}

fn variable(operation: &OperationDefinition, variables: &Variables, name: &Name) -> Option<u64> {
    let defined = operation.variable_definitions.iter().find(|definition| definition.node.name.node == *name)?;
    let value = variables.get(name).or_else(|| defined.node.default_value.as_ref().map(|value| &value.node))?;
    let async_graphql::Value::Number(number) = value else { return None };
    number.as_u64()
}
