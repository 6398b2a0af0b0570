//! May this be recorded?
//!
//! Invariant: only [`decide`] makes a [`Decision`], and only a `Decision` can be appended.

mod checks;
mod growth;
mod secrets;

use chrono::NaiveDate;

pub use self::checks::event as well_formed;
pub(super) use self::checks::{happened, sources, text};
pub use self::checks::{shown_link, text as well_formed_text};
pub use self::growth::{MOST_BY_ONE, MOST_EVENTS, MOST_MILESTONES, MOST_SOURCES};
use super::agreement::{Agreement, EntryState, own_telling, told};
use super::codes::WarningCode;
use super::command::{Command, Intent};
use super::event::{Event, MilestoneDateRefined};
use super::ids::{AgreementId, MilestoneId, Position};
use super::instrument::Instrument;
use super::milestone::{Detail, Milestone};
use super::refusal::{Refusal, Warning};
use super::source::{Source, Telling, Told, resolve};
use super::time::UncertainDate;
use super::words::{Listing, MilestoneKind, Standing};

/// A command that was let through: the event to append, and what is unusual about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    command: Command,
    event: Event,
    warnings: Vec<Warning>,
}

impl Decision {
    /// The command that was let through.
    #[must_use]
    pub const fn command(&self) -> &Command {
        &self.command
    }

    /// The event to append.
    #[must_use]
    pub const fn event(&self) -> &Event {
        &self.event
    }

    /// What is unusual about it.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}

/// Lets a command through or refuses it, by the agreement's record and the instrument's rules.
///
/// # Errors
/// The [`Refusal`] that says why, and what would be allowed.
pub fn decide(
    agreement: &Agreement,
    instrument: &Instrument,
    command: &Command,
    today: NaiveDate,
) -> Result<Decision, Refusal> {
    if let Some(expected) = command.expected_version.filter(|expected| *expected != agreement.version) {
        return Err(Refusal::VersionConflict {
            agreement: command.agreement.clone(),
            expected,
            actual: agreement.version,
        });
    }
    let id = &command.agreement;
    match &command.intent {
        Intent::OpenAgreement if agreement.opened => return Err(Refusal::AlreadyOpen(id.clone())),
        Intent::OpenAgreement if id.country.is_home() => {
            let why = "is the United States, which makes these agreements with all others and has none itself; name the partner";
            return Err(Refusal::field("agreement", why));
        }
        Intent::OpenAgreement => {}
        _ if !agreement.opened => return Err(Refusal::NotOpen(id.clone())),
        _ => {}
    }
    growth::room(agreement, command)?;
    let context = Context { agreement, instrument, today, command };
    let warnings = match &command.intent {
        Intent::OpenAgreement => Vec::new(),
        Intent::RecordMilestone(new) => context.content(&new.milestone, &new.sources, None)?,
        Intent::RefineDate(refined) => context.refined(refined)?,
        Intent::CorrectMilestone(corrected) => {
            standing_entry(agreement, corrected.milestone)?;
            checks::text("why", &corrected.why, 2_000)?;
            context.content(&corrected.content, &corrected.sources, Some(corrected.milestone))?
        }
        Intent::RetractMilestone(retracted) => {
            standing_entry(agreement, retracted.milestone)?;
            checks::text("why", &retracted.why, 2_000)?;
            Vec::new()
        }
        Intent::AddSource(added) => {
            standing_entry(agreement, added.milestone)?;
            checks::sources(std::slice::from_ref(&added.source), today)?;
            Vec::new()
        }
    };
    Ok(Decision { command: command.clone(), event: command.intent.event(), warnings })
}

fn standing_entry(agreement: &Agreement, id: MilestoneId) -> Result<&super::agreement::Entry, Refusal> {
    let entry = agreement.milestones.get(&id).ok_or(Refusal::NoSuchMilestone(id))?;
    if entry.state == EntryState::Retracted { Err(Refusal::MilestoneRetracted(id)) } else { Ok(entry) }
}

struct Context<'a> {
    agreement: &'a Agreement,
    instrument: &'a Instrument,
    today: NaiveDate,
    command: &'a Command,
}

impl Context<'_> {
    /// Checks a more precise date of a milestone.
    fn refined(&self, refined: &MilestoneDateRefined) -> Result<Vec<Warning>, Refusal> {
        let entry = standing_entry(self.agreement, refined.milestone)?;
        let old = entry.telling().date;
        if !refined.occurred.within(old) {
            return Err(Refusal::NotARefinement { old, new: refined.occurred });
        }
        checks::happened("occurred", refined.occurred, self.today)?;
        if !refined.evidence.decides() && entry.milestone.evidence.decides() {
            return Err(Refusal::field(
                "evidence",
                format!("is {}; a doubtful date refines none that is not: add its source", refined.evidence),
            ));
        }
        checks::sources(&refined.sources, self.today)?;
        let own = Telling { date: refined.occurred, evidence: refined.evidence };
        let before = entry.sources.iter().filter_map(|(position, source)| told(*position, source));
        let all = before.chain(tellings(&refined.sources, own, self.agreement.position));
        Ok(conflicting(own, all).into_iter().collect())
    }

    /// Checks the full content of a new milestone, or of one in place of `replaced`.
    fn content(
        &self,
        milestone: &Milestone,
        sources: &[Source],
        replaced: Option<MilestoneId>,
    ) -> Result<Vec<Warning>, Refusal> {
        checks::content(milestone, sources, self.today)?;
        self.lifecycle(milestone)?;
        let mut warnings = self.unusual(milestone, replaced);
        let own = own_telling(milestone);
        warnings.extend(conflicting(own, tellings(sources, own, self.agreement.position)));
        Ok(warnings)
    }

    /// Whether some other standing milestone, not after the given one, satisfies the test.
    fn before(&self, milestone: &Milestone, replaced: Option<MilestoneId>, test: impl Fn(&Detail) -> bool) -> bool {
        self.agreement.standing_entries().filter(|(id, _)| Some(**id) != replaced).any(|(_, entry)| {
            test(&entry.milestone.detail) && entry.milestone.occurred.earliest() <= Some(milestone.occurred.latest())
        })
    }

    /// Whether something like that stood when the milestone happened, by some order of the dates: it was told before,
    /// and nothing told since then, and before the milestone, ended it.
    fn stands(
        &self,
        milestone: &Milestone,
        replaced: Option<MilestoneId>,
        begins: impl Fn(&Detail) -> bool,
        ends: impl Fn(&Detail) -> bool,
    ) -> bool {
        let others = || self.agreement.standing_entries().filter(|(id, _)| Some(**id) != replaced);
        let latest_begin = others()
            .filter(|(_, entry)| begins(&entry.milestone.detail))
            .map(|(_, entry)| entry.milestone.occurred)
            .filter(|begun| begun.earliest() <= Some(milestone.occurred.latest()))
            .map(UncertainDate::latest)
            .max();
        let Some(begun) = latest_begin else { return false };
        !others().any(|(_, entry)| {
            let ended = entry.milestone.occurred;
            ends(&entry.milestone.detail)
                && ended.earliest() >= Some(begun)
                && Some(ended.latest()) < milestone.occurred.earliest()
        })
    }

    /// Refuses a milestone for which the agreement's history leaves no room.
    fn lifecycle(&self, milestone: &Milestone) -> Result<(), Refusal> {
        let kind = milestone.kind();
        let impossible = |because: String| Refusal::Impossible { milestone: kind_text(kind), because };
        let touches_listing =
            matches!(kind, MilestoneKind::Listed | MilestoneKind::ListingChanged | MilestoneKind::Delisted)
                || matches!(&milestone.detail, Detail::Observed { seen: super::milestone::Seen::Listing(_) });
        if touches_listing && !self.instrument.has_listing() {
            return Err(impossible(format!("instrument `{}` has no listing", self.instrument.code)));
        }
        Ok(())
    }

    /// Warns of a resumption or a delisting when nothing else shows what it ended: it proves that (rule 4).
    fn proves_what_it_ends(&self, milestone: &Milestone, replaced: Option<MilestoneId>) -> Option<Warning> {
        use super::milestone::Seen;
        let agreement = &self.command.agreement;
        let suspends = |other: &Detail| match other {
            Detail::Suspended {} => true,
            Detail::Observed { seen: Seen::Standing(values) } => values.contains(&Standing::Suspended),
            _ => false,
        };
        let lists = |other: &Detail| match other {
            Detail::Listed { .. } | Detail::ListingChanged { .. } => true,
            Detail::Observed { seen: Seen::Listing(values) } => values.iter().any(|value| *value != Listing::Unlisted),
            _ => false,
        };
        let what = match milestone.kind() {
            MilestoneKind::Resumed
                if !self.stands(milestone, replaced, suspends, |other| matches!(other, Detail::Resumed {})) =>
            {
                "suspended"
            }
            MilestoneKind::Delisted
                if !self.stands(milestone, replaced, lists, |other| matches!(other, Detail::Delisted {})) =>
            {
                "listed"
            }
            _ => return None,
        };
        let message = format!(
            "nothing else shows {agreement} {what} before {}; recorded as proof that it was",
            milestone.occurred.latest()
        );
        Some(Warning { code: WarningCode::ProvesWhatItEnded, message })
    }

    /// Names what is merely unusual.
    fn unusual(&self, milestone: &Milestone, replaced: Option<MilestoneId>) -> Vec<Warning> {
        let mut warnings = self.out_of_order(milestone, replaced);
        warnings.extend(self.proves_what_it_ends(milestone, replaced));
        let twin = self.agreement.standing_entries().find(|(id, entry)| {
            Some(**id) != replaced
                && entry.milestone.detail == milestone.detail
                && entry.milestone.occurred == milestone.occurred
                && !matches!(milestone.kind(), MilestoneKind::Noted)
        });
        warnings.extend(twin.map(|(id, _)| Warning {
            code: WarningCode::LooksRecorded,
            message: format!("milestone {id} says the same on the same date; to add a source to it, add the source"),
        }));
        warnings
    }

    /// Names what usually comes before the milestone and is not on record.
    fn out_of_order(&self, milestone: &Milestone, replaced: Option<MilestoneId>) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let mut warn = |code, message: String| warnings.push(Warning { code, message });
        let agreement: &AgreementId = &self.command.agreement;
        let concluded = |other: &Detail| {
            matches!(
                other,
                Detail::Signed { .. }
                    | Detail::EnteredIntoForce { .. }
                    | Detail::Renewed { .. }
                    | Detail::Listed { .. }
                    | Detail::Observed { .. }
            )
        };
        let needs_agreement = matches!(
            milestone.kind(),
            MilestoneKind::Suspended
                | MilestoneKind::Expired
                | MilestoneKind::Terminated
                | MilestoneKind::Renewed
                | MilestoneKind::Amended
        );
        if needs_agreement && !self.before(milestone, replaced, concluded) {
            warn(
                WarningCode::BeginningNotTold,
                format!("no source says how {agreement} began; it was recorded all the same"),
            );
        }
        let notices = self.instrument.stage_reached_by(MilestoneKind::NoticePublished).is_some();
        let announced = |other: &Detail| matches!(other, Detail::NoticePublished { .. });
        if milestone.kind() == MilestoneKind::Signed && notices && !self.before(milestone, replaced, announced) {
            warn(WarningCode::NoNotice, format!("no notice is recorded before the signature of {agreement}"));
        }
        let signed = |other: &Detail| matches!(other, Detail::Signed { .. } | Detail::EnteredIntoForce { .. });
        if milestone.kind() == MilestoneKind::Listed && !self.before(milestone, replaced, signed) {
            warn(
                WarningCode::ListedBeforeConcluded,
                format!("no signature or entry into force is recorded before the listing of {agreement}"),
            );
        }
        warnings
    }
}

/// What each source says of a milestone.
fn tellings(sources: &[Source], own: Telling, last: Position) -> impl Iterator<Item = Told> {
    sources.iter().map(move |source| Told {
        telling: source.tells.unwrap_or(own),
        reliability: source.reliability,
        published_on: source.published_on,
        order: last.0 + 1,
    })
}

/// Names a date that the milestone's own sources do not bear out.
fn conflicting(own: Telling, told: impl Iterator<Item = Told>) -> Option<Warning> {
    let resolved = resolve(&told.collect::<Vec<_>>())?;
    (resolved.date != own.date).then(|| Warning {
        code: WarningCode::SourcesTellAnotherDate,
        message: format!("occurred says {}, its sources together tell {}; the sources decide", own.date, resolved.date),
    })
}

fn kind_text(kind: MilestoneKind) -> &'static str {
    use super::words::Word;
    kind.as_str()
}
