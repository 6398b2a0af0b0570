//! Do the rules of `docs/rules.md` give the right status? The irregular cases of real history, then one constructed history a rule.

use chrono::NaiveDate;
use depositary::domain::ids::Position;
use depositary::domain::milestone::{Detail, Milestone};
use depositary::domain::words::{Evidence, Headline, Listing, NoticePurpose, Stage, Standing};
use depositary::projections::history::History;
use depositary::projections::knowledge::{Basis, Knowledge};
use depositary::projections::status::{Rule, Status, status_at};
use depositary::projections::timeline::periods;
use testkit::facts::{id, instruments, milestone};
use testkit::statuses::{bundled, day, made, made_of, notice, on, seen, signed, status_of, told, words};

/// A bundled agreement's status on a day.
fn real(agreement: &str, on: &str) -> Status {
    let (id, instruments) = (id(agreement), instruments());
    let streams = bundled();
    status_of(streams.get(&id).map_or(&[], Vec::as_slice), instruments.find(&id.instrument).unwrap(), on)
}

#[test]
fn expired_and_yet_listed() {
    let italy = real("rdp/IT", "2025-11-20");
    assert_eq!(told(&italy), "expired / blanket / review");
    assert_eq!(italy.headlines.certain(), Some(Headline::Expired));
    assert_eq!(told(&real("rdp/IT", "2019-06-01")), "in_force|expired / blanket / listed");
    assert!(real("rdp/IT", "2026-11-24").waiting.unwrap().stalled, "its renewal has waited since 2025-04-19");
}

#[test]
fn a_new_agreement_without_a_change_of_the_regulation() {
    let austria = real("rdp/AT", "2025-11-20");
    assert_eq!(told(&austria), "in_force / case_by_case / listed");
    assert_eq!(austria.round, Some(2), "a renewal needs no listing to be complete");
    assert!(austria.waiting.is_none());
}

#[test]
fn a_move_between_paragraphs() {
    assert_eq!(words(real("rdp/FI", "2010-06-07").listings), "case_by_case");
    assert_eq!(words(real("rdp/FI", "2010-06-08").listings), "blanket");
}

#[test]
fn two_signatures_on_two_days_and_a_chain_of_three_agreements() {
    assert_eq!(words(real("rdp/FI", "2018-11-25").stages), "review");
    let signed = real("rdp/FI", "2018-11-26");
    assert_eq!(told(&signed), "in_force / blanket / signed", "signing takes nothing from the agreement before");
    assert_eq!((signed.round, real("rdp/FI", "2000-01-01").round), (Some(3), Some(1)));
    assert_eq!(words(real("rdp/FI", "2019-10-03").stages), "listed");
    assert_eq!(words(real("rdp/FI", "2030-01-01").standings), "in_force|expired", "its term of ten years is over");
}

#[test]
fn a_term_that_is_over_without_further_evidence_leaves_both_possible() {
    assert_eq!(words(real("rdp/CH", "2010-12-31").standings), "in_force");
    let switzerland = real("rdp/CH", "2012-01-01");
    assert_eq!(told(&switzerland), "in_force|expired / blanket / listed");
    assert!(switzerland.because.iter().any(|reason| reason.rule == Some(Rule::TermPassed)));
}

#[test]
fn renewed_without_a_notice_between_bounds() {
    for (country, on) in [("PL", Some("2023-05-05")), ("LU", None), ("CZ", Some("2022-04-21"))] {
        let before = real(&format!("rdp/{country}"), "2018-12-31");
        let after = real(&format!("rdp/{country}"), "2024-12-20");
        assert_eq!((words(before.standings), words(after.standings)), ("in_force".to_owned(), "in_force".to_owned()));
        assert_eq!((before.round, after.round), (Some(1), Some(2)), "{country}");
        let Some(on) = on else {
            let during = real(&format!("rdp/{country}"), "2022-01-01");
            assert_eq!(during.round, None, "whether it was renewed by then is not told");
            continue;
        };
        let day_before = day(on).pred_opt().unwrap().to_string();
        let rounds = [day_before.as_str(), on].map(|on| real(&format!("rdp/{country}"), on).round);
        assert_eq!(rounds, [Some(1), Some(2)], "the day of the renewal is told");
    }
}

#[test]
fn signed_seven_days_after_comments_closed() {
    assert_eq!(words(real("rdp/LT", "2021-12-12").stages), "review");
    assert_eq!(told(&real("rdp/LT", "2021-12-13")), "in_force / unlisted / in_force");
    assert_eq!(told(&real("rdp/LT", "2022-03-18")), "in_force / blanket / listed");
}

#[test]
fn a_notice_about_feasibility_alone_and_a_signature_by_an_ambassador() {
    assert_eq!(told(&real("rdp/PL", "2011-09-07")), "not_concluded / unlisted / review");
    assert_eq!(told(&real("rdp/PL", "2011-09-08")), "in_force / unlisted|blanket / in_force|listed");
    assert_eq!(told(&real("rdp/PL", "2015-12-31")), "in_force / blanket / listed");
}

#[test]
fn the_press_said_signed_in_may_and_the_rule_says_september() {
    assert_eq!(told(&real("rdp/EE", "2016-06-01")), "not_concluded / unlisted / agreed");
    assert_eq!(told(&real("rdp/EE", "2016-09-22")), "not_concluded / unlisted / agreed");
    assert_eq!(told(&real("rdp/EE", "2016-09-23")), "in_force / unlisted / in_force");
    assert_eq!(told(&real("rdp/EE", "2016-12-22")), "in_force / blanket / listed");
}

#[test]
fn known_late_and_in_force_before_it_was_listed() {
    assert_eq!(told(&real("rdp/LV", "2017-06-30")), "in_force / unlisted / in_force");
    let streams = bundled();
    let instruments = instruments();
    let instrument = instruments.load("rdp").unwrap();
    let history = History::of(&streams[&id("rdp/LV")], instrument);
    let by_then = |known_at: &str| {
        let known_at = Some(known_at.parse().unwrap());
        let knowledge = Knowledge { position: Position(u64::MAX), basis: Basis::Published, known_at };
        told(&status_at(&history.worlds(&knowledge, instrument), instrument, day("2017-06-30")))
    };
    assert_eq!(by_then("2017-06-30T23:59:59Z"), "not_concluded / unlisted / review");
    assert_eq!(by_then("2017-12-27T23:59:59Z"), "not_concluded / unlisted / review");
    assert_eq!(by_then("2017-12-28T00:00:00Z"), "in_force / unlisted / in_force", "the rule tells the signature");
}

#[test]
fn bounds_instead_of_a_date_leave_both_sides_possible() {
    assert_eq!(told(&real("rdp/SI", "2015-01-01")), "not_concluded|in_force / unlisted / review|in_force");
    assert_eq!(
        told(&real("rdp/BE", "1990-01-01")),
        "not_concluded|in_force / unlisted|blanket / not_started|in_force|listed"
    );
    assert_eq!(
        told(&real("rdp/DK", "1990-01-01")),
        "not_concluded|in_force / unlisted|blanket / not_started|in_force|listed",
        "that it was listed when it came into force is not told"
    );
    assert_eq!(told(&real("rdp/AU", "1995-04-18")), "not_concluded / unlisted / not_started");
    assert_eq!(told(&real("rdp/CA", "1958-01-01")), "signed / unlisted|blanket / signed");
}

#[test]
fn candidates_that_stall_or_lapse() {
    let korea = real("rdp/KR", "2025-10-28").waiting.unwrap();
    assert_eq!((korea.stage, korea.days, korea.limit_days, korea.stalled), (Stage::Review, 581, Some(365), true));
    assert!(!real("rdp/KR", "2025-03-26").waiting.unwrap().stalled, "365 days are not over 365");
    assert!(real("rdp/KR", "2025-03-27").waiting.unwrap().stalled);
    assert!(real("rdp/UA", "2026-11-24").waiting.unwrap().stalled);
    assert!(!real("rdp/LT", "2021-12-12").waiting.unwrap().stalled);
    // Nobody told what became of Japan's renewal; the United Kingdom's third memorandum is signed.
    let japan = real("rdp/JP", "2026-11-24").waiting.unwrap();
    assert!(japan.outcome_unknown && !japan.stalled);
    assert_eq!(real("rdp/GB", "2026-11-24").waiting, None);
    // Of Argentina nothing was heard after its comments had closed.
    let argentina = real("rdp/AR", "2026-11-24");
    assert_eq!(told(&argentina), "not_concluded / unlisted / review");
    assert_eq!(argentina.last_evidence.unwrap().to_string(), "2005-09-30");
}

#[test]
fn suspect_years_never_decide_and_what_was_seen_does() {
    for country in ["NL", "SE"] {
        assert_eq!(words(real(&format!("sosa/{country}"), "2000-01-01").standings), "not_concluded|in_force");
        assert_eq!(words(real(&format!("sosa/{country}"), "2024-10-22").standings), "in_force");
    }
    assert_eq!(words(real("sosa/CA", "2021-08-10").standings), "not_concluded");
    assert_eq!(words(real("sosa/CA", "2022-01-01").standings), "not_concluded|in_force");
    assert_eq!(words(real("sosa/CA", "2024-10-22").standings), "in_force");
}

#[test]
fn every_reciprocal_agreement_on_2026_11_24() {
    let (streams, instruments) = (bundled(), instruments());
    let instrument = instruments.load("rdp").unwrap();
    let rows: Vec<String> = streams
        .iter()
        .filter(|(id, _)| id.instrument.as_str() == "rdp")
        .map(|(id, events)| {
            let status = status_of(events, instrument, "2026-11-24");
            let factor =
                status.evaluation_factor_percent(instrument).map_or("?".to_owned(), |percent| percent.to_string());
            let since = status.since.map_or("-".to_owned(), |since| since.to_string());
            let waits = match status.waiting {
                Some(waiting) if waiting.stalled => "stalled",
                Some(waiting) if waiting.outcome_unknown => "outcome unknown",
                Some(_) => "waits",
                None => "-",
            };
            format!(
                "{} | {} | {} | {} | {since} | {factor} | {waits}",
                id.country,
                words(status.headlines),
                words(status.listings),
                words(status.stages)
            )
        })
        .collect();
    insta::assert_snapshot!(rows.join("\n"));
}

#[test]
fn a_round_that_was_given_up_ends_without_reaching_anything_and_the_next_begins_anew() {
    let events = made(&[
        ("2010-01-01", Detail::IntentAnnounced {}),
        ("2010-02-01", notice(NoticePurpose::Negotiation)),
        ("2011-01-01", Detail::Withdrawn {}),
        ("2012-01-01", Detail::IntentAnnounced {}),
    ]);
    assert_eq!(on(&events, "2010-12-31"), "not_concluded / unlisted / review");
    assert_eq!(on(&events, "2011-06-01"), "not_concluded / unlisted / not_started");
    assert_eq!(on(&events, "2012-01-01"), "not_concluded / unlisted / intent");
}

#[test]
fn suspension_resumption_termination_and_a_signature_after_the_end() {
    let events = made(&[
        signed("2000-01-01"),
        ("2001-01-01", Detail::Suspended {}),
        ("2002-01-01", Detail::Resumed {}),
        ("2003-01-01", Detail::Terminated {}),
        signed("2004-01-01"),
    ]);
    let standings = ["2000-01-01", "2001-01-01", "2002-01-01", "2003-01-01", "2004-01-01"].map(|day| on(&events, day));
    let standings = standings.map(|told| told.split(' ').next().unwrap().to_owned());
    assert_eq!(standings, ["in_force", "suspended", "in_force", "terminated", "in_force"]);
}

#[test]
fn a_recorded_entry_into_force_overrides_the_rule_that_a_signature_is_enough() {
    let events = made(&[signed("2000-01-01"), ("2000-06-01", Detail::EnteredIntoForce { until: None })]);
    assert_eq!(on(&events, "2000-05-31"), "signed / unlisted / signed");
    assert_eq!(on(&events, "2000-06-01"), "in_force / unlisted / in_force");
}

#[test]
fn a_renewal_proves_an_earlier_agreement_but_not_since_when() {
    let events = made(&[("2010-01-01", Detail::Renewed { until: None })]);
    assert_eq!(on(&events, "2009-12-31"), "not_concluded|in_force / unlisted / not_started|in_force");
    assert_eq!(on(&events, "2010-01-01"), "in_force / unlisted / in_force");
    let instruments = instruments();
    let renewed = status_of(&events, instruments.load("rdp").unwrap(), "2010-01-01");
    assert_eq!(renewed.round, Some(2), "the agreement that was renewed is the first round");
    let expired = made(&[("2010-01-01", Detail::Expired {})]);
    assert_eq!(on(&expired, "2009-12-31"), "not_concluded|in_force / unlisted / not_started|in_force");
    assert_eq!(on(&expired, "2010-01-01"), "expired / unlisted / in_force");
}

#[test]
fn between_two_observations_that_differ_either_is_possible_and_a_wide_one_interrupts_nothing() {
    let events = made(&[
        signed("2000-01-01"),
        ("2001-01-01", seen(&[Listing::Blanket])),
        ("2002-01-01", seen(&[Listing::CaseByCase, Listing::Blanket])),
        ("2003-01-01", seen(&[Listing::CaseByCase])),
    ]);
    let listing = |day: &str| on(&events, day).split(" / ").nth(1).unwrap().to_owned();
    assert_eq!(listing("1999-12-31"), "unlisted");
    assert_eq!(listing("2000-06-01"), "unlisted|blanket");
    assert_eq!(listing("2001-01-01"), "blanket");
    assert_eq!(listing("2002-06-01"), "case_by_case|blanket");
    assert_eq!(listing("2003-01-01"), "case_by_case");
}

#[test]
fn a_dated_milestone_explains_a_change_between_two_observations() {
    let events = made(&[
        signed("2000-01-01"),
        ("2001-01-01", seen(&[Listing::CaseByCase])),
        ("2002-01-01", Detail::ListingChanged { listing: Listing::Blanket }),
        ("2003-01-01", seen(&[Listing::Blanket])),
        ("2004-01-01", Detail::Delisted {}),
    ]);
    let listing = |day: &str| on(&events, day).split(" / ").nth(1).unwrap().to_owned();
    let days = ["2001-12-31", "2002-01-01", "2003-12-31", "2004-01-01"];
    assert_eq!(days.map(listing), ["case_by_case", "blanket", "blanket", "unlisted"]);
}

#[test]
fn comments_close_within_the_usual_window_where_nobody_tells_when() {
    let events = made(&[("2020-01-01", notice(NoticePurpose::Negotiation))]);
    // 15 to 60 days after the notice; review begins the day after.
    assert_eq!(on(&events, "2020-01-16"), "not_concluded / unlisted / consultation");
    assert_eq!(on(&events, "2020-01-17"), "not_concluded / unlisted / consultation|review");
    assert_eq!(on(&events, "2020-02-29"), "not_concluded / unlisted / consultation|review");
    assert_eq!(on(&events, "2020-03-02"), "not_concluded / unlisted / review");
}

#[test]
fn approximate_and_suspect_evidence_is_shown_and_never_decides() {
    for evidence in [Evidence::Approximate, Evidence::Suspect] {
        let events = made_of([Milestone { evidence, ..milestone("2000", "doubtful", Detail::IntentAnnounced {}) }]);
        assert_eq!(on(&events, "2010-01-01"), "not_concluded / unlisted / not_started");
    }
    let inferred =
        made_of([Milestone { evidence: Evidence::Inferred, ..milestone("2000", "x", Detail::IntentAnnounced {}) }]);
    assert_eq!(on(&inferred, "2010-01-01"), "not_concluded / unlisted / intent");
}

#[test]
fn several_pending_dates_are_read_as_prefixes_in_their_order() {
    let events = made(&[("2000", Detail::IntentAnnounced {}), ("[2000-06-01..2001-06-30]", Detail::TextAgreed {})]);
    assert_eq!(on(&events, "2000-03-01"), "not_concluded / unlisted / not_started|intent");
    assert_eq!(on(&events, "2000-09-01"), "not_concluded / unlisted / not_started|intent|agreed");
    assert_eq!(on(&events, "2001-01-01"), "not_concluded / unlisted / intent|agreed");
    assert_eq!(on(&events, "2001-06-30"), "not_concluded / unlisted / agreed");
}

#[test]
fn what_took_effect_later_counts_from_then() {
    let later = Milestone {
        effective: Some("2001-01-01".parse().unwrap()),
        ..milestone("2000-01-01", "x", Detail::Listed { listing: Listing::Blanket })
    };
    let events = made_of([milestone("1999-01-01", "signed", signed("1999-01-01").1), later]);
    assert_eq!(on(&events, "2000-12-31"), "in_force / unlisted / in_force");
    assert_eq!(on(&events, "2001-01-01"), "in_force / blanket / listed");
}

#[test]
fn a_country_nobody_told_of_has_no_agreement_and_the_factor() {
    let instruments = instruments();
    let instrument = instruments.load("rdp").unwrap();
    let status = status_of(&[], instrument, "2026-11-24");
    assert_eq!(told(&status), "not_concluded / unlisted / not_started");
    assert_eq!(
        (status.headlines.certain(), status.evaluation_factor_percent(instrument)),
        (Some(Headline::NoAgreement), Some(50))
    );
    assert_eq!(status.standings.certain(), Some(Standing::NotConcluded));
}

#[test]
fn the_outcome_of_a_renewal_becomes_unknown_at_the_edge_of_a_period_only() {
    let instruments = instruments();
    let instrument = instruments.load("rdp").unwrap();
    let renewed = made(&[
        signed("2000-01-01"),
        ("2000-02-01", Detail::EnteredIntoForce { until: None }),
        ("2010-01-04", notice(NoticePurpose::Renewal)),
        signed("2012-05-01"),
    ]);
    let japan = bundled().remove(&id("rdp/JP")).unwrap();
    let unknown = |status: &Status| status.waiting.is_some_and(|waiting| waiting.outcome_unknown);
    for (events, years, turns) in [(renewed, ["2009-01-01", "2014-01-01"], 2), (japan, ["2015-01-01", "2027-01-01"], 1)]
    {
        let history = History::of(&events, instrument);
        let worlds = history.worlds(&Knowledge::at(Position(u64::MAX)), instrument);
        let edges: Vec<NaiveDate> = periods(&worlds, instrument).iter().filter_map(|period| period.from).collect();
        let days = day(years[0]).iter_days().take_while(|on| *on < day(years[1]));
        let turned = days.clone().zip(days.skip(1)).filter(|(yesterday, on)| {
            unknown(&status_at(&worlds, instrument, *yesterday)) != unknown(&status_at(&worlds, instrument, *on))
        });
        let turned: Vec<NaiveDate> = turned.map(|(_, on)| on).collect();
        assert!(turned.len() == turns && turned.iter().all(|on| edges.contains(on)), "{turned:?} of {edges:?}");
    }
    assert!(unknown(&real("rdp/JP", "2021-05-01")), "comments closed the day before");
    assert!(!unknown(&real("rdp/JP", "2021-04-30")), "while comments are open there is no outcome");
}
