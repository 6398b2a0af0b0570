//! An instrument and its rules, as GraphQL objects.
//!
//! Invariant: it says what its file says.

use async_graphql::{Object, SimpleObject};

use super::words::{MilestoneKind, Stage};
use crate::answers::view::Effect;
use crate::domain::instrument;

/// An instrument: a kind of agreement with the rules of its lifecycle.
pub struct Instrument(pub instrument::Instrument);

/// An instrument: a kind of agreement with the rules of its lifecycle.
#[Object]
impl Instrument {
    /// The instrument's code, such as `rdp`.
    async fn code(&self) -> &str {
        self.0.code.as_str()
    }

    /// The instrument's full name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The statutes and regulations on which the instrument is based.
    async fn authority(&self) -> &str {
        &self.0.authority
    }

    /// The stages of the instrument's lifecycle, in order.
    async fn stages(&self) -> Vec<StageRules> {
        let rules = |rules: &instrument::StageRules| StageRules {
            stage: rules.stage.into(),
            label: rules.label.clone(),
            reached_by: rules.reached_by.iter().map(|kind| (*kind).into()).collect(),
            limit_days: rules.limit.as_ref().map(|limit| limit.days),
            limit_reason: rules.limit.as_ref().map(|limit| limit.reason.clone()),
        };
        self.0.stages.iter().map(rules).collect()
    }

    /// The instrument's effects on offers, each with its days and sources, in a fixed order.
    async fn effects(&self) -> Vec<Effect> {
        self.0.effects.iter().map(Into::into).collect()
    }
}

/// The rules that an instrument has for one stage.
#[derive(SimpleObject)]
pub struct StageRules {
    /// The stage that these rules are about.
    stage: Stage,
    /// The stage's name in plain English.
    label: String,
    /// The kinds of milestone that bring a round to the stage.
    reached_by: Vec<MilestoneKind>,
    /// The days after which a round that waits in the stage counts as stalled; null when the stage cannot stall.
    limit_days: Option<u32>,
    /// Why the limit has this number of days; null when the stage cannot stall.
    limit_reason: Option<String>,
}
