//! What does an operation on a socket say, from its preparation to its end?
//!
//! Invariant: results and then `Complete`, or one `Failed` after which nothing follows.

use std::pin::Pin;

use async_graphql::parser::types::OperationType;
use async_graphql::{Response as Answer, ServerError, Value};
use axum::http::StatusCode;
use futures_util::stream::{self, Stream, StreamExt};

use super::super::Served;
use super::super::failure::{Failure, never_ran};
use super::super::prepare::{Asking, Prepared};
use super::super::results::{Given, results};
use crate::access::{AccessError, Caller};

/// What an operation says next.
pub enum Said {
    /// A result, with the place that it holds until it is sent.
    Next(Box<Given>),
    /// The request was refused, or its source failed.
    Failed(Vec<ServerError>),
    /// The operation has ended.
    Complete,
}

/// An operation that runs.
pub type Operation = Pin<Box<dyn Stream<Item = Said> + Send>>;

/// Begins an operation.
pub fn operation(served: Served, asking: Asking, caller: Caller) -> Operation {
    let prepared = stream::once(async move {
        match prepare(&served, asking, caller).await {
            Ok(prepared) => {
                let operation = prepared.operation;
                let results = results(&served, prepared).map(move |result| said(result, operation));
                results.chain(stream::once(async { Said::Complete })).boxed()
            }
            Err(failure) => stream::once(async { Said::Failed(failure.errors) }).boxed(),
        }
    });
    let until_failed = |failed: &mut bool, said: Said| {
        let over = std::mem::replace(failed, matches!(said, Said::Failed(_)));
        std::future::ready((!over).then_some(said))
    };
    prepared.flatten().scan(false, until_failed).boxed()
}

async fn prepare(served: &Served, asking: Asking, caller: Caller) -> Result<Prepared, Failure> {
    // The socket may have been opened long ago.
    match served.behind.access.still(&caller).await {
        Ok(()) => {}
        Err(error @ AccessError::Store(_)) => {
            return Err(Failure::new(
                StatusCode::SERVICE_UNAVAILABLE,
                error.code(),
                "tokens cannot be read at the moment",
            ));
        }
        Err(error) => return Err(Failure::new(StatusCode::UNAUTHORIZED, error.code(), &error.to_string())),
    }
    served.prepare(asking, caller).await
}

fn said(result: Result<Given, Failure>, operation: OperationType) -> Said {
    match result {
        Ok(given) if failed(&given.answer, operation) => Said::Failed(given.answer.errors),
        Ok(given) => Said::Next(Box::new(given)),
        Err(failure) => Said::Failed(failure.errors),
    }
}

/// Whether nothing follows a result: the request never ran, or a subscription has no source.
pub fn failed(result: &Answer, operation: OperationType) -> bool {
    never_ran(result) || operation == OperationType::Subscription && result.data == Value::Null && result.is_err()
}
