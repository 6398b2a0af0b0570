//! Can an auditor prove, with the program and files alone, that nothing was altered?

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;
use testkit::places::{Place, Said, yes};

/// A place whose server has run once and made a key.
fn served() -> Place {
    let place = Place::seeded();
    let url = format!("sqlite://{}", place.path("depositary.db").display());
    drop(testkit::programs::Program::serve(&url, testkit::programs::free_port(), &["--log-name", "example.org/log"]));
    place
}

fn text(place: &Place, name: &str) -> String {
    std::fs::read_to_string(place.path(name)).unwrap()
}

fn no(said: &Said, told: &str) {
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    assert!(said.out.starts_with("ALTERED: ") && said.out.contains(told), "{}", said.out);
}

#[test]
fn a_key_is_made_once_where_only_its_owner_reads_it_and_one_that_others_read_is_refused() {
    let place = served();
    let key = place.path("depositary.db.key");
    assert_eq!(key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let first = yes(place.run(&["checkpoint", "--key"]));
    assert!(first.starts_with("example.org/log+"));
    std::fs::set_permissions(&key, PermissionsExt::from_mode(0o644)).unwrap();
    let said = place.run(&["checkpoint"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("chmod 600"), "{}", said.err);
    std::fs::write(&key, "no key\n").unwrap();
    std::fs::set_permissions(&key, PermissionsExt::from_mode(0o600)).unwrap();
    assert!(place.run(&["checkpoint"]).err.contains("holds no key"));
    std::fs::remove_file(&key).unwrap();
    let said = place.run(&["checkpoint"]);
    assert!(said.out.starts_with("depositary/unsigned\n643\n") && said.err.contains("not signed"));
    assert_eq!(place.run(&["checkpoint", "--key"]).code, 2);
    assert!(!key.exists(), "only a server makes a key");
}

/// Whatever is altered in the export of a place is named with its event.
fn an_altered_export_is_found(place: &Place, with: &[&str]) {
    let log = text(place, "log.jsonl");
    let lines: Vec<&str> = log.lines().collect();
    let write =
        |name: &str, lines: &[&str]| std::fs::write(place.path(name), format!("{}\n", lines.join("\n"))).unwrap();
    let altered = lines[16].replacen("https://", "https://x", 1);
    assert_ne!(altered, lines[16]);
    write("altered.jsonl", &[&lines[..16], &[altered.as_str()], &lines[17..]].concat());
    no(&place.run(&["verify", "altered.jsonl"]), "event 17: its leaf hash is not that of its content");
    write("shorter.jsonl", &lines[..637]);
    yes(place.run(&["verify", "shorter.jsonl"]));
    // An older export looks the same as one whose end was taken away: nothing is proven of either, and no alteration is claimed.
    let shorter = place.run(&[&["verify", "shorter.jsonl"], with].concat());
    assert_eq!(shorter.code, 2, "{}", shorter.out);
    assert!(
        shorter
            .err
            .contains("637 events, and the checkpoint is of 643 events: it is an older export, or one without its end"),
        "{}",
        shorter.err
    );
    let nanoseconds = lines[16].replacen("Z\"", "999Z\"", 1);
    write("nanoseconds.jsonl", &[&lines[..16], &[nanoseconds.as_str()], &lines[17..]].concat());
    no(&place.run(&["verify", "nanoseconds.jsonl"]), "event 17: its instant is not in its one spelling");
    let twice = lines[16].replacen("\"payload\":", "\"payload\":{},\"payload\":", 1);
    write("twice.jsonl", &[&lines[..16], &[twice.as_str()], &lines[17..]].concat());
    no(&place.run(&["verify", "twice.jsonl"]), "event 17");
    let nested = lines[16].replacen("\"payload\":{", "\"payload\":{\"milestone\":\"forged\",", 1);
    write("nested.jsonl", &[&lines[..16], &[nested.as_str()], &lines[17..]].concat());
    no(&place.run(&["verify", "nested.jsonl"]), "event 17: the key `milestone` comes twice");
    write("gap.jsonl", &[&lines[..20], &lines[22..]].concat());
    no(&place.run(&["verify", "gap.jsonl"]), "between event 21 and event 22: it is missing");
}

/// A note that was kept of a place is believed as its key has signed it, whatever an editor or a mail did to its lines.
fn an_altered_note_is_found(place: &Place, key: &str) {
    let note = text(place, "kept.txt");
    std::fs::write(place.path("forged.txt"), note.replace("\n643\n", "\n642\n")).unwrap();
    no(&place.run(&["verify", "--checkpoint", "forged.txt", "--key", key]), "does not fit the text");
    std::fs::write(place.path("unsigned.txt"), note.split("\n\n").next().unwrap().to_owned() + "\n").unwrap();
    no(&place.run(&["verify", "--checkpoint", "unsigned.txt", "--key", key]), "not signed by example.org/log");
    yes(place.run(&["verify", "--checkpoint", "unsigned.txt"]));
    assert_eq!(place.run(&["verify", "--key", "nonsense"]).code, 2);
    // What an editor or a mail does to a note alters nothing of it.
    for (name, sent) in [
        ("lines.txt", note.replace('\n', "\r\n")),
        ("blanks.txt", note.replace('\n', "  \n") + "\n\n"),
        ("mark.txt", format!("\u{feff}{note}")),
    ] {
        std::fs::write(place.path(name), sent).unwrap();
        yes(place.run(&["verify", "--checkpoint", name, "--key", key]));
    }
}

#[test]
fn a_kept_checkpoint_verifies_the_database_and_the_export_and_finds_what_was_altered() {
    let place = served();
    let key = yes(place.run(&["checkpoint", "--key"]));
    let key = key.trim();
    std::fs::write(place.path("early.txt"), yes(place.run(&["checkpoint", "--at-position", "100"]))).unwrap();
    std::fs::write(place.path("kept.txt"), yes(place.run(&["checkpoint"]))).unwrap();
    let with = ["--checkpoint", "kept.txt", "--checkpoint", "early.txt", "--key", key];

    let told = yes(place.run(&[&["verify"], &with[..]].concat()));
    assert!(told.contains("Up to event 643 nothing was altered"), "{told}");
    yes(place.run(&["export", "--output", "log.jsonl"]));
    let told = yes(place.run(&[&["verify", "log.jsonl"], &with[..]].concat()));
    assert!(told.contains("signed by example.org/log"), "{told}");
    assert!(yes(place.run(&["verify", "log.jsonl"])).contains("No checkpoint was given"));

    an_altered_export_is_found(&place, &with);
    an_altered_note_is_found(&place, key);
    std::fs::write(place.path("empty.txt"), "").unwrap();
    for wrong in [&["verify", "depositary.db"][..], &["verify", "empty.txt"], &["verify", "--checkpoint", "empty.txt"]]
    {
        assert_eq!(place.run(wrong).code, 2, "{wrong:?} is a mistake, and nothing was altered");
    }
    assert_eq!(place.run(&["verify", "--checkpoint", "absent.txt"]).code, 2);
}

#[test]
fn a_copy_is_verified_as_it_is_and_its_owner_alone_reads_it() {
    let place = Place::seeded();
    yes(place.run(&["backup", "copy.db"]));
    assert_eq!(place.path("copy.db").metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let before = std::fs::read(place.path("copy.db")).unwrap();
    yes(place.run_on("copy.db", &["verify"]));
    assert_eq!(std::fs::read(place.path("copy.db")).unwrap(), before, "not a byte of it is another");
}

#[tokio::test]
async fn tables_of_other_rules_are_no_alteration_and_no_proof_either() {
    let place = Place::seeded();
    let url = format!("sqlite://{}", place.path("depositary.db").display());
    let store = depositary::store::Store::connect(&url).await.unwrap();
    testkit::tables::run(&store, "update log_head set rules = 'of another release'").await.unwrap();
    let said = place.run(&["verify"]);
    assert_eq!(said.code, 2, "{}{}", said.out, said.err);
    assert!(said.err.contains("--log-only"), "{}", said.err);
    assert!(yes(place.run(&["verify", "--log-only"])).contains("The tables were not compared."));
}

#[test]
fn verifying_changes_nothing_and_makes_no_database() {
    let place = Place::bare();
    let said = place.run(&["verify"]);
    assert_eq!(said.code, 2, "{}{}", said.out, said.err);
    assert!(!place.path("depositary.db").exists());
    std::fs::write(place.path("depositary.db"), "").unwrap();
    let said = place.run(&["verify"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("depositary migrate"), "{}", said.err);
}

/// Writes a bundle into a place.
fn put(place: &Place, name: &str, bundle: &Value) {
    std::fs::write(place.path(name), format!("{}\n", serde_json::to_string_pretty(bundle).unwrap())).unwrap();
}

/// Whatever is altered in a bundle, it is refused for what it is.
fn an_altered_bundle_is_refused(elsewhere: &Place, bundle: &Value) {
    let mut number = 0;
    let mut refused = |told: &str, alter: &dyn Fn(&mut Value)| {
        let mut altered = bundle.clone();
        alter(&mut altered);
        assert_ne!(&altered, bundle);
        number += 1;
        let name = format!("altered{number}.json");
        put(elsewhere, &name, &altered);
        no(&elsewhere.run(&["verify", &name]), told);
    };
    refused("the answer does not follow", &|bundle| bundle["answer"]["status"]["headline"] = "IN_FORCE".into());
    refused("the answer does not follow", &|bundle| bundle["question"]["as_of"] = "2023-01-01".into());
    refused("the answer does not follow", &|bundle| bundle["stream"].as_array_mut().unwrap().truncate(5));
    refused("not the next event of the agreement", &|bundle| drop(bundle["stream"].as_array_mut().unwrap().remove(3)));
    refused("not what the log has", &|bundle| bundle["stream"][5]["payload"]["summary"] = "other".into());
    refused("not those that the bundle's checkpoint commits to", &|bundle| {
        bundle["leaf_hashes"][100] = bundle["leaf_hashes"][101].clone();
    });
    refused("a position that the log did not have", &|bundle| {
        bundle["question"]["position"] = 900.into();
        bundle["answer"]["position"] = 900.into();
    });
    refused("has no key", &|bundle| bundle["key"] = Value::Null);
    refused("not the one that signed", &|bundle| bundle["key"] = "junk".into());
    refused("its instant is not in its one spelling", &|bundle| {
        let recorded_at = bundle["stream"][0]["recorded_at"].as_str().unwrap().replace('Z', "999Z");
        bundle["stream"][0]["recorded_at"] = recorded_at.into();
    });
    refused("a leaf hash is not one", &|bundle| bundle["leaf_hashes"][100] = "zz".into());
    refused("claims to prove something else", &|bundle| bundle["proves"][0] = "Everything.".into());
    refused("not a checkpoint", &|bundle| bundle["checkpoint"] = "x\n".into());
}

/// What a later release may write proves nothing, and is no alteration either.
fn a_bundle_of_a_later_release_is_none(elsewhere: &Place, bundle: &Value) {
    for (name, alter) in [
        ("more.json", Box::new(|bundle: &mut Value| bundle["more"] = 1.into()) as Box<dyn Fn(&mut Value)>),
        ("less.json", Box::new(|bundle| drop(bundle.as_object_mut().unwrap().remove("release")))),
        ("kind.json", Box::new(|bundle| bundle["leaf_hashes"] = 1.into())),
    ] {
        let mut other = bundle.clone();
        alter(&mut other);
        put(elsewhere, name, &other);
        let told = elsewhere.run(&["verify", name]);
        assert!(
            told.code == 2 && told.err.contains("is no bundle of evidence as this release writes one"),
            "{}",
            told.err
        );
    }
}

#[test]
fn evidence_is_accepted_on_another_machine_and_any_alteration_of_it_is_not() {
    let place = served();
    let key = yes(place.run(&["checkpoint", "--key"]));
    let key = key.trim();
    std::fs::write(place.path("kept.txt"), yes(place.run(&["checkpoint", "--at-position", "500"]))).unwrap();
    yes(place.run(&["evidence", "KR", "--on", "2025-10-28", "--output", "korea.json"]));
    let mut answer = place.run(&["status", "KR", "--on", "2025-10-28", "--json"]).json();
    // What a copy of the list says rests on other agreements too, of which a bundle has only the hashes.
    assert!(answer.as_object_mut().unwrap().remove("held").is_some());
    let bundle: Value = serde_json::from_str(&text(&place, "korea.json")).unwrap();
    assert_eq!(bundle["answer"], answer, "the bundle's answer is what the command answers");

    // Another machine: nothing of the log, not even a database.
    let elsewhere = Place::bare();
    std::fs::copy(place.path("kept.txt"), elsewhere.path("kept.txt")).unwrap();
    std::fs::copy(place.path("korea.json"), elsewhere.path("korea.json")).unwrap();
    let told = yes(elsewhere.run(&["verify", "korea.json", "--key", key, "--checkpoint", "kept.txt"]));
    assert!(
        told.contains("The matter had been under review for 581 days") && told.contains("signed by example.org/log"),
        "{told}"
    );
    assert!(told.contains("Up to event 500 nothing was altered"), "{told}");
    assert!(yes(elsewhere.run(&["verify", "korea.json"])).contains("signed by the key in it alone"));
    // Who made it is nothing that a log can prove, and is said to be no part of the proof.
    let mut other = bundle.clone();
    other["release"] = "9.9.9".into();
    put(&elsewhere, "release.json", &other);
    let told = yes(elsewhere.run(&["verify", "release.json", "--key", key]));
    assert!(told.contains("is not proven, nor that release 9.9.9 made it, as it says"), "{told}");
    let twice = text(&place, "korea.json").replacen(
        "      \"sentence\": ",
        "      \"sentence\": \"Forged.\",\n      \"sentence\": ",
        1,
    );
    std::fs::write(elsewhere.path("twice.json"), twice).unwrap();
    no(&elsewhere.run(&["verify", "twice.json"]), "the key `sentence` comes twice");

    an_altered_bundle_is_refused(&elsewhere, &bundle);
    a_bundle_of_a_later_release_is_none(&elsewhere, &bundle);
    let other = "example.org/log+00000000+AUFxDP9XWLzef8mJvkiYgV+hCbhHHCICikmhaUHa9pYS";
    assert_eq!(elsewhere.run(&["verify", "korea.json", "--key", other]).code, 2, "a key whose hash is wrong is no key");
    std::fs::write(elsewhere.path("other.txt"), text(&place, "kept.txt").replace("\n500\n", "\n501\n")).unwrap();
    no(&elsewhere.run(&["verify", "korea.json", "--checkpoint", "other.txt"]), "has another root");
}
