//! Can a person write a proposal anew in the terminal, as on the page and in GraphQL, and only what fits it?

use depositary::answers::ItemState;
use depositary::work::sources::SOURCE;

use super::noted::{for_each_desk, run};
use testkit::register::{notice, rule};

/// A rule about one country, and a notice about two.
fn documents() -> Vec<serde_json::Value> {
    let two = "United Kingdom of Great Britain and Northern Ireland and With the Republic of Finland";
    vec![rule("2022-05534", "2022-03-18", "Lithuania"), notice("2023-22714", "2023-10-20", two)]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_set_is_recorded_in_place_of_what_the_document_says_once() {
    for_each_desk(documents(), async |database, server| {
        let set =
            ["--set", "listing=case_by_case", "--set", "occurred=2022-03-17", "--set", "summary=Listed, by hand."];
        let accept = [&["inbox", "accept", "2022-05534", "--actor", "press-desk"], &set[..]].concat();
        let (code, printed) = run(database, &[&accept[..], &["--dry-run"]].concat());
        assert!(code == 0 && printed.contains("rdp/LT on 2022-03-17\n"), "{printed}");
        assert_eq!(run(database, &["export"]).1, "", "a dry run records nothing");
        assert_eq!(run(database, &accept), (0, "2 events recorded\n".to_owned()));
        let log = run(database, &["export"]).1;
        for said in ["\"listing\":\"case_by_case\"", "\"occurred\":\"2022-03-17\"", "Listed, by hand.", "\"capture\":"]
        {
            assert!(log.contains(said), "{said}: {log}");
        }
        assert_eq!(run(database, &accept), (0, "the record has it already; nothing was recorded\n".to_owned()));
        let items = server.behind.answers.inbox(SOURCE).await.unwrap();
        assert_eq!(items[0].state, ItemState::Accepted, "what was edited is accepted");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_does_not_fit_is_refused_and_nothing_is_recorded() {
    for_each_desk(documents(), async |database, _| {
        for (number, arguments, says) in [
            ("2022-05534", &["--set", "occurred"][..], "give FIELD=VALUE"),
            ("2022-05534", &["--set", "a.occurred=2022"], "give FIELD=VALUE"),
            ("2022-05534", &["--set", "colour=red"], "unknown field `colour`"),
            ("2022-05534", &["--set", "listing=always"], "always"),
            ("2022-05534", &["--set", "occurred="], "missing field `occurred`"),
            ("2022-05534", &["--set", "3.occurred=2022"], "proposal 3, which is not to be recorded"),
            ("2022-05534", &["--set", "summary=turned \u{202e}round"], "U+202E"),
            ("2022-05534", &["--set", "occurred=2999-01-01"], "2999-01-01, which lies after today"),
            ("2023-22714", &["--set", "purpose=renewal"], "say which one --set is about: 1.purpose=renewal"),
            ("2023-22714", &["--only", "2", "--set", "1.purpose=renewal"], "proposal 1, which is not to be recorded"),
        ] {
            let (code, printed) = run(database, &[&["inbox", "accept", number], arguments].concat());
            assert!(code != 0 && printed.contains(says), "{arguments:?}: {printed}");
        }
        assert_eq!(run(database, &["export"]).1, "");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_proposals_the_number_says_which_one_is_edited() {
    for_each_desk(documents(), async |database, _| {
        let set =
            ["--set", "2.purpose=renewal", "--set", "2.comments_close_on=2023-12-01", "--set", "1.evidence=inferred"];
        let accept = [&["inbox", "accept", "2023-22714"], &set[..]].concat();
        assert_eq!(run(database, &accept), (0, "4 events recorded\n".to_owned()));
        let log = run(database, &["export"]).1;
        let line = |agreement: &str| {
            log.lines().find(|line| line.contains(agreement) && line.contains("notice_published")).unwrap()
        };
        let (finland, britain) = (line("rdp/FI"), line("rdp/GB"));
        assert!(finland.contains("\"purpose\":\"renewal\"") && finland.contains("2023-12-01"), "{finland}");
        assert!(
            !britain.contains("\"purpose\":\"renewal\"") && britain.contains("\"evidence\":\"inferred\""),
            "{britain}"
        );
    })
    .await;
}
