//! Do the rules hold where dates are uncertain and evidence crosses them? One constructed history a case.
//!
//! What real history shows is in `statuses`; these are the histories that it does not show, or not yet.

use depositary::domain::command::{Command, Intent};
use depositary::domain::event::{MilestoneDateRefined, MilestoneRecorded, Recorded, SourceAdded};
use depositary::domain::ids::Position;
use depositary::domain::milestone::{Detail, Milestone, Seen};
use depositary::domain::source::{Source, Telling};
use depositary::domain::words::{Evidence, Headline, Listing, MilestoneKind, NoticePurpose, Reliability, Standing};
use depositary::projections::history::History;
use depositary::projections::knowledge::Knowledge;
use depositary::projections::rows::Rows;
use depositary::projections::sentence::{Viewpoint, sentence};
use depositary::projections::status::{Facet, Rule, Status};
use depositary::projections::watched::Watched;
use depositary::projections::worlds::Worlds;
use depositary::projections::{days::median, durations::durations};
use testkit::facts::{command, id, instruments, milestone, milestone_of, open, record, source};
use testkit::statuses::{bundled, day, made, made_of, notice, on, recorded, seen, signed, status_of, words};

fn stood(values: &[Standing]) -> Detail {
    Detail::Observed { seen: Seen::Standing(values.to_vec()) }
}

fn entered(until: Option<&str>) -> Detail {
    Detail::EnteredIntoForce { until: until.map(|until| until.parse().unwrap()) }
}

fn listed() -> Detail {
    Detail::Listed { listing: Listing::Blanket }
}

fn status(events: &[Recorded], day: &str) -> Status {
    status_of(events, instruments().load("rdp").unwrap(), day)
}

fn steps(events: &[Recorded]) -> Worlds {
    let instruments = instruments();
    let instrument = instruments.load("rdp").unwrap();
    History::of(events, instrument).worlds(&Knowledge::at(Position(u64::MAX)), instrument).into_owned()
}

/// The stream that these commands about Romania leave.
fn stream(commands: impl IntoIterator<Item = Command>) -> Vec<Recorded> {
    recorded(std::iter::once(open("rdp/RO")).chain(commands)).remove(&id("rdp/RO")).unwrap()
}

#[test]
fn a_signature_of_uncertain_date_is_not_undone_by_what_was_seen_before_its_last_day() {
    let events = made(&[signed("[2014-03-15..2016-08-02]"), ("2015-06-01", stood(&[Standing::NotConcluded]))]);
    assert_eq!(on(&events, "2014-12-31"), "not_concluded / unlisted / not_started", "or it would not be so later");
    assert_eq!(on(&events, "2015-06-01"), "not_concluded / unlisted / not_started");
    assert_eq!(on(&events, "2015-06-02"), "not_concluded|in_force / unlisted / not_started|in_force");
    assert_eq!(on(&events, "2016-08-02"), "in_force / unlisted / in_force");
    assert_eq!(on(&events, "2020-01-01"), "in_force / unlisted / in_force");
}

#[test]
fn a_change_of_listing_of_uncertain_date_comes_after_the_last_sight_of_the_old_one() {
    let events = made(&[
        signed("2000-01-01"),
        ("2005-01-01", seen(&[Listing::CaseByCase])),
        ("[2011-01-01..2013-12-31]", Detail::ListingChanged { listing: Listing::Blanket }),
        ("2012-06-01", seen(&[Listing::CaseByCase])),
    ]);
    let listing = |day: &str| words(status(&events, day).listings);
    assert_eq!(listing("2011-06-01"), "case_by_case");
    assert_eq!(listing("2012-06-02"), "case_by_case|blanket");
    assert_eq!(listing("2013-12-31"), "blanket");
}

#[test]
fn what_something_else_explains_moves_nothing() {
    let events = made(&[
        signed("2000-01-01"),
        ("[2011-01-01..2013-12-31]", listed()),
        ("2011-07-01", Detail::Delisted {}),
        ("2012-06-01", seen(&[Listing::Unlisted])),
    ]);
    // It may have been listed in the first half of 2011, and taken off before it was seen so.
    assert_eq!(words(status(&events, "2011-03-01").listings), "unlisted|blanket");
    let shown = made(&[
        signed("2000-01-01"),
        ("[2011-01-01..2013-12-31]", listed()),
        ("2011-07-01", seen(&[Listing::Blanket])),
        ("2012-06-01", seen(&[Listing::Unlisted])),
    ]);
    assert_eq!(words(status(&shown, "2011-07-01").listings), "blanket", "it was seen to have happened");
    assert_eq!(words(status(&shown, "2012-06-01").listings), "unlisted");
    assert_eq!(words(status(&shown, "2014-01-01").listings), "unlisted", "and undone since");
}

#[test]
fn an_entry_into_force_of_the_year_is_that_of_the_signature_in_it() {
    let events = made(&[signed("2015-06-01"), ("2015", entered(None))]);
    assert_eq!(on(&events, "2015-05-31"), "not_concluded / unlisted / not_started");
    assert_eq!(on(&events, "2015-06-01"), "signed|in_force / unlisted / signed|in_force");
    assert_eq!(on(&events, "2015-12-31"), "in_force / unlisted / in_force");
    assert_eq!(status(&events, "2016-01-01").round, Some(1), "it is not a second agreement");
}

#[test]
fn the_entry_into_force_of_a_year_is_that_of_the_signature_before_or_of_the_one_in_it() {
    let events = made(&[signed("1991-01-01"), ("2015", entered(None)), signed("2015-06-01")]);
    // The entry is that of the one signature or of the other, which is then in force at once by rule.
    assert_eq!(on(&events, "2014-12-31"), "signed|in_force / unlisted / signed|in_force");
    assert_eq!(on(&events, "2015-03-01"), "signed|in_force / unlisted / signed|in_force");
    assert_eq!(status(&events, "2015-06-01").round, Some(2), "the signature of that day is of the next");
    assert_eq!(words(status(&events, "2016-01-01").standings), "in_force");
}

#[test]
fn comments_close_after_the_notice_that_asks_for_them() {
    let events = made(&[("2020-02-10", notice(NoticePurpose::Negotiation)), ("2020-02", Detail::CommentsClosed {})]);
    assert_eq!(on(&events, "2020-02-09"), "not_concluded / unlisted / not_started");
    assert_eq!(on(&events, "2020-02-15"), "not_concluded / unlisted / consultation|review");
    let review = status(&events, "2020-03-01");
    assert_eq!(words(review.stages), "review");
    assert!(review.because.iter().all(|reason| reason.rule != Some(Rule::UsualWindow)), "the closing is told");
}

#[test]
fn a_delisted_country_is_in_force_and_not_listed_and_has_no_round_to_wait_in() {
    for first in [seen(&[Listing::Blanket]), listed()] {
        let events = made(&[("2010-01-01", first), ("2012-01-01", Detail::Delisted {})]);
        assert_eq!(on(&events, "2011-12-31"), "in_force / blanket / listed");
        assert_eq!(on(&events, "2012-01-01"), "in_force / unlisted / in_force");
    }
    let events = made(&[signed("2000-01-01"), ("2001-01-01", listed()), ("2012-01-01", Detail::Delisted {})]);
    assert!(status(&events, "2000-06-01").waiting.is_some(), "it waits for its listing");
    assert_eq!(status(&events, "2020-01-01").waiting, None, "its only round was complete in 2001");
}

#[test]
fn a_renewal_belongs_to_the_round_that_it_completes_even_where_it_proves_the_one_before() {
    let events =
        made(&[("2008-01-01", notice(NoticePurpose::Renewal)), ("2010-01-01", Detail::Renewed { until: None })]);
    let instruments = instruments();
    let rows = Rows::of(&events, instruments.load("rdp").unwrap()).unwrap();
    assert_eq!(rows.milestones.iter().map(|row| row.round).collect::<Vec<_>>(), [Some(2), Some(2)]);
    let days = durations(&steps(&events), MilestoneKind::NoticePublished, MilestoneKind::Renewed);
    assert_eq!(days.iter().map(|one| (one.round, one.days.exact())).collect::<Vec<_>>(), [(2, Some(731))]);
}

#[test]
fn a_term_ends_with_its_last_day_unless_something_says_that_it_went_on() {
    let until = |more: &[(&str, Detail)]| {
        let first = [signed("2000-01-01"), ("2000-02-01", entered(Some("2005-12-31")))];
        made(&first.into_iter().chain(more.iter().cloned()).collect::<Vec<_>>())
    };
    let standing = |events: &[Recorded], day: &str| words(status(events, day).standings);
    let alone = until(&[]);
    assert_eq!(standing(&alone, "2005-12-31"), "in_force");
    assert_eq!(standing(&alone, "2006-01-01"), "in_force|expired");
    assert_eq!(status(&alone, "2006-01-01").headlines.certain(), None);
    let seen_on = until(&[("2008-01-01", stood(&[Standing::InForce]))]);
    assert_eq!(standing(&seen_on, "2007-12-31"), "in_force|expired");
    assert_eq!(standing(&seen_on, "2008-01-01"), "in_force");
    let renewed = until(&[("2005-06-01", Detail::Renewed { until: Some("2010-12-31".parse().unwrap()) })]);
    assert_eq!(standing(&renewed, "2006-01-01"), "in_force");
    assert_eq!(standing(&renewed, "2011-01-01"), "in_force|expired");
    let expired = until(&[("2006-01-01", Detail::Expired {}), signed("2009-01-01")]);
    assert_eq!(standing(&expired, "2006-01-01"), "expired");
    assert_eq!(standing(&expired, "2009-01-01"), "in_force");
    assert_eq!(status(&expired, "2009-01-01").round, Some(2));
}

#[test]
fn a_term_whose_last_day_has_an_open_beginning_ends_after_it_began() {
    for until in ["[..2005-12-31]", "[1990..2005-12-31]"] {
        let events = made(&[signed("2000-01-01"), ("2000-02", entered(Some(until)))]);
        let standing = |day: &str| words(status(&events, day).standings);
        assert_eq!(standing("2000-02-01"), "signed|in_force|expired", "{until}: it may have ended as it began");
        assert_eq!(standing("2000-02-29"), "in_force|expired", "{until}: it may have been for a day");
        assert_eq!(standing("2006-01-01"), "in_force|expired", "{until}");
        let worlds = steps(&events);
        let ends = worlds.standing_by(worlds.on(day("2006-01-01")).unwrap());
        let ends: Vec<_> = ends.filter(|by| by.rule == Some(Rule::TermPassed)).filter_map(|by| by.when).collect();
        assert_eq!(ends, ["[2000-02-01..2006-01-01]".parse().unwrap()]);
        let watched = Watched::of(&worlds);
        assert_eq!(watched.deadlines.len(), 1, "{until}: a day that is coming");
    }
}

#[test]
fn a_term_for_ever_keeps_every_day_writable_in_four_digits() {
    let events = made(&[signed("2000-01-01"), ("2000-02-01", entered(Some("9999-12-31")))]);
    assert_eq!(words(status(&events, "2026-11-24").standings), "in_force");
    let rows = Rows::of(&events, instruments().load("rdp").unwrap()).unwrap();
    let days = rows.periods.iter().filter_map(|period| period.from_day);
    assert!(days.into_iter().all(|day| day <= depositary::domain::time::LAST_DAY), "it would sort before all others");
}

#[test]
fn a_renewal_that_was_given_up_leaves_the_agreement_in_force() {
    let events = made(&[
        signed("2000-01-01"),
        ("2005-01-01", listed()),
        ("2010-01-01", notice(NoticePurpose::Renewal)),
        ("2011-01-01", Detail::Withdrawn {}),
    ]);
    assert_eq!(on(&events, "2010-12-31"), "in_force / blanket / review");
    assert!(status(&events, "2020-01-01").waiting.is_none());
    let given_up = status(&events, "2011-01-01");
    assert_eq!((words(given_up.stages), given_up.round), ("not_started".to_owned(), Some(2)));
    assert_eq!(given_up.headlines.certain(), Some(Headline::InForce));
}

#[test]
fn on_one_day_an_end_comes_before_a_beginning_and_a_milestone_before_what_was_seen() {
    let events = made(&[
        ("2010-01-01", stood(&[Standing::InForce])),
        ("2010-01-01", Detail::Listed { listing: Listing::CaseByCase }),
        signed("2010-01-01"),
        ("2020-01-01", seen(&[Listing::Blanket])),
        ("2020-01-01", Detail::ListingChanged { listing: Listing::Blanket }),
        ("2020-01-01", Detail::Renewed { until: None }),
        ("2020-01-01", Detail::Expired {}),
    ]);
    assert_eq!(on(&events, "2010-01-01"), "in_force / case_by_case / listed");
    assert_eq!(on(&events, "2019-12-31"), "in_force / case_by_case / listed", "what was seen is what was changed to");
    assert_eq!(on(&events, "2020-01-01"), "in_force / blanket / listed");
}

#[test]
fn a_doubtful_milestone_decides_once_a_better_source_refines_it() {
    let doubtful = Milestone { evidence: Evidence::Suspect, ..milestone("2010", "x", Detail::IntentAnnounced {}) };
    let refined = |evidence| {
        let sources = vec![source("A better source")];
        let occurred = "2010-05-01".parse().unwrap();
        let refined = MilestoneDateRefined { milestone: milestone_of("m"), occurred, evidence, sources };
        command("refine", "rdp/RO", Intent::RefineDate(refined))
    };
    let added = || {
        let tells = Some(Telling { date: "2010-05-01".parse().unwrap(), evidence: Evidence::Stated });
        let source = Source { tells, ..source("Says so") };
        command("add", "rdp/RO", Intent::AddSource(SourceAdded { milestone: milestone_of("m"), source }))
    };
    let stage = |more: Command| {
        let events = stream([record("m", "rdp/RO", doubtful.clone()), more]);
        let rows = Rows::of(&events, instruments().load("rdp").unwrap()).unwrap();
        (words(status(&events, "2010-12-31").stages), rows.milestones[0].evidence)
    };
    assert_eq!(stage(refined(Evidence::Stated)), ("intent".to_owned(), Evidence::Stated));
    assert_eq!(stage(refined(Evidence::Suspect)), ("not_started".to_owned(), Evidence::Suspect));
    assert_eq!(stage(added()), ("not_started".to_owned(), Evidence::Suspect), "evidence is a part of the milestone");
}

#[test]
fn tellings_that_overlap_give_what_all_allow_and_others_give_way_in_order() {
    let told = |date: &str, reliability, evidence, published: Option<&str>| Source {
        reliability,
        published_on: published.map(day),
        tells: Some(Telling { date: date.parse().unwrap(), evidence }),
        ..source("One that tells")
    };
    let (primary, secondary) = (Reliability::Primary, Reliability::Secondary);
    let (stated, inferred, suspect) = (Evidence::Stated, Evidence::Inferred, Evidence::Suspect);
    let cases = [
        (
            "overlap",
            vec![told("2020-02", secondary, stated, None), told("[2020-02-20..2020-03-05]", primary, stated, None)],
            "[2020-02-20..2020-02-29]",
        ),
        (
            "primary",
            vec![told("2020-02-20", secondary, stated, None), told("2020-03", primary, inferred, None)],
            "2020-03",
        ),
        (
            "stated",
            vec![told("2020-02-20", primary, inferred, None), told("2020-03", primary, stated, None)],
            "2020-03",
        ),
        ("narrower", vec![told("2020", primary, stated, None), told("2021-03", primary, stated, None)], "2021-03"),
        (
            "later published",
            vec![
                told("2020-01-01", primary, stated, Some("2020-02-01")),
                told("2020-01-02", primary, stated, Some("2020-03-01")),
            ],
            "2020-01-02",
        ),
        (
            "a dated one",
            vec![told("2020-01-01", primary, stated, Some("2020-02-01")), told("2020-01-02", primary, stated, None)],
            "2020-01-01",
        ),
        (
            "the best disagree",
            vec![told("2020-01-01", primary, stated, None), told("2020-01-05", primary, stated, None)],
            "[2020-01-01..2020-01-05]",
        ),
        (
            "a suspect one is left out",
            vec![told("2020-01-01", primary, suspect, None), told("2020-01-05", secondary, inferred, None)],
            "2020-01-05",
        ),
    ];
    for (case, sources, date) in cases {
        let milestone = milestone("2020-01", "x", Detail::IntentAnnounced {});
        let events =
            stream([command("m", "rdp/RO", Intent::RecordMilestone(MilestoneRecorded { milestone, sources }))]);
        assert_eq!(steps(&events).known.facts[0].occurred.to_string(), date, "{case}");
    }
}

#[test]
fn the_factor_is_told_where_every_possible_listing_gives_the_same() {
    let instruments = instruments();
    let factor = |seen_values: &[Listing]| {
        let events = made(&[signed("2000-01-01"), ("2010-01-01", seen(seen_values))]);
        status(&events, "2010-01-01").evaluation_factor_percent(instruments.load("rdp").unwrap())
    };
    assert_eq!(factor(&[Listing::Blanket]), Some(0));
    assert_eq!(factor(&[Listing::CaseByCase]), Some(50));
    assert_eq!(factor(&[Listing::CaseByCase, Listing::Blanket]), None);
    let streams = bundled();
    let (sosa, latvia) = (instruments.load("sosa").unwrap(), &streams[&id("sosa/LV")]);
    assert_eq!(status_of(latvia, sosa, "2026-11-24").evaluation_factor_percent(sosa), None, "it has no listing");
}

#[test]
fn a_status_says_why_and_how_sure_and_that_a_future_day_is_no_forecast() {
    let inferred =
        Milestone { evidence: Evidence::Inferred, ..milestone("2010-01-01", "x", seen(&[Listing::Blanket])) };
    let events = made_of([milestone("2000-01-01", "signed", signed("2000-01-01").1), inferred]);
    let then = status(&events, "2030-01-01");
    let listing: Vec<_> = then.because.iter().filter(|reason| reason.facet == Facet::Listing).collect();
    assert!(listing.iter().all(|reason| reason.evidence == Some(Evidence::Inferred)), "{listing:?}");
    let country = id("rdp/RO").country;
    let says = sentence(&then, country, instruments().load("rdp").unwrap(), &Viewpoint::of(day("2026-11-24")));
    for part in [
        "If nothing new happens, Romania is a qualifying country (DFARS 225.872-1(a)): it is on the list on 1 January 2030",
        "signed on 1 January 2000, counts as in force from its signature",
        "no evaluation factor",
        "Its place on the list is inferred",
        "The newest list on record that names it, by inference, is of 1 January 2010",
    ] {
        assert!(says.contains(part), "`{part}` is not in: {says}");
    }
}

#[test]
fn from_ever_a_sentence_has_no_day() {
    let events = made(&[signed("2000-01-01")]);
    let (instruments, country) = (instruments(), id("rdp/RO").country);
    let ever = status_of(&events, instruments.load("rdp").unwrap(), "-262143-01-01");
    assert_eq!(ever.on(), None);
    let says = sentence(&ever, country, instruments.load("rdp").unwrap(), &Viewpoint::of(day("2026-11-24")));
    assert!(
        says.starts_with("Nothing on record shows Romania as a qualifying country (DFARS 225.872-1): no list of that time is on record."),
        "{says}"
    );
}

#[test]
fn a_median_is_the_middle_or_the_mean_of_the_middle_two() {
    assert_eq!(median(vec![]), None);
    assert_eq!(median(vec![7]), Some(7.0));
    assert_eq!(median(vec![9, 1, 5]), Some(5.0));
    assert_eq!(median(vec![9, 1, 5, 6]), Some(5.5));
}
