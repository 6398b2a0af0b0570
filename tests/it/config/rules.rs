//! Is every rule of a file checked, and does a wrong one name its line?

use depositary::config::rules::Rules;
use depositary::domain::alert::rule::Check;
use depositary::domain::words::Deadline;

#[test]
fn the_bundled_rules_watch_for_stalls_deadlines_contradictions_and_disabled_webhooks() {
    let rules = Rules::bundled().unwrap();
    let checks: Vec<(&str, Check)> = rules.alerts.iter().map(|rule| (rule.name.as_str(), rule.check)).collect();
    let expected = [
        ("stalled", Check::Stalled { days: None }),
        ("comments-close", Check::Deadline { deadline: Deadline::CommentsClose, days: 14 }),
        ("term-ends", Check::Deadline { deadline: Deadline::TermEnds, days: 365 }),
        ("contradiction", Check::Contradiction),
        ("webhook-disabled", Check::WebhookDisabled),
    ];
    assert_eq!(checks, expected);
    assert_eq!((rules.limit.quantile, rules.limit.least_transitions, rules.limit.most_spread), (0.85, 8, 2));
}

#[test]
fn a_rule_that_watches_an_instrument_that_is_not_there_is_refused() {
    let rules =
        Rules::parse("rules", "[[rule]]\nname = \"a\"\nwatches = \"stalled\"\ninstruments = [\"rpd\"]").unwrap();
    let error = rules.checked(&testkit::facts::instruments()).unwrap_err().to_string();
    assert_eq!(error, "rule `a`: instrument `rpd` is not known; known are korus, rdp, rsf, sosa");
    assert!(Rules::bundled().unwrap().checked(&testkit::facts::instruments()).is_ok());
}

#[test]
fn a_wrong_rule_names_its_line_and_what_to_do() {
    let rule = |body: &str| format!("[limit]\nquantile = 0.9\n\n[[rule]]\n{body}");
    let cases = [
        ("[limit]\nquantile = 1.0".to_owned(), 2, "lies between 0 and 1"),
        ("[limit]\nleast_transitions = 0".to_owned(), 2, "at least 1"),
        ("[limit]\nmost_spread = 0".to_owned(), 2, "at least 1"),
        ("[limits]\n".to_owned(), 1, "unknown field"),
        (rule("name = \"Stalled\"\nwatches = \"stalled\""), 5, "starting with a letter"),
        (rule("name = \"a\"\nwatches = \"weather\""), 6, "unknown variant"),
        (rule("name = \"a\"\nwatches = \"stalled\"\ndays = 0"), 7, "days are 1 to"),
        (
            rule("name = \"a\"\nwatches = \"stalled\"\ndeadline = \"term_ends\""),
            7,
            "only a rule that watches a deadline",
        ),
        (rule("name = \"a\"\nwatches = \"deadline\"\ndays = 3"), 6, "says which, and how many days"),
        (rule("name = \"a\"\nwatches = \"deadline\"\ndeadline = \"term_ends\""), 6, "says which, and how many days"),
        (rule("name = \"a\"\nwatches = \"contradiction\"\ndays = 3"), 7, "has no days"),
        (rule("name = \"a\"\nwatches = \"webhook_disabled\"\ndays = 3"), 6, "no instruments and no days"),
        (
            rule("name = \"a\"\nwatches = \"webhook_disabled\"\ninstruments = [\"rdp\"]"),
            6,
            "no instruments and no days",
        ),
        (
            rule("name = \"a\"\nwatches = \"stalled\"\ninstruments = [\"webhook\"]"),
            7,
            "in the log it names alerts, figures or webhooks",
        ),
        (
            rule("name = \"a\"\nwatches = \"stalled\"\ninstruments = [\"alert\"]"),
            7,
            "in the log it names alerts, figures or webhooks",
        ),
        (rule("name = \"a\"\nwatches = \"stalled\"\n[[rule]]\nname = \"a\"\nwatches = \"stalled\""), 8, "given twice"),
        ("[[rule]]\nname = \"a\"".to_owned(), 1, "missing field `watches`"),
        (
            (0..101)
                .map(|number| format!("[[rule]]\nname = \"r{number}\"\nwatches = \"stalled\"\n"))
                .collect::<Vec<_>>()
                .concat(),
            302,
            "at most 100 rules",
        ),
        ("quantile".to_owned(), 1, ""),
    ];
    for (text, line, problem) in cases {
        let error = Rules::parse("rules.toml", &text).unwrap_err().to_string();
        assert!(error.starts_with(&format!("rules.toml, line {line}: ")) && error.contains(problem), "{text}\n{error}");
    }
}
