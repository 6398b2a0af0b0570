//! `depositary token`: who may write, and under `serve --private` who may read.
//!
//! Invariant: a secret is printed once, when it is made, alone on standard output.

use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::error::CliError;
use super::output::{Verdict, print, print_json, table};
use crate::access::{Access, Role};
use crate::clock::Clock;
use crate::domain::ids::Actor;
use crate::domain::time::instant_text;
use crate::store::{Store, StoredToken};

/// The commands about tokens.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a token and print it, only this once.
    ///
    /// Example: `depositary token create --role recorder --name press-desk --expires 90d`
    Create(CreateOptions),
    /// List the tokens, without their secrets.
    ///
    /// Example: `depositary token list`
    List {
        /// Print the answer as JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// Revoke a token. What is open with it ends within two seconds.
    ///
    /// Example: `depositary token revoke press-desk`
    Revoke {
        /// The token's name.
        #[arg(value_parser = |name: &str| Actor::parse(name))]
        name: Actor,
    },
}

/// Options of `token create`.
#[derive(Debug, Args)]
pub struct CreateOptions {
    /// What the holder of the token may do.
    #[arg(long)]
    role: Role,
    /// The public name of the token. Every event that is recorded with the token shows the name for ever.
    #[arg(long, value_parser = |name: &str| Actor::parse(name))]
    name: Actor,
    /// The time from now after which the token ends, such as 12h or 90d, or never.
    #[arg(long, default_value = "90d", value_parser = Expiry::parse)]
    expires: Expiry,
}

/// How long a token is good for.
#[derive(Debug, Clone, Copy)]
struct Expiry(Option<TimeDelta>);

impl Expiry {
    fn parse(text: &str) -> Result<Self, String> {
        if text == "never" {
            return Ok(Self(None));
        }
        let wrong = || "write a time from now such as 12h or 90d, at most 100 years, or never".to_owned();
        let length = humantime::parse_duration(text).map_err(|_| wrong())?;
        let fits = !length.is_zero() && length.as_secs() <= 36_525 * 86_400;
        let length = TimeDelta::from_std(length).ok().filter(|_| fits);
        length.map(|length| Self(Some(length))).ok_or_else(wrong)
    }
}

/// Runs `depositary token`.
pub async fn run(store: Store, command: Command) -> Result<Verdict, CliError> {
    let clock = Clock::system();
    let access = Access::new(store.clone(), clock.clone(), false);
    match command {
        Command::Create(options) => {
            let expires_at = options.expires.0.map(|length| clock.now() + length);
            let secret = access.create(options.name, options.role, expires_at).await?;
            let ends = expires_at.map_or("never ends".to_owned(), |at| format!("ends at {}", instant_text(at)));
            eprintln!(
                "Token `{}` of role {} {ends}. It is shown this once; its name is public for ever.",
                secret.name().as_str(),
                options.role.as_str(),
            );
            print(&format!("{}\n", secret.reveal()))
        }
        Command::List { json } => list(&store.tokens().await?, clock.now(), json),
        Command::Revoke { name } => {
            access.revoke(&name).await?;
            print(&format!("token `{}` is revoked\n", name.as_str()))
        }
    }
}

fn list(tokens: &[StoredToken], now: DateTime<Utc>, as_json: bool) -> Result<Verdict, CliError> {
    let state = |token: &StoredToken| match (token.revoked_at, token.expires_at) {
        (Some(_), _) => "revoked",
        (None, Some(end)) if end <= now => "expired",
        _ => "valid",
    };
    if as_json {
        let at = |at: Option<DateTime<Utc>>| at.map_or(Value::Null, |at| Value::from(instant_text(at)));
        let rows = tokens.iter().map(|token| {
            json!({
                "name": token.name.as_str(),
                "role": token.role,
                "state": state(token),
                "createdAt": instant_text(token.created_at),
                "expiresAt": at(token.expires_at),
                "revokedAt": at(token.revoked_at),
            })
        });
        return print_json(&rows.collect::<Vec<_>>());
    }
    let mut shown = table(["name", "role", "state", "created", "expires"]);
    for token in tokens {
        let expires = token.expires_at.map_or("never".to_owned(), |at| at.date_naive().to_string());
        let created = token.created_at.date_naive().to_string();
        shown.add_row([token.name.as_str(), &token.role, state(token), &created, &expires]);
    }
    print(&format!("{shown}\n"))
}
