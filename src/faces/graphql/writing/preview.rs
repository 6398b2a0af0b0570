//! What would a command change, if it were recorded?
//!
//! Invariant: the command was decided as recording decides it, and nothing was recorded; both sides are of one day and by the same limits.

use async_graphql::{Context, Result, SimpleObject};
use chrono::NaiveDate;

use crate::answers::view::Facets;
use crate::answers::{AgreementForeseen, Answers, Foreseen, ForeseenAlert};
use crate::domain::event::Recorded;
use crate::domain::ids::AgreementId;
use crate::domain::instrument::Instrument;
use crate::faces::graphql::agreement::Agreement;
use crate::faces::graphql::context::answers;
use crate::faces::graphql::error::outward;
use crate::faces::graphql::scalars::Date;
use crate::projections::sentence::{Viewpoint, sentence};

/// What a command would change about an agreement.
#[derive(SimpleObject)]
pub struct AgreementPreview {
    /// The agreement as it is now.
    agreement: Agreement,
    /// The status today, and on the days of the milestones that the command is about, each before and after.
    days: Vec<PreviewedDay>,
    /// The alerts whose condition would begin to hold today.
    alerts_raised: Vec<PreviewedAlert>,
    /// The alerts whose condition would no longer hold today.
    alerts_ended: Vec<PreviewedAlert>,
}

/// The status of an agreement on a day, as it is and as it would be.
#[derive(SimpleObject)]
pub struct PreviewedDay {
    /// The day to which both statuses belong.
    on: Date,
    /// The status that follows from what is recorded now.
    before: Facets,
    /// The status that would follow if the command were recorded.
    after: Facets,
    /// The status that follows from what is recorded now, in plain English.
    sentence_before: String,
    /// The status that would follow if the command were recorded, in plain English.
    sentence_after: String,
}

/// An alert that a command would raise or end.
#[derive(SimpleObject)]
pub struct PreviewedAlert {
    /// The name of the alert rule.
    rule: String,
    /// The condition as a sentence.
    sentence: String,
}

impl From<ForeseenAlert> for PreviewedAlert {
    fn from(ForeseenAlert { rule, sentence }: ForeseenAlert) -> Self {
        Self { rule, sentence }
    }
}

impl AgreementPreview {
    /// What the events of a dry run would change, for each agreement.
    pub async fn all(ctx: &Context<'_>, events: &[Recorded]) -> Result<Vec<Self>> {
        let answers = answers(ctx)?;
        let foreseen = answers.foreseen_of(events).await.map_err(|error| outward(&error))?;
        foreseen.into_iter().map(|one| Self::of(one, answers)).collect()
    }

    fn of(foreseen: AgreementForeseen, answers: &Answers) -> Result<Self> {
        let AgreementForeseen { agreement: id, days, raised, ended } = foreseen;
        let instrument = answers.instrument(&id).map_err(|error| outward(&error))?;
        let days = days.iter().map(|one| PreviewedDay::of(one, &id, instrument, answers.today())).collect();
        let alerts = |alerts: Vec<ForeseenAlert>| alerts.into_iter().map(Into::into).collect();
        let agreement = Agreement { id, pin: None };
        Ok(Self { agreement, days, alerts_raised: alerts(raised), alerts_ended: alerts(ended) })
    }
}

impl PreviewedDay {
    fn of(foreseen: &Foreseen, id: &AgreementId, instrument: &Instrument, today: NaiveDate) -> Self {
        let Foreseen { day, before, after } = foreseen;
        let said = |status| sentence(status, id.country, instrument, &Viewpoint::of(today));
        Self {
            on: Date(*day),
            before: Facets::of(before, instrument),
            after: Facets::of(after, instrument),
            sentence_before: said(before),
            sentence_after: said(after),
        }
    }
}
