//! How do the tables become equal to what the log says?
//!
//! Invariant: rows are written whole and only where they differ; nothing here decides what they hold.

use std::collections::BTreeMap;

use sqlx::QueryBuilder;

use super::log::bigint;
use super::{Conn, ROWS_A_STATEMENT, StoreError, on};
use crate::domain::ids::{AgreementId, MilestoneId};
use crate::domain::words::Word;
use crate::projections::rows::{AgreementRow, MilestoneRow, PeriodRow, Rows};

/// A row with its agreement's id.
pub(super) type OfAgreement<'a, R> = (&'a AgreementId, R);

/// Makes the rows of some agreements equal to the new ones, given what the tables hold of each.
pub(super) async fn replace(conn: &mut Conn<'_>, changes: &[(Option<Rows>, Rows)]) -> Result<(), StoreError> {
    let mut agreements: Vec<&AgreementRow> = Vec::new();
    let mut milestones: Vec<OfAgreement<'_, &MilestoneRow>> = Vec::new();
    let mut gone: Vec<MilestoneId> = Vec::new();
    let mut periods: Vec<OfAgreement<'_, (usize, &PeriodRow)>> = Vec::new();
    let mut surplus: Vec<OfAgreement<'_, usize>> = Vec::new();
    for (old, new) in changes {
        let id = &new.agreement.agreement;
        if old.as_ref().is_none_or(|old| old.agreement != new.agreement) {
            agreements.push(&new.agreement);
        }
        let mut before: BTreeMap<MilestoneId, &MilestoneRow> =
            old.iter().flat_map(|old| &old.milestones).map(|row| (row.milestone, row)).collect();
        let differs = |row: &&MilestoneRow| before.remove(&row.milestone) != Some(*row);
        milestones.extend(new.milestones.iter().filter(differs).map(|row| (id, row)));
        gone.extend(before.into_keys());
        let before: &[PeriodRow] = old.as_ref().map_or(&[], |old| &old.periods);
        let differs = |(ordinal, row): &(usize, &PeriodRow)| before.get(*ordinal) != Some(*row);
        periods.extend(new.periods.iter().enumerate().filter(differs).map(|place| (id, place)));
        if before.len() > new.periods.len() {
            surplus.push((id, new.periods.len()));
        }
    }
    put_agreements(conn, &agreements).await?;
    delete_milestones(conn, &gone).await?;
    put_milestones(conn, &milestones).await?;
    delete_periods(conn, &surplus).await?;
    put_periods(conn, &periods).await
}

/// Writes the rows of some agreements of which the tables hold nothing.
pub(super) async fn put(conn: &mut Conn<'_>, rows: &[Rows]) -> Result<(), StoreError> {
    let agreements: Vec<_> = rows.iter().map(|rows| &rows.agreement).collect();
    let milestones: Vec<_> =
        rows.iter().flat_map(|rows| rows.milestones.iter().map(|row| (&rows.agreement.agreement, row))).collect();
    let periods: Vec<_> = rows
        .iter()
        .flat_map(|rows| rows.periods.iter().enumerate().map(|place| (&rows.agreement.agreement, place)))
        .collect();
    put_agreements(conn, &agreements).await?;
    put_milestones(conn, &milestones).await?;
    put_periods(conn, &periods).await
}

async fn put_agreements(conn: &mut Conn<'_>, rows: &[&AgreementRow]) -> Result<(), StoreError> {
    for some in rows.chunks(ROWS_A_STATEMENT) {
        on!(conn, connection, Db => {
            let mut query =
                QueryBuilder::<Db>::new("insert into agreements (agreement, instrument, country, version, position) ");
            query.push_values(some, |mut values, row| {
                values
                    .push_bind(row.agreement.to_string())
                    .push_bind(row.agreement.instrument.as_str())
                    .push_bind(row.agreement.country.code())
                    .push_bind(i64::from(row.version.0))
                    .push_bind(bigint(row.position));
            });
            query.push(" on conflict (agreement) do update set version = excluded.version, position = excluded.position");
            query.build().execute(&mut **connection).await?;
        });
    }
    Ok(())
}

async fn put_milestones(conn: &mut Conn<'_>, rows: &[OfAgreement<'_, &MilestoneRow>]) -> Result<(), StoreError> {
    for some in rows.chunks(ROWS_A_STATEMENT) {
        on!(conn, connection, Db => {
            let mut query = QueryBuilder::<Db>::new(
                "insert into milestones
                (milestone, agreement, kind, retracted, earliest, latest, evidence, round, position) ",
            );
            query.push_values(some, |mut values, (agreement, row)| {
                values
                    .push_bind(row.milestone.0)
                    .push_bind(agreement.to_string())
                    .push_bind(row.kind.as_str())
                    .push_bind(row.retracted)
                    .push_bind(row.earliest)
                    .push_bind(row.latest)
                    .push_bind(row.evidence.as_str())
                    .push_bind(row.round.map(i64::from))
                    .push_bind(bigint(row.position));
            });
            query.push(
                " on conflict (milestone) do update
                set kind = excluded.kind,
                    retracted = excluded.retracted,
                    earliest = excluded.earliest,
                    latest = excluded.latest,
                    evidence = excluded.evidence,
                    round = excluded.round",
            );
            query.build().execute(&mut **connection).await?;
        });
    }
    Ok(())
}

async fn put_periods(conn: &mut Conn<'_>, rows: &[OfAgreement<'_, (usize, &PeriodRow)>]) -> Result<(), StoreError> {
    for some in rows.chunks(ROWS_A_STATEMENT) {
        on!(conn, connection, Db => {
            let mut query = QueryBuilder::<Db>::new(
                "insert into periods
                (agreement, ordinal, from_day, to_day, headlines, stages, standings, listings, kinds, waiting) ",
            );
            query.push_values(some, |mut values, (agreement, (ordinal, row))| {
                values
                    .push_bind(agreement.to_string())
                    .push_bind(ordinal_bigint(*ordinal))
                    .push_bind(row.from_day)
                    .push_bind(row.to_day)
                    .push_bind(i64::from(row.headlines.bits()))
                    .push_bind(i64::from(row.stages.bits()))
                    .push_bind(i64::from(row.standings.bits()))
                    .push_bind(i64::from(row.listings.bits()))
                    .push_bind(i64::from(row.kinds))
                    .push_bind(row.waiting);
            });
            query.push(
                " on conflict (agreement, ordinal) do update
                set from_day = excluded.from_day,
                    to_day = excluded.to_day,
                    headlines = excluded.headlines,
                    stages = excluded.stages,
                    standings = excluded.standings,
                    listings = excluded.listings,
                    kinds = excluded.kinds,
                    waiting = excluded.waiting",
            );
            query.build().execute(&mut **connection).await?;
        });
    }
    Ok(())
}

async fn delete_milestones(conn: &mut Conn<'_>, gone: &[MilestoneId]) -> Result<(), StoreError> {
    for some in gone.chunks(ROWS_A_STATEMENT) {
        on!(conn, connection, Db => {
            let mut query = QueryBuilder::<Db>::new("delete from milestones where milestone in (");
            let mut list = query.separated(", ");
            for milestone in some {
                list.push_bind(milestone.0);
            }
            query.push(")");
            query.build().execute(&mut **connection).await?;
        });
    }
    Ok(())
}

async fn delete_periods(conn: &mut Conn<'_>, surplus: &[OfAgreement<'_, usize>]) -> Result<(), StoreError> {
    for some in surplus.chunks(ROWS_A_STATEMENT) {
        on!(conn, connection, Db => {
            let mut query = QueryBuilder::<Db>::new("delete from periods where ");
            for (index, (agreement, from)) in some.iter().enumerate() {
                query.push(if index == 0 { "(agreement = " } else { " or (agreement = " });
                query.push_bind(agreement.to_string());
                query.push(" and ordinal >= ");
                query.push_bind(ordinal_bigint(*from));
                query.push(")");
            }
            query.build().execute(&mut **connection).await?;
        });
    }
    Ok(())
}

fn ordinal_bigint(ordinal: usize) -> i64 {
    i64::try_from(ordinal).unwrap_or(i64::MAX)
}
