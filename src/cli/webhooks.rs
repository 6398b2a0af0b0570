//! `depositary webhooks`: which endpoints get messages about new events, and how delivery works.
//!
//! Invariant: a secret is printed once, when it is made, alone on standard output (or as the one field `secret`).

use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, Subcommand};
use serde_json::json;

use super::error::CliError;
use super::output::{Verdict, print, print_json, table};
use super::{Global, open};
use crate::answers::Answers;
use crate::answers::view::Term;
use crate::clock::Clock;
use crate::domain::alert::rule::RuleName;
use crate::domain::country::Country;
use crate::domain::ids::{InstrumentCode, Position};
use crate::domain::time::instant_text;
use crate::domain::words::{MilestoneKind, Word};
use crate::read::reader::Reader;
use crate::work::delivery::wants::{Topic, Wants};
use crate::work::delivery::{Attempt, Endpoint, EndpointId, Outcome, Webhooks};

/// Options of every `webhooks` command.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    delivery: crate::work::delivery::Options,
    #[command(subcommand)]
    command: Command,
}

/// The commands about webhooks.
#[derive(Debug, Subcommand)]
enum Command {
    /// Add a webhook and print its secret, only this once. A running server begins to deliver within a second.
    ///
    /// Example: `depositary webhooks add https://example.org/hook --topic milestones,statuses --country KR`
    Add(AddOptions),
    /// List the webhooks, without their secrets.
    ///
    /// Example: `depositary webhooks list`
    List {
        /// Print the answer as JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// Send a webhook a message of type `depositary.webhook_test`; exit code 1 when the receiver does not accept it.
    ///
    /// Example: `depositary webhooks test webhook/0b0a2a6e-5f0e-4a52-8d6c-2d1f8c1f2a11`
    Test {
        /// The webhook's id, or only the UUID in it.
        id: EndpointId,
    },
    /// Give a webhook a new secret and print it, only this once. The old secret stays valid for some hours.
    ///
    /// Example: `depositary webhooks rotate webhook/0b0a2a6e-5f0e-4a52-8d6c-2d1f8c1f2a11 --overlap 24h`
    Rotate {
        /// The webhook's id, or only the UUID in it.
        id: EndpointId,
        /// How long the old secret stays valid beside the new one, at most 30 days.
        #[arg(long, default_value = "24h", value_parser = humantime::parse_duration)]
        overlap: std::time::Duration,
    },
    /// Disable a webhook. The server sends nothing more to it until `replay` enables it.
    ///
    /// Example: `depositary webhooks disable webhook/0b0a2a6e-5f0e-4a52-8d6c-2d1f8c1f2a11`
    Disable {
        /// The webhook's id, or only the UUID in it.
        id: EndpointId,
    },
    /// Remove a webhook with its secrets and its attempts. What the log says of the webhook stays.
    ///
    /// Example: `depositary webhooks remove webhook/0b0a2a6e-5f0e-4a52-8d6c-2d1f8c1f2a11`
    Remove {
        /// The webhook's id, or only the UUID in it.
        id: EndpointId,
    },
    /// Enable a webhook, and send it all messages from a position on again, under the same ids.
    ///
    /// Example: `depositary webhooks replay webhook/0b0a2a6e-5f0e-4a52-8d6c-2d1f8c1f2a11 --from 500`
    Replay {
        /// The webhook's id, or only the UUID in it.
        id: EndpointId,
        /// The first position whose messages are sent again.
        #[arg(long)]
        from: Position,
    },
    /// List the last attempts to deliver messages to a webhook, the newest first.
    ///
    /// Example: `depositary webhooks attempts webhook/0b0a2a6e-5f0e-4a52-8d6c-2d1f8c1f2a11`
    Attempts {
        /// The webhook's id, or only the UUID in it.
        id: EndpointId,
        /// Print the answer as JSON, for programs.
        #[arg(long)]
        json: bool,
    },
}

/// Options of `webhooks add`.
#[derive(Debug, Args)]
struct AddOptions {
    /// The URL to which the server sends messages: https, with a public address unless `--webhook-allow` allows others.
    url: String,
    /// The topics of the messages that the server sends to the webhook.
    #[arg(long, value_enum, value_delimiter = ',', required = true)]
    topic: Vec<Topic>,
    /// Only what is about agreements under these instruments; left out, all instruments.
    #[arg(long, value_delimiter = ',', value_parser = InstrumentCode::parse)]
    instrument: Vec<InstrumentCode>,
    /// Only what is about agreements with these countries; left out, all countries.
    #[arg(long, value_delimiter = ',', value_parser = Country::find)]
    country: Vec<Country>,
    /// Only events and changes of status that are about milestones of these kinds; left out, all kinds. Alerts are filtered by
    /// `--rule` instead.
    #[arg(long, value_delimiter = ',', value_parser = MilestoneKind::parse)]
    kind: Vec<MilestoneKind>,
    /// Only alerts of the alert rules with these names; left out, all alert rules.
    #[arg(long, value_delimiter = ',', value_parser = RuleName::parse)]
    rule: Vec<RuleName>,
    /// The position after which events are wanted; left out, only events that are recorded from now on.
    ///
    /// Example: `--after 0`
    #[arg(long, value_name = "POSITION")]
    after: Option<Position>,
    /// Print the id and the secret as JSON, for programs.
    #[arg(long)]
    json: bool,
}

/// Runs `depositary webhooks`.
pub async fn run(global: &Global, options: Options) -> Result<Verdict, CliError> {
    let instruments = open::instruments(global)?;
    let lists = matches!(options.command, Command::List { .. });
    let store = if lists { open::reading(global).await? } else { open::store(global).await? };
    let reader = Reader::open(store, instruments.clone()).await?;
    let clock = Clock::system();
    let answers = Answers::new(reader, instruments, clock.clone());
    let delivery = options.delivery;
    let webhooks = Webhooks::new(answers, delivery.courier(clock.clone()), clock, delivery.public_url);
    match options.command {
        Command::Add(options) => add(&webhooks, options).await,
        Command::List { json } => list(&webhooks.all().await?, json),
        Command::Test { id } => {
            let attempt = webhooks.test(id.0).await?;
            print(&format!("{}\n", told(&attempt)))?;
            Ok(if attempt.outcome == Outcome::Delivered { Verdict::Yes } else { Verdict::No })
        }
        Command::Rotate { id, overlap } => {
            let overlap = TimeDelta::from_std(overlap).unwrap_or(TimeDelta::MAX);
            let secret = webhooks.rotate(id.0, overlap).await?;
            let old = if overlap.is_zero() { "" } else { ", and for now the old one signs them too" };
            eprintln!("A new secret signs the messages to {id}{old}. It is shown only this once.");
            print(&format!("{}\n", secret.reveal()))
        }
        Command::Disable { id } => {
            webhooks.disable(id.0).await?;
            print(&format!("{id} is disabled\n"))
        }
        Command::Remove { id } => {
            webhooks.remove(id.0).await?;
            print(&format!("{id} is removed\n"))
        }
        Command::Replay { id, from } => {
            webhooks.replay(id.0, from).await?;
            print(&format!("{id} is sent all messages from position {from} on\n"))
        }
        Command::Attempts { id, json } => attempts(&webhooks.attempts(id.0).await?, json),
    }
}

async fn add(webhooks: &Webhooks, options: AddOptions) -> Result<Verdict, CliError> {
    let wants = Wants {
        topics: options.topic,
        instruments: options.instrument,
        countries: options.country,
        kinds: options.kind,
        rules: options.rule,
    };
    let (endpoint, secret) = webhooks.add(&options.url, wants, options.after).await?;
    let id = EndpointId(endpoint.id);
    if options.json {
        return print_json(&json!({ "id": id.to_string(), "secret": secret.reveal() }));
    }
    let position = endpoint.cursor.position;
    eprintln!("{id} is sent what is recorded after position {position}. Its secret is shown only this once.");
    print(&format!("{}\n", secret.reveal()))
}

fn state(endpoint: &Endpoint) -> String {
    match (endpoint.disabled, endpoint.cursor.failing_since) {
        (Some((_, by)), _) => format!("disabled: {}", by.why()),
        (None, Some(since)) => format!("failing since {}", instant_text(since)),
        (None, None) => "delivering".to_owned(),
    }
}

fn list(endpoints: &[Endpoint], as_json: bool) -> Result<Verdict, CliError> {
    let at = |at: Option<DateTime<Utc>>| at.map(instant_text);
    if as_json {
        let rows = endpoints.iter().map(|endpoint| {
            json!({
                "id": EndpointId(endpoint.id).to_string(),
                "url": endpoint.url,
                "wants": endpoint.wants,
                "position": endpoint.cursor.position,
                "waiting": endpoint.waiting.len(),
                "createdAt": instant_text(endpoint.created_at),
                "failingSince": at(endpoint.cursor.failing_since),
                "restsUntil": at(endpoint.cursor.rests_until),
                "disabledAt": at(endpoint.disabled.map(|(at, _)| at)),
                "disabledBy": endpoint.disabled.map(|(_, by)| Term(by)),
            })
        });
        return print_json(&rows.collect::<Vec<_>>());
    }
    let mut shown = table(["id", "url", "topics", "position", "waiting", "state"]);
    for endpoint in endpoints {
        let topics = endpoint.wants.topics.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let (position, waiting) = (endpoint.cursor.position.to_string(), endpoint.waiting.len().to_string());
        let id = EndpointId(endpoint.id).to_string();
        shown.add_row([id, endpoint.url.clone(), topics, position, waiting, state(endpoint)]);
    }
    print(&format!("{shown}\n"))
}

fn told(attempt: &Attempt) -> String {
    let status = attempt.status.map(|status| format!(", status {status}")).unwrap_or_default();
    format!("{}{status}, after {} ms", attempt.outcome.as_str().replace('_', " "), attempt.took_ms)
}

fn attempts(attempts: &[Attempt], as_json: bool) -> Result<Verdict, CliError> {
    if as_json {
        let rows = attempts.iter().map(|attempt| {
            json!({
                "at": instant_text(attempt.at),
                "position": attempt.position,
                "topic": attempt.topic.as_str(),
                "number": attempt.number,
                "outcome": attempt.outcome.as_str(),
                "status": attempt.status,
                "tookMs": attempt.took_ms,
            })
        });
        return print_json(&rows.collect::<Vec<_>>());
    }
    let mut shown = table(["at", "position", "topic", "attempt", "outcome"]);
    for attempt in attempts {
        let (position, number) = (attempt.position.to_string(), attempt.number.to_string());
        shown.add_row([instant_text(attempt.at), position, attempt.topic.to_string(), number, told(attempt)]);
    }
    print(&format!("{shown}\n"))
}
