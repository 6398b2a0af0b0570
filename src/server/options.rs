//! What may be set when the server starts?
//!
//! Invariant: each option is a flag and an environment variable of the same name, has a default or may be left out, and is
//! checked before anything is opened. The limits are in `config/limits.rs`, webhooks in `work/delivery/options.rs`, sources in
//! `work/sources/mod.rs`; what every command takes is in `cli/mod.rs`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use ipnet::IpNet;

use crate::access::Room;
use crate::config::limits::{Limits, Struck};
use crate::faces::open::Open;
use crate::ledger::Signer;
use crate::proof::signing::{self, KeyError};
use crate::store::Store;
use crate::work::sources::SOURCES;
use crate::work::{delivery, sources};

use super::cors;

/// Options of `serve`.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Options {
    /// The address and port to listen on.
    ///
    /// Example: `--listen 0.0.0.0:8080`
    #[arg(long, env = "DEPOSITARY_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// Start with an empty log instead of the bundled facts.
    #[arg(long, env = "DEPOSITARY_NO_SEED", value_parser = clap::builder::FalseyValueParser::new())]
    pub no_seed: bool,

    /// Check the alert rules, and record which alerts fire and which have ended. Of several servers over one database, one
    /// does this at a time.
    #[arg(long, env = "DEPOSITARY_ALERTS", value_parser = clap::builder::FalseyValueParser::new())]
    pub alerts: bool,

    /// A source that the server asks every six hours for new documents. Those that may say something about an agreement go into
    /// the inbox, and a person decides. Of several servers over one database, one does this at a time.
    ///
    /// Example: `--sources federal-register,ecfr --source-contact desk@example.org`
    #[arg(long, env = "DEPOSITARY_SOURCES", value_delimiter = ',', value_name = "SOURCE", value_parser = SOURCES)]
    pub sources: Vec<String>,

    /// Where the server asks sources, and whom they can write to.
    #[command(flatten)]
    pub asked: sources::Asked,

    /// Also ask for a token from everyone who reads.
    #[arg(long, env = "DEPOSITARY_PRIVATE", value_parser = clap::builder::FalseyValueParser::new())]
    pub private: bool,

    /// An origin whose pages may send requests and open sockets, besides the server's own; may be given several times. `*` alone
    /// lets the pages of every origin read what is open to anyone; the server takes no token from them.
    ///
    /// Example: `--allow-origin https://example.org`
    #[arg(long, env = "DEPOSITARY_ALLOW_ORIGIN", value_delimiter = ',', value_name = "ORIGIN", value_parser = cors::origin)]
    pub allow_origin: Vec<String>,

    /// A host name under which the server answers, besides addresses, `localhost` and the name in `--public-url`; may be given
    /// several times, and `*` means any name.
    ///
    /// Example: `--allow-host depositary.example.org`
    #[arg(long, env = "DEPOSITARY_ALLOW_HOST", value_delimiter = ',', value_name = "NAME", value_parser = host)]
    pub allow_host: Vec<String>,

    /// The cost that the requests of one client may have in a minute, in units of query cost; 0 means no limit. Requests from the
    /// machine itself are not counted.
    ///
    /// Example: `--rate-limit 20000`
    #[arg(long, env = "DEPOSITARY_RATE_LIMIT", default_value_t = 60_000, value_name = "COST")]
    pub rate_limit: u32,

    /// A network of proxies whose header `X-Forwarded-For` the server believes; may be given several times.
    ///
    /// Example: `--trusted-proxy 10.0.0.0/8`
    #[arg(long, env = "DEPOSITARY_TRUSTED_PROXY", value_delimiter = ',', value_name = "NETWORK")]
    pub trusted_proxy: Vec<IpNet>,

    /// The file with the key that signs the log's checkpoints; the server makes the file when it is missing. Left out, the file
    /// is beside a SQLite database (`depositary.db.key`), otherwise `depositary.key` in the current folder.
    ///
    /// Example: `--log-key /etc/depositary/log.key`
    #[arg(long, env = "DEPOSITARY_LOG_KEY", value_name = "FILE")]
    pub log_key: Option<PathBuf>,

    /// The name that the log has in its checkpoints, when the server makes the key; a URL without its scheme is usual.
    ///
    /// Example: `--log-name example.org/depositary`
    #[arg(long, env = "DEPOSITARY_LOG_NAME", value_name = "NAME")]
    pub log_name: Option<String>,

    /// Sign no checkpoints and make no key.
    #[arg(long, env = "DEPOSITARY_UNSIGNED", value_parser = clap::builder::FalseyValueParser::new())]
    pub unsigned: bool,

    /// Serve no pages for people, only the answers as data.
    #[arg(long, env = "DEPOSITARY_NO_PAGES", value_parser = clap::builder::FalseyValueParser::new())]
    pub no_pages: bool,

    /// Ask search engines not to list the pages.
    #[arg(long, env = "DEPOSITARY_NO_INDEX", value_parser = clap::builder::FalseyValueParser::new())]
    pub no_index: bool,

    /// Where messages to webhooks may go, and how they name this log.
    #[command(flatten)]
    pub delivery: delivery::Options,

    /// The limits on what a client may ask, send and hold.
    #[command(flatten)]
    pub limits: Limits,
}

/// A host's name, or any.
fn host(text: &str) -> Result<String, String> {
    let fits = |text: &str| url::Host::parse(text).is_ok_and(|host| matches!(host, url::Host::Domain(_)));
    let wrong = || "write a name such as depositary.example.org, without scheme and port; `*` is any".to_owned();
    if text == "*" || fits(text) { Ok(text.to_ascii_lowercase()) } else { Err(wrong()) }
}

impl Options {
    /// The names by which the server is asked.
    fn hosts(&self) -> Arc<[String]> {
        let public = url::Url::parse(&self.delivery.public_url);
        let public = public.ok().and_then(|url| url.host_str().map(str::to_ascii_lowercase));
        self.allow_host.iter().cloned().chain(public).collect()
    }

    /// What is open to whom.
    pub(super) fn open(&self) -> Open {
        let (limits, struck) = (self.limits, Struck::default());
        let room = Room::new(&limits, struck.clone());
        let (origins, hosts) = (self.allow_origin.clone().into(), self.hosts());
        let (no_pages, no_index) = (self.no_pages, self.no_index || self.private);
        Open { origins, hosts, limits, struck, room, no_pages, no_index, ..Open::default() }
    }

    /// The key that signs; nothing under `--unsigned`. It is made when there is none, but not by a server that may only read:
    /// the server that writes the log has made it.
    pub(super) fn signer(&self, store: &Store, only_reads: bool) -> Result<Option<Signer>, KeyError> {
        if self.unsigned {
            return Ok(None);
        }
        let path = self.log_key.clone().unwrap_or_else(|| signing::usual_path(store.file()));
        if only_reads {
            return signing::load(&path);
        }
        signing::load_or_make(&path, self.log_name.as_deref()).map(Some)
    }
}
