//! Does the code keep to the architecture of `src/lib.rs`, and do files and public words keep to CONTRIBUTING.md, as far as a test can see
//! it in the text?

use std::path::{Path, PathBuf};

/// Every file below a folder of the project, with its text, by its path from the project's root.
fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    walk(&root.join(folder), &mut found);
    found.sort();
    let named = |path: &PathBuf| path.strip_prefix(root).unwrap().display().to_string();
    let texts = found.iter().filter(|path| path.extension().is_some_and(|extension| extension == ending));
    texts.map(|path| (named(path), std::fs::read_to_string(path).unwrap())).collect()
}

/// Every source file of the program and of its crates.
fn sources() -> Vec<(String, String)> {
    let folders = ["src", "crates/model/src", "crates/ledger/src", "crates/graphql-transport/src"];
    folders.into_iter().flat_map(|folder| files(folder, "rs")).collect()
}

/// The path of a source file below the `src` that it is in.
fn inside(path: &str) -> &str {
    path.split_once("src/").map_or(path, |(_, inside)| inside)
}

/// The code of a file: no comments.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// What a text names by `crate::`: a module by its room (`faces::rest`), or a room or a module of the root alone.
fn named(text: &str) -> Vec<String> {
    let word = |text: &str| text.split(|char: char| !char.is_alphanumeric() && char != '_').next().unwrap().to_owned();
    let code = code(text);
    assert!(!code.contains("crate::{"), "name each room on a line of its own");
    let names = code.split("crate::").skip(1).map(|rest| {
        let first = word(rest);
        let second = rest[first.len()..].strip_prefix("::").map(word).unwrap_or_default();
        if modules(&first).contains(&second) { format!("{first}::{second}") } else { first }
    });
    names.collect()
}

/// The modules that a room declares, in their order; those of `lib` are the rooms. A file alone declares nothing that counts here.
fn modules(room: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let path = if room == "lib" { root.join("lib.rs") } else { root.join(room).join("mod.rs") };
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let declared = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.split_once(';'));
    declared.map(|(name, _)| name.to_owned()).collect()
}

/// Who may not name what stands above it, though the order of the rooms would let it.
const APART: &[(&str, &[&str])] = &[
    // Who may do what rests on tokens and limits, and never on what the record says.
    ("access", &["config::instruments", "config::rules", "read", "record", "ledger", "projections"]),
    // What the program does by itself has the rights of nobody.
    ("work::alerts", &["store", "read", "access", "config"]),
    ("work::delivery", &["record", "access", "config"]),
    ("work::desk", &["read", "access", "config", "clock"]),
    ("work::lease", &["config", "read", "record", "access", "answers"]),
    ("work::sources", &["config", "read", "record", "access", "answers"]),
    // The audit reads what is stored by itself, or it would believe what it is to check.
    ("proof::audit", &["read", "record", "access", "answers", "work", "projections"]),
    ("proof::signing", &["store", "read", "record", "access", "answers", "work"]),
    ("proof::evidence", &["read", "record", "access", "work"]),
    // A face asks `answers`. Only the tiles are read where they are stored.
    ("faces::explorer", &["clock", "config", "store", "read", "record", "access", "answers", "work", "proof"]),
    ("faces::graphql", &["clock", "config::instruments", "store", "read", "record::import", "proof", "work::sources"]),
    ("faces::pages", &["clock", "config", "store", "read", "proof::audit", "proof::signing", "work::delivery"]),
    ("faces::rest", &["clock", "config", "store", "read", "record", "work", "proof::audit", "proof::signing"]),
    ("faces::sheet", &["clock", "config", "store", "read", "record", "access", "answers", "work", "proof"]),
    ("faces::tlog", &["clock", "config", "read", "record", "access", "work", "proof"]),
];

/// The place of a file in the order: its room, and its module where the room has several.
fn place(path: &str) -> String {
    let mut parts = inside(path).split(['/', '.']);
    let (room, module) = (parts.next().unwrap(), parts.next().unwrap_or_default());
    if modules(room).iter().any(|declared| declared == module) { format!("{room}::{module}") } else { room.to_owned() }
}

/// Whether a name is that of a module, or of the room that it is in.
fn is_in(name: &str, what: &str) -> bool {
    name == what || name.strip_prefix(what).is_some_and(|rest| rest.starts_with("::"))
}

/// The order is that in which `src/lib.rs` declares the rooms, and each room its modules: what is below names what is above.
#[test]
fn each_room_names_only_those_above_it() {
    let rooms = modules("lib");
    assert!(rooms.len() > 10, "{rooms:?}");
    let rank = |name: &str| rooms.iter().position(|room| is_in(name, room));
    let mut checked = 0;
    for (path, text) in sources().into_iter().filter(|(path, _)| path.starts_with("src/")) {
        let place = place(&path);
        let Some(own) = rank(&place) else { continue };
        let apart = APART.iter().filter(|(who, _)| is_in(&place, who)).flat_map(|(_, apart)| apart.iter());
        let apart: Vec<&&str> = apart.collect();
        for name in named(&text) {
            assert!(rank(&name).is_none_or(|rank| rank <= own), "{path} names crate::{name}, which stands below");
            assert!(!apart.iter().any(|apart| is_in(&name, apart)), "{path} names crate::{name}, which it may not");
            let (room, module) = name.split_once("::").unwrap_or((&name, ""));
            if let Some((_, mine)) = place.split_once("::").filter(|(its, _)| *its == room) {
                let siblings = modules(room);
                let at = |module: &str| siblings.iter().position(|sibling| sibling == module);
                assert!(at(module) <= at(mine), "{path} names crate::{name}, which stands below");
                let shared = room != "faces" || module == mine || ["sheet", "behind", "open"].contains(&module);
                assert!(shared, "{path} names crate::{name}, and no face names another");
            }
            checked += 1;
        }
    }
    assert!(checked > 1_000, "the guard found too little to guard: {checked}");
}

#[test]
fn no_room_names_another_by_a_relative_path() {
    // Two crates have no layers in them.
    let flat = |path: &str| path.starts_with("crates/ledger/") || path.starts_with("crates/graphql-transport/");
    let layered = sources().into_iter().filter(|(path, _)| !flat(path));
    for (path, text) in layered.filter(|(path, _)| !matches!(inside(path), "lib.rs" | "main.rs")) {
        let inside = inside(&path).trim_end_matches("/mod.rs").trim_end_matches(".rs");
        let depth = inside.split('/').count() - usize::from(place(&path).contains("::"));
        let climbs = "super::".repeat(depth.max(1));
        assert!(!code(&text).contains(&climbs), "{path} names what is outside of its room by {climbs}");
    }
}

#[test]
fn the_model_and_the_ledger_are_pure() {
    let impure = [
        "std::fs",
        "std::io",
        "std::net",
        "std::env",
        "std::time",
        "tokio",
        "sqlx",
        "async ",
        "HashMap",
        "HashSet",
        "Utc::now",
        "new_v4",
        "new_v7",
        "rand",
    ];
    for (path, text) in ["crates/model", "crates/ledger"].into_iter().flat_map(|folder| files(folder, "rs")) {
        let code = code(&text);
        for word in impure {
            assert!(!code.contains(word), "{path} names {word}");
        }
    }
}

/// What Cargo lets no crate name that its manifest does not name.
#[test]
fn no_manifest_of_a_crate_opens_its_wall() {
    for (path, text) in files("crates", "toml") {
        let dependencies = text.split("dependencies]").skip(1).flat_map(str::lines);
        let named = dependencies.filter_map(|line| line.split(['.', ' ', '=']).next()).filter(|name| !name.is_empty());
        let shut: &[&str] = match path.as_str() {
            "crates/graphql-transport/Cargo.toml" => &["sqlx", "clap"],
            "crates/model/Cargo.toml" | "crates/ledger/Cargo.toml" => {
                &["sqlx", "clap", "tokio", "axum", "async-graphql"]
            }
            _ => continue,
        };
        for name in named {
            assert!(!name.starts_with("depositary") && !shut.contains(&name), "{path} names {name}");
        }
    }
}

#[test]
fn sql_lives_in_the_store_alone() {
    for (path, text) in sources().into_iter().filter(|(path, _)| !path.starts_with("src/store/")) {
        let code = code(&text);
        for word in ["sqlx::", "\"select ", "\"insert ", "\"update ", "\"delete "] {
            assert!(!code.contains(word), "{path} has {word}");
        }
    }
}

#[test]
fn only_decide_makes_a_decision() {
    let text = include_str!("../../crates/model/src/domain/decide.rs");
    let body = text.split("pub struct Decision {").nth(1).and_then(|rest| rest.split('}').next()).unwrap();
    assert!(!body.contains("pub"), "a field of Decision is public: {body}");
    let made: Vec<String> = sources()
        .into_iter()
        .filter(|(_, text)| code(text).contains(" Decision {") || code(text).contains("(Decision {"))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(made, ["crates/model/src/domain/decide.rs"]);
}

#[test]
fn only_decide_makes_a_decision_about_an_alert() {
    let text = include_str!("../../crates/model/src/domain/alert/decide.rs");
    let body = text.split("pub struct AlertDecision {").nth(1).and_then(|rest| rest.split('}').next()).unwrap();
    assert!(!body.contains("pub"), "a field of AlertDecision is public: {body}");
    let made = sources().into_iter().filter(|(_, text)| code(text).contains("AlertDecision {"));
    assert_eq!(made.map(|(path, _)| path).collect::<Vec<_>>(), ["crates/model/src/domain/alert/decide.rs"]);
}

#[test]
fn only_decide_makes_a_decision_about_a_figure() {
    let text = include_str!("../../crates/model/src/domain/figure/decide.rs");
    let body = text.split("pub struct FigureDecision {").nth(1).and_then(|rest| rest.split('}').next()).unwrap();
    assert!(!body.contains("pub"), "a field of FigureDecision is public: {body}");
    let made = sources().into_iter().filter(|(_, text)| code(text).contains("FigureDecision {"));
    assert_eq!(made.map(|(path, _)| path).collect::<Vec<_>>(), ["crates/model/src/domain/figure/decide.rs"]);
}

#[test]
fn every_file_opens_with_its_question_and_stays_short() {
    let folders = ["src", "crates", "tests", "benches", "fuzz/targets"];
    for (path, text) in folders.into_iter().flat_map(|folder| files(folder, "rs")) {
        assert!(text.starts_with("//!"), "{path} does not open with //!");
        let lines = text.lines().count();
        assert!(lines <= 400, "{path} has {lines} lines");
        if path.contains("src/") && path != "src/lib.rs" && path != "src/main.rs" {
            let opening: String = text.lines().take_while(|line| line.starts_with("//!")).collect();
            assert!(opening.contains("Invariant:"), "{path} names no invariant");
        }
    }
}

#[test]
fn the_tests_have_the_rooms_of_the_source_and_share_crates_alone() {
    let declared = |text: &str| -> Vec<String> {
        let names = text.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
        names.map(ToOwned::to_owned).collect()
    };
    let rooms = modules("lib").into_iter().filter(|room| !matches!(room.as_str(), "clock" | "telemetry"));
    let rooms: Vec<String> = ["guards", "model"].map(str::to_owned).into_iter().chain(rooms).collect();
    let (mut folders, attribute) = (0, format!("#[{}", "path"));
    for (path, text) in ["tests", "fuzz/targets"].into_iter().flat_map(|folder| files(folder, "rs")) {
        assert!(!text.contains(&attribute), "{path} takes a file from elsewhere; what is shared is in crates/testkit");
        if path == "tests/it/main.rs" {
            assert_eq!(declared(&text), rooms, "the rooms of the tests, in the order of src/lib.rs");
        }
        if path.ends_with("/mod.rs") {
            let code = code(&text);
            let more = code.lines().find(|line| !line.is_empty() && !line.starts_with("mod "));
            assert_eq!(more, None, "{path} does more than declare its modules");
            folders += 1;
        }
    }
    assert!(folders > 20, "{folders}");
}

#[test]
fn nothing_in_the_library_gives_up_by_panicking() {
    for (path, text) in sources() {
        let code = code(&text);
        for word in [".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!(", "unreachable!("] {
            assert!(!code.contains(word), "{path} has {word}");
        }
    }
}

#[test]
fn only_the_clock_reads_the_clock() {
    for (path, text) in sources().into_iter().filter(|(path, _)| path != "src/clock.rs") {
        let code = code(&text);
        assert!(!code.contains("Utc::now") && !code.contains("SystemTime::now"), "{path} reads a clock");
    }
}

/// The doc comments of a text, each with the line on which it begins.
fn documented(text: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut before = false;
    for (at, line) in (1..).zip(text.lines()) {
        let comment = line.trim_start().strip_prefix("///");
        match (comment, found.last_mut()) {
            (Some(comment), Some((_, last))) if before => last.push_str(comment),
            (Some(comment), _) => found.push((at, comment.to_owned())),
            (None, _) => {}
        }
        before = comment.is_some();
    }
    found
}

#[test]
fn no_doc_comment_is_of_one_or_two_words() {
    let mut checked = 0;
    for (path, text) in sources() {
        for (line, comment) in documented(&text) {
            checked += 1;
            let words = comment.split_whitespace().count();
            assert!(words > 2, "{path}:{line} says only `{}`: say what it is, why, and the trap", comment.trim());
        }
    }
    assert!(checked > 3_000, "{checked}");
}

/// Words and forms that nobody would say to a colleague.
const BANNED: &[&str] = &[
    "how manieth",
    "whoever is told",
    "The wishes",
    "that is told of new",
    "that are told of new",
    "has its Agreement",
    "announced as an intent",
    "not concluded since",
    " in in ",
    "told of whoever",
];

/// Where the public words are: what clients, users and readers of the documents see.
fn public_text() -> Vec<(String, String)> {
    let mut all = sources();
    all.extend(files("docs", "md"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in
        ["README.md", "DESIGN.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "schema.graphql", "openapi.json"]
    {
        all.push((name.to_owned(), std::fs::read_to_string(root.join(name)).unwrap()));
    }
    all
}

#[test]
fn no_public_text_has_a_banned_word() {
    for (name, text) in public_text() {
        for words in BANNED {
            assert!(!text.contains(words), "{name} says `{words}`");
        }
    }
}

#[test]
fn every_rule_that_is_named_by_a_number_is_in_the_document_of_the_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let rules = std::fs::read_to_string(root.join("docs/rules.md")).unwrap();
    let there = |number: u32| rules.contains(&format!("\n## Rule {number}: "));
    let mut named = 0;
    for (name, text) in public_text() {
        for (at, _) in text.match_indices("(rule") {
            let inside = text[at..].split(')').next().unwrap_or_default();
            let numbers = inside.trim_start_matches("(rule").trim_start_matches('s').trim_start();
            if !numbers.starts_with(|letter: char| letter.is_ascii_digit()) {
                continue;
            }
            for number in inside.split(|letter: char| !letter.is_ascii_digit()).filter(|digits| !digits.is_empty()) {
                named += 1;
                assert!(there(number.parse().unwrap()), "{name}: {inside}) names no rule of docs/rules.md");
            }
        }
    }
    assert!(named > 50, "{named}");
}

#[test]
fn every_description_of_the_schema_has_more_than_two_words() {
    let schema = depositary::faces::graphql::sdl();
    let mut described = 0;
    for (place, text) in schema.split("\"\"\"").enumerate().filter(|(place, _)| place % 2 == 1) {
        described += 1;
        assert!(text.split_whitespace().count() > 2, "description {place} of the schema is only `{}`", text.trim());
    }
    for line in schema.lines().map(str::trim).filter(|line| line.starts_with('"') && !line.starts_with("\"\"\"")) {
        described += 1;
        assert!(line.split_whitespace().count() > 2, "a description of the schema is only {line}");
    }
    assert!(described > 1_000, "{described}");
}
