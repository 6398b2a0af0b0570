//! Does every address lead where it says, and does a wrong one help?

use depositary::faces::behind::Behind;
use depositary::faces::open::Open;
use reqwest::{Client, Method, redirect::Policy};
use testkit::databases::{Database, for_each_database};
use testkit::serving::{Served, for_each_server};

use super::shown::{BROWSER, page, shown};

/// Where an address leads, without going there.
async fn leads(server: &Served, path: &str, accept: &str) -> (u16, String) {
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let answer = client.get(format!("http://{}{path}", server.address)).header("accept", accept).send().await.unwrap();
    let place = answer.headers().get("location").map(|place| place.to_str().unwrap().to_owned());
    (answer.status().as_u16(), place.unwrap_or_default())
}

#[tokio::test]
async fn the_form_leads_to_the_one_address_of_its_answer() {
    for_each_server(async |server| {
        for (path, place) in [
            ("/rdp?country=Korea", "/rdp/KR"),
            ("/rdp?country=kr&asOf=2026-11-24", "/rdp/KR"),
            ("/rdp?country=the+Netherlands&asOf=2017-06-30", "/rdp/NL?asOf=2017-06-30"),
            ("/rdp?country=LV&asOf=2017-06-30&by=record&knownAt=2017-06-30", "/rdp/LV?asOf=2017-06-30"),
            (
                "/rdp?country=LV&asOf=2017-06-30&by=published&knownAt=2017-07-01",
                "/rdp/LV?asOf=2017-06-30&basis=published&knownAt=2017-07-01",
            ),
            ("/sosa?country=KR", "/sosa/KR"),
        ] {
            assert_eq!(leads(server, path, BROWSER).await, (303, place.to_owned()), "{path}");
        }
        for (path, place) in [("/rdp/kr", "/rdp/KR"), ("/rdp/UK?asOf=2017-06-30", "/rdp/GB?asOf=2017-06-30")] {
            assert_eq!(leads(server, path, BROWSER).await, (308, place.to_owned()), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_asks_for_data_is_shown_where_it_is_and_a_browser_is_not() {
    for_each_server(async |server| {
        for (path, accept, place) in [
            ("/", "application/json", "/v1/agreements?instrument=rdp"),
            ("/rdp/KR", "application/json", "/v1/status/KR?instrument=rdp"),
            ("/rdp/KR", "text/csv", "/v1/status/KR?instrument=rdp&format=csv"),
            ("/rdp/LV?asOf=2017-06-30", "application/json", "/v1/status/LV?instrument=rdp&asOf=2017-06-30"),
            ("/rdp/KR.json", BROWSER, "/v1/status/KR?instrument=rdp"),
            ("/rdp/KR.csv?asOf=2017-06-30", BROWSER, "/v1/status/KR?instrument=rdp&format=csv&asOf=2017-06-30"),
            ("/waiting", "application/json", "/v1/waiting?instrument=rdp"),
            ("/table?listing=blanket", "application/json", "/v1/agreements?instrument=rdp&listing=BLANKET"),
            (
                "/changes?from=2017-06-30&to=2018-01-01",
                "application/json",
                "/v1/diff?instrument=rdp&fromAsOf=2017-06-30&toAsOf=2018-01-01",
            ),
        ] {
            let (code, leads_to) = leads(server, path, accept).await;
            assert_eq!((code, leads_to.as_str()), (303, place), "{path}");
            let data = server.send(Method::GET, &leads_to, "*/*").await;
            assert_eq!(data.status, 200, "{leads_to}: {}", data.body);
        }
        let seen = server.send(Method::GET, "/rdp/KR", "*/*").await;
        assert!(seen.header("content-type").starts_with("text/html"));
        assert!(seen.header("vary").contains("accept"));
        let answer = shown(server, "/rdp/LV?asOf=2017-06-30&basis=published&knownAt=2017-06-30").await;
        let data = answer.split("type=\"application/json\"").nth(1).unwrap();
        let data = data.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
        assert_eq!(server.get(&data).await.0, 200, "{data}");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_address_says_what_is_right() {
    for_each_server(async |server| {
        for (path, code, says) in [
            ("/rdp/Korea", 404, vec!["No country has the code “Korea”", "href=\"/rdp/KR\"", ">Korea</a>"]),
            ("/rdp/Latvai", 404, vec!["href=\"/rdp/LV\""]),
            ("/rdp/US", 400, vec!["The United States has no status"]),
            ("/rdp/LV?asOf=2017-06-31", 400, vec!["There is no day 2017-06-31", "June has 30 days", "asOf=2017-06-30"]),
            ("/rdp/LV?asOf=2017-02-30", 400, vec!["February has 28 days", "asOf=2017-02-28"]),
            ("/rdp/LV?asof=2017-06-30", 400, vec!["There is no parameter `asof` here", "asOf"]),
            ("/rdp/LV?asOf=2017-06-30&asOf=2017-06-29", 400, vec!["asOf takes one value"]),
            ("/rdp/LV?atPosition=100000", 400, vec!["lies ahead of the log"]),
            ("/changes?basis=rumour", 400, vec!["basis cannot be `rumour`"]),
            ("/table?listing=nobody", 400, vec!["listing cannot be `nobody`"]),
            ("/nothing", 404, vec!["There is nothing at this address", "name=\"country\""]),
        ] {
            let whole = page(server, path).await;
            assert_eq!(whole.status, code, "{path}");
            assert!(whole.header("content-type").starts_with("text/html"), "{path}");
            assert!(whole.header("content-security-policy").contains("style-src 'self'"), "{path}");
            for text in says {
                assert!(whole.body.replace("&#38;", "&").contains(text), "{path} does not say {text}: {}", whole.body);
            }
            let plain = server.send(Method::GET, path, "application/json").await;
            assert_eq!(plain.status, code, "{path}");
            assert!(plain.json()["error"]["message"].is_string(), "{path}: {}", plain.body);
        }
        let country = shown(server, "/rdp/NZ").await;
        assert!(country.contains("New Zealand is not a qualifying country"), "a country without a record has a page");
    })
    .await;
}

#[tokio::test]
async fn every_link_of_every_page_leads_somewhere() {
    let database = Database::sqlite();
    let store = database.store().await;
    let server = Served::start(store).await;
    let mut seen: Vec<String> = vec!["/".to_owned()];
    let mut place = 0;
    while let Some(path) = seen.get(place).cloned() {
        place += 1;
        let whole = page(&server, &path).await;
        assert!(whole.status < 400, "{path}: {}", whole.body);
        // What is about another day has the links of the page that it was found on.
        if !whole.header("content-type").starts_with("text/html") || path.contains('?') {
            continue;
        }
        for part in whole.body.split("href=\"").skip(1) {
            let link = part.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
            let link = link.split('#').next().unwrap().to_owned();
            if link.starts_with('/') && !seen.contains(&link) {
                seen.push(link);
            }
        }
    }
    assert!(seen.len() > 200, "{}", seen.len());
}

#[tokio::test]
async fn below_a_path_of_a_proxy_every_link_stays_below_it() {
    let database = Database::sqlite();
    let store = database.store().await;
    let served = Served::start(store.clone()).await;
    let webhooks = depositary::work::delivery::Webhooks::new(
        served.behind.answers.clone(),
        depositary::work::delivery::Courier::new(
            depositary::work::delivery::addresses::Rules::default(),
            depositary::work::delivery::PATIENCE,
            &depositary::work::delivery::by_the_system(),
            served.clock.clone(),
        ),
        served.clock.clone(),
        "https://example.org/depositary".into(),
    );
    let behind = Behind { webhooks, ..served.behind.clone() };
    let server = Served::with(store, behind, served.clock.clone()).await;
    for path in
        ["/", "/rdp/KR", "/rdp/LV?asOf=2017-06-30", "/waiting", "/changes", "/table", "/log", "/method", "/alerts"]
    {
        let html = shown(&server, path).await;
        for attribute in ["href=\"", "src=\"", "action=\""] {
            for part in html.split(attribute).skip(1) {
                let link = part.split('"').next().unwrap();
                let stays = link.starts_with("/depositary/") || link.starts_with("http") || link.starts_with('#');
                assert!(stays, "{path}: {link}");
            }
        }
        assert!(html.contains("<link rel=\"canonical\" href=\"https://example.org/depositary/"), "{path}");
    }
}

#[tokio::test]
async fn without_pages_there_are_none_and_the_answers_stay() {
    for_each_database(async |store| {
        let bare = Served::opened(store, Open { no_pages: true, ..Open::default() }).await;
        for path in ["/", "/rdp/KR", "/page.css", "/robots.txt", "/overview.svg"] {
            let whole = page(&bare, path).await;
            assert_eq!(
                (whole.status, whole.header("content-type")),
                (404, "application/json; charset=utf-8"),
                "{path}"
            );
        }
        assert_eq!(bare.get("/v1/status/KR").await.0, 200);
    })
    .await;
}

#[tokio::test]
async fn search_engines_hear_what_to_list() {
    for_each_database(async |store| {
        let served = Served::start(store.clone()).await;
        let (_, robots) = served.get("/robots.txt").await;
        assert!(robots.contains("Sitemap: https://depositary.example/sitemap.xml"), "{robots}");
        let (_, sitemap) = served.get("/sitemap.xml").await;
        assert!(sitemap.contains("<loc>https://depositary.example/rdp/KR</loc>"), "{sitemap}");
        let hidden = Served::opened(store, Open { no_index: true, ..Open::default() }).await;
        assert_eq!(hidden.get("/robots.txt").await.1, "User-agent: *\nDisallow: /\n");
        assert_eq!(hidden.get("/sitemap.xml").await.0, 404);
        let whole = page(&hidden, "/").await;
        assert_eq!(whole.header("x-robots-tag"), "noindex");
        assert!(whole.body.contains("<meta name=\"robots\" content=\"noindex\">"));
    })
    .await;
}

#[tokio::test]
async fn feeds_and_calendars_lead_to_the_pages_at_the_public_place() {
    let database = Database::sqlite();
    let store = database.store().await;
    let served = Served::start(store.clone()).await;
    let answers = served.behind.answers.clone().with_pages_at("https://example.org/depositary".into());
    let server = Served::with(store, Behind { answers, ..served.behind.clone() }, served.clock.clone()).await;
    let (_, feed) = server.get("/v1/feed/KR.atom").await;
    let begin = "href=\"https://example.org/depositary/";
    let links: Vec<&str> = feed.split(begin).skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(links.len() > 10, "{feed}");
    for link in links {
        let (path, row) = link.split_once('#').unwrap();
        let html = shown(&server, &format!("/{path}")).await;
        assert!(html.contains(&format!("id=\"{row}\"")), "{link} leads to no row");
    }
    let (_, calendar) = server.get("/v1/deadlines.ics").await;
    let calendar = calendar.replace("\r\n ", "");
    assert!(calendar.contains("https://example.org/depositary/rdp/FI"), "{calendar}");
    let (_, plain) = served.get("/v1/feed/KR.atom").await;
    assert!(
        !plain.contains("example.org/depositary") && plain.contains("/v1/timeline/KR"),
        "without pages they lead to data"
    );
}
