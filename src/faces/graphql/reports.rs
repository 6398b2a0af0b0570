//! What can be asked of all agreements at once: how long things took, what differs, how late sources were, and how precisely
//! days are known?
//!
//! Invariant: every list pages, every answer is pinned; a report is of every instrument unless one is named.

use async_graphql::{Context, Object, Result};

use super::alert::AlertWouldFire;
use super::connection::{Connection, page};
use super::context::{answers, pin, reached};
use super::coverage::CoveredAgreement;
use super::diff::{DiffFilter, DiffSideInput, Difference, differences};
use super::durations::Durations;
use super::error::outward;
use super::figure::{FigureFilter, figures};
use super::late::LatenessGroup;
use super::milestone::Milestone;
use super::scalars::{CountryCode, Date, Instant, Position};
use super::waiting::{StatusCounts, WaitingAgreement};
use super::words::{KnowledgeBasis, LatenessGrouping, MilestoneKind, NoticePurpose, Rounds};
use crate::answers::view::Figure;
use crate::domain::ids::AgreementId;

/// The reports over all agreements.
#[derive(Default)]
pub struct Reports;

/// The reports over all agreements.
#[Object]
impl Reports {
    /// The open rounds that wait in their stage, stalled or not, the one that has waited longest first. The list
    /// includes renewals whose outcome no source gives; their `outcomeUnknown` is true, and `counts` does not count
    /// them as waiting.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn waiting(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The answer includes at least the events up to this log position. The server waits up to 5 seconds for them; if they do not come, it returns the error `POSITION_NOT_REACHED`."
        )]
        min_position: Option<Position>,
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
        #[graphql(
            desc = "Only agreements under the instrument with this code, such as `rdp`; when omitted, all instruments."
        )]
        instrument: Option<String>,
        #[graphql(desc = "The number of entries, 1 to 100; 50 without this or `last`.")] first: Option<i64>,
        #[graphql(desc = "Only the entries after this cursor.")] after: Option<String>,
        #[graphql(desc = "The number of entries from the end, 1 to 100, in place of `first`.")] last: Option<i64>,
        #[graphql(desc = "Only the entries before this cursor.")] before: Option<String>,
    ) -> Result<Connection<WaitingAgreement>> {
        reached(ctx, min_position)?;
        let pin = pin(ctx, as_of, known_at, basis, at_position).await?;
        WaitingAgreement::all(ctx, pin, instrument.as_deref(), &page(first, after, last, before)?).await
    }

    /// How many agreements under an instrument have each stage, standing and listing on a day.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn counts(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The answer includes at least the events up to this log position. The server waits up to 5 seconds for them; if they do not come, it returns the error `POSITION_NOT_REACHED`."
        )]
        min_position: Option<Position>,
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
    ) -> Result<StatusCounts> {
        reached(ctx, min_position)?;
        let pin = pin(ctx, as_of, known_at, basis, at_position).await?;
        StatusCounts::of(ctx, pin, &instrument).await
    }

    /// The alerts that alert rules would have raised on the days from `from` to `to`, in the order of firing. Each day
    /// is judged by what sources had published by then.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn alert_backtest(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The answer includes at least the events up to this log position. The server waits up to 5 seconds for them; if they do not come, it returns the error `POSITION_NOT_REACHED`."
        )]
        min_position: Option<Position>,
        #[graphql(desc = "The first day, on which an alert also fires if its condition already held before.")]
        from: Date,
        #[graphql(desc = "The last day, inclusive; fewer than 50 years after `from`.")] to: Date,
        #[graphql(
            desc = "The alert rules to try, as the text of a rules file in TOML; when omitted, this server's alert rules."
        )]
        rules: Option<String>,
        #[graphql(
            desc = "Only events that were recorded up to and including this instant count; when omitted, no instant limits the answer. Under `RECORDED`, give either this or `atPosition`."
        )]
        known_at: Option<Instant>,
        #[graphql(
            desc = "With `RECORDED`, `knownAt` limits the events that count; with `PUBLISHED`, it has no effect. When omitted, `RECORDED`.",
            default_with = "Some(KnowledgeBasis::default())"
        )]
        basis: Option<KnowledgeBasis>,
        #[graphql(
            desc = "Answers from the events up to and including this log position, so that later events do not change the answer; when omitted, all events count."
        )]
        at_position: Option<Position>,
    ) -> Result<Vec<AlertWouldFire>> {
        reached(ctx, min_position)?;
        let pin = pin(ctx, None, known_at, basis, at_position).await?;
        AlertWouldFire::all(ctx, pin, from, to, rules.as_deref()).await
    }

    /// How many days rounds took from a milestone of one kind to a milestone of another, over all countries.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn durations(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The answer includes at least the events up to this log position. The server waits up to 5 seconds for them; if they do not come, it returns the error `POSITION_NOT_REACHED`."
        )]
        min_position: Option<Position>,
        #[graphql(desc = "The code of the instrument, such as `rdp`.")] instrument: String,
        #[graphql(desc = "The kind of milestone from which the days are counted.")] from: MilestoneKind,
        #[graphql(desc = "The kind of milestone to which the days are counted.")] to: MilestoneKind,
        #[graphql(desc = "Which rounds count: all, the first ones or the later ones.", default)] rounds: Rounds,
        #[graphql(
            desc = "Only rounds whose first notice had one of these purposes; when omitted or empty, all rounds."
        )]
        notice_purposes: Option<Vec<NoticePurpose>>,
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
    ) -> Result<Durations> {
        reached(ctx, min_position)?;
        let pin = pin(ctx, None, known_at, basis, at_position).await?;
        let purposes: Vec<_> = notice_purposes.unwrap_or_default().into_iter().map(|purpose| purpose.0).collect();
        let answers = answers(ctx)?;
        let rows = answers.durations(&pin, &instrument, from.0, to.0, rounds.0, &purposes).await;
        Durations::of(ctx, pin, &rows.map_err(|error| outward(&error))?)
    }

    /// The agreements whose status differs between two sides, each a day with what was known, and what made the
    /// difference; in the order of their ids.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn diff(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The answer includes at least the events up to this log position. The server waits up to 5 seconds for them; if they do not come, it returns the error `POSITION_NOT_REACHED`."
        )]
        min_position: Option<Position>,
        #[graphql(desc = "The first side, such as the day and the `knownAt` of an earlier report.")]
        from: DiffSideInput,
        #[graphql(desc = "The second side; `{}` means today, with everything that is recorded.")] to: DiffSideInput,
        #[graphql(desc = "Conditions that an agreement must fulfil; when omitted, all agreements.")] filter: Option<
            DiffFilter,
        >,
        #[graphql(desc = "The number of entries, 1 to 100; 50 without this or `last`.")] first: Option<i64>,
        #[graphql(desc = "Only the entries after this cursor.")] after: Option<String>,
        #[graphql(desc = "The number of entries from the end, 1 to 100, in place of `first`.")] last: Option<i64>,
        #[graphql(desc = "Only the entries before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Difference>> {
        reached(ctx, min_position)?;
        differences(ctx, [from, to], filter, &page(first, after, last, before)?).await
    }

    /// The days from milestones to their publication, and from publication to recording, by publisher or by country; the
    /// group with the most tellings first.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn lateness(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The answer includes at least the events up to this log position. The server waits up to 5 seconds for them; if they do not come, it returns the error `POSITION_NOT_REACHED`."
        )]
        min_position: Option<Position>,
        #[graphql(
            desc = "Only agreements under the instrument with this code, such as `rdp`; when omitted, all instruments."
        )]
        instrument: Option<String>,
        #[graphql(desc = "How tellings are grouped: by publisher or by country.")] group_by: LatenessGrouping,
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
        #[graphql(desc = "The number of entries, 1 to 100; 50 without this or `last`.")] first: Option<i64>,
        #[graphql(desc = "Only the entries after this cursor.")] after: Option<String>,
        #[graphql(desc = "The number of entries from the end, 1 to 100, in place of `first`.")] last: Option<i64>,
        #[graphql(desc = "Only the entries before this cursor.")] before: Option<String>,
    ) -> Result<Connection<LatenessGroup>> {
        reached(ctx, min_position)?;
        let pin = pin(ctx, None, known_at, basis, at_position).await?;
        LatenessGroup::all(ctx, pin, instrument.as_deref(), group_by.0, &page(first, after, last, before)?).await
    }

    /// How precisely the days of each agreement are known: its first signature, entry into force and listing, and its latest
    /// renewal; in the order of their ids.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn coverage(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The answer includes at least the events up to this log position. The server waits up to 5 seconds for them; if they do not come, it returns the error `POSITION_NOT_REACHED`."
        )]
        min_position: Option<Position>,
        #[graphql(
            desc = "Only agreements under the instrument with this code, such as `rdp`; when omitted, all instruments."
        )]
        instrument: Option<String>,
        #[graphql(desc = "Only agreements with these countries; when omitted or empty, all countries.")]
        countries: Option<Vec<CountryCode>>,
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
        #[graphql(desc = "The number of entries, 1 to 100; 50 without this or `last`.")] first: Option<i64>,
        #[graphql(desc = "Only the entries after this cursor.")] after: Option<String>,
        #[graphql(desc = "The number of entries from the end, 1 to 100, in place of `first`.")] last: Option<i64>,
        #[graphql(desc = "Only the entries before this cursor.")] before: Option<String>,
    ) -> Result<Connection<CoveredAgreement>> {
        reached(ctx, min_position)?;
        let pin = pin(ctx, None, known_at, basis, at_position).await?;
        let page = page::<AgreementId>(first, after, last, before)?.map(|id| id.to_string());
        let countries: Vec<_> = countries.unwrap_or_default().into_iter().map(|code| code.0).collect();
        CoveredAgreement::all(ctx, pin, instrument.as_deref(), &countries, &page).await
    }

    /// The figures that sources give about instruments and agreements. A count of partners comes with what the record
    /// counts on that day. The list is sorted by what the figures are about, then by measure, then by span.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn figures(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The answer includes at least the events up to this log position. The server waits up to 5 seconds for them; if they do not come, it returns the error `POSITION_NOT_REACHED`."
        )]
        min_position: Option<Position>,
        #[graphql(desc = "Conditions that a figure must fulfil; when omitted, all figures.")] filter: Option<
            FigureFilter,
        >,
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
        #[graphql(desc = "The number of entries, 1 to 100; 50 without this or `last`.")] first: Option<i64>,
        #[graphql(desc = "Only the entries after this cursor.")] after: Option<String>,
        #[graphql(desc = "The number of entries from the end, 1 to 100, in place of `first`.")] last: Option<i64>,
        #[graphql(desc = "Only the entries before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Figure>> {
        reached(ctx, min_position)?;
        let on = filter.as_ref().and_then(FigureFilter::on);
        let pin = pin(ctx, on, known_at, basis, at_position).await?;
        figures(ctx, pin, filter, &page(first, after, last, before)?).await
    }

    /// The milestones whose sources contradict each other, by agreement and in the order of the first day on which each
    /// can have happened. `contradiction` gives what each source says, on which source the date rests, and why.
    /// `figures` lists the stated counts of partners that contradict the record, when its filter has `DIFFERS` in
    /// `fits`.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn contradictions(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The answer includes at least the events up to this log position. The server waits up to 5 seconds for them; if they do not come, it returns the error `POSITION_NOT_REACHED`."
        )]
        min_position: Option<Position>,
        #[graphql(
            desc = "Only agreements under the instrument with this code, such as `rdp`; when omitted, all instruments."
        )]
        instrument: Option<String>,
        #[graphql(desc = "Only agreements with these countries; when omitted or empty, all countries.")]
        countries: Option<Vec<CountryCode>>,
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
        #[graphql(desc = "The number of entries, 1 to 100; 50 without this or `last`.")] first: Option<i64>,
        #[graphql(desc = "Only the entries after this cursor.")] after: Option<String>,
        #[graphql(desc = "The number of entries from the end, 1 to 100, in place of `first`.")] last: Option<i64>,
        #[graphql(desc = "Only the entries before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Milestone>> {
        reached(ctx, min_position)?;
        let pin = pin(ctx, None, known_at, basis, at_position).await?;
        let page = page(first, after, last, before)?;
        let countries: Vec<_> = countries.unwrap_or_default().into_iter().map(|code| code.0).collect();
        let found = answers(ctx)?.contradictions(&pin, instrument.as_deref(), &countries, &page).await;
        let slice = found.map_err(|error| outward(&error))?;
        Milestone::connection(ctx, pin, slice, |row| (row.agreement, row.milestone, row.place.to_string())).await
    }
}
