//! `depositary evidence`: an answer with what proves it, in one file.
//!
//! Invariant: what is written is what `evidence.rs` makes of an answer, and `depositary verify` reads.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use super::checkpoint::KeyOptions;
use super::error::CliError;
use super::output::{Verdict, print};
use super::status::Cut;
use super::{Global, open};
use crate::domain::country::Country;
use crate::domain::text::counted;
use crate::domain::time::instant_text;
use crate::proof::evidence::{EvidenceError, bundle};

/// Options of `evidence`.
#[derive(Debug, Args)]
pub struct Options {
    /// The country: its ISO 3166-1 alpha-2 code or its name.
    #[arg(value_parser = Country::find)]
    country: Country,
    /// The code of the instrument.
    #[arg(long, default_value = "rdp")]
    instrument: String,
    /// The day that is asked about; today in UTC when left out.
    ///
    /// Example: `--on 2025-10-28`
    #[arg(long, value_name = "DAY", value_parser = crate::cli::given::day)]
    on: Option<NaiveDate>,
    #[command(flatten)]
    cut: Cut,
    /// The file to write; standard output when left out.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    log_key: KeyOptions,
}

/// Writes a bundle of evidence.
pub async fn run(global: &Global, options: &Options) -> Result<Verdict, CliError> {
    let answers = options.log_key.sign(open::answers(global).await?)?;
    let id = answers.agreement_id(&options.instrument, options.country)?;
    let pin = options.cut.pin(&answers, options.on).await?;
    let bundle = bundle(&answers, &id, &pin).await?;
    let text = bundle.text().map_err(CliError::Json)?;
    let Some(path) = &options.output else { return print(&text) };
    let unwritable = |source| CliError::File { what: "write", path: path.clone(), source };
    std::fs::write(path, text).map_err(unwritable)?;
    let at = pin.knowledge.known_at.map(|at| format!(", known at {}", instant_text(at))).unwrap_or_default();
    let (events, size) = (counted(bundle.stream.len(), "event"), bundle.leaf_hashes.len());
    print(&format!("{} on {}{at}: {events} of {size} in {}\n", id, pin.day, path.display()))
}

impl From<EvidenceError> for CliError {
    fn from(error: EvidenceError) -> Self {
        match error {
            EvidenceError::Ask(error) => error.into(),
            EvidenceError::Store(error) => error.into(),
            EvidenceError::Json(error) => Self::Json(error),
            error @ (EvidenceError::Missing(_) | EvidenceError::LongLog { .. }) => Self::Usage(error.to_string()),
        }
    }
}
