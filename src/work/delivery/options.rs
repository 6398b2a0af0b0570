//! What may an operator set about webhooks?
//!
//! Invariant: nothing is allowed that the operator did not allow; the server and the command line have the same settings.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use ipnet::IpNet;
use url::Url;

use super::addresses::Rules;
use super::courier::{Courier, by_the_system};
use crate::clock::Clock;

/// Where messages to webhooks may go, and how they name this log.
#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct Options {
    /// A network that is not public and to which messages may go all the same; may be given several times.
    ///
    /// Example: `--webhook-allow 10.20.0.0/16`
    #[arg(long, global = true, env = "DEPOSITARY_WEBHOOK_ALLOW", value_delimiter = ',', value_name = "NETWORK")]
    pub webhook_allow: Vec<IpNet>,

    /// A port to which messages may go, besides 443 and 80; may be given several times.
    ///
    /// Example: `--webhook-port 8443`
    #[arg(long, global = true, env = "DEPOSITARY_WEBHOOK_PORT", value_delimiter = ',', value_name = "PORT")]
    pub webhook_port: Vec<u16>,

    /// How long a receiver may take to answer.
    #[arg(long, global = true, env = "DEPOSITARY_WEBHOOK_TIMEOUT", default_value = "15s", value_name = "TIME", value_parser = patience)]
    pub webhook_timeout: Duration,

    /// The URL at which this server is reached from outside. Messages name the log by this URL, and link to answers below it.
    ///
    /// Example: `--public-url https://depositary.example.org`
    #[arg(long, global = true, env = "DEPOSITARY_PUBLIC_URL", default_value = "http://127.0.0.1:8080", value_name = "URL", value_parser = base)]
    pub public_url: Arc<str>,
}

impl Options {
    /// The courier with these settings.
    #[must_use]
    pub fn courier(&self, clock: Clock) -> Courier {
        let rules = Rules::of(&self.webhook_allow, &self.webhook_port);
        Courier::new(rules, self.webhook_timeout, &by_the_system(), clock)
    }
}

fn patience(text: &str) -> Result<Duration, String> {
    let fits = |time: &Duration| (Duration::from_millis(100)..=Duration::from_mins(2)).contains(time);
    let time = humantime::parse_duration(text).ok().filter(fits);
    time.ok_or_else(|| "write a time from 100ms to 2m, such as 15s".to_owned())
}

/// Reads a URL, and ends it so that a path can follow.
///
/// # Errors
/// What to write.
pub fn base(text: &str) -> Result<Arc<str>, String> {
    let plain = |url: &Url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    };
    let url = Url::parse(text).ok().filter(|url| plain(url) && text.len() <= 500);
    let url =
        url.ok_or_else(|| "write a link such as https://depositary.example.org, without query or fragment".to_owned())?;
    Ok(url.as_str().trim_end_matches('/').into())
}
