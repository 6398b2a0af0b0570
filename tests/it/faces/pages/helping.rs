//! Does whoever is refused by the server itself see what to do, with what was typed?

use depositary::access::Role;
use testkit::databases::for_each_database;
use testkit::serving::{Served, counting};
use testkit::tables::run;

use super::browser::{Browser, fields, with};

#[tokio::test]
async fn whoever_asks_too_much_hears_when_to_come_back_and_keeps_the_form() {
    for_each_database(async |store| {
        let served = Served::start(store.clone()).await;
        let address = counting(&served, store, 100).await;
        let mut anyone = Browser::at(&served).moved_to(address, "203.0.113.7");
        let asked = "/waiting?asOf=2017-06-30";
        let mut page = anyone.get(asked).await;
        for _ in 0..3 {
            page = anyone.get(asked).await;
        }
        assert_eq!(page.status, 429, "{}", page.body);
        let wait = page.header("retry-after");
        assert!(page.body.contains("Too much was asked in a minute"), "{}", page.body);
        assert!(page.body.contains(&format!("It can be asked again in {wait} s, at ")), "{}", page.body);
        assert!(page.body.contains(&format!("href=\"{asked}\"")), "the way back keeps what was asked");
        assert!(page.header("ratelimit").starts_with("\"cost\";r=0"));
        // A program hears the same as before.
        let client = reqwest::Client::new().get(format!("http://{address}{asked}"));
        let answer = client.header("x-forwarded-for", "203.0.113.7").send().await.unwrap();
        let answer: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(answer["error"]["code"], "RATE_LIMITED");

        let mut desk = Browser::signed_in(&served, Role::Recorder, "press-desk").await;
        let form =
            with(fields(&desk.get("/record").await.body), &[("summary", "A <b>sentence</b>."), ("do", "preview")]);
        let mut desk = desk.moved_to(address, "203.0.113.8");
        let mut page = desk.post("/record", &form).await;
        for _ in 0..3 {
            page = desk.post("/record", &form).await;
        }
        assert_eq!(page.status, 429);
        assert!(page.body.contains(">Send it again</button>"), "{}", page.body);
        assert_eq!(fields(&page.body), form, "all of it is kept");
    })
    .await;
}

#[tokio::test]
async fn where_sessions_cannot_be_read_the_page_says_so_and_keeps_the_form() {
    for_each_database(async |store| {
        let served = Served::start(store.clone()).await;
        let mut desk = Browser::signed_in(&served, Role::Recorder, "press-desk").await;
        let form = with(fields(&desk.get("/record").await.body), &[("summary", "A sentence."), ("do", "preview")]);
        run(&store, "alter table sessions rename to sessions_away").await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        let page = desk.get("/rdp/LV?asOf=2017-06-30").await;
        assert_eq!(page.status, 503, "{}", page.body);
        assert!(page.body.contains("href=\"/rdp/LV?asOf=2017-06-30\""), "{}", page.body);
        let page = desk.post("/record", &form).await;
        assert_eq!(page.status, 503);
        assert_eq!(fields(&page.body), form);
        let mut anyone = Browser::at(&served);
        let welcome = fields(&anyone.get("/sign-in").await.body);
        let token = served.token(Role::Reader, "only-reads").await;
        let page = anyone.post("/sign-in", &with(welcome, &[("token", &token)])).await;
        assert_eq!(page.status, 503);
        assert!(!page.body.contains(&token), "a token is in no page");
        run(&store, "alter table sessions_away rename to sessions").await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        assert_eq!(desk.post("/record", &form).await.status, 422, "the form is read again");
    })
    .await;
}
