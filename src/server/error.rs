//! Why can the server not start?
//!
//! Invariant: each reason says what to look at, and keeps its cause as its source.

use std::net::SocketAddr;

use crate::clock::ClockError;
use crate::proof::signing::KeyError;
use crate::record::tracker::ExecuteError;
use crate::store::StoreError;
use crate::work::sources::SetupError;

/// Why the server could not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The database cannot be opened, read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key that signs checkpoints cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The bundled facts were not recorded.
    #[error("the bundled facts could not be recorded")]
    Seed(#[source] ExecuteError),
    /// A bundled line is no fact, which a test rules out.
    #[error("{file}, line {line}: {problem}")]
    Bundled {
        /// The bundled file that has the line.
        file: &'static str,
        /// The line, from 1.
        line: usize,
        /// What is wrong with the line.
        problem: String,
    },
    /// A metric cannot be told as it is defined, which a test rules out.
    #[error("the metrics cannot be registered")]
    Metrics(#[from] prometheus::Error),
    /// The clock of this machine does not fit the log.
    #[error(transparent)]
    Clock(ClockError),
    /// A source cannot be asked as it is set up.
    #[error(transparent)]
    Sources(#[from] SetupError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}; is another server running there?")]
    Listen {
        /// The address on which the server was to listen.
        address: SocketAddr,
        /// Why the system refused it.
        #[source]
        source: std::io::Error,
    },
}
