//! Does the terminal answer as the rules do, and say yes, no and fault by its exit code?

use serde_json::json;
use testkit::places::Place;

#[test]
fn a_restored_log_gives_the_same_answers_byte_for_byte() {
    let place = Place::seeded();
    let file = place.path("log.jsonl").display().to_string();
    assert_eq!(place.run(&["export", "--output", &file]).code, 0);
    let restored = place.run_on("copy.db", &["restore", &file]);
    assert_eq!(restored.code, 0, "{}", restored.err);
    assert!(restored.out.contains("643 events restored and verified"), "{}", restored.out);
    for question in [
        &["status", "FI", "--on", "2018-12-01", "--json"][..],
        &["timeline", "IT", "--json"],
        &["agreements", "--on", "2016-05-01", "--json"],
        &["export"],
    ] {
        assert_eq!(place.run(question).out, place.run_on("copy.db", question).out, "{question:?}");
    }
    assert_eq!(place.run_on("copy.db", &["restore", &file]).code, 1, "only into an empty log");

    let text = std::fs::read_to_string(place.path("log.jsonl")).unwrap();
    std::fs::write(place.path("forged.jsonl"), text.replace("2017-04-10", "2017-04-11")).unwrap();
    let forged = place.run_on("forged.db", &["restore", &place.path("forged.jsonl").display().to_string()]);
    assert_eq!(forged.code, 1);
    assert!(forged.err.contains("leaf hash"), "{}", forged.err);
    assert_eq!(place.run_on("forged.db", &["export"]).out, "");
}

#[test]
fn the_answers_of_the_terminal_are_those_of_the_rules() {
    let place = Place::seeded();
    let latvia = place.run(&["status", "LV", "--on", "2017-06-30", "--json"]).json();
    let latvia = &latvia["status"];
    assert_eq!((&latvia["standing"], &latvia["listing"]), (&json!("IN_FORCE"), &json!("UNLISTED")));
    let published = ["--basis", "published", "--known-at", "2017-06-30T23:59:59Z", "--json"];
    let published = place.run(&[&["status", "Latvia", "--on", "2017-06-30"][..], &published].concat()).json();
    let published = &published["status"];
    assert_eq!((&published["headline"], &published["stage"]), (&json!("UNDER_REVIEW"), &json!("REVIEW")));
    let turkey = place.run(&["status", "Turkey", "--json"]).json();
    assert_eq!(turkey["id"], "rdp/TR");
    let text = place.run(&["status", "LV", "--on", "2017-06-30"]).out;
    assert!(text.contains("https://www.vestnesis.lv/op/2018/52.4"), "the source is shown: {text}");
    let durations =
        place.run(&["durations", "--from", "signed", "--to", "listed", "--rounds", "first", "--json"]).json();
    assert_eq!(durations["medianDays"], 90.0);
    let both = place.run(&["status", "LV", "--known-at", "2017-06-30T00:00:00Z", "--at-position", "3"]);
    assert_eq!(both.code, 2);
    assert!(both.err.contains("exclude each other"), "{}", both.err);
}

#[test]
fn an_empty_log_answers_nothing_and_says_how_to_fill_it() {
    let said = Place::bare().run(&["status", "LV"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("depositary import --bundled"), "{}", said.err);
}

#[test]
fn exit_codes_say_yes_no_and_fault() {
    let place = Place::seeded();
    let codes: [(&[&str], i32); 14] = [
        (&["stalled", "--on", "2025-10-28"], 1),
        (&["stalled", "--on", "1950-01-01"], 0),
        (&["deadlines", "--on", "2024-03-11"], 1),
        (&["deadlines", "--on", "2024-03-11", "--within", "13"], 0),
        (&["deadlines", "--on", "2024-03-25", "--country", "KR", "--within", "0"], 1),
        (&["deadlines", "--on", "2024-03-26", "--country", "KR"], 0),
        (&["deadlines", "--from", "2024-03-26", "--to", "2024-03-25"], 2),
        (&["status", "LV"], 0),
        (&["status", "Atlantis"], 2),
        (&["status", "LV", "--on", "2017-02-30"], 2),
        (&["status", "LV", "--instrument", "nato"], 2),
        (&["agreements", "--listing", "sometimes"], 2),
        (&["nonsense"], 2),
        (&["import", "not-there.jsonl"], 2),
    ];
    for (arguments, code) in codes {
        let said = place.run(arguments);
        assert_eq!(said.code, code, "{arguments:?}: {}{}", said.out, said.err);
        assert!(code != 2 || !said.err.is_empty(), "{arguments:?} says nothing");
    }
}

#[test]
fn deadlines_are_told_with_the_days_left_and_their_sentence() {
    let place = Place::seeded();
    let told = place.run(&["deadlines", "--on", "2024-03-11", "--to", "2024-12-31", "--json"]).json();
    assert_eq!(told["totalCount"], 1);
    let told = &told["nodes"][0];
    assert_eq!((&told["agreement"]["id"], &told["kind"]), (&json!("rdp/KR"), &json!("COMMENTS_CLOSE")));
    assert_eq!((&told["on"]["latest"], &told["daysLeft"]), (&json!("2024-03-25"), &json!(14)));
    assert_eq!(told["sentence"], "Korea (rdp): comments on the Federal Register notice close on 25 March 2024.");
    let table = place.run(&["deadlines", "--on", "2024-03-11"]).out;
    assert!(table.contains("term ends        2029-10 "), "{table}");
    assert!(
        table.ends_with("3 deadlines, 1 within 14 days of 2024-03-11, as of position 643 of the log.\n"),
        "{table}"
    );
}
