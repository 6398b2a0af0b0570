//! Is every line of a file recorded once, or refused with its place?

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
fn a_file_of_another_system_is_read_as_it_is_meant() {
    let place = Place::bare();
    let text = format!("\u{feff}{}\r\n\r\n{}\r\n", line("a", "2020", "One."), line("b", "2021", "Two."));
    std::fs::write(place.path("facts.jsonl"), text).unwrap();
    let said = place.run(&["import", "facts.jsonl", "--json"]);
    assert_eq!(said.json()["recorded"], 2, "{}", said.err);
}
