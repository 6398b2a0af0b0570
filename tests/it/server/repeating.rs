//! Is a page that is sent again the page that would be made anew, and nobody else's?

use depositary::access::Role;
use testkit::facts::{note, open};
use testkit::serving::{Served, for_each_server};

const BROWSER: &str = "text/html,application/xhtml+xml";

async fn page(server: &Served, path: &str) -> testkit::serving::Whole {
    server.with_header(path, "accept", BROWSER).await
}

#[tokio::test]
async fn a_page_that_was_sent_before_comes_again_byte_for_byte_until_something_is_recorded_or_the_day_is_over() {
    for_each_server(async |server| {
        for path in ["/", "/rdp/KR", "/rdp/LV?asOf=2017-06-30", "/waiting", "/table", "/changes", "/log", "/method"] {
            let (first, again) = (page(server, path).await, page(server, path).await);
            assert_eq!((first.status, again.status), (200, 200), "{path}");
            assert!(first.body == again.body, "{path}");
            for name in ["etag", "cache-control", "content-type", "content-security-policy", "vary"] {
                assert_eq!(first.header(name), again.header(name), "{path}: {name}");
            }
            let known = server.with_header(path, "if-none-match", first.header("etag")).await;
            assert_eq!((known.status, known.body.as_str()), (304, ""), "{path}");
        }
        let (before, korea) = (page(server, "/").await.body, page(server, "/rdp/KR").await.body);
        server.behind.tracker.execute(vec![open("rdp/RO"), note("n", "rdp/KR")]).await.unwrap().clear();
        let (after, noted) = (page(server, "/").await.body, page(server, "/rdp/KR").await.body);
        assert!(before.contains("log entry 623") && after.contains("log entry 625"), "{after}");
        assert!(!before.contains("Romania") && after.contains("Romania"));
        assert_ne!(korea, noted);
        server.clock.set("2026-12-24T12:00:00Z".parse().unwrap());
        let later = page(server, "/rdp/KR").await.body;
        assert!(noted.contains("24 November 2026") && later.contains("24 December 2026"), "{later}");
    })
    .await;
}

#[tokio::test]
async fn what_somebody_is_shown_is_sent_to_nobody_else() {
    for_each_server(async |server| {
        let token = server.token(Role::Recorder, "press-desk").await;
        let own = server.with_header("/rdp/KR", "authorization", &format!("Bearer {token}")).await;
        assert!(own.body.contains("press-desk"), "{}", own.body);
        // The same question, but for who asks.
        let anyone = server.with_header("/rdp/KR", "x-asks", "anyone").await;
        assert!(!anyone.body.contains("press-desk") && anyone.header("cache-control").starts_with("public"));
        let again = server.with_header("/rdp/KR", "authorization", &format!("Bearer {token}")).await;
        assert!(again.body.contains("press-desk") && again.header("cache-control").starts_with("private"));
        // A cookie may be a session's, so it gets a page of its own too.
        let visitor = server.with_header("/rdp/KR", "cookie", "theme=dark").await;
        assert!(visitor.header("cache-control").starts_with("private"), "{}", visitor.header("cache-control"));
    })
    .await;
}

#[tokio::test]
async fn another_form_is_never_answered_by_a_kept_page() {
    for_each_server(async |server| {
        assert_eq!(page(server, "/rdp/KR").await.status, 200);
        let data = server.with_header("/rdp/KR", "accept", "application/json").await;
        assert_eq!((data.status, data.header("content-type")), (200, "application/json"), "it is led to the data");
        let head = server.send(reqwest::Method::HEAD, "/rdp/KR", BROWSER).await;
        assert_eq!((head.status, head.body.as_str()), (200, ""));
        let ahead = server.with_header("/rdp/KR", "depositary-min-position", "100000").await;
        assert_ne!(ahead.status, 200, "a position that has not come is waited for, whatever is kept");
    })
    .await;
}

#[tokio::test]
async fn a_page_that_is_kept_is_not_made_again() {
    testkit::databases::for_each_database(async |store| {
        let server = Served::start(store.clone()).await;
        let kept = page(&server, "/rdp/KR?atPosition=300").await;
        assert_eq!(kept.status, 200);
        testkit::tables::run(&store, "alter table events rename to gone").await.unwrap();
        let again = page(&server, "/rdp/KR?atPosition=300").await;
        assert!(again.status == 200 && again.body == kept.body, "it is sent as it was made");
        assert!(page(&server, "/rdp/LV?atPosition=300").await.status >= 500, "this one has to be read");
        testkit::tables::run(&store, "alter table gone rename to events").await.unwrap();
    })
    .await;
}
