//! How is every plain URL described, for people and for programs that read OpenAPI?
//!
//! Invariant: one table of routes serves the paths and describes them; the shape of an answer is that of its view, and the
//! columns of a sheet are those that it is written with, so that the description has nothing that is not served.

mod asked;
mod others;
mod parameters;
mod reported;
mod routes;

use axum::routing::MethodRouter;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use self::parameters::Parameter;
pub use self::routes::routes;
use super::answer::Sheet;
use super::error::Told;
use crate::answers::Answers;

/// A plain URL: what it is asked, what it gives, and what answers it.
pub struct Route {
    /// The path below `/v1`.
    pub path: &'static str,
    /// The name of the operation, by which generated clients call it.
    pub id: &'static str,
    /// What it returns, in one sentence.
    pub summary: &'static str,
    /// What else a reader has to know; empty when there is nothing.
    pub description: &'static str,
    /// What may be asked; any other parameter is refused.
    pub parameters: &'static [Parameter],
    /// The forms of its answer.
    pub gives: Gives,
    /// The handler that answers the route.
    pub answer: fn() -> MethodRouter<Answers>,
}

/// The forms of an answer.
pub enum Gives {
    /// JSON, and the same as rows.
    Rows {
        /// The name of the answer's schema.
        name: &'static str,
        /// The shape of the JSON, taken from its view.
        shape: fn(&mut SchemaGenerator) -> Schema,
        /// A description of the answer.
        about: &'static str,
        /// How the answer becomes rows of a sheet.
        sheet: &'static Sheet,
    },
    /// JSON alone: an answer that makes no rows.
    Json {
        /// The name of the answer's schema.
        name: &'static str,
        /// The shape of the JSON.
        shape: fn(&mut SchemaGenerator) -> Schema,
        /// What the answer is.
        about: &'static str,
    },
    /// Bytes as a source sent them.
    Bytes,
    /// A calendar of deadlines (RFC 5545).
    Calendar,
    /// An Atom feed (RFC 4287).
    Feed,
    /// This description itself.
    Description,
}

/// The shape of a view.
pub fn shape<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    T::json_schema(generator)
}

/// The description of every plain URL (OpenAPI 3.1), as it is kept in `openapi.json`.
#[must_use]
pub fn document() -> String {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let mut schemas: Map<String, Value> = Map::new();
    let paths: Map<String, Value> =
        routes::routes().map(|route| (route.described_path(), route.operation(&mut generator, &mut schemas))).collect();
    schemas.insert("Error".to_owned(), shape::<Told>(&mut generator).into());
    schemas.insert("Csv".to_owned(), csv());
    schemas.extend(generator.take_definitions(true));
    let mut schemas = Value::Object(schemas);
    close(&mut schemas);
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Depositary by plain URLs",
            "version": "1",
            "summary": "What was a country's status on any date, as it was known on any date, and why?",
            "description": "The questions, words and answers of the GraphQL schema, for a browser, a spreadsheet or a feed reader. All requests only read. The server refuses a parameter that a path does not have, and names it. Each answer rests on one position of the log and gives it; `atPosition` asks for the same answer again.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": { "responses": responses(), "schemas": schemas },
    });
    format!("{document:#}\n")
}

impl Route {
    /// The path as it is described: a segment is a parameter as a whole, and a feed's has an ending.
    fn described_path(&self) -> String {
        format!("/v1{}", self.path.replace("/feed/{country}", "/feed/{country}.atom"))
    }

    fn operation(&self, generator: &mut SchemaGenerator, schemas: &mut Map<String, Value>) -> Value {
        let parameters: Vec<Value> = self.parameters.iter().map(|parameter| parameter.described(generator)).collect();
        let mut operation = json!({ "operationId": self.id, "summary": self.summary, "parameters": parameters });
        if !self.description.is_empty() {
            operation["description"] = self.description.into();
        }
        let answer =
            |media: &str, about: &str, content: Value| json!({ "description": about, "content": { media: content } });
        let text = json!({ "schema": { "type": "string" } });
        let good = match &self.gives {
            Gives::Rows { name, shape, about, sheet } => {
                schemas.insert((*name).to_owned(), shape(generator).into());
                let columns: Vec<&str> = sheet.columns.iter().copied().flatten().map(|(name, _)| *name).collect();
                json!({
                    "description": about,
                    "content": {
                        "application/json": { "schema": { "$ref": format!("#/components/schemas/{name}") } },
                        "text/csv": { "schema": { "$ref": "#/components/schemas/Csv" }, "x-columns": columns },
                    },
                })
            }
            Gives::Json { name, shape, about } => {
                schemas.insert((*name).to_owned(), shape(generator).into());
                let schema = json!({ "schema": { "$ref": format!("#/components/schemas/{name}") } });
                answer("application/json", about, schema)
            }
            Gives::Bytes => answer(
                "application/octet-stream",
                "The bytes, as an attachment.",
                json!({ "schema": { "type": "string", "contentMediaType": "application/octet-stream" } }),
            ),
            Gives::Calendar => answer("text/calendar", "The calendar of deadlines.", text),
            Gives::Feed => json!({ "$ref": "#/components/responses/feed" }),
            Gives::Description => answer(
                "application/json",
                "The description in the form of OpenAPI 3.1.",
                json!({ "schema": { "type": "object" } }),
            ),
        };
        let mut all = json!({ "200": good });
        let mut may = |code: &str, name: &str| all[code] = json!({ "$ref": format!("#/components/responses/{name}") });
        may("400", "wrong");
        may("401", "unauthenticated");
        may("429", "tooMuch");
        if self.path.contains('{') {
            may("404", "missing");
        }
        if matches!(self.gives, Gives::Rows { .. }) {
            may("406", "unacceptable");
        }
        if !matches!(self.gives, Gives::Description) {
            may("503", "unavailable");
        }
        operation["responses"] = all;
        json!({ "get": operation })
    }
}

/// Says of every object that it has no other fields, and takes the names of Rust's numbers away.
fn close(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let is_object = |kind: &Value| {
                kind == "object" || kind.as_array().is_some_and(|kinds| kinds.contains(&"object".into()))
            };
            if fields.get("type").is_some_and(is_object) {
                fields.entry("additionalProperties").or_insert(false.into());
            }
            if fields.get("format").and_then(Value::as_str).is_some_and(|format| format.contains("int")) {
                fields.remove("format");
            }
            fields.values_mut().for_each(close);
        }
        Value::Array(values) => values.iter_mut().for_each(close),
        _ => {}
    }
}

fn csv() -> Value {
    json!({
        "type": "string",
        "description": "CSV (RFC 4180) with a header row; `x-columns` names the columns. The values of a list stand in one cell, with spaces between. A text that a spreadsheet could take for a formula has an apostrophe before it.",
    })
}

fn responses() -> Value {
    let error = |about: &str| {
        json!({
            "description": about,
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } },
        })
    };
    json!({
        "feed": { "description": "The Atom feed.", "content": { "application/atom+xml": { "schema": { "type": "string" } } } },
        "wrong": error("A parameter has a wrong value, is given more than once, or does not belong to this path; the error names it."),
        "missing": error("ISO 3166-1 assigns no such country code, or there is nothing at this path or by this name."),
        "unacceptable": error("The header `Accept` allows none of the forms that the answer has."),
        "unauthenticated": error("The bearer token is not valid, or the request has no token where one is needed: the inbox needs one, and so does everything on a private server."),
        "tooMuch": error("The client has asked too much this minute; `Retry-After` says when to ask again."),
        "unavailable": error("The server cannot read the log at the moment."),
    })
}
