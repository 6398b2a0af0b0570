//! A country and its statuses.
//!
//! Invariant: every country has a status under every instrument, also without an agreement.

use async_graphql::{Context, ID, Object, Result};

use super::agreement::Agreement;
use super::context::{about, answers, passing, pin, pin_given};
use super::error::outward;
use super::scalars::{CountryCode, Date, Instant, Position};
use super::status::Status;
use super::words::KnowledgeBasis;
use crate::domain::country;
use crate::domain::ids::AgreementId;

/// A country to which ISO 3166-1 assigns a code.
pub struct Country(pub country::Country);

/// A country to which ISO 3166-1 assigns a code.
#[Object]
impl Country {
    /// The country's id, which `node` takes: the country's code.
    pub(super) async fn id(&self) -> ID {
        ID(self.0.code().to_owned())
    }

    /// The country's ISO 3166-1 alpha-2 code.
    async fn code(&self) -> CountryCode {
        CountryCode(self.0)
    }

    /// The country's English name, written as in the regulation where the regulation names the country.
    async fn name(&self) -> &str {
        self.0.name()
    }

    /// The country's status under one instrument. The headline is `NO_AGREEMENT` for a country without an agreement.
    async fn status(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The code of the instrument, such as `rdp`.")] instrument: String,
        #[graphql(desc = "The day that is asked about; when omitted, today in UTC.")] as_of: Option<Date>,
        #[graphql(
            desc = "Only what was recorded (under `PUBLISHED`: published) up to and including this instant counts; when omitted, no instant limits the answer. Under `RECORDED`, give either this or `atPosition`."
        )]
        known_at: Option<Instant>,
        #[graphql(
            desc = "Whose knowledge counts: what this log had recorded (`RECORDED`), or what sources had published (`PUBLISHED`); when omitted, `RECORDED`.",
            default_with = "Some(KnowledgeBasis::default())"
        )]
        basis: Option<KnowledgeBasis>,
        #[graphql(
            desc = "Answers from the events up to and including this log position, so that later events do not change the answer; when omitted, all events count."
        )]
        at_position: Option<Position>,
    ) -> Result<Status> {
        let pin = pin(ctx, as_of, known_at, basis, at_position).await?;
        let agreement = self.agreement_id(ctx, &instrument)?;
        let status =
            about(ctx, &agreement).await?.status_alone(&agreement, &pin).await.map_err(|error| outward(&error))?;
        Ok(Status { agreement, pin, status })
    }

    /// The country's agreement under one instrument; null when none is on record. A field of the agreement that gives
    /// none of `asOf`, `knownAt`, `basis` and `atPosition` uses those given here; one that gives any of them uses only
    /// its own.
    async fn agreement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The code of the instrument, such as `rdp`.")] instrument: String,
        #[graphql(desc = "The day that is asked about; when omitted, today in UTC.")] as_of: Option<Date>,
        #[graphql(
            desc = "Only what was recorded (under `PUBLISHED`: published) up to and including this instant counts; when omitted, no instant limits the answer. Under `RECORDED`, give either this or `atPosition`."
        )]
        known_at: Option<Instant>,
        #[graphql(
            desc = "Whose knowledge counts: what this log had recorded (`RECORDED`), or what sources had published (`PUBLISHED`); when omitted, `RECORDED`."
        )]
        basis: Option<KnowledgeBasis>,
        #[graphql(
            desc = "Answers from the events up to and including this log position, so that later events do not change the answer; when omitted, all events count."
        )]
        at_position: Option<Position>,
    ) -> Result<Option<Agreement>> {
        let pin = pin_given(ctx, as_of, known_at, basis, at_position).await?;
        Agreement::open(ctx, self.agreement_id(ctx, &instrument)?, pin).await
    }

    /// The country's agreements, in the order of their instruments' codes. A field of an agreement that gives none of
    /// `asOf`, `knownAt`, `basis` and `atPosition` uses those given here; one that gives any of them uses only its own.
    async fn agreements(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day that is asked about; when omitted, today in UTC.")] as_of: Option<Date>,
        #[graphql(
            desc = "Only what was recorded (under `PUBLISHED`: published) up to and including this instant counts; when omitted, no instant limits the answer. Under `RECORDED`, give either this or `atPosition`."
        )]
        known_at: Option<Instant>,
        #[graphql(
            desc = "Whose knowledge counts: what this log had recorded (`RECORDED`), or what sources had published (`PUBLISHED`); when omitted, `RECORDED`."
        )]
        basis: Option<KnowledgeBasis>,
        #[graphql(
            desc = "Answers from the events up to and including this log position, so that later events do not change the answer; when omitted, all events count."
        )]
        at_position: Option<Position>,
    ) -> Result<Vec<Agreement>> {
        let answers = answers(ctx)?;
        let pin = pin_given(ctx, as_of, known_at, basis, at_position).await?;
        if pin.is_none() {
            passing(ctx)?;
        }
        let mut found = Vec::new();
        for instrument in answers.instruments().iter() {
            let id = AgreementId { instrument: instrument.code.clone(), country: self.0 };
            found.extend(Agreement::open(ctx, id, pin).await?);
        }
        Ok(found)
    }
}

impl Country {
    fn agreement_id(&self, ctx: &Context<'_>, instrument: &str) -> Result<AgreementId> {
        answers(ctx)?.agreement_id(instrument, self.0).map_err(|error| outward(&error))
    }
}
