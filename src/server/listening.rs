//! How are connections taken, answered and ended?
//!
//! Invariant: whatever clients do, a request whether the process is alive and ready is answered, and the process ends in time.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::connections::{Connections, Seat};
use super::wire::{Phase, Waits, Wire};
use crate::config::limits::{Limit, Limits, Struck};
use crate::domain::codes::ErrorCode;

/// How long what has begun may take to end after a signal.
const LAST_ANSWERS: Duration = Duration::from_secs(4);
/// The most bytes of a head, and of an answer that waits beside what the system holds of it.
const BUFFER: usize = 64 * 1024;
/// The bytes of an answer that the system holds for a client that takes none; it doubles them.
const HELD_BY_THE_SYSTEM: u32 = 128 * 1024;
/// How many connections the system keeps until they are taken.
const BACKLOG: u32 = 1_024;
/// The connections beyond the limits that are answered at once. The oldest makes room for the newest, and who asks whether the
/// process lives is answered long before.
const RESERVE: usize = 64;
/// The time that a connection of the reserve has for its request.
const RESERVE_TIME: Duration = Duration::from_secs(2);
/// The paths that the reserve answers.
const WATCHED: [&str; 3] = ["/livez", "/readyz", "/metrics"];
/// How long nobody is taken when the system has no room for another connection.
const NO_ROOM: Duration = Duration::from_millis(50);

/// Listens at an address.
///
/// # Errors
/// When the system does not let it.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    // Connections have what their listener has.
    socket.set_send_buffer_size(HELD_BY_THE_SYSTEM)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// What takes and answers connections.
pub struct Listening {
    /// What answers a request, on every route.
    pub router: Router,
    /// The places that connections take, in all and for each address.
    pub connections: Connections,
    /// How much a connection may send and how long it may take for each of its phases.
    pub limits: Limits,
    /// Counts whom a limit has struck, for the metrics.
    pub struck: Struck,
    /// Cancelled when the process is to end.
    pub ending: CancellationToken,
}

/// What all connections share.
struct Shared {
    router: Router,
    limits: Limits,
    struck: Struck,
    ending: CancellationToken,
    /// Cancelled when the time for the last answers is over.
    over: CancellationToken,
}

impl Listening {
    /// Answers until the process is to end, and what has begun by then for a while.
    pub async fn serve(self, listener: TcpListener) {
        let Self { router, connections, limits, struck, ending } = self;
        let over = CancellationToken::new();
        let shared = Arc::new(Shared { router, limits, struck, ending: ending.clone(), over: over.clone() });
        let (tasks, mut reserve) = (TaskTracker::new(), VecDeque::with_capacity(RESERVE));
        loop {
            let taken = tokio::select! {
                taken = listener.accept() => taken,
                () = ending.cancelled() => break,
            };
            match taken {
                Ok((stream, peer)) => {
                    // A small answer does not wait for a larger one.
                    let _ = stream.set_nodelay(true);
                    match connections.seat(peer.ip()) {
                        Ok(seat) => drop(tasks.spawn(shared.clone().answer(stream, peer, seat))),
                        Err(limit) => {
                            let task = tasks.spawn(shared.clone().answer_briefly(stream, peer, limit));
                            keep(&mut reserve, task.abort_handle());
                        }
                    }
                }
                Err(error) => {
                    tracing::warn!(error = %crate::telemetry::chain(&error), "server.connection.not_taken");
                    sleep(NO_ROOM).await;
                }
            }
        }
        drop(listener);
        tasks.close();
        // Who does not take the last answer has gone.
        let _ = timeout(LAST_ANSWERS, tasks.wait()).await;
        over.cancel();
        tasks.wait().await;
    }
}

/// Keeps a connection of the reserve, and ends the oldest where there are too many.
fn keep(reserve: &mut VecDeque<AbortHandle>, newest: AbortHandle) {
    reserve.retain(|task| !task.is_finished());
    if reserve.len() >= RESERVE
        && let Some(oldest) = reserve.pop_front()
    {
        oldest.abort();
    }
    reserve.push_back(newest);
}

impl Shared {
    /// Answers what is asked on a connection.
    async fn answer(self: Arc<Self>, stream: TcpStream, peer: SocketAddr, seat: Seat) {
        let waits = Waits::new();
        // What is upgraded outlives this task, and its seat with it.
        let wire = Wire::new(stream, waits.clone(), self.limits, self.struck.clone()).of(seat);
        let service = service_fn(|request: hyper::Request<hyper::body::Incoming>| {
            waits.for_now(Phase::Answering);
            let (router, waits) = (self.router.clone(), waits.clone());
            async move { Ok::<_, Infallible>(respond(router, request.map(Body::new), peer, waits).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(None)
            .max_buf_size(BUFFER)
            .serve_connection(TokioIo::new(wire), service)
            .with_upgrades();
        let mut connection = pin!(connection);
        tokio::select! {
            // A client that breaks off, or is broken off, hears nothing any more.
            _ = &mut connection => return,
            () = self.ending.cancelled() => {}
        }
        if waits.phase() == Phase::Answering {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                _ = connection => {}
                () = self.over.cancelled() => {}
            }
        }
    }

    /// Answers one request of those who watch the process, and asks all others to come back later.
    async fn answer_briefly(self: Arc<Self>, stream: TcpStream, peer: SocketAddr, limit: Limit) {
        let limits = Limits { write_time: RESERVE_TIME.into(), header_time: RESERVE_TIME.into(), ..self.limits };
        let waits = Waits::new();
        let wire = Wire::new(stream, waits.clone(), limits, self.struck.clone());
        let service = service_fn(|mut request: hyper::Request<hyper::body::Incoming>| {
            waits.for_now(Phase::Answering);
            let router = WATCHED.contains(&request.uri().path()).then(|| self.router.clone());
            async move {
                let Some(router) = router else { return Ok::<_, Infallible>(come_back(limit)) };
                request.extensions_mut().insert(ConnectInfo(peer));
                Ok(router.oneshot(request.map(Body::new)).await.into_response())
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(None)
            .keep_alive(false)
            .max_buf_size(BUFFER / 4)
            .serve_connection(TokioIo::new(wire), service);
        tokio::select! {
            _ = connection => {}
            () = self.over.cancelled() => {}
        }
    }
}

/// The answer to a request. Its connection waits for another one once all of it was taken from here.
async fn respond(router: Router, mut request: Request, peer: SocketAddr, waits: Waits) -> Response {
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = router.oneshot(request).await.into_response();
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        waits.for_now(Phase::Socket);
        return response;
    }
    let answered = Answered(waits);
    response.map(|body| Body::new(Telling { body, _answered: answered }))
}

fn come_back(limit: Limit) -> Response {
    let words = match limit {
        Limit::AddressConnections => "your address has too many connections open; close some, and ask again",
        _ => "the server has as many connections as it takes; ask again in a few seconds",
    };
    // No request was read yet, so no path says in which form the caller speaks: it is that of the plain URLs.
    let mut response =
        super::refusals::refusal("/", StatusCode::SERVICE_UNAVAILABLE, ErrorCode::TooManyConnections, words);
    response.headers_mut().insert(axum::http::header::RETRY_AFTER, 5.into());
    super::headers::guard(response.headers_mut());
    response
}

/// Has a connection wait for its next request once the answer to the last is gone.
struct Answered(Waits);

impl Drop for Answered {
    fn drop(&mut self) {
        self.0.for_now(Phase::Idle);
    }
}

/// The body of an answer that is being told.
struct Telling {
    body: Body,
    _answered: Answered,
}

impl http_body::Body for Telling {
    type Data = axum::body::Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Self::Data>, Self::Error>>> {
        std::pin::Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}
