//! How large is an answer while it is being made?
//!
//! Invariant: nothing is made beyond the limit of an answer, and nothing large without a place for it; and a large answer lets
//! others have their turn after every few fields.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextResolve, ResolveInfo};
use async_graphql::{QueryPathSegment, Response, ServerResult, Value};
use axum::http::StatusCode;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::failure::Failure;
use crate::access::{Client, Crowded, FREE, Place, Room};
use crate::config::limits::{Limit, Limits, Struck};
use crate::domain::codes::ErrorCode;

/// What a value is written with beside its letters.
const AROUND: usize = 4;

/// The meter of one answer, or of one result after another.
pub struct Meter {
    room: Room,
    client: Client,
    most: usize,
    struck: Struck,
    used: AtomicUsize,
    place: Mutex<Option<Place>>,
    has_place: AtomicBool,
    /// Cancelled when no more is made, and why.
    over: CancellationToken,
    why: std::sync::Mutex<Option<Failure>>,
}

impl Meter {
    /// A meter for an answer of which nothing has been made yet.
    pub fn new(room: Room, client: Client, limits: &Limits, struck: Struck) -> Self {
        Self {
            room,
            client,
            most: limits.answer_bytes,
            struck,
            used: AtomicUsize::new(0),
            place: Mutex::default(),
            has_place: AtomicBool::new(false),
            over: CancellationToken::new(),
            why: std::sync::Mutex::default(),
        }
    }

    /// Waits for a place and a turn before anything is made, where it is known that much will be: what is resolved side by side
    /// holds far more than what it comes to.
    ///
    /// # Errors
    /// [`Failure`], when too much is being made already.
    pub async fn begin(&self) -> Result<(), Failure> {
        let found = self.room.for_making(&self.client).await;
        let crowded = |crowded: Crowded| {
            Failure::new(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Overloaded, &crowded.to_string())
        };
        *self.place.lock().await = Some(found.map_err(crowded)?);
        self.has_place.store(true, Ordering::Release);
        Ok(())
    }

    /// Waits until no more may be made, and says why; for ever where all of it may be.
    pub async fn over(&self) -> Failure {
        self.over.cancelled().await;
        let why = self.why.lock().unwrap_or_else(PoisonError::into_inner).take();
        why.unwrap_or_else(|| self.too_large())
    }

    /// The place of what is made, for as long as its client takes to take it. What is made next begins anew.
    pub fn made(&self) -> Option<Place> {
        let bytes = self.used.swap(0, Ordering::Relaxed);
        self.has_place.store(false, Ordering::Release);
        let mut place = self.place.try_lock().ok().and_then(|mut place| place.take())?;
        place.made(bytes);
        Some(place)
    }

    /// An answer as text, where its escapes have not made it larger than the limit.
    ///
    /// # Errors
    /// [`Failure`], when they have.
    pub fn written(&self, answer: &Response) -> Result<Vec<u8>, Failure> {
        let fault = |error: serde_json::Error| {
            tracing::error!(request = %crate::telemetry::request(), error = %crate::telemetry::chain(&error), "graphql.response.unwritable");
            let message = "the answer cannot be written";
            Failure::new(StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::InternalServerError, message)
        };
        let text = serde_json::to_vec(answer).map_err(fault)?;
        if text.len() <= self.most { Ok(text) } else { Err(self.too_large()) }
    }

    fn too_large(&self) -> Failure {
        self.struck.count(Limit::AnswerBytes);
        let message =
            format!("the answer would have more than {} bytes (--limit-answer-bytes); ask for less at once", self.most);
        Failure::new(StatusCode::BAD_REQUEST, ErrorCode::AnswerTooLarge, &message)
    }

    /// Ends what is being made.
    async fn end(&self, why: Failure) {
        *self.why.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
        self.over.cancel();
        // Whoever waits for the answer drops it.
        std::future::pending::<()>().await;
    }

    /// Counts what was made; finds a place where it becomes large.
    async fn count(&self, bytes: usize) {
        let used = self.used.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if used > self.most {
            return self.end(self.too_large()).await;
        }
        if used > FREE && !self.has_place.load(Ordering::Acquire) {
            let mut place = self.place.lock().await;
            if place.is_none() {
                let Ok(found) = self.room.for_making(&self.client).await else {
                    drop(place);
                    let message = Crowded.to_string();
                    let crowded = Failure::new(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Overloaded, &message);
                    return self.end(crowded).await;
                };
                *place = Some(found);
            }
            self.has_place.store(true, Ordering::Release);
        }
    }
}

/// Has each answer pass its meter, where it has one.
pub struct Metered;

impl ExtensionFactory for Metered {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for Metered {
    async fn resolve(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        let Some(meter) = ctx.data_opt::<Arc<Meter>>() else { return next.run(ctx, info).await };
        // After some fields all others of this answer wait, until other tasks had their turn.
        tokio::task::consume_budget().await;
        let name = match info.path_node.segment {
            QueryPathSegment::Name(name) => name.len() + AROUND,
            QueryPathSegment::Index(_) => 0,
        };
        let value = next.run(ctx, info).await?;
        meter.count(name + value.as_ref().map_or(0, weight)).await;
        Ok(value)
    }
}

/// About how many bytes a value is written with; what is in a list or an object was counted before.
fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + AROUND,
        Value::Enum(word) => word.len() + AROUND,
        Value::Number(_) => 2 * AROUND,
        Value::Binary(bytes) => bytes.len() * AROUND,
        Value::Null | Value::Boolean(_) | Value::List(_) | Value::Object(_) => AROUND,
    }
}
