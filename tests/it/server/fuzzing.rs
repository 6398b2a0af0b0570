//! Does every committed seed of the fuzz targets, and thousands of changes to them, keep the targets' laws?
//!
//! The short form of `fuzz/run`, by the same functions. The changes are the same each time.

use std::collections::BTreeSet;
use std::path::Path;

use depositary_fuzz_bodies::server::Server;
use testkit::databases::Database;
use testkit::random::Random;

/// What nearly is something else.
const WORDS: [&[u8]; 24] = [
    b"",
    b"\0",
    b"\n",
    b" ",
    b"-",
    b"+",
    b".",
    b"..",
    b"/",
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b"0",
    b"9999",
    b"null",
    b"9007199254740993",
    b"18446744073709551616",
    b"1e400",
    b"\xff",
    "\u{2014}".as_bytes(),
    b"\\u0000",
];

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// A seed with one to three changes.
fn changed(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut data = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(3) {
        let from = random.below(data.len() + 1);
        let to = (from + random.below(9)).min(data.len());
        match random.below(5) {
            0 if from < data.len() => data[from] ^= 1 << random.below(8),
            1 => drop(data.drain(from..to)),
            2 => data.extend_from_within(from..to),
            3 => drop(data.splice(from..to, WORDS[random.below(WORDS.len())].iter().copied())),
            // The end of another seed.
            _ => {
                let other = &seeds[random.below(seeds.len())];
                data.splice(from.., other[random.below(other.len() + 1)..].iter().copied());
            }
        }
    }
    data
}

/// Runs a target on its seeds, and on so many changed ones.
fn run(target: &str, changes: usize, law: impl Fn(&[u8])) {
    let (seeds, mut random) = (seeds(target), Random(0x0DDB_1A5E));
    for seed in &seeds {
        law(seed);
    }
    for _ in 0..changes {
        let data = changed(&seeds, &mut random);
        // Shown by the test harness beside the panic, if there is one.
        println!("{target}: {}", data.escape_ascii());
        law(&data);
    }
}

/// Runs a target against a server over each database.
fn run_served(target: &str, changes: usize, law: impl Fn(&Server, &[u8])) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for database in runtime.block_on(Database::each()) {
        let server = Server::start(&database.url());
        run(target, changes, |data| law(&server, data));
        drop(server);
        runtime.block_on(database.drop());
    }
}

#[test]
fn what_is_a_date_has_one_spelling() {
    run("edtf", 4_000, depositary_fuzz_bodies::edtf::run);
}

#[test]
fn what_was_never_so_is_never_proven() {
    run("proof", 4_000, depositary_fuzz_bodies::proof::run);
}

#[test]
fn json_that_a_log_may_hold_has_one_canonical_text() {
    run("canonical_json", 2_000, depositary_fuzz_bodies::canonical_json::run);
}

#[test]
fn a_line_of_a_fact_file_is_refused_or_can_be_stored_and_answered() {
    run("import_line", 1_000, depositary_fuzz_bodies::import_line::run);
}

#[test]
fn a_cursor_is_refused_or_cuts_the_same_page_by_both_faces() {
    run_served("cursor", 100, depositary_fuzz_bodies::cursor::run);
}

#[test]
fn whatever_is_posted_is_answered_or_refused_with_a_reason() {
    run_served("envelope", 500, depositary_fuzz_bodies::envelope::run);
}

#[test]
fn every_target_has_a_small_corpus_of_different_seeds() {
    let manifest: toml::Table = toml::from_str(include_str!("../../../fuzz/Cargo.toml")).unwrap();
    let targets = manifest["bin"].as_array().unwrap().iter().map(|bin| bin["name"].as_str().unwrap());
    let mut found = 0;
    for target in targets {
        let seeds = seeds(target);
        assert!((20..=60).contains(&seeds.len()), "{target} has {} seeds", seeds.len());
        assert_eq!(seeds.iter().collect::<BTreeSet<_>>().len(), seeds.len(), "{target} has a seed twice");
        assert!(seeds.iter().all(|seed| seed.len() <= 4_096), "{target} has a large seed");
        found += 1;
    }
    assert_eq!(found, 6, "the tests of this file run all targets");
}
