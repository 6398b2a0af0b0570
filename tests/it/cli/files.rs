//! Does the command line say yes, no and fault as it promises? The real program on real files.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use testkit::places::{Place, line};

#[test]
fn the_same_line_again_changes_nothing_and_other_content_is_refused_unless_it_corrects() {
    let place = Place::bare();
    let file = place.write("facts.jsonl", &[line("a", "2020-01-01", "First."), line("b", "2021", "Second.")]);
    let first = place.run(&["import", &file, "--json"]).json();
    assert_eq!((&first["recorded"], &first["unchanged"]), (&json!(2), &json!(0)));
    let again = place.run(&["import", &file, "--json"]).json();
    assert_eq!((&again["recorded"], &again["unchanged"]), (&json!(0), &json!(2)));

    let changed = place.write("changed.jsonl", &[line("c", "2022", "New."), line("b", "2021-05", "Second, better.")]);
    let refused = place.run(&["import", &changed]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("changed.jsonl, line 2") && refused.err.contains("--correct"), "{}", refused.err);
    assert_eq!(
        place.run(&["export"]).out.lines().count(),
        3,
        "an opening and two milestones, nothing of the refused file"
    );

    let corrected = place.run(&["import", &changed, "--correct", "--json"]).json();
    assert_eq!((&corrected["recorded"], &corrected["corrected"]), (&json!(1), &json!(1)));
    let twice = place.run(&["import", &changed, "--correct", "--json"]).json();
    assert_eq!((&twice["recorded"], &twice["corrected"], &twice["unchanged"]), (&json!(0), &json!(0), &json!(2)));
    let back = place.run(&["import", &file, "--correct", "--json"]).json();
    assert_eq!(
        (&back["corrected"], &back["unchanged"]),
        (&json!(1), &json!(1)),
        "and back again is another correction"
    );
}

#[test]
fn a_dry_run_tells_what_would_be_recorded_and_records_nothing() {
    let place = Place::bare();
    let file = place.write("facts.jsonl", &[line("a", "2020-01-01", "First.")]);
    let said = place.run(&["import", &file, "--dry-run"]);
    assert_eq!(said.code, 0);
    assert!(said.out.contains("1 would be recorded"), "{}", said.out);
    assert_eq!(place.run(&["export"]).out, "");
}

#[test]
fn bad_lines_are_named_with_their_place_and_nothing_is_recorded() {
    let place = Place::bare();
    let good = line("a", "2020-01-01", "First.");
    let mut unknown = line("b", "2020", "A key too many.");
    unknown["colour"] = json!("red");
    let cases: [(Vec<Value>, i32, &str, &str); 6] = [
        (vec![good.clone(), line("b", "2020-13", "No such month.")], 2, "line 2", "does not exist in the calendar"),
        (vec![good.clone(), unknown], 2, "line 2", "unknown field `colour`"),
        (vec![good.clone(), json!({ "key": "c" })], 2, "line 2", "missing field"),
        (vec![good.clone(), good.clone()], 1, "line 2", "stands twice in this file"),
        (vec![good.clone(), line("b", "2999", "Not yet.")], 1, "line 2", "lies after today"),
        (vec![good, line("b", "2020", " ")], 1, "line 2", "summary is empty"),
    ];
    for (lines, code, at, rule) in cases {
        let file = place.write("bad.jsonl", &lines);
        let said = place.run(&["import", &file]);
        assert_eq!(said.code, code, "{}{}", said.out, said.err);
        assert!(said.err.contains("bad.jsonl") && said.err.contains(at) && said.err.contains(rule), "{}", said.err);
        assert_eq!(place.run(&["export"]).out, "", "{rule}");
    }
}

#[test]
fn more_than_ten_thousand_lines_are_recorded_only_in_chunks() {
    let place = Place::bare();
    let countries = depositary::domain::country::Country::partners();
    let lines: Vec<Value> = countries
        .iter()
        .cycle()
        .take(10_001)
        .enumerate()
        .map(|(number, country)| {
            let mut line = line(&format!("k{number}"), "2020-01-01", "One of many.");
            line["agreement"] = json!(format!("rdp/{}", country.code()));
            line
        })
        .collect();
    let file = place.write("many.jsonl", &lines);
    let refused = place.run(&["import", &file]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("10001 lines") && refused.err.contains("--chunked"), "{}", refused.err);
    assert_eq!(place.run(&["export"]).out, "");
    let said = place.run(&["import", &file, "--chunked", "--json"]);
    assert_eq!(said.json()["recorded"], 10_001, "{}", said.err);
    assert_eq!(place.run(&["export"]).out.lines().count(), 10_001 + countries.len());
}

#[test]
fn an_old_installation_takes_in_what_a_new_release_brings() {
    let place = Place::bare();
    let bundled = depositary::record::import::BUNDLED[0].1;
    let old: Vec<Value> = bundled.lines().take(400).map(|line| serde_json::from_str(line).unwrap()).collect();
    let file = place.write("old.jsonl", &old);
    assert_eq!(place.run(&["import", &file]).code, 0);
    let said = place.run(&["import", "--bundled"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("400 unchanged"), "{}", said.out);
    assert_eq!(place.run(&["stalled", "--on", "2025-10-28", "--json"]).json()["totalCount"], 5);
}

#[test]
fn a_restored_log_gives_the_same_answers_byte_for_byte() {
    let place = Place::seeded();
    let file = place.path("log.jsonl").display().to_string();
    assert_eq!(place.run(&["export", "--output", &file]).code, 0);
    let restored = place.run_on("copy.db", &["restore", &file]);
    assert_eq!(restored.code, 0, "{}", restored.err);
    assert!(restored.out.contains("641 events restored and verified"), "{}", restored.out);
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
fn a_file_of_another_system_is_read_as_it_is_meant() {
    let place = Place::bare();
    let text = format!("\u{feff}{}\r\n\r\n{}\r\n", line("a", "2020", "One."), line("b", "2021", "Two."));
    std::fs::write(place.path("facts.jsonl"), text).unwrap();
    let said = place.run(&["import", "facts.jsonl", "--json"]);
    assert_eq!(said.json()["recorded"], 2, "{}", said.err);
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
        table.ends_with("3 deadlines, 1 within 14 days of 2024-03-11, as of position 641 of the log.\n"),
        "{table}"
    );
}

#[test]
fn a_new_instrument_is_a_file_and_a_wrong_file_is_refused_with_its_line() {
    let place = Place::seeded();
    let folder = place.path("instruments");
    std::fs::create_dir(&folder).unwrap();
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/instruments/sosa.toml")).unwrap();
    std::fs::write(folder.join("naval.toml"), text.replacen("\"sosa\"", "\"naval\"", 1)).unwrap();
    let folder_text = folder.display().to_string();
    // The tables follow the bundled instruments alone; a question by others is answered from the log, and rebuilds nothing.
    let blanket = ["agreements", "--on", "2016-05-01", "--listing", "blanket", "--json"];
    let by_others = place.run(&[&blanket[..], &["--instruments", &folder_text]].concat());
    assert_eq!(by_others.json()["totalCount"], 22, "{}", by_others.err);
    assert_eq!(by_others.out, place.run(&blanket).out);
    let said = place.run(&["status", "LV", "--instrument", "naval", "--instruments", &folder_text, "--json"]);
    assert_eq!(said.json()["status"]["headline"], "NO_AGREEMENT", "{}", said.err);

    let wrong = [
        (text.replacen("\"sosa\"", "\"SOSA\"", 1), "line 3", "is not an instrument code"),
        (text.clone(), "line 3", "known already"),
        (text.replacen("\"sosa\"", "\"naval\"", 1).replace("[\"signed\"]", "[\"sealed\"]"), "line 36", "sealed"),
        (
            text.replacen("\"sosa\"", "\"naval\"", 1).replace("stage = \"agreed\"", "stage = \"intent\""),
            "line 26",
            "out of order",
        ),
        (
            text.replacen("\"sosa\"", "\"naval\"", 1).replace("[\"text_agreed\"]", "[\"signed\"]"),
            "line",
            "reaches both",
        ),
        (
            text.replacen("\"sosa\"", "\"naval\"", 1)
                .replace("first_round_complete = \"in_force\"", "first_round_complete = \"listed\""),
            "line 11",
            "not among the stages",
        ),
        (text.replacen("\"sosa\"", "\"naval\"", 1) + "\ncolour = 1\n", "line", "unknown field"),
    ];
    for (text, at, problem) in wrong {
        std::fs::write(folder.join("naval.toml"), text).unwrap();
        let said = place.run(&["status", "LV", "--instruments", &folder_text]);
        assert_eq!(said.code, 2, "{problem}: {}", said.out);
        assert!(said.err.contains(at) && said.err.contains(problem), "{problem}: {}", said.err);
    }
}

#[test]
fn migrate_rebuild_schema_and_completions_do_what_they_say() {
    let place = Place::seeded();
    assert_eq!(place.run(&["migrate"]).code, 0);
    assert!(place.run(&["rebuild"]).out.contains("52 agreements rebuilt"));
    assert!(place.run(&["schema"]).out == include_str!("../../../schema.graphql"), "schema.graphql is out of date");
    assert!(place.run(&["completions", "bash"]).out.contains("depositary"));
}

#[test]
fn every_command_explains_itself_with_an_example() {
    let place = Place::bare();
    let commands = [
        "serve",
        "migrate",
        "import",
        "export",
        "restore",
        "status",
        "timeline",
        "agreements",
        "stalled",
        "deadlines",
        "durations",
        "lateness",
        "contradictions",
        "coverage",
        "figures",
        "rebuild",
        "schema",
        "completions",
    ];
    for command in commands {
        let help = place.run(&[command, "--help"]).out;
        assert!(help.contains("Example:"), "{command}: {help}");
        for variable in ["DATABASE_URL", "DEPOSITARY_INSTRUMENTS", "DEPOSITARY_LOG"] {
            assert!(help.contains(variable), "{command} does not name {variable}");
        }
    }
    assert!(place.run(&["serve", "--help"]).out.contains("DEPOSITARY_LISTEN"));
}

/// A server of this place, ended when the test ends.
struct Serving(std::process::Child);

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_server_fills_an_empty_log_once_answers_and_ends_on_a_signal() {
    let place = Place::bare();
    let url = format!("sqlite://{}", place.path("depositary.db").display());
    for (position, arguments) in [(0, &["--no-seed"][..]), (641, &[]), (641, &[])] {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(testkit::programs::binary());
        command
            .arg("serve")
            .args(arguments)
            .env("DATABASE_URL", &url)
            .env("DEPOSITARY_LISTEN", format!("127.0.0.1:{port}"));
        let mut serving = Serving(command.env("DEPOSITARY_LOG", "warn").spawn().unwrap());
        let ready = format!("http://127.0.0.1:{port}/readyz");
        while !reqwest::get(&ready).await.is_ok_and(|answer| answer.status().is_success()) {
            assert_eq!(serving.0.try_wait().unwrap(), None, "the server ended");
            tokio::task::yield_now().await;
        }
        let query = format!("http://127.0.0.1:{port}/graphql?query={{log{{position}}}}");
        let answer: Value = reqwest::get(query).await.unwrap().json().await.unwrap();
        assert_eq!(answer["data"], json!({ "log": { "position": position } }));
        let ended = Command::new("kill").args(["-TERM", &serving.0.id().to_string()]).status().unwrap();
        assert!(ended.success());
        assert_eq!(serving.0.wait().unwrap().code(), Some(0));
    }
}
