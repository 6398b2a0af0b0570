//! Which documents wait for a person, and how far has the program searched outside sources, as GraphQL objects?
//!
//! Invariant: documents are shown only to holders of a token, since nobody has looked at them yet; what a document
//! proposes is never shown as a fact of the log.

use async_graphql::{ComplexObject, Context, Guard, InputObject, Object, Result};

use super::agreement::Agreement;
use super::connection::{Connection, page};
use super::context::{answers, passing};
use super::detail::MilestoneDetail;
use super::error::{denied, outward};
use super::milestone::Milestone;
use super::scalars::{CountryCode, Date};
use super::whole::Whole;
use super::words::{DocumentReading, InboxState};
use crate::access::{Caller, Role};
use crate::answers::view::{InboxItem, InboxProposal, SourceSeen};
use crate::answers::{AskError, InboxFilter, Page, item_key};

/// Lets only holders of a token through, also where anyone may read.
pub struct Holders;

impl Guard for Holders {
    async fn check(&self, ctx: &Context<'_>) -> Result<()> {
        ctx.data::<Caller>()?.holding(Role::Reader).map(drop).map_err(|error| denied(&error))
    }
}

/// Conditions that a document must fulfil; an omitted or empty field sets no condition.
#[derive(InputObject, Debug, Clone, Default)]
pub struct InboxItemFilter {
    /// Only documents in one of these states.
    states: Option<Vec<InboxState>>,
    /// Only documents with one of these readings.
    readings: Option<Vec<DocumentReading>>,
    /// Only documents that propose something about one of these countries.
    countries: Option<Vec<CountryCode>>,
}

impl From<InboxItemFilter> for InboxFilter {
    fn from(filter: InboxItemFilter) -> Self {
        let InboxItemFilter { states, readings, countries } = filter;
        Self {
            states: states.unwrap_or_default().into_iter().map(|state| state.0).collect(),
            readings: readings.unwrap_or_default().into_iter().map(|reading| reading.0).collect(),
            countries: countries.unwrap_or_default().into_iter().map(|code| code.0).collect(),
        }
    }
}

/// The questions about the documents of outside sources.
#[derive(Default)]
pub struct Incoming;

/// The questions about the documents of outside sources.
#[Object]
impl Incoming {
    /// The documents of outside sources that may belong in the record, the oldest publication first. The request needs
    /// a token.
    #[graphql(guard = "Holders")]
    async fn inbox(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Conditions for the documents; when omitted, all documents.")] filter: Option<InboxItemFilter>,
        #[graphql(desc = "The number of entries, 1 to 100; 50 without this or `last`.")] first: Option<i64>,
        #[graphql(desc = "Only the entries after this cursor.")] after: Option<String>,
        #[graphql(desc = "The number of entries from the end, 1 to 100, in place of `first`.")] last: Option<i64>,
        #[graphql(desc = "Only the entries before this cursor.")] before: Option<String>,
    ) -> Result<Connection<InboxItem>> {
        passing(ctx)?;
        let page: Page<String> = page(first, after, last, before)?;
        let slice = answers(ctx)?.items(&filter.unwrap_or_default().into(), &page).await;
        let slice = slice.map_err(|error| outward(&error))?;
        Ok(Connection::of(slice, |item| (item_key(&item), InboxItem::of(&item))))
    }

    /// One document of the inbox by its number; null when no document has the number. The request needs a token.
    #[graphql(guard = "Holders")]
    async fn inbox_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of the document at its source, such as 2024-03705.")] number: String,
        #[graphql(desc = "The day of publication; needed only when several documents have the number.")]
        published_on: Option<Date>,
    ) -> Result<Option<InboxItem>> {
        passing(ctx)?;
        let items = answers(ctx)?.items_of(&number, published_on.map(|day| day.0)).await;
        match items.map_err(|error| outward(&error))?.as_slice() {
            [] => Ok(None),
            [item] => Ok(Some(InboxItem::of(item))),
            _ => Err(outward(&AskError::Paging("several documents have this number; give publishedOn"))),
        }
    }

    /// The outside sources that this program can search, and how far it has searched each of them.
    async fn sources(&self, ctx: &Context<'_>) -> Result<Vec<SourceSeen>> {
        passing(ctx)?;
        Ok(answers(ctx)?.view_sources().await.map_err(|error| outward(&error))?.nodes)
    }
}

/// What a proposal leads to.
#[ComplexObject]
impl InboxProposal {
    /// The agreement that the proposal is about.
    async fn agreement(&self) -> Agreement {
        Agreement { id: self.of.clone(), pin: None }
    }

    /// The details that belong to the milestone's kind.
    async fn detail(&self) -> Whole<MilestoneDetail> {
        Whole(MilestoneDetail::of(&self.told))
    }

    /// The recorded milestone that the proposal repeats, corrects or contradicts; null when there is none.
    async fn milestone(&self, ctx: &Context<'_>) -> Result<Option<Milestone>> {
        let Some(id) = self.milestone_id else { return Ok(None) };
        let pin = super::context::pin(ctx, None, None, None, None).await?;
        Milestone::load(ctx, &self.of, &pin, id).await
    }
}
