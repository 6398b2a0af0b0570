//! How is the process put together, and how does it end?
//!
//! Invariant: it is ready only while it can do with the log what it is meant to: read, and write unless it could never write; on a
//! signal it answers what it has begun, and ends.

mod options; // What may be set.
mod error; // Why it cannot start.
mod routes; // Which paths there are, through which layers.
mod background; // What it does beside answering.
mod ending; // When it is to end.
mod seed; // The bundled facts, in an empty log.
mod ready; // Whether it can do with the log what it is meant to.

// From the socket to a request.
mod listening; // Connections, and their times.
mod connections; // How many there may be, in all and from one address.
mod wire; // Bytes, with the times that they may take.

// The layers around the faces, from the outside in.
mod headers; // What every answer says about itself.
mod metrics; // What requests there were, and how they ended.
mod requests; // The id of each.
mod cors; // Pages of other origins.
mod hosts; // The names under which the server answers.
mod paths; // Addresses where nothing is.
mod compressing; // What may be compressed, and for whom.
mod helping; // Refusals as pages, for people.
mod gate; // Who asks, may they, and what it costs.
mod holding; // How many bytes of answers are held.
mod repeating; // Pages that are sent again.
mod caching; // What may be kept by clients.
mod reached; // Whether the position that was asked for has come.

// What the layers use.
mod basic; // A token as the password of a calendar.
mod refusals; // Errors of the server itself.

// What `/metrics` says.
mod scrape; // Everything but requests.
mod deliveries; // Webhooks.
mod incoming; // The inbox and its sources.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use self::background::Background;
use self::connections::Connections;
use self::listening::Listening;

pub use self::error::ServeError;
pub use self::options::Options;
pub use self::routes::router;
pub use self::seed::{seed, seed_figures};

use crate::access::{Access, Rates};
use crate::answers::Answers;
use crate::clock::{Clock, ClockError};
use crate::config::instruments::Instruments;
use crate::config::rules::Rules;
use crate::faces::behind::Behind;
use crate::faces::open::Open;
use crate::read::reader::Reader;
use crate::record::tracker::{Daily, Tracker};
use crate::store::{Store, StoreError};
use crate::work::delivery::Webhooks;
use crate::work::sources::Fetcher;

/// How long the process may take to end after a signal, whatever its clients and receivers do.
const LAST_WORK: Duration = Duration::from_secs(7);

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
    hold_the_clock_against_the_log(&store, &clock).await?;
    let only_reads = only_reads(&store, &instruments).await;
    let fetchers = fetchers(&options, &clock)?;
    let signer = options.signer(&store, only_reads)?;
    let open = Open { must_write: options.alerts || !only_reads, ..options.open() };
    let reader = Reader::open(store.clone(), instruments.clone()).await?;
    let daily = Daily { most: open.limits.daily_facts, struck: open.struck.clone() };
    let tracker = Tracker::start_with(store.clone(), instruments.clone(), clock.clone(), reader.clone(), daily);
    if !options.no_seed && reader.seen().0 == 0 {
        seed(&tracker).await?;
        seed_figures(&tracker).await?;
    }
    let answers = Answers::new(reader.clone(), instruments, clock.clone()).by_rules(rules).signed_by(signer);
    let behind = behind(&store, answers, tracker, &clock, &options);
    let listener = listen(&options, &behind)?;
    let background = Background::start(&store, reader, &behind, fetchers, &open, &clock, options.alerts);
    tokio::spawn(end_on_a_signal(open.ending.clone()));
    let proxies: Arc<[IpNet]> = options.trusted_proxy.into();
    let listens = Listening {
        router: router(store, behind, background.looks(), open.clone(), proxies.clone())?,
        connections: Connections::new(&open.limits, proxies, open.struck.clone(), open.connections.clone()),
        limits: open.limits,
        struck: open.struck.clone(),
        ending: open.ending.clone(),
    };
    until_it_ends(listens, listener, open, background).await;
    Ok(())
}

/// Warns where the clock of this machine does not fit the log.
///
/// # Errors
/// [`ServeError::Clock`], when the clock is so far off that no answer could be dated.
async fn hold_the_clock_against_the_log(store: &Store, clock: &Clock) -> Result<(), ServeError> {
    let end = store.head().await?.ended_at();
    match clock.fits(end) {
        Ok(()) => {}
        Err(error @ ClockError::Beyond(_)) => return Err(ServeError::Clock(error)),
        Err(error) => tracing::warn!(%error, "server.clock.does_not_fit"),
    }
    Ok(())
}

/// Whether the log may only be read here, which the log of the process then says.
async fn only_reads(store: &Store, instruments: &Instruments) -> bool {
    let tried = store.try_to_write(&crate::store::rules(instruments)).await;
    let only_reads = matches!(tried, Err(StoreError::ReadOnly(_)));
    if only_reads {
        tracing::warn!("server.only_reads: the log may not be written here, so nothing is recorded by this server");
    }
    only_reads
}

/// What asks each source that an option names, once each.
fn fetchers(options: &Options, clock: &Clock) -> Result<Vec<Fetcher>, ServeError> {
    let named: BTreeSet<&String> = options.sources.iter().collect();
    let fetchers = named.into_iter().map(|source| Fetcher::of(source, &options.asked, clock.clone()));
    Ok(fetchers.collect::<Result<_, _>>()?)
}

/// What stands behind every face.
fn behind(store: &Store, answers: Answers, tracker: Tracker, clock: &Clock, options: &Options) -> Behind {
    let public_url = &options.delivery.public_url;
    let answers = answers.served_at(public_url);
    let answers = if options.no_pages { answers } else { answers.with_pages_at(public_url.clone()) };
    let access = Access::new(store.clone(), clock.clone(), options.private);
    let courier = options.delivery.courier(clock.clone());
    let webhooks = Webhooks::new(answers.clone(), courier, clock.clone(), public_url.clone());
    Behind { answers, tracker, access, rates: Rates::new(options.rate_limit), webhooks }
}

/// Listens, and says where.
///
/// # Errors
/// [`ServeError::Listen`].
fn listen(options: &Options, behind: &Behind) -> Result<TcpListener, ServeError> {
    let refused = |source| ServeError::Listen { address: options.listen, source };
    let listener = listening::listen(options.listen).map_err(refused)?;
    let address = listener.local_addr().unwrap_or(options.listen);
    let position = behind.answers.position();
    tracing::info!(%address, position = position.0, "server.ready");
    let door = if options.no_pages { "/graphql" } else { "/" };
    eprintln!("Depositary answers at http://{address}{door}, as of position {position} of the log.");
    Ok(listener)
}

/// Cancels when a signal asks the process to end.
async fn end_on_a_signal(ending: CancellationToken) {
    ending::signal().await;
    ending.cancel();
}

/// Answers until a signal came and everything that was begun has ended, but no longer than [`LAST_WORK`] after the signal.
async fn until_it_ends(listens: Listening, listener: TcpListener, open: Open, background: Background) {
    let stopped = background.stopped();
    let ended = async {
        listens.serve(listener).await;
        open.sockets.close();
        open.sockets.wait().await;
        background.end().await;
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
}
