//! How far have the talks come, and for how long have they been there?
//!
//! Invariant: talks that were seen are not an announcement, and a notice says what it asked.

use super::{Said, dates, large};
use crate::domain::wording::Tense;
use crate::domain::words::{LimitFrom, MilestoneKind, NoticePurpose, Possible, Stage};
use crate::projections::status::{Facet, Rule};

impl Said<'_> {
    /// The open round, where there is one.
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
            None => None,
        };
        stage.into_iter().chain(self.waits()).collect()
    }

    fn at(&self, stage: Stage) -> Option<String> {
        let yet = self.of("is on record", "by that day is on record");
        let reached = |kind: MilestoneKind| {
            let mut reasons = self.status.because.iter().filter(|reason| reason.facet == Facet::Stage);
            reasons.find(|reason| reason.kind == Some(kind)).and_then(|reason| reason.occurred).map(dates::when)
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
                let closes = self.status.background.notice.and_then(|notice| notice.closes);
                let until = closes.map(|day| format!("open until {}", dates::day(day)));
                let until = until.unwrap_or_else(|| "open; their last day is not on record".to_owned());
                self.notice().map(|notice| format!("Comments on {notice} {} {until}.", self.of("are", "were")))
            }
            Stage::Review => {
                let background = &self.status.background;
                let notice = self.notice()?;
                let told = background.closed.map(dates::when);
                let by_notice = || background.notice?.closes.map(|day| format!("on {}", dates::day(day)));
                let untold = self.status.waiting.is_some_and(|waiting| waiting.outcome_unknown);
                let came = if untold {
                    "what came of that renewal is not on record".to_owned()
                } else {
                    format!("no signature {yet}")
                };
                Some(match told.or_else(by_notice) {
                    Some(when) => format!("Comments on {notice} closed {when}, and {came}."),
                    None => format!("The last day for comments on {notice} is not on record, and {came}."),
                })
            }
            Stage::Agreed => {
                Some(format!("The text was agreed {}, and no signature {yet}.", reached(MilestoneKind::TextAgreed)?))
            }
            Stage::Determined => {
                let made = reached(MilestoneKind::DeterminationMade)?;
                Some(format!("The public interest determination was made {made}, and no signature {yet}."))
            }
            Stage::NotStarted | Stage::Signed | Stage::InForce | Stage::Listed => None,
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
        let limit = waiting.limit_days?;
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
        let (least, by) = (if exact { "" } else { "at least " }, dates::thousands(waiting.over()));
        let limit = dates::thousands(limit.into());
        let over = match waiting.limit_from {
            _ if !waiting.stalled => String::new(),
            LimitFrom::Estimate => {
                format!(", {least}{by} over the {limit} by which most comparable rounds had moved on")
            }
            LimitFrom::Fallback | LimitFrom::Rule => format!(", {least}{by} over the usual limit of {limit}"),
        };
        if waiting.dormant {
            let heard = waiting.heard.map(|heard| format!(" {}", dates::since(heard))).unwrap_or_default();
            return Some(format!(
                "Nothing {} heard of it{heard}, so it {} as dormant.",
                self.of("has been", "had been"),
                self.of("counts", "counted")
            ));
        }
        let usual = self.status.because.iter().any(|reason| reason.rule == Some(Rule::UsualWindow));
        let since = match waiting.stage {
            Stage::Review if usual => ", if comments closed within the usual window",
            _ => "",
        };
        let been = match self.tense {
            Tense::Present => "has been",
            Tense::Past => "had been",
        };
        Some(match waiting.stage {
            Stage::InForce => {
                format!(
                    "{} {} {days} for its place on the list{over}.",
                    large(&self.country.in_a_sentence()),
                    self.of("has waited", "had waited")
                )
            }
            Stage::Review => format!("The matter {been} under review for {days}{over}{since}."),
            _ => format!("The matter {been} at that stage for {days}{over}."),
        })
    }
}
