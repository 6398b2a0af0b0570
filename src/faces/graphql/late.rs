//! Which sources were published late?
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

/// The tellings of one publisher, or about one country, and how late they were. A telling is what one source says of one
/// milestone.
pub struct LatenessGroup {
    pin: Pin,
    group: Group,
}

/// What one source says of one milestone, with the days on which the milestone happened, was published and was recorded.
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

/// The tellings of one publisher, or about one country, and how late they were. A telling is what one source says of one
/// milestone.
#[Object]
impl LatenessGroup {
    /// The publisher, when tellings are grouped by publisher (`SOURCE`); null for the group without a named publisher,
    /// and when tellings are grouped by country.
    async fn publisher(&self) -> Option<&str> {
        self.group.publisher.as_deref()
    }

    /// The partner country, when tellings are grouped by country; null otherwise.
    async fn country(&self) -> Option<Country> {
        self.group.country.map(Country)
    }

    /// How many of the tellings have no day of publication.
    async fn undated_count(&self) -> usize {
        self.group.lateness.undated
    }

    /// The days from a milestone to its publication. Observations and approximate or suspect dates do not count, since
    /// they do not say when something happened.
    async fn to_publication(&self) -> DaysSpread {
        self.group.lateness.to_publication.into()
    }

    /// The days from publication to recording, without the facts that came with the program.
    async fn to_recording(&self) -> DaysSpread {
        self.group.lateness.to_recording.into()
    }

    /// The days from publication to recording of the facts that came with the program, which were all recorded at one time.
    async fn bundled_to_recording(&self) -> DaysSpread {
        self.group.lateness.bundled_to_recording.into()
    }

    /// The tellings of the group, by agreement, and for each agreement in the order of the first day on which the
    /// milestone can have happened.
    async fn tellings(
        &self,
        #[graphql(desc = "The number of entries, 1 to 100; 50 without this or `last`.")] first: Option<i64>,
        #[graphql(desc = "Only the entries after this cursor.")] after: Option<String>,
        #[graphql(desc = "The number of entries from the end, 1 to 100, in place of `first`.")] last: Option<i64>,
        #[graphql(desc = "Only the entries before this cursor.")] before: Option<String>,
    ) -> Result<Connection<LatenessTelling>> {
        let numbered = (1_u64..).zip(&self.group.rows).collect::<Vec<_>>();
        let slice = page(first, after, last, before)?.cut(numbered, |(place, _)| *place);
        Ok(Connection::of(slice, |(place, row)| {
            (place.to_string(), LatenessTelling { pin: self.pin, row: row.clone() })
        }))
    }

    /// The log position up to and including which events count in this answer.
    async fn position(&self) -> Position {
        Position(self.pin.knowledge.position)
    }
}

/// What one source says of one milestone, with the days on which the milestone happened, was published and was recorded.
#[Object]
impl LatenessTelling {
    /// The agreement that the milestone belongs to.
    async fn agreement(&self) -> Agreement {
        Agreement { id: self.row.agreement.clone(), pin: Some(self.pin) }
    }

    /// The milestone with its text; null when the milestone is unknown under the `knownAt`, `basis` and `atPosition`
    /// asked for.
    async fn milestone(&self, ctx: &Context<'_>) -> Result<Option<Milestone>> {
        Milestone::load(ctx, &self.row.agreement, &self.pin, self.row.lag.milestone).await
    }

    /// The kind of the milestone.
    async fn kind(&self) -> MilestoneKind {
        self.row.lag.kind.into()
    }

    /// The date on which the milestone happened, as all its sources together give it.
    async fn occurred(&self) -> DateBounds {
        self.row.lag.occurred.into()
    }

    /// How good the evidence for the date in `occurred` is.
    async fn evidence(&self) -> Evidence {
        self.row.lag.evidence.into()
    }

    /// The publisher of the source; null when that is not known.
    async fn publisher(&self) -> Option<&str> {
        self.row.lag.publisher.as_deref()
    }

    /// The title of the source.
    async fn title(&self) -> &str {
        &self.row.lag.title
    }

    /// The URL at which the source can be read; null when the source has none.
    async fn url(&self) -> Option<Url> {
        self.row.lag.url.as_deref().map(|url| Url(shown_link(url).to_owned()))
    }

    /// The day on which the source was published; null when that is not known.
    async fn published_on(&self) -> Option<Date> {
        self.row.lag.published_on.map(Date)
    }

    /// The instant at which the source was recorded.
    async fn recorded_at(&self) -> Instant {
        Instant(self.row.lag.recorded_at)
    }

    /// The position of the event that recorded the source.
    async fn position(&self) -> Position {
        Position(self.row.lag.position)
    }

    /// Whether the fact belongs to the data that came with the program.
    async fn bundled(&self) -> bool {
        self.row.lag.bundled
    }

    /// The days from the milestone to its publication; negative when the source was published before the milestone.
    /// Null without a day of publication, for an approximate or suspect date, and for an observation.
    async fn to_publication(&self) -> Option<DaysRange> {
        self.row.lag.to_publication().map(DaysRange::from)
    }

    /// The days from publication to recording, in UTC; null when the day of publication is not known.
    async fn to_recording_days(&self) -> Option<i64> {
        self.row.lag.to_recording()
    }
}
