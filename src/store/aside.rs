//! What does the log say beside agreements: of alerts and of figures?
//!
//! Invariant: an alert and a figure are their streams and nothing else; no table follows from them, so nothing can differ from
//! them.

use std::collections::BTreeMap;

use sqlx::QueryBuilder;

use super::append::Append;
use super::log::{COLUMNS, Row, StoredEvent};
use super::{CHUNK, Store, StoreError, inside, reading, signed};
use crate::domain::alert::{self, AlertRecorded, Fingerprint};
use crate::domain::figure::{self, FigureId, FigureLogged};
use crate::domain::ids::Position;
use crate::domain::logged::Logged;

/// What the names of streams begin with from which no table follows.
pub(super) const ASIDE: [&str; 2] = [alert::STREAMS, figure::STREAMS];

impl Store {
    /// The events of all alerts after a position up to another, in order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn alert_events(&self, after: Position, up_to: Position) -> Result<Vec<AlertRecorded>, StoreError> {
        let events = self.events_aside(alert::STREAMS, after, up_to).await?;
        Ok(events.into_iter().filter_map(Logged::of_alert).collect())
    }

    /// The events of all figures after a position up to another, in order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn figure_events(&self, after: Position, up_to: Position) -> Result<Vec<FigureLogged>, StoreError> {
        let events = self.events_aside(figure::STREAMS, after, up_to).await?;
        Ok(events.into_iter().filter_map(Logged::of_figure).collect())
    }

    async fn events_aside(&self, streams: &str, after: Position, up_to: Position) -> Result<Vec<Logged>, StoreError> {
        let (first, last) = names(streams);
        let sql = format!(
            "select {COLUMNS}
             from events
             where stream >= $1 and stream < $2 and position > $3 and position <= $4
             order by position"
        );
        let rows: Vec<Row> = reading!(self, pool => {
            let query = sqlx::query_as(&sql).bind(first).bind(last);
            query.bind(signed(after.0)).bind(signed(up_to.0)).fetch_all(pool).await?
        });
        rows.into_iter().map(|row| StoredEvent::of(row)?.read()).collect()
    }
}

impl Append {
    /// The streams of some alerts; one that never fired is missing.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn alerts(
        &mut self,
        alerts: &[Fingerprint],
    ) -> Result<BTreeMap<Fingerprint, Vec<AlertRecorded>>, StoreError> {
        let mut streams: BTreeMap<Fingerprint, Vec<AlertRecorded>> = BTreeMap::new();
        let named = alerts.iter().map(|alert| stream(alert::STREAMS, alert)).collect();
        for recorded in self.events_of(named).await?.into_iter().filter_map(Logged::of_alert) {
            streams.entry(recorded.alert).or_default().push(recorded);
        }
        Ok(streams)
    }

    /// The streams of some figures; one that was never recorded is missing.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn figures(&mut self, figures: &[FigureId]) -> Result<BTreeMap<FigureId, Vec<FigureLogged>>, StoreError> {
        let mut streams: BTreeMap<FigureId, Vec<FigureLogged>> = BTreeMap::new();
        let named = figures.iter().map(|figure| stream(figure::STREAMS, figure)).collect();
        for logged in self.events_of(named).await?.into_iter().filter_map(Logged::of_figure) {
            streams.entry(logged.figure).or_default().push(logged);
        }
        Ok(streams)
    }

    async fn events_of(&mut self, streams: Vec<String>) -> Result<Vec<Logged>, StoreError> {
        let mut events = Vec::new();
        for some in streams.chunks(CHUNK) {
            let rows: Vec<Row> = inside!(self.transaction(), tx => {
                let mut query = QueryBuilder::new(format!("select {COLUMNS} from events where stream in ("));
                let mut list = query.separated(", ");
                for of in some {
                    list.push_bind(of.clone());
                }
                query.push(") order by position");
                query.build_query_as().fetch_all(tx).await?
            });
            for row in rows {
                events.push(StoredEvent::of(row)?.read()?);
            }
        }
        Ok(events)
    }
}

/// The name of a stream of an alert or a figure.
pub(super) fn stream(streams: &str, id: &impl std::fmt::Display) -> String {
    format!("{streams}/{id}")
}

/// The part of a stream's name that names the one it is of, if it is one of these.
pub(super) fn of<'a>(streams: &str, stream: &'a str) -> Option<&'a str> {
    stream.strip_prefix(streams)?.strip_prefix('/')
}

/// The first name that a stream of these can have, and the one behind the last.
pub(super) fn names(streams: &str) -> (String, String) {
    (format!("{streams}/"), format!("{streams}0"))
}
