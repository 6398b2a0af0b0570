//! A face: how do tools for transparency logs read the log?
//!
//! Invariant: what is served below `/log` is C2SP tlog-tiles: a checkpoint, tiles of hashes, and bundles of entries, where
//! an entry is an event's canonical JSON. Tiles and bundles never change.

mod path;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use self::path::TilePath;
use crate::answers::{Answers, AskError, Immutable};
use crate::store::StoredEvent;

/// Everything below `/log`.
pub fn router(answers: Answers) -> Router {
    let routes = Router::new()
        .route("/checkpoint", get(checkpoint))
        .route("/key", get(key))
        .route("/tile/{*path}", get(tile))
        .fallback(async || Missing::Path.into_response());
    Router::new().nest("/log", routes).with_state(answers)
}

/// Why something is not there.
#[derive(Debug, thiserror::Error)]
enum Missing {
    #[error(
        "there is nothing here: ask for /log/checkpoint, /log/key, /log/tile/LEVEL/NUMBER or /log/tile/entries/NUMBER"
    )]
    Path,
    #[error("the log has not grown so far: /log/checkpoint says how far it has")]
    Tile,
    #[error("this log is not signed, so it has no key")]
    Key,
    #[error("event {0} is larger than an entry can be")]
    Entry(u64),
    #[error("the log cannot be read")]
    Log,
}

impl IntoResponse for Missing {
    fn into_response(self) -> Response {
        let status = if matches!(self, Self::Log) { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::NOT_FOUND };
        (status, format!("{self}\n")).into_response()
    }
}

impl From<AskError> for Missing {
    fn from(error: AskError) -> Self {
        tracing::error!(request = %crate::telemetry::request(), error = %crate::telemetry::chain(&error), "tlog.unreadable");
        Self::Log
    }
}

async fn checkpoint(State(answers): State<Answers>) -> Result<String, Missing> {
    Ok(answers.commitment(answers.position()).await?.note)
}

async fn key(State(answers): State<Answers>) -> Result<String, Missing> {
    let signer = answers.signer().ok_or(Missing::Key)?;
    Ok(format!("{}\n", signer.verifier()))
}

async fn tile(State(answers): State<Answers>, Path(path): Path<String>) -> Result<Response, Missing> {
    let body = match TilePath::parse(&path).ok_or(Missing::Path)? {
        TilePath::Hashes(tile, width) => {
            let hashes = answers.tile(tile, width).await?.ok_or(Missing::Tile)?;
            hashes.concat()
        }
        TilePath::Entries(tile, width) => {
            let events = answers.entries(tile, width).await?.ok_or(Missing::Tile)?;
            bundle(&events)?
        }
    };
    let kind = HeaderValue::from_static("application/octet-stream");
    let mut response = ([(header::CONTENT_TYPE, kind)], body).into_response();
    response.extensions_mut().insert(Immutable);
    Ok(response)
}

/// Entries one after another, each after its length in two bytes.
fn bundle(events: &[StoredEvent]) -> Result<Vec<u8>, Missing> {
    let mut bytes = Vec::new();
    for event in events {
        let entry = event.leaf().bytes().map_err(|_| Missing::Log)?;
        let length = u16::try_from(entry.len()).map_err(|_| Missing::Entry(event.position))?;
        bytes.extend(length.to_be_bytes());
        bytes.extend(entry);
    }
    Ok(bytes)
}
