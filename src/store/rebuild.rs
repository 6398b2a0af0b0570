//! How do the tables come out of the log alone?
//!
//! Invariant: readers see the old rows until the new ones are complete; the result is what appending would have left.

use rayon::prelude::*;

use super::log::{COLUMNS, Row, StoredEvent};
use super::{CHUNK, Store, StoreError, Tx, aside, inside, signed};
use crate::config::instruments::Instruments;
use crate::domain::event::Recorded;
use crate::domain::ids::AgreementId;
use crate::domain::logged::Logged;
use crate::projections::rows::Rows;

/// The version of the projections' code. Raise it with every change of what they give, and older rows are rebuilt.
const PROJECTIONS: &str = "5";

/// The rules by which rows are written: the projections' code, and every instrument as its file says.
#[must_use]
pub fn rules(instruments: &Instruments) -> String {
    format!("{PROJECTIONS}:{}", instruments.digest())
}

/// The most events that are held at once.
const HELD: usize = 20_000;

impl Store {
    /// Whether the tables were written by other rules than this release's.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn needs_rebuild(&self, instruments: &Instruments) -> Result<bool, StoreError> {
        let found: String = super::reading!(self, pool => {
            sqlx::query_scalar("select rules from log_head where id = 1").fetch_one(pool).await?
        });
        Ok(found != rules(instruments))
    }

    /// Computes every row anew, in one transaction, and reports how many agreements are done.
    ///
    /// # Errors
    /// When the database fails or an instrument is not known; the rows are then as they were.
    pub async fn rebuild(&self, instruments: &Instruments, mut done: impl FnMut(usize)) -> Result<usize, StoreError> {
        let mut append = self.lock(None).await?;
        let count = append.transaction().rebuild(instruments, &mut done).await?;
        append.commit(&[], &[]).await?;
        Ok(count)
    }
}

impl Tx {
    pub(super) async fn rebuild(
        &mut self,
        instruments: &Instruments,
        done: &mut impl FnMut(usize),
    ) -> Result<usize, StoreError> {
        for sql in ["delete from periods", "delete from milestones", "delete from agreements"] {
            inside!(self, tx => { sqlx::query(sql).execute(tx).await?; });
        }
        let mut count = 0;
        let mut after = String::new();
        loop {
            let streams = self.next_streams(&after).await?;
            let Some(last) = streams.last().and_then(|stream| stream.first()) else { break };
            after = last.agreement.to_string();
            count += streams.len();
            let folded =
                streams.par_iter().map(|stream| rows_of(stream, instruments)).collect::<Result<Vec<_>, _>>()?;
            let rows: Vec<_> = folded.into_iter().flatten().map(|rows| (None, rows)).collect();
            self.replace_rows(&rows).await?;
            done(count);
        }
        self.follow_rules(&rules(instruments)).await?;
        Ok(count)
    }

    /// Notes by which rules the tables are written from now on.
    pub(super) async fn follow_rules(&mut self, rules: &str) -> Result<(), StoreError> {
        let sql = "update log_head set rules = $1 where id = 1";
        inside!(self, tx => {
            sqlx::query(sql).bind(rules).execute(tx).await?;
        });
        Ok(())
    }

    /// The next whole streams after a name, in the order of their names, some thousands of events.
    pub(super) async fn next_streams(&mut self, after: &str) -> Result<Vec<Vec<Recorded>>, StoreError> {
        let sql = format!(
            "select {COLUMNS}
             from events
             where stream > $1 and (stream < $2 or stream >= $3) and (stream < $4 or stream >= $5)
             order by stream, version
             limit $6"
        );
        let [alerts, figures] = aside::ASIDE.map(aside::names);
        let rows: Vec<Row> = inside!(&mut *self, tx => {
            let query = sqlx::query_as(&sql).bind(after).bind(&alerts.0).bind(&alerts.1);
            let query = query.bind(&figures.0).bind(&figures.1);
            query.bind(signed(HELD as u64)).fetch_all(tx).await?
        });
        let full = rows.len() == HELD;
        // Reading payloads and folding them is most of a rebuild's own work, so every core has its share.
        let events =
            rows.into_par_iter().map(|row| StoredEvent::of(row)?.read()).collect::<Result<Vec<_>, StoreError>>()?;
        let mut streams: Vec<Vec<Recorded>> = Vec::new();
        for event in events.into_iter().filter_map(Logged::of_agreement) {
            match streams.last_mut() {
                Some(stream) if stream.first().is_some_and(|first| first.agreement == event.agreement) => {
                    stream.push(event);
                }
                _ => streams.push(vec![event]),
            }
        }
        // The last stream may go on behind the limit.
        if full {
            if let [only] = streams.as_slice() {
                let ids: Vec<AgreementId> = only.first().map(|event| event.agreement.clone()).into_iter().collect();
                return Ok(self.streams(&ids).await?.into_values().collect());
            }
            streams.pop();
        }
        Ok(streams)
    }
}

/// The rows of a stream, by its instrument.
pub(crate) fn rows_of(stream: &[Recorded], instruments: &Instruments) -> Result<Option<Rows>, StoreError> {
    let Some(first) = stream.first() else { return Ok(None) };
    let code = &first.agreement.instrument;
    let instrument = instruments.find(code).ok_or_else(|| StoreError::Instrument(code.to_string()))?;
    Ok(Rows::of(stream, instrument))
}

const _: () = assert!(HELD > CHUNK, "a batch of streams is larger than a statement");
