//! How does news of outside sources come in?
//!
//! Invariant: nothing here writes to the log. What a source says is kept as it was received, and a person makes facts of it.

mod ecfr;
mod fetch;
mod polling;
mod register;
mod sweep;
mod weekly;

use url::Url;

pub use self::fetch::{FetchError, Fetcher};
pub use self::polling::{due, keep_polling};
pub use self::register::SOURCE;
pub use self::sweep::{Poll, PollError, poll};
use crate::domain::reading::ECFR;

/// The sources that can be asked, by their codes.
pub const SOURCES: [&str; 2] = [ECFR, SOURCE];

/// Which sources are polled, where, and by whom.
#[derive(Debug, Clone, clap::Args)]
pub struct Asked {
    /// The URL at which the program asks the Federal Register: https, or http on this machine.
    #[arg(long, env = "DEPOSITARY_SOURCE_HOST", default_value = "https://www.federalregister.gov", value_name = "URL")]
    pub source_host: Url,
    /// The URL at which the program asks the eCFR: https, or http on this machine.
    #[arg(long, env = "DEPOSITARY_ECFR_HOST", default_value = "https://www.ecfr.gov", value_name = "URL")]
    pub ecfr_host: Url,
    /// An address or a URL at which the source can reach you when something about the requests is wrong. Each request
    /// has it in its header `User-Agent`.
    #[arg(long, env = "DEPOSITARY_SOURCE_CONTACT", value_name = "TEXT")]
    pub source_contact: Option<String>,
}

/// Why sources cannot be asked as they are set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Nobody can be written to.
    #[error("say whom the source can write to, by --source-contact or DEPOSITARY_SOURCE_CONTACT: an address or a URL")]
    NoContact,
    /// The contact cannot stand in a header.
    #[error("the contact can have only printable ASCII characters")]
    Contact,
    /// The address is not one that may be asked.
    #[error("{0} cannot be asked: the URL of a source has https, or http on this machine, and no user name")]
    Host(Url),
    /// The client cannot be made.
    #[error("the client for requests cannot be made")]
    Client(#[source] reqwest::Error),
}
