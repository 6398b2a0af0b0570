//! What does the log say of alerts?
//!
//! Invariant: an alert is its stream and nothing else; no table follows from it, so nothing can differ from it.

use std::collections::BTreeMap;

use sqlx::QueryBuilder;

use super::append::Append;
use super::log::{COLUMNS, Row, StoredEvent};
use super::{CHUNK, Store, StoreError, inside, reading, signed};
use crate::domain::alert::{AlertRecorded, Fingerprint, STREAMS};
use crate::domain::ids::Position;

impl Store {
    /// The events of all alerts after a position up to another, in order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn alert_events(&self, after: Position, up_to: Position) -> Result<Vec<AlertRecorded>, StoreError> {
        let (first, last) = streams();
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
        let mut events = Vec::with_capacity(rows.len());
        for row in rows {
            events.extend(alert(row)?);
        }
        Ok(events)
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
        for some in alerts.chunks(CHUNK) {
            let rows: Vec<Row> = inside!(self.transaction(), tx => {
                let mut query = QueryBuilder::new(format!("select {COLUMNS} from events where stream in ("));
                let mut list = query.separated(", ");
                for of in some {
                    list.push_bind(stream(*of));
                }
                query.push(") order by position");
                query.build_query_as().fetch_all(tx).await?
            });
            for row in rows {
                if let Some(recorded) = alert(row)? {
                    streams.entry(recorded.alert).or_default().push(recorded);
                }
            }
        }
        Ok(streams)
    }
}

/// The name of an alert's stream.
pub(super) fn stream(alert: Fingerprint) -> String {
    format!("{STREAMS}/{alert}")
}

/// The first name that an alert's stream can have, and the one behind the last.
pub(super) fn streams() -> (String, String) {
    (format!("{STREAMS}/"), format!("{STREAMS}0"))
}

fn alert(row: Row) -> Result<Option<AlertRecorded>, StoreError> {
    Ok(StoredEvent::of(row)?.read()?.of_alert())
}
