//! Do the bundled facts fit together, and does what is said of them say what they are?

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use depositary::domain::milestone::{Detail, Seen};
use depositary::domain::source::{Source, Told, document_number, settle};
use depositary::domain::time::UncertainDate;
use depositary::domain::words::Word;
use depositary::record::import::{BUNDLED, Line};
use testkit::facts::instruments;

/// Every line, with the name of its file.
fn lines() -> Vec<(&'static str, Line)> {
    let read = |text: &str| Line::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).0;
    BUNDLED.iter().flat_map(|(file, text)| text.lines().map(|line| (*file, read(line)))).collect()
}

#[test]
fn a_key_is_that_of_its_agreement_and_kind_and_stands_once() {
    let mut keys = BTreeSet::new();
    for (file, line) in lines() {
        let kind = line.milestone.kind().as_str().replace('_', "-");
        let number = line.key.strip_prefix(&format!("{}/{kind}-", line.agreement));
        assert!(number.is_some_and(|number| number.parse::<u32>().is_ok_and(|number| number > 0)), "{}", line.key);
        assert_eq!(line.agreement.split_once('/').unwrap().0, file.trim_end_matches(".jsonl"));
        assert!(keys.insert(line.key.clone()), "{} stands twice", line.key);
    }
}

#[test]
fn a_milestone_stands_once_and_several_sources_of_it_are_joined() {
    let mut seen = BTreeSet::new();
    for (_, line) in lines() {
        let (kind, occurred) = (line.milestone.kind(), line.milestone.occurred.to_string());
        assert!(seen.insert((line.agreement, kind, occurred)), "{} tells what another line tells", line.key);
    }
}

#[test]
fn the_sources_that_were_joined_by_hand_still_tell_one_date() {
    let mut doubted = Vec::new();
    for (_, line) in lines() {
        let own = depositary::domain::agreement::own_telling(&line.milestone);
        let told = line.sources.iter().map(|source| Told {
            telling: source.tells.unwrap_or(own),
            reliability: source.reliability,
            published_on: source.published_on,
            order: 1,
        });
        let settled = settle(&told.collect::<Vec<_>>()).unwrap();
        assert_eq!(settled.telling.date, line.milestone.occurred, "{}", line.key);
        if settled.is_contradiction() {
            doubted.push(line.key);
        }
    }
    assert_eq!(doubted, ["rdp/KR/notice-published-1"], "a wire report of the notice is doubted, and kept");
}

/// The year that a Federal Register document number begins with.
fn year_of(number: &str) -> Option<i32> {
    let (first, _) = number.split_once('-')?;
    let year: i32 = first.trim_start_matches('E').parse().ok()?;
    Some(if first.len() == 4 { year } else { 2000 + year })
}

/// The day and the number in an address of the Federal Register.
fn in_address(url: &str) -> Option<(NaiveDate, &str)> {
    if let Some((_, rest)) = url.split_once("/pkg/FR-") {
        let (day, rest) = rest.split_once("/html/")?;
        return Some((day.parse().ok()?, rest.strip_suffix(".htm")?));
    }
    let rest = url.strip_prefix("https://www.federalregister.gov/documents/")?;
    let parts: Vec<&str> = rest.split('/').collect();
    let [year, month, day, number, ..] = parts.as_slice() else { return None };
    Some((format!("{year}-{month}-{day}").parse().ok()?, *number))
}

fn of_the_register(key: &str, source: &Source) {
    let number = source.document_number.as_deref();
    if let Some(number) = number {
        assert_eq!(document_number(number), number, "{key}");
    }
    let Some(published) = source.published_on else { return };
    if let Some((volume, _)) = source.citation.as_deref().and_then(|citation| citation.split_once(" FR ")) {
        assert_eq!(volume.parse::<i32>().unwrap() + 1935, published.year(), "{key}: a volume is a year's");
    }
    // What is filed in the last days of a year is published in the next.
    if let Some(year) = number.and_then(year_of) {
        assert!((0..=1).contains(&(published.year() - year)), "{key}: {number:?} and {published}");
    }
    for url in source.url.iter().chain(&source.archived_url) {
        let Some((day, in_url)) = in_address(url) else { continue };
        assert_eq!((day, Some(in_url)), (published, number), "{key}: {url}");
    }
}

#[test]
fn a_citation_a_document_number_a_day_and_an_address_of_the_federal_register_fit_together() {
    for (_, line) in lines() {
        line.sources.iter().for_each(|source| of_the_register(&line.key, source));
        if let Detail::NoticePublished { document_number, citation, .. } = &line.milestone.detail {
            let numbers: BTreeSet<_> =
                line.sources.iter().filter_map(|source| source.document_number.as_ref()).collect();
            let citations: BTreeSet<_> = line.sources.iter().filter_map(|source| source.citation.as_ref()).collect();
            assert_eq!(numbers, document_number.iter().collect::<BTreeSet<_>>(), "{}", line.key);
            assert_eq!(citations, citation.iter().collect::<BTreeSet<_>>(), "{}", line.key);
        }
    }
}

#[test]
fn whoever_was_seen_listed_was_seen_on_every_later_list_so_that_each_listing_is_bounded_by_the_next() {
    let mut seen: BTreeMap<String, BTreeSet<NaiveDate>> = BTreeMap::new();
    for (_, line) in lines() {
        if matches!(&line.milestone.detail, Detail::Observed { seen: Seen::Listing(_) }) {
            let day = line.milestone.occurred.earliest().unwrap();
            assert!(seen.entry(line.agreement).or_default().insert(day), "{} was seen twice on a list", line.key);
        }
    }
    let lists: BTreeSet<NaiveDate> = seen.values().flatten().copied().collect();
    assert_eq!(lists.len(), 14);
    let oldest = instruments().load("rdp").unwrap().names.oldest_list;
    assert_eq!(oldest.as_ref(), lists.first(), "sentences name the oldest list by the instrument's file");
    for (agreement, days) in seen {
        let since = *days.first().unwrap();
        assert_eq!(days, lists.range(since..).copied().collect::<BTreeSet<_>>(), "{agreement} is missing on a list");
    }
}

#[test]
fn the_notices_are_there_and_most_signatures_have_a_day() {
    let all = lines();
    let number = |key: &str| match &all.iter().find(|(_, line)| line.key == key).unwrap().1.milestone.detail {
        Detail::NoticePublished { document_number, .. } => document_number.clone().unwrap(),
        other => panic!("{other:?}"),
    };
    assert_eq!(number("rdp/KR/notice-published-1"), "2024-03705");
    assert_eq!(number("rdp/IN/notice-published-1"), "2023-22429");
    assert_eq!(number("rdp/BR/notice-published-1"), "2023-19604");
    assert_eq!(number("rdp/AR/notice-published-1"), "05-17348");
    // Of the 28 partners, those with a signature or an entry into force that is told, by the narrowest.
    let mut widths: BTreeMap<String, i64> = BTreeMap::new();
    for (file, line) in &all {
        let told = matches!(line.milestone.detail, Detail::Signed { .. } | Detail::EnteredIntoForce { .. });
        if *file == "rdp.jsonl" && told && line.milestone.evidence.decides() {
            let days = width(line.milestone.occurred).unwrap();
            widths.entry(line.agreement.clone()).and_modify(|least| *least = days.min(*least)).or_insert(days);
        }
    }
    let within = |days: i64| widths.values().filter(|width| **width <= days).count();
    assert_eq!((within(0), within(365), widths.len()), (16, 19, 20));
}

fn width(date: UncertainDate) -> Option<i64> {
    Some((date.latest() - date.earliest()?).num_days())
}

#[test]
fn the_readme_of_the_data_counts_what_is_there() {
    let readme = include_str!("../../../data/README.md");
    let all = lines();
    for (file, _) in BUNDLED {
        let of_file = || all.iter().filter(|(of, _)| *of == file);
        let agreements: BTreeSet<&str> = of_file().map(|(_, line)| line.agreement.as_str()).collect();
        let row = readme.lines().find(|row| row.starts_with(&format!("| `{file}` |"))).unwrap();
        assert!(row.ends_with(&format!("| {} | {} |", of_file().count(), agreements.len())), "{row}");
    }
    let observed = all.iter().filter(|(_, line)| matches!(line.milestone.detail, Detail::Observed { .. })).count();
    assert!(readme.contains(&format!("{observed} of the {} milestones are observations", all.len())));
}

#[test]
fn the_files_that_are_imported_on_demand_hold_lines_that_can_be_recorded() {
    let files = [
        ("rsf.jsonl", include_str!("../../../data/rsf.jsonl"), 5),
        ("korus.jsonl", include_str!("../../../data/korus.jsonl"), 3),
    ];
    for (file, text, count) in files {
        let instruments = testkit::facts::instruments();
        let lines: Vec<_> = text.lines().map(|line| Line::parse(line).unwrap()).collect();
        assert_eq!(lines.len(), count, "{file}");
        for (line, agreement) in &lines {
            assert!(instruments.find(&agreement.instrument).is_some() && line.key.starts_with(&agreement.to_string()));
        }
        let streams =
            testkit::statuses::recorded(depositary::record::import::commands(text, &testkit::facts::actor()).unwrap());
        for (id, events) in streams {
            let instrument = instruments.find(&id.instrument).unwrap();
            let status = testkit::statuses::status_of(&events, instrument, "2026-11-30");
            let expected = if id.instrument.as_str() == "korus" { "in_force / " } else { "not_concluded / " };
            assert!(
                testkit::statuses::told(&status).starts_with(expected),
                "{id}: {}",
                testkit::statuses::told(&status)
            );
        }
    }
}
