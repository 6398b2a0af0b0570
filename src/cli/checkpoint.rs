//! `depositary checkpoint`.
//!
//! Invariant: what is printed is what an auditor keeps: nothing else stands on standard output.

use std::path::PathBuf;

use clap::Args;

use super::error::CliError;
use super::output::{Verdict, print};
use super::{Global, open};
use crate::answers::Answers;
use crate::domain::ids::Position;
use crate::proof::signing;

/// The key that signs checkpoints.
#[derive(Debug, Clone, Args)]
pub struct KeyOptions {
    /// The file with the key that `serve` made. Left out, the program looks where `serve` makes it. Without a key, the
    /// checkpoint is not signed.
    ///
    /// Example: `--log-key /etc/depositary/log.key`
    #[arg(long, env = "DEPOSITARY_LOG_KEY", value_name = "FILE")]
    log_key: Option<PathBuf>,
}

/// Options of `checkpoint`.
#[derive(Debug, Args)]
pub struct Options {
    /// Make the checkpoint of the events up to this position; left out, of all events.
    #[arg(long, value_name = "POSITION")]
    at_position: Option<u64>,
    /// Print the key that checks the signature, for `verify --key`, in place of a checkpoint.
    #[arg(long, conflicts_with = "at_position")]
    key: bool,
    #[command(flatten)]
    log_key: KeyOptions,
}

impl KeyOptions {
    /// The answers of a log with the key that signs for it, where there is one.
    pub fn sign(&self, answers: Answers) -> Result<Answers, CliError> {
        let usual = || signing::usual_path(answers.reader().store().file());
        let signer = signing::load(&self.log_key.clone().unwrap_or_else(usual))?;
        if let (Some(path), None) = (&self.log_key, &signer) {
            return Err(CliError::Usage(format!("there is no key file {}", path.display())));
        }
        if signer.is_none() {
            eprintln!("note: the log has no key here, so its checkpoint is not signed");
        }
        Ok(answers.signed_by(signer))
    }
}

/// Prints a checkpoint, or the key.
pub async fn run(global: &Global, options: &Options) -> Result<Verdict, CliError> {
    let answers = options.log_key.sign(open::answers(global).await?)?;
    if options.key {
        let no_key = "this log has no key: `serve` makes one unless --unsigned is given; or give its file by --log-key";
        let signer = answers.signer().ok_or_else(|| CliError::Usage(no_key.to_owned()))?;
        return print(&format!("{}\n", signer.verifier()));
    }
    let size = options.at_position.map_or_else(|| answers.position(), Position);
    let commitment = answers.commitment(size).await?;
    print(&commitment.note)
}
