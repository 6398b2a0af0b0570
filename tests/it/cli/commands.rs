//! Does each command do what it says of itself?

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use testkit::places::Place;

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
    for (position, arguments) in [(0, &["--no-seed"][..]), (643, &[]), (643, &[])] {
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
