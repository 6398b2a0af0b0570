//! How do results travel over a WebSocket?
//!
//! Invariant: the protocol `graphql-transport-ws`; whoever is no longer welcome, or may never have been, is closed.

mod frames;
mod operation;

use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, rejection::WebSocketUpgradeRejection};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::SinkExt;
use serde_json::{Value as Json, json};
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_stream::{StreamExt, StreamMap};

use self::frames::{Close, fail, hear, kind, pong, say, send, taken, tell, unknown};
use self::operation::{Operation, Said, operation};
use super::failure::Failure;
use super::prepare::Asking;
use super::{BODY_LIMIT, Served};
use crate::access::{Access, AccessError, Caller, Client, Role};
use crate::config::limits::Limit;
use crate::domain::codes::ErrorCode;

/// The name of the protocol.
const PROTOCOL: &str = "graphql-transport-ws";
/// How long a client may take to introduce itself.
const INITIALISATION: Duration = Duration::from_secs(5);
/// How long it may take to take the last word.
const LAST_WORD: Duration = Duration::from_secs(2);
/// The bytes that a socket reads and writes at once.
const BUFFER: usize = 16 * 1024;
/// How many bytes one may be written as at most.
const ESCAPED: usize = 6;
/// How often a frame goes to a silent client, so that nobody between takes the connection for dead.
const PING: Duration = Duration::from_secs(20);
/// The most operations at once.
const OPERATIONS: usize = 50;
/// The longest id of an operation.
const ID_LENGTH: usize = 200;

type Running = StreamMap<String, Operation>;

/// A GET that asks for a WebSocket.
pub async fn upgrade(
    State(served): State<Served>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => {
            return (rejection.status(), "this address speaks graphql-transport-ws over a WebSocket\n").into_response();
        }
    };
    if !served.open.admits_origin(&headers) {
        let words =
            "a page of this origin may not open this socket; the server's --allow-origin names those that may\n";
        return (StatusCode::FORBIDDEN, words).into_response();
    }
    let upgrade = upgrade.protocols([PROTOCOL]).max_message_size(BODY_LIMIT).max_frame_size(BODY_LIMIT);
    let upgrade = upgrade.read_buffer_size(BUFFER).write_buffer_size(BUFFER);
    // An answer goes out alone; what else waits are pongs.
    let upgrade = upgrade.max_write_buffer_size(ESCAPED * served.open.limits.answer_bytes + 4 * BUFFER);
    if upgrade.selected_protocol().is_none() {
        return (StatusCode::BAD_REQUEST, "this socket speaks the subprotocol graphql-transport-ws\n").into_response();
    }
    let open = served.open.sockets.token();
    upgrade.on_upgrade(async move |mut socket| {
        let close = tokio::select! {
            close = converse(&mut socket, &served, caller, &client) => close,
            () = served.open.ending.cancelled() => Close::new(1001, "The server is ending; reconnect with your last position"),
        };
        let frame = CloseFrame { code: close.0, reason: close.1.into() };
        // Whoever does not take the last word has gone. To a client that closed first nothing more can be said, and the answer to
        // its close leaves by the flush (RFC 6455, 5.5.1).
        let _ = timeout(LAST_WORD, async {
            let _ = socket.send(Message::Close(Some(frame))).await;
            socket.flush().await
        })
        .await;
        drop(open);
    })
}

async fn converse(socket: &mut WebSocket, served: &Served, caller: Caller, client: &Client) -> Close {
    let caller = match timeout(INITIALISATION, introduced(socket, served, caller)).await {
        Ok(Ok(caller)) => caller,
        Ok(Err(close)) => return close,
        Err(_) => return Close::new(4408, "Connection initialisation timeout"),
    };
    let holder = match &caller {
        Caller::Holder { name, .. } if *client != Client::Here => Some(Client::Token(name.clone())),
        _ => None,
    };
    let client = holder.as_ref().unwrap_or(client);
    let (access, watched) = (served.behind.access.clone(), caller.clone());
    tokio::select! {
        _ = access.unwelcome(&watched) => Close::forbidden(),
        close = talk(socket, served, caller, client) => close,
    }
}

/// The caller, once it has introduced itself.
async fn introduced(socket: &mut WebSocket, served: &Served, caller: Caller) -> Result<Caller, Close> {
    let mut chatter = Chatter::new(served);
    loop {
        let heard = hear(socket.recv().await)?;
        let Some(message) = chatter.past(socket, heard).await? else { continue };
        match kind(&message) {
            "connection_init" => {
                let caller = introduction(&message, &served.behind.access, caller).await?;
                say(socket, &json!({ "type": "connection_ack" })).await?;
                return Ok(caller);
            }
            "ping" => pong(socket, &message).await?,
            "pong" => {}
            "subscribe" => return Err(Close::new(4401, "Unauthorized")),
            other => return Err(unknown(other)),
        }
    }
}

/// What a client says that asks nothing, between two pings of the server's.
struct Chatter<'a> {
    served: &'a Served,
    said: usize,
}

impl<'a> Chatter<'a> {
    fn new(served: &'a Served) -> Self {
        Self { served, said: 0 }
    }

    /// A message that asks something; of what asks nothing only that it is not too much.
    async fn past(&mut self, socket: &mut WebSocket, heard: Option<Json>) -> Result<Option<Json>, Close> {
        if heard.as_ref().is_some_and(|message| !matches!(kind(message), "ping" | "pong" | "complete")) {
            return Ok(heard);
        }
        self.said += 1;
        if self.said > self.served.open.limits.pings {
            self.served.open.struck.count(Limit::Pings);
            return Err(Close::chatter());
        }
        taken(socket).await.map(|()| heard)
    }
}

/// Who introduces itself: by the token in the payload, else by the header that the socket came with.
async fn introduction(message: &Json, access: &Access, caller: Caller) -> Result<Caller, Close> {
    let payload = match message.get("payload") {
        None | Some(Json::Null) => None,
        Some(Json::Object(payload)) => Some(payload),
        Some(_) => return Err(Close::invalid("payload is not an object")),
    };
    let token = payload.and_then(|payload| payload.get("authorization").or_else(|| payload.get("Authorization")));
    let caller = match token {
        None | Some(Json::Null) => Ok(caller),
        Some(Json::String(token)) => access.caller(Some(token)).await,
        Some(_) => return Err(Close::invalid("authorization is not a string")),
    };
    let welcome = caller.and_then(|caller| access.may(&caller, Role::Reader).map(|()| caller));
    welcome.map_err(|error| match error {
        AccessError::Store(_) => Close::new(1013, "Try again later"),
        _ => Close::forbidden(),
    })
}

/// Serves a socket after its client has introduced itself.
async fn talk(socket: &mut WebSocket, served: &Served, caller: Caller, client: &Client) -> Close {
    let (mut running, mut chatter) = (Running::new(), Chatter::new(served));
    let mut ping = interval_at(Instant::now() + PING, PING);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let done = tokio::select! {
            heard = socket.recv() => match hear(heard) {
                Ok(heard) => match chatter.past(socket, heard).await {
                    Ok(Some(message)) => answer(socket, served, (&caller, client), &mut running, &message).await,
                    Ok(None) => Ok(()),
                    Err(close) => Err(close),
                },
                Err(close) => Err(close),
            },
            Some((id, said)) = running.next(), if !running.is_empty() => {
                if !matches!(said, Said::Next(_)) {
                    // Its id is free from now on.
                    running.remove(&id);
                }
                match served.behind.access.still(&caller).await {
                    // A database that is away has taken back nothing.
                    Ok(()) | Err(AccessError::Store(_)) => tell(socket, &id, said).await,
                    Err(_) => Err(Close::forbidden()),
                }
            }
            _ = ping.tick() => {
                chatter.said = 0;
                send(socket, Message::Ping(Vec::new().into())).await
            }
        };
        if let Err(close) = done {
            return close;
        }
    }
}

async fn answer(
    socket: &mut WebSocket,
    served: &Served,
    (caller, client): (&Caller, &Client),
    running: &mut Running,
    message: &Json,
) -> Result<(), Close> {
    match kind(message) {
        "subscribe" => {
            let id = id(message)?;
            if running.contains_key(&id) {
                return Err(Close::new(4409, &format!("Subscriber for {id} already exists")));
            }
            let asking = Asking::from_json(message.get("payload").cloned().unwrap_or_default());
            let asking = asking.map_err(|failure| invalid(served, client, failure))?;
            if asking.query.is_none() && asking.hash.is_none() {
                return Err(invalid(served, client, Failure::malformed("payload has no query")));
            }
            if running.len() >= OPERATIONS {
                let words = format!("a socket has at most {OPERATIONS} operations at once");
                let failure = Failure::new(StatusCode::TOO_MANY_REQUESTS, ErrorCode::RateLimited, &words);
                return fail(socket, &id, &failure.errors).await;
            }
            running.insert(id, operation(served.clone(), asking.of_client(client.clone()), caller.clone()));
            Ok(())
        }
        "complete" => {
            running.remove(&id(message)?);
            Ok(())
        }
        "ping" => pong(socket, message).await,
        "pong" => Ok(()),
        "connection_init" => Err(Close::new(4429, "Too many initialisation requests")),
        other => Err(unknown(other)),
    }
}

/// A message that asks nothing that could be answered; it is counted all the same.
fn invalid(served: &Served, client: &Client, failure: Failure) -> Close {
    Close::invalid(&served.refused(client, failure).message())
}

fn id(message: &Json) -> Result<String, Close> {
    let id = message.get("id").and_then(Json::as_str).filter(|id| !id.is_empty() && id.len() <= ID_LENGTH);
    id.map(str::to_owned).ok_or_else(|| Close::invalid("id is missing, too long, or not a string"))
}
