//! What does the record have of a text of the regulation's list?
//!
//! Invariant: only what the record does not say already is proposed; a text that is not understood whole proposes nothing, and one that
//! leaves a name out says so of its own day alone.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::answers::{Answers, Ask, AskError};
use crate::domain::country::Country;
use crate::domain::milestone::{Detail, Seen};
use crate::domain::reading::{Listed, Proposal, Published, Reading, Unclear, read_regulation};
use crate::domain::words::Listing;

/// How each country that a text names is listed by it.
fn by_country(listed: &Listed) -> BTreeMap<Country, Listing> {
    let blanket = listed.blanket.iter().map(|country| (*country, Listing::Blanket));
    blanket.chain(listed.case_by_case.iter().map(|country| (*country, Listing::CaseByCase))).collect()
}

impl Answers {
    /// What a text of the list proposes, beside the text before it; and the list itself, for the text after it.
    pub(super) async fn read_list(
        &self,
        text: Option<&str>,
        published: &Published,
        before: Option<&Listed>,
    ) -> Result<(Reading, Option<Listed>), AskError> {
        let Some(text) = text else { return Ok((Reading::Unclear(Unclear::Removal), None)) };
        let (Ok(listed), Some(day)) = (read_regulation(text), published.effective_on) else {
            return Ok((Reading::Unclear(Unclear::Shape), None));
        };
        let (now, then) = (by_country(&listed), before.map(by_country));
        let mut partners: Vec<Country> = now.keys().chain(then.iter().flat_map(BTreeMap::keys)).copied().collect();
        partners.sort_unstable();
        partners.dedup();
        let mut proposals = Vec::new();
        for partner in partners {
            let listing = now.get(&partner).copied().unwrap_or(Listing::Unlisted);
            if self.lists(partner, listing, day).await? {
                continue;
            }
            let was = then.as_ref().map(|then| then.get(&partner).copied().unwrap_or(Listing::Unlisted));
            let detail = match (was, listing) {
                // The text before said the same, or there is none: since when it is so is not told here.
                (None, _) => Detail::Observed { seen: Seen::Listing(vec![listing]) },
                (Some(was), _) if was == listing => Detail::Observed { seen: Seen::Listing(vec![listing]) },
                (Some(_), Listing::Unlisted) => Detail::Delisted {},
                (Some(Listing::Unlisted), listing) => Detail::Listed { listing },
                (Some(_), listing) => Detail::ListingChanged { listing },
            };
            proposals.push(Proposal { partner, occurred: day, detail, span: Vec::new(), doubts: Vec::new() });
        }
        Ok((Reading::Proposals(proposals), Some(listed)))
    }

    /// Whether the record has a country listed so on a day, for certain.
    async fn lists(&self, partner: Country, listing: Listing, day: NaiveDate) -> Result<bool, AskError> {
        let agreement = self.agreement_id("rdp", partner)?;
        let pin = self.pin(&Ask { as_of: Some(day), ..Ask::default() }, self.position()).await?;
        Ok(self.status_of_any_log(&agreement, &pin).await?.listings.certain() == Some(listing))
    }
}
