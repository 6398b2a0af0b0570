//! Which questions about the record does the command line answer?
//!
//! Invariant: each command asks `answers` at one position of the log, and records nothing.

use clap::Subcommand;

use super::error::CliError;
use super::output::Verdict;
use super::{Global, coverage, deadlines, diff, figures, late, limits, lists, open, status, waiting};

/// A command that asks and changes nothing.
#[derive(Debug, Subcommand)]
pub enum Question {
    /// Show a country's status on a day, and why it is so.
    ///
    /// Example: `depositary status LV --on 2017-06-30`
    Status(status::StatusOptions),
    /// Show the whole history of a country's status, with the milestones and their sources.
    ///
    /// Example: `depositary timeline LV`
    Timeline(status::TimelineOptions),
    /// List the agreements whose status on a day passes the filters.
    ///
    /// Example: `depositary agreements --on 2016-05-01 --listing blanket`
    Agreements(lists::AgreementsOptions),
    /// List the rounds that have stalled; exit code 1 when there are any.
    ///
    /// Example: `depositary stalled --on 2025-10-28 --instrument rdp`
    Stalled(lists::StalledOptions),
    /// List the open rounds that wait, stalled or not, and what each is measured by.
    ///
    /// Example: `depositary waiting --on 2025-10-28`
    Waiting(waiting::WaitingOptions),
    /// Count the agreements by their status on a day.
    ///
    /// Example: `depositary counts --on 2016-05-01`
    Counts(waiting::CountsOptions),
    /// List the days on which comments close and terms end, the next one first; exit code 1 when one is near.
    ///
    /// Example: `depositary deadlines --on 2024-03-11 --within 14`
    Deadlines(deadlines::DeadlinesOptions),
    /// Show after how many days a round that waits in a stage counts as stalled, and how long comparable rounds took.
    ///
    /// Example: `depositary limits --stage review --on 2025-10-28`
    Limits(limits::LimitsOptions),
    /// Show how many days rounds took from a milestone of one kind to a milestone of another.
    ///
    /// Example: `depositary durations --from signed --to listed --rounds first`
    Durations(lists::DurationsOptions),
    /// Show how precisely the days of each agreement are known: signature, entry into force, listing, renewal.
    ///
    /// Example: `depositary coverage --instrument rdp`
    Coverage(coverage::Options),
    /// Show the days from milestones to their publication, and from publication to recording, by publisher or by country.
    ///
    /// Example: `depositary lateness --by country --instrument rdp`
    Lateness(late::LatenessOptions),
    /// List the milestones whose sources contradict each other, with the sources on which the dates rest; `figures --fit differs`
    /// lists the stated counts of partners that contradict the record.
    ///
    /// Example: `depositary contradictions --country KR`
    Contradictions(late::ContradictionsOptions),
    /// List the numbers that sources give about instruments and agreements, and say whether stated counts of partners fit the
    /// record.
    ///
    /// Example: `depositary figures --instrument rdp --fit differs`
    Figures(figures::Options),
    /// List the agreements whose status differs between two sides, each a day with what was known, and what made the
    /// difference; exit code 1 when any differs.
    ///
    /// Example: `depositary diff --from 2025-06-01@2025-06-01T23:59:59Z --to today --basis published`
    Diff(diff::DiffOptions),
}

impl Question {
    /// Answers it from the log that the options name.
    pub async fn answer(self, global: &Global) -> Result<Verdict, CliError> {
        let answers = open::answers(global).await?;
        match self {
            Self::Status(options) => status::status(&answers, &options).await,
            Self::Timeline(options) => status::timeline(&answers, &options).await,
            Self::Agreements(options) => lists::agreements(&answers, &options).await,
            Self::Limits(options) => limits::limits(&answers, &options).await,
            Self::Deadlines(options) => deadlines::deadlines(&answers, &options).await,
            Self::Stalled(options) => lists::stalled(&answers, &options).await,
            Self::Waiting(options) => waiting::waiting(&answers, &options).await,
            Self::Counts(options) => waiting::counts(&answers, &options).await,
            Self::Durations(options) => lists::durations(&answers, &options).await,
            Self::Coverage(options) => coverage::coverage(&answers, &options).await,
            Self::Lateness(options) => late::lateness(&answers, &options).await,
            Self::Contradictions(options) => late::contradictions(&answers, &options).await,
            Self::Figures(options) => figures::figures(&answers, &options).await,
            Self::Diff(options) => diff::diff(&answers, &options).await,
        }
    }
}
