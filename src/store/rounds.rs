//! How long were the rounds in their stages, and who waits on a day, by what is known now?
//!
//! Invariant: a row that is newer than the position asked about is named and not read, so that whoever asks about an
//! earlier knowledge folds that one and no other.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sqlx::QueryBuilder;

use super::log::{corrupt, unsigned};
use super::{Store, StoreError, inside, reading, signed};
use crate::domain::ids::{AgreementId, InstrumentCode, Position};
use crate::projections::conditions::Watch;
use crate::projections::spells::Spell;
use crate::projections::stalled::Wait;
use crate::projections::watched::Watched;
use crate::projections::written::{read_spells, read_waits, read_watched};

/// What the tables say of an agreement by a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tabled<T> {
    /// The agreement that this is about.
    pub agreement: AgreementId,
    /// What they say; `None` when the agreement has changed since.
    pub says: Option<T>,
}

impl Store {
    /// The spells of an instrument's agreements, in the order of their ids, as far as they have not changed since a
    /// position.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn spells(
        &self,
        instrument: &InstrumentCode,
        by: Position,
    ) -> Result<Vec<Tabled<Vec<Spell>>>, StoreError> {
        let rows: Vec<(String, i64, String)> = reading!(self, pool => {
            let sql = "select agreement, position, spells
                 from agreements
                 where instrument = $1
                 order by agreement";
            sqlx::query_as(sql).bind(instrument.as_str()).fetch_all(pool).await?
        });
        let read = |(name, position, cell): (String, i64, String)| {
            let position = unsigned(position, "agreements", "position", &name)?;
            let spells = (position <= by.0).then(|| read_spells(&cell)).transpose();
            let says = spells.map_err(|error| corrupt("agreements", "spells", name.clone(), error))?;
            Ok(Tabled { agreement: agreement(&name)?, says })
        };
        rows.into_iter().map(read).collect()
    }

    /// What is waited for on a day, in the order of the agreements' ids: every agreement with an open round, and every one
    /// that has changed since a position.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn waits(
        &self,
        day: NaiveDate,
        instrument: Option<&InstrumentCode>,
        by: Position,
    ) -> Result<Vec<Tabled<Vec<Wait>>>, StoreError> {
        let mut tx = self.snapshot().await?;
        let waiting: Vec<(String, String)> = inside!(&mut tx, tx => {
            let mut query = QueryBuilder::new(
                "select a.agreement, p.waits
                 from periods p join agreements a on a.agreement = p.agreement
                 where p.waiting and a.position <= ",
            );
            query.push_bind(signed(by.0));
            query.push(" and (p.from_day is null or p.from_day <= ").push_bind(day);
            query.push(") and (p.to_day is null or ").push_bind(day).push(" < p.to_day)");
            if let Some(code) = instrument {
                query.push(" and a.instrument = ").push_bind(code.as_str().to_owned());
            }
            query.build_query_as().fetch_all(tx).await?
        });
        let changed: Vec<String> = inside!(&mut tx, tx => {
            let mut query = QueryBuilder::new("select agreement from agreements where position > ");
            query.push_bind(signed(by.0));
            if let Some(code) = instrument {
                query.push(" and instrument = ").push_bind(code.as_str().to_owned());
            }
            query.build_query_scalar().fetch_all(tx).await?
        });
        tx.commit().await?;
        let mut found = Vec::with_capacity(waiting.len() + changed.len());
        for (name, cell) in waiting {
            let says = read_waits(&cell).map_err(|error| corrupt("periods", "waits", name.clone(), error))?;
            found.push(Tabled { agreement: agreement(&name)?, says: Some(says) });
        }
        for name in changed {
            found.push(Tabled { agreement: agreement(&name)?, says: None });
        }
        found.sort_by(|one, other| one.agreement.cmp(&other.agreement));
        Ok(found)
    }
}

impl Store {
    /// What alerts watch on a day, in the order of the agreements' ids: every agreement of which something is watched, and
    /// every one that has changed since a position.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn watches(&self, day: NaiveDate, by: Position) -> Result<Vec<Tabled<Watch>>, StoreError> {
        // Before the waits: what changes in between is named there as changed.
        let watched = self.watched(None, by).await?;
        let alone = |watched: Watched| Watch { watched, waits: Vec::new() };
        let mut watches: BTreeMap<AgreementId, Option<Watch>> =
            watched.into_iter().map(|Tabled { agreement, says }| (agreement, says.map(alone))).collect();
        for Tabled { agreement, says } in self.waits(day, None, by).await? {
            match says {
                Some(waits) => {
                    if let Some(watch) = watches.entry(agreement).or_insert_with(|| Some(Watch::default())) {
                        watch.waits = waits;
                    }
                }
                None => drop(watches.insert(agreement, None)),
            }
        }
        Ok(watches.into_iter().map(|(agreement, says)| Tabled { agreement, says }).collect())
    }

    /// The deadlines and contradictions, in the order of the agreements' ids: of every agreement that has any, and every one
    /// that has changed since a position.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn watched(
        &self,
        instrument: Option<&InstrumentCode>,
        by: Position,
    ) -> Result<Vec<Tabled<Watched>>, StoreError> {
        let mut tx = self.snapshot().await?;
        let rows: Vec<(String, i64, String)> = inside!(&mut tx, tx => {
            let mut query = QueryBuilder::new(
                "select agreement, position, watched
                 from agreements
                 where (watched <> '' or position > ",
            );
            query.push_bind(signed(by.0)).push(")");
            if let Some(code) = instrument {
                query.push(" and instrument = ").push_bind(code.as_str().to_owned());
            }
            query.push(" order by agreement");
            query.build_query_as().fetch_all(tx).await?
        });
        tx.commit().await?;
        let read = |(name, position, cell): (String, i64, String)| {
            let position = unsigned(position, "agreements", "position", &name)?;
            let watched = (position <= by.0).then(|| read_watched(&cell)).transpose();
            let says = watched.map_err(|error| corrupt("agreements", "watched", name.clone(), error))?;
            Ok(Tabled { agreement: agreement(&name)?, says })
        };
        rows.into_iter().map(read).collect()
    }
}

fn agreement(name: &str) -> Result<AgreementId, StoreError> {
    name.parse().map_err(|error| corrupt("agreements", "agreement", name.to_owned(), error))
}
