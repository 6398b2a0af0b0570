//! Are uncertain dates read, written and compared as EDTF (ISO 8601-2) and sets of days say?

use chrono::NaiveDate;
use depositary::domain::time::{DateError, UncertainDate};
use proptest::prelude::*;

fn parse(text: &str) -> UncertainDate {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn every_form_has_its_bounds() {
    let cases = [
        ("2024-02-23", Some("2024-02-23"), "2024-02-23"),
        ("2024-02", Some("2024-02-01"), "2024-02-29"),
        ("2023-02", Some("2023-02-01"), "2023-02-28"),
        ("1991", Some("1991-01-01"), "1991-12-31"),
        ("[..1992-03-18]", None, "1992-03-18"),
        ("[2019-01-01..2024-12-20]", Some("2019-01-01"), "2024-12-20"),
        ("[2019..2024-12]", Some("2019-01-01"), "2024-12-31"),
    ];
    for (text, earliest, latest) in cases {
        let date = parse(text);
        assert_eq!((date.earliest(), date.latest()), (earliest.map(day), day(latest)), "{text}");
    }
}

#[test]
fn what_is_no_date_is_refused_with_the_rule() {
    for text in [
        "",
        "24-02-23",
        "2024-2-3",
        "2024/02/23",
        "[2024]",
        "[2024..]",
        "2024-02-23T00:00",
        "199X",
        "+2024",
        "２０２４",
        "[..]",
        "2024-02-23 ",
    ] {
        assert!(matches!(text.parse::<UncertainDate>(), Err(DateError::Form(_))), "{text}");
    }
    for text in ["2023-02-29", "2024-13", "2024-00-10", "2024-04-31", "[..2023-02-29]"] {
        assert!(matches!(text.parse::<UncertainDate>(), Err(DateError::Calendar(_))), "{text}");
    }
    assert!(matches!("[2024-02-02..2024-02-01]".parse::<UncertainDate>(), Err(DateError::Order(_))));
    assert!("x".repeat(1_000_000).parse::<UncertainDate>().unwrap_err().to_string().len() < 300);
}

/// A day of some centuries.
fn days() -> impl Strategy<Value = NaiveDate> {
    (0..200_000_i64).prop_map(|days| day("1800-01-01") + chrono::TimeDelta::days(days))
}

fn dates() -> impl Strategy<Value = UncertainDate> {
    prop_oneof![
        days().prop_map(UncertainDate::day),
        (1000..9999_i32).prop_map(|year| parse(&year.to_string())),
        (1000..9999_i32, 1..=12_u32).prop_map(|(year, month)| parse(&format!("{year}-{month:02}"))),
        days().prop_map(|latest| UncertainDate::between(None, latest).unwrap()),
        (days(), days()).prop_map(|(a, b)| UncertainDate::between(Some(a.min(b)), a.max(b)).unwrap()),
    ]
}

fn law_independent_reader_agrees(date: UncertainDate) -> Result<(), TestCaseError> {
    let text = date.to_string();
    let theirs = edtf_core::Edtf::parse(&text);
    prop_assert!(theirs.is_ok(), "{} is no EDTF: {:?}", text, theirs);
    let bounds = theirs.unwrap().bounds();
    let theirs = |bound| match bound {
        edtf_core::Bound::Date(day) => Some(day.to_string()),
        _ => None,
    };
    prop_assert_eq!(theirs(bounds.earliest), date.earliest().map(|day| day.to_string()));
    prop_assert_eq!(theirs(bounds.latest), Some(date.latest().to_string()));
    Ok(())
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(date in dates()) {
        prop_assert_eq!(parse(&date.to_string()), date);
    }

    #[test]
    fn an_independent_reader_agrees_on_the_forms_that_both_know(date in dates()) {
        law_independent_reader_agrees(date)?;
    }

    #[test]
    fn an_intersection_holds_the_days_that_both_hold(a in dates(), b in dates(), on in days()) {
        let both = a.can_be(on) && b.can_be(on);
        prop_assert_eq!(a.intersection(b).is_some_and(|common| common.can_be(on)), both);
        prop_assert_eq!(a.intersection(b), b.intersection(a));
    }

    #[test]
    fn a_union_holds_both_and_within_is_containment(a in dates(), b in dates()) {
        let union = a.union(b);
        prop_assert!(a.within(union) && b.within(union));
        prop_assert_eq!(union, b.union(a));
        prop_assert_eq!(a.within(b) && b.within(a), a == b);
    }

    #[test]
    fn later_moves_both_bounds_and_never_turns_them(date in dates(), from in 0..100_u32, more in 0..100_u32) {
        let later = date.later(from, from + more);
        prop_assert!(later.earliest().is_none_or(|earliest| earliest <= later.latest()));
        prop_assert_eq!(later.latest() - date.latest(), chrono::TimeDelta::days(i64::from(from + more)));
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC*") {
        let _ = text.parse::<UncertainDate>();
    }
}
