//! Which agreements and which milestones, by what is known now?
//!
//! Invariant: a search is one read-only snapshot and says which head of the log it saw.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use sqlx::{QueryBuilder, Type};
use uuid::Uuid;

use super::log::{corrupt, unsigned};
use super::{CHUNK, Store, StoreError, inside, reading, signed};
use crate::domain::country::Country;
use crate::domain::ids::{AgreementId, InstrumentCode, MilestoneId, Position};
use crate::domain::words::{MilestoneKind, Word};

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Searched<T> {
    /// The part that was asked for, in the order of the keys; one entry more than asked for when there are more.
    pub found: Vec<T>,
    /// How many there are in all.
    pub total: usize,
    /// The head of the log that the search saw.
    pub head: Position,
}

/// A part of a list, cut by key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyset<K> {
    /// Entries after this key only.
    pub after: Option<K>,
    /// Entries before this key only.
    pub before: Option<K>,
    /// The largest number of entries in the answer.
    pub limit: usize,
    /// Whether they are taken from the end.
    pub from_end: bool,
}

/// Which agreements; an empty list and a mask of zero filter nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementSearch {
    /// The day that is asked about.
    pub day: NaiveDate,
    /// Only agreements of this instrument.
    pub instrument: Option<InstrumentCode>,
    /// Only agreements with these countries.
    pub countries: Vec<Country>,
    /// Headlines, stages, standings and listings that are asked for, one bit a word.
    pub masks: [u16; 4],
    /// Whether one possible value in the mask is enough; otherwise all must be.
    pub possible: bool,
    /// Kinds that have certainly happened.
    pub having: u32,
    /// Kinds that have not certainly happened.
    pub lacking: u32,
    /// Only agreements of which something was recorded after this position.
    pub changed_after: Option<Position>,
}

/// Which milestones are searched for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MilestoneSearch {
    /// Only agreements of this instrument.
    pub instrument: Option<InstrumentCode>,
    /// Only agreements with these countries.
    pub countries: Vec<Country>,
    /// Only milestones of these kinds.
    pub kinds: Vec<MilestoneKind>,
    /// Only those first recorded after this position.
    pub after: Option<Position>,
    /// Only those first recorded up to this position.
    pub up_to: Option<Position>,
}

const MASKED: [&str; 4] = ["p.headlines", "p.stages", "p.standings", "p.listings"];

impl Store {
    /// The agreements whose status on a day passes, in the order of their ids.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn search_agreements(
        &self,
        search: &AgreementSearch,
        page: &Keyset<String>,
    ) -> Result<Searched<AgreementId>, StoreError> {
        let mut tx = self.snapshot().await?;
        let head = tx.head().await?.position;
        let from = " from periods p join agreements a on a.agreement = p.agreement ";
        let total: i64 = inside!(&mut tx, tx => {
            let mut query = QueryBuilder::new(format!("select count(*){from}"));
            agreement_filter(&mut query, search);
            query.build_query_scalar().fetch_one(tx).await?
        });
        let mut found: Vec<String> = inside!(&mut tx, tx => {
            let mut query = QueryBuilder::new(format!("select a.agreement{from}"));
            agreement_filter(&mut query, search);
            cut(&mut query, "a.agreement", page, Clone::clone);
            query.build_query_scalar().fetch_all(tx).await?
        });
        tx.commit().await?;
        if page.from_end {
            found.reverse();
        }
        let read = |id: &String| id.parse().map_err(|error| corrupt("agreements", "agreement", id.clone(), error));
        let found = found.iter().map(read).collect::<Result<_, _>>()?;
        Ok(Searched { found, total: usize::try_from(total).unwrap_or_default(), head })
    }

    /// The milestones that pass, in the order in which the log first learnt them.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn search_milestones(
        &self,
        search: &MilestoneSearch,
        page: &Keyset<Position>,
    ) -> Result<Searched<(AgreementId, MilestoneId, Position)>, StoreError> {
        let mut tx = self.snapshot().await?;
        let head = tx.head().await?.position;
        let from = " from milestones m join agreements a on a.agreement = m.agreement where m.position > 0 ";
        let total: i64 = inside!(&mut tx, tx => {
            let mut query = QueryBuilder::new(format!("select count(*){from}"));
            milestone_filter(&mut query, search);
            query.build_query_scalar().fetch_one(tx).await?
        });
        let mut rows: Vec<(String, Uuid, i64)> = inside!(&mut tx, tx => {
            let mut query = QueryBuilder::new(format!("select m.agreement, m.milestone, m.position{from}"));
            milestone_filter(&mut query, search);
            cut(&mut query, "m.position", page, |position| signed(position.0));
            query.build_query_as().fetch_all(tx).await?
        });
        tx.commit().await?;
        if page.from_end {
            rows.reverse();
        }
        let read = |(id, milestone, position): (String, Uuid, i64)| {
            let agreement =
                id.parse().map_err(|error| corrupt("milestones", "agreement", milestone.to_string(), error))?;
            let position = unsigned(position, "milestones", "position", &milestone.to_string())?;
            Ok((agreement, MilestoneId(milestone), Position(position)))
        };
        let found = rows.into_iter().map(read).collect::<Result<_, StoreError>>()?;
        Ok(Searched { found, total: usize::try_from(total).unwrap_or_default(), head })
    }

    /// Whose some milestones are; one that was never recorded is missing.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn owners(&self, milestones: &[MilestoneId]) -> Result<BTreeMap<MilestoneId, AgreementId>, StoreError> {
        let mut owners = BTreeMap::new();
        for some in milestones.chunks(CHUNK) {
            let rows: Vec<(Uuid, String)> = reading!(self, pool => {
                let mut query = QueryBuilder::new("select milestone, agreement from milestones where milestone in (");
                let mut list = query.separated(", ");
                for milestone in some {
                    list.push_bind(milestone.0);
                }
                query.push(")").build_query_as().fetch_all(pool).await?
            });
            for (milestone, id) in rows {
                let corrupted = |error| corrupt("milestones", "agreement", milestone.to_string(), error);
                owners.insert(MilestoneId(milestone), id.parse().map_err(corrupted)?);
            }
        }
        Ok(owners)
    }

    /// The ids of all agreements, or of one instrument's, in order, after one and at most so many.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn agreement_ids(
        &self,
        instrument: Option<&InstrumentCode>,
        after: Option<&AgreementId>,
        limit: usize,
    ) -> Result<Vec<AgreementId>, StoreError> {
        let ids: Vec<String> = reading!(self, pool => {
            let mut query = QueryBuilder::new("select agreement from agreements where agreement > ");
            query.push_bind(after.map(ToString::to_string).unwrap_or_default());
            if let Some(code) = instrument {
                query.push(" and instrument = ").push_bind(code.as_str().to_owned());
            }
            query.push(" order by agreement limit ").push_bind(signed(limit as u64));
            query.build_query_scalar().fetch_all(pool).await?
        });
        ids.iter().map(|id| id.parse().map_err(|error| corrupt("agreements", "agreement", id.clone(), error))).collect()
    }
}

fn agreement_filter<'q, DB>(query: &mut QueryBuilder<'q, DB>, search: &AgreementSearch)
where
    DB: sqlx::Database,
    String: sqlx::Encode<'q, DB> + Type<DB>,
    i64: sqlx::Encode<'q, DB> + Type<DB>,
    NaiveDate: sqlx::Encode<'q, DB> + Type<DB>,
{
    query.push(" where (p.from_day is null or p.from_day <= ").push_bind(search.day);
    query.push(") and (p.to_day is null or ").push_bind(search.day).push(" < p.to_day)");
    place_filter(query, search.instrument.as_ref(), &search.countries);
    for (column, mask) in MASKED.into_iter().zip(search.masks).filter(|(_, mask)| *mask != 0) {
        let mask = i64::from(mask);
        if search.possible {
            query.push(format!(" and ({column} & ")).push_bind(mask).push(") <> 0");
        } else {
            // Within the mask, and not empty.
            query.push(format!(" and {column} <> 0 and ({column} & ")).push_bind(mask).push(format!(") = {column}"));
        }
    }
    if search.having != 0 {
        let having = i64::from(search.having);
        query.push(" and (p.kinds & ").push_bind(having).push(") = ").push_bind(having);
    }
    if search.lacking != 0 {
        query.push(" and (p.kinds & ").push_bind(i64::from(search.lacking)).push(") = 0");
    }
    if let Some(after) = search.changed_after {
        query.push(" and a.position > ").push_bind(signed(after.0));
    }
}

fn milestone_filter<'q, DB>(query: &mut QueryBuilder<'q, DB>, search: &MilestoneSearch)
where
    DB: sqlx::Database,
    String: sqlx::Encode<'q, DB> + Type<DB>,
    i64: sqlx::Encode<'q, DB> + Type<DB>,
{
    place_filter(query, search.instrument.as_ref(), &search.countries);
    if !search.kinds.is_empty() {
        query.push(" and m.kind in (");
        let mut list = query.separated(", ");
        for kind in &search.kinds {
            list.push_bind(kind.as_str().to_owned());
        }
        query.push(")");
    }
    if let Some(after) = search.after {
        query.push(" and m.position > ").push_bind(signed(after.0));
    }
    if let Some(up_to) = search.up_to {
        query.push(" and m.position <= ").push_bind(signed(up_to.0));
    }
}

fn place_filter<'q, DB>(query: &mut QueryBuilder<'q, DB>, instrument: Option<&InstrumentCode>, countries: &[Country])
where
    DB: sqlx::Database,
    String: sqlx::Encode<'q, DB> + Type<DB>,
{
    if let Some(code) = instrument {
        query.push(" and a.instrument = ").push_bind(code.as_str().to_owned());
    }
    // A caller's list may be longer than the world, with countries twice; the bind limits are far above the world.
    let countries: BTreeSet<&Country> = countries.iter().collect();
    if !countries.is_empty() {
        query.push(" and a.country in (");
        let mut list = query.separated(", ");
        for country in countries {
            list.push_bind(country.code().to_owned());
        }
        query.push(")");
    }
}

/// Cuts a page, with one entry more than asked for, which shows whether there are more.
fn cut<'q, DB, K, B>(query: &mut QueryBuilder<'q, DB>, column: &str, page: &Keyset<K>, bind: impl Fn(&K) -> B)
where
    DB: sqlx::Database,
    B: sqlx::Encode<'q, DB> + Type<DB> + 'q,
    i64: sqlx::Encode<'q, DB> + Type<DB>,
{
    if let Some(after) = &page.after {
        query.push(format!(" and {column} > ")).push_bind(bind(after));
    }
    if let Some(before) = &page.before {
        query.push(format!(" and {column} < ")).push_bind(bind(before));
    }
    let direction = if page.from_end { " desc" } else { "" };
    query.push(format!(" order by {column}{direction} limit ")).push_bind(signed(page.limit as u64 + 1));
}
