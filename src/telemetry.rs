//! Where do log messages go?
//!
//! Invariant: to standard error, so that standard output holds answers alone.

use tracing_subscriber::EnvFilter;

/// Why logging cannot start.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The directives are wrong.
    #[error("`{directives}` are no log directives; write something like depositary=debug,info")]
    Directives {
        /// What was given.
        directives: String,
        /// What is wrong with it.
        #[source]
        source: tracing_subscriber::filter::ParseError,
    },
}

/// Libraries that log at `trace` what they receive, tokens included: whatever is asked for, they say less.
const SECRETIVE: [&str; 3] = ["tungstenite=info", "tokio_tungstenite=info", "hyper=debug"];

/// Starts logging to standard error by these directives, as JSON or as lines.
///
/// # Errors
/// [`TelemetryError::Directives`].
pub fn start(directives: &str, as_json: bool) -> Result<(), TelemetryError> {
    let wrong = |source| TelemetryError::Directives { directives: directives.to_owned(), source };
    let mut filter = EnvFilter::try_new(directives).map_err(wrong)?;
    for quiet in SECRETIVE {
        filter = filter.add_directive(quiet.parse().map_err(wrong)?);
    }
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start, in tests, keeps the first.
    let _ = if as_json { builder.json().try_init() } else { builder.compact().try_init() };
    Ok(())
}

/// An error with its causes in one line, for a log message.
#[must_use]
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
