//! Is every field of a fact checked, and named where it is wrong?

use depositary::domain::command::{Command, Intent};
use depositary::domain::event::SourceAdded;
use depositary::domain::milestone::{Detail, Milestone, Seen, Signing};
use depositary::domain::source::{Source, Telling};
use depositary::domain::words::{Evidence, Listing, NoticePurpose};
use testkit::facts::{command, milestone, milestone_of, open, record, source};

use super::given::{from_sources, given, noted, notice, refine, signed};

fn linked(url: &str) -> Command {
    from_sources(vec![Source { url: Some(url.to_owned()), ..source("x") }])
}

#[test]
fn a_link_with_a_parameter_that_opens_something_is_refused_and_the_parameter_is_named() {
    let opened = given([open("rdp/RO")]);
    for name in ["access_token", "api_key", "sig", "jsessionid", "PHPSESSID", "jwt", "X-Amz-Security-Token", "sid"] {
        for link in [format!("?page=2&{name}=1"), format!("a;{name}=1"), format!("#{name}=1")] {
            opened.when(&linked(&format!("https://example.org/{link}"))).then_refused("INVALID_FIELD", name);
        }
    }
}

#[test]
fn a_link_without_a_secret_is_let_in_whatever_else_it_has() {
    let opened = given([open("rdp/RO")]);
    for url in [
        "https://example.org/@press/a?key=1&page=2#token",
        "https://example.org/?q=a:b@c",
        "https://example.org/?token=",
    ] {
        opened.when(&linked(url)).then("milestone_recorded");
    }
}

/// A command, the field that is wrong in it, and what is said of it.
type Wrong = (Command, &'static str, &'static str);

fn wrong_sources() -> Vec<Wrong> {
    vec![
        (from_sources(vec![]), "sources", "at least one source"),
        (
            from_sources(vec![Source { url: Some("ftp://example.org".to_owned()), ..source("x") }]),
            "sources[0].url",
            "http or https",
        ),
        (
            from_sources(vec![source("x"), Source { url: Some("https://".to_owned()), ..source("y") }]),
            "sources[1].url",
            "http or https",
        ),
        (from_sources(vec![Source { title: " ".to_owned(), ..source("x") }]), "sources[0].title", "is empty"),
        (
            linked("https://web.archive.org/web/2020/https://u:s3cret@example.org/"),
            "sources[0].url",
            "name or password",
        ),
        (linked("https://example.org/?url=https%3A%2F%2Fu%3As3cret%40h%2F"), "sources[0].url", "name or password"),
        (linked("https://example.org/?a=1&Access_Token=s3cret"), "sources[0].url", "has `Access_Token` in it"),
        (linked("https://example.org/#password=s3cret"), "sources[0].url", "has `password` in it"),
        (
            from_sources(vec![Source { citation: Some("a\u{0}b".to_owned()), ..source("x") }]),
            "sources[0].citation",
            "control characters",
        ),
    ]
}

fn wrong_milestones() -> Vec<Wrong> {
    vec![
        (
            record(
                "a",
                "rdp/RO",
                Milestone { summary: "See https://u:s3cret@example.org/x".to_owned(), ..noted("2020") },
            ),
            "summary",
            "name or password",
        ),
        (
            record("a", "rdp/RO", Milestone { summary: "x".repeat(2_001), ..noted("2020") }),
            "summary",
            "longer than 2000",
        ),
        (
            record("a", "rdp/RO", Milestone { summary: "bell\u{7}".to_owned(), ..noted("2020") }),
            "summary",
            "control characters",
        ),
        (record("a", "rdp/RO", notice("2020-05-01", Some("2020-04-30"))), "comments_close_on", "before the notice"),
        (
            record("a", "rdp/RO", milestone("2020", "x", Detail::Signed { signings: vec![] })),
            "signings",
            "at least one",
        ),
        (
            record("a", "rdp/RO", Milestone { occurred: "2020-01-02".parse().unwrap(), ..signed("2020-01-01") }),
            "occurred",
            "last one dates",
        ),
        (
            record("a", "rdp/RO", milestone("2020", "x", Detail::Renewed { until: Some("2019".parse().unwrap()) })),
            "until",
            "lies before",
        ),
        (
            record("a", "rdp/RO", milestone("2020", "x", Detail::Listed { listing: Listing::Unlisted })),
            "listing",
            "delisted",
        ),
        (
            record("a", "rdp/RO", milestone("2020", "x", Detail::DeterminationMade { scope: Some(Listing::Unlisted) })),
            "scope",
            "blanket or case",
        ),
        (
            record("a", "rdp/RO", milestone("2020", "x", Detail::Observed { seen: Seen::Listing(vec![]) })),
            "seen",
            "no value",
        ),
    ]
}

#[test]
fn every_field_is_checked_and_named() {
    let opened = given([open("rdp/RO")]);
    for (command, field, says) in wrong_sources().into_iter().chain(wrong_milestones()) {
        let decided = opened.when(&command);
        decided.then_refused("INVALID_FIELD", says);
        assert_eq!(decided.0.unwrap_err().place(), Some(field));
    }
}

#[test]
fn no_part_of_a_milestone_lies_in_the_future_where_it_tells_of_the_past() {
    let opened = given([open("rdp/RO"), record("a", "rdp/RO", noted("2026"))]);
    let refused = |command: &Command, place: &str| {
        let decided = opened.when(command);
        decided.then_refused("IN_THE_FUTURE", "lies after today, 2026-11-24");
        assert_eq!(decided.0.unwrap_err().place(), Some(place));
    };
    let signing = Signing { on: "2026-12-20".parse().unwrap(), place: None, signatories: vec![] };
    refused(
        &record("s", "rdp/RO", milestone("2026", "x", Detail::Signed { signings: vec![signing] })),
        "signings[0].on",
    );
    let tells = Some(Telling { date: "2027".parse().unwrap(), evidence: Evidence::Stated });
    let foretold = Source { tells, ..source("A forecast") };
    refused(&from_sources(vec![source("x"), foretold.clone()]), "sources[1].tells");
    let added = SourceAdded { milestone: milestone_of("a"), source: foretold };
    refused(&command("add", "rdp/RO", Intent::AddSource(added)), "sources[0].tells");
    refused(&refine("a", "2026-11-25"), "occurred");
    opened.when(&refine("a", "2026-11-24")).then("milestone_date_refined");
}

#[test]
fn a_day_beyond_four_digits_is_refused_by_its_field() {
    let far: chrono::NaiveDate = "+12345-01-01".parse().unwrap();
    let opened = given([open("rdp/RO")]);
    let purpose = NoticePurpose::Renewal;
    let notice =
        Detail::NoticePublished { purpose, document_number: None, citation: None, comments_close_on: Some(far) };
    let published = Source { published_on: Some(far), ..source("x") };
    for (command, field) in [
        (record("n", "rdp/RO", milestone("2020", "x", notice)), "comments_close_on"),
        (from_sources(vec![published]), "sources[0].published_on"),
    ] {
        let decided = opened.when(&command);
        decided.then_refused("INVALID_FIELD", "year of four digits");
        assert_eq!(decided.0.unwrap_err().place(), Some(field));
    }
}
