//! What is recorded with a warning, since nothing of the record bears it out?

use depositary::domain::command::Intent;
use depositary::domain::event::{MilestoneDateRefined, MilestoneRecorded};
use depositary::domain::milestone::{Detail, Milestone, Seen};
use depositary::domain::source::{Source, Telling};
use depositary::domain::words::{Evidence, Listing, Reliability};
use testkit::facts::{command, milestone, milestone_of, open, record, source};

use super::given::{correct, from_sources, given, noted, notice, signed};

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
