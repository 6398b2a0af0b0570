//! How far have the talks come, and for how long have they been there?
//!
//! Invariant: talks that were seen are not an announcement, and a notice says what it asked.

use super::{Said, dates, large};
use crate::domain::words::{LimitFrom, MilestoneKind, NoticePurpose, Possible, Stage};
use crate::projections::stalled::Waiting;
use crate::projections::status::{Facet, Rule};

impl Said<'_> {
    /// The open round, where there is one, and what may have come of it.
    pub(super) fn round(&self) -> Vec<String> {
        let stages = self.status.stages;
        let stage = match stages.certain() {
            Some(stage) => self.at(stage),
            None if stages == Possible::of(&[Stage::Consultation, Stage::Review]) => {
                let by = self.of("", " by then");
                self.notice().map(|notice| {
                    format!("Comments on {notice} may or may not have closed{by}: their last day is not on record.")
                })
            }
            // What is certain of talks that may have come further, or may have been given up.
            None => {
                let least = stages.iter().find(|stage| *stage > Stage::NotStarted);
                least.filter(|least| *least < Stage::Signed).and_then(|least| self.at(least))
            }
        };
        stage.into_iter().chain(self.perhaps_of_talks()).chain(self.waits()).collect()
    }

    fn at(&self, stage: Stage) -> Option<String> {
        let yet = self.yet();
        let background = &self.status.background;
        let reached = |kind: MilestoneKind| {
            let reasons = self.status.because.iter().filter(|reason| reason.facet == Facet::Stage);
            let mut when = reasons.filter(|reason| reason.kind == Some(kind)).filter_map(|reason| reason.occurred);
            when.find(|when| !background.perhaps_talks.contains(&(kind, *when))).map(|when| self.when(when))
        };
        match stage {
            Stage::Intent => {
                let said = match (reached(MilestoneKind::IntentAnnounced), reached(MilestoneKind::Observed)) {
                    (Some(when), _) => format!("The intent to conclude one was announced {when}"),
                    (None, Some(when)) => format!("Talks about one were under way {when}"),
                    (None, None) => return None,
                };
                let notices = self.instrument.comment_window.is_some();
                let none = format!(", and no {} {yet}", self.instrument.names.notice);
                Some(format!("{said}{}.", if notices { none.as_str() } else { "" }))
            }
            Stage::Consultation => {
                let told = background.notice.and_then(|notice| notice.closes).filter(|day| *day >= self.status.day);
                let until =
                    background.closes_later.map(dates::to).or(told.map(|day| format!("to {}", dates::day(day))));
                let until = until.map(|until| until.replacen("to ", "open until ", 1));
                let until = until.unwrap_or_else(|| "open; their last day is not on record".to_owned());
                self.notice().map(|notice| format!("Comments on {notice} {} {until}.", self.of("are", "were")))
            }
            Stage::Review => Some(self.review()),
            Stage::Agreed => {
                Some(format!("The text was agreed {}, and no signature {yet}.", reached(MilestoneKind::TextAgreed)?))
            }
            Stage::Determined => {
                let made = reached(MilestoneKind::DeterminationMade)?;
                Some(format!("The public interest determination was made {made}, and no signature {yet}."))
            }
            Stage::NotStarted => {
                let gone = background.withdrawn?;
                Some(format!("The attempt to conclude one was given up {}.", self.when(gone)))
            }
            Stage::Signed | Stage::InForce | Stage::Listed => None,
        }
    }

    /// That comments closed, and what came of them.
    fn review(&self) -> String {
        let (background, yet) = (&self.status.background, self.yet());
        let told = background.closed.map(|closed| self.when(closed));
        let by_notice = || background.notice?.closes.map(|day| format!("on {}", dates::day(day)));
        let untold = self.status.waiting.is_some_and(|waiting| waiting.outcome_unknown);
        let renewal = background.notice.is_some_and(|notice| notice.purpose == NoticePurpose::Renewal);
        let came = match (untold, renewal) {
            (true, _) => "no outcome",
            (false, true) => "no signature of the renewal",
            (false, false) => "no signature",
        };
        // The closing of an earlier notice began the review (rule 8), and the newest one goes on.
        let open = background.notice.and_then(|notice| notice.closes);
        let open = open.filter(|closes| told.is_none() && *closes >= self.status.day);
        if let (Some(notice), Some(closes)) = (self.notice(), open) {
            let (have, are) = (self.of("have", "had"), self.of("are", "were"));
            return format!(
                "Comments on an earlier notice {have} closed; those on {notice} {are} taken until {}, and {came} {yet}.",
                dates::day(closes)
            );
        }
        match (self.notice(), told.or_else(by_notice)) {
            (Some(notice), Some(when)) => format!("Comments on {notice} closed {when}, and {came} {yet}."),
            (Some(notice), None) => {
                format!("The last day for comments on {notice} is not on record, and {came} {yet}.")
            }
            (None, when) => {
                let notice = &self.instrument.names.notice;
                let when = when.map(|when| format!(" {when}")).unwrap_or_default();
                format!("Comments closed{when}; the {notice} that asked for them is not on record, and {came} {yet}.")
            }
        }
    }

    /// The newest notice with its day and what it asked.
    fn notice(&self) -> Option<String> {
        let notice = self.status.background.notice?;
        let about = match notice.purpose {
            NoticePurpose::Negotiation => "a new agreement",
            NoticePurpose::Feasibility => "whether an agreement is feasible",
            NoticePurpose::Renewal => "a renewal",
        };
        Some(format!("the {} {}, about {about},", self.instrument.names.notice, dates::of(notice.on)))
    }

    /// For how long the round has been at its stage, and how that compares with its limit.
    fn waits(&self) -> Option<String> {
        let waiting = self.status.waiting?;
        waiting.limit_days?;
        let hidden = waiting.stage == Stage::Consultation && !waiting.stalled;
        if waiting.outcome_unknown || waiting.days == 0 || hidden {
            return None;
        }
        let exact = waiting.days_at_most == Some(waiting.days);
        let days = match waiting.days_at_most {
            _ if exact => dates::days(waiting.days),
            Some(most) => format!("between {} and {}", dates::thousands(waiting.days), dates::days(most)),
            None => format!("at least {}", dates::days(waiting.days)),
        };
        let over = beyond(&waiting).map(|beyond| format!(", {beyond}")).unwrap_or_default();
        if waiting.dormant && waiting.stage == Stage::InForce {
            return None;
        }
        if waiting.dormant {
            let heard = waiting.heard.map(|heard| format!(" {}", dates::since(heard))).unwrap_or_default();
            return Some(format!(
                "Nothing {} heard of it{heard}, so this record {} the attempt as dormant.",
                self.of("has been", "had been"),
                self.of("counts", "counted")
            ));
        }
        let usual = self.status.because.iter().any(|reason| reason.rule == Some(Rule::UsualWindow));
        let (has, been) = (self.of("has", "had"), self.of("has been", "had been"));
        Some(match waiting.stage {
            Stage::InForce => {
                let name = large(&self.country.in_a_sentence());
                format!("{name} {has} waited {days} for its place on the list{over}.")
            }
            Stage::Review => {
                let since = if usual { ", if comments closed within the usual window" } else { "" };
                format!("The matter {been} under review for {days}{over}{since}.")
            }
            Stage::Consultation => format!("Comments {been} open for {days}{over}."),
            Stage::Intent => format!("That intent {been} pending for {days}{over}."),
            Stage::Agreed => format!("The agreed text {has} waited {days} for its signature{over}."),
            Stage::Determined => format!("The signature {been} awaited for {days} since{over}."),
            Stage::Signed => format!("The signed text {has} waited {days} for its entry into force{over}."),
            Stage::NotStarted | Stage::Listed => return None,
        })
    }
}

/// By how much a stalled round is beyond its limit, and whose limit that is; `None` where it has not stalled.
#[must_use]
pub fn beyond(waiting: &Waiting) -> Option<String> {
    let limit = waiting.limit_days.filter(|_| waiting.stalled)?;
    let exact = waiting.days_at_most == Some(waiting.days);
    let (least, by) = (if exact { "" } else { "at least " }, dates::thousands(waiting.over()));
    let limit = dates::thousands(limit.into());
    Some(match waiting.limit_from {
        LimitFrom::Estimate => {
            format!("{least}{by} more than the {limit} by which most comparable rounds had moved on")
        }
        LimitFrom::Fallback | LimitFrom::Rule => {
            format!(
                "{least}{by} more than the {limit} after which this record counts {} as stalled",
                counts(waiting.stage)
            )
        }
    })
}

/// After how many days a round that waits counts as stalled, and whose limit that is; `None` where it cannot stall.
#[must_use]
pub fn stalls_after(waiting: &Waiting) -> Option<String> {
    let limit = dates::days(i64::from(waiting.limit_days?));
    Some(match waiting.limit_from {
        LimitFrom::Estimate => format!("most comparable rounds had moved on by {limit}"),
        LimitFrom::Fallback | LimitFrom::Rule => {
            format!("this record counts {} as stalled after {limit}", counts(waiting.stage))
        }
    })
}

/// What it is that waits in a stage, as a noun.
const fn counts(stage: Stage) -> &'static str {
    match stage {
        Stage::NotStarted | Stage::Listed => "such a wait",
        Stage::Intent => "an intent",
        Stage::Consultation => "a consultation",
        Stage::Review => "a review",
        Stage::Agreed => "an agreed text",
        Stage::Determined => "a determination",
        Stage::Signed => "a signed text",
        Stage::InForce => "a missing listing",
    }
}
