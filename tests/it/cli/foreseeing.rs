//! Does a dry run say what a newer edition of the data would change in answers, and is it what is answered afterwards?

use std::process::Command;

use depositary::record::import::BUNDLED;
use serde_json::{Value, json};
use testkit::databases::Database;
use testkit::places::{Place, Said, said};

/// Runs the program on a database.
fn run(database: &Database, arguments: &[&str]) -> Said {
    said(Command::new(testkit::programs::binary()).args(arguments).env("DATABASE_URL", database.url()))
}

/// The bundled facts as an earlier edition may have had them: nothing of Brazil, of Latvia no more than that it was asked about,
/// and of Poland's listing nothing narrower than a count of partners tells.
fn earlier_edition() -> Vec<Value> {
    let lines = BUNDLED.iter().flat_map(|(_, text)| text.lines()).map(|line| serde_json::from_str(line).unwrap());
    let known = |line: &Value| {
        let key = line["key"].as_str().unwrap();
        let asked = ["rdp/LV/notice-published-1", "rdp/LV/comments-closed-1"];
        !key.starts_with("rdp/BR/") && (!key.starts_with("rdp/LV/") || asked.contains(&key))
    };
    let mut lines: Vec<Value> = lines.filter(known).collect();
    let poland = lines.iter_mut().find(|line| line["key"] == "rdp/PL/listed-1").unwrap();
    poland["milestone"]["occurred"] = "[2011-09-08..2015-12-31]".into();
    poland["sources"].as_array_mut().unwrap().truncate(2);
    lines
}

/// The answers of a dry run of all files together.
fn answers(dry: &Said) -> Vec<Value> {
    let files = serde_json::Deserializer::from_str(&dry.out).into_iter::<Value>().map(Result::unwrap);
    files.flat_map(|file| file["answers"].as_array().unwrap().clone()).collect()
}

const FACETS: [&str; 10] = [
    "headline",
    "possibleHeadlines",
    "standing",
    "possibleStandings",
    "listing",
    "possibleListings",
    "stage",
    "possibleStages",
    "round",
    "evaluationFactorPercent",
];

/// What is answered of an agreement on a day, as far as a dry run tells it.
fn answered(database: &Database, of: &Value, day: &str, more: &[&str]) -> Value {
    let (instrument, country) = of["id"].as_str().unwrap().split_once('/').unwrap();
    let asked = ["status", country, "--instrument", instrument, "--on", day, "--json"];
    let status = run(database, &[&asked[..], more].concat()).json()["status"].take();
    FACETS.iter().map(|facet| ((*facet).to_owned(), status[*facet].clone())).collect::<serde_json::Map<_, _>>().into()
}

/// A dry run foresees what is new of Latvia, Brazil and Poland, and of nobody else.
fn the_new_facts_are_foreseen(foreseen: &[Value]) {
    let on = |id: &str, day: &str| {
        let is_it = |answer: &&Value| answer["id"] == id && answer["asOf"].as_array().unwrap().contains(&json!(day));
        foreseen.iter().find(is_it).unwrap_or_else(|| panic!("{id} on {day}: {foreseen:?}"))
    };
    let latvia = on("rdp/LV", "2017-04-10");
    assert_eq!(
        (&latvia["before"]["headline"], &latvia["after"]["headline"]),
        (&json!("UNDER_REVIEW"), &json!("IN_FORCE"))
    );
    let listed = on("rdp/LV", "2017-12-28");
    assert_eq!((&listed["before"]["listing"], &listed["after"]["listing"]), (&json!("UNLISTED"), &json!("BLANKET")));
    let factor = |answer: &Value, side: &str| answer[side]["evaluationFactorPercent"].clone();
    assert_eq!((factor(listed, "before"), factor(listed, "after")), (json!(50), json!(0)));
    let brazil = on("rdp/BR", "2023-09-12");
    assert_eq!(
        (&brazil["before"]["headline"], &brazil["after"]["headline"]),
        (&json!("NO_AGREEMENT"), &json!("IN_CONSULTATION"))
    );
    let poland = on("rdp/PL", "2012-12-31");
    assert_eq!(
        (&poland["before"]["possibleListings"], &poland["after"]["listing"]),
        (&json!(["UNLISTED", "BLANKET"]), &json!("BLANKET"))
    );
    let changed: std::collections::BTreeSet<&str> =
        foreseen.iter().map(|answer| answer["id"].as_str().unwrap()).collect();
    assert_eq!(changed, ["rdp/BR", "rdp/LV", "rdp/PL"].into(), "of nobody else anything is new");
}

#[tokio::test]
async fn what_a_newer_edition_would_change_is_what_is_answered_after_it_came() {
    for database in Database::each().await {
        let place = Place::bare();
        let earlier = place.write("earlier.jsonl", &earlier_edition());
        assert_eq!(run(&database, &["import", &earlier]).code, 0);
        let log = run(&database, &["export"]).out;
        let position = log.lines().count().to_string();

        let newer = ["import", "--bundled", "--correct"];
        let dry = run(&database, &[&newer[..], &["--dry-run", "--json"]].concat());
        assert_eq!(dry.code, 0, "{}", dry.err);
        assert_eq!(run(&database, &["export"]).out, log, "nothing was written");
        let foreseen = answers(&dry);
        the_new_facts_are_foreseen(&foreseen);

        let told = run(&database, &[&newer[..], &["--dry-run"]].concat()).out;
        assert!(told.contains("rdp/PL/listed-1 would be corrected"), "{told}");
        assert!(told.contains("rdp/LV on 2017-04-10: headline under review -> in force; "), "{told}");

        assert_eq!(run(&database, &newer).code, 0);
        for answer in &foreseen {
            for day in answer["asOf"].as_array().unwrap() {
                let day = day.as_str().unwrap();
                let before = answered(&database, answer, day, &["--at-position", &position]);
                assert_eq!(
                    (&before, &answered(&database, answer, day, &[])),
                    (&answer["before"], &answer["after"]),
                    "{day}"
                );
            }
        }
        let again = run(&database, &[&newer[..], &["--dry-run", "--json"]].concat());
        assert_eq!(answers(&again), Vec::<Value>::new(), "and nothing is new any more");
        database.drop().await;
    }
}

#[test]
fn a_dry_run_on_an_empty_log_tells_the_first_lines_and_how_many_there_are_beside() {
    let place = Place::bare();
    let told = place.run(&["import", "--bundled", "--dry-run"]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(
        told.out.contains("bundled rdp.jsonl, line 1: rdp/AR/notice-published-1 would be recorded"),
        "{}",
        told.out
    );
    assert!(told.out.contains("and 489 lines more; --json has all"), "{}", told.out);
    assert!(
        told.out.contains("rdp/AR on 2005-08-31, 2005-09-30: headline no agreement -> in consultation; "),
        "{}",
        told.out
    );
    assert!(told.out.lines().count() < 300, "{}", told.out.lines().count());
}
