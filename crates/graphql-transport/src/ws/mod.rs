//! How do results travel over a WebSocket?
//!
//! Invariant: the protocol `graphql-transport-ws`; whoever is no longer welcome, or may never have been, is closed.

mod frames;
mod operation;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use futures_util::SinkExt;
use serde_json::{Value as Json, json};
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_stream::{StreamExt, StreamMap};

use self::frames::{Close, fail, hear, kind, pong, say, send, taken, tell, unknown};
use self::operation::{Operation, Said, operation};
use super::codes::Code;
use super::failure::Failure;
use super::host::{Host, Met};
use super::prepare::Asking;
use super::{BODY_LIMIT, Served};

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

type Running<P> = StreamMap<String, Operation<P>>;

/// A GET that asks for a WebSocket.
pub async fn upgrade<H: Host>(State(served): State<Arc<Served<H>>>, request: Request) -> Response {
    let (mut head, _) = request.into_parts();
    let upgrade = match WebSocketUpgrade::from_request_parts(&mut head, &()).await {
        Ok(upgrade) => upgrade,
        Err(rejection) => {
            return (rejection.status(), "this address speaks graphql-transport-ws over a WebSocket\n").into_response();
        }
    };
    if !served.settings.admits_origin(&head.headers) {
        let words = format!("a page of this origin may not open this socket{}\n", served.settings.hints.origins);
        return (StatusCode::FORBIDDEN, words).into_response();
    }
    let upgrade = upgrade.protocols([PROTOCOL]).max_message_size(BODY_LIMIT).max_frame_size(BODY_LIMIT);
    let upgrade = upgrade.read_buffer_size(BUFFER).write_buffer_size(BUFFER);
    // An answer goes out alone; what else waits are pongs.
    let upgrade = upgrade.max_write_buffer_size(ESCAPED * served.settings.limits.answer_bytes + 4 * BUFFER);
    if upgrade.selected_protocol().is_none() {
        return (StatusCode::BAD_REQUEST, "this socket speaks the subprotocol graphql-transport-ws\n").into_response();
    }
    let open = served.settings.sockets.token();
    upgrade.on_upgrade(async move |mut socket| {
        let close = tokio::select! {
            close = converse(&mut socket, &served, head) => close,
            () = served.settings.ending.cancelled() => Close::new(1001, "The server is ending; reconnect with your last position"),
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

async fn converse<H: Host>(socket: &mut WebSocket, served: &Arc<Served<H>>, head: Parts) -> Close {
    let caller = match timeout(INITIALISATION, introduced(socket, served, head)).await {
        Ok(Ok(caller)) => caller,
        Ok(Err(close)) => return close,
        Err(_) => return Close::new(4408, "Connection initialisation timeout"),
    };
    tokio::select! {
        _ = served.host.unwelcome(&caller) => Close::forbidden(),
        close = talk(socket, served, &caller) => close,
    }
}

/// The caller, once it has introduced itself.
async fn introduced<H: Host>(socket: &mut WebSocket, served: &Served<H>, head: Parts) -> Result<H::Caller, Close> {
    let mut chatter = Chatter::new(served);
    loop {
        let heard = hear(socket.recv().await)?;
        let Some(message) = chatter.past(socket, heard).await? else { continue };
        match kind(&message) {
            "connection_init" => {
                let caller = introduction(&message, &served.host, &head).await?;
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
struct Chatter<'a, H> {
    served: &'a Served<H>,
    said: usize,
}

impl<'a, H: Host> Chatter<'a, H> {
    fn new(served: &'a Served<H>) -> Self {
        Self { served, said: 0 }
    }

    /// A message that asks something; of what asks nothing only that it is not too much.
    async fn past(&mut self, socket: &mut WebSocket, heard: Option<Json>) -> Result<Option<Json>, Close> {
        if heard.as_ref().is_some_and(|message| !matches!(kind(message), "ping" | "pong" | "complete")) {
            return Ok(heard);
        }
        self.said += 1;
        if self.said > self.served.settings.limits.pings {
            self.served.host.met(Met::Pings);
            return Err(Close::chatter());
        }
        taken(socket).await.map(|()| heard)
    }
}

/// Who introduces itself: by the token in the payload, else by the header that the socket came with.
async fn introduction<H: Host>(message: &Json, host: &H, head: &Parts) -> Result<H::Caller, Close> {
    let payload = match message.get("payload") {
        None | Some(Json::Null) => None,
        Some(Json::Object(payload)) => Some(payload),
        Some(_) => return Err(Close::invalid("payload is not an object")),
    };
    let token = payload.and_then(|payload| payload.get("authorization").or_else(|| payload.get("Authorization")));
    let caller = match token {
        None | Some(Json::Null) => host.caller(head, None).await,
        Some(Json::String(token)) => host.caller(head, Some(token)).await,
        Some(_) => return Err(Close::invalid("authorization is not a string")),
    };
    let welcome = caller.and_then(|caller| host.may_ask(&caller).map(|()| caller));
    welcome.map_err(|failure| if failure.is_fault() { Close::new(1013, "Try again later") } else { Close::forbidden() })
}

/// Serves a socket after its client has introduced itself.
async fn talk<H: Host>(socket: &mut WebSocket, served: &Arc<Served<H>>, caller: &H::Caller) -> Close {
    let (mut running, mut chatter) = (Running::new(), Chatter::new(served));
    let mut ping = interval_at(Instant::now() + PING, PING);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let done = tokio::select! {
            heard = socket.recv() => match hear(heard) {
                Ok(heard) => match chatter.past(socket, heard).await {
                    Ok(Some(message)) => answer(socket, served, caller, &mut running, &message).await,
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
                match served.host.still(caller).await {
                    Err(failure) if !failure.is_fault() => Err(Close::forbidden()),
                    // A database that is away has taken back nothing.
                    _ => tell(socket, &id, said).await,
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

async fn answer<H: Host>(
    socket: &mut WebSocket,
    served: &Arc<Served<H>>,
    caller: &H::Caller,
    running: &mut Running<H::Place>,
    message: &Json,
) -> Result<(), Close> {
    match kind(message) {
        "subscribe" => {
            let id = id(message)?;
            if running.contains_key(&id) {
                return Err(Close::new(4409, &format!("Subscriber for {id} already exists")));
            }
            let asking = Asking::from_json(message.get("payload").cloned().unwrap_or_default());
            let asking = asking.map_err(|failure| invalid(served, caller, failure))?;
            if asking.query.is_none() && asking.hash.is_none() {
                return Err(invalid(served, caller, Failure::malformed("payload has no query")));
            }
            if running.len() >= OPERATIONS {
                let words = format!("a socket has at most {OPERATIONS} operations at once");
                let mut failure = Failure::new(StatusCode::TOO_MANY_REQUESTS, Code::RateLimited, &words);
                served.number(&mut failure.errors);
                return fail(socket, &id, &failure.errors).await;
            }
            running.insert(id, operation(served.clone(), asking, caller.clone()));
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
fn invalid<H: Host>(served: &Served<H>, caller: &H::Caller, failure: Failure) -> Close {
    Close::invalid(&served.refused(caller, failure).message())
}

fn id(message: &Json) -> Result<String, Close> {
    let id = message.get("id").and_then(Json::as_str).filter(|id| !id.is_empty() && id.len() <= ID_LENGTH);
    id.map(str::to_owned).ok_or_else(|| Close::invalid("id is missing, too long, or not a string"))
}
