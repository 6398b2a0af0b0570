//! Is each cause told apart as what it is: happened, learnt, refined or corrected?

use depositary::domain::command::{Command, Intent};
use depositary::domain::event::{
    MilestoneCorrected, MilestoneDateRefined, MilestoneRecorded, MilestoneRetracted, SourceAdded,
};
use depositary::domain::ids::Position;
use depositary::domain::milestone::{Detail, Milestone, Signing};
use depositary::domain::source::{Source, Telling};
use depositary::domain::words::{Evidence, Listing, NoticePurpose};
use depositary::projections::diff::{Difference, Side, difference};
use depositary::projections::history::History;
use depositary::projections::knowledge::{Basis, Knowledge};
use testkit::facts::{command, instruments, milestone, milestone_of, open, record, source};
use testkit::statuses::{day, recorded};

const RO: &str = "rdp/RO";

/// What differs between two days, each as of a position.
fn between(commands: &[Command], from: (&str, u64), to: (&str, u64)) -> Option<Difference> {
    let instruments = instruments();
    let instrument = instruments.load("rdp").unwrap();
    let events = recorded(commands.iter().cloned()).into_values().next().unwrap();
    let side = |(on, position)| Side { day: day(on), knowledge: Knowledge::at(Position(position)) };
    difference(&History::of(&events, instrument), instrument, &side(from), &side(to))
}

fn sentence(commands: &[Command], from: (&str, u64), to: (&str, u64)) -> String {
    between(commands, from, to).unwrap().sentence()
}

fn listed(name: &str, on: &str) -> Command {
    record(name, RO, milestone(on, name, Detail::Listed { listing: Listing::Blanket }))
}

fn notice(on: &str, closes: Option<&str>) -> Milestone {
    let comments_close_on = closes.map(day);
    let purpose = NoticePurpose::Negotiation;
    milestone(
        on,
        "A notice.",
        Detail::NoticePublished { purpose, document_number: None, citation: None, comments_close_on },
    )
}

fn about(name: &str, intent: Intent) -> Command {
    command(name, RO, intent)
}

#[test]
fn what_both_sides_know_happened_when_its_day_lies_between() {
    let log = [open(RO), listed("listed", "2015-05-01")];
    assert_eq!(sentence(&log, ("2015-04-30", 2), ("2015-05-01", 2)), "2015-05-01 listed (happened)");
    assert_eq!(between(&log, ("2015-05-01", 2), ("2020-01-01", 2)), None);
}

#[test]
fn what_the_passing_of_days_did_names_the_rule_and_the_milestone_that_it_rests_on() {
    let log = [open(RO), record("notice", RO, notice("2015-05-01", Some("2015-05-31")))];
    let days = [("2015-05-31", 2), ("2015-06-01", 2)];
    assert_eq!(
        sentence(&log, days[0], days[1]),
        "2015-06-01 notice published, by rule: notice closing date (happened)"
    );
    let until = Some("2020-01-01".parse().unwrap());
    let log = [open(RO), record("renewed", RO, milestone("2015-05-01", "Renewed.", Detail::Renewed { until }))];
    let over = sentence(&log, ("2019-12-31", 2), ("2020-01-02", 2));
    assert_eq!(over, "2020-01-02 renewed, by rule: term passed (happened)");
}

#[test]
fn what_one_side_alone_knows_was_learnt_and_may_have_happened_as_well() {
    let log = [open(RO), listed("listed", "2015-05-01")];
    assert_eq!(sentence(&log, ("2015-06-01", 1), ("2015-06-01", 2)), "2015-05-01 listed (learnt)");
    assert_eq!(sentence(&log, ("2015-04-01", 1), ("2015-06-01", 2)), "2015-05-01 listed (learnt, and happened)");
    let found = between(&log, ("2015-06-01", 1), ("2015-06-01", 2)).unwrap();
    assert_eq!(found.causes[0].position, Some(Position(2)));
    // It comes on a day that neither side has reached.
    let log = [open(RO), record("intent", RO, milestone("2015-05-01", "Intent.", Detail::IntentAnnounced {}))];
    assert_eq!(between(&log, ("2015-01-01", 1), ("2015-02-01", 2)), None);
}

#[test]
fn a_source_that_was_added_was_learnt_too() {
    let told = |date: &str, evidence| Source {
        tells: Some(Telling { date: date.parse().unwrap(), evidence }),
        ..source("A source")
    };
    let content = Milestone {
        evidence: Evidence::Suspect,
        ..milestone("2015-05-01", "Listed.", Detail::Listed { listing: Listing::Blanket })
    };
    let suspect = MilestoneRecorded { milestone: content, sources: vec![told("2015-05-01", Evidence::Suspect)] };
    let stated = Milestone { evidence: Evidence::Stated, ..suspect.milestone.clone() };
    let other_year = MilestoneRecorded { milestone: stated, sources: vec![told("2016-05-01", Evidence::Inferred)] };
    let add = SourceAdded { milestone: milestone_of("listed"), source: told("2015-05-01", Evidence::Stated) };
    let log =
        [open(RO), about("listed", Intent::RecordMilestone(other_year)), about("more", Intent::AddSource(add.clone()))];
    assert_eq!(sentence(&log, ("2015-06-01", 2), ("2015-06-01", 3)), "2015-05-01 listed (learnt)");
    // A source makes a date certain, and never a suspect milestone.
    let log = [open(RO), about("listed", Intent::RecordMilestone(suspect)), about("more", Intent::AddSource(add))];
    assert_eq!(between(&log, ("2015-06-01", 2), ("2015-06-01", 3)), None);
}

#[test]
fn a_date_that_became_narrower_was_refined() {
    let refined = MilestoneDateRefined {
        milestone: milestone_of("listed"),
        occurred: "2015-05-01".parse().unwrap(),
        evidence: Evidence::Stated,
        sources: vec![source("A better one")],
    };
    let log = [open(RO), listed("listed", "2015"), about("refine", Intent::RefineDate(refined))];
    assert_eq!(sentence(&log, ("2015-06-01", 2), ("2015-06-01", 3)), "2015-05-01 listed (refined)");
    assert_eq!(sentence(&log, ("2014-06-01", 2), ("2015-06-01", 3)), "2015-05-01 listed (refined, and happened)");
    assert_eq!(between(&log, ("2016-06-01", 2), ("2016-06-01", 3)), None, "by then it had happened by either date");
}

#[test]
fn what_was_known_and_doubted_was_not_learnt_when_it_was_corrected_or_refined() {
    let doubted = |on: &str, evidence| Milestone {
        evidence,
        ..milestone(on, "Listed.", Detail::Listed { listing: Listing::Blanket })
    };
    let corrected = MilestoneCorrected {
        milestone: milestone_of("listed"),
        content: doubted("2015-05-01", Evidence::Stated),
        sources: vec![source("x")],
        why: "x".to_owned(),
    };
    let refined = MilestoneDateRefined {
        milestone: milestone_of("listed"),
        occurred: "2015-05-01".parse().unwrap(),
        evidence: Evidence::Stated,
        sources: vec![source("A better one")],
    };
    let on = "2015-06-01";
    for evidence in [Evidence::Suspect, Evidence::Approximate] {
        for (intent, change) in [
            (Intent::CorrectMilestone(corrected.clone()), "corrected"),
            (Intent::RefineDate(refined.clone()), "refined"),
        ] {
            let log = [open(RO), record("listed", RO, doubted("2015", evidence)), about("then", intent)];
            let sentence_of = |from, to| sentence(&log, (on, from), (on, to));
            assert_eq!(sentence_of(2, 3), format!("2015-05-01 listed ({change})"), "{evidence}");
            assert_eq!(sentence_of(3, 2), format!("2015-05-01 listed ({change})"), "{evidence}");
            assert_eq!(sentence_of(1, 3), "2015-05-01 listed (learnt)", "{evidence}: nothing was known of it");
        }
    }
}

#[test]
fn what_was_corrected_or_taken_back_is_told_so_on_either_side() {
    let content = milestone("2015-05-01", "Listed.", Detail::Listed { listing: Listing::CaseByCase });
    let corrected = MilestoneCorrected {
        milestone: milestone_of("listed"),
        content,
        sources: vec![source("x")],
        why: "x".to_owned(),
    };
    let retracted = MilestoneRetracted { milestone: milestone_of("listed"), why: "x".to_owned() };
    let log = [
        open(RO),
        listed("listed", "2015-05-01"),
        about("correct", Intent::CorrectMilestone(corrected)),
        about("retract", Intent::RetractMilestone(retracted)),
    ];
    let on = "2015-06-01";
    assert_eq!(sentence(&log, (on, 2), (on, 3)), "2015-05-01 listed (corrected)");
    assert_eq!(sentence(&log, (on, 3), (on, 4)), "2015-05-01 listed (corrected)");
    assert_eq!(sentence(&log, (on, 4), (on, 3)), "2015-05-01 listed (corrected)");
    assert_eq!(sentence(&log, (on, 1), (on, 3)), "2015-05-01 listed (learnt)", "what was not known was not corrected");
    assert_eq!(between(&log, (on, 1), (on, 4)), None, "recorded and taken back in between");
}

#[test]
fn what_only_came_and_went_in_between_is_no_cause() {
    let plain = |name: &str, on: &str, detail| record(name, RO, milestone(on, name, detail));
    let log = [
        open(RO),
        plain("signed", "2015-01-01", Detail::EnteredIntoForce { until: None }),
        plain("suspended", "2016-01-01", Detail::Suspended {}),
        plain("resumed", "2017-01-01", Detail::Resumed {}),
        listed("listed", "2018-01-01"),
        plain("noted", "2018-06-01", Detail::Noted {}),
        listed("listed again", "2018-09-01"),
    ];
    assert_eq!(sentence(&log, ("2015-06-01", 7), ("2019-01-01", 7)), "2018-01-01 listed (happened)");
    assert_eq!(sentence(&log, ("2016-06-01", 7), ("2017-06-01", 7)), "2017-01-01 resumed (happened)");
}

#[test]
fn what_was_published_in_between_was_learnt() {
    let instruments = instruments();
    let instrument = instruments.load("rdp").unwrap();
    let content = milestone("2015-05-01", "Listed.", Detail::Listed { listing: Listing::Blanket });
    let published = Source { published_on: Some(day("2015-07-01")), ..source("A source") };
    let log = [
        open(RO),
        about("listed", Intent::RecordMilestone(MilestoneRecorded { milestone: content, sources: vec![published] })),
    ];
    let events = recorded(log).into_values().next().unwrap();
    let side = |known_at: &str| {
        let known_at = Some(known_at.parse().unwrap());
        Side {
            day: day("2015-06-01"),
            knowledge: Knowledge { position: Position(2), basis: Basis::Published, known_at },
        }
    };
    let history = History::of(&events, instrument);
    let found = difference(&history, instrument, &side("2015-06-30T23:59:59Z"), &side("2015-07-01T00:00:00Z")).unwrap();
    assert_eq!(
        (found.sentence().as_str(), found.causes[0].position),
        ("2015-05-01 listed (learnt)", Some(Position(2)))
    );
}

#[test]
fn an_outcome_that_is_unknown_no_longer_is_a_difference_with_its_cause() {
    let signed = Detail::Signed {
        signings: vec![Signing { on: "2000-01-01".parse().unwrap(), place: None, signatories: vec![] }],
    };
    let renewal = Detail::NoticePublished {
        purpose: NoticePurpose::Renewal,
        document_number: None,
        citation: None,
        comments_close_on: None,
    };
    let commands = [
        open("rdp/RO"),
        record("signed", "rdp/RO", milestone("2000-01-01", "Signed.", signed)),
        record("renewal", "rdp/RO", milestone("2010-01-04", "Renewal.", renewal)),
        record("expired", "rdp/RO", milestone("[2009-01-01..2020-12-31]", "Over.", Detail::Expired {})),
        record("closed", "rdp/RO", milestone("2010-02-03", "Closed.", Detail::CommentsClosed {})),
    ];
    // The usual window alone said that comments were closed; now a source does, and the agreement may be over.
    let difference = between(&commands, ("2012-01-01", 4), ("2012-01-01", 5)).unwrap();
    let facets = [difference.from.facets(), difference.to.facets()];
    assert_eq!(facets.map(|facets| facets.outcome_unknown), [true, false]);
    assert_eq!(facets[0].stages, facets[1].stages);
    assert_eq!(difference.sentence(), "2010-02-04 comments closed (learnt)", "review began on the next day");
}
