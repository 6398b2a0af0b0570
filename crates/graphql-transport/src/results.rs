//! What does an operation give, result by result?
//!
//! Invariant: each result has passed the meter, and holds its place until it is dropped; a failure is the last.

use std::sync::Arc;

use async_graphql::{Executor, Response};
use futures_util::stream::{self, Stream, StreamExt};

use super::Served;
use super::failure::Failure;
use super::host::Host;
use super::prepare::Prepared;

/// A result, with the place that it holds where it is large.
pub struct Given<P> {
    /// The finished result of an operation.
    pub answer: Response,
    /// What it holds until its client has taken it.
    pub place: Option<P>,
}

/// The results of an operation that may run.
pub fn results<H: Host>(
    served: &Arc<Served<H>>,
    prepared: Prepared<H>,
) -> impl Stream<Item = Result<Given<H::Place>, Failure>> + Send + use<H> {
    let Prepared { request, shape, meter, listening, .. } = prepared;
    let given = served.host.schema().execute_stream(request, None);
    let running = Arc::new((served.clone(), shape, meter, listening));
    stream::unfold(Some(given), move |given| {
        let running = running.clone();
        async move {
            let mut given = given?;
            let (served, shape, meter, _until_dropped) = &*running;
            tokio::select! {
                biased;
                answer = given.next() => {
                    let mut answer = shape.finish(answer?);
                    served.number(&mut answer.errors);
                    Some((Ok(Given { answer, place: meter.made() }), Some(given)))
                }
                failure = meter.over() => Some((Err(failure), None)),
            }
        }
    })
}
