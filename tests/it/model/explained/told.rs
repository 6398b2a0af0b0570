//! Which milestones are the histories of the explanations made of?

use depositary::domain::milestone::{Detail, Milestone, Seen};
use depositary::domain::words::{MilestoneKind, NoticePurpose, Standing};
use depositary::projections::status::{Facet, Rule, Status};
use testkit::facts::{instruments, milestone};
use testkit::statuses::{day, made_of, signed, status_of};

pub fn stood(on: &str, values: &[Standing]) -> Milestone {
    milestone(on, "Seen.", Detail::Observed { seen: Seen::Standing(values.to_vec()) })
}

pub fn entered(on: &str, until: Option<&str>) -> Milestone {
    milestone(on, "Entered.", Detail::EnteredIntoForce { until: until.map(|until| until.parse().unwrap()) })
}

pub fn renewed(on: &str) -> Milestone {
    milestone(on, "Renewed.", Detail::Renewed { until: None })
}

pub fn notice(on: &str, purpose: NoticePurpose, closes: Option<&str>) -> Milestone {
    let comments_close_on = closes.map(day);
    let detail = Detail::NoticePublished { purpose, document_number: None, citation: None, comments_close_on };
    milestone(on, "A notice.", detail)
}

pub fn signature(on: &str) -> Milestone {
    milestone(on, "Signed.", signed(on).1)
}

pub fn effective(on: &str, milestone: Milestone) -> Milestone {
    Milestone { effective: Some(on.parse().unwrap()), ..milestone }
}

pub fn closed(on: &str) -> Milestone {
    milestone(on, "Closed.", Detail::CommentsClosed {})
}

pub fn suspended(on: &str) -> Milestone {
    milestone(on, "Suspended.", Detail::Suspended {})
}

pub fn expired(on: &str) -> Milestone {
    milestone(on, "Expired.", Detail::Expired {})
}

pub fn terminated(on: &str) -> Milestone {
    milestone(on, "Terminated.", Detail::Terminated {})
}

pub fn status(milestones: &[Milestone], on: &str) -> Status {
    status_of(&made_of(milestones.iter().cloned()), instruments().load("rdp").unwrap(), on)
}

/// The rules by which a kind of milestone decides a facet on a day.
pub fn rules(status: &Status, facet: Facet, kind: MilestoneKind) -> Vec<Option<Rule>> {
    let of = status.because.iter().filter(|reason| (reason.facet, reason.kind) == (facet, Some(kind)));
    of.map(|reason| reason.rule).collect()
}
