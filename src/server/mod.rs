//! The process that answers over HTTP: ready quickly, gone cleanly.
//!
//! Invariant: it is ready only when it can read and write the log; on a signal it answers what it has begun, and ends.

mod basic;
mod caching;
mod compressing;
mod connections;
mod cors;
mod deliveries;
mod gate;
mod headers;
mod helping;
mod holding;
mod hosts;
mod incoming;
mod listening;
mod metrics;
mod paths;
mod reached;
mod ready;
mod seed;
mod refusals;
mod requests;
mod scrape;
mod wire;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware;
use axum::routing::get;
use clap::Args;
use ipnet::IpNet;
#[cfg(unix)]
use tokio::signal::unix::SignalKind;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;

use self::connections::Connections;
use self::gate::Gate;
use self::holding::Holding;
use self::hosts::Hosts;
use self::listening::Listening;
use self::metrics::Metrics;
use self::ready::Readiness;
use self::scrape::Scrape;
pub use self::seed::{seed, seed_figures};

use crate::access::{Access, Rates, Room};
use crate::answers::Answers;
use crate::clock::{Clock, ClockError};
use crate::config::instruments::Instruments;
use crate::config::limits::{Limits, Struck};
use crate::config::rules::Rules;
use crate::faces::graphql::transport::Open;
use crate::faces::graphql::{self, Behind};
use crate::faces::pages::Pages;
use crate::faces::{explorer, pages, rest, tlog};
use crate::ledger::Signer;
use crate::proof::signing::{self, KeyError};
use crate::read::reader::Reader;
use crate::record::tracker::{Daily, ExecuteError, Tracker};
use crate::store::{Store, StoreError};
use crate::telemetry;
use crate::work::alerts::{Looks, keep_looking};
use crate::work::delivery::schedule::Schedule;
use crate::work::delivery::{self, Webhooks};
use crate::work::lease;
use crate::work::lease::Lease;
use crate::work::sources::{self, Fetcher, SOURCE, SOURCES, SetupError, keep_polling};

/// How long the process may take to end after a signal, whatever its clients and receivers do.
const LAST_WORK: Duration = Duration::from_secs(7);
/// How often a server looks how far sources have been searched.
const LOOK_AT_SEARCHES: Duration = Duration::from_mins(1);

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
    fn open(&self) -> Open {
        let (limits, struck) = (self.limits, Struck::default());
        let room = Room::new(&limits, struck.clone());
        let (origins, hosts) = (self.allow_origin.clone().into(), self.hosts());
        let (no_pages, no_index) = (self.no_pages, self.no_index || self.private);
        Open { origins, hosts, limits, struck, room, no_pages, no_index, ..Open::default() }
    }

    /// The key that signs; nothing under `--unsigned`. It is made when there is none, but not by a server that may only read:
    /// the server that writes the log has made it.
    fn signer(&self, store: &Store, only_reads: bool) -> Result<Option<Signer>, KeyError> {
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

/// Why the server stopped, or did not start.
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

/// Serves until a signal ends it.
///
/// # Errors
/// [`ServeError`], when it cannot start.
pub async fn serve(
    store: Store,
    instruments: Instruments,
    rules: Rules,
    clock: Clock,
    options: Options,
) -> Result<(), ServeError> {
    let end = store.head().await?.ended_at();
    match clock.fits(end) {
        Ok(()) => {}
        // No answer could be dated.
        Err(error @ ClockError::Beyond(_)) => return Err(ServeError::Clock(error)),
        Err(error) => tracing::warn!(%error, "server.clock.does_not_fit"),
    }
    let only_reads =
        matches!(store.try_to_write(&crate::store::rules(&instruments)).await, Err(StoreError::ReadOnly(_)));
    if only_reads {
        tracing::warn!("server.only_reads: the log may not be written here, so nothing is recorded by this server");
    }
    let asked: BTreeSet<&String> = options.sources.iter().collect();
    let fetchers = asked.into_iter().map(|source| Fetcher::of(source, &options.asked, clock.clone()));
    let fetchers: Vec<Fetcher> = fetchers.collect::<Result<_, _>>()?;
    let signer = options.signer(&store, only_reads)?;
    let reader = Reader::open(store.clone(), instruments.clone()).await?;
    let open = Open { must_write: options.alerts || !only_reads, ..options.open() };
    let daily = Daily { most: open.limits.daily_facts, struck: open.struck.clone() };
    let tracker = Tracker::start_with(store.clone(), instruments.clone(), clock.clone(), reader.clone(), daily);
    if !options.no_seed && reader.seen().0 == 0 {
        seed(&tracker).await?;
        seed_figures(&tracker).await?;
    }
    let stopped = CancellationToken::new();
    let following = tokio::spawn(reader.clone().keep_up(stopped.clone()));
    let access = Access::new(store.clone(), clock.clone(), options.private);
    let rates = Rates::new(options.rate_limit);
    let answers = Answers::new(reader, instruments, clock.clone()).by_rules(rules).signed_by(signer);
    let searching = tokio::spawn(look_at_searches(answers.clone(), stopped.clone()));
    let delivery = &options.delivery;
    let answers = answers.served_at(&delivery.public_url);
    let answers = if options.no_pages { answers } else { answers.with_pages_at(delivery.public_url.clone()) };
    let courier = delivery.courier(clock.clone());
    let webhooks = Webhooks::new(answers.clone(), courier, clock.clone(), delivery.public_url.clone());
    let behind = Behind { answers, tracker, access, rates, webhooks };
    let listener =
        listening::listen(options.listen).map_err(|source| ServeError::Listen { address: options.listen, source })?;
    let address = listener.local_addr().unwrap_or(options.listen);
    let position = behind.answers.position();
    tracing::info!(%address, position = position.0, "server.ready");
    let door = if options.no_pages { "/graphql" } else { "/" };
    eprintln!("Depositary answers at http://{address}{door}, as of position {position} of the log.");
    let looks = Looks::default();
    let looking = options.alerts.then(|| {
        let (answers, tracker) = (behind.answers.clone(), behind.tracker.clone());
        let (looks, stopped) = (looks.clone(), stopped.clone());
        under(&store, "alerts", |lease| keep_looking(answers, tracker, lease, looks, stopped))
    });
    let polling = fetchers.into_iter().map(|fetcher| {
        let (of, clock, stopped) = (store.clone(), clock.clone(), stopped.clone());
        let name = if fetcher.source() == SOURCE { "sources" } else { "sources-ecfr" };
        under(&store, name, |lease| keep_polling(of, fetcher, clock, lease, stopped))
    });
    let polling: Vec<_> = polling.collect();
    let (sender, ends) = (behind.webhooks.sender(Schedule::default()), open.ending.clone());
    let delivering = under(&store, "webhooks", |lease| async move {
        let _ = sender.start(lease, ends).await;
    });
    let ending = open.ending.clone();
    tokio::spawn(async move {
        signal().await;
        ending.cancel();
    });
    let proxies: Arc<[IpNet]> = options.trusted_proxy.into();
    let listens = Listening {
        router: router(store, behind, looks, open.clone(), proxies.clone())?,
        connections: Connections::new(&open.limits, proxies, open.struck.clone(), open.connections.clone()),
        limits: open.limits,
        struck: open.struck.clone(),
        ending: open.ending.clone(),
    };
    let ended = async {
        listens.serve(listener).await;
        open.sockets.close();
        open.sockets.wait().await;
        // Delivering reads what the process has seen, so following ends after it.
        let _ = delivering.await;
        stopped.cancel();
        // A follower that has failed has said so already.
        let _ = following.await;
        for work in [searching].into_iter().chain(looking).chain(polling) {
            let _ = work.await;
        }
    };
    let overdue = async {
        open.ending.cancelled().await;
        tokio::time::sleep(LAST_WORK).await;
        tracing::warn!("server.overdue");
    };
    tokio::select! {
        () = ended => {}
        () = overdue => stopped.cancel(),
    }
    Ok(())
}

/// Looks from time to time how far sources have been searched, by this process or another, until it is cancelled.
async fn look_at_searches(answers: Answers, cancelled: CancellationToken) {
    loop {
        if let Err(error) = answers.look_at_searches().await {
            tracing::warn!(error = %telemetry::chain(&error), "server.searches.unread");
        }
        tokio::select! {
            () = cancelled.cancelled() => return,
            () = tokio::time::sleep(LOOK_AT_SEARCHES) => {}
        }
    }
}

/// Does what one process of several does, under the lease of a name; gives it back when the work has ended, however it did.
fn under<W>(store: &Store, name: &'static str, work: impl FnOnce(Lease) -> W) -> JoinHandle<()>
where
    W: Future<Output = ()> + Send + 'static,
{
    let leasing = CancellationToken::new();
    let lease = lease::hold(store.clone(), name, leasing.clone());
    let work = work(lease.clone());
    tokio::spawn(async move {
        // A task of its own, so that the lease outlives no panic.
        let _ = tokio::spawn(work).await;
        leasing.cancel();
        lease.ended().await;
    })
}

/// Every route. Anyone may ask whether the process is alive and ready, and for the page that explores, which holds no
/// answers; everything else passes the gate (`server/gate.rs`).
///
/// # Errors
/// [`ServeError::Metrics`].
pub fn router(
    store: Store,
    behind: Behind,
    looks: Looks,
    open: Open,
    proxies: Arc<[IpNet]>,
) -> Result<Router, ServeError> {
    let metrics = Metrics::new()?;
    let scrape = Scrape::of(metrics.clone(), &store, &behind, looks, &open);
    let gate = Gate::new(&behind, proxies, (!open.no_pages).then_some(pages::SIGN_IN));
    let hosts = Hosts { names: open.hosts.clone(), struck: open.struck.clone() };
    let holding = Holding::new(open.room.clone(), open.limits, open.struck.clone());
    let caching = middleware::from_fn_with_state(behind.access.clone(), caching::tell);
    let readiness = Readiness::of(store, behind.tracker.clone(), behind.answers.clone(), open.must_write);
    let cors = cors::layer(&open.origins);
    let shown = (!open.no_pages).then(|| {
        let (answers, site) = (behind.answers.clone(), behind.webhooks.public_url().clone());
        Pages::new(answers, behind.access.clone(), behind.tracker.clone(), site, !open.no_index)
    });
    let answers = behind.answers.clone();
    let guarded = graphql::transport::router(behind, open).merge(rest::router(answers.clone()));
    // The plain URLs wait for a position by themselves, since they take it as a parameter too.
    let reached = || middleware::from_fn_with_state(answers.clone(), reached::wait);
    let guarded = guarded.merge(tlog::router(answers.clone()).layer(reached()));
    let (guarded, assets) = match &shown {
        Some(shown) => (guarded.merge(pages::router(shown.clone()).layer(reached())), pages::assets()),
        None => (guarded, Router::new()),
    };
    let helping = shown.clone().map(|shown| middleware::from_fn_with_state(shown, helping::help));
    let guarded = guarded
        .fallback(async move |request: Request| paths::nothing(shown.as_ref(), request))
        .layer(caching)
        .layer(middleware::from_fn_with_state(holding, holding::hold))
        .route("/metrics", get(scrape::scrape).with_state(scrape));
    let guarded = guarded.layer(middleware::from_fn_with_state(gate, gate::identify));
    let guarded = guarded.layer(ServiceBuilder::new().option_layer(helping));
    let router = Router::new()
        .route("/livez", get(|| async { "alive\n" }))
        .route("/readyz", get(ready::ready).with_state(readiness))
        .merge(explorer::router())
        .merge(assets)
        .merge(guarded)
        .layer(middleware::from_fn(compressing::mark))
        .layer(compressing::layer())
        .layer(middleware::map_response(compressing::weaken))
        .layer(middleware::from_fn(paths::without_slash))
        .layer(middleware::from_fn_with_state(hosts, hosts::check));
    let counting = middleware::from_fn_with_state(metrics, metrics::count);
    let numbering = middleware::from_fn(requests::number);
    let guarding = middleware::map_response(headers::guarded);
    Ok(router.layer(ServiceBuilder::new().layer(guarding).layer(counting).layer(numbering).option_layer(cors)))
}

/// Waits for a signal; for ever where it cannot be heard.
#[cfg(unix)]
async fn sent(kind: SignalKind) {
    match tokio::signal::unix::signal(kind) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

async fn signal() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    // A terminal that closes hangs up, and the log is to be whole then too.
    #[cfg(unix)]
    let terminated = async {
        tokio::select! {
            () = sent(SignalKind::terminate()) => {}
            () = sent(SignalKind::hangup()) => {}
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
    tracing::info!("server.stopping");
}
