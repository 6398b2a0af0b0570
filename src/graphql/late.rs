//! Who tells late?
//!
//! Invariant: statistics count exact days only, and say how many they are; the tellings behind them page.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};

use super::agreement::Agreement;
use super::connection::{Connection, page};
use super::context::{Asked, answers};
use super::country::Country;
use super::error::outward;
use super::milestone::Milestone;
use super::scalars::{Date, Instant, Position, Url};
use super::words::{Evidence, MilestoneKind};
use crate::answers::view::DateBounds;
use crate::answers::view::{DaysRange, DaysSpread};
use crate::answers::{GroupBy, LagRow, LatenessGroup as Group, Page, Pin};
use crate::domain::decide::shown_link;

/// Tellings of one publisher or about one country, and how late they were.
pub struct LatenessGroup {
    pin: Pin,
    group: Group,
}

/// One source's telling of one milestone, with its three days.
pub struct LatenessTelling {
    pin: Pin,
    row: LagRow,
}

impl LatenessGroup {
    /// The groups of an answer at a pin, a page at a time.
    pub async fn all(
        ctx: &Context<'_>,
        pin: Pin,
        instrument: Option<&str>,
        by: GroupBy,
        page: &Page<u64>,
    ) -> Result<Connection<Self>> {
        let groups = answers(ctx)?.lateness(&pin, instrument, by).await.map_err(|error| outward(&error))?;
        let slice = page.cut((1..).zip(groups).collect(), |(place, _)| *place);
        let rows = slice.items.iter().flat_map(|(_, group)| &group.rows);
        ctx.data::<Arc<Asked>>()?.found(rows.map(|row| row.agreement.clone()));
        Ok(Connection::of(slice, |(place, group)| (place.to_string(), Self { pin, group })))
    }
}

/// Tellings of one publisher or about one country, and how late they were.
#[Object]
impl LatenessGroup {
    /// Who published them, when they are grouped by source; null in the group of those of which nobody says so.
    async fn publisher(&self) -> Option<&str> {
        self.group.publisher.as_deref()
    }

    /// The partner, when they are grouped by country.
    async fn country(&self) -> Option<Country> {
        self.group.country.map(Country)
    }

    /// How many of the tellings say no day of publication.
    async fn undated_count(&self) -> usize {
        self.group.lateness.undated
    }

    /// The days from happening to publication. Observations and doubted dates do not count: neither says when something
    /// happened.
    async fn to_publication(&self) -> DaysSpread {
        self.group.lateness.to_publication.into()
    }

    /// The days from publication to recording, of all but the facts that came with the program.
    async fn to_recording(&self) -> DaysSpread {
        self.group.lateness.to_recording.into()
    }

    /// The same of the facts that came with the program, which share one time of recording.
    async fn bundled_to_recording(&self) -> DaysSpread {
        self.group.lateness.bundled_to_recording.into()
    }

    /// The tellings, by agreement and in reading order.
    async fn tellings(
        &self,
        #[graphql(desc = "How many from the beginning, 1 to 100; 50 without this or `last`.")] first: Option<i64>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100, in place of `first`.")] last: Option<i64>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Connection<LatenessTelling>> {
        let numbered = (1_u64..).zip(&self.group.rows).collect::<Vec<_>>();
        let slice = page(first, after, last, before)?.cut(numbered, |(place, _)| *place);
        Ok(Connection::of(slice, |(place, row)| {
            (place.to_string(), LatenessTelling { pin: self.pin, row: row.clone() })
        }))
    }

    /// The position of the log that the answer rests on.
    async fn position(&self) -> Position {
        Position(self.pin.knowledge.position)
    }
}

/// One source's telling of one milestone, with its three days.
#[Object]
impl LatenessTelling {
    /// The agreement that it belongs to.
    async fn agreement(&self) -> Agreement {
        Agreement { id: self.row.agreement.clone(), pin: Some(self.pin) }
    }

    /// The milestone, with its text.
    async fn milestone(&self, ctx: &Context<'_>) -> Result<Option<Milestone>> {
        Milestone::load(ctx, &self.row.agreement, &self.pin, self.row.lag.milestone).await
    }

    /// The milestone's kind.
    async fn kind(&self) -> MilestoneKind {
        self.row.lag.kind.into()
    }

    /// When it happened, as all its sources together tell.
    async fn occurred(&self) -> DateBounds {
        self.row.lag.occurred.into()
    }

    /// How good the evidence for that is.
    async fn evidence(&self) -> Evidence {
        self.row.lag.evidence.into()
    }

    /// Who published the source.
    async fn publisher(&self) -> Option<&str> {
        self.row.lag.publisher.as_deref()
    }

    /// What the source is called.
    async fn title(&self) -> &str {
        &self.row.lag.title
    }

    /// Where it can be read.
    async fn url(&self) -> Option<Url> {
        self.row.lag.url.as_deref().map(|url| Url(shown_link(url).to_owned()))
    }

    /// The day it was published.
    async fn published_on(&self) -> Option<Date> {
        self.row.lag.published_on.map(Date)
    }

    /// When the log learnt of the source.
    async fn recorded_at(&self) -> Instant {
        Instant(self.row.lag.recorded_at)
    }

    /// Where in the log that was.
    async fn position(&self) -> Position {
        Position(self.row.lag.position)
    }

    /// Whether it came with the program.
    async fn bundled(&self) -> bool {
        self.row.lag.bundled
    }

    /// The days from happening to publication; negative for what was published before. Null when the day of publication is
    /// not told, when the date is doubted, and for an observation.
    async fn to_publication(&self) -> Option<DaysRange> {
        self.row.lag.to_publication().map(DaysRange::from)
    }

    /// The days from publication to recording, UTC; null when the day of publication is not told.
    async fn to_recording_days(&self) -> Option<i64> {
        self.row.lag.to_recording()
    }
}
