//! Would a document be found that the main search misses, and is a document still read as it was?
//!
//! Invariant: once a week, beside the main search and after it; what fails here is tried again at the next poll and moves no cursor.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::Value;

use super::fetch::{FetchError, Fetcher};
use super::register::{SOURCE, Search, Window, detail};
use super::sweep::Sweep;
use crate::domain::reading::{Reading, read};
use crate::domain::words::MilestoneKind;
use crate::store::{DocumentKey, StoreError};

/// How long one that went well lasts.
const WEEK: TimeDelta = TimeDelta::days(7);
/// How many days the nets look back: agencies are tagged late, and titles are corrected.
const BACK: i64 = 400;
/// The searches beside the main one, by the names that their sweeps are kept by.
const NETS: [(&str, Search); 2] = [("net-words", Search::Words), ("net-part", Search::Part)];
/// The name by which it is kept whether a document is still read as it was.
const CANARY: &str = "canary";
/// A document that was read long ago: its number, its day, and whose notice it is.
const KNOWN: (&str, Option<NaiveDate>, &str) = ("2021-06591", NaiveDate::from_ymd_opt(2021, 3, 31), "JP");

impl Sweep<'_> {
    /// Makes the searches of the week that are due, and reads the document that is known again; what went wrong first.
    pub(super) async fn weekly(&mut self, today: NaiveDate) -> Result<Option<FetchError>, StoreError> {
        let now = self.clock.now();
        let kept = self.store.sweeps(SOURCE).await?;
        let lately = |kind: &str| {
            let good = |ended: &DateTime<Utc>| now - *ended < WEEK;
            kept.iter().filter(|sweep| sweep.kind == kind && sweep.is_good()).any(|sweep| good(&sweep.ended))
        };
        let window = Window { from: today - TimeDelta::days(BACK), to: today };
        for (kind, search) in NETS {
            if !lately(kind)
                && let Some(fault) = self.through(search, kind, vec![window]).await?
            {
                return Ok(Some(fault));
            }
        }
        if lately(CANARY) {
            return Ok(None);
        }
        let fault = known_again(self.fetcher).await.err();
        let window = Window { from: today, to: today };
        self.keep_sweep(CANARY, window, now, fault.as_ref(), u64::from(fault.is_none())).await?;
        Ok(fault)
    }
}

/// Asks for the document that is known, and reads it: answers of an API whose shape has changed are found so, however many of them
/// say that all is well.
async fn known_again(fetcher: &Fetcher) -> Result<(), FetchError> {
    let (number, Some(published_on), partner) = KNOWN else { return Ok(()) };
    let key = DocumentKey { source: SOURCE.to_owned(), number: number.to_owned(), published_on };
    let fetched = fetcher.get(&detail(fetcher, &key)?, &["application/json"]).await?;
    let whole: Value = serde_json::from_slice(&fetched.bytes).unwrap_or_default();
    let Reading::Proposals(told) = read(&whole, None) else {
        return Err(FetchError::Shape(format!("document {number}, which is known, proposes nothing any more")));
    };
    let same = told.iter().any(|one| {
        one.partner.code() == partner
            && one.detail.kind() == MilestoneKind::NoticePublished
            && one.occurred == published_on
    });
    if same { Ok(()) } else { Err(FetchError::Shape(format!("document {number}, which is known, is read otherwise"))) }
}
