//! How does a GraphQL request travel over HTTP?
//!
//! Invariant: as GraphQL over HTTP says, checked by the audits of `graphql-http`; a refusal is JSON with a code.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::parser::types::OperationType;
use async_graphql::{Executor, value};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value as Json, json};
use tokio::time::timeout;

use super::codes::Code;
use super::failure::{Failure, never_ran};
use super::host::{Host, Met, Notes};
use super::negotiation::{Accepted, Form, accepted};
use super::prepare::{Asking, Prepared};
use super::{BODY_LIMIT, Served, sse};

/// Reading so many bytes of a body takes as long as what costs 1.
const BYTES_FOR_1: usize = 2 * 1024;
/// A query that costs this much waits for its turn before it begins.
const DEAR: usize = 1_000;
/// How long an answer may take.
const TIME: Duration = Duration::from_secs(10);
/// The header by which a browser's event stream comes back.
static LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// A request in a body.
pub async fn by_post<H: Host>(State(served): State<Arc<Served<H>>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Some(accepted) = accepted(&head.headers) else { return served.not_acceptable() };
    let caller = match served.host.caller(&head, None).await {
        Ok(caller) => caller,
        Err(failure) => return served.refuse(accepted.form, failure),
    };
    match served.read(&head.headers, body, &caller).await {
        Ok(asking) => served.answer(asking, caller, accepted, &head.headers, &Method::POST).await,
        Err(failure) => served.refuse(accepted.form, served.refused(&caller, failure)),
    }
}

/// A request in the URL; it may ask and listen, and records nothing.
pub async fn by_get<H: Host>(State(served): State<Arc<Served<H>>>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let Some(accepted) = accepted(&head.headers) else { return served.not_acceptable() };
    let caller = match served.host.caller(&head, None).await {
        Ok(caller) => caller,
        Err(failure) => return served.refuse(accepted.form, failure),
    };
    match in_url(head.uri.query().unwrap_or_default()) {
        Ok(asking) => served.answer(asking, caller, accepted, &head.headers, &Method::GET).await,
        Err(failure) => served.refuse(accepted.form, served.refused(&caller, failure)),
    }
}

/// The request that stands in the query of a URL.
fn in_url(query: &str) -> Result<Asking, Failure> {
    let mut members = serde_json::Map::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let value = match name.as_ref() {
            "query" | "operationName" | "variables" | "extensions" if value.is_empty() => Json::Null,
            "query" | "operationName" => Json::String(value.into_owned()),
            "variables" | "extensions" => serde_json::from_str(&value)
                .map_err(|error| Failure::malformed(&format!("the parameter {name} is not JSON: {error}")))?,
            _ => continue,
        };
        members.insert(name.into_owned(), value);
    }
    Asking::from_json(Json::Object(members))
}

/// Answers a request with any other method: it refuses the request.
pub async fn by_other<H: Host>(State(served): State<Arc<Served<H>>>) -> Response {
    let message = "ask by GET or POST";
    let refused = served.refuse(Form::Json, Failure::new(StatusCode::METHOD_NOT_ALLOWED, Code::BadRequest, message));
    ([(header::ALLOW, "GET, POST")], refused).into_response()
}

impl<H: Host> Served<H> {
    async fn answer(
        self: &Arc<Self>,
        asking: Asking,
        caller: H::Caller,
        accepted: Accepted,
        headers: &HeaderMap,
        method: &Method,
    ) -> Response {
        let form = accepted.form;
        let asking = match self.positions(asking, headers) {
            Ok(asking) => asking,
            Err(failure) => return self.refuse(form, failure),
        };
        let prepared = match self.prepare(asking, caller.clone()).await {
            Ok(prepared) => prepared,
            Err(failure) => return self.refuse(form, failure),
        };
        if prepared.operation == OperationType::Mutation && method == Method::GET {
            let message = "a mutation is sent by POST";
            let refused =
                self.refuse(Form::Json, Failure::new(StatusCode::METHOD_NOT_ALLOWED, Code::BadRequest, message));
            return ([(header::ALLOW, "POST")], refused).into_response();
        }
        let listens = prepared.operation == OperationType::Subscription;
        if form == Form::EventStream || listens && accepted.event_stream {
            return sse::results(self, prepared, caller);
        }
        if listens {
            let message = "a subscription is answered as text/event-stream, or over the WebSocket at /graphql/ws";
            return self.refuse(form, Failure::new(StatusCode::NOT_ACCEPTABLE, Code::BadRequest, message));
        }
        self.execute(prepared, form).await
    }

    /// The request of a body. What is long costs for being read, whatever it is.
    async fn read(&self, headers: &HeaderMap, body: Body, caller: &H::Caller) -> Result<Asking, Failure> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let mut parts = kind.split(';').map(str::trim);
        let json = parts.next().unwrap_or_default().eq_ignore_ascii_case("application/json");
        let charset = parts.find_map(|part| part.to_ascii_lowercase().strip_prefix("charset=").map(str::to_owned));
        if !json || charset.is_some_and(|charset| charset.trim_matches('"') != "utf-8") {
            let message = "send the request as application/json, in UTF-8";
            return Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::BadRequest, message));
        }
        let too_large = || {
            let message = format!("the body is larger than {BODY_LIMIT} bytes");
            Failure::new(StatusCode::PAYLOAD_TOO_LARGE, Code::BadRequest, &message)
        };
        let told = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        if told.is_some_and(|length| length > BODY_LIMIT) {
            return Err(too_large());
        }
        let time = self.settings.limits.body_time;
        let Ok(body) = timeout(time, to_bytes(body, BODY_LIMIT)).await else {
            self.host.met(Met::BodyTime);
            let message = format!("the body did not come within {}", humantime::format_duration(time));
            return Err(Failure::new(StatusCode::REQUEST_TIMEOUT, Code::BadRequest, &message));
        };
        let body = body.map_err(|_| too_large())?;
        if let cost @ 1.. = body.len() / BYTES_FOR_1 {
            self.host.charge(caller, cost)?;
        }
        let json = serde_json::from_slice(&body);
        Asking::from_json(json.map_err(|error| Failure::malformed(&format!("the body is not JSON: {error}")))?)
    }

    async fn execute(&self, prepared: Prepared<H>, form: Form) -> Response {
        let meter = &prepared.meter;
        let dear = prepared.operation == OperationType::Query && prepared.cost >= DEAR;
        let executed = async {
            if dear {
                meter.begin().await?;
            }
            tokio::select! {
                biased;
                answer = self.host.schema().execute(prepared.request) => Ok(answer),
                failure = meter.over() => Err(failure),
            }
        };
        let Ok(executed) = timeout(TIME, executed).await else {
            let (time, hint) = (TIME.as_secs(), self.settings.hints.timeout);
            let message = format!("the answer took longer than {time} s; ask for less at once{hint}");
            return self.refuse(form, Failure::new(StatusCode::SERVICE_UNAVAILABLE, Code::Timeout, &message));
        };
        let answer = match executed {
            Ok(answer) => answer,
            Err(failure) => return self.refuse(form, failure),
        };
        let mut answer = prepared.shape.finish(answer);
        self.number(&mut answer.errors);
        let limit = self.settings.limits.complexity;
        answer.extensions.insert("cost".to_owned(), value!({ "requested": prepared.cost, "limit": limit }));
        let mut response = if never_ran(&answer) {
            self.refuse(form, Failure::of(StatusCode::BAD_REQUEST, answer.errors))
        } else {
            let mut response = match meter.written(&answer) {
                Ok(text) => told(form, StatusCode::OK, text),
                Err(failure) => return self.refuse(form, failure),
            };
            if let Some(place) = meter.made() {
                response.extensions_mut().insert(Arc::new(place));
            }
            prepared.notes.tell(answer.errors.is_empty(), response.extensions_mut());
            response
        };
        response.extensions_mut().extend(prepared.charged);
        response
    }

    /// The request with the positions that its headers give.
    fn positions(&self, asking: Asking, headers: &HeaderMap) -> Result<Asking, Failure> {
        let position = |name: &str| {
            let Some(value) = headers.get(name) else { return Ok(None) };
            let position = value.to_str().ok().and_then(|value| value.trim().parse::<u64>().ok());
            let wrong =
                || Failure::malformed(&format!("the header {name} is not a position; write a whole number from 0"));
            position.map(Some).ok_or_else(wrong)
        };
        let Some(positions) = self.settings.positions else { return Ok(asking) };
        let (min_position, last_heard) = (position(positions.header)?, position(LAST_EVENT_ID.as_str())?);
        Ok(Asking { min_position, last_heard, ..asking })
    }

    fn refuse(&self, form: Form, mut failure: Failure) -> Response {
        self.number(&mut failure.errors);
        if form == Form::EventStream && failure.is_about_the_document() {
            return sse::refused(&failure);
        }
        let written = if form == Form::GraphqlResponse { form } else { Form::Json };
        let mut response = self.write(written, status(form, &failure), &json!({ "errors": failure.errors }));
        if let Some(seconds) = failure.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        if failure.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().extend(failure.extensions);
        response
    }

    fn not_acceptable(&self) -> Response {
        let message = "answers are application/json, application/graphql-response+json or text/event-stream";
        self.refuse(Form::Json, Failure::new(StatusCode::NOT_ACCEPTABLE, Code::BadRequest, message))
    }

    fn write(&self, form: Form, status: StatusCode, body: &impl serde::Serialize) -> Response {
        match serde_json::to_vec(body) {
            Ok(body) => told(form, status, body),
            Err(error) => {
                self.unwritable(&error);
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

/// The status of a refusal: where a client takes plain JSON, a request that is well formed and was not executed is
/// answered with 200 (GraphQL over HTTP, section 6.4.1; the draft of 2026 moves some of these).
fn status(form: Form, failure: &Failure) -> StatusCode {
    if form == Form::Json && failure.is_about_the_document() { StatusCode::OK } else { failure.status }
}

/// A text in one of the forms of JSON.
fn told(form: Form, status: StatusCode, text: Vec<u8>) -> Response {
    let kind = match form {
        Form::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        Form::Json | Form::EventStream => "application/json; charset=utf-8",
    };
    (status, [(header::CONTENT_TYPE, kind), (header::VARY, "Accept")], text).into_response()
}
