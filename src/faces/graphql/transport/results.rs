//! What does an operation give, result by result?
//!
//! Invariant: each result has passed the meter, and holds its place until it is dropped; a failure is the last.

use std::sync::Arc;

use async_graphql::Response;
use futures_util::stream::{self, Stream, StreamExt};

use super::Served;
use super::failure::Failure;
use super::prepare::Prepared;
use crate::access::Place;

/// A result, with the place that it holds where it is large.
pub struct Given {
    /// The finished result of an operation.
    pub answer: Response,
    /// The place in the log that it came from.
    pub place: Option<Place>,
}

/// The results of an operation that may run.
pub fn results(served: &Served, prepared: Prepared) -> impl Stream<Item = Result<Given, Failure>> + Send + 'static {
    let Prepared { request, shape, meter, listening, .. } = prepared;
    let running = Arc::new((shape, meter, listening));
    let given = served.schema.execute_stream(request);
    stream::unfold(Some(given.boxed()), move |given| {
        let running = running.clone();
        async move {
            let mut given = given?;
            let (shape, meter, _until_dropped) = &*running;
            tokio::select! {
                biased;
                answer = given.next() => {
                    let answer = shape.finish(answer?);
                    Some((Ok(Given { answer, place: meter.made() }), Some(given)))
                }
                failure = meter.over() => Some((Err(failure), None)),
            }
        }
    })
}
