//! `depositary export --format csv`: the record as tables for analysis.
//!
//! Invariant: a column is written and described by one definition; rows are written as the records are read, some at a
//! time, however large the log is.

mod columns;
mod durations;
mod figures;
mod milestones;
mod periods;

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};

use self::columns::{Column, Row};
use super::error::CliError;
use super::output::{Verdict, print};
use crate::answers::{Answers, Ask, Dossier, FigureFilter, Page, Pin};
use crate::domain::event::Recorded;
use crate::domain::ids::{AgreementId, Position};
use crate::domain::words::Word;
use crate::faces::sheet;
use crate::projections::knowledge::Basis;

/// Options of `export` for tables.
#[derive(Debug, Args)]
pub struct TableOptions {
    /// Whether to write the whole log as JSON Lines, or a table for analysis as CSV.
    #[arg(long, value_enum, default_value = "jsonl")]
    format: Format,
    /// The table to write; with `--columns`, all tables when left out.
    ///
    /// Example: `--format csv --table periods`
    #[arg(long, value_enum)]
    table: Option<Table>,
    /// Write what the columns mean, and no table.
    ///
    /// Example: `--format csv --columns`
    #[arg(long)]
    columns: bool,
    /// Only what was known by this instant (RFC 3339) counts, inclusive.
    #[arg(long, value_name = "INSTANT", value_parser = crate::cli::given::instant)]
    known_at: Option<DateTime<Utc>>,
    /// Whose knowledge counts: what this log had recorded, or what sources had published; `recorded` when left out.
    #[arg(long, value_parser = Basis::parse)]
    basis: Option<Basis>,
    /// Only events up to this position of the log count.
    #[arg(long, value_name = "POSITION")]
    at_position: Option<u64>,
}

/// The forms of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// The whole log as JSON Lines, which `restore` reads.
    Jsonl,
    /// A table for analysis, as CSV.
    Csv,
    /// The same with a byte order mark at its beginning, without which Excel does not read UTF-8.
    Excel,
}

/// The tables of an export: one row a milestone, a period, a duration or a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Table {
    /// A row for each milestone, also for those that were retracted.
    Milestones,
    /// A row for each period in which an agreement's status stays the same.
    Periods,
    /// A row for each pair of kinds of milestone that a round has.
    Durations,
    /// A row for each figure.
    Figures,
}

/// What an export was asked for.
pub enum Asked {
    /// The whole log.
    Log,
    /// What the columns mean, of one table or of all.
    Dictionary(Option<Table>),
    /// The rows of one table.
    Rows(Table),
}

impl TableOptions {
    /// What they ask for.
    ///
    /// # Errors
    /// When the log itself is asked for with what only a table has, or CSV without a table.
    pub fn asked(&self) -> Result<Asked, CliError> {
        let cut = self.known_at.is_some() || self.basis.is_some() || self.at_position.is_some();
        match (self.format, self.columns, self.table) {
            (Format::Jsonl, false, None) if !cut => Ok(Asked::Log),
            (Format::Jsonl, ..) => Err(CliError::Usage(
                "--table, --columns, --known-at, --basis and --at-position go with --format csv or excel; a log is exported \
                 whole"
                    .to_owned(),
            )),
            (Format::Csv | Format::Excel, true, table) => Ok(Asked::Dictionary(table)),
            (Format::Csv | Format::Excel, false, Some(table)) => Ok(Asked::Rows(table)),
            (Format::Csv | Format::Excel, false, None) => Err(CliError::Usage(
                "--format csv and excel want --table milestones, periods, durations or figures, or --columns".to_owned(),
            )),
        }
    }
}

/// Tells what the columns of one or all tables mean, as Markdown.
pub fn dictionary(asked: Option<Table>) -> Result<Verdict, CliError> {
    let tables = [Table::Milestones, Table::Periods, Table::Durations, Table::Figures];
    let sections =
        tables.into_iter().filter(|table| asked.is_none_or(|asked| asked == *table)).map(|table| match table {
            Table::Milestones => section("milestones", &milestones::columns()),
            Table::Periods => section("periods", &periods::columns()),
            Table::Durations => section("durations", &durations::columns()),
            Table::Figures => section("figures", &figures::columns()),
        });
    print(&sections.collect::<Vec<_>>().join("\n"))
}

fn section<R>(title: &str, columns: &[Column<R>]) -> String {
    let line = |column: &Column<R>| {
        let Column { name, kind, meaning, empty, .. } = column;
        format!("| `{name}` | {} | {meaning} | {empty} |\n", kind.name())
    };
    let lines: String = columns.iter().map(line).collect();
    format!("## {title}\n\n| column | type | meaning | empty |\n|---|---|---|---|\n{lines}")
}

/// Writes the rows of a table.
pub async fn export(
    answers: &Answers,
    table: Table,
    options: &TableOptions,
    output: Option<&PathBuf>,
) -> Result<Verdict, CliError> {
    let ask = Ask {
        as_of: None,
        known_at: options.known_at,
        basis: options.basis.unwrap_or_default(),
        at_position: options.at_position.map(Position),
    };
    let pin = answers.pin(&ask, answers.position()).await?;
    let mark = if options.format == Format::Excel { sheet::MARK } else { "" };
    match (write(answers, table, &pin, mark, output).await, output) {
        (Err(CliError::Output(source)), Some(path)) => {
            Err(CliError::File { what: "write", path: path.clone(), source })
        }
        // A reader that has gone away, such as `head`, is no fault.
        (Err(CliError::Output(source)), None) if source.kind() == ErrorKind::BrokenPipe => Ok(Verdict::Yes),
        (written, _) => written.map(|()| Verdict::Yes),
    }
}

async fn write(
    answers: &Answers,
    table: Table,
    pin: &Pin,
    mark: &str,
    output: Option<&PathBuf>,
) -> Result<(), CliError> {
    let mut output: Box<dyn Write> = match output {
        Some(path) => Box::new(File::create(path).map_err(CliError::Output)?),
        None => Box::new(std::io::stdout().lock()),
    };
    output.write_all(mark.as_bytes()).map_err(CliError::Output)?;
    let mut sheet = Sheet(sheet::writer(output));
    match table {
        Table::Milestones => sheet.header(&milestones::columns())?,
        Table::Periods => sheet.header(&periods::columns())?,
        Table::Durations => sheet.header(&durations::columns())?,
        Table::Figures => sheet.header(&figures::columns())?,
    }
    if table == Table::Figures {
        let found = answers.figures(pin, &FigureFilter::default(), &Page::first(usize::MAX)).await?;
        sheet.rows(&figures::columns(), (), pin, found.items)?;
        return sheet.0.flush().map_err(CliError::Output);
    }
    let rows = |id: &AgreementId, _: &[Recorded], dossier: &Dossier| {
        let instrument = answers.instrument(id)?;
        match table {
            Table::Milestones => sheet.rows(&milestones::columns(), id, pin, milestones::rows(dossier)),
            Table::Periods => sheet.rows(&periods::columns(), id, pin, periods::rows(dossier, instrument)),
            Table::Durations => sheet.rows(&durations::columns(), id, pin, durations::rows(dossier)),
            // They are no agreement's.
            Table::Figures => Ok(()),
        }
    };
    answers.each_dossier(pin, None, rows).await?;
    sheet.0.flush().map_err(CliError::Output)
}

/// A table that is being written.
struct Sheet<W: Write>(csv::Writer<W>);

impl<W: Write> Sheet<W> {
    fn header<R>(&mut self, columns: &[Column<R>]) -> Result<(), CliError> {
        self.record(columns.iter().map(|column| column.name))
    }

    fn rows<'a, T, A: Copy>(
        &mut self,
        columns: &[Column<Row<'a, T, A>>],
        agreement: A,
        pin: &'a Pin,
        rows: Vec<T>,
    ) -> Result<(), CliError> {
        for of in rows {
            let row = Row { agreement, pin, of };
            self.record(columns.iter().map(|column| column.cell(&row)))?;
        }
        Ok(())
    }

    fn record(&mut self, cells: impl Iterator<Item = impl AsRef<[u8]>>) -> Result<(), CliError> {
        self.0.write_record(cells).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(source) => CliError::Output(source),
            other => CliError::Output(std::io::Error::other(format!("{other:?}"))),
        })
    }
}
