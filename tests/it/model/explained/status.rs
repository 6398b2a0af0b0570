//! Does a status say truly since when it holds, and why? One constructed history a case.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use Standing::{Expired, InForce, NotConcluded, Signed, Suspended};
use depositary::domain::ids::Position;
use depositary::domain::milestone::{Detail, Milestone};
use depositary::domain::words::{Listing, MilestoneKind, NoticePurpose, Stage, Standing};
use depositary::projections::diff::{Side, difference};
use depositary::projections::history::History;
use depositary::projections::knowledge::Knowledge;
use depositary::projections::sentence::{Viewpoint, sentence};
use depositary::projections::status::{Facet, Rule};
use testkit::facts::{id, instruments, milestone};
use testkit::statuses::{day, made_of, status_of};

use super::told::{
    closed, effective, entered, expired, notice, renewed, rules, signature, status, stood, suspended, terminated,
};

#[test]
fn a_headline_holds_since_a_day_on_which_it_can_have_begun() {
    let (negotiation, renewal) = (NoticePurpose::Negotiation, NoticePurpose::Renewal);
    let cases: [(&[Milestone], &str, &str); 7] = [
        (
            &[signature("2000-01-01"), suspended("[2010-01-01..2012-12-31]"), stood("2010-06-01", &[Suspended])],
            "2011-01-01",
            "[2010-01-01..2010-06-01]",
        ),
        (&[signature("2000-01-01"), stood("2010-06-01", &[NotConcluded])], "2015-01-01", "[2000-01-02..2010-06-01]"),
        (
            &[
                signature("2000-01-01"),
                notice("2005-01-01", renewal, Some("2005-02-01")),
                stood("2006-01-01", &[InForce]),
                stood("2008-01-01", &[NotConcluded]),
            ],
            "2009-01-01",
            "[2006-01-02..2008-01-01]",
        ),
        (&[closed("2010"), notice("2010-06-01", negotiation, None)], "2011-06-01", "[2010-06-02..2011-01-01]"),
        (&[signature("2015-06-01"), expired("[2015-06-01..2016-06-01]")], "2016-06-01", "[2015-06-02..2016-06-01]"),
        (&[signature("2010-06-30"), entered("[2010-01-01..2010-06-30]", None)], "2015-01-01", "2010-06-30"),
        (
            &[entered("2000-01-01", Some("2004-12-31")), stood("2006-01-01", &[Expired])],
            "2007-01-01",
            "[2005-01-01..2006-01-01]",
        ),
    ];
    let mut wrong = String::new();
    for (milestones, on, right) in cases {
        let since = status(milestones, on).since.map(|since| since.to_string()).unwrap_or_default();
        if since != right {
            writeln!(wrong, "on {on} since {since}, not {right}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_round_waits_since_a_day_on_which_its_stage_can_have_begun() {
    let waits = effective("[2026-11-30..2027-01-01]", signature("[2010-01-01..2026-11-30]"));
    let waiting = status(&[waits, stood("2012-01-01", &[Signed])], "2020-01-01").waiting.unwrap();
    assert_eq!(waiting.since, "[2010-01-01..2012-01-01]".parse().unwrap());
    assert_eq!((waiting.days, waiting.stalled), (2922, true));
}

#[test]
fn what_is_gone_waits_for_nothing_and_what_comes_on_a_told_day_does_not_stall() {
    let gone = status(&[signature("2000-01-01"), stood("2001-01-01", &[NotConcluded])], "2005-01-01");
    assert_eq!(gone.waiting, None);
    let told = status(&[effective("2022-01-01", signature("2020-01-01"))], "2021-06-01").waiting.unwrap();
    assert_eq!((told.stage, told.stalled), (Stage::Signed, false));
}

#[test]
fn a_difference_names_what_came_rather_than_what_was_there() {
    let cases: [(&[Milestone], [&str; 2], &str); 5] = [
        (
            &[signature("2000-01-01"), expired("[2005-01-01..2010-12-31]"), renewed("2008-01-01")],
            ["2008-01-01", "2009-01-01"],
            "between 2005-01-01 and 2010-12-31 expired (happened)",
        ),
        (
            &[signature("2015-06-01"), expired("[2015-06-01..2016-06-01]")],
            ["2015-06-01", "2015-06-02"],
            "between 2015-06-01 and 2016-06-01 expired (happened)",
        ),
        (
            &[entered("2000-01-01", Some("[2004-01-01..2008-12-31]")), stood("2006-01-01", &[InForce])],
            ["2006-01-01", "2007-01-01"],
            "between 2004-01-02 and 2009-01-01 entered into force, by rule: term passed (happened)",
        ),
        (
            &[notice("2010", NoticePurpose::Negotiation, Some("2010-03-31"))],
            ["2010-03-31", "2010-04-01"],
            "2010-04-01 notice published, by rule: notice closing date (happened)",
        ),
        (
            &[closed("2010"), notice("2010-06-01", NoticePurpose::Negotiation, None)],
            ["2010-06-01", "2010-06-02"],
            "between 2010-01-02 and 2011-01-01 comments closed (happened)",
        ),
    ];
    let instruments = instruments();
    let instrument = instruments.load("rdp").unwrap();
    for (milestones, days, right) in cases {
        let history = History::of(&made_of(milestones.iter().cloned()), instrument);
        let [from, to] = days.map(|on| Side { day: day(on), knowledge: Knowledge::at(Position(u64::MAX)) });
        assert_eq!(difference(&history, instrument, &from, &to).unwrap().sentence(), right);
    }
}

#[test]
fn what_is_set_aside_is_not_believed_as_well_and_is_what_does_not_fit() {
    let (one, other) = (stood("2010-01-01", &[InForce]), stood("2010-01-01", &[InForce, Expired]));
    let alone = status(&[signature("2000-01-01"), expired("2010-01-01"), one.clone()], "2015-01-01");
    assert_eq!(rules(&alone, Facet::Standing, MilestoneKind::Observed), [Some(Rule::SetAside)]);
    let both = status(&[signature("2000-01-01"), expired("2010-01-01"), other, one], "2015-01-01");
    let aside = both.because.iter().filter(|reason| reason.rule == Some(Rule::SetAside));
    let ids: Vec<_> = aside.filter_map(|reason| reason.milestone).collect();
    assert_eq!(ids, [testkit::facts::milestone_of("m3")], "the sight that fits is not set aside");
}

#[test]
fn what_is_yet_to_come_contradicts_nothing() {
    let history = [signature("2000-01-01"), stood("2020-06-01", &[NotConcluded])];
    let contradicts =
        |on: &str| status(&history, on).because.iter().any(|reason| reason.rule == Some(Rule::DatesContradict));
    assert_eq!(["1995-01-01", "2000-01-01", "2021-01-01"].map(contradicts), [false, true, true]);
}

#[test]
fn each_change_that_nobody_told_is_proved_by_what_comes_after_it() {
    let proved = |milestones: &[Milestone], on: &str| {
        let because = status(milestones, on).because;
        let stage = because.into_iter().filter(|reason| reason.facet == Facet::Stage);
        stage.filter_map(|reason| Some((reason.kind?, reason.unrecorded?.to_string()))).collect::<Vec<_>>()
    };
    let twice = [expired("[..2005-12-31]"), terminated("[2008-01-01..2009-12-31]")];
    let expiry = (MilestoneKind::Expired, "[..2005-12-31]".to_owned());
    assert!(proved(&twice, "2006-06-01").contains(&expiry), "{:?}", proved(&twice, "2006-06-01"));
    let of_one_day = [signature("2000-01-01"), expired("2010-01-01"), terminated("2010-01-01")];
    assert_eq!(proved(&of_one_day, "2011-01-01"), [(MilestoneKind::Terminated, "2010-01-01".to_owned())]);
}

#[test]
fn an_entry_without_a_signature_and_a_closing_without_a_notice_say_that_they_stand_for_it() {
    let alone = status(&[entered("2000-01-01", None)], "2005-01-01");
    assert_eq!(rules(&alone, Facet::Standing, MilestoneKind::EnteredIntoForce), [Some(Rule::SignatureNotTold)]);
    let told = status(&[signature("1999-01-01"), entered("2000-01-01", None)], "2005-01-01");
    assert_eq!(rules(&told, Facet::Standing, MilestoneKind::EnteredIntoForce), [None]);
    let alone = [closed("2010-01-01")];
    for on in ["2010-01-01", "2010-01-02", "2015-01-01"] {
        let stage = rules(&status(&alone, on), Facet::Stage, MilestoneKind::CommentsClosed);
        assert_eq!(stage, [Some(Rule::NoticeNotTold)], "on {on}");
    }
    let moves_nothing = status(&[signature("2000-01-01"), closed("2010-01-01")], "2015-01-01");
    assert_eq!(rules(&moves_nothing, Facet::Stage, MilestoneKind::CommentsClosed), [Some(Rule::NoticeNotTold)]);
}

#[test]
fn an_entry_that_stands_for_a_signature_in_one_world_alone_is_no_certain_reason() {
    let history = [signature("[2019-01-01..2021-12-31]"), entered("2020-01-05", None), entered("2022-06-05", None)];
    let because = status(&history, "2023-01-01").because;
    let stands: Vec<bool> = because
        .iter()
        .filter(|reason| reason.rule == Some(Rule::SignatureNotTold))
        .map(|reason| reason.certain)
        .collect();
    assert!(!stands.is_empty() && !stands.contains(&true), "{because:?}");
}

#[test]
fn an_effect_that_may_have_come_or_came_after_the_end_of_the_agreement_before_is_said_to() {
    let instruments = instruments();
    let instrument = instruments.load("rdp").unwrap();
    let said = |milestones: &[Milestone], on: &str| {
        sentence(&status(milestones, on), id("rdp/KR").country, instrument, &Viewpoint::of(day("2026-11-30")))
    };
    let may = [entered("2008-01-01", None), effective("2019", signature("2018-11-26"))];
    let may = said(&may, "2019-06-30");
    assert!(may.contains("may have entered into force by then: the entry into force is dated in 2019"), "{may}");
    assert!(!may.contains("not yet in force"), "{may}");
    let after = [
        signature("2007-12-01"),
        entered("2008-01-01", None),
        effective("2019-10-03", signature("2018-11-26")),
        expired("2019-05-01"),
    ];
    let after = said(&after, "2020-01-01");
    assert!(after.contains("counted as in force since 3 October 2019, when its signature took effect"), "{after}");
}

#[test]
fn what_came_and_went_within_a_day_is_a_reason_as_long_as_what_asks_for_it_is() {
    let withdrawn = milestone("2010-01-04", "Withdrawn.", Detail::Withdrawn {});
    let history = [signature("2010-01-03"), withdrawn];
    let attempt = |on: &str| {
        let because = status(&history, on).because;
        let unrecorded = because.into_iter().filter_map(|reason| Some((reason.kind?, reason.unrecorded?.to_string())));
        unrecorded.collect::<Vec<_>>()
    };
    assert_eq!(attempt("2010-01-03"), []);
    assert_eq!(attempt("2010-01-04"), [(MilestoneKind::Withdrawn, "2010-01-04".to_owned())]);
    assert_eq!(attempt("2015-01-01"), [(MilestoneKind::Withdrawn, "2010-01-04".to_owned())]);
}

#[test]
fn a_stage_that_rests_on_the_listing_names_it_beside_what_concluded_the_round() {
    let listed = milestone("2012-06-29", "Listed.", Detail::Listed { listing: Listing::Blanket });
    let history = [signature("2012-04-18"), listed];
    let stage = |on: &str| {
        let because = status(&history, on).because;
        let of = because.into_iter().filter(|reason| reason.facet == Facet::Stage);
        of.map(|reason| (reason.kind.unwrap(), reason.certain)).collect::<Vec<_>>()
    };
    assert_eq!(stage("2012-05-01"), [(MilestoneKind::Signed, true)]);
    assert_eq!(stage("2015-01-01"), [(MilestoneKind::Signed, true), (MilestoneKind::Listed, true)]);
}

#[test]
fn a_signature_that_takes_effect_later_is_said_to_and_is_a_successor_until_then() {
    let instruments = instruments();
    let instrument = instruments.load("rdp").unwrap();
    let said = |milestones: &[Milestone], on: &str| {
        let status = status(milestones, on);
        sentence(&status, id("rdp/KR").country, instrument, &Viewpoint::of(day("2026-11-30")))
    };
    let first = [effective("2010-03-01", signature("2010-01-01"))];
    let counts = "signed on 1 January 2010, counted as in force since 1 March 2010, when its signature took effect";
    assert!(said(&first, "2015-01-01").contains(counts), "{}", said(&first, "2015-01-01"));
    let second = [signature("2000-01-01"), effective("2010-03-01", signature("2010-01-01"))];
    let awaited = said(&second, "2010-02-01");
    assert!(awaited.contains("signed on 1 January 2000, counted"), "{awaited}");
    assert!(awaited.contains("successor, signed on 1 January 2010, was not yet in force"), "{awaited}");
    assert!(said(&second, "2011-01-01").contains("since 1 March 2010"));
}

#[test]
fn the_last_evidence_is_what_counts_by_then_and_is_no_later() {
    let last = |milestones: &[Milestone], on: &str| status(milestones, on).last_evidence;
    let notice = notice("2010", NoticePurpose::Negotiation, Some("2010-03-31"));
    assert_eq!(last(&[notice], "2010-05-01"), Some("[2010-01-01..2010-03-31]".parse().unwrap()));
    let expired = effective("2010-01-01", expired("2012-01-01"));
    assert_eq!(last(&[expired], "2011-01-01"), Some("2010-01-01".parse().unwrap()));
}

#[test]
fn the_longest_records_are_answered_at_once_however_their_dates_overlap_or_follow_one_another() {
    let overlapping = (0..10_000).map(|_| notice("[2000-01-01..2010-12-31]", NoticePurpose::Negotiation, None));
    let in_turn = (0..4_000_u64).map(|number| {
        let on = (day("2000-01-02") + chrono::Days::new(number)).to_string();
        if number % 2 == 0 { suspended(&on) } else { milestone(&on, "Resumed.", Detail::Resumed {}) }
    });
    let in_turn: Vec<Milestone> = std::iter::once(signature("2000-01-01")).chain(in_turn).collect();
    for (milestones, beyond_cap) in [(overlapping.collect(), true), (in_turn, false)] {
        let events = made_of(milestones);
        let begun = Instant::now();
        let found = status_of(&events, instruments().load("rdp").unwrap(), "2020-01-01");
        assert_eq!(found.beyond_cap, beyond_cap);
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    }
}
