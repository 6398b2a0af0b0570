//! How long may a client leave a connection waiting, for bytes and for taking them?
//!
//! Invariant: a connection on which a client neither sends what it has begun nor takes what waits for it ends by itself, whatever
//! travels on it: a head, an answer, a stream of events, a socket.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::task::AtomicWaker;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

use super::connections::Seat;
use crate::config::limits::{Limit, Limits, Struck};

/// What a client must take in the time for it, unless less waits.
const PACE: usize = 64 * 1024;

/// The bytes that a client may send on a socket in [`WINDOW`]: many times what its messages hold, and far fewer than the empty
/// frames that a client without good intentions can send, which no message ever ends.
const SOCKET_BYTES: usize = 16 * 1024 * 1024;
const WINDOW: Duration = Duration::from_secs(20);

/// What a connection waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The head of a request that has begun, or of the first one.
    Head,
    /// The connection waits for another request.
    Idle,
    /// The connection waits until the server has made the answer.
    Answering,
    /// Whatever its client says on a socket.
    Socket,
}

/// What a connection waits for, as its service and its bytes see it; cheap to clone.
#[derive(Debug, Clone)]
pub struct Waits(Arc<Waiting>);

#[derive(Debug)]
struct Waiting {
    phase: AtomicU8,
    /// Whoever found nothing to read while no time ran for it.
    reader: AtomicWaker,
}

impl Waits {
    /// It waits for its first request.
    pub fn new() -> Self {
        Self(Arc::new(Waiting { phase: AtomicU8::new(Phase::Head as u8), reader: AtomicWaker::new() }))
    }

    /// Waits for something else from now on. Whoever reads looks again, so that the time for it begins.
    pub fn for_now(&self, phase: Phase) {
        self.0.phase.store(phase as u8, Ordering::Release);
        self.0.reader.wake();
    }

    /// What the connection waits for at the moment.
    pub fn phase(&self) -> Phase {
        let phase = self.0.phase.load(Ordering::Acquire);
        let all = [Phase::Head, Phase::Idle, Phase::Answering, Phase::Socket];
        all.into_iter().find(|one| *one as u8 == phase).unwrap_or(Phase::Answering)
    }
}

/// A connection's bytes, with the times that its client has for them.
pub struct Wire {
    inner: TcpStream,
    waits: Waits,
    limits: Limits,
    struck: Struck,
    /// Runs out when the client has not sent what it is waited for.
    silent: Deadline,
    /// The phase by which that time runs.
    since: Option<Phase>,
    /// Runs out when the client has not taken what waits for it.
    blocked: Deadline,
    /// The bytes that it has taken in that time.
    taken: usize,
    /// What the client has sent on a socket, since when.
    sent: (usize, Instant),
    _seat: Option<Seat>,
}

/// A time that may run.
#[derive(Default)]
struct Deadline {
    sleep: Option<Pin<Box<Sleep>>>,
    runs: bool,
}

impl Deadline {
    fn start(&mut self, time: Duration) {
        let end = Instant::now() + time;
        match &mut self.sleep {
            Some(sleep) => sleep.as_mut().reset(end),
            None => self.sleep = Some(Box::pin(sleep_until(end))),
        }
        self.runs = true;
    }

    /// Whether it runs and has run out; wakes when it does.
    fn is_over(&mut self, cx: &mut Context<'_>) -> bool {
        self.runs && self.sleep.as_mut().is_some_and(|sleep| sleep.as_mut().poll(cx).is_ready())
    }
}

impl Wire {
    /// A connection, which waits for its first request.
    pub fn new(inner: TcpStream, waits: Waits, limits: Limits, struck: Struck) -> Self {
        let (silent, blocked) = (Deadline::default(), Deadline::default());
        Self {
            inner,
            waits,
            limits,
            struck,
            silent,
            since: None,
            blocked,
            taken: 0,
            sent: (0, Instant::now()),
            _seat: None,
        }
    }

    /// The same with the seat that it keeps as long as it lasts.
    pub fn of(self, seat: Seat) -> Self {
        Self { _seat: Some(seat), ..self }
    }

    /// The time that the client has for what it is waited for, if it is waited for.
    fn patience(&self, phase: Phase) -> Option<(Duration, Limit)> {
        match phase {
            Phase::Head => Some((*self.limits.header_time, Limit::HeaderTime)),
            Phase::Idle => Some((*self.limits.idle_time, Limit::IdleTime)),
            Phase::Socket => Some((*self.limits.silence_time, Limit::SilenceTime)),
            Phase::Answering => None,
        }
    }

    /// What becomes of reading when there is nothing to read.
    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.waits.0.reader.register(cx.waker());
        let phase = self.waits.phase();
        let Some((time, limit)) = self.patience(phase) else {
            (self.since, self.silent.runs) = (Some(phase), false);
            return Poll::Pending;
        };
        if self.since != Some(phase) {
            self.silent.start(time);
            self.since = Some(phase);
        }
        if self.silent.is_over(cx) { Poll::Ready(Err(self.over(limit))) } else { Poll::Pending }
    }

    /// Whether the client has sent more on a socket than it may.
    fn sends_too_much(&mut self, bytes: usize) -> bool {
        if self.waits.phase() != Phase::Socket {
            return false;
        }
        if self.sent.1.elapsed() > WINDOW {
            self.sent = (0, Instant::now());
        }
        self.sent.0 += bytes;
        self.sent.0 > SOCKET_BYTES
    }

    /// Notes that bytes have come.
    fn heard(&mut self) {
        match self.waits.phase() {
            Phase::Idle => {
                self.waits.for_now(Phase::Head);
                self.since = None;
            }
            Phase::Socket => self.since = None,
            Phase::Head | Phase::Answering => {}
        }
    }

    /// What becomes of writing, once the system was asked to write.
    fn wrote(&mut self, cx: &mut Context<'_>, done: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match done {
            Poll::Ready(Ok(bytes)) => {
                self.taken += bytes;
                if self.taken >= PACE {
                    (self.blocked.runs, self.taken) = (false, 0);
                }
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(error) => Poll::Ready(error),
            Poll::Pending => {
                if !self.blocked.runs {
                    self.blocked.start(*self.limits.write_time);
                    self.taken = 0;
                }
                if self.blocked.is_over(cx) { Poll::Ready(Err(self.over(Limit::WriteTime))) } else { Poll::Pending }
            }
        }
    }

    fn over(&self, limit: Limit) -> io::Error {
        self.struck.count(limit);
        io::Error::new(io::ErrorKind::TimedOut, limit.as_str())
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        match Pin::new(&mut self.inner).poll_read(cx, buf) {
            Poll::Pending => self.wait(cx),
            done @ Poll::Ready(_) => {
                if buf.filled().len() > before {
                    self.heard();
                    if self.sends_too_much(buf.filled().len() - before) {
                        return Poll::Ready(Err(self.over(Limit::Pings)));
                    }
                    // Whoever sends a byte now and then has not sent a head.
                    let late = self.waits.phase() == Phase::Head && self.since == Some(Phase::Head);
                    if late && self.silent.is_over(cx) {
                        return Poll::Ready(Err(self.over(Limit::HeaderTime)));
                    }
                }
                done
            }
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.wrote(cx, done)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        self.wrote(cx, done)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // All that waited is taken.
        (self.blocked.runs, self.taken) = (false, 0);
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
