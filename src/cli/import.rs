//! `depositary import`: facts from files, through the one door.
//!
//! Invariant: a file is all or nothing (up to 10,000 lines, or chunk by chunk when asked); the same line again changes nothing.

mod figures;
mod report;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use self::report::{Change, Report};
use super::error::CliError;
use super::open::Parts;
use super::output::{Verdict, print_json};
use crate::answers::Answers;
use crate::domain::agreement::{Agreement, EntryState};
use crate::domain::command::Command;
use crate::domain::event::{Event, Recorded};
use crate::domain::ids::{Actor, AgreementId, CommandId, MilestoneId};
use crate::domain::refusal::Refusal;
use crate::domain::text::{counted, harmless};
use crate::read::reader::Reader;
use crate::record::import::{BUNDLED, BUNDLED_FIGURES, FigureLine, Line, LineError, open};
use crate::record::tracker::{ExecuteError, Outcome, Tracker};
use crate::store::StoreError;

/// The most lines that are one atomic unit.
const UNIT: usize = 10_000;
/// The most unreadable lines that are shown.
const SHOWN: usize = 20;

/// Options of `import`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Options {
    /// The files, with one fact on each line; `data/README.md` has their form.
    #[arg(required_unless_present = "bundled")]
    files: Vec<PathBuf>,
    /// Import the facts that come with this release.
    #[arg(long)]
    bundled: bool,
    /// Correct the facts that were imported before under the same key and with other content.
    #[arg(long)]
    correct: bool,
    /// Record nothing; show which lines would be recorded, and which answers would differ, today and on the days of those lines.
    ///
    /// Example: `--bundled --correct --dry-run`
    #[arg(long)]
    dry_run: bool,
    /// Record a long file in units of 10,000 lines, all facts of a unit or none.
    #[arg(long)]
    chunked: bool,
    /// Your public name, under which the facts are recorded. The log shows it for ever. Left out, the name is `import`,
    /// or `bundled` for the bundled facts.
    #[arg(long, value_parser = |name: &str| Actor::parse(name))]
    actor: Option<Actor>,
    /// Print the answer as JSON, for programs.
    #[arg(long)]
    json: bool,
}

/// A command with the number of the line that it comes from.
struct Numbered {
    line: usize,
    command: Command,
}

struct Importer {
    tracker: Tracker,
    reader: Reader,
    answers: Answers,
    /// Who records the file at hand.
    actor: Actor,
    options: Options,
}

/// Imports the files, one after another.
pub async fn run(parts: Parts, options: Options) -> Result<Verdict, CliError> {
    let reader = Reader::open(parts.store.clone(), parts.instruments.clone()).await?;
    let answers = Answers::new(reader.clone(), parts.instruments.clone(), parts.clock.clone());
    let tracker = Tracker::start(parts.store, parts.instruments, parts.clock, reader.clone());
    let given = options.actor.clone();
    let import = Actor::parse("import").map_err(|error| CliError::Usage(error.to_string()))?;
    let mut texts: Vec<(String, String, Actor)> = Vec::new();
    if options.bundled {
        let bundled = || given.clone().unwrap_or_else(Actor::bundled);
        let all = BUNDLED.into_iter().chain([BUNDLED_FIGURES]);
        texts.extend(all.map(|(name, text)| (format!("bundled {name}"), text.to_owned(), bundled())));
    }
    let actor = given.clone().unwrap_or(import);
    for path in &options.files {
        let unreadable = |source| CliError::File { what: "read", path: path.clone(), source };
        texts.push((path.display().to_string(), std::fs::read_to_string(path).map_err(unreadable)?, actor.clone()));
    }
    let mut importer = Importer { tracker, reader, answers, actor, options };
    let mut verdict = Verdict::Yes;
    for (name, text, actor) in texts {
        importer.actor = actor;
        if importer.file(&name, &text).await? == Verdict::No {
            verdict = Verdict::No;
        }
    }
    Ok(verdict)
}

impl Importer {
    async fn file(&self, name: &str, text: &str) -> Result<Verdict, CliError> {
        if FigureLine::begins(text) {
            return self.figures(name, text).await;
        }
        let lines = read(name, text, Line::parse)?;
        if lines.len() > UNIT && !self.options.chunked {
            let count = counted(lines.len(), "line");
            return Err(CliError::Usage(format!(
                "{name} has {count}, and one unit holds {UNIT}; give --chunked to record it in several"
            )));
        }
        let bar = ProgressBar::new(lines.len() as u64).with_style(ProgressStyle::default_bar());
        bar.set_message(name.to_owned());
        let mut report = Report::of(self.options.dry_run);
        let mut keys = BTreeSet::new();
        for unit in lines.chunks(UNIT) {
            let refused = self.unit(unit, &mut keys, &mut report).await;
            if let Err(error) = refused {
                bar.finish_and_clear();
                return self.refused(name, error);
            }
            bar.inc(unit.len() as u64);
        }
        bar.finish_and_clear();
        report.print(name, &self.answers, self.options.json).await
    }

    /// Decides what each line asks for, and records the whole unit or nothing of it.
    async fn unit(
        &self,
        lines: &[(usize, (Line, AgreementId))],
        keys: &mut BTreeSet<String>,
        report: &mut Report,
    ) -> Result<(), UnitError> {
        let ids: Vec<AgreementId> =
            lines.iter().map(|(_, (_, id))| id.clone()).collect::<BTreeSet<_>>().into_iter().collect();
        let mut records =
            self.reader.agreements(&ids, self.reader.seen()).await.map_err(|error| UnitError::Fault(error.into()))?;
        let mut commands: Vec<Numbered> = Vec::new();
        let mut changes = Vec::new();
        for (number, (line, agreement)) in lines {
            if !keys.insert(line.key.clone()) {
                return Err(UnitError::Line(*number, format!("key {} stands twice in this file", line.key)));
            }
            let record = records.entry(agreement.clone()).or_default();
            if !record.opened {
                record.opened = true;
                commands.push(Numbered { line: *number, command: open(agreement.clone(), self.actor.clone()) });
            }
            match self.standing(record, agreement, line).await.map_err(|error| UnitError::Fault(error.into()))? {
                Standing::Absent => {
                    changes.push((*number, line.key.clone(), Change::Recorded));
                    let command = line.clone().record(agreement.clone(), self.actor.clone());
                    commands.push(Numbered { line: *number, command });
                }
                Standing::Same => report.unchanged += 1,
                Standing::Retracted => report.retracted += 1,
                Standing::Other(milestone) if self.options.correct => {
                    changes.push((*number, line.key.clone(), Change::Corrected));
                    let version = record.version.to_string();
                    let command = line.clone().correct(agreement.clone(), self.actor.clone(), milestone, &version);
                    commands.push(Numbered { line: *number, command });
                }
                Standing::Other(_) => {
                    let problem = format!(
                        "key {} was imported before with other content; give --correct to correct it",
                        line.key
                    );
                    return Err(UnitError::Line(*number, problem));
                }
            }
        }
        let outcomes = self.execute(&mut commands).await.map_err(|error| match error {
            ExecuteError::Refused { index, refusal } => {
                UnitError::Line(commands.get(index).map_or(0, |numbered| numbered.line), refusal.to_string())
            }
            error @ ExecuteError::Store(_) => UnitError::Fault(error.into()),
        })?;
        for (outcome, numbered) in outcomes.iter().zip(&commands) {
            report.warnings.extend(outcome.warnings.iter().map(|warning| (numbered.line, warning.clone())));
        }
        report.took(changes, outcomes);
        Ok(())
    }

    /// Records the commands. A command whose id another event has already is sent under the next id.
    async fn execute(&self, commands: &mut [Numbered]) -> Result<Vec<Outcome>, ExecuteError> {
        let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
        let firsts: Vec<CommandId> = commands.iter().map(|numbered| numbered.command.id).collect();
        loop {
            let unit: Vec<Command> = commands.iter().map(|numbered| numbered.command.clone()).collect();
            let executed = if self.options.dry_run {
                self.tracker.execute_dry(unit).await
            } else {
                self.tracker.execute(unit).await
            };
            let Err(ExecuteError::Refused { index, refusal: Refusal::CommandReused(_) }) = &executed else {
                return executed;
            };
            let times = taken.entry(*index).or_default();
            let next = firsts.get(*index).and_then(|first| first.others().nth(*times));
            let (Some(next), Some(numbered)) = (next, commands.get_mut(*index)) else { return executed };
            *times += 1;
            numbered.command.id = next;
        }
    }

    /// How a line compares with what its key stands for.
    async fn standing(&self, record: &Agreement, id: &AgreementId, line: &Line) -> Result<Standing, StoreError> {
        for milestone in Line::milestones(&line.key) {
            match record.milestones.get(&milestone) {
                None => {}
                Some(entry) if entry.state == EntryState::Retracted => {
                    let of_a_caller = self.is_of_a_caller(id, milestone).await?;
                    if !of_a_caller {
                        return Ok(Standing::Retracted);
                    }
                }
                Some(entry) if entry.says(&line.milestone, &line.sources) => return Ok(Standing::Same),
                Some(_) => return Ok(Standing::Other(milestone)),
            }
        }
        Ok(Standing::Absent)
    }

    /// Whether a milestone was recorded by the holder of a token, who could once take a key's id and take the milestone back.
    async fn is_of_a_caller(&self, id: &AgreementId, milestone: MilestoneId) -> Result<bool, StoreError> {
        let streams = self.reader.streams(std::slice::from_ref(id)).await?;
        let recorded = |event: &&Recorded| {
            matches!(event.event, Event::MilestoneRecorded(_)) && event.milestone() == Some(milestone)
        };
        let Some(event) = streams.get(id).and_then(|stream| stream.iter().find(recorded)) else { return Ok(false) };
        if event.actor == self.actor || event.actor.is_reserved() {
            return Ok(false);
        }
        Ok(self.reader.store().tokens().await?.iter().any(|token| token.name == event.actor))
    }

    fn refused(&self, name: &str, error: UnitError) -> Result<Verdict, CliError> {
        let (line, problem) = match error {
            UnitError::Fault(error) => return Err(error),
            UnitError::Line(line, problem) => (line, problem),
        };
        if self.options.json {
            print_json(&json!({ "file": name, "refused": { "line": line, "problem": problem } }))?;
        } else {
            let rest = if self.options.chunked { "nothing of its unit was recorded" } else { "nothing was recorded" };
            eprintln!("{}", harmless(&format!("{name}, line {line}: refused, and {rest}: {problem}")));
        }
        Ok(Verdict::No)
    }
}

/// Why a unit was not recorded.
enum UnitError {
    /// A line of the unit was refused, so nothing of the unit was recorded.
    Line(usize, String),
    /// The import failed for another reason.
    Fault(CliError),
}

/// How a line compares with what its key stands for.
enum Standing {
    Absent,
    Same,
    Other(MilestoneId),
    Retracted,
}

/// Reads every line, or names those that cannot be read.
fn read<L>(name: &str, text: &str, parse: impl Fn(&str) -> Result<L, LineError>) -> Result<Vec<(usize, L)>, CliError> {
    let mut lines = Vec::new();
    let mut wrong: BTreeMap<usize, String> = BTreeMap::new();
    // Some editors begin a file with a byte order mark.
    let text = text.trim_start_matches('\u{feff}');
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        match parse(line) {
            Ok(line) => lines.push((number, line)),
            Err(error) => {
                // A line of JSON Lines is one line of JSON; its number in the file is told already.
                wrong.insert(number, error.to_string().replace(" at line 1 column ", ", at column "));
            }
        }
    }
    if wrong.is_empty() {
        return Ok(lines);
    }
    let shown: Vec<String> =
        wrong.iter().take(SHOWN).map(|(line, problem)| format!("  line {line}: {problem}")).collect();
    Err(CliError::Lines { file: name.to_owned(), count: wrong.len(), lines: shown.join("\n") })
}
