//! What does the command line say when something is wrong?
//!
//! Invariant: the message names the place and the rule; the chain of causes is printed once.

use std::error::Error;
use std::path::PathBuf;

use crate::access::AccessError;
use crate::answers::AskError;
use crate::config::instruments::InstrumentsError;
use crate::domain::text::harmless;
use crate::store::StoreError;
use crate::work::delivery::WebhookError;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The question was wrong, or the log could not be read.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// The database cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Tokens cannot be read or changed.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// Webhooks cannot be read or changed.
    #[error(transparent)]
    Webhook(#[from] WebhookError),
    /// The files of the instruments cannot be read.
    #[error(transparent)]
    Instruments(#[from] InstrumentsError),
    /// The file of the alert rules cannot be read.
    #[error(transparent)]
    Rules(#[from] crate::config::rules::RulesError),
    /// A look at what holds.
    #[error(transparent)]
    Look(#[from] crate::work::alerts::LookError),
    /// The server cannot start, or has failed.
    #[error(transparent)]
    Serve(#[from] crate::server::ServeError),
    /// What was to be recorded was not.
    #[error(transparent)]
    Execute(#[from] crate::record::tracker::ExecuteError),
    /// The key that signs checkpoints cannot be used.
    #[error(transparent)]
    Key(#[from] crate::proof::signing::KeyError),
    /// A log would begin under the key of another one.
    #[error(
        "{0} is the key of a log, and the database holds none: a new log would be signed as that one is, with another history. \
         Put the database back, or move the key away, or say by --new-log that the old one has ended"
    )]
    KeyOfAnotherLog(PathBuf),
    /// Outside sources cannot be asked as they are set up.
    #[error(transparent)]
    Setup(#[from] crate::work::sources::SetupError),
    /// A poll could not be made.
    #[error(transparent)]
    Poll(#[from] crate::work::sources::PollError),
    /// A source gave no whole answer.
    #[error("the source gave no whole answer, and will be asked for the same days again: {0}")]
    Source(String),
    /// The answer says already what went wrong.
    #[error("the answer says what went wrong")]
    Told,
    /// An argument that no parser caught.
    #[error("{0}")]
    Usage(String),
    /// Lines that are no facts.
    #[error("{file}: nothing was recorded; {count} of its lines cannot be read:\n{lines}")]
    Lines {
        /// The name of the file that was to be imported.
        file: String,
        /// How many lines cannot be read.
        count: usize,
        /// The first lines that cannot be read, each with the reason.
        lines: String,
    },
    /// A file cannot be read or written.
    #[error("cannot {what} {path}")]
    File {
        /// What the program tried: to read or to write.
        what: &'static str,
        /// The path of the file.
        path: PathBuf,
        /// What the database driver reported.
        #[source]
        source: std::io::Error,
    },
    /// Standard output cannot be written.
    #[error("cannot write to standard output")]
    Output(#[source] std::io::Error),
    /// A value cannot be written as JSON.
    #[error("cannot write an answer as JSON")]
    Json(#[source] serde_json::Error),
}

impl CliError {
    /// Prints the message and its causes to standard error, each once.
    pub fn print(&self) {
        let mut text = format!("error: {self}");
        let mut cause = self.source();
        while let Some(error) = cause {
            let message = error.to_string();
            if !text.contains(&message) {
                text.push_str(&format!("\n  because {message}"));
            }
            cause = error.source();
        }
        eprintln!("{}", harmless(&text));
    }

    /// 1 for an expected no, 2 for a fault or wrong usage.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Execute(error) if error.is_refusal() => 1,
            // A name that is taken or unknown; a log that was tampered with, or one that is not empty: a no.
            Self::Access(AccessError::NameTaken(_) | AccessError::NoSuchToken(_))
            | Self::Store(StoreError::Export { .. } | StoreError::NotEmpty(_)) => 1,
            Self::Webhook(error) if !error.is_fault() => 1,
            _ => 2,
        }
    }
}
