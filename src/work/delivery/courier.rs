//! How does a message get to a receiver?
//!
//! Invariant: it connects only to addresses that the rules admit, each time anew, by no proxy and after no redirect; it
//! waits for no receiver longer than the patience, and reads at most [`MOST_ANSWERED`] of an answer and keeps nothing of it.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, ClientBuilder, Response, redirect};
use tokio::runtime::Handle;

use super::addresses::Rules;
use super::outcome::{Answer, Outcome};
use super::schedule::retry_after;
use super::signature::Signed;
use super::thread::Thread;
use crate::clock::Clock;

/// How long a receiver may take to answer, including the time to connect, unless the operator sets another time.
pub const PATIENCE: Duration = Duration::from_secs(15);
/// How many bytes of an answer's body the courier reads, so that it can use the connection again.
const MOST_ANSWERED: usize = 16 * 1024;
/// How long reading the body may take.
const LAST_BYTES: Duration = Duration::from_secs(1);
/// How long the courier keeps an unused connection open.
const IDLE: Duration = Duration::from_secs(30);

/// The addresses that a name has at this moment.
type Found = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// How the courier looks names up: by the system, or as a test says.
pub type LookUp = Arc<dyn Fn(String) -> Found + Send + Sync>;

/// Looks a name up as the system does.
#[must_use]
pub fn by_the_system() -> LookUp {
    Arc::new(|name| {
        Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect()) })
    })
}

/// Takes messages to receivers; cheap to clone.
#[derive(Clone)]
pub struct Courier {
    rules: Rules,
    /// The client; `None` where the system has no certificates to trust.
    by_tls: Option<Client>,
    in_clear: Option<Client>,
    patience: Duration,
    clock: Clock,
    /// The thread on which the courier works; the thread of the caller where the system gave none.
    thread: Option<Thread>,
}

impl Courier {
    /// A courier with these rules, which waits this long for each answer.
    #[must_use]
    pub fn new(rules: Rules, patience: Duration, look_up: &LookUp, clock: Clock) -> Self {
        let client = |by_tls: bool, builder: ClientBuilder| {
            let admitting = Admitting { rules: rules.clone(), by_tls, look_up: look_up.clone() };
            let builder = builder
                .dns_resolver(Arc::new(admitting))
                .redirect(redirect::Policy::none())
                .retry(reqwest::retry::never())
                .no_proxy()
                .referer(false)
                .http1_only()
                .user_agent(concat!("Depositary/", env!("CARGO_PKG_VERSION")))
                .timeout(patience)
                .pool_max_idle_per_host(1)
                .pool_idle_timeout(IDLE);
            let built = builder.build();
            built
                .map_err(
                    |error| tracing::warn!(by_tls, error = %crate::telemetry::chain(&error), "delivery.courier.lame"),
                )
                .ok()
        };
        Self {
            by_tls: client(true, Client::builder().https_only(true)),
            in_clear: client(false, Client::builder().tls_certs_only([])),
            rules,
            patience,
            clock,
            thread: Thread::start("webhooks")
                .map_err(|error| tracing::warn!(error = %crate::telemetry::chain(&error), "delivery.courier.no_thread"))
                .ok(),
        }
    }

    /// The same courier, which waits no longer than this.
    #[must_use]
    pub fn waiting_at_most(&self, patience: Duration) -> Self {
        Self { patience: self.patience.min(patience), ..self.clone() }
    }

    /// The rules for the addresses of receivers.
    #[must_use]
    pub const fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The thread on which the courier works; code that sends much works there too.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.thread.as_ref().map_or_else(Handle::current, |thread| thread.handle().clone())
    }

    /// Sends a message once; to be called [where it works](Self::handle).
    pub async fn send(&self, url: &str, signed: &Signed, body: Bytes) -> Answer {
        // The rules may be others than when the endpoint was added.
        let Ok(url) = self.rules.target(url) else { return Answer::none(Outcome::Forbidden) };
        let client = if url.scheme() == "https" { &self.by_tls } else { &self.in_clear };
        let Some(client) = client else { return Answer::none(Outcome::Unreachable) };
        let request = client
            .post(url)
            .header(CONTENT_TYPE, "application/cloudevents+json; charset=utf-8")
            .header("webhook-id", &signed.id)
            .header("webhook-timestamp", signed.timestamp)
            .header("webhook-signature", &signed.signature)
            .body(body);
        match tokio::time::timeout(self.patience, request.send()).await {
            Ok(Ok(response)) => {
                let answer = self.answer(&response);
                drain(response).await;
                answer
            }
            Ok(Err(error)) => {
                let outcome = outcome(&error);
                // Without the URL, which may hold a secret of the receiver's.
                tracing::debug!(error = %crate::telemetry::chain(&error.without_url()), "delivery.attempt.failed");
                Answer::none(outcome)
            }
            Err(_) => Answer::none(Outcome::TimedOut),
        }
    }

    fn answer(&self, response: &Response) -> Answer {
        let outcome = Outcome::of_status(response.status().as_u16());
        let asked = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let asked = asked.filter(|_| outcome != Outcome::Delivered);
        let rests_until = asked.and_then(|value| retry_after(value, self.clock.now()));
        Answer { outcome, status: Some(response.status().as_u16()), rests_until }
    }
}

/// Reads a short body beside the status; a receiver that sends a longer one, or sends it slowly, loses the connection.
async fn drain(mut response: Response) {
    let read = async {
        let mut read = 0;
        while read <= MOST_ANSWERED
            && let Ok(Some(bytes)) = response.chunk().await
        {
            read += bytes.len();
        }
    };
    let _ = tokio::time::timeout(LAST_BYTES, read).await;
}

fn outcome(error: &reqwest::Error) -> Outcome {
    // A name that leads inside alone is told as one that leads nowhere: whoever adds endpoints does not learn which names
    // exist inside.
    if error.is_timeout() { Outcome::TimedOut } else { Outcome::Unreachable }
}

/// Looks names up, and gives only the addresses that the rules admit. The client connects to no other address.
struct Admitting {
    rules: Rules,
    by_tls: bool,
    look_up: LookUp,
}

impl Resolve for Admitting {
    fn resolve(&self, name: Name) -> Resolving {
        let (rules, by_tls, found) = (self.rules.clone(), self.by_tls, (self.look_up)(name.as_str().to_owned()));
        Box::pin(async move {
            let mut found = found.await?;
            found.retain(|address| rules.admit(*address, by_tls));
            if found.is_empty() {
                return Err(Forbidden.into());
            }
            let addresses: Addrs = Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}

/// A name has no address that the rules admit.
#[derive(Debug)]
struct Forbidden;

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name has no address that messages may be sent to")
    }
}

impl Error for Forbidden {}
