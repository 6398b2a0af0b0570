//! How large is an answer while it is being made?
//!
//! Invariant: nothing is made beyond the limit of an answer, and nothing large without a place for it; and a large answer lets
//! others have their turn after every few fields.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextResolve, ResolveInfo};
use async_graphql::{QueryPathSegment, Response, ServerResult, Value};
use axum::http::StatusCode;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::Served;
use super::codes::Code;
use super::failure::Failure;
use super::host::{Host, Met, Place};

/// What a value is written with beside its letters.
const AROUND: usize = 4;

/// The meter of one answer, or of one result after another.
pub struct Meter<H: Host> {
    served: Arc<Served<H>>,
    caller: H::Caller,
    used: AtomicUsize,
    place: Mutex<Option<H::Place>>,
    has_place: AtomicBool,
    /// Cancelled when no more is made, and why.
    over: CancellationToken,
    why: std::sync::Mutex<Option<Failure>>,
}

impl<H: Host> Meter<H> {
    /// A meter for an answer of which nothing has been made yet.
    pub fn new(served: Arc<Served<H>>, caller: H::Caller) -> Self {
        Self {
            served,
            caller,
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
        let found = self.served.host.place(&self.caller).await?;
        *self.place.lock().await = Some(found);
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
    pub fn made(&self) -> Option<H::Place> {
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
            self.served.unwritable(&error);
            let message = "the answer cannot be written";
            Failure::new(StatusCode::INTERNAL_SERVER_ERROR, Code::InternalServerError, message)
        };
        let text = serde_json::to_vec(answer).map_err(fault)?;
        if text.len() <= self.most() { Ok(text) } else { Err(self.too_large()) }
    }

    fn most(&self) -> usize {
        self.served.settings.limits.answer_bytes
    }

    fn too_large(&self) -> Failure {
        self.served.host.met(Met::AnswerBytes);
        let (most, hint) = (self.most(), self.served.settings.hints.answer_bytes);
        let message = format!("the answer would have more than {most} bytes{hint}; ask for less at once");
        Failure::new(StatusCode::BAD_REQUEST, Code::AnswerTooLarge, &message)
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
        if used > self.most() {
            return self.end(self.too_large()).await;
        }
        if used > self.served.settings.limits.free_bytes && !self.has_place.load(Ordering::Acquire) {
            let mut place = self.place.lock().await;
            if place.is_none() {
                match self.served.host.place(&self.caller).await {
                    Ok(found) => *place = Some(found),
                    Err(crowded) => {
                        drop(place);
                        return self.end(crowded).await;
                    }
                }
            }
            self.has_place.store(true, Ordering::Release);
        }
    }
}

/// The extension of a schema that counts what an answer comes to while it is made, ends one that becomes too large, and
/// finds a place for one that becomes large. Without it an answer is measured only when it is whole.
pub struct Metered<H>(PhantomData<fn() -> H>);

impl<H> Default for Metered<H> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<H: Host> ExtensionFactory for Metered<H> {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self::default())
    }
}

#[async_graphql::async_trait::async_trait]
impl<H: Host> Extension for Metered<H> {
    async fn resolve(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        let Some(meter) = ctx.data_opt::<Arc<Meter<H>>>() else { return next.run(ctx, info).await };
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
