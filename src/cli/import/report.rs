//! What became of a file of facts, and what would become of the answers?
//!
//! Invariant: a dry run says which lines would be recorded and which answers would differ; `--json` leaves nothing out.

use serde_json::json;

use super::super::error::CliError;
use super::super::output::{Verdict, either, print, print_json};
use crate::answers::{Answers, WouldDifferRow};
use crate::domain::event::Recorded;
use crate::domain::refusal::Warning;
use crate::domain::text::counted;
use crate::domain::words::{Possible, Word};
use crate::projections::status::Status;
use crate::record::tracker::Outcome;

/// The most lines of one kind that are shown to people.
const SHOWN: usize = 40;

/// What became of a file.
#[derive(Debug, Default)]
pub struct Report {
    /// Whether this was a dry run, which records nothing.
    dry: bool,
    recorded: usize,
    corrected: usize,
    /// How many lines say what is on record.
    pub unchanged: usize,
    /// How many lines say what was retracted.
    pub retracted: usize,
    /// What is unusual, each with its line.
    pub warnings: Vec<(usize, Warning)>,
    /// The lines that would be recorded or correct something, each with its key, after a dry run.
    changes: Vec<(usize, String, Change)>,
    /// The events that would be recorded, after a dry run.
    events: Vec<Recorded>,
}

/// What a line does to the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The line is recorded as a new milestone.
    Recorded,
    /// It corrects what its key stands for.
    Corrected,
}

impl Change {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Corrected => "corrected",
        }
    }
}

impl Report {
    /// The report of a file of which nothing was looked at yet.
    pub fn of(dry: bool) -> Self {
        Self { dry, ..Self::default() }
    }

    /// Takes in what became of a unit. Nothing but a dry run keeps the lines and the events, since a file can be long.
    pub fn took(&mut self, changes: Vec<(usize, String, Change)>, outcomes: Vec<Outcome>) {
        let count = |change| changes.iter().filter(|(.., done)| *done == change).count();
        self.recorded += count(Change::Recorded);
        self.corrected += count(Change::Corrected);
        if self.dry {
            self.changes.extend(changes);
            let new = outcomes.into_iter().filter(|outcome| !outcome.repeated);
            self.events.extend(new.map(|outcome| outcome.event));
        }
    }

    /// Takes in what became of a unit of figures, from which no status follows.
    pub fn took_figures(&mut self, changes: Vec<(usize, String, Change)>) {
        self.took(changes, Vec::new());
    }

    /// Prints what became of a file, or of a dry run what would, and what it would do to answers.
    pub async fn print(&self, name: &str, answers: &Answers, as_json: bool) -> Result<Verdict, CliError> {
        let dry = self.dry;
        let differing = if dry { answers.would_differ(&self.events).await? } else { Vec::new() };
        let Self { recorded, corrected, unchanged, retracted, .. } = self;
        if as_json {
            let warning = |(line, warning): &(usize, Warning)| json!({ "line": line, "code": warning.code, "message": warning.message });
            let mut told = json!({
                "file": name, "dryRun": dry, "recorded": recorded, "corrected": corrected, "unchanged": unchanged,
                "retracted": retracted, "warnings": self.warnings.iter().map(warning).collect::<Vec<_>>(),
            });
            if dry {
                let change = |(line, key, change): &(usize, String, Change)| json!({ "line": line, "key": key, "change": change.as_str().to_ascii_uppercase() });
                told["lines"] = self.changes.iter().map(change).collect();
                told["answers"] =
                    serde_json::to_value(answers.view_would_differ(&differing)?).map_err(CliError::Json)?;
            }
            return print_json(&told);
        }
        let mut text = String::new();
        for (line, warning) in &self.warnings {
            text.push_str(&format!("{name}, line {line}: {}\n", warning.message));
        }
        if dry {
            let lines = self.changes.iter();
            let lines =
                lines.map(|(line, key, change)| format!("{name}, line {line}: {key} would be {}", change.as_str()));
            text.push_str(&some_of(lines.collect(), "line"));
            let changes = differing.iter().map(|row| answer(row, answers)).collect::<Result<Vec<_>, CliError>>()?;
            text.push_str(&some_of(changes, "answer"));
        }
        let would = if dry { "would be " } else { "" };
        text.push_str(&format!(
            "{name}: {recorded} {would}recorded, {corrected} {would}corrected, {unchanged} unchanged"
        ));
        if *retracted > 0 {
            text.push_str(&format!(", {retracted} retracted before and left so"));
        }
        if dry {
            text.push_str(&format!("; {} would differ", counted(differing.len(), "answer")));
        }
        text.push('\n');
        print(&text)
    }
}

/// The first of some lines of text, and how many there are beside.
fn some_of(lines: Vec<String>, what: &str) -> String {
    let rest = lines.len().saturating_sub(SHOWN);
    let mut text: String = lines.into_iter().take(SHOWN).map(|line| line + "\n").collect();
    if rest > 0 {
        text.push_str(&format!("and {} more; --json has all\n", counted(rest, what)));
    }
    text
}

/// An answer that would differ, as the facets that do.
fn answer(row: &WouldDifferRow, answers: &Answers) -> Result<String, CliError> {
    fn facet<W: Word>(name: &str, before: Possible<W>, after: Possible<W>) -> Option<String> {
        let value = |possible: Possible<W>| if possible.is_empty() { "none".to_owned() } else { either(possible) };
        (before != after).then(|| format!("{name} {} -> {}", value(before), value(after)))
    }
    let instrument = answers.instrument(&row.agreement)?;
    let (before, after) = (&row.differs.before, &row.differs.after);
    let round = |status: &Status| status.round.map_or("none or not determined".to_owned(), |round| round.to_string());
    let factor = |status: &Status| {
        let factor = status.evaluation_factor_percent(instrument);
        factor.map_or("not determined".to_owned(), |factor| format!("{factor} percent"))
    };
    let other = |name: &str, values: [String; 2]| {
        let [before, after] = values;
        (before != after).then(|| format!("{name} {before} -> {after}"))
    };
    let facets = [
        facet("headline", before.headlines, after.headlines),
        facet("standing", before.standings, after.standings),
        facet("listing", before.listings, after.listings),
        facet("stage", before.stages, after.stages),
        other("round", [before, after].map(round)),
        other("factor", [before, after].map(factor)),
    ];
    let days =
        row.differs.days.iter().map(|day| if *day == answers.today() { "today".to_owned() } else { day.to_string() });
    let on = days.collect::<Vec<_>>().join(", ");
    let differing = facets.into_iter().flatten().collect::<Vec<_>>().join("; ");
    Ok(format!("{} on {on}: {differing}", row.agreement))
}
