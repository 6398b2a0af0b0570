//! How is a source asked?
//!
//! Invariant: politely and within bounds: one request after another with a pause between them, no redirect, no other host, no
//! body beyond the cap, and whatever comes is either an answer or a named fault.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, redirect};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, sleep_until};
use url::{Host, Url};

use super::{Asked, SetupError};
use crate::clock::Clock;
use crate::domain::reading::{ECFR, FEDERAL_REGISTER};
use crate::work::delivery::schedule::retry_after;

/// The most bytes of an answer: a page of a thousand documents has about two million.
const CAP: usize = 8 * 1024 * 1024;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The pause between two requests to a host that others use too.
const PAUSE: Duration = Duration::from_secs(1);
/// How often a request is tried whose fault may pass.
const TRIES: u32 = 3;
/// The longest that a source may ask to be left alone within a poll.
const LONGEST_REST: Duration = Duration::from_hours(1);
/// Where the links of the Federal Register's own answers lead, wherever the answers came from.
const HOME: &str = "www.federalregister.gov";

/// Why a source gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The source refused the request.
    #[error("the source answered {0}")]
    Refused(u16),
    /// The source has no such page: what that means, and what to do.
    #[error("{0}")]
    NotThere(String),
    /// The source failed three times.
    #[error("the source failed with {0}")]
    Failed(u16),
    /// It wants to know whether a person asks.
    #[error("the source answered with a page for people, or sent the request elsewhere")]
    Challenge,
    /// The answer is not what the source's description says.
    #[error("the answer does not have the expected form: {0}")]
    Shape(String),
    /// The answer is larger than any that is meant.
    #[error("the answer is larger than {CAP} bytes")]
    TooLarge,
    /// The source gave no whole answer in time.
    #[error("no whole answer came in time")]
    Silent,
    /// The source is loading new texts.
    #[error("the source is loading new texts; the program asks it again later")]
    Importing,
    /// A link leads to another host.
    #[error("a link leads to another host: {0}")]
    Elsewhere(String),
}

impl FetchError {
    /// The word for it in sweeps and counts.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Refused(_) => "http_4xx",
            Self::NotThere(_) => "not_found",
            Self::Failed(_) => "http_5xx",
            Self::Challenge => "challenge",
            Self::Shape(_) => "shape",
            Self::TooLarge => "too_large",
            Self::Silent => "timeout",
            Self::Importing => "importing",
            Self::Elsewhere(_) => "foreign_link",
        }
    }
}

/// An answer as it came.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The media type, without parameters.
    pub media_type: String,
    /// The bytes as they were received, of which the digest is taken.
    pub bytes: Vec<u8>,
}

/// Asks one host, one request after another.
#[derive(Debug)]
pub struct Fetcher {
    source: &'static str,
    client: Client,
    host: Url,
    pause: Duration,
    clock: Clock,
    next: Mutex<Instant>,
}

impl Fetcher {
    /// One for the Federal Register, by these options.
    ///
    /// # Errors
    /// [`SetupError`] when nobody can be written to, or the host may not be asked.
    pub fn new(options: &Asked, clock: Clock) -> Result<Self, SetupError> {
        Self::of(FEDERAL_REGISTER, options, clock)
    }

    /// One for a source, by these options.
    ///
    /// # Errors
    /// [`SetupError`] when nobody can be written to, or the host may not be asked.
    pub fn of(source: &str, options: &Asked, clock: Clock) -> Result<Self, SetupError> {
        let (source, host) = match source {
            ECFR => (ECFR, options.ecfr_host.clone()),
            _ => (FEDERAL_REGISTER, options.source_host.clone()),
        };
        let contact = options.source_contact.as_deref().map(str::trim).filter(|contact| !contact.is_empty());
        let contact = contact.ok_or(SetupError::NoContact)?;
        if !contact.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Err(SetupError::Contact);
        }
        let here = is_here(&host);
        let may = host.scheme() == "https" || host.scheme() == "http" && here;
        if !may || !host.username().is_empty() || host.password().is_some() {
            return Err(SetupError::Host(host));
        }
        let client = Client::builder()
            .user_agent(format!("Depositary/{} (+{contact})", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .timeout(PATIENCE)
            .build()
            .map_err(SetupError::Client)?;
        let pause = if here { Duration::ZERO } else { PAUSE };
        Ok(Self { source, client, host, pause, clock, next: Mutex::new(Instant::now()) })
    }

    /// The source that it asks.
    #[must_use]
    pub const fn source(&self) -> &'static str {
        self.source
    }

    /// An address below the host.
    pub(super) fn below(&self, path: &str) -> Result<Url, FetchError> {
        self.host.join(path).map_err(|_| FetchError::Shape(format!("no address: {path}")))
    }

    /// An address that an answer gave: on this host, or the home of the source, which this host then stands for.
    pub(super) fn linked(&self, link: &str) -> Result<Url, FetchError> {
        let elsewhere = || FetchError::Elsewhere(link.chars().take(200).collect());
        let mut url = self.host.join(link).map_err(|_| elsewhere())?;
        let same = |url: &Url| {
            (url.scheme(), url.host(), url.port_or_known_default())
                == (self.host.scheme(), self.host.host(), self.host.port_or_known_default())
        };
        if !same(&url) && url.host_str() == Some(HOME) {
            let (path, query) = (url.path().to_owned(), url.query().map(ToOwned::to_owned));
            url = self.host.join(&path).map_err(|_| elsewhere())?;
            url.set_query(query.as_deref());
        }
        let plain = url.username().is_empty() && url.password().is_none();
        if same(&url) && plain { Ok(url) } else { Err(elsewhere()) }
    }

    /// The answer to a request. What may pass is tried three times; a source that asks to be left alone is.
    ///
    /// # Errors
    /// [`FetchError`], the last of the tries.
    pub(super) async fn get(&self, url: &Url, accepted: &[&str]) -> Result<Fetched, FetchError> {
        let mut tried = 0;
        loop {
            tried += 1;
            let (fault, rest) = match self.once(url, accepted).await {
                Ok(fetched) => return Ok(fetched),
                Err(fault) => fault,
            };
            let passes = matches!(fault, FetchError::Failed(_) | FetchError::Silent) || rest.is_some();
            if !passes || tried == TRIES {
                return Err(fault);
            }
            let usual = self.pause.max(Duration::from_millis(50)) * tried;
            sleep(rest.unwrap_or(usual).min(LONGEST_REST)).await;
        }
    }

    /// One try, with how long the source asks to be left alone.
    async fn once(&self, url: &Url, accepted: &[&str]) -> Result<Fetched, (FetchError, Option<Duration>)> {
        let mut next = self.next.lock().await;
        sleep_until(*next).await;
        let answered = self.client.get(url.clone()).header(ACCEPT, accepted.join(", ")).send().await;
        *next = Instant::now() + self.pause;
        drop(next);
        let response = answered.map_err(|_| (FetchError::Silent, None))?;
        let status = response.status();
        let media_type = media_type(&response);
        if status.is_redirection()
            || media_type == "text/html" && (status.is_success() || status == StatusCode::FORBIDDEN)
        {
            return Err((FetchError::Challenge, None));
        }
        if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE {
            let rest = rest(&response, self.clock.now()).unwrap_or(self.pause);
            return Err((FetchError::Failed(status.as_u16()), Some(rest)));
        }
        if !status.is_success() {
            let fault = if status.is_server_error() { FetchError::Failed } else { FetchError::Refused };
            return Err((fault(status.as_u16()), None));
        }
        if !accepted.contains(&media_type.as_str()) {
            return Err((FetchError::Shape(format!("{media_type} came, not {}", accepted.join(" or "))), None));
        }
        let bytes = body(response).await.map_err(|fault| (fault, None))?;
        Ok(Fetched { media_type, bytes })
    }
}

/// Whether a host is this machine.
fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn media_type(response: &Response) -> String {
    let header = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    header.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn rest(response: &Response, now: DateTime<Utc>) -> Option<Duration> {
    let value = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    (retry_after(value, now)? - now).to_std().ok()
}

async fn body(mut response: Response) -> Result<Vec<u8>, FetchError> {
    let mut bytes = Vec::new();
    while let Some(part) = response.chunk().await.map_err(|_| FetchError::Silent)? {
        if bytes.len() + part.len() > CAP {
            return Err(FetchError::TooLarge);
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}
