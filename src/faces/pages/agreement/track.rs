//! How far have the talks come, step by step, or how did the agreement come about?
//!
//! Invariant: "not on record" is said of a step that must have been and is not told; nothing is dated that no source dates.

use chrono::NaiveDate;

use crate::answers::view::{Detail, Milestone};
use crate::answers::{Course, Pin};
use crate::domain::words::{Listing, MilestoneKind, Stage, Standing};
use crate::faces::pages::overview::since_listed;
use crate::faces::pages::{dates, words};

/// The steps, with what stands above and below them.
pub struct Track {
    pub title: String,
    pub steps: Vec<Step>,
    pub approvals: String,
    pub note: &'static str,
}

/// One step of a round, done or still to come.
pub struct Step {
    /// `done`, `now`, `todo`, `gap`, `guess` or `same`.
    pub state: &'static str,
    pub icon: &'static str,
    pub label: &'static str,
    pub date: String,
    /// The name of its row on the page; empty without one.
    pub row: String,
    pub note: String,
    /// Whether the round has stalled there.
    pub stalled: bool,
}

/// A step's label, its marker, the stage that it is, and the milestones that take it.
type Rule = (&'static str, &'static str, Stage, &'static [MilestoneKind]);

const STEPS: [Rule; 9] = [
    ("Intent", "intent", Stage::Intent, &[MilestoneKind::IntentAnnounced]),
    ("Notice", "notice", Stage::Consultation, &[MilestoneKind::NoticePublished]),
    ("Comments closed", "closed", Stage::Consultation, &[MilestoneKind::CommentsClosed]),
    ("Review", "review", Stage::Review, &[]),
    ("Text agreed", "agreed", Stage::Agreed, &[MilestoneKind::TextAgreed]),
    ("Deter\u{ad}mination", "determined", Stage::Determined, &[MilestoneKind::DeterminationMade]),
    ("Signed", "signed", Stage::Signed, &[MilestoneKind::Signed]),
    ("In force", "force", Stage::InForce, &[MilestoneKind::EnteredIntoForce, MilestoneKind::Renewed]),
    ("On the list", "listed", Stage::Listed, &[MilestoneKind::Listed, MilestoneKind::ListingChanged]),
];

/// How far each stage is, as the place of its step.
const fn place(stage: Stage) -> Option<usize> {
    match stage {
        Stage::NotStarted => None,
        Stage::Intent => Some(0),
        Stage::Consultation => Some(1),
        Stage::Review => Some(3),
        Stage::Agreed => Some(4),
        Stage::Determined => Some(5),
        Stage::Signed => Some(6),
        Stage::InForce => Some(7),
        Stage::Listed => Some(8),
    }
}

/// The steps of the latest round by the day; `None` where no round is on record.
pub fn track(course: &Course, milestones: &[Milestone], pin: &Pin) -> Option<Track> {
    let day = pin.day;
    let quiet = |kind| matches!(kind, MilestoneKind::Noted | MilestoneKind::Amended | MilestoneKind::Observed);
    let talks = |milestone: &Milestone| matches!(milestone.detail, Detail::Observed { talks: true, .. });
    let begun = |milestone: &&Milestone| {
        milestone.evidence.0.decides() && milestone.occurred.date().earliest().is_none_or(|first| first <= day)
    };
    let counts = milestones.iter().filter(begun).filter(|milestone| !quiet(milestone.kind.0) || talks(milestone));
    let round = counts.filter_map(|milestone| milestone.round).max()?;
    let status = &course.status;
    let open = words::in_talks(status);
    let lowest = status.stages.iter().next().and_then(place);
    let renewed = round > 1 && !open && status.standings.certain() == Some(Standing::InForce);
    let reached = if renewed || status.stages.has(Stage::Listed) { Some(8) } else { lowest };
    let of = Of { course, milestones, day, round, reached };
    let steps: Vec<Step> = (0..STEPS.len()).filter_map(|at| of.step(at)).collect();
    let untold = status.waiting.is_some_and(|waiting| waiting.outcome_unknown);
    let note = if untold {
        "No source says how this renewal ended, while the earlier agreement goes on. So it counts neither as waiting nor as done."
    } else if steps.iter().any(|step| step.state == "gap") {
        "“Not on record” does not mean that it did not happen: texts and determinations are seldom published."
    } else {
        ""
    };
    let title = match (day < pin.today, open, round) {
        (true, ..) => format!("How far it had come by {}", dates::day(day)),
        (_, true, 1) => "Where the talks stand".to_owned(),
        (_, true, _) => "Where the renewal stands".to_owned(),
        (_, _, 1) => "How the agreement came about".to_owned(),
        _ => "How the present agreement came about".to_owned(),
    };
    Some(Track { title, approvals: of.approvals(), steps, note })
}

/// The agreement whose steps they are.
struct Of<'a> {
    course: &'a Course,
    milestones: &'a [Milestone],
    day: NaiveDate,
    round: u16,
    reached: Option<usize>,
}

impl Of<'_> {
    /// The milestones of some kinds in the round that had happened by the day.
    fn told<'k>(&'k self, kinds: &'k [MilestoneKind]) -> impl Iterator<Item = &'k Milestone> {
        self.milestones.iter().filter(move |milestone| {
            kinds.contains(&milestone.kind.0)
                && milestone.round == Some(self.round)
                && milestone.evidence.0.decides()
                && milestone.occurred.date().latest() <= self.day
        })
    }

    fn step(&self, at: usize) -> Option<Step> {
        let (label, icon, stage, kinds) = STEPS.get(at).copied()?;
        let [date, row, note] = [const { String::new() }; 3];
        let mut step = Step { state: "", icon, label, date, row, note, stalled: false };
        let seen = || {
            self.milestones.iter().find(|milestone| {
                let talks = matches!(milestone.detail, Detail::Observed { talks: true, .. });
                talks && milestone.round == Some(self.round) && milestone.occurred.date().latest() <= self.day
            })
        };
        let told = self.told(kinds).next().or_else(|| seen().filter(|_| at == 0));
        if let Some(milestone) = told {
            step.state = "done";
            step.date = dates::short(milestone.occurred.date());
            step.row = format!("#m{}", milestone.position);
            if let Detail::Signed { signings } = &milestone.detail
                && signings.len() > 1
            {
                step.note = format!("last of {} signatures", signings.len());
            }
        } else {
            self.untold(at, &mut step);
        }
        self.waiting(at, stage, &mut step);
        if step.state.is_empty() {
            let passed = self.reached.is_some_and(|reached| at <= reached);
            step.state = if passed { "gap" } else { "todo" };
            step.date.push_str(if passed { "not on record" } else { "" });
        }
        Some(step)
    }

    /// What is known of a step that no milestone takes.
    fn untold(&self, at: usize, step: &mut Step) {
        let (status, reached) = (&self.course.status, self.reached.unwrap_or_default());
        let guess = |step: &mut Step, date: &str, note: &str| {
            (step.state, step.date, step.note) = ("guess", date.to_owned(), note.to_owned());
        };
        match at {
            2 if reached >= 2 && self.told(&[MilestoneKind::NoticePublished]).next().is_some() => {
                guess(step, "not told", "some days after the notice");
            }
            3 if reached > 3 && self.told(&[MilestoneKind::CommentsClosed]).next().is_some() => step.state = "done",
            7 if reached >= 7 && self.told(&[MilestoneKind::Signed]).next().is_some() => {
                guess(step, "from signature", "no source gives another day");
            }
            8 if self.round > 1
                && matches!(status.listings.certain(), Some(Listing::Blanket | Listing::CaseByCase)) =>
            {
                (step.state, step.date) = ("same", "already listed".to_owned());
            }
            8 if matches!(status.listings.certain(), Some(Listing::Blanket | Listing::CaseByCase)) => {
                if let Some(since) = since_listed(self.course) {
                    guess(step, &dates::short(since), "seen on a copy of the list");
                }
            }
            _ => {}
        }
    }

    /// Marks the step at which the round waits.
    fn waiting(&self, at: usize, stage: Stage, step: &mut Step) {
        let status = &self.course.status;
        if status.stages.certain() != Some(stage) {
            return;
        }
        let here = match stage {
            Stage::Consultation => at == 1,
            Stage::Intent | Stage::Review | Stage::Agreed | Stage::Determined | Stage::Signed => true,
            Stage::InForce => !self.course.status.listings.is_empty(),
            Stage::NotStarted | Stage::Listed => false,
        };
        let Some(waiting) = status.waiting.filter(|waiting| here && waiting.stage == stage) else { return };
        if waiting.outcome_unknown {
            (step.state, step.date, step.note) = ("guess", "outcome".to_owned(), "not known".to_owned());
            return;
        }
        step.state = "now";
        step.stalled = waiting.stalled;
        if step.date.is_empty() {
            step.date = format!("since {}", dates::short(waiting.since));
        }
        step.note = dates::days(waiting.days, waiting.days_at_most);
    }

    /// Who approved on the partner's side.
    fn approvals(&self) -> String {
        let approved = self.told(&[MilestoneKind::DomesticApproval]).map(|milestone| {
            let body = match &milestone.detail {
                Detail::DomesticApproval { body: Some(body) } => body.as_str(),
                _ => "approved",
            };
            format!("{body} {}", dates::short(milestone.occurred.date()))
        });
        approved.collect::<Vec<_>>().join(", ")
    }
}
