//! How do the tables become what the projections say?
//!
//! Invariant: after a replacement an agreement's rows are exactly those of its [`Rows`]; only rows that differ are written.

use sqlx::QueryBuilder;

use super::{CHUNK, StoreError, Tx, inside, signed};
use crate::domain::ids::AgreementId;
use crate::domain::words::Word;
use crate::projections::rows::{AgreementRow, MilestoneRow, PeriodRow, Rows};
use crate::projections::written::{write_spells, write_waits, write_watched};

/// A row of an agreement, with what its key needs.
type Of<'r, R> = (&'r AgreementId, i64, &'r R);

impl Tx {
    /// Makes the rows of some agreements what they should be, from what they were.
    pub(super) async fn replace_rows(&mut self, rows: &[(Option<Rows>, Rows)]) -> Result<(), StoreError> {
        let mut agreements: Vec<&AgreementRow> = Vec::with_capacity(rows.len());
        let mut milestones: Vec<Of<'_, MilestoneRow>> = Vec::new();
        let mut periods: Vec<Of<'_, PeriodRow>> = Vec::new();
        let mut gone: Vec<(&AgreementId, i64)> = Vec::new();
        for (old, new) in rows {
            let id = &new.agreement.agreement;
            agreements.push(&new.agreement);
            let old_milestones = old.as_ref().map_or(&[][..], |old| &old.milestones);
            // Milestones stay in log order, so the same place is the same milestone.
            milestones.extend(
                (0..)
                    .zip(&new.milestones)
                    .zip(old_milestones.iter().map(Some).chain(std::iter::repeat(None)))
                    .filter_map(|((place, row), old)| (old != Some(row)).then_some((id, place, row))),
            );
            let old_periods = old.as_ref().map_or(&[][..], |old| &old.periods);
            periods.extend(
                (0..)
                    .zip(&new.periods)
                    .zip(old_periods.iter().map(Some).chain(std::iter::repeat(None)))
                    .filter_map(|((place, row), old)| (old != Some(row)).then_some((id, place, row))),
            );
            gone.extend((new.periods.len()..old_periods.len()).map(|ordinal| (id, signed(ordinal as u64))));
        }
        self.put_agreements(&agreements).await?;
        self.put_milestones(&milestones).await?;
        self.put_periods(&periods).await?;
        self.drop_periods(&gone).await
    }

    async fn put_agreements(&mut self, rows: &[&AgreementRow]) -> Result<(), StoreError> {
        for some in rows.chunks(CHUNK) {
            let spells = some.iter().map(|of| write_spells(&of.spells)).collect::<Result<Vec<_>, _>>();
            let spells = spells.map_err(StoreError::Canonical)?;
            let watched = some.iter().map(|of| write_watched(&of.watched)).collect::<Result<Vec<_>, _>>();
            let watched = watched.map_err(StoreError::Canonical)?;
            inside!(self, tx => {
                let mut query = QueryBuilder::new("insert into agreements (agreement, instrument, country, version, position, spells, watched) ");
                query.push_values(some.iter().zip(&spells).zip(&watched), |mut row, ((of, spells), watched)| {
                    row.push_bind(of.agreement.to_string())
                        .push_bind(of.agreement.instrument.as_str())
                        .push_bind(of.agreement.country.code().to_owned())
                        .push_bind(i64::from(of.version.0))
                        .push_bind(signed(of.position.0))
                        .push_bind(spells)
                        .push_bind(watched);
                });
                query.push(
                    " on conflict (agreement) do update set
                        version = excluded.version, position = excluded.position, spells = excluded.spells,
                        watched = excluded.watched",
                );
                query.build().execute(tx).await?;
            });
        }
        Ok(())
    }

    async fn put_milestones(&mut self, rows: &[Of<'_, MilestoneRow>]) -> Result<(), StoreError> {
        for some in rows.chunks(CHUNK) {
            inside!(self, tx => {
                let mut query = QueryBuilder::new(
                    "insert into milestones (milestone, agreement, kind, retracted, earliest, latest, evidence, round, position) ",
                );
                query.push_values(some, |mut row, (agreement, _, of)| {
                    row.push_bind(of.milestone.0)
                        .push_bind(agreement.to_string())
                        .push_bind(of.kind.as_str())
                        .push_bind(of.retracted)
                        .push_bind(of.earliest)
                        .push_bind(of.latest)
                        .push_bind(of.evidence.as_str())
                        .push_bind(of.round.map(i64::from))
                        .push_bind(signed(of.position.0));
                });
                query.push(
                    " on conflict (milestone) do update set
                        kind = excluded.kind, retracted = excluded.retracted, earliest = excluded.earliest,
                        latest = excluded.latest, evidence = excluded.evidence, round = excluded.round",
                );
                query.build().execute(tx).await?;
            });
        }
        Ok(())
    }

    async fn put_periods(&mut self, rows: &[Of<'_, PeriodRow>]) -> Result<(), StoreError> {
        for some in rows.chunks(CHUNK) {
            let waits = some.iter().map(|(.., of)| write_waits(&of.waits)).collect::<Result<Vec<_>, _>>();
            let waits = waits.map_err(StoreError::Canonical)?;
            inside!(self, tx => {
                let mut query = QueryBuilder::new(
                    "insert into periods
                        (agreement, ordinal, from_day, to_day, headlines, stages, standings, listings, kinds, waiting, waits) ",
                );
                query.push_values(some.iter().zip(&waits), |mut row, ((agreement, ordinal, of), waits)| {
                    row.push_bind(agreement.to_string())
                        .push_bind(*ordinal)
                        .push_bind(of.from_day)
                        .push_bind(of.to_day)
                        .push_bind(i64::from(of.headlines.bits()))
                        .push_bind(i64::from(of.stages.bits()))
                        .push_bind(i64::from(of.standings.bits()))
                        .push_bind(i64::from(of.listings.bits()))
                        .push_bind(i64::from(of.kinds))
                        .push_bind(of.waiting)
                        .push_bind(waits);
                });
                query.push(
                    " on conflict (agreement, ordinal) do update set
                        from_day = excluded.from_day, to_day = excluded.to_day, headlines = excluded.headlines,
                        stages = excluded.stages, standings = excluded.standings, listings = excluded.listings,
                        kinds = excluded.kinds, waiting = excluded.waiting, waits = excluded.waits",
                );
                query.build().execute(tx).await?;
            });
        }
        Ok(())
    }

    async fn drop_periods(&mut self, gone: &[(&AgreementId, i64)]) -> Result<(), StoreError> {
        for some in gone.chunks(CHUNK) {
            inside!(self, tx => {
                let mut query = QueryBuilder::new("delete from periods where (agreement, ordinal) in ");
                query.push_tuples(some, |mut row, (agreement, ordinal)| {
                    row.push_bind(agreement.to_string()).push_bind(*ordinal);
                });
                query.build().execute(tx).await?;
            });
        }
        Ok(())
    }
}
