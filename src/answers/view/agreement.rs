//! What does an answer say of an agreement: by its status on a day, in a list, through time?
//!
//! Invariant: every answer names an agreement by its id and its country.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Cited, ComparedStall, Date, Effect, List, Milestone, Pinned, PinnedAt, Status};
use crate::answers::{Answers, AskError, Dossier, Pin, Slice, WaitingRow, possibly};
use crate::domain::country;
use crate::domain::ids::{AgreementId, MilestoneId};
use crate::domain::instrument::Instrument;
use crate::projections::status;

/// A country to which ISO 3166-1 assigns a code. Kosovo and former states have none, so no agreement is with them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Country {
    /// The country's ISO 3166-1 alpha-2 code.
    #[schemars(extend("pattern" = "^[A-Z]{2}$"))]
    pub code: String,
    /// The country's English name, written as in the regulation where the regulation names the country.
    pub name: &'static str,
}

impl From<country::Country> for Country {
    fn from(country: country::Country) -> Self {
        Self { code: country.code().to_owned(), name: country.name() }
    }
}

/// An agreement by its id and its country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Agreement {
    /// The agreement's id: the instrument, a slash and the country's code, such as `rdp/KR`.
    pub id: AgreementId,
    /// The partner country of the agreement.
    pub country: Country,
}

impl From<&AgreementId> for Agreement {
    fn from(id: &AgreementId) -> Self {
        Self { id: id.clone(), country: id.country.into() }
    }
}

/// An agreement with its status.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AgreementStatus {
    /// The agreement by its id and its country.
    #[serde(flatten)]
    pub agreement: Agreement,
    /// The status of the agreement on the day that was asked about.
    pub status: Status,
}

/// An agreement with its status, and what the instrument does to offers under it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatusWithEffects {
    /// The agreement with its status on the day that was asked about.
    #[serde(flatten)]
    pub of: AgreementStatus,
    /// The first day for which sources give the evaluation factor; null unless the day of this status lies before it.
    pub evaluation_factor_known_from: Option<Date>,
    /// The instrument's effects on offers on the day of this status, under every possible listing.
    pub effects: Vec<Effect>,
}

/// An agreement's history, cut into periods of one status, with its milestones.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Timeline {
    /// The agreement by its id and its country.
    #[serde(flatten)]
    pub agreement: Agreement,
    /// The periods in order. The first has no beginning, and the last has no end.
    pub periods: Vec<Period>,
    /// The milestones that are known, in the order in which they happened.
    pub milestones: Vec<Milestone>,
}

/// A period of days in which the status stays the same.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Period {
    /// The first day of the period; null when the period has no beginning.
    pub from: Option<NaiveDate>,
    /// The day after the last day of the period; null when the period has no end.
    pub to: Option<NaiveDate>,
    /// The status on every day of the period.
    pub status: Status,
}

/// An agreement with an open round that has stalled.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StalledAgreement {
    /// The agreement by its id and its country.
    pub agreement: Agreement,
    /// The stall: a wait that is longer than its limit, and how the wait compares with others.
    pub stalled: ComparedStall,
    /// The status of the agreement on the day.
    pub status: Status,
}

/// A milestone in a list by its id alone; the status or the timeline has the rest of it.
#[expect(clippy::unnecessary_wraps, reason = "it stands where a milestone may be missing")]
pub(super) const fn cited(id: MilestoneId) -> Option<Cited> {
    Some(Cited::Id { id })
}

/// A day and what was known, with what a list of certain agreements leaves out.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WithPossible {
    /// The day and the knowledge.
    #[serde(flatten)]
    pub at: PinnedAt,
    /// How many agreements the list leaves out because they possibly pass the filter, but not certainly.
    pub possible_count: usize,
    /// A sentence that names these agreements; null when there are none, and on any part of the list but the last.
    pub possibly: Option<String>,
}

impl StatusWithEffects {
    /// The status of an agreement at a pin; each milestone that decided it as it is cited.
    #[must_use]
    pub fn of(
        id: &AgreementId,
        status: &status::Status,
        instrument: &Instrument,
        pin: &Pin,
        cite: impl Fn(MilestoneId) -> Option<Cited>,
    ) -> Self {
        let shown = Status::of(status, id.country, instrument, pin, cite);
        Self {
            of: AgreementStatus { agreement: id.into(), status: shown },
            evaluation_factor_known_from: status.factor_known_from(instrument).map(Date),
            effects: status.effects(instrument).map(Into::into).collect(),
        }
    }
}

impl Answers {
    /// The status of an agreement, with the milestones that decided it.
    ///
    /// # Errors
    /// When the instrument is not known or the log cannot be read.
    pub async fn view_status(&self, id: &AgreementId, pin: &Pin) -> Result<Pinned<StatusWithEffects>, AskError> {
        let (dossier, instrument) = (self.dossier_of(id, &pin.knowledge).await?, self.instrument(id)?);
        let whole = |reason| Some(Cited::Whole(Box::new(Milestone::of(id, &dossier.shown(reason)?))));
        let status = self.status(id, pin).await?;
        Ok(Pinned::of(pin, StatusWithEffects::of(id, &status, instrument, pin, whole)))
    }

    /// An agreement with its status; each milestone that decided it as it is cited.
    async fn view_agreement(
        &self,
        id: &AgreementId,
        pin: &Pin,
        cite: impl Fn(MilestoneId) -> Option<Cited>,
    ) -> Result<AgreementStatus, AskError> {
        let status = self.status(id, pin).await?;
        let status = Status::of(&status, id.country, self.instrument(id)?, pin, cite);
        Ok(AgreementStatus { agreement: id.into(), status })
    }

    /// Some agreements with their statuses, as a part of a list.
    ///
    /// # Errors
    /// When an instrument is not known or the log cannot be read.
    pub async fn view_agreements(
        &self,
        slice: &Slice<AgreementId>,
        possible: &[AgreementId],
        pin: &Pin,
    ) -> Result<List<WithPossible, AgreementStatus>, AskError> {
        let mut nodes = Vec::with_capacity(slice.items.len());
        for id in &slice.items {
            nodes.push(self.view_agreement(id, pin, cited).await?);
        }
        let possibly = possibly(possible).filter(|_| !slice.has_next);
        let about = WithPossible { at: pin.into(), possible_count: possible.len(), possibly };
        Ok(List::of(about, slice, nodes, ToString::to_string))
    }

    /// An agreement's periods and milestones.
    ///
    /// # Errors
    /// When the instrument is not known or the log cannot be read.
    pub async fn view_timeline(&self, id: &AgreementId, pin: &Pin) -> Result<Pinned<Timeline>, AskError> {
        let dossier = self.dossier_of(id, &pin.knowledge).await?;
        let instrument = self.instrument(id)?;
        let periods = self.periods(id, &pin.knowledge).await?.into_iter().map(|period| Period {
            from: period.from,
            to: period.to,
            status: Status::of(&period.status, id.country, instrument, pin, cited),
        });
        let milestones = dossier.all(false).iter().map(|shown| Milestone::of(id, shown)).collect();
        Ok(Pinned::of(pin, Timeline { agreement: id.into(), periods: periods.collect(), milestones }))
    }

    /// Some stalls, as a part of a list whose keys are their places.
    ///
    /// # Errors
    /// When an instrument is not known or the log cannot be read.
    pub async fn view_stalled(
        &self,
        slice: &Slice<(u64, WaitingRow)>,
        pin: &Pin,
    ) -> Result<List<PinnedAt, StalledAgreement>, AskError> {
        self.warm(&slice.items.iter().map(|(_, row)| row.agreement.clone()).collect::<Vec<_>>()).await?;
        let mut nodes = Vec::with_capacity(slice.items.len());
        for (_, WaitingRow { agreement: id, waiting }) in &slice.items {
            let instrument = self.instrument(id)?;
            let limits = self.limits(instrument, &pin.knowledge, pin.day).await?;
            let AgreementStatus { agreement, status } = self.view_agreement(id, pin, cited).await?;
            let stalled = ComparedStall::of(&limits, waiting, instrument);
            nodes.push(StalledAgreement { agreement, stalled, status });
        }
        Ok(List::of(pin.into(), slice, nodes, |(place, _)| place.to_string()))
    }

    /// What was known of some agreements, read at once; nothing of those whose instrument this process does not know.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn dossiers<'a>(
        &self,
        ids: impl Iterator<Item = &'a AgreementId>,
        pin: &Pin,
    ) -> Result<BTreeMap<AgreementId, Dossier>, AskError> {
        let mut ids: Vec<AgreementId> = ids.filter(|id| self.instrument(id).is_ok()).cloned().collect();
        ids.sort_unstable();
        ids.dedup();
        self.warm(&ids).await?;
        let mut dossiers = BTreeMap::new();
        for (id, events) in self.streams(&ids).await? {
            let dossier = self.dossier(&id, &events, &pin.knowledge).await?;
            dossiers.insert(id, dossier);
        }
        Ok(dossiers)
    }
}
