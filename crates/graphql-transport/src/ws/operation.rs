//! What does an operation on a socket say, from its preparation to its end?
//!
//! Invariant: results and then `Complete`, or one `Failed` after which nothing follows.

use std::pin::Pin;
use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{Response as Answer, ServerError, Value};
use futures_util::stream::{self, Stream, StreamExt};

use crate::Served;
use crate::failure::{Failure, never_ran};
use crate::host::Host;
use crate::prepare::{Asking, Prepared};
use crate::results::{Given, results};

/// What an operation says next.
pub enum Said<P> {
    /// A result, with the place that it holds until it is sent.
    Next(Box<Given<P>>),
    /// The request was refused, or its source failed.
    Failed(Vec<ServerError>),
    /// The operation has ended.
    Complete,
}

/// An operation that runs.
pub type Operation<P> = Pin<Box<dyn Stream<Item = Said<P>> + Send>>;

/// Begins an operation.
pub fn operation<H: Host>(served: Arc<Served<H>>, asking: Asking, caller: H::Caller) -> Operation<H::Place> {
    let prepared = stream::once(async move {
        match prepare(&served, asking, caller).await {
            Ok(prepared) => {
                let operation = prepared.operation;
                let results = results(&served, prepared).map(move |result| said(&served, result, operation));
                results.chain(stream::once(async { Said::Complete })).boxed()
            }
            Err(failure) => stream::once(async move { served.said(failure) }).boxed(),
        }
    });
    let until_failed = |failed: &mut bool, said: Said<H::Place>| {
        let over = std::mem::replace(failed, matches!(said, Said::Failed(_)));
        std::future::ready((!over).then_some(said))
    };
    prepared.flatten().scan(false, until_failed).boxed()
}

async fn prepare<H: Host>(served: &Arc<Served<H>>, asking: Asking, caller: H::Caller) -> Result<Prepared<H>, Failure> {
    // The socket may have been opened long ago.
    served.host.still(&caller).await?;
    served.prepare(asking, caller).await
}

impl<H: Host> Served<H> {
    fn said(&self, mut failure: Failure) -> Said<H::Place> {
        self.number(&mut failure.errors);
        Said::Failed(failure.errors)
    }
}

fn said<H: Host>(
    served: &Served<H>,
    result: Result<Given<H::Place>, Failure>,
    operation: OperationType,
) -> Said<H::Place> {
    match result {
        Ok(given) if failed(&given.answer, operation) => Said::Failed(given.answer.errors),
        Ok(given) => Said::Next(Box::new(given)),
        Err(failure) => served.said(failure),
    }
}

/// Whether nothing follows a result: the request never ran, or a subscription has no source.
pub fn failed(result: &Answer, operation: OperationType) -> bool {
    never_ran(result) || operation == OperationType::Subscription && result.data == Value::Null && result.is_err()
}
