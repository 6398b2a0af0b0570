//! Is a document found that the main search misses, and is a source seen to be wrong although it answers that all is well?

use depositary::store::Swept;
use depositary::work::sources::SOURCE;
use testkit::databases::for_each_database;
use testkit::register;
use testkit::register::{Fault, Register, notice, of_another_agency, of_part_225, rule};

use super::desk::{Desk, good};

/// The kinds of the sweeps that were made, in order.
async fn kinds(desk: &Desk) -> Vec<String> {
    desk.store.sweeps(SOURCE).await.unwrap().into_iter().map(|sweep| sweep.kind).filter(|kind| kind != "main").collect()
}

#[tokio::test]
async fn what_names_another_agency_is_found_by_its_words_or_by_the_part_that_it_changes_once_a_week() {
    for_each_database(async |store| {
        let misses = vec![
            register::other("2026-30000", "2026-10-01"),
            of_another_agency(notice("2026-30001", "2026-10-01", "Republic of Korea")),
            of_part_225(of_another_agency(rule("2026-30002", "2026-10-02", "Iceland"))),
        ];
        let (desk, register) = (Desk::over(store).await, Register::start(misses).await);
        assert_eq!(desk.poll(&register, "2026-01-01").await, good(1, 0), "a backfill is of the department alone");
        let polled = desk.poll(&register, "").await;
        assert_eq!((polled.outcome, polled.items_new), ("good", 2), "{polled:?}");
        assert_eq!(
            kinds(&desk).await,
            ["backfill", "backfill", "backfill", "backfill", "net-words", "net-part", "canary"]
        );
        desk.poll(&register, "").await;
        assert_eq!(kinds(&desk).await.len(), 7, "none of them is due before a week has passed");
        desk.clock.set("2026-12-08T12:00:00Z".parse().unwrap());
        assert_eq!(desk.poll(&register, "").await.items_new, 0);
        assert_eq!(kinds(&desk).await[7..], ["net-words", "net-part", "canary"]);
        assert_eq!(desk.items().await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_known_document_that_is_read_otherwise_makes_the_source_red_and_moves_no_cursor_back() {
    for_each_database(async |store| {
        let (desk, register) = (Desk::over(store).await, Register::start(Vec::new()).await);
        register.break_by(Fault::CanaryOtherwise);
        for _ in 0..2 {
            let polled = desk.poll(&register, "").await;
            assert_eq!(polled.outcome, "shape");
            assert!(polled.problem.unwrap().contains("2021-06591"));
            let swept = Swept::of(&desk.store.sweeps(SOURCE).await.unwrap());
            assert_eq!((swept.checks_failing, swept.failed_in_a_row), (1, 0));
            assert_eq!(swept.cursor.map(|day| day.to_string()).as_deref(), Some("2026-11-30"));
        }
        register.break_by(Fault::None);
        assert_eq!(desk.poll(&register, "").await.outcome, "good");
        assert_eq!(Swept::of(&desk.store.sweeps(SOURCE).await.unwrap()).checks_failing, 0);
        assert!(desk.items().await.is_empty(), "it is known, and waits for nobody");
    })
    .await;
}
