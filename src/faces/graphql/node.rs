//! What can be asked for again by its id alone?
//!
//! Invariant: an id gives the type of its object, and no two types share one.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_graphql::{Context, ID, Interface, Result};
use futures_util::future::try_join_all;
use uuid::Uuid;

use super::agreement::Agreement;
use super::alert::{Alert, PREFIX};
use super::context::{Asked, answers, pin};
use super::country::Country;
use super::error::outward;
use super::milestone::Milestone;
use super::pinned_id::{pin_of, read};
use super::stalled::{SUFFIX, StalledAgreement};
use super::webhook::{self, Webhook};
use super::whole::Whole;
use crate::answers::{Ask, AskError, Pin};
use crate::domain::alert::Fingerprint;
use crate::domain::country;
use crate::domain::ids::{AgreementId, MilestoneId};

/// The most that are asked for at once.
const MOST: usize = 100;

/// An object that a client can ask for again by its id alone.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The object's id, which no other object of any type has."))]
pub enum Node {
    /// An agreement, by its id.
    Agreement(Agreement),
    /// An alert, by its fingerprint.
    Alert(Alert),
    /// A country, by its code.
    Country(Country),
    /// A milestone, by its id.
    Milestone(Milestone),
    /// A stalled round, by its agreement.
    StalledAgreement(StalledAgreement),
    /// An endpoint that this server sends new events to; only administrators find one.
    Webhook(Webhook),
}

/// The object that an id names.
enum Named {
    /// An agreement, such as `rdp/KR`.
    Agreement(AgreementId),
    /// An alert, by `alert/` and its fingerprint.
    Alert(Fingerprint),
    /// A country, such as `KR`.
    Country(country::Country),
    /// A milestone, by its UUID.
    Milestone(MilestoneId),
    /// The stall of an agreement, such as `rdp/KR/stalled`.
    Stalled(AgreementId),
    /// A webhook, by `webhook/` and its UUID.
    Webhook(Uuid),
}

impl Named {
    /// Reads an id with what it asks for; `None` when it is nobody's, or another spelling of one.
    fn of(id: &str) -> Option<(Self, Ask)> {
        let (id, ask) = read(id)?;
        let named = match id.strip_suffix(SUFFIX) {
            Some(agreement) => Self::Stalled(agreement.parse().ok()?),
            None if let Some(id) = webhook::id_of(id) => Self::Webhook(id),
            None if id.starts_with(PREFIX) => Self::Alert(id.strip_prefix(PREFIX)?.parse().ok()?),
            None if id.contains('/') => Self::Agreement(id.parse().ok()?),
            None if id.len() == 2 => Self::Country(country::Country::from_code(id).ok()?),
            None => Self::Milestone(MilestoneId(id.parse().ok()?)),
        };
        // A country and an endpoint are the same on every day, and a milestone's day is its own.
        let fits = match named {
            Self::Country(_) | Self::Webhook(_) => ask == Ask::default(),
            Self::Milestone(_) => ask.as_of.is_none(),
            Self::Agreement(_) | Self::Alert(_) | Self::Stalled(_) => true,
        };
        (fits && named.id() == id).then_some((named, ask))
    }

    fn id(&self) -> String {
        match self {
            Self::Agreement(agreement) => agreement.to_string(),
            Self::Alert(alert) => format!("{PREFIX}{alert}"),
            Self::Country(country) => country.code().to_owned(),
            Self::Milestone(milestone) => milestone.to_string(),
            Self::Stalled(agreement) => format!("{agreement}{SUFFIX}"),
            Self::Webhook(id) => webhook::node_id(*id),
        }
    }

    const fn milestone(&self) -> Option<MilestoneId> {
        match self {
            Self::Milestone(id) => Some(*id),
            _ => None,
        }
    }

    const fn agreement(&self) -> Option<&AgreementId> {
        match self {
            Self::Agreement(id) | Self::Stalled(id) => Some(id),
            _ => None,
        }
    }

    async fn load(
        self,
        ctx: &Context<'_>,
        given: Option<Pin>,
        pin: &Pin,
        owners: &BTreeMap<MilestoneId, AgreementId>,
    ) -> Result<Option<Node>> {
        Ok(match self {
            Self::Country(country) => Some(Node::Country(Country(country))),
            Self::Agreement(id) => Agreement::open(ctx, id, given).await?.map(Node::Agreement),
            Self::Alert(alert) => Alert::load(ctx, alert, pin).await?.map(Node::Alert),
            Self::Stalled(id) => StalledAgreement::load(ctx, id, pin).await?.map(Node::StalledAgreement),
            Self::Webhook(id) => Webhook::load(ctx, id).await?.map(Node::Webhook),
            Self::Milestone(id) => match owners.get(&id) {
                Some(agreement) => Milestone::load(ctx, agreement, pin, id).await?.map(Node::Milestone),
                None => None,
            },
        })
    }
}

/// What has these ids, in their order, at the given pin or today; null for an id that nothing has.
pub async fn nodes(ctx: &Context<'_>, ids: &[ID], given: Option<Pin>) -> Result<Vec<Option<Whole<Node>>>> {
    if ids.len() > MOST {
        return Err(outward(&AskError::Paging("give at most 100 ids")));
    }
    let named: Vec<Option<(Named, Ask)>> = ids.iter().map(|id| Named::of(id)).collect();
    let all = || named.iter().flatten().map(|(named, _)| named);
    let milestones: Vec<MilestoneId> = all().filter_map(Named::milestone).collect();
    let owners = answers(ctx)?.owners(&milestones).await.map_err(|error| outward(&error))?;
    let agreements = all().filter_map(Named::agreement).chain(owners.values()).cloned();
    ctx.data::<Arc<Asked>>()?.found(agreements);
    let load = async |named: Option<(Named, Ask)>| {
        let Some((named, ask)) = named else { return Ok(None) };
        // What an id says of the day and the knowledge goes before what is said beside it.
        let given = pin_of(ctx, &ask).await?.or(given);
        let pin = match given {
            Some(given) => given,
            None => pin(ctx, None, None, None, None).await?,
        };
        named.load(ctx, given, &pin, &owners).await
    };
    let nodes = try_join_all(named.into_iter().map(load)).await?;
    Ok(nodes.into_iter().map(|node| node.map(Whole)).collect())
}
