//! Which sources were published late, and which contradict each other?
//!
//! Invariant: a telling is in one group; one whose publisher is not known is in the group without a publisher.

use std::collections::BTreeMap;

use super::{Answers, AskError, Page, Pin, Slice};
use crate::domain::country::Country;
use crate::domain::ids::{AgreementId, MilestoneId};
use crate::domain::instrument::Instrument;
use crate::domain::source::Preference;
use crate::domain::words::words;
use crate::projections::lateness::{Lag, Lateness, lags};
use crate::projections::worlds::Worlds;

words! {
    /// How tellings are grouped.
    GroupBy as "grouping" called "LatenessGrouping" default Source {
        /// One group for each publisher, and one for all tellings whose publisher is not known.
        Source = "source",
        /// One group for each partner country.
        Country = "country",
    }
}

/// A telling with the agreement that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LagRow {
    /// The agreement that the milestone belongs to.
    pub agreement: AgreementId,
    /// How late the source was published and recorded.
    pub lag: Lag,
}

/// Tellings of one publisher, or about one country.
#[derive(Debug, Clone, PartialEq)]
pub struct LatenessGroup {
    /// Who published them, when they are grouped by source; `None` for those of which nobody says so.
    pub publisher: Option<String>,
    /// The partner, when they are grouped by country.
    pub country: Option<Country>,
    /// The days of the group, as numbers.
    pub lateness: Lateness,
    /// The tellings, by agreement and in reading order.
    pub rows: Vec<LagRow>,
}

/// A milestone whose sources contradict each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradicted {
    /// Its place in the list, from 1.
    pub place: u64,
    /// The agreement that the milestone belongs to.
    pub agreement: AgreementId,
    /// The milestone that this is about.
    pub milestone: MilestoneId,
}

impl Answers {
    /// How late sources were published and this log recorded them, the group with the most tellings first.
    ///
    /// # Errors
    /// When the instrument is not known or the log cannot be read.
    pub async fn lateness(
        &self,
        pin: &Pin,
        instrument: Option<&str>,
        by: GroupBy,
    ) -> Result<Vec<LatenessGroup>, AskError> {
        let mut groups: BTreeMap<(Option<String>, Option<Country>), Vec<LagRow>> = BTreeMap::new();
        self.each_dossier(pin, instrument, |id, events, dossier| {
            for lag in lags(events, &dossier.record, &dossier.worlds.known, &pin.knowledge) {
                let key = match by {
                    GroupBy::Source => (lag.publisher.clone(), None),
                    GroupBy::Country => (None, Some(id.country)),
                };
                groups.entry(key).or_default().push(LagRow { agreement: id.clone(), lag });
            }
            Ok::<_, AskError>(())
        })
        .await?;
        let group = |((publisher, country), rows): ((Option<String>, Option<Country>), Vec<LagRow>)| {
            let lateness = Lateness::of(rows.iter().map(|row| &row.lag));
            LatenessGroup { publisher, country, lateness, rows }
        };
        let mut groups: Vec<LatenessGroup> = groups.into_iter().map(group).collect();
        // Stable, so that groups of one size stay in the order of their names.
        groups.sort_by_key(|group| std::cmp::Reverse(group.rows.len()));
        Ok(groups)
    }

    /// The milestones whose sources contradict each other, by agreement and in reading order.
    ///
    /// # Errors
    /// As [`Answers::lateness`].
    pub async fn contradictions(
        &self,
        pin: &Pin,
        instrument: Option<&str>,
        countries: &[Country],
        page: &Page<u64>,
    ) -> Result<Slice<Contradicted>, AskError> {
        let code = self.code(instrument)?;
        let mut found = Vec::new();
        let take = |id: &AgreementId, worlds: &Worlds, _: &Instrument| {
            if !countries.is_empty() && !countries.contains(&id.country) {
                return;
            }
            let contradicted = worlds.known.facts.iter().filter(|fact| fact.settled_by != Preference::Overlap);
            found.extend(contradicted.map(|fact| (id.clone(), fact.milestone)));
        };
        self.fold_all(code.as_ref(), take, &pin.knowledge).await?;
        let rows = (1..).zip(found).map(|(place, (agreement, milestone))| Contradicted { place, agreement, milestone });
        Ok(page.cut(rows.collect(), |row| row.place))
    }
}
