//! Does `depositary diff` tell what differs by its exit code, as a table and as JSON?

use serde_json::json;
use testkit::places::Place;

#[test]
fn statuses_that_differ_are_a_no_and_those_that_do_not_a_yes() {
    let place = Place::seeded();
    let differ = place.run(&[
        "diff",
        "--from",
        "2017-06-30@2017-06-30T23:59:59Z",
        "--to",
        "2017-12-31",
        "--basis",
        "published",
        "--country",
        "LV",
        "--instrument",
        "rdp",
    ]);
    assert_eq!(differ.code, 1, "{}", differ.err);
    for part in [
        "under review",
        "in force",
        "blanket",
        "2017-04-10 signed (learnt)",
        "2017-12-28 listed (learnt, and happened)",
    ] {
        assert!(differ.out.contains(part), "{part}: {}", differ.out);
    }
    let last = "1 differs between 2017-06-30 (as published known by 2017-06-30T23:59:59Z, position 643) and 2017-12-31 (as published, position 643).\n";
    assert!(differ.out.ends_with(last), "{}", differ.out);
    let finer = place.run(&["diff", "--from", "2025-06-01@2099-01-01T23:59:59.25Z", "--to", "2025-06-01"]);
    assert!(finer.out.contains("known by 2099-01-01T23:59:59.250000Z, position 643"), "{}", finer.out);
    let same = place.run(&["diff", "--from", "2025-06-01", "--to", "2025-06-02"]);
    assert_eq!(same.code, 0, "{}", same.err);
    assert!(same.out.contains("0 differ between"), "{}", same.out);
}

#[test]
fn a_side_may_be_a_position_and_have_a_basis_of_its_own() {
    let place = Place::seeded();
    let on = "2017-06-30";
    let by_position =
        place.run(&["diff", "--from", &format!("{on}@1"), "--to", on, "--instrument", "sosa", "--json"]).json();
    assert_eq!((&by_position["from"]["position"], &by_position["to"]["position"]), (&json!(1), &json!(643)));
    let all = by_position["nodes"].as_array().unwrap();
    assert!(!all.is_empty() && all.iter().all(|row| row["causes"][0]["change"] == "LEARNT"), "{by_position}");
    let known = format!("{on}@{on}T23:59:59Z@643");
    let of_two =
        place.run(&["diff", "--from", &known, "--from-basis", "published", "--to", on, "--country", "LV", "--json"]);
    let (code, of_two) = (of_two.code, of_two.json());
    assert_eq!((code, &of_two["from"]["basis"], &of_two["to"]["basis"]), (1, &json!("PUBLISHED"), &json!("RECORDED")));
    let causes = &of_two["nodes"][0]["causes"];
    assert_eq!(
        causes[1],
        json!({
            "change": "LEARNT", "happened": false, "milestone": causes[1]["milestone"], "kind": "SIGNED", "rule": null,
            "came": { "edtf": "2017-04-10", "earliest": "2017-04-10", "latest": "2017-04-10" }, "position": causes[1]["position"], "sentence": "2017-04-10 signed (learnt)",
        })
    );
}

#[test]
fn a_side_that_cannot_be_read_is_wrong_usage_and_says_what_to_give() {
    let place = Place::seeded();
    for (side, message) in [
        ("yesterday", "give today or one such as 2025-06-01"),
        ("2025-02-30", "is no day"),
        ("", "is no day"),
        ("2025-06-01@", "neither an instant such as"),
        ("2025-06-01@noon", "neither an instant such as"),
        ("2025-06-01@5@6", "one too many"),
        ("2025-06-01@99999999999999999999", "beyond any position"),
        ("2025-06-01@644", "position 644 lies ahead of the log, which is at 643"),
        ("2025-06-01@5@2025-06-01T00:00:00Z", "exclude each other"),
    ] {
        for option in [["--from", side, "--to", "today"], ["--from", "today", "--to", side]] {
            let said = place.run(&[&["diff"], &option[..]].concat());
            assert_eq!(said.code, 2, "{side}: {}{}", said.out, said.err);
            assert!(said.err.contains(message), "{side}: {}", said.err);
        }
    }
    assert_eq!(place.run(&["diff", "--to", "today"]).code, 2, "a side to compare with is needed");
}
