//! What does a sentence say of a small history whose dates overlap, and what does it never say? One history a case.

use std::fmt::Write as _;

use depositary::domain::ids::AgreementId;
use depositary::domain::milestone::{Detail, Milestone, Seen};
use depositary::domain::words::{Listing, MilestoneKind, NoticePurpose, Standing};
use depositary::projections::next::next_steps;
use depositary::projections::sentence::{Viewpoint, sentence};
use depositary::projections::status::{Brought, Facet, Rule};
use testkit::facts::{id, instruments, milestone};
use testkit::statuses::day;

use super::told::{closed, effective, entered, notice, renewed, signature, status, stood, suspended, terminated};

/// A sentence about Korea's agreement on a day.
fn said(milestones: &[Milestone], on: &str) -> String {
    let (instruments, AgreementId { country, .. }) = (instruments(), id("rdp/KR"));
    sentence(&status(milestones, on), country, instruments.load("rdp").unwrap(), &Viewpoint::of(day("2026-11-30")))
}

fn listed(on: &str, listing: Listing) -> Milestone {
    milestone(on, "Listed.", Detail::Listed { listing })
}

fn shown(on: &str, values: &[Listing]) -> Milestone {
    milestone(on, "Seen.", Detail::Observed { seen: Seen::Listing(values.to_vec()) })
}

fn delisted(on: &str) -> Milestone {
    milestone(on, "Delisted.", Detail::Delisted {})
}

fn resumed(on: &str) -> Milestone {
    milestone(on, "Resumed.", Detail::Resumed {})
}

fn withdrawn(on: &str) -> Milestone {
    milestone(on, "Withdrawn.", Detail::Withdrawn {})
}

/// Histories, each with a day, with what a sentence says then, and with what it does not.
type Case<'a> = (&'a [Milestone], &'a str, &'a str, &'a str);

fn check(cases: &[Case<'_>]) {
    let mut wrong = String::new();
    for (milestones, on, right, never) in cases {
        let said = said(milestones, on);
        if !said.contains(right) || (!never.is_empty() && said.contains(never)) {
            writeln!(wrong, "on {on} not `{right}` or `{never}`: {said}\n").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

use Standing::{Expired, InForce, NotConcluded, Signed, Suspended, Terminated};

#[test]
fn comments_on_a_later_notice_that_are_still_taken_have_not_closed() {
    let notices = [
        notice("2010-01-01", NoticePurpose::Negotiation, Some("2010-01-05")),
        notice("2010-01-08", NoticePurpose::Negotiation, Some("2010-01-20")),
    ];
    check(&[
        (
            &notices,
            "2010-01-10",
            "Comments on an earlier notice had closed; those on the Federal Register notice of 8 January 2010, about a new agreement, were taken until 20 January 2010, and no signature by that day is on record.",
            "closed on 20 January",
        ),
        (&notices, "2010-01-25", "about a new agreement, closed on 20 January 2010", "earlier notice"),
    ]);
}

#[test]
fn what_was_certainly_concluded_is_never_in_doubt() {
    check(&[
        (
            &[signature("2010-01-01"), suspended("2010-01-06"), terminated("[2010-01-06..2010-01-09]")],
            "2010-01-07",
            "Whether its Reciprocal Defense Procurement Agreement was suspended or terminated is not certain: it was terminated between 6 January 2010 and 9 January 2010.",
            "concluded",
        ),
        (
            &[listed("2010-01-02", Listing::Blanket), effective("2010-01-07", signature("[2010-01-01..2010-01-03]"))],
            "2010-01-02",
            "Agreement",
            "may have been signed",
        ),
        (
            &[
                renewed("2010-01-03"),
                entered("[..2010-01-07]", None),
                notice("2010-01-05", NoticePurpose::Negotiation, None),
            ],
            "2010-01-05",
            "it was renewed on 3 January 2010",
            "may have entered into force",
        ),
    ]);
}

#[test]
fn a_change_that_nobody_recorded_is_named_for_what_it_was() {
    check(&[
        (
            &[signature("2010-01-01"), stood("2010-01-06", &[Expired])],
            "2010-01-04",
            "is not certain: it expired between 2 January 2010 and 6 January 2010.",
            "began",
        ),
        (
            &[
                listed("2010-01-02", Listing::Blanket),
                shown("2010-01-03", &[Listing::Unlisted]),
                shown("2010-01-05", &[Listing::CaseByCase]),
            ],
            "2010-01-04",
            "it came onto the list between 4 January 2010 and 5 January 2010",
            "came onto the list on 3 January 2010",
        ),
        (
            &[signature("2010-01-01"), delisted("2010-01-03")],
            "2010-01-02",
            "it was on the list by 3 January 2010, and since when is not on record",
            "taken off",
        ),
        (
            &[signature("2010-01-01"), delisted("2010-01-03")],
            "2010-01-04",
            "it was not on the list on 4 January 2010; it was taken off on 3 January 2010.",
            "",
        ),
    ]);
}

#[test]
fn a_signature_is_said_to_count_from_when_it_did() {
    check(&[
        (
            &[effective("2010-01-05", signature("2010-01-01")), stood("2010-01-03", &[InForce])],
            "2010-01-06",
            "signed on 1 January 2010, was in force by 3 January 2010, before its signature took effect on 5 January 2010",
            "counted as in force since 5 January 2010",
        ),
        (
            &[entered("2010-01-03", None), signature("2010-01-05")],
            "2010-01-06",
            "no later entry into force is on record",
            "no entry into force",
        ),
        (
            &[signature("2010-01-01"), stood("2010-01-05", &[Signed])],
            "2010-01-05",
            "That its signature put it in force is set aside, since it was seen signed and not in force.",
            "fits nothing else",
        ),
        (
            &[entered("2010-01-04", Some("2010-01-08")), stood("2010-01-12", &[InForce])],
            "2010-01-13",
            "its term ended on 8 January 2010, and it was seen in force on 12 January 2010",
            "",
        ),
    ]);
}

#[test]
fn what_came_and_went_is_said() {
    let notice = |closes| notice("2010-01-01", NoticePurpose::Negotiation, closes);
    check(&[
        (
            &[signature("2010-01-02"), suspended("2010-01-03"), resumed("2010-01-05")],
            "2010-01-06",
            "it was resumed on 5 January 2010 after a suspension",
            "",
        ),
        (
            &[notice(None), withdrawn("2010-01-09")],
            "2010-02-01",
            "The attempt to conclude one was given up on 9 January 2010.",
            "",
        ),
        (
            &[notice(None), withdrawn("[2010-01-03..2010-01-09]")],
            "2010-01-03",
            "The attempt may have been given up by then: the withdrawal is dated between 3 January 2010 and 9 January 2010.",
            "",
        ),
        (
            &[notice(Some("2010-01-05")), closed("2010-01-12")],
            "2010-01-08",
            "were open until 12 January 2010",
            "5 January 2010",
        ),
        (
            &[closed("2010-01-01")],
            "2010-01-05",
            "Comments closed on 1 January 2010; the Federal Register notice that asked for them is not on record, and no signature by that day is on record.",
            "",
        ),
    ]);
}

#[test]
fn the_record_is_said_to_reach_as_far_as_it_does() {
    let early = effective("2010-01-01", suspended("2010-01-06"));
    check(&[
        (
            &[early],
            "2010-01-01",
            "Up to that day, the newest evidence about Korea on record is of 1 January 2010",
            "6 January",
        ),
        (
            &[listed("2010-01-02", Listing::Blanket), listed("2010-01-06", Listing::Blanket)],
            "2010-01-07",
            "it was added on 2 January 2010",
            "added on 6 January 2010",
        ),
        (
            &[signature("2000-01-01"), stood("2020-06-01", &[NotConcluded])],
            "2021-01-01",
            "On record are a signature dated on 1 January 2000 and an observation dated on 1 June 2020, which contradict each other.",
            "contradicts other dates",
        ),
    ]);
}

#[test]
fn an_end_that_may_come_on_any_later_day_has_no_last_day() {
    let history = [stood("2008-01-01", &[InForce, Expired])];
    let then = status(&history, "2010-01-01");
    assert!(then.because.iter().all(|reason| reason.unrecorded.is_none_or(|when| when.latest() < day("9999-12-31"))));
    let said = said(&history, "2010-01-01");
    assert!(!said.contains("9999"), "{said}");
    assert!(said.contains("nothing tells whether it expired later"), "{said}");
}

#[test]
fn each_of_two_observations_is_the_reason_of_what_it_saw() {
    let history = [stood("2010-01-01", &[InForce]), stood("2010-01-05", &[Suspended])];
    let why = |on: &str| {
        let because = status(&history, on).because;
        let standing = because.into_iter().filter(|reason| reason.facet == Facet::Standing);
        let told = |reason: depositary::projections::status::Reason| {
            Some((reason.occurred?.to_string(), reason.unrecorded?.to_string(), reason.brought?))
        };
        standing.filter_map(told).collect::<Vec<_>>()
    };
    let in_force = ("2010-01-01".to_owned(), "[..2010-01-01]".to_owned(), Brought::Standing(InForce));
    let then = ("2010-01-05".to_owned(), "[2010-01-02..2010-01-05]".to_owned(), Brought::Standing(Suspended));
    assert_eq!(why("2010-01-01"), [in_force]);
    assert_eq!(why("2010-01-05"), [then]);
}

#[test]
fn what_is_told_comes_in_place_of_what_only_proved_it_and_a_passed_term_does_not_hide_a_suspension() {
    let by_list = [listed("2010-01-01", Listing::Blanket), entered("2010-01-03", None), signature("2010-01-05")];
    let rules = |milestones: &[Milestone], on: &str| {
        let because = status(milestones, on).because;
        let standing = because.into_iter().filter(|reason| reason.facet == Facet::Standing);
        standing.map(|reason| (reason.kind, reason.rule)).collect::<Vec<_>>()
    };
    assert!(!rules(&by_list, "2010-01-06").iter().any(|(_, rule)| *rule == Some(Rule::InForceByListing)));
    let over = [entered("2010-01-01", Some("2010-01-05")), suspended("2010-01-03")];
    let over = rules(&over, "2010-01-08");
    assert!(over.contains(&(Some(MilestoneKind::Suspended), None)), "{over:?}");
    assert!(over.iter().any(|(_, rule)| *rule == Some(Rule::TermPassed)), "{over:?}");
    let other = [stood("[2010-01-01..2010-01-05]", &[Signed]), entered("2010-01-04", None)];
    assert!(!rules(&other, "2010-01-06").contains(&(Some(MilestoneKind::Observed), Some(Rule::SeenValueHolds))));
    let asked = [
        notice("[2010-01-04..2010-01-06]", NoticePurpose::Renewal, None),
        stood("2010-01-04", &[NotConcluded, Signed]),
    ];
    assert!(!rules(&asked, "2010-01-08").contains(&(None, Some(Rule::ProvedByLater))));
}

#[test]
fn a_headline_that_may_have_ceased_for_a_day_holds_since_a_day_between() {
    let cases: [(&[Milestone], &str); 3] = [
        (&[signature("2010-01-02"), resumed("2010-01-05")], "[2010-01-02..2010-01-05]"),
        (&[signature("2010-01-02"), suspended("2010-01-03"), resumed("2010-01-05")], "2010-01-05"),
        (&[suspended("2010-01-01"), suspended("2010-01-04")], "[2010-01-01..2010-01-04]"),
    ];
    for (milestones, since) in cases {
        let found = status(milestones, "2010-01-08").since.map(|since| since.to_string());
        assert_eq!(found.as_deref(), Some(since));
    }
}

#[test]
fn what_was_undone_may_be_next_again_and_what_ended_enters_no_more() {
    let next = |milestones: &[Milestone], on: &str| {
        let (status, instruments) = (status(milestones, on), instruments());
        next_steps(&status, instruments.load("rdp").unwrap()).map(|step| step.kind).collect::<Vec<_>>()
    };
    let off = [signature("2010-01-01"), listed("2010-01-03", Listing::Blanket), delisted("2010-01-05")];
    assert!(next(&off, "2010-01-06").contains(&MilestoneKind::Listed));
    let ended = [effective("2010-01-09", signature("2010-01-01")), terminated("2010-01-04")];
    assert_eq!(status(&ended, "2010-01-05").standings.certain(), Some(Terminated));
    assert!(!next(&ended, "2010-01-05").contains(&MilestoneKind::EnteredIntoForce));
}
