//! What does a client of `graphql-transport-ws` say and hear?
//!
//! Invariant: nothing of the protocol is hidden; every message is said and heard as it is.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// How long a test waits for what must come.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// An open socket.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// What a socket hears.
#[derive(Debug, PartialEq)]
pub enum Heard {
    /// A message of the protocol.
    Message(Value),
    /// The close code.
    Closed(u16),
    /// The connection broke.
    Gone,
}

impl Socket {
    /// Opens a socket and says nothing.
    pub async fn open(address: SocketAddr) -> Option<Self> {
        Self::forwarded(address, None).await
    }

    /// Opens a socket and introduces itself, by way of a proxy that tells of this client.
    pub async fn from(address: SocketAddr, client: &str) -> Option<Self> {
        let mut socket = Self::forwarded(address, Some(client)).await?;
        socket.say(json!({ "type": "connection_init" })).await;
        (socket.hear().await == Heard::Message(json!({ "type": "connection_ack" }))).then_some(socket)
    }

    async fn forwarded(address: SocketAddr, client: Option<&str>) -> Option<Self> {
        let mut request = format!("ws://{address}/graphql/ws").into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
        if let Some(client) = client {
            request.headers_mut().insert("x-forwarded-for", client.parse().unwrap());
        }
        tokio_tungstenite::connect_async(request).await.ok().map(|(socket, _)| Self(socket))
    }

    /// Opens a socket and introduces itself, with a token or without.
    pub async fn introduced(address: SocketAddr, token: &str) -> Option<Self> {
        let mut socket = Self::open(address).await?;
        let payload = if token.is_empty() { json!({}) } else { json!({ "authorization": format!("Bearer {token}") }) };
        socket.say(json!({ "type": "connection_init", "payload": payload })).await;
        (socket.hear().await == Heard::Message(json!({ "type": "connection_ack" }))).then_some(socket)
    }

    /// Sends a message; one that is gone is heard of by the next [`Socket::hear`].
    pub async fn say(&mut self, message: Value) {
        let _ = self.0.send(Message::text(message.to_string())).await;
    }

    /// Subscribes under an id.
    pub async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.say(json!({ "type": "subscribe", "id": id, "payload": payload })).await;
    }

    /// Waits for what comes next, however long that takes.
    pub async fn hear(&mut self) -> Heard {
        loop {
            return match self.0.next().await {
                Some(Ok(Message::Text(text))) => Heard::Message(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(frame))) => frame.map_or(Heard::Gone, |frame| Heard::Closed(frame.code.into())),
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => Heard::Gone,
            };
        }
    }

    /// The data of the next result of an operation.
    pub async fn next(&mut self) -> Value {
        let heard = tokio::time::timeout(PATIENCE, self.hear()).await.unwrap();
        let Heard::Message(mut message) = heard else { panic!("{heard:?}") };
        assert_eq!(message["type"], "next", "{message}");
        assert_eq!(message["payload"].get("errors"), None, "{message}");
        message["payload"]["data"].take()
    }
}
