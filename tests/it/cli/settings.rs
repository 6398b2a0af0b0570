//! Does each setting mean the same as a flag and in the environment, on either database, whoever else runs?

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use testkit::databases::Database;
use testkit::places::{Place, Said, line, said};

/// The program, with a database of its own.
fn program(url: &str) -> Command {
    let mut command = Command::new(testkit::programs::binary());
    command.env("DATABASE_URL", url).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn ended(child: Child) -> Said {
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

#[tokio::test]
async fn an_export_of_one_database_restored_into_the_other_gives_the_same_answers() {
    let place = Place::seeded();
    let file = place.path("log.jsonl").display().to_string();
    assert_eq!(place.run(&["export", "--output", &file]).code, 0);
    for database in Database::each().await {
        let run = |arguments: &[&str]| said(program(&database.url()).args(arguments));
        let restored = run(&["restore", &file]);
        assert_eq!(restored.code, 0, "{}", restored.err);
        for question in [&["status", "FI", "--on", "2010-06-07", "--json"][..], &["stalled", "--json"], &["export"]] {
            let (here, there) = (place.run(question), run(question));
            assert_eq!((here.code, here.out), (there.code, there.out), "{question:?}");
        }
        // The database goes on where the other one stood.
        let new = place.write("new.jsonl", &[line("a", "2020-01-01", "First.")]);
        assert_eq!(run(&["import", &new, "--json"]).json()["recorded"], 1);
        assert_eq!(run(&["import", &new, "--json"]).json()["unchanged"], 1);
        assert_eq!(run(&["rebuild"]).code, 0);
        assert_eq!(run(&["import", "--bundled", "--json"]).code, 0);
        database.drop().await;
    }
}

#[tokio::test]
async fn programs_that_start_at_once_on_a_new_database_all_succeed_and_record_each_fact_once() {
    for database in Database::each().await {
        let start = |_| program(&database.url()).args(["import", "--bundled", "--json"]).spawn().unwrap();
        let started: Vec<Child> = (0..4).map(start).collect();
        for child in started {
            let said = ended(child);
            assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        }
        let exported = said(program(&database.url()).arg("export")).out;
        assert_eq!(exported.lines().count(), 643);
        database.drop().await;
    }
}

#[test]
fn the_environment_sets_what_a_flag_sets_and_the_flag_wins() {
    let place = Place::seeded();
    let url = format!("sqlite://{}", place.path("depositary.db").display());
    let elsewhere = format!("sqlite://{}", place.path("elsewhere.db").display());
    let of = |command: &mut Command| said(command.args(["status", "LV", "--json"])).json()["position"].clone();
    assert_eq!(of(&mut program(&url)), 643);
    assert_eq!(said(program(&elsewhere).arg("migrate")).code, 0);
    let flag_wins = said(program(&url).args(["--database-url", &elsewhere, "status", "LV"]));
    assert!(flag_wins.err.contains("the log is empty"), "{}{}", flag_wins.out, flag_wins.err);

    let folder = place.path("instruments");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("wrong.toml"), "code = \"wr\"\nnom = 1\n").unwrap();
    let wrong = said(program(&elsewhere).env("DEPOSITARY_INSTRUMENTS", &folder).args(["status", "LV"]));
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("wrong.toml, line 2"), "{}", wrong.err);

    let directives = said(program(&url).args(["--log", "no=such=level", "status", "LV"]));
    assert_eq!(directives.code, 2);
    assert!(directives.err.contains("write them like depositary=debug,info"), "{}", directives.err);
    // Set after `said` has set its own.
    let mut quiet = program(&url);
    quiet.args(["status", "LV"]).env("DEPOSITARY_LOG_FORMAT", "yaml");
    let format = said(&mut quiet);
    assert_eq!(format.code, 2);
    assert!(format.err.contains("text") && format.err.contains("json"), "{}", format.err);
    let unknown = said(program("mysql://u:secret@host/d").args(["status", "LV"]));
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("sqlite://FILE") && !unknown.err.contains("secret"), "{}", unknown.err);
}

#[test]
fn every_option_that_names_a_variable_in_its_help_is_read_from_it() {
    let help = said(program("sqlite://unused.db").args(["serve", "--help"])).out;
    for variable in [
        "DATABASE_URL",
        "DEPOSITARY_INSTRUMENTS",
        "DEPOSITARY_LOG",
        "DEPOSITARY_LOG_FORMAT",
        "DEPOSITARY_LISTEN",
        "DEPOSITARY_NO_SEED",
    ] {
        assert!(help.contains(&format!("[env: {variable}")), "{variable}: {help}");
    }
    let wrong = said(program("sqlite://unused.db").arg("serve").env("DEPOSITARY_LISTEN", "nowhere"));
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("--listen"), "{}", wrong.err);
}

#[test]
fn a_server_that_is_told_not_to_seed_by_the_environment_does_not_seed() {
    for (value, position) in [("1", 0), ("true", 0), ("false", 643), ("0", 643)] {
        let place = Place::bare();
        let url = format!("sqlite://{}", place.path("depositary.db").display());
        let mut command = program(&url);
        command.arg("serve").env("DEPOSITARY_NO_SEED", value).env("DEPOSITARY_LISTEN", "127.0.0.1:0");
        let mut child = command.env("DEPOSITARY_LOG", "warn,sqlx=error").spawn().unwrap();
        let mut told = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut told).unwrap();
        // It has told that it is ready, or has ended.
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(told.contains(&format!("as of position {position} of the log")), "{value}: {told}");
    }
}

#[test]
fn a_reader_that_closes_the_pipe_is_no_fault_and_a_full_device_is_one() {
    let place = Place::seeded();
    let url = format!("sqlite://{}", place.path("depositary.db").display());
    for arguments in [&["export"][..], &["agreements"], &["completions", "bash"], &["schema"]] {
        let mut child = program(&url).args(arguments).spawn().unwrap();
        drop(child.stdout.take());
        let said = ended(child);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{arguments:?}");
        let full = std::fs::File::create("/dev/full").unwrap();
        let said = ended(program(&url).args(arguments).stdout(full).spawn().unwrap());
        assert_eq!(said.code, 2, "{arguments:?}");
        assert!(
            said.err.starts_with("error: cannot write to standard output\n  because No space left"),
            "{}",
            said.err
        );
    }
    let said = place.run(&["export", "--output", "/dev/full"]);
    assert_eq!(said.code, 2);
    assert!(said.err.starts_with("error: cannot write /dev/full\n  because No space left"), "{}", said.err);
}

#[test]
fn an_import_names_the_line_and_the_column_and_what_is_unusual() {
    let place = Place::bare();
    std::fs::write(place.path("broken.jsonl"), format!("{}\n{{\"key\": 1}}\n", line("a", "2020", "First."))).unwrap();
    let broken = place.run(&["import", "broken.jsonl"]);
    assert_eq!(broken.code, 2);
    assert!(broken.err.contains("line 2: ") && broken.err.contains(", at column 9"), "{}", broken.err);
    assert!(!broken.err.contains("at line 1"), "the file's line is told, not that of one line: {}", broken.err);

    let mut signed = line("s", "2020-01-01", "Signed.");
    *signed.pointer_mut("/milestone/detail").unwrap() = json!({ "signed": { "signings": [{ "on": "2020-01-01" }] } });
    let file = place.write("unusual.jsonl", &[signed]);
    let report: Value = place.run(&["import", &file, "--json"]).json();
    let warning = report.pointer("/warnings/0").unwrap();
    assert_eq!((warning.pointer("/code"), warning.pointer("/line")), (Some(&json!("NO_NOTICE")), Some(&json!(1))));
    let refused = place.write("refused.jsonl", &[line("x", "2999", "Not yet.")]);
    let refused = place.run(&["import", &refused, "--json"]);
    assert_eq!((refused.code, refused.json().pointer("/refused/line")), (1, Some(&json!(1))));
}

#[test]
fn the_tables_for_people_tell_what_the_json_tells() {
    let place = Place::seeded();
    let timeline = place.run(&["timeline", "FI"]).out;
    assert!(timeline.contains("2010-06-08") && timeline.contains("case by case"), "{timeline}");
    let json = place.run(&["timeline", "FI", "--json"]).json();
    let periods = json["periods"].as_array().unwrap();
    assert_eq!(periods.first().unwrap()["from"], Value::Null);
    for pair in periods.windows(2) {
        assert_eq!(pair.first().unwrap()["to"], pair.last().unwrap()["from"], "the periods tile all days");
    }
    let question = ["agreements", "--on", "2016-05-01", "--listing", "blanket", "--instrument", "rdp"];
    let listed = place.run(&question).out;
    let as_json = place.run(&[&question[..], &["--json"]].concat()).json();
    let count = as_json["totalCount"].as_u64().unwrap();
    assert!(count > 15 && listed.contains(&format!("{count} agreements on 2016-05-01")), "{listed}");
    let durations = place.run(&["durations", "--from", "signed", "--to", "listed", "--rounds", "first"]).out;
    assert!(durations.contains("signed to listed: median 90 days of 5 exact"), "{durations}");
    let stalled = place.run(&["stalled", "--on", "2025-10-28", "--instrument", "rdp"]).out;
    assert!(stalled.contains("rdp/KR") && stalled.contains("stalled on 2025-10-28"), "{stalled}");
}
