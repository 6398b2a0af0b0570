//! What may be recorded? Given some history, when a command comes, then an event, a warning or a refusal.

use depositary::domain::agreement::Agreement;
use depositary::domain::command::{Command, Intent};
use depositary::domain::decide::{Decision, decide};
use depositary::domain::event::{
    MilestoneCorrected, MilestoneDateRefined, MilestoneRecorded, MilestoneRetracted, SourceAdded,
};
use depositary::domain::ids::Version;
use depositary::domain::milestone::{Detail, Milestone, Seen, Signing};
use depositary::domain::refusal::Refusal;
use depositary::domain::source::{Source, Telling};
use depositary::domain::words::{Evidence, Listing, NoticePurpose, Reliability, Word};
use testkit::facts::{command, instruments, milestone, milestone_of, open, record, source};
use testkit::statuses::recorded;

/// The day on which the commands come.
const TODAY: &str = "2026-11-24";

/// A history, and what a command met.
struct Given(Agreement);

struct Decided(Result<Decision, Refusal>);

fn given(commands: impl IntoIterator<Item = Command>) -> Given {
    let streams = recorded(commands);
    Given(Agreement::of(streams.values().next().into_iter().flatten()))
}

impl Given {
    fn when(&self, command: &Command) -> Decided {
        let instruments = instruments();
        let instrument = instruments.load(command.agreement.instrument.as_str()).unwrap();
        Decided(decide(&self.0, instrument, command, TODAY.parse().unwrap()))
    }
}

impl Decided {
    fn then(&self, kind: &str) {
        let decision = self.0.as_ref().unwrap_or_else(|refusal| panic!("refused: {refusal}"));
        assert_eq!(decision.event().kind(), kind);
        assert_eq!(decision.warnings(), [], "nothing unusual");
    }

    fn then_warned(&self, code: &str) {
        let decision = self.0.as_ref().unwrap_or_else(|refusal| panic!("refused: {refusal}"));
        let codes: Vec<&str> = decision.warnings().iter().map(|warning| warning.code.as_str()).collect();
        assert!(codes.contains(&code), "{codes:?}");
    }

    fn then_refused(&self, code: &str, says: &str) {
        let refusal = self.0.as_ref().err().unwrap_or_else(|| panic!("it was let through"));
        assert_eq!(refusal.code().as_str(), code, "{refusal}");
        assert!(refusal.to_string().contains(says), "{refusal}");
    }
}

fn noted(on: &str) -> Milestone {
    milestone(on, "It was noted.", Detail::Noted {})
}

fn signed(on: &str) -> Milestone {
    let signings = vec![Signing { on: on.parse().unwrap(), place: None, signatories: vec!["A minister".to_owned()] }];
    milestone(on, "It was signed.", Detail::Signed { signings })
}

fn notice(on: &str, closes: Option<&str>) -> Milestone {
    let comments_close_on = closes.map(|day| day.parse().unwrap());
    let purpose = NoticePurpose::Negotiation;
    milestone(
        on,
        "A notice.",
        Detail::NoticePublished { purpose, document_number: None, citation: None, comments_close_on },
    )
}

fn refine(name: &str, on: &str) -> Command {
    let refined = MilestoneDateRefined {
        milestone: milestone_of(name),
        occurred: on.parse().unwrap(),
        evidence: Evidence::Stated,
        sources: vec![source("A better source")],
    };
    command("refine", "rdp/RO", Intent::RefineDate(refined))
}

fn correct(name: &str, content: Milestone, why: &str) -> Command {
    let sources = vec![source("A better source")];
    let corrected = MilestoneCorrected { milestone: milestone_of(name), content, sources, why: why.to_owned() };
    command("correct", "rdp/RO", Intent::CorrectMilestone(corrected))
}

fn retract(name: &str) -> Command {
    let retracted = MilestoneRetracted { milestone: milestone_of(name), why: "It never happened.".to_owned() };
    command("retract", "rdp/RO", Intent::RetractMilestone(retracted))
}

fn from_sources(sources: Vec<Source>) -> Command {
    let recorded = depositary::domain::event::MilestoneRecorded { milestone: noted("2020"), sources };
    command("sources", "rdp/RO", Intent::RecordMilestone(recorded))
}

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
fn what_ends_something_of_which_nothing_tells_is_let_in_with_a_warning() {
    let resumed = record("r", "rdp/RO", milestone("2020", "Resumed.", Detail::Resumed {}));
    let in_force = given([open("rdp/RO"), record("a", "rdp/RO", signed("2010-01-01"))]);
    in_force.when(&resumed).then_warned("PROVES_WHAT_IT_ENDED");
    let suspended = milestone("2015", "Suspended.", Detail::Suspended {});
    given([open("rdp/RO"), record("a", "rdp/RO", signed("2010-01-01")), record("s", "rdp/RO", suspended)])
        .when(&resumed)
        .then("milestone_recorded");
    let delisted = record("d", "rdp/RO", milestone("2020", "Delisted.", Detail::Delisted {}));
    in_force.when(&delisted).then_warned("PROVES_WHAT_IT_ENDED");
    let seen = Detail::Observed { seen: Seen::Listing(vec![Listing::Blanket]) };
    given([open("rdp/RO"), record("o", "rdp/RO", milestone("2015", "Seen.", seen))])
        .when(&delisted)
        .then("milestone_recorded");
    let listed = milestone("2020", "Listed.", Detail::Listed { listing: Listing::Blanket });
    given([open("sosa/RO")])
        .when(&record("l", "sosa/RO", listed))
        .then_refused("IMPOSSIBLE", "instrument `sosa` has no listing");
}

#[test]
fn what_is_merely_unusual_is_recorded_with_a_warning() {
    let opened = given([open("rdp/RO")]);
    opened.when(&record("a", "rdp/RO", signed("2020-01-01"))).then_warned("NO_NOTICE");
    opened
        .when(&record("a", "rdp/RO", milestone("2020", "x", Detail::Renewed { until: None })))
        .then_warned("BEGINNING_NOT_TOLD");
    opened.when(&record("a", "rdp/RO", milestone("2020", "x", Detail::Expired {}))).then_warned("BEGINNING_NOT_TOLD");
    let listed = milestone("2020", "x", Detail::Listed { listing: Listing::Blanket });
    opened.when(&record("a", "rdp/RO", listed)).then_warned("LISTED_BEFORE_CONCLUDED");
    let twice = given([
        open("rdp/RO"),
        record("n", "rdp/RO", notice("2019", None)),
        record("a", "rdp/RO", signed("2020-01-01")),
    ]);
    twice.when(&record("b", "rdp/RO", signed("2020-01-01"))).then_warned("LOOKS_RECORDED");
    twice.when(&record("b", "rdp/RO", signed("2021-01-01"))).then("milestone_recorded");
    let tells =
        Some(depositary::domain::source::Telling { date: "2020-02".parse().unwrap(), evidence: Evidence::Stated });
    opened
        .when(&from_sources(vec![Source { tells, ..source("Another month") }]))
        .then_warned("SOURCES_TELL_ANOTHER_DATE");
}

fn linked(url: &str) -> Command {
    from_sources(vec![Source { url: Some(url.to_owned()), ..source("x") }])
}

#[test]
fn nobody_opens_an_agreement_of_the_united_states() {
    given([]).when(&open("rdp/US")).then_refused("INVALID_FIELD", "is the United States");
}

#[test]
fn a_link_with_a_parameter_that_opens_something_is_refused_and_the_parameter_is_named() {
    let opened = given([open("rdp/RO")]);
    for name in ["access_token", "api_key", "sig", "jsessionid", "PHPSESSID", "jwt", "X-Amz-Security-Token", "sid"] {
        for link in [format!("?page=2&{name}=1"), format!("a;{name}=1"), format!("#{name}=1")] {
            opened.when(&linked(&format!("https://example.org/{link}"))).then_refused("INVALID_FIELD", name);
        }
    }
}

#[test]
fn a_link_without_a_secret_is_let_in_whatever_else_it_has() {
    let opened = given([open("rdp/RO")]);
    for url in [
        "https://example.org/@press/a?key=1&page=2#token",
        "https://example.org/?q=a:b@c",
        "https://example.org/?token=",
    ] {
        opened.when(&linked(url)).then("milestone_recorded");
    }
}

#[test]
fn every_field_is_checked_and_named() {
    let opened = given([open("rdp/RO")]);
    let cases: Vec<(Command, &str, &str)> = vec![
        (from_sources(vec![]), "sources", "at least one source"),
        (
            from_sources(vec![Source { url: Some("ftp://example.org".to_owned()), ..source("x") }]),
            "sources[0].url",
            "http or https",
        ),
        (
            from_sources(vec![source("x"), Source { url: Some("https://".to_owned()), ..source("y") }]),
            "sources[1].url",
            "http or https",
        ),
        (from_sources(vec![Source { title: " ".to_owned(), ..source("x") }]), "sources[0].title", "is empty"),
        (
            linked("https://web.archive.org/web/2020/https://u:s3cret@example.org/"),
            "sources[0].url",
            "name or password",
        ),
        (linked("https://example.org/?url=https%3A%2F%2Fu%3As3cret%40h%2F"), "sources[0].url", "name or password"),
        (linked("https://example.org/?a=1&Access_Token=s3cret"), "sources[0].url", "has `Access_Token` in it"),
        (linked("https://example.org/#password=s3cret"), "sources[0].url", "has `password` in it"),
        (
            record(
                "a",
                "rdp/RO",
                Milestone { summary: "See https://u:s3cret@example.org/x".to_owned(), ..noted("2020") },
            ),
            "summary",
            "name or password",
        ),
        (
            from_sources(vec![Source { citation: Some("a\u{0}b".to_owned()), ..source("x") }]),
            "sources[0].citation",
            "control characters",
        ),
        (
            record("a", "rdp/RO", Milestone { summary: "x".repeat(2_001), ..noted("2020") }),
            "summary",
            "longer than 2000",
        ),
        (
            record("a", "rdp/RO", Milestone { summary: "bell\u{7}".to_owned(), ..noted("2020") }),
            "summary",
            "control characters",
        ),
        (record("a", "rdp/RO", notice("2020-05-01", Some("2020-04-30"))), "comments_close_on", "before the notice"),
        (
            record("a", "rdp/RO", milestone("2020", "x", Detail::Signed { signings: vec![] })),
            "signings",
            "at least one",
        ),
        (
            record("a", "rdp/RO", Milestone { occurred: "2020-01-02".parse().unwrap(), ..signed("2020-01-01") }),
            "occurred",
            "last one dates",
        ),
        (
            record("a", "rdp/RO", milestone("2020", "x", Detail::Renewed { until: Some("2019".parse().unwrap()) })),
            "until",
            "lies before",
        ),
        (
            record("a", "rdp/RO", milestone("2020", "x", Detail::Listed { listing: Listing::Unlisted })),
            "listing",
            "delisted",
        ),
        (
            record("a", "rdp/RO", milestone("2020", "x", Detail::DeterminationMade { scope: Some(Listing::Unlisted) })),
            "scope",
            "blanket or case",
        ),
        (
            record("a", "rdp/RO", milestone("2020", "x", Detail::Observed { seen: Seen::Listing(vec![]) })),
            "seen",
            "no value",
        ),
    ];
    for (command, field, says) in cases {
        let decided = opened.when(&command);
        decided.then_refused("INVALID_FIELD", says);
        assert_eq!(decided.0.unwrap_err().place(), Some(field));
    }
}

#[test]
fn what_is_resumed_or_delisted_again_proves_what_it_ended() {
    let of = |on: &str, detail: Detail| milestone(on, "It happened.", detail);
    let history = |milestones: &[Milestone]| {
        let named = (0..).zip(milestones.iter().cloned());
        let records = named.map(|(number, milestone)| record(&format!("m{number}"), "rdp/RO", milestone));
        given(std::iter::once(open("rdp/RO")).chain(records))
    };
    let resumed = |on: &str| record("again", "rdp/RO", of(on, Detail::Resumed {}));
    let once = [of("2015-01-01", Detail::Suspended {}), of("2016-01-01", Detail::Resumed {})];
    history(&once).when(&resumed("2017-01-01")).then_warned("PROVES_WHAT_IT_ENDED");
    history(&once).when(&resumed("2014-12-31")).then_warned("PROVES_WHAT_IT_ENDED");
    history(&once).when(&resumed("2016-01-01")).then_warned("LOOKS_RECORDED");
    history(&once).when(&resumed("2015")).then("milestone_recorded");
    let twice = [once.as_slice(), &[of("2018", Detail::Suspended {})]].concat();
    history(&twice).when(&resumed("2019-01-01")).then("milestone_recorded");
    let delisted = |on: &str| record("again", "rdp/RO", of(on, Detail::Delisted {}));
    let gone =
        [of("2010-01-01", Detail::Listed { listing: Listing::CaseByCase }), of("2012-01-01", Detail::Delisted {})];
    history(&gone).when(&delisted("2013-01-01")).then_warned("PROVES_WHAT_IT_ENDED");
    let back =
        [gone.as_slice(), &[of("2014", Detail::Observed { seen: Seen::Listing(vec![Listing::Blanket]) })]].concat();
    history(&back).when(&delisted("2015-01-01")).then("milestone_recorded");
    let never = [of("2010-01-01", Detail::Observed { seen: Seen::Listing(vec![Listing::Unlisted]) })];
    history(&never).when(&delisted("2015-01-01")).then_warned("PROVES_WHAT_IT_ENDED");
    // A milestone does not stand in the way of its own correction.
    let why = "It was a year later.";
    let corrected = correct("m1", of("2017-01-01", Detail::Resumed {}), why);
    history(&once).when(&corrected).then("milestone_corrected");
}

#[test]
fn no_part_of_a_milestone_lies_in_the_future_where_it_tells_of_the_past() {
    let opened = given([open("rdp/RO"), record("a", "rdp/RO", noted("2026"))]);
    let refused = |command: &Command, place: &str| {
        let decided = opened.when(command);
        decided.then_refused("IN_THE_FUTURE", "lies after today, 2026-11-24");
        assert_eq!(decided.0.unwrap_err().place(), Some(place));
    };
    let signing = Signing { on: "2026-12-20".parse().unwrap(), place: None, signatories: vec![] };
    refused(
        &record("s", "rdp/RO", milestone("2026", "x", Detail::Signed { signings: vec![signing] })),
        "signings[0].on",
    );
    let tells = Some(Telling { date: "2027".parse().unwrap(), evidence: Evidence::Stated });
    let foretold = Source { tells, ..source("A forecast") };
    refused(&from_sources(vec![source("x"), foretold.clone()]), "sources[1].tells");
    let added = SourceAdded { milestone: milestone_of("a"), source: foretold };
    refused(&command("add", "rdp/RO", Intent::AddSource(added)), "sources[0].tells");
    refused(&refine("a", "2026-11-25"), "occurred");
    opened.when(&refine("a", "2026-11-24")).then("milestone_date_refined");
}

#[test]
fn a_day_beyond_four_digits_is_refused_by_its_field() {
    let far: chrono::NaiveDate = "+12345-01-01".parse().unwrap();
    let opened = given([open("rdp/RO")]);
    let purpose = NoticePurpose::Renewal;
    let notice =
        Detail::NoticePublished { purpose, document_number: None, citation: None, comments_close_on: Some(far) };
    let published = Source { published_on: Some(far), ..source("x") };
    for (command, field) in [
        (record("n", "rdp/RO", milestone("2020", "x", notice)), "comments_close_on"),
        (from_sources(vec![published]), "sources[0].published_on"),
    ] {
        let decided = opened.when(&command);
        decided.then_refused("INVALID_FIELD", "year of four digits");
        assert_eq!(decided.0.unwrap_err().place(), Some(field));
    }
}

#[test]
fn a_refinement_that_its_sources_do_not_bear_out_is_told() {
    let tells = |date: &str| Some(Telling { date: date.parse().unwrap(), evidence: Evidence::Stated });
    let disputed = MilestoneRecorded {
        milestone: noted("2020-05"),
        sources: vec![
            Source { tells: tells("2020-05"), ..source("The record") },
            Source { tells: tells("2021-01"), reliability: Reliability::Secondary, ..source("A report") },
        ],
    };
    let given = given([open("rdp/RO"), command("a", "rdp/RO", Intent::RecordMilestone(disputed))]);
    // The record of May stands against a report, however narrow.
    let mut narrow = MilestoneDateRefined {
        milestone: milestone_of("a"),
        occurred: "2020-05-17".parse().unwrap(),
        evidence: Evidence::Stated,
        sources: vec![Source { reliability: Reliability::Secondary, ..source("Another report") }],
    };
    given.when(&command("r", "rdp/RO", Intent::RefineDate(narrow.clone()))).then_warned("SOURCES_TELL_ANOTHER_DATE");
    narrow.sources[0].reliability = Reliability::Primary;
    given.when(&command("r", "rdp/RO", Intent::RefineDate(narrow.clone()))).then("milestone_date_refined");
    let doubtful = MilestoneDateRefined { evidence: Evidence::Suspect, ..narrow };
    let decided = given.when(&command("r", "rdp/RO", Intent::RefineDate(doubtful)));
    decided.then_refused("INVALID_FIELD", "is suspect; a doubtful date refines none that is not");
    assert_eq!(decided.0.unwrap_err().place(), Some("evidence"));
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
