//! Are the bundled figures those of their sources, taken in once, and told by the command line?

use std::collections::BTreeSet;

use depositary::domain::words::Word;
use depositary::projections::figures::Fit;
use depositary::record::import::{BUNDLED_FIGURES, FigureLine, figures};
use depositary::server::seed_figures;
use serde_json::{Value, json};
use testkit::facts::actor;
use testkit::figures::values;
use testkit::places::Place;
use testkit::serving::for_each_server;

fn lines() -> Vec<FigureLine> {
    BUNDLED_FIGURES
        .1
        .lines()
        .map(|line| FigureLine::parse(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect()
}

#[test]
fn a_key_is_that_of_its_figure_and_stands_once_and_the_readme_counts_them() {
    let mut keys = BTreeSet::new();
    for line in lines() {
        let stem = format!("{}/{}-", line.figure.of, line.figure.measure.as_str().replace('_', "-"));
        let number = line.key.strip_prefix(&stem).unwrap_or_else(|| panic!("{}", line.key));
        assert!(number.parse::<u32>().is_ok_and(|number| number > 0), "{}", line.key);
        assert!(keys.insert(line.key.clone()), "{} stands twice", line.key);
    }
    let readme = include_str!("../../../../data/README.md");
    assert!(readme.contains(&format!("{} figures", keys.len())), "{} figures", keys.len());
    assert_eq!(figures(BUNDLED_FIGURES.1, &actor()).unwrap().len(), keys.len());
}

#[tokio::test]
async fn the_stated_counts_meet_the_record_and_the_one_that_does_not_is_the_report() {
    for_each_server(async |server| {
        seed_figures(&server.behind.tracker).await.unwrap();
        let counts = "filter: { instrument: \"rdp\", measures: [\"listed_partners\"] }";
        assert_eq!(values(server, counts).await, ["21", "23", "23", "27", "27", "28", "28", "28"].map(Value::from));
        let answer = server.ask("{ figures(filter: { fits: [DIFFERS] }) { nodes { of value evidence span { edtf } counted { atLeast } sources { publisher } } } }").await;
        let nodes = answer["figures"]["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), 1, "{answer}");
        assert_eq!((&nodes[0]["value"], &nodes[0]["span"]["edtf"]), (&json!("19"), &json!("2011-09-09")));
        let gao = server.ask("{ figures(filter: { measures: [\"purchases\"] }) { nodes { value accuracy unit span { edtf } } } }").await;
        let expected = json!([{ "value": "5200000000", "accuracy": "ABOUT", "unit": "USD a year", "span": { "edtf": "2019/2023" } }]);
        assert_eq!(gao["figures"]["nodes"], expected);
    })
    .await;
}

#[test]
fn the_command_line_imports_the_bundled_figures_once_and_tells_them() {
    let place = Place::seeded();
    let count = lines().len();
    let told = place.run(&["figures", "--fit", "differs"]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(told.out.contains("19 countries") && told.out.contains("1 figure, 1 unlike the record"), "{}", told.out);
    let all = place.run(&["figures", "--json"]).json();
    assert_eq!(all["totalCount"], count);
    let export = |place: &Place| place.run(&["export"]).out;
    let log = export(&place);
    assert_eq!(place.run(&["import", "--bundled", "--correct"]).code, 0);
    assert_eq!(export(&place), log, "the same again changes nothing");
    let table = place.run(&["export", "--format", "csv", "--table", "figures"]);
    assert_eq!((table.code, table.out.lines().count()), (0, count + 1), "{}", table.err);
    for fit in Fit::ALL {
        assert_eq!(place.run(&["figures", "--fit", fit.as_str()]).code, 0);
    }
}

#[test]
fn a_newer_edition_of_figures_is_refused_or_corrects_and_what_changes_is_said() {
    let place = Place::seeded();
    let mut lines: Vec<Value> = BUNDLED_FIGURES.1.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    lines[1]["figure"]["summary"] = "Told better.".into();
    let mut new = lines[1].clone();
    new["key"] = "rdp/import-share-9".into();
    lines.push(new);
    let file = place.write("newer.jsonl", &lines);
    let refused = place.run(&["import", &file]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("newer.jsonl, line 2") && refused.err.contains("--correct"), "{}", refused.err);
    let dry = place.run(&["import", &file, "--correct", "--dry-run", "--json"]).json();
    let changes: Vec<&Value> = dry["lines"].as_array().unwrap().iter().map(|line| &line["change"]).collect();
    assert_eq!(changes, [&json!("CORRECTED"), &json!("RECORDED")]);
    let log = place.run(&["export"]).out;
    let took = place.run(&["import", &file, "--correct", "--json"]).json();
    assert_eq!((&took["recorded"], &took["corrected"]), (&json!(1), &json!(1)));
    assert_eq!(place.run(&["export"]).out.lines().count(), log.lines().count() + 2);
    let mixed = place.write("mixed.jsonl", &[lines[0].clone(), json!({ "key": "a", "agreement": "rdp/RO" })]);
    assert_eq!(place.run(&["import", &mixed]).code, 2, "a file holds figures or milestones");
}
