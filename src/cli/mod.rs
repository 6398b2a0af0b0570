//! What does each command do?
//!
//! Invariant: exit code 0 is yes, 1 is a no (refused, something stalled), 2 is a fault or wrong usage.

mod alerts;
mod backup;
mod checkpoint;
mod coverage;
mod deadlines;
mod diff;
mod error;
mod evidence;
mod export;
mod figures;
mod given;
mod import;
mod inbox;
mod late;
mod limits;
mod lists;
mod log;
mod open;
mod output;
mod question;
mod sources;
mod status;
mod tables;
mod terminal;
mod token;
mod verify;
mod waiting;
mod webhooks;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

pub use self::error::CliError;
use self::open::EarlierKey;
use self::output::Verdict;
use self::question::Question;
use crate::clock::Accepted;

/// Track the lifecycle of international defence-procurement agreements: what was a country's status on any date, as it
/// was known on any date, and why?
#[derive(Debug, Parser)]
#[command(name = "depositary", version, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Settings that every command has.
#[derive(Debug, clap::Args)]
struct Global {
    /// Where the log is: `sqlite://FILE` or `postgres://USER@HOST/DATABASE`.
    ///
    /// Example: `--database-url postgres://depositary@127.0.0.1/depositary`
    #[arg(long, global = true, env = "DATABASE_URL", default_value = "sqlite://depositary.db", hide_env_values = true)]
    database_url: String,

    /// A folder with more instruments, one TOML file for each.
    ///
    /// Example: `--instruments ./instruments`
    #[arg(long, global = true, env = "DEPOSITARY_INSTRUMENTS", value_name = "DIR")]
    instruments: Option<PathBuf>,

    /// A file with alert rules and with the figures for limits, in place of the bundled file.
    ///
    /// Example: `--rules ./rules.toml`
    #[arg(long, global = true, env = "DEPOSITARY_RULES", value_name = "FILE")]
    rules: Option<PathBuf>,

    /// Which messages the program logs to standard error, as tracing directives.
    ///
    /// Example: `--log depositary=debug,info`
    #[arg(long, global = true, env = "DEPOSITARY_LOG", default_value = "warn,depositary=info")]
    log: String,

    /// The form of log messages: for people or for programs.
    ///
    /// Example: `--log-format json`
    #[arg(long, global = true, env = "DEPOSITARY_LOG_FORMAT", value_enum, default_value = "text")]
    log_format: LogFormat,

    /// Record events although the clock of this machine does not fit the log, whose last event has this instant; without an
    /// instant, any last event is accepted.
    ///
    /// Example: `--accept-log-end=2027-01-31T08:00:00.000000Z`
    #[arg(
        long, global = true, env = "DEPOSITARY_ACCEPT_LOG_END", value_name = "INSTANT", num_args = 0..=1,
        require_equals = true, default_missing_value = "any"
    )]
    accept_log_end: Option<Accepted>,

    /// Begin a new log although the key of an earlier log is there. From now on, the key signs the new log.
    #[arg(long, global = true, env = "DEPOSITARY_NEW_LOG", value_parser = clap::builder::FalseyValueParser::new())]
    new_log: bool,

    /// The database that a command opened, to be closed when the command ends.
    #[arg(skip)]
    opened: open::Opened,
}

/// The form of log messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// One line of text for each message, for people.
    Text,
    /// One JSON object on each line, for programs.
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the pages, GraphQL and the plain URLs; an empty log is first filled with the bundled facts.
    ///
    /// Example: `depositary serve --listen 0.0.0.0:8080`
    Serve(Box<crate::server::Options>),
    /// Make the database ready for this release, and do nothing else.
    ///
    /// Example: `depositary migrate --database-url sqlite://depositary.db`
    Migrate,
    /// Record the facts of JSON Lines files, all facts of a file or none.
    ///
    /// Example: `depositary import facts.jsonl --dry-run`
    Import(import::Options),
    /// Write the whole log as JSON Lines, or a table for analysis as CSV.
    ///
    /// Example: `depositary export --format csv --table periods --output periods.csv`
    Export(export::ExportOptions),
    /// Read an exported log into an empty one. Every event is verified, and keeps its position and its instant.
    ///
    /// Example: `depositary restore log.jsonl --database-url sqlite://copy.db`
    Restore(export::RestoreOptions),
    #[command(flatten)]
    Ask(Question),
    /// Check the alert rules, and list, acknowledge, silence and resolve alerts.
    #[command(subcommand)]
    Alerts(alerts::Command),
    /// List the entries of the log, the newest first, or print the proof that an entry is in the log.
    ///
    /// Example: `depositary log --first 20`
    Log(log::Options),
    /// Print a checkpoint of the log. Keep it, and `verify` can show later whether any event before it was altered.
    ///
    /// Example: `depositary checkpoint > kept.txt`
    Checkpoint(checkpoint::Options),
    /// Check that nothing in a database, an export or a bundle of evidence was altered; exit code 1 when something was.
    ///
    /// Example: `depositary verify --checkpoint kept.txt --key NAME+HASH+KEY`
    Verify(verify::Options),
    /// Write a bundle of evidence: an answer, the events that it rests on, the hashes of all other events, and a checkpoint.
    ///
    /// Example: `depositary evidence KR --on 2025-10-28 --output korea.json`
    Evidence(evidence::Options),
    /// Copy a SQLite database into a new file while it is in use.
    ///
    /// Example: `depositary backup copy.db`
    Backup(backup::Options),
    /// Compute all tables again from the log.
    ///
    /// Example: `depositary rebuild`
    Rebuild,
    /// Make, list and revoke the tokens that recording needs.
    #[command(subcommand)]
    Token(token::Command),
    /// Manage the webhooks to which this server sends new events.
    Webhooks(webhooks::Options),
    /// Read documents that may say something about an agreement, and decide about them.
    #[command(subcommand)]
    Inbox(inbox::Command),
    /// Ask outside sources for new documents.
    #[command(subcommand)]
    Sources(sources::Command),
    /// Print the GraphQL schema.
    ///
    /// Example: `depositary schema > schema.graphql`
    Schema,
    /// Print the description of the plain URLs (OpenAPI 3.1).
    ///
    /// Example: `depositary openapi > openapi.json`
    Openapi,
    /// Print completions for a shell.
    ///
    /// Example: `depositary completions bash > /etc/bash_completion.d/depositary`
    Completions {
        /// The shell that the completions are for.
        shell: clap_complete::Shell,
    },
}

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Err(error) = crate::telemetry::start(&cli.global.log, cli.global.log_format == LogFormat::Json) {
        eprintln!("error: {error}");
        return ExitCode::from(2);
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: cannot start: {error}");
            return ExitCode::from(2);
        }
    };
    let opened = cli.global.opened.clone();
    let ended = runtime.block_on(async {
        let ended = run(cli).await;
        opened.close().await;
        ended
    });
    match ended {
        Ok(Verdict::Yes) => ExitCode::SUCCESS,
        Ok(Verdict::No) => ExitCode::from(1),
        Err(error) => {
            error.print();
            ExitCode::from(error.exit_code())
        }
    }
}

async fn run(cli: Cli) -> Result<Verdict, CliError> {
    let global = cli.global;
    match cli.command {
        Command::Schema => output::print_as_is(&crate::faces::graphql::sdl()),
        Command::Openapi => output::print_as_is(&crate::faces::rest::described::document()),
        Command::Completions { shell } => completions(shell),
        Command::Serve(options) => serve(&global, *options).await,
        Command::Migrate => {
            open::made(&global, EarlierKey::Refused(None)).await?;
            output::print("the database is ready for this release\n")
        }
        Command::Import(options) => {
            let store = open::made(&global, EarlierKey::Refused(None)).await?;
            import::run(open::parts(&global, store).await?, options).await
        }
        Command::Export(options) => export_of(&global, &options).await,
        Command::Restore(options) => {
            let store = open::made(&global, EarlierKey::Taken).await?;
            export::restore(open::parts(&global, store).await?, &options).await
        }
        Command::Backup(options) => backup::run(&global, &options).await,
        Command::Checkpoint(options) => checkpoint::run(&global, &options).await,
        Command::Log(options) => log::run(&global, &options).await,
        Command::Verify(options) => verify::run(&global, &options).await,
        Command::Evidence(options) => evidence::run(&global, &options).await,
        Command::Rebuild => {
            let store = open::store(&global).await?;
            export::rebuild(open::parts(&global, store).await?).await
        }
        Command::Token(command @ token::Command::List { .. }) => {
            token::run(open::reading(&global).await?, command).await
        }
        Command::Token(command) => token::run(open::store(&global).await?, command).await,
        Command::Inbox(command) => inbox::run(&global, &command).await,
        Command::Sources(command) => sources::run(&global, &command).await,
        Command::Webhooks(options) => webhooks::run(&global, options).await,
        Command::Alerts(command) => alerts::run(&global, &command).await,
        Command::Ask(question) => question.answer(&global).await,
    }
}

fn completions(shell: clap_complete::Shell) -> Result<Verdict, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "depositary", &mut script);
    output::print_as_is(&String::from_utf8_lossy(&script))
}

async fn serve(global: &Global, options: crate::server::Options) -> Result<Verdict, CliError> {
    let rules = open::rules(global)?;
    // Without a key of its own it signs nothing that could be taken for another log's.
    let earlier = if options.unsigned { EarlierKey::Taken } else { EarlierKey::Refused(options.log_key.as_deref()) };
    let store = open::served(global, earlier).await?;
    let parts = open::parts(global, store).await?;
    crate::server::serve(parts.store, parts.instruments, rules, parts.clock, options).await?;
    Ok(Verdict::Yes)
}

async fn export_of(global: &Global, options: &export::ExportOptions) -> Result<Verdict, CliError> {
    match options.tables.asked()? {
        tables::Asked::Log => export::export(&open::reading(global).await?, options).await,
        tables::Asked::Dictionary(table) => tables::dictionary(table),
        tables::Asked::Rows(table) => {
            let answers = open::answers(global).await?;
            tables::export(&answers, table, &options.tables, options.output.as_ref()).await
        }
    }
}
