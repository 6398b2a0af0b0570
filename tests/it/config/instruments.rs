//! Is a type of agreement a file, and is a file that is wrong refused with its line and what is wrong?

use depositary::config::instruments::{Instruments, InstrumentsError};
use depositary::domain::effect::EffectKind;
use depositary::domain::instrument::Instrument;
use depositary::domain::milestone::Detail;
use depositary::domain::words::{Headline, Listing, MilestoneKind, Stage, Word};
use depositary::projections::history::History;
use depositary::projections::knowledge::Knowledge;
use depositary::projections::status::status_at;
use depositary::projections::timeline::periods;
use testkit::facts::{instruments, milestone, open, record};
use testkit::statuses::{bundled, day, made, recorded, signed, status_of, told};

/// A small and right file: what every case below breaks in one place.
const RIGHT: &str = r#"code = "naval"
name = "Regional Sustainment Framework Arrangement"
short_name = "sustainment partner"
authority = "National Defense Authorization Act"
in_force_by_signature = false
listing_presupposes_agreement = true
comment_window_days = [10, 20]
first_round_complete = "in_force"
renewal_round_complete = "in_force"

[[stages]]
stage = "intent"
label = "Intent"
reached_by = ["intent_announced"]
limit = { days = 100, reason = "A round number." }
next = [{ kind = "signed", label = "Signature", authority = "both ministries" }]

[[stages]]
stage = "consultation"
label = "Consultation"
reached_by = ["notice_published"]

[[stages]]
stage = "in_force"
label = "In force"
reached_by = ["entered_into_force"]

[listings.unlisted]
evaluation_factor_percent = 25
duty = "Duty is paid."
citation = "none"

[listings.case_by_case]
evaluation_factor_percent = 25
duty = "Duty is paid."
citation = "none"

[listings.blanket]
evaluation_factor_percent = 5
duty = "Duty is not paid."
citation = "none"
"#;

#[test]
fn the_bundled_instruments_are_right_and_say_what_the_sources_say() {
    let instruments = instruments();
    assert_eq!(instruments.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(), ["korus", "rdp", "rsf", "sosa"]);
    let rdp = instruments.load("rdp").unwrap();
    assert_eq!(rdp.comment_window, Some((15, 60)));
    assert_eq!((rdp.complete_at(1), rdp.complete_at(2)), (Stage::Listed, Stage::InForce));
    assert_eq!(rdp.rules(Stage::Review).unwrap().limit.as_ref().unwrap().days, 365);
    let factor = |listing: &Listing| rdp.evaluation_factor(*listing, day("2026-11-24"));
    assert_eq!(Listing::ALL.iter().map(factor).collect::<Vec<_>>(), [Some(50), Some(50), Some(0)], "DFARS 225.502");
    let sosa = instruments.load("sosa").unwrap();
    assert!(sosa.in_force_by_signature && !sosa.has_listing());
    for instrument in instruments.iter() {
        for stage in &instrument.stages {
            let reasons = stage.limit.iter().all(|limit| limit.reason.len() > 20);
            assert!(reasons, "{}, {}: a limit has its reason", instrument.code, stage.stage);
            assert!(stage.next.iter().all(|next| !next.label.is_empty() && !next.authority.is_empty()));
        }
    }
}

#[test]
fn every_kind_of_wrong_file_is_refused_with_its_file_and_line_and_what_is_wrong() {
    Instrument::parse("right.toml", RIGHT).unwrap();
    let cases = [
        ("name =", "colour = 1\nname =", 2, "unknown field `colour`"),
        ("in_force_by_signature = false", "in_force_by_signature = \"no\"", 5, "invalid type: string \"no\""),
        ("in_force_by_signature = false\n", "", 1, "missing field `in_force_by_signature`"),
        ("code = \"naval\"", "code = \"R\"", 1, "`R` is not an instrument code"),
        ("\"Regional Sustainment Framework Arrangement\"", "\" \"", 2, "the name is empty"),
        ("[10, 20]", "[20, 10]", 7, "a comment window is [fewest, most] days"),
        ("[10, 20]", "[10, 4000]", 7, "at most 3660"),
        ("[10, 20]", "[-1, 20]", 7, "invalid value"),
        ("stage = \"consultation\"", "stage = \"intent\"", 18, "stage `intent` is out of order or given twice"),
        ("stage = \"in_force\"", "stage = \"not_started\"", 23, "the order is not_started, intent"),
        (
            "[\"notice_published\"]",
            "[\"intent_announced\"]",
            18,
            "`intent_announced` reaches both `intent` and `consultation`",
        ),
        ("[\"notice_published\"]", "[\"sealed\"]", 21, "unknown variant `sealed`"),
        ("[\"notice_published\"]", "[\"signed\"]", 18, "`signed` reaches `signed`, in every instrument"),
        ("[\"notice_published\"]", "[\"expired\"]", 18, "`expired` reaches no stage"),
        (
            "first_round_complete = \"in_force\"",
            "first_round_complete = \"review\"",
            8,
            "`review` is not among the stages",
        ),
        ("renewal_round_complete = \"in_force\"", "renewal_round_complete = \"signed\"", 9, "`signed` is not among"),
        ("days = 100", "days = -1", 15, "invalid value"),
        (
            "evaluation_factor_percent = 25\nduty = \"Duty is paid.\"\ncitation = \"none\"\n\n[listings.case",
            "duty = \"Duty is paid.\"\ncitation = \"none\"\n\n[listings.case",
            28,
            "missing field `evaluation_factor_percent`",
        ),
        ("[listings.blanket]", "[listings.unheard]", 38, "unknown field `unheard`"),
        ("name =", "name ", 2, ""),
    ];
    for (from, to, line, problem) in cases {
        let text = RIGHT.replacen(from, to, 1);
        assert_ne!(text, RIGHT, "{from} is in the right file");
        let wrong = Instrument::parse("wrong.toml", &text).expect_err(to);
        assert!(wrong.problem.contains(problem), "{to}: {wrong}");
        assert_eq!(wrong.line, line, "{to}: {wrong}");
        assert_eq!(wrong.to_string(), format!("wrong.toml, line {line}: {}", wrong.problem));
    }
    let (without, _) = RIGHT.split_once("[listings.unlisted]").unwrap();
    let wrong = Instrument::parse("wrong.toml", without).unwrap_err();
    assert_eq!((wrong.line, wrong.problem.contains("of no listing")), (6, true), "{wrong}");
    let listed = without.replace("listing_presupposes_agreement = true\n", "")
        + "[[stages]]\nstage = \"listed\"\nlabel = \"x\"\n";
    let never = listed.replace("first_round_complete = \"in_force\"", "first_round_complete = \"listed\"");
    let wrong = Instrument::parse("wrong.toml", &never).unwrap_err();
    assert_eq!((wrong.line, wrong.problem.contains("ever complete at `listed`")), (7, true), "{wrong}");
}

#[test]
fn an_effect_that_is_wrong_is_refused_at_its_place() {
    let (without, _) = RIGHT.split_once("[listings.unlisted]").unwrap();
    let factor = |listings: &str, days: &str| {
        format!(
            "[[effects]]\nkind = \"evaluation_factor\"\nlistings = {listings}\n{days}percent = 5\ntext = \"Five.\"\ncitation = \"x\"\n"
        )
    };
    let all = r#"["unlisted", "case_by_case", "blanket"]"#;
    let right = factor(all, "");
    Instrument::parse("right.toml", &format!("{without}{right}")).unwrap();
    let early = factor(all, "until = \"1999-12-31\"\n");
    Instrument::parse("right.toml", &format!("{without}{early}{}", factor(all, "from = \"2000-01-01\"\n"))).unwrap();
    let cases = [
        (right.replace("percent = 5\n", ""), "needs a `percent`"),
        (right.replace("evaluation_factor", "duty"), "has no `percent`"),
        (factor("[]", ""), "names the `listings`"),
        (factor(all, "from = \"2001-01-01\"\nuntil = \"2000-12-31\"\n"), "`until` lies before `from`"),
        (factor(all, "from = \"1950-02-30\"\n"), "input is out of range"),
        (factor(r#"["unlisted", "blanket"]"#, ""), "no evaluation factor is given for the listing `case_by_case`"),
        (right.replace("Five.", " "), "the text is empty"),
        (format!("{early}{}", factor(all, "from = \"1999-12-31\"\n")), "have days in common"),
        (right.replace("citation", "colour"), "unknown field `colour`"),
    ];
    for (effects, problem) in cases {
        let wrong = Instrument::parse("wrong.toml", &format!("{without}{effects}")).expect_err(problem);
        assert!(wrong.problem.contains(problem), "{problem}: {wrong}");
        assert!(wrong.line >= 28, "{wrong}");
    }
}

#[test]
fn what_a_listing_does_is_not_answered_for_days_of_which_no_source_tells() {
    let instruments = instruments();
    let rdp = instruments.load("rdp").unwrap();
    let factor = |listing, on: &str| rdp.evaluation_factor(listing, day(on));
    assert_eq!(factor(Listing::Unlisted, "1971-10-19"), None);
    assert_eq!(factor(Listing::Unlisted, "1971-10-20"), Some(50), "51 Comp. Gen. 217");
    assert_eq!(factor(Listing::Blanket, "1985-04-07"), None);
    assert_eq!(factor(Listing::Blanket, "1985-04-08"), Some(0), "64 Comp. Gen. 452");
    let events = made(&[("1940-01-01", Detail::Listed { listing: Listing::Blanket })]);
    let status = |on: &str| status_of(&events, rdp, on);
    assert_eq!(status("1950-01-01").evaluation_factor_percent(rdp), None);
    assert_eq!(status("1950-01-01").factor_known_from(rdp), Some(day("1985-04-08")));
    assert_eq!(status("1990-01-01").factor_known_from(rdp), None);
    // The content that is asked for rises, and class deviations are spoken of from their day on.
    let content = |on: &str| {
        let status = status(on);
        status
            .effects(rdp)
            .filter(|effect| effect.kind == EffectKind::DomesticContent)
            .filter_map(|of| of.percent)
            .collect::<Vec<_>>()
    };
    assert_eq!([content("2022-10-24"), content("2022-10-25")], [vec![], vec![60]]);
    assert_eq!([content("2023-12-31"), content("2024-01-01")], [vec![60], vec![65]]);
    assert_eq!([content("2028-12-31"), content("2029-01-01")], [vec![65], vec![75]]);
    let warned = |on: &str| status(on).effects(rdp).any(|effect| effect.kind == EffectKind::Caution);
    assert_eq!([warned("2026-01-31"), warned("2026-02-01")], [false, true]);
    for effect in &rdp.effects {
        assert!(!effect.sources.is_empty() && !effect.citation.is_empty(), "{}", effect.text);
        assert!(effect.from.is_some(), "{}: a source tells it of some first day", effect.text);
    }
}

#[test]
fn a_period_has_one_evaluation_factor_on_all_its_days() {
    let instruments = instruments();
    let rdp = instruments.load("rdp").unwrap();
    for events in bundled().values().filter(|events| events[0].agreement.instrument.as_str() == "rdp") {
        let history = History::of(events, rdp);
        let worlds = history.worlds(&Knowledge::at(history.through()), rdp);
        for period in periods(&worlds, rdp) {
            let last = period.to.and_then(|to| to.pred_opt()).unwrap_or(day("2999-12-31"));
            let last = status_at(&worlds, rdp, last).evaluation_factor_percent(rdp);
            assert_eq!(period.status.evaluation_factor_percent(rdp), last, "{} {:?}", events[0].agreement, period.from);
        }
    }
}

#[test]
fn no_file_makes_it_panic() {
    for end in (0..RIGHT.len()).step_by(7) {
        let _ = Instrument::parse("cut.toml", &RIGHT[..end]);
    }
    assert!(Instrument::parse("empty.toml", "").is_err());
    assert!(Instrument::parse("bytes.toml", "\u{0}\u{feff}").is_err());
}

#[test]
fn a_folder_adds_its_files_and_one_code_belongs_to_one_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("naval.toml"), RIGHT).unwrap();
    std::fs::write(folder.path().join("notes.txt"), "not an instrument").unwrap();
    let loaded = Instruments::with_directory(folder.path()).unwrap();
    assert_eq!(
        loaded.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(),
        ["korus", "naval", "rdp", "rsf", "sosa"]
    );
    let refusal = loaded.load("fta").unwrap_err();
    assert_eq!(
        (refusal.code().to_string(), refusal.to_string().contains("known are korus, naval, rdp, rsf, sosa")),
        ("UNKNOWN_INSTRUMENT".to_owned(), true)
    );

    std::fs::write(folder.path().join("second.toml"), RIGHT).unwrap();
    let twice = Instruments::with_directory(folder.path()).unwrap_err();
    assert!(twice.to_string().contains("`naval`"), "{twice}");
    assert!(twice.to_string().contains("second.toml"), "{twice}");
    std::fs::write(folder.path().join("second.toml"), RIGHT.replace("\"naval\"", "\"rdp\"")).unwrap();
    assert!(Instruments::with_directory(folder.path()).unwrap_err().to_string().contains("instrument `rdp`"));
    std::fs::write(folder.path().join("second.toml"), "code = 1").unwrap();
    let wrong = Instruments::with_directory(folder.path()).unwrap_err().to_string();
    assert!(wrong.contains("second.toml, line 1:"), "{wrong}");
    let missing = Instruments::with_directory(&folder.path().join("nothing")).unwrap_err();
    assert!(matches!(missing, InstrumentsError::Unreadable { .. }), "{missing}");
}

#[test]
fn a_new_instrument_lives_by_its_own_file_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("naval.toml"), RIGHT).unwrap();
    let loaded = Instruments::with_directory(folder.path()).unwrap();
    let naval = loaded.load("naval").unwrap();
    let entered = Detail::EnteredIntoForce { until: None };
    let notice = testkit::statuses::notice(depositary::domain::words::NoticePurpose::Negotiation);
    let commands = [
        ("2020-01-01", Detail::IntentAnnounced {}),
        ("2020-06-01", notice),
        signed("2021-01-01"),
        ("2022-01-01", entered),
        ("2023-01-01", Detail::Listed { listing: Listing::Blanket }),
    ];
    let records =
        commands.into_iter().map(|(on, detail)| record(on, "naval/RO", milestone(on, "It happened.", detail)));
    let streams = recorded(std::iter::once(open("naval/RO")).chain(records));
    let history = History::of(streams.values().next().unwrap(), naval);
    let steps = history.worlds(&Knowledge::at(history.through()), naval);
    let on = |text: &str| status_at(&steps, naval, day(text));
    assert!(!on("2020-04-10").waiting.unwrap().stalled, "100 days are the limit of this file");
    assert!(on("2020-04-11").waiting.unwrap().stalled);
    assert_eq!(
        told(&on("2020-06-30")),
        "not_concluded / unlisted / review",
        "which stage follows is the same everywhere"
    );
    assert_eq!(told(&on("2021-06-01")), "signed / unlisted / signed", "a signature is not enough");
    assert_eq!(told(&on("2022-01-01")), "in_force / unlisted / in_force");
    assert_eq!(on("2022-06-01").waiting, None, "a round is complete when it is in force");
    assert_eq!(told(&on("2023-01-01")), "in_force / blanket / listed");
    assert_eq!(on("2022-12-31").evaluation_factor_percent(naval), Some(25));
    assert_eq!(on("2023-01-01").evaluation_factor_percent(naval), Some(5));
    assert_eq!(on("2023-01-01").headlines.certain(), Some(Headline::InForce));
}

#[test]
fn a_kind_reaches_what_the_file_says_unless_it_is_the_same_everywhere() {
    let rdp = instruments();
    let rdp = rdp.load("rdp").unwrap();
    for kind in MilestoneKind::ALL {
        match kind.own_stage() {
            Some(stage) => assert!(rdp.stage_reached_by(*kind).is_none_or(|reached| Some(reached) == stage), "{kind}"),
            None => assert!(matches!(kind.rank(), 4..=9 | 13), "{kind} belongs to the way to a signature, or amends"),
        }
    }
}
