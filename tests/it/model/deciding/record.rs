//! Which commands are let in by a record as it stands, and by which code are the others refused?

use depositary::domain::command::{Command, Intent};
use depositary::domain::event::SourceAdded;
use depositary::domain::ids::Version;
use depositary::domain::milestone::{Detail, Milestone};
use depositary::domain::refusal::Refusal;
use depositary::domain::words::Word;
use testkit::facts::{command, milestone, milestone_of, open, record, source};

use super::given::{TODAY, correct, given, noted, notice, refine, retract};

#[test]
fn a_record_is_opened_once_and_before_anything_else() {
    given([]).when(&open("rdp/RO")).then("agreement_opened");
    given([open("rdp/RO")])
        .when(&command("again", "rdp/RO", Intent::OpenAgreement))
        .then_refused("ALREADY_OPEN", "rdp/RO");
    given([]).when(&record("a", "rdp/RO", noted("2020"))).then_refused("NOT_OPEN", "open it first");
    given([open("rdp/RO")]).when(&record("a", "rdp/RO", noted("2020"))).then("milestone_recorded");
}

#[test]
fn a_stale_version_is_refused_with_both_versions() {
    let stale = Command { expected_version: Some(Version(7)), ..record("a", "rdp/RO", noted("2020")) };
    given([open("rdp/RO")]).when(&stale).then_refused("VERSION_CONFLICT", "at version 1, not at the expected 7");
    let right = Command { expected_version: Some(Version(1)), ..record("a", "rdp/RO", noted("2020")) };
    given([open("rdp/RO")]).when(&right).then("milestone_recorded");
}

#[test]
fn what_has_not_happened_yet_is_refused_and_what_is_due_is_not() {
    let given = given([open("rdp/RO")]);
    given.when(&record("a", "rdp/RO", noted("2026-11-25"))).then_refused("IN_THE_FUTURE", "after today, 2026-11-24");
    given.when(&record("a", "rdp/RO", noted("2026-11-24"))).then("milestone_recorded");
    given.when(&record("a", "rdp/RO", noted("2026-11"))).then("milestone_recorded");
    given.when(&record("a", "rdp/RO", notice("2026-11-20", Some("2027-01-05")))).then("milestone_recorded");
    let term = Detail::EnteredIntoForce { until: Some("2036-11".parse().unwrap()) };
    given.when(&record("a", "rdp/RO", milestone("2026-11-20", "In force.", term))).then("milestone_recorded");
    let later = Milestone { effective: Some("2027-01-01".parse().unwrap()), ..noted("2026-11-20") };
    given.when(&record("a", "rdp/RO", later)).then("milestone_recorded");
}

#[test]
fn a_refinement_stays_within_what_was_recorded() {
    let given = given([open("rdp/RO"), record("a", "rdp/RO", noted("2020-05"))]);
    given.when(&refine("a", "2020-05-17")).then("milestone_date_refined");
    given.when(&refine("a", "2020-06-01")).then_refused("NOT_A_REFINEMENT", "does not lie within the recorded 2020-05");
    given.when(&refine("b", "2020-05-17")).then_refused("NO_SUCH_MILESTONE", "is not in the record");
}

#[test]
fn a_correction_and_a_retraction_say_why_and_need_a_milestone_that_stands() {
    let given_one = given([open("rdp/RO"), record("a", "rdp/RO", noted("2020"))]);
    given_one.when(&correct("a", noted("2021"), "It was a year later.")).then("milestone_corrected");
    given_one.when(&correct("a", noted("2021"), " ")).then_refused("INVALID_FIELD", "why is empty");
    given_one.when(&correct("b", noted("2021"), "x")).then_refused("NO_SUCH_MILESTONE", "is not in the record");
    given_one.when(&retract("a")).then("milestone_retracted");
    let gone = given([open("rdp/RO"), record("a", "rdp/RO", noted("2020")), retract("a")]);
    gone.when(&retract("a")).then_refused("MILESTONE_RETRACTED", "record it anew");
    gone.when(&correct("a", noted("2021"), "x")).then_refused("MILESTONE_RETRACTED", "can no longer be changed");
    gone.when(&refine("a", "2020-01-01")).then_refused("MILESTONE_RETRACTED", "can no longer be changed");
}

#[test]
fn a_source_is_added_to_a_milestone_that_stands() {
    let added = |name: &str| SourceAdded { milestone: milestone_of(name), source: source("Another") };
    let given = given([open("rdp/RO"), record("a", "rdp/RO", noted("2020"))]);
    given.when(&command("add", "rdp/RO", Intent::AddSource(added("a")))).then("source_added");
    given
        .when(&command("add", "rdp/RO", Intent::AddSource(added("b"))))
        .then_refused("NO_SUCH_MILESTONE", "not in the record");
}

#[test]
fn nobody_opens_an_agreement_of_the_united_states() {
    given([]).when(&open("rdp/US")).then_refused("INVALID_FIELD", "is the United States");
}

#[test]
fn every_code_is_stable_and_in_capitals() {
    let (rdp, milestone) = (testkit::facts::id("rdp/RO"), milestone_of("a"));
    let date = "2020".parse().unwrap();
    let refusals = [
        (
            Refusal::UnknownInstrument { instrument: "x".to_owned(), known: "rdp".to_owned() },
            "UNKNOWN_INSTRUMENT",
            None,
        ),
        (Refusal::AlreadyOpen(rdp.clone()), "ALREADY_OPEN", None),
        (Refusal::NotOpen(rdp.clone()), "NOT_OPEN", None),
        (
            Refusal::VersionConflict { agreement: rdp, expected: Version(1), actual: Version(2) },
            "VERSION_CONFLICT",
            Some("expectedVersion"),
        ),
        (Refusal::CommandReused(uuid::Uuid::nil()), "COMMAND_ID_REUSED", Some("commandId")),
        (Refusal::NoSuchMilestone(milestone), "NO_SUCH_MILESTONE", None),
        (Refusal::MilestoneRetracted(milestone), "MILESTONE_RETRACTED", None),
        (
            Refusal::InTheFuture { field: "f".to_owned(), date, today: TODAY.parse().unwrap() },
            "IN_THE_FUTURE",
            Some("f"),
        ),
        (Refusal::NotARefinement { old: date, new: date }, "NOT_A_REFINEMENT", Some("occurred")),
        (Refusal::Impossible { milestone: "resumed", because: "x".to_owned() }, "IMPOSSIBLE", None),
        (
            Refusal::RecordFull { agreement: testkit::facts::id("rdp/RO"), what: "milestones", most: 1 },
            "RECORD_FULL",
            None,
        ),
        (Refusal::TooManyToday { actor: testkit::facts::actor(), most: 1 }, "TOO_MANY_TODAY", None),
        (Refusal::field("f", "is wrong"), "INVALID_FIELD", Some("f")),
    ];
    for (refusal, code, place) in refusals {
        assert_eq!((refusal.code().as_str(), refusal.place()), (code, place));
        assert!(!refusal.to_string().ends_with('.'), "{refusal}");
    }
}
