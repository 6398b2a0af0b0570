//! How does a GraphQL request travel over HTTP?
//!
//! Invariant: whatever arrives, the answer is JSON, and every error in it has a code.

use std::sync::Arc;

use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Request, Response, ServerError, Value};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use quick_cache::sync::Cache;

use super::Schema;
use super::context::Asked;
use crate::answers::Answers;

/// The most bytes of a request's body.
const BODY_LIMIT: usize = 256 * 1024;
/// The deepest nesting of brackets; a parser that recurses deeper could run out of stack.
const NESTING_LIMIT: usize = 64;

/// Documents that are kept parsed; a client asks the same question again and again with other variables.
const PARSED: usize = 1_000;
/// The longest document that is kept.
const PARSED_LENGTH: usize = 8 * 1024;

/// What each scalar takes.
const TAKES: [(&str, &str); 6] = [
    ("CountryCode", "an ISO 3166-1 alpha-2 code of a country, such as LV"),
    ("Date", "a day of the calendar, such as 2017-06-30"),
    ("DateTime", "an instant, such as 2018-03-13T00:00:00Z"),
    ("Position", "a whole number from 0"),
    ("UncertainDate", "a date in EDTF, such as 2024-02-23, 2024-02, 1991 or [..1992-03-18]"),
    ("Url", "a link that begins with https:// or http://"),
];

/// What a request needs.
#[derive(Clone)]
struct Served {
    schema: Schema,
    answers: Answers,
    parsed: Arc<Cache<String, Arc<ExecutableDocument>>>,
}

/// `POST` and `GET` on `/graphql`.
pub fn router(schema: Schema, answers: Answers) -> Router {
    Router::new()
        .route("/graphql", get(by_get).post(by_post))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(Served { schema, answers, parsed: Arc::new(Cache::new(PARSED)) })
}

async fn by_post(State(served): State<Served>, headers: HeaderMap, body: Bytes) -> axum::response::Response {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        let message = "send the request as application/json";
        return failure(StatusCode::UNSUPPORTED_MEDIA_TYPE, "BAD_REQUEST", message);
    }
    match serde_json::from_slice::<Request>(&body) {
        Ok(request) if request.query.is_empty() => {
            failure(StatusCode::BAD_REQUEST, "BAD_REQUEST", "the member query is missing")
        }
        Ok(request) => served.answer(request).await,
        Err(error) => {
            let message = format!("the body is not a GraphQL request: {error}");
            failure(StatusCode::BAD_REQUEST, "BAD_REQUEST", &message)
        }
    }
}

async fn by_get(State(served): State<Served>, RawQuery(query): RawQuery) -> axum::response::Response {
    let mut request = Request::new("");
    for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        match name.as_ref() {
            "query" => request.query = value.into_owned(),
            "operationName" => request.operation_name = Some(value.into_owned()),
            "variables" => match serde_json::from_str(&value) {
                Ok(variables) => request.variables = async_graphql::Variables::from_json(variables),
                Err(error) => {
                    let message = format!("the parameter variables is not JSON: {error}");
                    return failure(StatusCode::BAD_REQUEST, "BAD_REQUEST", &message);
                }
            },
            _ => {}
        }
    }
    if request.query.is_empty() {
        return failure(StatusCode::BAD_REQUEST, "BAD_REQUEST", "the parameter query is missing");
    }
    served.answer(request).await
}

impl Served {
    async fn answer(&self, mut request: Request) -> axum::response::Response {
        if let Some(parsed) = self.parsed.get(&request.query) {
            request.set_parsed_query(ExecutableDocument::clone(&parsed));
        } else if nesting(&request.query) > NESTING_LIMIT {
            let message = format!("the query nests deeper than {NESTING_LIMIT} brackets");
            return failure(StatusCode::BAD_REQUEST, "QUERY_TOO_COMPLEX", &message);
        } else if request.query.len() <= PARSED_LENGTH
            && let Ok(parsed) = request.parsed_query()
        {
            let parsed = Arc::new(parsed.clone());
            self.parsed.insert(request.query.clone(), parsed);
        }
        let request = request.data(Asked::at(self.answers.position()));
        let mut response = self.schema.execute(request).await;
        response.errors.iter_mut().for_each(give_code);
        json(StatusCode::OK, &response)
    }
}

/// The deepest nesting of brackets outside strings; an unclosed string ends the count, as it ends the parse.
fn nesting(query: &str) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in query.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' | b'(' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' | b')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Gives a code to an error that the executor made, and keeps its message short: it may echo the whole query.
fn give_code(error: &mut ServerError) {
    if error.message.chars().count() > 300 {
        error.message = error.message.chars().take(300).collect();
    }
    // A literal that fails validation is told its type alone; what the type takes helps more.
    if error.message.starts_with("Invalid value")
        && let Some((_, takes)) = TAKES.iter().find(|(scalar, _)| error.message.ends_with(&format!("\"{scalar}\"")))
    {
        error.message.push_str(&format!(": {takes}"));
    }
    let extensions = error.extensions.get_or_insert_default();
    if extensions.get("code").is_some() {
        return;
    }
    let message = error.message.as_str();
    let code =
        if !error.path.is_empty() || message.starts_with("Failed to parse") || message.starts_with("Invalid value") {
            "BAD_USER_INPUT"
        } else if message.starts_with(" -->") || message.contains("expected ") {
            "GRAPHQL_PARSE_FAILED"
        } else if message.contains("too complex") || message.contains("nested too deep") {
            "QUERY_TOO_COMPLEX"
        } else {
            "GRAPHQL_VALIDATION_FAILED"
        };
    extensions.set("code", code);
}

fn json(status: StatusCode, response: &Response) -> axum::response::Response {
    // A request that was never executed has no `data`, not even null (GraphQL, section 7.1).
    let never_executed = !response.errors.is_empty() && response.errors.iter().all(|error| error.path.is_empty());
    let body = if never_executed && response.data == Value::Null {
        serde_json::to_vec(&serde_json::json!({ "errors": response.errors }))
    } else {
        serde_json::to_vec(response)
    };
    match body {
        Ok(body) => (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response(),
        Err(error) => {
            tracing::error!(error = %crate::telemetry::chain(&error), "graphql.response.unwritable");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn failure(status: StatusCode, code: &str, message: &str) -> axum::response::Response {
    let mut error = ServerError::new(message.chars().take(300).collect::<String>(), None);
    error.extensions.get_or_insert_default().set("code", Value::from(code));
    json(status, &Response::from_errors(vec![error]))
}
