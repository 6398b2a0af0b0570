//! What can be listened to?
//!
//! Invariant: replay from the log, then live, by one cursor cut by position; nothing is missed and nothing comes twice.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, Result, Subscription as GraphQLSubscription};
use futures_util::{Stream, stream};

use super::agreement::Agreement;
use super::alert::{AlertChange, AlertFilter};
use super::context::{Asked, answers as answers_of};
use super::error::outward;
use super::event::{EventKind, RecordedEvent};
use super::inbox::Holders;
use super::scalars::{CountryCode, Date, Position};
use super::status::Status;
use super::words::{Headline, MilestoneKind};
use crate::access::Payer;
use crate::answers::view::InboxItem;
use crate::answers::{self, Answers, Ask, AskError, Following, Pin, is_late};
use crate::domain::alert::AlertRecorded;
use crate::domain::event::Recorded;
use crate::domain::ids;
use crate::projections::changes;
use crate::projections::knowledge::Knowledge;

/// What a page of the log costs a listener who has it replayed.
const PAGE_COST: usize = 50;
/// The same where each event's agreement is read before and after it.
const CHANGES_COST: usize = 200;
/// What it costs a listener to be sent a document of the inbox.
const DOCUMENT_COST: usize = 10;

/// The subscriptions: events that the server sends as they are recorded, and documents of the inbox as they change.
pub struct Subscription;

/// The subscriptions: events that the server sends as they are recorded, and documents of the inbox as they change.
#[GraphQLSubscription]
impl Subscription {
    /// Each milestone, sent when it is recorded; `late` marks one that happened long before. With `after`, the events
    /// after that position come first: a client that reconnects passes the last `position` that it received.
    async fn milestone_recorded<'ctx>(
        &self,
        ctx: &Context<'ctx>,
        #[graphql(
            desc = "The server first sends the events after this log position, then new events; when omitted, only new events."
        )]
        after: Option<Position>,
        #[graphql(
            desc = "Conditions that an event must fulfil; when omitted, only milestones when they are first recorded."
        )]
        filter: Option<RecordedFilter>,
    ) -> Result<impl Stream<Item = Result<RecordedEvent>> + use<'ctx>> {
        let filter = filter.unwrap_or_default();
        let follower = Follower::start(ctx, after, filter.instrument.as_deref(), filter.countries.as_deref()).await?;
        Ok(stream::try_unfold((follower, filter, ctx.clone()), async |(mut follower, filter, ctx)| {
            loop {
                let event = follower.next().await?;
                if filter.admits(&follower.answers, &event).await.map_err(|error| outward(&error))? {
                    return Ok(Some((RecordedEvent::of(&ctx, event)?, (follower, filter, ctx))));
                }
            }
        }))
    }

    /// Each event that changes an agreement's status on any day, with the status before and after. With `after`, the
    /// events after that position come first. A change that comes only because time passes is no event, and is not
    /// sent.
    async fn status_changed<'ctx>(
        &self,
        ctx: &Context<'ctx>,
        #[graphql(
            desc = "The server first sends the events after this log position, then new events; when omitted, only new events."
        )]
        after: Option<Position>,
        #[graphql(desc = "Conditions that a change must fulfil; when omitted, all changes.")] filter: Option<
            StatusChangeFilter,
        >,
    ) -> Result<impl Stream<Item = Result<StatusChange>> + use<'ctx>> {
        let filter = filter.unwrap_or_default();
        let follower = Follower::start(ctx, after, filter.instrument.as_deref(), filter.countries.as_deref()).await?;
        let follower = Follower { page_cost: CHANGES_COST, ..follower };
        Ok(stream::try_unfold((follower, filter, ctx.clone()), async |(mut follower, filter, ctx)| {
            loop {
                let event = follower.next().await?;
                let change = follower.answers.change(&event).await.map_err(|error| outward(&error))?;
                if let Some(change) = change.filter(|change| filter.admits(change)) {
                    let event = RecordedEvent::of(&ctx, event)?;
                    return Ok(Some((StatusChange { event, change }, (follower, filter, ctx))));
                }
            }
        }))
    }

    /// Every event about an alert: the alert fires, is acknowledged, is silenced or ends. With `after`, the events
    /// after that position come first. The server sends each event when it is recorded, however old its reason is.
    async fn alert_changed<'ctx>(
        &self,
        ctx: &Context<'ctx>,
        #[graphql(
            desc = "The server first sends the events after this log position, then new events; when omitted, only new events."
        )]
        after: Option<Position>,
        #[graphql(
            desc = "Conditions that an alert must fulfil, judged by its state after the change; when omitted, all alerts."
        )]
        filter: Option<AlertFilter>,
    ) -> Result<impl Stream<Item = Result<AlertChange>> + use<'ctx>> {
        let filter: answers::AlertFilter = filter.unwrap_or_default().into();
        let follower = Follower::start(ctx, after, filter.instrument.as_deref(), None).await?;
        Ok(stream::try_unfold((follower, filter, ctx.clone()), async |(mut follower, filter, ctx)| {
            loop {
                let event = follower.next_alert().await?;
                let change = AlertChange::of(&ctx, &event).await?;
                if let Some(change) = change.filter(|change| change.admitted(&filter)) {
                    return Ok(Some((change, (follower, filter, ctx))));
                }
            }
        }))
    }

    /// Each document of the inbox, first as it stands, and then again whenever what it tells has changed: it came in, its
    /// text came or changed, somebody decided, the record changed, or its day came. It has no `after`, since documents have
    /// no position in the log; a client that reconnects gets every document as it stands then, and misses no state that
    /// lasts. The server looks once a second, and sends what changed twice meanwhile only once. The request needs a token.
    #[graphql(guard = "Holders")]
    async fn inbox_changed<'ctx>(
        &self,
        ctx: &Context<'ctx>,
    ) -> Result<impl Stream<Item = Result<InboxItem>> + use<'ctx>> {
        let answers = answers_of(ctx)?.clone();
        let asked = ctx.data::<Arc<Asked>>()?.clone();
        let payer = ctx.data_opt::<Payer>().cloned();
        let watching = answers.watch_inbox();
        Ok(stream::try_unfold((watching, answers, asked, payer), async |(mut watching, answers, asked, payer)| {
            let item = watching.next().await.map_err(|error| outward(&error))?;
            if let Some(payer) = &payer {
                payer.pay(DOCUMENT_COST).await;
            }
            // What the subscriber asks below the document is answered as of now.
            asked.move_to(answers.position());
            Ok(Some((item.as_ref().clone(), (watching, answers, asked, payer))))
        }))
    }
}

/// Conditions for the events that the server sends to a subscriber; an omitted field sets no condition, except
/// `events`.
#[derive(InputObject, Debug, Clone, Default)]
pub struct RecordedFilter {
    /// Only agreements under the instrument with this code, such as `rdp`; when omitted, all instruments.
    instrument: Option<String>,
    /// Only events about agreements with these countries; when omitted or empty, all countries.
    countries: Option<Vec<CountryCode>>,
    /// Only events about milestones of these kinds; when omitted or empty, all kinds.
    kinds: Option<Vec<MilestoneKind>>,
    /// Only events of these kinds; when omitted or empty, only `MILESTONE_RECORDED`. To learn what becomes of a
    /// milestone later, name the other kinds as well.
    events: Option<Vec<EventKind>>,
}

impl RecordedFilter {
    async fn admits(&self, answers: &Answers, event: &Recorded) -> Result<bool, AskError> {
        let events =
            self.events.as_deref().filter(|events| !events.is_empty()).unwrap_or(&[EventKind::MilestoneRecorded]);
        if !events.contains(&(&event.event).into()) {
            return Ok(false);
        }
        let Some(kinds) = self.kinds.as_ref().filter(|kinds| !kinds.is_empty()) else { return Ok(true) };
        let kind = answers.kind(event).await?.map(MilestoneKind::from);
        Ok(kind.is_some_and(|kind| kinds.contains(&kind)))
    }
}

/// Conditions for the changes that the server sends to a subscriber; an omitted or empty field sets no condition.
#[derive(InputObject, Debug, Clone, Default)]
pub struct StatusChangeFilter {
    /// Only agreements under the instrument with this code, such as `rdp`; when omitted, all instruments.
    instrument: Option<String>,
    /// Only status changes of agreements with these countries; when omitted or empty, all countries.
    countries: Option<Vec<CountryCode>>,
    /// Only changes to a status that may have one of these headlines.
    headlines: Option<Vec<Headline>>,
}

impl StatusChangeFilter {
    fn admits(&self, change: &changes::Change) -> bool {
        let Some(headlines) = self.headlines.as_ref().filter(|headlines| !headlines.is_empty()) else { return true };
        change.after.headlines.iter().any(|headline| headlines.contains(&headline.into()))
    }
}

/// An event that changed an agreement's status.
pub struct StatusChange {
    event: RecordedEvent,
    change: changes::Change,
}

impl StatusChange {
    fn status(&self, position: ids::Position, status: &crate::projections::status::Status) -> Status {
        let knowledge = Knowledge::at(position);
        let ask = Ask { as_of: status.on(), at_position: Some(position), ..Ask::default() };
        let pin = Pin { day: status.day, today: self.event.pin.today, knowledge, ask, lasting: false };
        Status { agreement: self.event.event.agreement.clone(), pin, status: status.clone() }
    }
}

/// An event that changed an agreement's status.
#[Object]
impl StatusChange {
    /// The position of this event in the log. A subscriber that reconnects passes the last position that it received as
    /// `after`.
    async fn position(&self) -> Position {
        Position(self.event.event.position)
    }

    /// The event that changed the status.
    async fn event(&self) -> RecordedEvent {
        self.event.clone()
    }

    /// The agreement as it was known at this position of the log.
    async fn agreement(&self) -> Agreement {
        Agreement { id: self.event.event.agreement.clone(), pin: Some(self.event.pin) }
    }

    /// Whether the event was recorded more than 30 days after the latest day on which the milestone can have happened.
    async fn late(&self) -> bool {
        is_late(&self.event.event)
    }

    /// The first of the days whose status the event changed; null when the change has no first day.
    async fn from(&self) -> Option<Date> {
        self.change.from.map(Date)
    }

    /// The day after the last of the days whose status the event changed (exclusive); null when the change has no last
    /// day.
    async fn to(&self) -> Option<Date> {
        self.change.to.map(Date)
    }

    /// The status without the event, on the changed day that lies nearest to the day on which the event was recorded.
    async fn before(&self) -> Status {
        self.status(ids::Position(self.event.event.position.0.saturating_sub(1)), &self.change.before)
    }

    /// The status with the event, on the same day as `before`.
    async fn after(&self) -> Status {
        self.status(self.event.event.position, &self.change.after)
    }
}

/// A cursor over the log that moves its request's position along.
struct Follower {
    following: Following,
    answers: Answers,
    asked: Arc<Asked>,
    payer: Option<Payer>,
    page_cost: usize,
    instrument: Option<ids::InstrumentCode>,
    countries: Vec<crate::domain::country::Country>,
}

impl Follower {
    async fn start(
        ctx: &Context<'_>,
        after: Option<Position>,
        instrument: Option<&str>,
        countries: Option<&[CountryCode]>,
    ) -> Result<Self> {
        let answers = answers_of(ctx)?.clone();
        let instrument = match instrument {
            Some(code) => {
                let known = answers.instruments().load(code).map_err(|error| outward(&AskError::Instrument(error)))?;
                Some(known.code.clone())
            }
            None => None,
        };
        let asked = ctx.data::<Arc<Asked>>()?.clone();
        let after = after.map(|after| after.0).max(asked.last_heard());
        let following = answers.follow(after).await.map_err(|error| outward(&error))?;
        let countries = countries.unwrap_or_default().iter().map(|code| code.0).collect();
        let payer = ctx.data_opt::<Payer>().cloned();
        Ok(Self { following, answers, asked, payer, page_cost: PAGE_COST, instrument, countries })
    }

    /// Takes from the client's quota what a replay has read of the log.
    async fn pay(&mut self) {
        let pages = self.following.replayed();
        if let Some(payer) = self.payer.as_ref().filter(|_| pages > 0) {
            payer.pay(pages * self.page_cost).await;
        }
    }

    /// The next event of an alert.
    async fn next_alert(&mut self) -> Result<Arc<AlertRecorded>> {
        let event = self.following.next_alert().await.map_err(|error| outward(&error))?;
        self.pay().await;
        self.asked.move_to(event.position);
        Ok(event)
    }

    /// The next event of the agreements that are listened to.
    async fn next(&mut self) -> Result<Arc<Recorded>> {
        loop {
            let event = self.following.next().await.map_err(|error| outward(&error))?;
            self.pay().await;
            let id = &event.agreement;
            let admitted = self.instrument.as_ref().is_none_or(|wanted| *wanted == id.instrument)
                && (self.countries.is_empty() || self.countries.contains(&id.country));
            if admitted {
                // What the subscriber asks below this event is answered as of it.
                self.asked.move_to(event.position);
                return Ok(event);
            }
        }
    }
}
