//! Does the sentence of a status answer first, say only what is so, and read as English?

use chrono::NaiveDate;
use depositary::domain::ids::Position;
use depositary::domain::instrument::Instrument;
use depositary::domain::wording::{Tense, Wording};
use depositary::domain::words::Word;
use depositary::projections::history::History;
use depositary::projections::knowledge::{Basis, Knowledge};
use depositary::projections::next::next_steps;
use depositary::projections::sentence::{Viewpoint, sentence};
use depositary::projections::status::status_at;
use serde_json::json;
use testkit::facts::{id, instruments};
use testkit::places::Place;
use testkit::serving::for_each_server;
use testkit::statuses::{bundled, day, status_of};

/// The day that stands for today.
const TODAY: &str = "2026-11-30";

/// Countries and days, one a line.
const ASKED: &str = include_str!("../../cases/sentences.txt");

/// Each question with its answer.
fn said() -> Vec<(String, String)> {
    let (streams, instruments) = (bundled(), instruments());
    let answer = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let [instrument, country, on] = words[..3].try_into().unwrap();
        let agreement = id(&format!("{instrument}/{country}"));
        let instrument = instruments.load(instrument).unwrap();
        let on = match on {
            "today" => TODAY,
            "ever" => "-262143-01-01",
            on => on,
        };
        let events = streams.get(&agreement).map(Vec::as_slice).unwrap_or_default();
        let everything = (Knowledge::at(Position(u64::MAX)), Viewpoint::of(day(TODAY)));
        let (knowledge, from) = match words[3..] {
            [] => everything,
            [basis, ref at @ ..] => {
                let basis = Basis::parse(basis).unwrap();
                let known_at = at.first().map(|at| at.parse().unwrap());
                (Knowledge { basis, known_at, ..everything.0 }, Viewpoint { basis, known_at, ..everything.1 })
            }
        };
        let history = History::of(events, instrument);
        let status = status_at(&history.worlds(&knowledge, instrument), instrument, day(on));
        sentence(&status, agreement.country, instrument, &from)
    };
    ASKED.lines().map(|line| (line.to_owned(), answer(line))).collect()
}

#[test]
fn the_sentences_of_many_countries_and_days_are_these() {
    let said = said();
    assert!(said.len() >= 60);
    let lines: Vec<String> = said.iter().map(|(asked, answer)| format!("{asked}\n{answer}")).collect();
    insta::assert_snapshot!(lines.join("\n\n"));
}

#[test]
fn a_sentence_says_nothing_that_a_lawyer_would_strike_out() {
    let struck = [
        " has its ",
        "not concluded since",
        " in in ",
        "announced as an intent",
        "round ",
        "unlisted",
        "blanket",
        "told",
        "facet",
        "standing",
        "  ",
        "..",
        " ,",
        "0 days",
        "On record by",
        "{",
        "|",
    ];
    for (asked, answer) in said() {
        for words in struck {
            let allowed = words == "0 days" && answer.contains(|letter: char| letter.is_ascii_digit());
            let found = answer.contains(words) && (!allowed || answer.contains(" 0 days"));
            assert!(!found, "`{words}` in {asked}: {answer}");
        }
        assert!(answer.ends_with('.') && answer.starts_with(char::is_uppercase), "{asked}: {answer}");
        for name in ["United Kingdom", "Netherlands", "Czech Republic"] {
            let bare = answer.replace(&format!("the {name}"), "").replace(&format!("The {name}"), "");
            assert!(!bare.contains(name), "{asked}: {answer}");
        }
    }
}

#[test]
fn a_day_that_is_past_is_said_in_the_past_tense_and_today_in_the_present() {
    for (asked, answer) in said() {
        let answer = answer.replace("10:30", "noon");
        let first = answer.split([':', '.', '(']).next().unwrap();
        let first =
            [" is not certain", " is on record"].iter().fold(first.to_owned(), |first, no| first.replace(no, ""));
        let first_words = first.to_lowercase();
        if first_words.contains("no list of") || first_words.contains("nothing on record") {
            continue;
        }
        let past = !asked.contains(" today") && !asked.ends_with("2030-01-01");
        assert_eq!((first.contains(" was "), first.contains(" is ")), (past, !past), "{asked}: {first}");
    }
}

fn steps(agreement: &str, on: &str) -> Vec<String> {
    let (streams, instruments) = (bundled(), instruments());
    let agreement = id(agreement);
    let instrument: &Instrument = instruments.load(agreement.instrument.as_str()).unwrap();
    let status = status_of(&streams[&agreement], instrument, on);
    next_steps(&status, instrument).map(|step| step.kind.to_string()).collect()
}

#[test]
fn a_step_that_the_open_round_has_on_record_is_no_next_step() {
    assert_eq!(steps("rdp/LV", "2017-06-30"), ["listed"], "the determination was made on 10 April 2017");
    assert_eq!(steps("rdp/JP", "2016-07-01"), ["determination_made", "listed"]);
    assert_eq!(steps("rdp/CZ", "2012-02-01"), ["domestic_approval", "signed"]);
    assert_eq!(steps("rdp/CZ", "2012-04-10"), ["signed"], "the Government approved it on 4 April 2012");
    assert_eq!(steps("rdp/PL", "2024-01-01"), ["renewed"], "the next round is another one");
    assert_eq!(steps("rdp/KR", "2025-10-28"), ["text_agreed", "signed"]);
}

#[test]
fn a_text_of_an_instrument_has_a_form_for_today_and_one_for_a_past_day() {
    let wording = Wording::try_from("It {is|was} so, and {runs|ran}.".to_owned()).unwrap();
    assert_eq!(wording.text(Tense::Present), "It is so, and runs.");
    assert_eq!(wording.text(Tense::Past), "It was so, and ran.");
    for wrong in ["It {is so", "It is} so", "It {is} so", "It {is|was|will} so", "It {{is|was} so", "a } b {c|d}"] {
        assert!(Wording::try_from(wrong.to_owned()).is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn the_united_states_have_no_status_at_any_face() {
    const MESSAGE: &str = "the United States has no status";
    for_each_server(async |server| {
        let answer =
            server.raw("{ country(code: \"US\") { status(instrument: \"rdp\") { headline } } }", json!({})).await;
        assert!(answer["errors"][0]["message"].as_str().is_some_and(|told| told.contains(MESSAGE)), "{answer}");
        for path in ["/v1/status/US", "/v1/timeline/US", "/v1/status/us?instrument=sosa"] {
            let (code, body) = server.get(path).await;
            assert!(code == 400 && body.contains(MESSAGE), "{path}: {code} {body}");
        }
    })
    .await;
    let place = Place::seeded();
    for command in [["status", "US"], ["timeline", "US"]] {
        let refused = place.run(&command);
        assert!(refused.code != 0 && refused.err.contains(MESSAGE), "{}", refused.err);
    }
}

#[test]
fn nothing_is_said_of_a_day_from_ever_but_what_holds_then() {
    let ever = said().into_iter().find(|(asked, _)| asked.ends_with("ever")).unwrap().1;
    assert!(
        ever.starts_with(
            "Nothing on record shows Latvia as a qualifying country (DFARS 225.872-1): no list of that time is on record; it was added on 28 December 2017."
        ),
        "{ever}"
    );
    assert!(NaiveDate::MIN.to_string().starts_with('-') && !ever.contains("-262143"), "{ever}");
}
