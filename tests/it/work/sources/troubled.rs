//! Does a person see that the eCFR gave no text, and what to do? And is what a poll keeps whole, whenever it is stopped?

use depositary::access::Role;
use depositary::domain::reading::ECFR;
use depositary::store::Store;
use depositary::work::sources::{Fetcher, poll};
use serde_json::Value;

use super::desk::Desk;
use super::noted::run;
use super::regulation::{ask, listing};
use testkit::databases::{Database, for_each_database};
use testkit::ecfr::{Code, Missing};
use testkit::serving::Served;

#[tokio::test(flavor = "multi_thread")]
async fn what_the_ecfr_does_not_have_is_a_failed_sweep_that_says_what_to_do_on_every_face() {
    for database in Database::each().await {
        let store = database.store().await;
        let (server, code) = (Served::empty(store.clone(), false).await, Code::start(vec![listing()]).await);
        let token = server.token(Role::Reader, "only-reads").await;
        let fetcher = Fetcher::of(ECFR, &code.asked(), server.clock.clone()).unwrap();
        for (missing, says) in [
            (Missing::Titles, "nothing at /api/versioner/v1/titles.json (404)"),
            (
                Missing::Versions,
                "no versions of 48 CFR 225.872-1 (404); look at https://www.ecfr.gov/current/title-48/",
            ),
            (Missing::Text, "no text of 48 CFR 225.872-1 as of 2026-11-25 (404); look at https://www.ecfr.gov/"),
        ] {
            code.held.lock().unwrap().missing = Some(missing);
            let polled = poll(&store, &fetcher, &server.clock, None).await.unwrap();
            assert_eq!((polled.outcome, polled.documents, polled.items_new), ("not_found", 0, 0), "{polled:?}");
            assert_eq!(polled.cursor, None, "the cursor stays");
            assert!(polled.problem.unwrap().contains(says));
            let query = "{ sources { source lastFailure { outcome message } failedInARow } }";
            let told = server.ask(query).await["sources"][0].take();
            assert_eq!((&told["source"], &told["lastFailure"]["outcome"]), (&ECFR.into(), &"not_found".into()));
            assert!(told["lastFailure"]["message"].as_str().unwrap().contains(says), "{told}");
            let plain: Value = serde_json::from_str(&server.get("/v1/sources").await.1).unwrap();
            assert_eq!(plain["nodes"][0]["lastFailure"]["message"], told["lastFailure"]["message"]);
            // `--json` prints what the plain URL answers.
            let printed: Value = serde_json::from_str(&run(&database, &["sources", "list", "--json"]).1).unwrap();
            assert_eq!(printed, plain);
            let table = run(&database, &["sources", "list"]).1;
            let words = |text: &str| text.replace(['│', '┆'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(table.contains("not_found") && words(&table).contains("(404)"), "{table}");
            let page = server.with_header("/inbox", "authorization", &format!("Bearer {token}")).await;
            assert!(page.body.contains("The eCFR gave no whole answer on 24 November 2026: "), "{}", page.body);
        }
        code.held.lock().unwrap().missing = None;
        assert_eq!(poll(&store, &fetcher, &server.clock, None).await.unwrap().outcome, "good");
        let page = server.with_header("/inbox", "authorization", &format!("Bearer {token}")).await;
        assert!(!page.body.contains("gave no whole answer"), "{}", page.body);
        drop(server);
        database.drop().await;
    }
}

/// Has the database refuse every sweep, as if the program were stopped before it wrote one; or take them again.
async fn refuse_sweeps(store: &Store, refuse: bool) {
    let run = async |sql: &'static str| match store {
        Store::Sqlite { write, .. } => drop(sqlx::raw_sql(sql).execute(write).await.unwrap()),
        Store::Postgres { write, .. } => drop(sqlx::raw_sql(sql).execute(write).await.unwrap()),
    };
    match (store, refuse) {
        (Store::Sqlite { .. }, false) => run("drop trigger no_sweep").await,
        (Store::Postgres { .. }, false) => run("drop trigger no_sweep on sweeps").await,
        (Store::Sqlite { .. }, true) => {
            run("create trigger no_sweep before insert on sweeps begin select raise(abort, 'stopped'); end").await;
        }
        (Store::Postgres { .. }, true) => {
            run("create function stopped() returns trigger language plpgsql as $$ begin raise exception 'stopped'; end $$;
                 create trigger no_sweep before insert on sweeps for each row execute function stopped()")
            .await;
        }
    }
}

#[tokio::test]
async fn a_poll_of_the_ecfr_that_is_stopped_before_its_end_keeps_nothing_and_the_next_one_everything_once() {
    for_each_database(async |store| {
        let (desk, code) = (Desk::over(store).await, Code::start(vec![listing()]).await);
        let first = ask(&desk, &code).await;
        assert_eq!((first.outcome, first.items_new), ("good", 1), "{first:?}");
        let before = desk.answers.inbox(ECFR).await.unwrap().pop().unwrap();
        // The same version with another list: the same document with another content.
        code.held.lock().unwrap().versions[0].blanket.push("Republic of Korea");
        refuse_sweeps(&desk.store, true).await;
        let fetcher = Fetcher::of(ECFR, &code.asked(), desk.clock.clone()).unwrap();
        assert!(poll(&desk.store, &fetcher, &desk.clock, None).await.is_err());
        let stopped = desk.answers.inbox(ECFR).await.unwrap().pop().unwrap();
        // Nobody decides on a text whose content is another one.
        assert_eq!((&stopped.content_hash, &stopped.captures), (&before.content_hash, &before.captures));
        assert_eq!(desk.store.sweeps(ECFR).await.unwrap().len(), 1);
        refuse_sweeps(&desk.store, false).await;
        assert_eq!(ask(&desk, &code).await.items_new, 1, "what was cut off comes later");
        assert_eq!(ask(&desk, &code).await.items_new, 0, "and it comes once");
        let after = desk.answers.inbox(ECFR).await.unwrap();
        assert_eq!(after.len(), 1);
        assert_ne!((&after[0].content_hash, &after[0].captures), (&before.content_hash, &before.captures));
        assert_eq!(desk.store.captures(ECFR).await.unwrap().len(), 2);
        assert_eq!(desk.store.sweeps(ECFR).await.unwrap().len(), 3);
    })
    .await;
}
