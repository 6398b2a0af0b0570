//! Does a restore let in only what the door does, and is what got in harmless where it is shown?

use depositary::proof::audit::ExportLine;
use depositary::store::StoredEvent;
use serde_json::Value;
use testkit::places::{Place, line, said, yes};
use testkit::programs::{Program, free_port};

/// An export in which a forger changed events, their hashes computed anew; `forge` is given each of Korea's with its number.
fn rewritten(place: &Place, mut forge: impl FnMut(usize, &mut StoredEvent)) -> String {
    let log = yes(place.run(&["export"]));
    let mut number = 0;
    let lines = log.lines().map(|line| {
        let mut event = ExportLine::read(line).unwrap();
        if event.stream == "rdp/KR" {
            forge(number, &mut event);
            event.leaf_hash = event.leaf().hash().unwrap().to_vec();
            number += 1;
        }
        serde_json::to_string(&ExportLine::of(event).unwrap()).unwrap()
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let path = place.path("forged.jsonl");
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

/// An export in which a forger put something into the first fact of Korea.
fn forged(place: &Place, forge: impl Fn(&mut Value)) -> String {
    let mut done = false;
    rewritten(place, |_, event| {
        if !done && event.kind == "milestone_recorded" {
            let mut payload: Value = serde_json::from_str(&event.payload).unwrap();
            forge(&mut payload);
            event.payload = depositary::ledger::canonical(&payload).unwrap();
            done = true;
        }
    })
}

/// What is done to an event of Korea's, by its number.
type Rewrite = Box<dyn FnMut(usize, &mut StoredEvent)>;

#[test]
fn a_restore_refuses_events_that_do_not_follow_from_the_record_before_them() {
    let place = Place::seeded();
    let becomes = |which: usize, kind: &'static str, payload: &'static str| -> Rewrite {
        Box::new(move |number, event| {
            if number == which {
                (event.kind, event.payload) = (kind.to_owned(), payload.to_owned());
            }
        })
    };
    let mut first = None;
    let cases: Vec<(&str, Rewrite)> = vec![
        ("is the United States", Box::new(|_, event| "rdp/US".clone_into(&mut event.stream))),
        ("is already open", becomes(1, "agreement_opened", "{}")),
        ("is not open", becomes(0, "milestone_retracted", RETRACTION)),
        ("is not in the record", becomes(2, "milestone_retracted", RETRACTION)),
        (
            "used for another command",
            Box::new(move |number, event| {
                let id = *first.get_or_insert((event.command_id, event.command_index));
                if number == 1 {
                    (event.command_id, event.command_index) = id;
                }
            }),
        ),
    ];
    for (told, forge) in cases {
        let file = rewritten(&place, forge);
        let said = place.run_on("restored.db", &["restore", &file]);
        assert!(said.code == 1 && said.err.contains(told) && said.err.contains("event "), "{told}: {}", said.err);
        assert_eq!(place.run_on("restored.db", &["export"]).out, "", "{told}");
    }
}

const RETRACTION: &str = r#"{"milestone":"6e8bc430-9c3a-51d9-9669-0800200c9a66","why":"Nonsense."}"#;

#[test]
fn a_file_that_is_no_export_is_named_for_what_it_is_before_anything_is_restored() {
    let place = Place::seeded();
    let log = yes(place.run(&["export"]));
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(log.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (bytes, told) in [(vec![0x1f, 0x8b, 8, 0], "gunzip"), (wide, "UTF-16"), (b"a,b".to_vec(), "neither an export")]
    {
        std::fs::write(place.path("log"), bytes).unwrap();
        let said = place.run_on("restored.db", &["restore", "log"]);
        assert!(said.code == 2 && said.err.contains(told), "{told}: {}", said.err);
    }
}

/// What is done to an event's payload.
type Forge = Box<dyn Fn(&mut Value)>;

#[test]
fn a_restore_refuses_what_the_door_refuses_and_names_the_place() {
    let place = Place::seeded();
    let source =
        |name: &'static str, text: &'static str| move |payload: &mut Value| payload["sources"][0][name] = text.into();
    let cases: [(&str, Forge); 6] = [
        ("sources[0].url", Box::new(source("url", "javascript:alert(document.domain)"))),
        ("sources[0].url", Box::new(source("url", "https://reader:s3cret@example.org/"))),
        ("sources[0].title", Box::new(source("title", "\u{1b}]0;mine\u{7}"))),
        ("sources[0].title", Box::new(source("title", "a\u{202e}b"))),
        ("summary", Box::new(|payload| payload["milestone"]["summary"] = "a\u{9b}2Jb".into())),
        ("lies after today", Box::new(|payload| payload["milestone"]["occurred"] = "2999".into())),
    ];
    for (told, forge) in cases {
        let file = forged(&place, forge);
        let said = place.run_on("restored.db", &["restore", &file]);
        assert!(
            said.code == 1 && said.err.contains(told) && said.err.contains("--as-recorded"),
            "{told}: {}",
            said.err
        );
        assert!(!said.err.contains('\u{1b}') && !said.err.contains('\u{202e}'), "{}", said.err);
        assert_eq!(place.run_on("restored.db", &["export"]).out, "", "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_release_let_in_is_restored_when_it_is_said_and_harms_nobody() {
    let place = Place::seeded();
    let file = forged(&place, |payload| {
        payload["sources"][0]["url"] = "javascript:alert(document.domain)".into();
        payload["sources"][0]["title"] = "\u{1b}]0;mine\u{7}\u{9b}2J\u{202e}\u{200b}title".into();
        payload["milestone"]["summary"] = "\u{1b}[8mhidden".into();
    });
    yes(place.run_on("restored.db", &["restore", &file, "--as-recorded"]));
    yes(place.run_on("restored.db", &["verify"]));
    let harmless = |text: &str, what: &str| {
        for hidden in ['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}', '\u{200b}'] {
            assert!(!text.contains(hidden), "{what} has {hidden:?}");
        }
    };
    for command in
        [&["timeline", "KR"][..], &["status", "KR"], &["timeline", "KR", "--json"], &["lateness"], &["contradictions"]]
    {
        harmless(&place.run_on("restored.db", command).out, command[0]);
    }
    let server = Program::serve(&format!("sqlite://{}", place.path("restored.db").display()), free_port(), &[]);
    for path in [
        "/v1/timeline/KR",
        "/v1/feed.atom",
        "/v1/feed/KR.atom",
        "/v1/timeline/KR?format=csv",
        "/v1/deadlines.ics?country=KR",
    ] {
        let text = reqwest::get(format!("http://{}{path}", server.address)).await.unwrap().text().await.unwrap();
        harmless(&text, path);
        assert!(!text.contains("javascript:"), "{path}");
    }
}

#[test]
fn what_was_only_spelled_anew_or_packed_was_not_altered() {
    let place = Place::seeded();
    std::fs::write(place.path("kept.txt"), yes(place.run(&["checkpoint"]))).unwrap();
    yes(place.run(&["export", "--output", "log.jsonl"]));
    yes(place.run(&["evidence", "KR", "--on", "2025-10-28", "--output", "korea.json"]));
    let write = |name: &str, bytes: &[u8]| std::fs::write(place.path(name), bytes).unwrap();
    let log = std::fs::read_to_string(place.path("log.jsonl")).unwrap();
    let values: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap();
    write("indented.jsonl", values.iter().map(pretty).collect::<Vec<_>>().join("\n").as_bytes());
    write("windows.jsonl", format!("\u{feff}{}\r\n\r\n", log.replace('\n', "\r\n")).as_bytes());
    write("blanks.jsonl", log.replace(":{", ": {").replace(",\"", ", \"").as_bytes());
    let escaped: String = log
        .chars()
        .map(|char| if char.is_ascii() { char.to_string() } else { format!("\\u{:04x}", u32::from(char)) })
        .collect();
    write("escaped.jsonl", escaped.as_bytes());
    for name in ["log.jsonl", "indented.jsonl", "windows.jsonl", "blanks.jsonl", "escaped.jsonl"] {
        let told = yes(place.run(&["verify", name, "--checkpoint", "kept.txt"]));
        assert!(told.contains("Up to event 643 nothing was altered"), "{name}: {told}");
    }
    let bundle: Value = serde_json::from_str(&std::fs::read_to_string(place.path("korea.json")).unwrap()).unwrap();
    write("minified.json", bundle.to_string().as_bytes());
    write("marked.json", format!("\u{feff}\r\n{}", pretty(&bundle).replace('\n', "\r\n    ")).as_bytes());
    for name in ["korea.json", "minified.json", "marked.json"] {
        assert!(
            yes(place.run(&["verify", name, "--checkpoint", "kept.txt"])).contains("15 events of rdp/KR"),
            "{name}"
        );
    }
    write("log.jsonl.gz", &[0x1f, 0x8b, 8, 0]);
    write("wide.jsonl", &[0xff, 0xfe, b'{', 0]);
    write("list.jsonl", format!("[{}]", log.trim().replace('\n', ",")).as_bytes());
    write("cut.jsonl", &log.as_bytes()[..log.len() - 40]);
    write("cut.json", &pretty(&bundle).as_bytes()[..50_000]);
    write("page.html", b"<!doctype html>");
    for (name, told) in [
        ("log.jsonl.gz", "gunzip"),
        ("wide.jsonl", "UTF-16"),
        ("list.jsonl", "neither an export"),
        ("cut.jsonl", "cut short"),
        ("cut.json", "cut short"),
        ("page.html", "neither an export"),
    ] {
        let said = place.run(&["verify", name]);
        assert!(said.code == 2 && said.err.contains(told), "{name}: {}{}", said.out, said.err);
    }
    // Altered is altered, however it is spelled.
    write(
        "forged.jsonl",
        std::fs::read_to_string(place.path("indented.jsonl")).unwrap().replacen("Washington", "Paris", 1).as_bytes(),
    );
    assert_eq!(place.run(&["verify", "forged.jsonl"]).code, 1);
}

#[tokio::test]
async fn verify_speaks_of_guards_that_are_gone_of_what_others_put_in_and_of_tokens() {
    let place = Place::seeded();
    yes(place.run(&["token", "create", "--role", "administrator", "--name", "desk"]));
    let told = yes(place.run(&["verify"]));
    assert!(told.contains("1 token, 1 of them of administrators, and 0 webhooks are in no log"), "{told}");
    assert!(!told.contains("WARNING"), "{told}");
    let url = format!("sqlite://{}", place.path("depositary.db").display());
    let store = depositary::store::Store::connect(&url).await.unwrap();
    let sql = "drop trigger events_refuse_delete; create trigger theirs after insert on events begin select 1; end;";
    testkit::tables::run(&store, sql).await.unwrap();
    let told = yes(place.run(&["verify"]));
    assert!(told.contains("WARNING: the trigger `events_refuse_delete`") && told.contains("`theirs` is not"), "{told}");
    let endless = "alter table events rename to hidden; create view events as
         with recursive endless(position) as (select 1 union all select position + 1 from endless) select * from endless";
    testkit::tables::run(&store, endless).await.unwrap();
    store.close().await;
    let mut command = std::process::Command::new("timeout");
    let run = command.arg("20").arg(testkit::programs::binary()).arg("verify").env("DATABASE_URL", &url);
    let told = said(run.current_dir(place.path("")));
    assert!(told.code == 1 && told.out.contains("`events` is not the table"), "{}{}", told.out, told.err);
}

#[test]
fn a_log_that_a_wrong_clock_has_dated_ahead_is_spoken_of_everywhere_and_goes_on_when_it_is_said() {
    let place = Place::seeded();
    let log = yes(place.run(&["export"]));
    let (lines, last) = log.trim_end().rsplit_once('\n').unwrap();
    let mut event = ExportLine::read(last).unwrap();
    event.recorded_at = "2100-01-01T00:00:00Z".parse().unwrap();
    event.leaf_hash = event.leaf().hash().unwrap().to_vec();
    let last = serde_json::to_string(&ExportLine::of(event).unwrap()).unwrap();
    std::fs::write(place.path("ahead.jsonl"), format!("{lines}\n{last}\n")).unwrap();
    yes(place.run_on("ahead.db", &["restore", "ahead.jsonl"]));
    let told = yes(place.run_on("ahead.db", &["verify"]));
    assert!(told.contains("WARNING: the last event is dated 2100-01-01T00:00:00.000000Z"), "{told}");
    let facts = place.write("facts.jsonl", &[line("a", "2020-01-01", "Ours.")]);
    for command in [&["import", &facts][..], &["alerts", "run"]] {
        let refused = place.run_on("ahead.db", command);
        assert!(
            refused.code == 2 && refused.err.contains("--accept-log-end=2100-01-01"),
            "{command:?}: {}",
            refused.err
        );
    }
    let url = format!("sqlite://{}", place.path("ahead.db").display());
    let server = Program::serve(&url, free_port(), &[]);
    assert!(server.said().concat().contains("server.clock.does_not_fit"), "{:?}", server.said());
    drop(server);
    yes(place.run_on("ahead.db", &["import", &facts, "--accept-log-end=2100-01-01T00:00:00.000000Z"]));
    // What is recorded later has the end's instant, so its position alone tells it apart.
    let export = yes(place.run_on("ahead.db", &["export"]));
    let added = export.lines().skip(643).map(|line| ExportLine::read(line).unwrap().recorded_at.to_rfc3339());
    assert_eq!(added.collect::<Vec<_>>(), ["2100-01-01T00:00:00+00:00"; 2]);
}
