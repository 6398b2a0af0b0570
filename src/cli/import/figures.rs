//! `depositary import` of a file of figures.
//!
//! Invariant: as with milestones, a file is all or nothing, and the same line again changes nothing; a file holds one
//! or the other.

use std::collections::BTreeSet;

use super::super::error::CliError;
use super::super::output::Verdict;
use super::report::{Change, Report};
use super::{Importer, UNIT, UnitError, read};
use crate::domain::agreement::EntryState;
use crate::domain::text::counted;
use crate::record::import::FigureLine;
use crate::record::tracker::ExecuteError;

impl Importer {
    /// Records a file of figures, and reports what became of it.
    pub(super) async fn figures(&self, name: &str, text: &str) -> Result<Verdict, CliError> {
        let lines = read(name, text, FigureLine::parse)?;
        if lines.len() > UNIT {
            let count = counted(lines.len(), "line");
            return Err(CliError::Usage(format!("{name} has {count}, and a file of figures has {UNIT} at most")));
        }
        let mut report = Report::of(self.options.dry_run);
        match self.figures_of(&lines, &mut report).await {
            Ok(()) => report.print(name, &self.answers, self.options.json).await,
            Err(error) => self.refused(name, error),
        }
    }

    async fn figures_of(&self, lines: &[(usize, FigureLine)], report: &mut Report) -> Result<(), UnitError> {
        let records = self.answers.figure_records(self.reader.seen()).await;
        let records = records.map_err(|error| UnitError::Fault(error.into()))?;
        let (mut keys, mut unit, mut changes) = (BTreeSet::new(), Vec::new(), Vec::new());
        for (number, line) in lines {
            if !keys.insert(line.key.clone()) {
                return Err(UnitError::Line(*number, format!("key {} stands twice in this file", line.key)));
            }
            let actor = self.actor.clone();
            let change = |change| (*number, line.key.clone(), change);
            match records.get(&FigureLine::figure_id(&line.key)) {
                None => {
                    changes.push(change(Change::Recorded));
                    unit.push(line.clone().record(actor));
                }
                Some(record) if record.state == EntryState::Retracted => report.retracted += 1,
                Some(record) if record.says(&line.figure, &line.sources) => report.unchanged += 1,
                Some(record) if self.options.correct => {
                    changes.push(change(Change::Corrected));
                    unit.push(line.clone().correct(actor, record.version));
                }
                Some(_) => {
                    let problem = format!(
                        "key {} was imported before with other content; give --correct to correct it",
                        line.key
                    );
                    return Err(UnitError::Line(*number, problem));
                }
            }
        }
        let outcomes = self.tracker.execute_figures(unit, self.options.dry_run).await;
        outcomes.map_err(|error| match error {
            ExecuteError::Refused { index, refusal } => {
                let line = changes.get(index).map_or(0, |(line, ..)| *line);
                UnitError::Line(line, refusal.to_string())
            }
            error @ ExecuteError::Store(_) => UnitError::Fault(error.into()),
        })?;
        report.took_figures(changes);
        Ok(())
    }
}
