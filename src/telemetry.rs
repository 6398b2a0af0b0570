//! Where do log messages go, and which request are they about?
//!
//! Invariant: to standard error, so that standard output holds answers alone.

use std::io::IsTerminal;

use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt, registry};
use uuid::Uuid;

/// Why logging cannot start.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The directives for logging cannot be read.
    #[error("`{directives}` cannot be read as log directives; write them like depositary=debug,info")]
    Directives {
        /// The directives that were given.
        directives: String,
        /// What is wrong with it.
        #[source]
        source: tracing_subscriber::filter::ParseError,
    },
}

/// Libraries that log what they receive, tokens included, below `info`: whatever the directives say, that is dropped.
const SECRETIVE: [&str; 4] = ["tungstenite", "tokio_tungstenite", "hyper", "h2"];

/// A library that calls it an error of this process when a receiver's certificate is not trusted; the attempt's outcome, and
/// `depositary::work::delivery=debug`, tell it where it belongs.
const LOUD: &str = "rustls_platform_verifier";

/// Starts logging to standard error by these directives, as JSON or as lines.
///
/// # Errors
/// [`TelemetryError::Directives`].
pub fn start(directives: &str, as_json: bool) -> Result<(), TelemetryError> {
    let wrong = |source| TelemetryError::Directives { directives: directives.to_owned(), source };
    let asked_for = EnvFilter::try_new(directives).map_err(wrong)?;
    let discreet = filter_fn(|metadata| {
        let library = metadata.target().split("::").next().unwrap_or_default();
        library != LOUD && (*metadata.level() <= tracing::Level::INFO || !SECRETIVE.contains(&library))
    });
    // Colours are for eyes: a file, a pipe and whoever wants none get none.
    let plain = std::env::var_os("NO_COLOR").is_some_and(|wish| !wish.is_empty())
        || std::env::var_os("TERM").is_some_and(|kind| kind == "dumb");
    let coloured = std::io::stderr().is_terminal() && !plain;
    let layer = fmt::layer().with_writer(std::io::stderr).with_ansi(coloured);
    let layer = if as_json { layer.json().boxed() } else { layer.compact().boxed() };
    // The filters are the subscriber's and not the layer's: a layer's own filter remembers what a library asked by `enabled!`, as sqlx
    // does, and drops the next event of that thread. A second start, in tests, keeps the first.
    let _ = registry().with(asked_for).with(discreet).with(layer).try_init();
    Ok(())
}

/// An error with its causes in one line, for a log message.
#[must_use]
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

tokio::task_local! {
    /// The id of the request that a task answers.
    static REQUEST: Uuid;
}

/// A new id for a request.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the door, and the caller gives no id")]
pub fn new_request() -> Uuid {
    Uuid::new_v4()
}

/// Answers a request under its id.
pub async fn within<F: Future>(request: Uuid, answering: F) -> F::Output {
    REQUEST.scope(request, answering).await
}

/// The id of the request that is being answered; a new one where there is none, as on a socket.
#[must_use]
pub fn request() -> Uuid {
    REQUEST.try_with(|request| *request).unwrap_or_else(|_| new_request())
}
