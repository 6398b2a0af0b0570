//! Is what is hidden in text refused at every door, and harmless where it got in?

use depositary::domain::agreement::Agreement;
use depositary::domain::command::{Command, Intent};
use depositary::domain::decide::{decide, shown_link, well_formed};
use depositary::domain::event::{Event, MilestoneRecorded};
use depositary::domain::milestone::Detail;
use depositary::domain::text::{escaped, harmful, harmless};
use testkit::facts::{command, instruments, milestone, source};

const HIDDEN: [&str; 17] = [
    "\u{202e}",
    "\u{2066}",
    "\u{2028}",
    "\u{200b}",
    "\u{feff}",
    "\u{e0041}",
    "\u{200e}",
    "\u{ad}",
    "\u{2060}",
    "\u{3164}",
    "\u{9b}31m",
    "\u{1b}[2J",
    "\u{7}",
    "\0",
    "\u{7f}",
    "\u{fe0f}",
    "\u{200d}",
];

fn today() -> chrono::NaiveDate {
    "2026-11-24".parse().unwrap()
}

/// What is said of a fact by the door and by a restore, which must be the same.
fn refused(summary: &str, title: &str, url: &str) -> Option<String> {
    let mut told = source(title);
    told.url = Some(url.to_owned());
    let new = MilestoneRecorded { milestone: milestone("2020-01-01", summary, Detail::Noted {}), sources: vec![told] };
    let by_restore = well_formed(&Event::MilestoneRecorded(new.clone()), today());
    let record: Command = command("one", "rdp/RO", Intent::RecordMilestone(new));
    let agreement = Agreement { opened: true, ..Agreement::default() };
    let instruments = instruments();
    let decided = decide(&agreement, instruments.load("rdp").unwrap(), &record, today());
    assert_eq!(decided.as_ref().err(), by_restore.as_ref().err());
    by_restore.err().map(|refusal| refusal.to_string())
}

#[test]
fn what_is_hidden_in_text_is_refused_by_its_place() {
    let link = "https://example.org/";
    assert_eq!(refused("A fact.", "A title", link), None);
    for hidden in HIDDEN {
        let text = format!("a{hidden}b");
        assert!(refused(&text, "A title", link).unwrap().starts_with("summary has"), "{hidden:?}");
        assert!(refused("A fact.", &text, link).unwrap().starts_with("sources[0].title has"), "{hidden:?}");
        assert!(refused("A fact.", "A title", &format!("https://exa{hidden}mple.org/")).is_some(), "{hidden:?}");
    }
}

#[test]
fn what_spelling_needs_is_text() {
    for text in ["می‌خواهم", "क्‍ष", "Čeština, 日本語, Ελληνικά", "☎️ 555", "line\nline", "“quoted” – dash … \u{a0}%"]
    {
        assert_eq!(refused(text, text, "https://example.org/"), None, "{text}");
    }
}

#[test]
fn a_link_leads_where_it_seems_to_and_holds_no_secret() {
    for url in [
        "https://reader:s3cret@example.org/report",
        "https://reader@example.org/",
        "https://:pw@example.org/",
        "https://@example.org/",
        "https:reader:pw@example.org/",
        "https:\\\\reader:pw@example.org/",
        "HTTPS://reader:pw@example.org",
        "javascript:alert(document.domain)",
        "data:text/html,x",
        "ftp://example.org/",
        "//example.org/",
        "https://",
        "https://exam ple.org/",
        "https://example.org/a\nb",
    ] {
        assert!(refused("A fact.", "A title", url).unwrap().starts_with("sources[0].url"), "{url}");
        assert_eq!(shown_link(url), "about:invalid", "{url}");
    }
    for url in [
        "https://example.org/@user",
        "https://example.org/?mail=a@b.org",
        "http://[2001:db8::1]:8080/",
        "https://example.org/a:b@c",
    ] {
        assert_eq!(refused("A fact.", "A title", url), None, "{url}");
        assert_eq!(shown_link(url), url);
    }
}

#[test]
fn what_got_in_is_shown_written_out_and_json_keeps_its_value() {
    assert_eq!(harmless("a\u{1b}[2Jb\u{202e}c\nd"), "a<U+001B>[2Jb<U+202E>c\nd");
    assert_eq!(harmless("plain"), "plain");
    for hidden in HIDDEN {
        assert_eq!(harmful(&harmless(&format!("a{hidden}b"))), None, "{hidden:?}");
        let value = serde_json::json!({ "text": format!("a{hidden}b") });
        let text = serde_json::to_string(&value).unwrap();
        assert!(harmful(&escaped(&text)).is_none(), "{hidden:?}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped(&text)).unwrap(), value);
    }
}
