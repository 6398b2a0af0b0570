//! Do the tables say what follows from the log?
//!
//! Invariant: nothing is changed; log and tables are read in one snapshot, so a server may be appending meanwhile.

use uuid::Uuid;

use super::at::{Day, Flag};
use super::rebuild::{rows_of, rules};
use super::{Store, StoreError, Tx, inside, signed};
use crate::config::instruments::Instruments;
use crate::domain::words::Word;
use crate::projections::rows::Rows;
use crate::projections::written::{write_spells, write_waits, write_watched};

type AgreementTuple = (String, String, String, i64, i64, String, String);
type MilestoneTuple = (String, Uuid, String, Flag, Option<Day>, Day, String, Option<i64>, i64);
type PeriodTuple = (String, i64, Option<Day>, Option<Day>, i64, i64, i64, i64, i64, Flag, String);

/// Rows of some agreements, as both databases hold them, in the order of the agreements' names.
#[derive(Debug, Default)]
struct Table {
    agreements: Vec<AgreementTuple>,
    milestones: Vec<MilestoneTuple>,
    periods: Vec<PeriodTuple>,
}

/// A text that sorts after every name.
const END: &str = "\u{10FFFF}";

impl Store {
    /// The first agreement whose rows are not those that follow from its events.
    ///
    /// # Errors
    /// [`StoreError::OtherRules`] when the tables follow other rules, so that nothing can be told; or when the database cannot
    /// be read.
    pub async fn first_wrong_rows(&self, instruments: &Instruments) -> Result<Option<String>, StoreError> {
        let mut tx = self.snapshot().await?;
        tx.unhurried();
        let wrong = tx.first_wrong_rows(instruments).await?;
        tx.commit().await?;
        Ok(wrong)
    }
}

impl Tx {
    async fn first_wrong_rows(&mut self, instruments: &Instruments) -> Result<Option<String>, StoreError> {
        let sql = "select position, rules from log_head where id = 1";
        let (position, found): (i64, String) = inside!(&mut *self, tx => sqlx::query_as(sql).fetch_one(tx).await?);
        if position > 0 && found != rules(instruments) {
            return Err(StoreError::OtherRules);
        }
        let mut after = String::new();
        let mut due_in_all = [0_usize; 3];
        loop {
            let streams = self.next_streams(&after).await?;
            let mut due = Table::default();
            for stream in &streams {
                if let Some(rows) = rows_of(stream, instruments)? {
                    due.add(&rows)?;
                }
            }
            let last = streams.last().and_then(|stream| stream.first()).map(|first| first.agreement.to_string());
            let found = self.table(&after, last.as_deref().unwrap_or(END)).await?;
            if let Some(agreement) = due.first_difference(&found) {
                return Ok(Some(agreement));
            }
            for (all, some) in due_in_all.iter_mut().zip(due.sizes()) {
                *all += some;
            }
            let Some(last) = last else {
                // What has no name at all stands before the first page.
                let stray = self.rows_in_all().await? != due_in_all.map(|rows| signed(rows as u64));
                return Ok(stray.then(|| "nobody".to_owned()));
            };
            after = last;
        }
    }

    /// How many rows each table has.
    async fn rows_in_all(&mut self) -> Result<[i64; 3], StoreError> {
        let sql = "select (select count(*) from agreements), (select count(*) from milestones), (select count(*) from periods)";
        let rows: (i64, i64, i64) = inside!(self, tx => sqlx::query_as(sql).fetch_one(tx).await?);
        Ok(rows.into())
    }

    /// The rows after a name up to another.
    async fn table(&mut self, after: &str, to: &str) -> Result<Table, StoreError> {
        let agreements = "select agreement, instrument, country, version, position, spells, watched
             from agreements
             where agreement > $1 and agreement <= $2
             order by agreement";
        let milestones = "select agreement, milestone, kind, retracted, earliest, latest, evidence, round, position
             from milestones
             where agreement > $1 and agreement <= $2
             order by agreement, position";
        let periods =
            "select agreement, ordinal, from_day, to_day, headlines, stages, standings, listings, kinds, waiting,
                    waits
             from periods
             where agreement > $1 and agreement <= $2
             order by agreement, ordinal";
        Ok(inside!(self, tx => Table {
            agreements: sqlx::query_as(agreements).bind(after).bind(to).fetch_all(&mut *tx).await?,
            milestones: sqlx::query_as(milestones).bind(after).bind(to).fetch_all(&mut *tx).await?,
            periods: sqlx::query_as(periods).bind(after).bind(to).fetch_all(tx).await?,
        }))
    }
}

impl Table {
    /// Adds the rows that an agreement should have.
    fn add(&mut self, rows: &Rows) -> Result<(), StoreError> {
        let of = &rows.agreement;
        let name = of.agreement.to_string();
        let (instrument, country) =
            (of.agreement.instrument.as_str().to_owned(), of.agreement.country.code().to_owned());
        let spells = write_spells(&of.spells).map_err(StoreError::Canonical)?;
        let (version, position) = (i64::from(of.version.0), signed(of.position.0));
        let watched = write_watched(&of.watched).map_err(StoreError::Canonical)?;
        self.agreements.push((name.clone(), instrument, country, version, position, spells, watched));
        self.milestones.extend(rows.milestones.iter().map(|of| {
            let (kind, evidence) = (of.kind.as_str().to_owned(), of.evidence.as_str().to_owned());
            let (round, position) = (of.round.map(i64::from), signed(of.position.0));
            let (earliest, latest, retracted) = (of.earliest.map(Day), Day(of.latest), Flag(of.retracted));
            (name.clone(), of.milestone.0, kind, retracted, earliest, latest, evidence, round, position)
        }));
        for (ordinal, of) in (0..).zip(&rows.periods) {
            let bits = [of.headlines.bits(), of.stages.bits(), of.standings.bits(), of.listings.bits()];
            let [headlines, stages, standings, listings] = bits.map(i64::from);
            let kinds = i64::from(of.kinds);
            let (from, to, waiting) = (of.from_day.map(Day), of.to_day.map(Day), Flag(of.waiting));
            let waits = write_waits(&of.waits).map_err(StoreError::Canonical)?;
            let row = (name.clone(), ordinal, from, to, headlines, stages, standings, listings, kinds, waiting, waits);
            self.periods.push(row);
        }
        Ok(())
    }

    fn sizes(&self) -> [usize; 3] {
        [self.agreements.len(), self.milestones.len(), self.periods.len()]
    }

    /// The first agreement of which two tables say something else.
    fn first_difference(&self, other: &Self) -> Option<String> {
        let agreements = first(&self.agreements, &other.agreements, |row| &row.0);
        let milestones = first(&self.milestones, &other.milestones, |row| &row.0);
        let periods = first(&self.periods, &other.periods, |row| &row.0);
        [agreements, milestones, periods].into_iter().flatten().min().cloned()
    }
}

/// The name in the first row of which one table has another than the other.
fn first<'r, R: PartialEq>(one: &'r [R], other: &'r [R], name: impl Fn(&'r R) -> &'r String) -> Option<&'r String> {
    let same = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    [one.get(same), other.get(same)].into_iter().flatten().map(name).min()
}
