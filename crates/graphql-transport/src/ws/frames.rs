//! What is said on a socket, and how is it closed?
//!
//! Invariant: one message at a time; the next is made when the client's side has taken the one before.

use async_graphql::ServerError;
use axum::extract::ws::{Message, WebSocket};
use futures_util::SinkExt;
use serde_json::{Value as Json, json};

use super::operation::Said;

/// The most bytes of a reason: what a control frame holds beside its code.
const REASON: usize = 123;

/// Why a socket is closed: the code and the words of the protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Close(pub u16, pub String);

impl Close {
    /// A code with its words; a frame has room for few.
    pub fn new(code: u16, reason: &str) -> Self {
        let fits = reason.char_indices().map(|(at, char)| at + char.len_utf8()).take_while(|end| *end <= REASON).last();
        Self(code, reason.get(..fits.unwrap_or_default()).unwrap_or_default().to_owned())
    }

    /// The other side went away; nobody hears a reason.
    pub fn gone() -> Self {
        Self::new(1000, "")
    }

    /// A message that the protocol does not have.
    pub fn invalid(problem: &str) -> Self {
        Self::new(4400, &format!("Invalid message: {problem}"))
    }

    /// Who says too much that asks nothing.
    pub fn chatter() -> Self {
        Self::new(4429, "Too many pings")
    }

    /// Whoever may not, or no longer.
    pub fn forbidden() -> Self {
        Self::new(4403, "Forbidden")
    }
}

/// What a frame says: a message, nothing, or that it is over.
pub fn hear(heard: Option<Result<Message, axum::Error>>) -> Result<Option<Json>, Close> {
    match heard {
        Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
            Ok(message @ Json::Object(_)) => Ok(Some(message)),
            _ => Err(Close::invalid("not a JSON object")),
        },
        Some(Ok(Message::Binary(_))) => Err(Close::invalid("binary")),
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
        Some(Ok(Message::Close(_))) | None => Err(Close::gone()),
        Some(Err(_)) => Err(Close::new(1009, "The message is too large or broken")),
    }
}

/// Has what waits taken, pongs among it, before more is heard: whoever takes none of them is heard no more.
pub async fn taken(socket: &mut WebSocket) -> Result<(), Close> {
    socket.flush().await.map_err(|_| Close::gone())
}

/// The type of a message.
pub fn kind(message: &Json) -> &str {
    message.get("type").and_then(Json::as_str).unwrap_or_default()
}

/// A type that the protocol does not have.
pub fn unknown(kind: &str) -> Close {
    Close::invalid(&format!("there is no type `{}`", kind.chars().take(40).collect::<String>()))
}

/// Tells what an operation says.
pub async fn tell<P>(socket: &mut WebSocket, id: &str, said: Said<P>) -> Result<(), Close> {
    match said {
        Said::Next(given) => {
            let result = &given.answer;
            // Written as it is: a JSON value of ours would sort the fields, and they have an order.
            let text =
                |value: serde_json::Result<String>| value.map_err(|_| Close::new(1011, "An answer cannot be written"));
            let (id, result) = (text(serde_json::to_string(id))?, text(serde_json::to_string(result))?);
            send(socket, Message::Text(format!("{{\"type\":\"next\",\"id\":{id},\"payload\":{result}}}").into())).await
        }
        Said::Failed(errors) => fail(socket, id, &errors).await,
        Said::Complete => say(socket, &json!({ "type": "complete", "id": id })).await,
    }
}

/// Tells that an operation failed; nothing follows under its id.
pub async fn fail(socket: &mut WebSocket, id: &str, errors: &[ServerError]) -> Result<(), Close> {
    say(socket, &json!({ "type": "error", "id": id, "payload": errors })).await
}

/// Answers a ping with what it carried.
pub async fn pong(socket: &mut WebSocket, ping: &Json) -> Result<(), Close> {
    let pong = match ping.get("payload") {
        None | Some(Json::Null) => json!({ "type": "pong" }),
        Some(payload @ Json::Object(_)) => json!({ "type": "pong", "payload": payload }),
        Some(_) => return Err(Close::invalid("payload is not an object")),
    };
    say(socket, &pong).await
}

/// Says a message; waits until there is room for it.
pub async fn say(socket: &mut WebSocket, message: &Json) -> Result<(), Close> {
    send(socket, Message::Text(message.to_string().into())).await
}

/// Sends a frame; waits until there is room for it. How long is the connection's own to say (`limit-write-time`).
pub async fn send(socket: &mut WebSocket, message: Message) -> Result<(), Close> {
    socket.send(message).await.map_err(|_| Close::gone())
}
