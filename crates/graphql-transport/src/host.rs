//! What does the program behind the transport know that the transport does not?
//!
//! Invariant: all that is asked of the program stands here; nothing else of it is named in this crate.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Data, Executor};
use axum::http::Extensions;
use axum::http::request::Parts;

use super::failure::Failure;

/// How often the usual [`Host::unwelcome`] looks.
const LOOK: Duration = Duration::from_secs(1);

/// The program behind the transport: its schema, who asks it, and what they may spend. Four methods have no default; a
/// program without tokens and quotas needs no other.
pub trait Host: Send + Sync + 'static {
    /// The schema that answers. It has the extension [`Metered`](super::Metered) of this host.
    type Schema: Executor;
    /// Who asks, and whose quota pays for it.
    type Caller: Clone + Send + Sync + 'static;
    /// What the fields of a request note for its answer as a whole; `()` where they note nothing.
    type Notes: Notes;
    /// What a large answer holds until its client has taken it; `()` where answers need no place.
    type Place: Place;

    /// The schema that answers.
    fn schema(&self) -> &Self::Schema;

    /// Who asks, by the head of a request. A browser cannot set a header on a socket, so a client may introduce itself there
    /// later: `introduced` is the `authorization` that it then sends, and overrules the head.
    ///
    /// # Errors
    /// [`Failure`], when the caller is not known; it is a fault of this side when that cannot be found out.
    fn caller(
        &self,
        head: &Parts,
        introduced: Option<&str>,
    ) -> impl Future<Output = Result<Self::Caller, Failure>> + Send;

    /// Begins a request that was let in and paid for: waits for the position that it wants, and gives what its fields are to
    /// find in their context. It is asked once for each request, and nothing of it runs before.
    ///
    /// # Errors
    /// [`Failure`], when the position did not come.
    fn begin(
        &self,
        caller: &Self::Caller,
        wanted: Wanted,
    ) -> impl Future<Output = Result<Begun<Self::Notes>, Failure>> + Send;

    /// Waits for a place for an answer that becomes large, and for its turn; nobody knows yet how large it will be.
    ///
    /// # Errors
    /// [`Failure`], when none came free.
    fn place(&self, caller: &Self::Caller) -> impl Future<Output = Result<Self::Place, Failure>> + Send;

    /// Counts a cost, before what costs it is done. What it gives becomes part of the extensions of the HTTP answer, where the
    /// program's own layers find it: what is left to the caller, for instance. One request may be charged several times: for a
    /// long body, for its operation, for a document that is refused.
    ///
    /// # Errors
    /// [`Failure`], when the caller has too little left; then nothing was counted.
    fn charge(&self, _caller: &Self::Caller, _cost: usize) -> Result<Extensions, Failure> {
        Ok(Extensions::new())
    }

    /// Checks that a caller may ask at all, by what is known without looking anything up.
    ///
    /// # Errors
    /// [`Failure`], when it may not.
    fn may_ask(&self, _caller: &Self::Caller) -> Result<(), Failure> {
        Ok(())
    }

    /// Checks that a caller who was let in is still welcome. Sockets and event streams ask it before each result.
    ///
    /// # Errors
    /// [`Failure`], when it is not; a failure that is a fault of this side ends nothing that is open.
    fn still(&self, _caller: &Self::Caller) -> impl Future<Output = Result<(), Failure>> + Send {
        std::future::ready(Ok(()))
    }

    /// Waits until a caller who was let in is no longer welcome, and says why. A program that knows callers of whom that is
    /// never so overrides it, since this looks every second.
    fn unwelcome(&self, caller: &Self::Caller) -> impl Future<Output = Failure> + Send {
        async move {
            loop {
                tokio::time::sleep(LOOK).await;
                match self.still(caller).await {
                    Err(failure) if !failure.is_fault() => return failure,
                    _ => {}
                }
            }
        }
    }

    /// Counts that a caller met a limit, for the program's metrics.
    fn met(&self, _limit: Met) {}

    /// The id of the request that is being answered, for the log and for `requestId` in each error.
    fn request_id(&self) -> Option<String> {
        None
    }
}

/// What a request wants before and while it is answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The position of the program's log that must have been seen before the first field is answered.
    pub at_least: Option<u64>,
    /// The position that a listener who comes back has heard of last (`Last-Event-ID`).
    pub last_heard: Option<u64>,
}

/// A request that has begun.
pub struct Begun<N> {
    /// What its fields find in their context.
    pub data: Data,
    /// What they note for the answer as a whole; usually `data` holds the same.
    pub notes: Arc<N>,
}

impl<N: Default> Default for Begun<N> {
    fn default() -> Self {
        Self { data: Data::default(), notes: Arc::default() }
    }
}

/// What the fields of a request note for its answer as a whole.
pub trait Notes: Send + Sync + 'static {
    /// The position by which the fields have answered: the id of a server-sent event, which a client that comes back sends
    /// as `Last-Event-ID`.
    fn position(&self) -> Option<u64> {
        None
    }

    /// Tells the program's own layers about an HTTP answer, by its extensions; `sound` says that it has no errors.
    fn tell(&self, _sound: bool, _extensions: &mut Extensions) {}
}

impl Notes for () {}

/// The place of a large answer, which is held until it is dropped. An HTTP answer has it, in an `Arc`, among its extensions,
/// and whoever sends the bytes keeps it as long as them.
pub trait Place: Send + Sync + 'static {
    /// The answer is made and has so many bytes: what it does not need is given back.
    fn made(&mut self, bytes: usize);
}

impl Place for () {
    fn made(&mut self, _bytes: usize) {}
}

/// A limit that is met while a request is answered. The limits on documents are not counted; only the client is told of
/// them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Met {
    /// The bytes of an answer.
    AnswerBytes,
    /// The time for the body of a request.
    BodyTime,
    /// What a client of a socket may say that asks nothing.
    Pings,
    /// The time that an event stream lasts.
    StreamTime,
}
