//! How do results travel over a WebSocket?
//!
//! Invariant: the protocol `graphql-transport-ws`; a socket holds one message at a time that its client has not taken.

use std::pin::Pin;
use std::time::Duration;

use async_graphql::parser::types::OperationType;
use async_graphql::{Response as Answer, ServerError, Value};
use axum::Extension;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, rejection::WebSocketUpgradeRejection};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream, StreamExt};
use serde_json::{Value as Json, json};
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_stream::StreamMap;

use super::failure::{Failure, mended, never_ran};
use super::prepare::{Asking, Prepared};
use super::{BODY_LIMIT, Served};
use crate::access::{Access, Caller, Role};

/// The name of the protocol.
const PROTOCOL: &str = "graphql-transport-ws";
/// How long a client may take to introduce itself.
const INITIALISATION: Duration = Duration::from_secs(5);
/// How often a silent client is asked whether it is there.
const PING: Duration = Duration::from_secs(20);
/// How long one message may wait for a client that takes none; it can come back with its last position.
const PATIENCE: Duration = Duration::from_mins(5);
/// The most operations at once.
const OPERATIONS: usize = 50;

/// Why a socket is closed: the code and the words of the protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Close(u16, String);

impl Close {
    fn new(code: u16, reason: impl Into<String>) -> Self {
        Self(code, reason.into())
    }

    /// The other side went away; nobody hears a reason.
    fn gone() -> Self {
        Self::new(1000, "")
    }
}

/// What an operation says next.
enum Said {
    Next(Box<Answer>),
    /// The request was refused, and nothing follows.
    Failed(Vec<ServerError>),
    Complete,
}

type Running = StreamMap<String, Pin<Box<dyn Stream<Item = Said> + Send>>>;

/// A GET that asks for a WebSocket.
pub async fn upgrade(
    State(served): State<Served>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => {
            return (rejection.status(), "this address speaks graphql-transport-ws over a WebSocket\n").into_response();
        }
    };
    if !same_origin(&headers) {
        return (StatusCode::FORBIDDEN, "a page of another origin may not open this socket\n").into_response();
    }
    let upgrade = upgrade.protocols([PROTOCOL]).max_message_size(BODY_LIMIT).max_frame_size(BODY_LIMIT);
    let spoken = upgrade.selected_protocol().is_some();
    upgrade.on_upgrade(async move |mut socket| {
        let close = if spoken {
            converse(&mut socket, &served, caller).await
        } else {
            Close::new(4406, "Subprotocol not acceptable")
        };
        let frame = CloseFrame { code: close.0, reason: close.1.into() };
        // Whoever does not take the last word has gone.
        let _ = timeout(INITIALISATION, socket.send(Message::Close(Some(frame)))).await;
    })
}

/// A browser tells the page's origin; a page of another host could use the visitor's network to ask.
fn same_origin(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    let Some(origin) = text(header::ORIGIN) else { return true };
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_some() && host == text(header::HOST)
}

async fn converse(socket: &mut WebSocket, served: &Served, caller: Caller) -> Close {
    let caller = match timeout(INITIALISATION, introduced(socket, &served.behind.access, caller)).await {
        Ok(Ok(caller)) => caller,
        Ok(Err(close)) => return close,
        Err(_) => return Close::new(4408, "Connection initialisation timeout"),
    };
    let (access, watched) = (served.behind.access.clone(), caller.clone());
    tokio::select! {
        error = access.unwelcome(&watched) => Close::new(4403, error.to_string().chars().take(100).collect::<String>()),
        close = talk(socket, served, caller) => close,
    }
}

/// The caller, once it has introduced itself.
async fn introduced(socket: &mut WebSocket, access: &Access, caller: Caller) -> Result<Caller, Close> {
    loop {
        let message = hear(socket.recv().await)?;
        match message.as_ref().map(|message| (kind(message), message)) {
            Some(("connection_init", message)) => {
                let payload = message.get("payload");
                if payload.is_some_and(|payload| !payload.is_object() && !payload.is_null()) {
                    return Err(Close::new(4400, "Invalid message: payload is not an object"));
                }
                let token =
                    payload.and_then(|payload| payload.get("authorization").or_else(|| payload.get("Authorization")));
                let caller = match token.and_then(Json::as_str) {
                    Some(token) => access.caller(Some(token)).await,
                    None => Ok(caller),
                };
                let welcome = caller.and_then(|caller| access.may(&caller, Role::Reader).map(|()| caller));
                let caller = welcome.map_err(|error| {
                    Close::new(4403, if error.is_fault() { "Try again later" } else { "Forbidden" })
                })?;
                say(socket, &json!({ "type": "connection_ack" })).await?;
                return Ok(caller);
            }
            Some(("ping", message)) => pong(socket, message).await?,
            Some(("pong", _)) | None => {}
            Some(("subscribe", _)) => return Err(Close::new(4401, "Unauthorized")),
            Some((other, _)) => return Err(unknown(other)),
        }
    }
}

/// Everything after the introduction.
async fn talk(socket: &mut WebSocket, served: &Served, caller: Caller) -> Close {
    let mut running = Running::new();
    let mut ping = interval_at(Instant::now() + PING, PING);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut unanswered = 0;
    loop {
        let done = tokio::select! {
            heard = socket.recv() => {
                unanswered = 0;
                match hear(heard) {
                    Ok(Some(message)) => answer(socket, served, &caller, &mut running, &message).await,
                    Ok(None) => Ok(()),
                    Err(close) => Err(close),
                }
            }
            Some((id, said)) = running.next(), if !running.is_empty() => {
                match served.behind.access.still(&caller).await {
                    Ok(()) => tell(socket, &id, said).await,
                    Err(_) => Err(Close::new(4403, "Forbidden")),
                }
            }
            _ = ping.tick() => {
                unanswered += 1;
                if unanswered > 2 { Err(Close::gone()) } else { send(socket, Message::Ping(Vec::new().into())).await }
            }
        };
        if let Err(close) = done {
            return close;
        }
    }
}

/// What a frame says: a message, nothing, or that it is over.
fn hear(heard: Option<Result<Message, axum::Error>>) -> Result<Option<Json>, Close> {
    match heard {
        Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
            Ok(message @ Json::Object(_)) => Ok(Some(message)),
            _ => Err(Close::new(4400, "Invalid message: not a JSON object")),
        },
        Some(Ok(Message::Binary(_))) => Err(Close::new(4400, "Invalid message: binary")),
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
        Some(Ok(Message::Close(_))) | None => Err(Close::gone()),
        Some(Err(_)) => Err(Close::new(1009, "The message is too large or broken")),
    }
}

fn kind(message: &Json) -> &str {
    message.get("type").and_then(Json::as_str).unwrap_or_default()
}

fn unknown(kind: &str) -> Close {
    Close::new(4400, format!("Invalid message type {}", kind.chars().take(40).collect::<String>()))
}

async fn answer(
    socket: &mut WebSocket,
    served: &Served,
    caller: &Caller,
    running: &mut Running,
    message: &Json,
) -> Result<(), Close> {
    let id = || {
        let id = message.get("id").and_then(Json::as_str).filter(|id| !id.is_empty() && id.len() <= 200);
        id.map(str::to_owned).ok_or_else(|| Close::new(4400, "Invalid message: id is missing, or not a string"))
    };
    match kind(message) {
        "subscribe" => {
            let id = id()?;
            if running.contains_key(&id) {
                return Err(Close::new(
                    4409,
                    format!("Subscriber for {id} already exists").chars().take(100).collect::<String>(),
                ));
            }
            let Some(payload) =
                message.get("payload").filter(|payload| payload.get("query").is_some_and(Json::is_string))
            else {
                return Err(Close::new(4400, "Invalid message: payload has no query"));
            };
            if running.len() >= OPERATIONS {
                let words = format!("a socket has at most {OPERATIONS} operations at once");
                let failure = Failure::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", &words);
                return tell(socket, &id, Said::Failed(failure.errors)).await;
            }
            running.insert(id, operation(served.clone(), payload.clone(), caller.clone()));
            Ok(())
        }
        "complete" => {
            running.remove(&id()?);
            Ok(())
        }
        "ping" => pong(socket, message).await,
        "pong" => Ok(()),
        "connection_init" => Err(Close::new(4429, "Too many initialisation requests")),
        other => Err(unknown(other)),
    }
}

/// What an operation says, from its preparation to its end.
fn operation(served: Served, payload: Json, caller: Caller) -> Pin<Box<dyn Stream<Item = Said> + Send>> {
    let prepared = stream::once(async move {
        let prepared = match Asking::from_json(payload) {
            Ok(asking) => served.prepare(asking, caller).await,
            Err(failure) => Err(failure),
        };
        match prepared {
            Ok(Prepared { request, operation, .. }) => {
                let results = served.schema.execute_stream(request).map(move |result| said(mended(result), operation));
                results.chain(stream::once(async { Said::Complete })).boxed()
            }
            Err(failure) => stream::once(async { Said::Failed(failure.errors) }).boxed(),
        }
    });
    prepared.flatten().boxed()
}

fn said(result: Answer, operation: OperationType) -> Said {
    // A subscription whose source failed has no data either, and nothing follows.
    let source_failed = operation == OperationType::Subscription && result.data == Value::Null && result.is_err();
    if never_ran(&result) || source_failed { Said::Failed(result.errors) } else { Said::Next(Box::new(result)) }
}

async fn tell(socket: &mut WebSocket, id: &str, said: Said) -> Result<(), Close> {
    let message = match said {
        Said::Next(result) => json!({ "type": "next", "id": id, "payload": result }),
        Said::Failed(errors) => json!({ "type": "error", "id": id, "payload": errors }),
        Said::Complete => json!({ "type": "complete", "id": id }),
    };
    say(socket, &message).await
}

async fn pong(socket: &mut WebSocket, ping: &Json) -> Result<(), Close> {
    let mut pong = json!({ "type": "pong" });
    if let (Some(payload), Some(pong)) = (ping.get("payload"), pong.as_object_mut()) {
        pong.insert("payload".to_owned(), payload.clone());
    }
    say(socket, &pong).await
}

async fn say(socket: &mut WebSocket, message: &Json) -> Result<(), Close> {
    send(socket, Message::Text(message.to_string().into())).await
}

async fn send(socket: &mut WebSocket, message: Message) -> Result<(), Close> {
    match timeout(PATIENCE, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Close::gone()),
    }
}
