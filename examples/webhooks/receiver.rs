//! A receiver of Depositary's webhooks in Rust: prints a line for each message, once.
//!
//! ```sh
//! WEBHOOK_SECRET=whsec_... PORT=8000 cargo run --example receiver
//! ```
//!
//! It needs the crates `axum`, `serde_json`, `standardwebhooks` and `tokio`.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::{Value, json};
use standardwebhooks::Webhook;

/// What a receiver knows.
struct Known {
    webhook: Webhook,
    /// Messages come at least once, and a repeat has the same id: what was handled is remembered. A receiver that may be
    /// started anew remembers it in its database, in the transaction that handles the message.
    handled: Mutex<HashSet<String>>,
}

async fn receive(State(known): State<Arc<Known>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    // The raw bytes are what is signed: verify before anything is parsed. This refuses what is older than five minutes.
    if known.webhook.verify(&body, &headers).is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    let id = headers.get("webhook-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    let Ok(event) = serde_json::from_slice::<Value>(&body) else { return StatusCode::BAD_REQUEST };
    if known.handled.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned()) {
        let told = json!({
            "id": id, "type": event["type"], "subject": event["subject"], "position": event["logposition"],
        });
        println!("{told}");
    }
    // Anything but 2xx is tried again; 410 ends it. Answer within seconds, and do what takes long afterwards.
    StatusCode::NO_CONTENT
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let setting = |name: &str| std::env::vars().find(|(known, _)| known == name).map(|(_, value)| value);
    let webhook = Webhook::new(&setting("WEBHOOK_SECRET").ok_or("set WEBHOOK_SECRET")?)?;
    let port: u16 = setting("PORT").as_deref().unwrap_or("8000").parse()?;
    let known = Arc::new(Known { webhook, handled: Mutex::default() });
    let router = Router::new().fallback(post(receive)).layer(DefaultBodyLimit::max(20_000)).with_state(known);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    Ok(axum::serve(listener, router).await?)
}
