//! What does the transport (`crates/graphql-transport`) need of Depositary?
//!
//! Invariant: documents, results and frames are the crate's; here stands only what it cannot know: who asks, what that costs,
//! by which position of the log an answer is made, and what our scalars take.

mod costs;
mod host;
mod scalars;

use axum::body::Body;
use axum::http::header;
use axum::response::Response;
use axum::{Router, middleware};
use depositary_graphql_transport::{Hints, Limits, Positions, Settings};
use futures_util::{StreamExt, stream};

pub(super) use self::costs::COSTS;
pub(super) use self::host::Depositary;
use super::{schema, sdl};
use crate::access::FREE;
use crate::config;
use crate::faces::behind::Behind;
use crate::faces::open::Open;
use crate::telemetry;

/// How a request names a position of the log.
const POSITIONS: Positions = Positions { header: "depositary-min-position", argument: "minPosition" };
/// What messages say of this server.
const HINTS: Hints = Hints {
    answer_bytes: " (--limit-answer-bytes)",
    origins: "; the server's --allow-origin names those that may",
    timeout: ". A mutation may have been recorded all the same: send it again under its commandId",
};

/// `/graphql` by GET and POST, server-sent events among its answers, and `/graphql/ws`. The
/// [`Caller`](crate::access::Caller) among the request's extensions is who asks.
pub fn router(behind: Behind, open: Open) -> Router {
    let settings = Settings {
        sdl: sdl(),
        limits: limits(&open.limits),
        costs: COSTS,
        scalars: scalars::SCALARS,
        positions: Some(POSITIONS),
        hints: HINTS,
        origins: open.origins.clone(),
        ending: open.ending.clone(),
        sockets: open.sockets.clone(),
        subscriptions: open.subscriptions.clone(),
    };
    let host = Depositary::new(schema(behind.clone()), behind, open.room, open.struck);
    depositary_graphql_transport::router(host, settings).layer(middleware::map_response(numbered))
}

/// The limits of this server that are the transport's.
fn limits(limits: &config::limits::Limits) -> Limits {
    Limits {
        nodes: limits.nodes,
        aliases: limits.aliases,
        root_fields: limits.root_fields,
        directives: limits.directives,
        depth: limits.depth,
        introspection_nodes: limits.introspection_nodes,
        introspection_depth: limits.introspection_depth,
        complexity: limits.complexity,
        answer_bytes: limits.answer_bytes,
        free_bytes: FREE,
        body_time: *limits.body_time,
        stream_time: *limits.stream_time,
        pings: limits.pings,
    }
}

/// Has an event stream made under the id of its request, since it is made after whoever gave the id has returned.
async fn numbered(response: Response) -> Response {
    if response.headers().get(header::CONTENT_TYPE).is_none_or(|kind| kind != "text/event-stream") {
        return response;
    }
    let request = telemetry::request();
    response.map(|body| {
        let next = move |mut body: axum::body::BodyDataStream| {
            telemetry::within(request, async move { body.next().await.map(|bytes| (bytes, body)) })
        };
        Body::from_stream(stream::unfold(body.into_data_stream(), next))
    })
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::header;
    use axum::response::{IntoResponse, Response};
    use futures_util::stream;
    use uuid::Uuid;

    use super::numbered;
    use crate::telemetry;

    /// An answer that is the id under which it is made.
    fn answer(kind: &'static str) -> Response {
        let id = stream::once(async { Ok::<_, axum::Error>(telemetry::request().to_string()) });
        ([(header::CONTENT_TYPE, kind)], Body::from_stream(id)).into_response()
    }

    #[tokio::test]
    async fn an_event_stream_is_made_under_the_id_of_its_request_after_whoever_gave_the_id_has_returned() {
        let request = Uuid::from_u128(7);
        for (kind, same) in [("text/event-stream", true), ("application/json", false)] {
            let response = telemetry::within(request, numbered(answer(kind))).await;
            let made = to_bytes(response.into_body(), usize::MAX).await.map(|bytes| bytes.to_vec());
            assert_eq!(made.is_ok_and(|made| made == request.to_string().into_bytes()), same, "{kind}");
        }
    }
}
