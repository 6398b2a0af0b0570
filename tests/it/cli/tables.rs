//! Are the tables for analysis what the program answers, and does their dictionary describe them?

use std::collections::BTreeMap;

use serde_json::{Value, json};
use testkit::places::{Place, line};

type Rows = Vec<BTreeMap<String, String>>;

/// A table's rows, each cell by its column's name.
fn table(place: &Place, name: &str, more: &[&str]) -> Rows {
    let said = place.run(&[&["export", "--format", "csv", "--table", name], more].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    let mut reader = csv::Reader::from_reader(said.out.as_bytes());
    let header = reader.headers().unwrap().clone();
    let row = |row: csv::StringRecord| {
        header.iter().zip(&row).map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

#[test]
fn a_table_says_what_the_other_commands_say() {
    let place = Place::seeded();
    let milestones = table(&place, "milestones", &[]);
    assert_eq!(milestones.len(), 571);
    let signed = milestones.iter().find(|row| row["agreement"] == "rdp/JP" && row["kind"] == "signed").unwrap();
    assert_eq!(
        (&*signed["earliest"], &*signed["latest"], &*signed["round"], &*signed["state"]),
        ("2016-06-04", "2016-06-04", "1", "recorded")
    );
    assert_eq!(signed["source_titles"].split(" | ").count(), signed["source_urls"].split(" | ").count());
    assert_eq!((&*signed["first_published_on"], &*signed["source_reliability"]), ("2016-06-04", "primary | secondary"));
    let contradicted: Vec<&str> =
        milestones.iter().filter(|row| !row["settled_by"].is_empty()).map(|row| &*row["agreement"]).collect();
    assert_eq!(contradicted, ["rdp/KR"]);

    let timeline = place.run(&["timeline", "SI", "--json"]).json();
    let periods: Rows = table(&place, "periods", &[]).into_iter().filter(|row| row["agreement"] == "rdp/SI").collect();
    assert_eq!(periods.len(), timeline["periods"].as_array().unwrap().len());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for (row, period) in periods.iter().zip(timeline["periods"].as_array().unwrap()) {
        for facet in ["from", "to", "headline", "stage", "standing", "listing"] {
            let told = if matches!(facet, "from" | "to") { &period[facet] } else { &period["status"][facet] };
            assert_eq!(row[facet], text(told).to_lowercase(), "{facet}");
        }
        let possible: Vec<&str> = period["status"]["possibleStages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|stage| stage.as_str().unwrap())
            .collect();
        assert_eq!(row["possible_stages"], possible.join("|").to_lowercase());
        assert_eq!((&*row["table_position"], &*row["basis"], &*row["known_at"]), ("643", "recorded", ""));
    }

    let asked = place.run(&["durations", "--from", "signed", "--to", "listed", "--json"]).json();
    let wanted = |row: &BTreeMap<String, String>| {
        row["instrument"] == "rdp" && row["from_kind"] == "signed" && row["to_kind"] == "listed"
    };
    let durations: Rows = table(&place, "durations", &[]).into_iter().filter(wanted).collect();
    let number = |value: &Value| value.as_i64().map(|days| days.to_string()).unwrap_or_default();
    let expected = asked["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (text(&item["agreement"]["id"]), number(&item["minDays"]), number(&item["maxDays"])));
    let exported =
        durations.iter().map(|row| (row["agreement"].clone(), row["min_days"].clone(), row["max_days"].clone()));
    assert_eq!(exported.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
}

#[test]
fn a_table_is_cut_as_an_answer_is() {
    let place = Place::seeded();
    let whole = table(&place, "milestones", &[]);
    let cut = table(&place, "milestones", &["--at-position", "100"]);
    assert!(cut.iter().all(|row| row["table_position"] == "100" && row["position"].parse::<u64>().unwrap() <= 100));
    assert_eq!(cut.len(), whole.iter().filter(|row| row["position"].parse::<u64>().unwrap() <= 100).count());
    let published = table(&place, "milestones", &["--basis", "published", "--known-at", "2010-01-19T00:00:00Z"]);
    assert!(!published.is_empty() && published.len() < 100);
    assert!(
        published.iter().all(
            |row| *row["first_published_on"] <= *"2010-01-19" && row["known_at"].starts_with("2010-01-19T00:00:00")
        )
    );
}

#[test]
fn no_cell_is_a_formula_and_a_retracted_milestone_is_marked() {
    let place = Place::bare();
    let mut fact = line("a", "2020-01-01", "=HYPERLINK(\"https://example.org/\")");
    fact["sources"] = json!([
        { "title": "@one | two", "url": "https://example.org/1", "reliability": "secondary" },
        { "title": "three", "url": "https://example.org/2", "reliability": "primary", "published_on": "2020-01-02" },
    ]);
    let file = place.write("facts.jsonl", &[fact]);
    assert_eq!(place.run(&["import", &file]).code, 0);
    let row = &table(&place, "milestones", &[])[0];
    assert_eq!(row["summary"], "'=HYPERLINK(\"https://example.org/\")");
    assert_eq!(row["source_titles"], "'@one / two | three");
    assert_eq!((&*row["source_published_on"], &*row["retracted"]), (" | 2020-01-02", "false"));
}

#[test]
fn a_table_for_excel_is_the_same_behind_a_byte_order_mark() {
    let place = Place::seeded();
    let plain = place.run(&["export", "--format", "csv", "--table", "periods"]).out;
    let excel = place.run(&["export", "--format", "excel", "--table", "periods", "--output", "periods.csv"]);
    assert_eq!((excel.code, excel.out.as_str()), (0, ""), "{}", excel.err);
    assert_eq!(std::fs::read_to_string(place.path("periods.csv")).unwrap(), format!("\u{feff}{plain}"));
}

#[test]
fn joined_texts_can_be_split_back_whatever_is_in_them() {
    let place = Place::bare();
    let mut fact = line("a", "2020-01-01", "A summary | alone, with its mark.");
    fact["sources"] = json!([
        { "title": "one |", "url": "https://example.org/1", "publisher": "P|Q", "reliability": "secondary" },
        { "title": "| two | 2", "url": "https://example.org/2", "publisher": "|", "reliability": "primary" },
    ]);
    let file = place.write("facts.jsonl", &[fact]);
    assert_eq!(place.run(&["import", &file]).code, 0);
    let row = &table(&place, "milestones", &[])[0];
    assert_eq!(row["source_titles"].split(" | ").collect::<Vec<_>>(), ["one /", "/ two / 2"]);
    assert_eq!(row["source_publishers"].split(" | ").collect::<Vec<_>>(), ["P/Q", "/"]);
    assert_eq!(row["summary"], "A summary | alone, with its mark.");
}

#[test]
fn a_delisting_gives_the_listing_unlisted() {
    let place = Place::bare();
    let detailed = |key: &str, occurred: &str, detail: Value| {
        let mut fact = line(key, occurred, key);
        fact["milestone"]["detail"] = detail;
        fact
    };
    let facts = [
        detailed("listed", "2020-01-01", json!({ "listed": { "listing": "blanket" } })),
        detailed("delisted", "2021-01-01", json!({ "delisted": {} })),
        detailed("noted", "2022-01-01", json!({ "noted": {} })),
    ];
    assert_eq!(place.run(&["import", &place.write("facts.jsonl", &facts)]).code, 0);
    let rows = table(&place, "milestones", &[]);
    let listings: Vec<(&str, &str)> = rows.iter().map(|row| (&*row["kind"], &*row["listing"])).collect();
    assert_eq!(listings, [("listed", "blanket"), ("delisted", "unlisted"), ("noted", "")]);
}

#[test]
fn the_dictionary_in_the_documents_is_the_programs_and_names_every_column() {
    let place = Place::seeded();
    let dictionary = place.run(&["export", "--format", "csv", "--columns"]).out;
    let document = include_str!("../../../data/COLUMNS.md");
    assert!(
        document.ends_with(&dictionary),
        "write it anew: the introduction, then `depositary export --format csv --columns`"
    );
    for name in ["milestones", "periods", "durations"] {
        let section = place.run(&["export", "--format", "csv", "--columns", "--table", name]).out;
        let described: Vec<&str> =
            section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
        let rows = place.run(&["export", "--format", "csv", "--table", name]).out;
        assert_eq!(described.join(","), rows.lines().next().unwrap());
        let never_empty = |line: &&str| line.ends_with("| never |");
        let sure: Vec<&str> = section
            .lines()
            .filter(never_empty)
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
            .collect();
        for row in table(&place, name, &[]) {
            for column in &sure {
                assert!(!row[*column].is_empty(), "{name}: {column} is empty in {row:?}");
            }
        }
    }
}

#[test]
fn what_goes_with_a_table_alone_is_refused_beside_a_log() {
    let place = Place::seeded();
    for wrong in [&["--table", "periods"][..], &["--columns"], &["--at-position", "1"], &["--format", "csv"]] {
        let said = place.run(&[&["export"], wrong].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{wrong:?}");
        assert!(said.err.contains("--format csv"), "{}", said.err);
    }
    let unwritable = place.run(&["export", "--format", "csv", "--table", "periods", "--output", "no/such/folder.csv"]);
    assert!(unwritable.code == 2 && unwritable.err.contains("no/such/folder.csv"), "{}", unwritable.err);
}

#[test]
fn the_reports_on_lateness_and_contradictions_are_answers_and_never_a_no() {
    let place = Place::seeded();
    let lateness = place.run(&["lateness", "--by", "country", "--instrument", "rdp"]);
    assert_eq!(lateness.code, 0, "{}", lateness.err);
    assert!(lateness.out.contains("Latvia") && lateness.out.contains("As of position 643"), "{}", lateness.out);
    let latvia = place.run(&["lateness", "--by", "country", "--json"]).json();
    let latvia =
        latvia["nodes"].as_array().unwrap().iter().find(|group| group["country"]["code"] == "LV").unwrap().clone();
    assert_eq!(latvia["toPublication"]["medianDays"], 262.0);
    assert_eq!(
        (&latvia["toRecording"]["exactCount"], latvia["bundledToRecording"]["longestDays"] != Value::Null),
        (&json!(0), true),
        "all of them came with the program"
    );

    let contradictions = place.run(&["contradictions"]);
    assert_eq!(contradictions.code, 0);
    assert!(
        contradictions.out.contains("Korea, rdp/KR, notice published: 2024-02-23 (stated)"),
        "{}",
        contradictions.out
    );
    assert!(
        contradictions.out.contains("1 milestone has contradicting sources, as of position 643"),
        "{}",
        contradictions.out
    );
    let values = place.run(&["contradictions", "--json"]).json();
    let first = &values["nodes"][0]["contradiction"];
    assert_eq!((&first["by"], first["tellings"].as_array().unwrap().len()), (&json!("DECIDING"), 4));
    let known = ["--basis", "published", "--known-at", "2024-03-01T00:00:00Z", "--json"];
    for report in ["lateness", "contradictions"] {
        let now = place.run(&[report, "--json"]).json();
        assert_eq!((&now["position"], &now["basis"], &now["knownAt"]), (&json!(643), &json!("RECORDED"), &Value::Null));
        let then = place.run(&[&[report], &known[..]].concat()).json();
        assert_eq!(
            (&then["position"], &then["basis"], &then["knownAt"]),
            (&json!(643), &json!("PUBLISHED"), &json!("2024-03-01T00:00:00.000000Z")),
            "{report}"
        );
    }
    let none = place.run(&["contradictions", "--country", "LV"]);
    assert_eq!(
        (none.code, none.out.as_str()),
        (0, "0 milestones have contradicting sources, as of position 643 of the log.\n")
    );
}

#[test]
fn the_coverage_says_how_precisely_each_day_is_known_and_what_was_not_found() {
    let place = Place::seeded();
    let coverage = place.run(&["coverage", "--instrument", "rdp", "--json"]).json();
    let nodes = coverage["nodes"].as_array().unwrap();
    let of = |id: &str| nodes.iter().find(|node| node["agreement"]["id"] == id).unwrap();
    assert_eq!(of("rdp/LV")["signed"]["precision"], "DAY");
    assert_eq!(of("rdp/DK")["signed"]["precision"], "NOT_FOUND");
    assert_eq!(
        (&of("rdp/DK")["listed"]["precision"], &of("rdp/DK")["listed"]["kind"]),
        (&json!("BOUND"), &json!("OBSERVED"))
    );
    assert_eq!(of("rdp/CA")["signed"]["precision"], "MONTH");
    assert_eq!((&of("rdp/KR")["signed"], &of("rdp/KR")["beginning"]), (&of("rdp/KR")["renewed"], &json!("NOT_FOUND")));
    let told = place.run(&["coverage", "--instrument", "rdp"]).out;
    assert!(told.contains("33 agreements: signature or entry into force is known to the day of "), "{told}");
    // By what had been published before the signature was, it is not found.
    let then = ["coverage", "--basis", "published", "--known-at", "2017-06-30T23:59:59Z", "--json"];
    let then = place.run(&then).json();
    let latvia = then["nodes"].as_array().unwrap().iter().find(|node| node["agreement"]["id"] == "rdp/LV").unwrap();
    assert_eq!(latvia["signed"]["precision"], "NOT_FOUND");
}

#[test]
fn the_gaps_in_the_readme_of_the_data_are_those_that_the_program_tells() {
    let place = Place::seeded();
    let told = place.run(&["coverage", "--gaps"]);
    assert_eq!(told.code, 0, "{}", told.err);
    let readme = include_str!("../../../data/README.md");
    assert!(
        readme.contains(&told.out),
        "data/README.md has other gaps; put what `depositary coverage --gaps` prints there:\n{}",
        told.out
    );
    // What had been published when nobody had signed is told of no partner.
    let then =
        ["coverage", "--gaps", "--instrument", "rdp", "--basis", "published", "--known-at", "2010-06-08T00:00:00Z"];
    let then = place.run(&then).out;
    assert!(!then.contains("Latvia") && then.contains("First listing, bounds alone: "), "{then}");
    assert_eq!(place.run(&["coverage", "--gaps", "--json"]).code, 2, "a list of gaps is for people");
}
