//! How do the pages look, and how much do they weigh?

use insta::assert_snapshot;
use testkit::databases::Database;
use testkit::serving::Served;

use super::shown::{BROWSER, shown};

/// The pages whose HTML and SVG are kept.
const KEPT: [(&str, &str); 12] = [
    ("overview", "/?asOf=2026-11-24"),
    ("overview-2016", "/?asOf=2016-05-01&years=2005&sort=listed"),
    ("korea", "/rdp/KR"),
    ("latvia-published", "/rdp/LV?asOf=2017-06-30&basis=published&knownAt=2017-06-30"),
    ("italy", "/rdp/IT"),
    ("australia-2005", "/rdp/AU?asOf=2005-01-01"),
    ("denmark", "/rdp/DK"),
    ("new-zealand", "/rdp/NZ"),
    ("waiting", "/waiting"),
    ("changes", "/changes?from=2017-06-30&basis=published"),
    ("table", "/table?listing=blanket&asOf=2016-05-01"),
    ("overview-picture", "/overview.svg"),
];

/// The bytes of an answer, and of the same compressed.
async fn weight(server: &Served, path: &str) -> (usize, usize) {
    let client = reqwest::Client::new();
    let get = async |encoding: &str| {
        let request = client.get(format!("http://{}{path}", server.address));
        let answer = request.header("accept", BROWSER).header("accept-encoding", encoding).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.bytes().await.unwrap().len()
    };
    (get("identity").await, get("gzip").await)
}

#[tokio::test]
async fn the_pages_are_as_they_were() {
    let database = Database::sqlite();
    let store = database.store().await;
    let server = Served::start(store).await;
    for (name, path) in KEPT {
        // One element a line, so that a change can be read.
        let html = shown(&server, path).await.replace("><", ">\n<");
        insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            assert_snapshot!(name, html);
        });
    }
}

#[tokio::test]
async fn every_page_is_small() {
    let database = Database::sqlite();
    let store = database.store().await;
    let server = Served::start(store).await;
    let mut paths: Vec<String> =
        KEPT.iter().map(|(_, path)| (*path).to_owned()).filter(|path| !path.contains("svg")).collect();
    paths.extend(["/", "/table", "/log", "/method", "/alerts", "/changes?from=2000-01-01"].map(str::to_owned));
    paths.extend(testkit::plain::bundled_agreements().into_iter().map(|id| format!("/{id}")));
    for path in paths {
        let (whole, packed) = weight(&server, &path).await;
        assert!(whole <= 70_000 && packed <= 15_000, "{path}: {whole} bytes, {packed} compressed");
    }
    let (style, _) = weight(&server, "/page.css").await;
    let (script, _) = weight(&server, "/page.js").await;
    assert!(style <= 20_000 && script <= 6_000, "{style} {script}");
}

#[tokio::test]
async fn an_instrument_with_every_country_that_there_is_is_shown_in_parts() {
    let database = Database::sqlite();
    let store = database.store().await;
    let server = Served::start(store).await;
    let mut countries = depositary::domain::country::Country::all();
    // A country has one agreement of a type, so this is the most that there can be.
    countries.retain(|country| !country.is_home());
    for country in &countries {
        let id = format!("rdp/{}", country.code()).parse().unwrap();
        let opened =
            server.behind.tracker.execute(vec![depositary::record::import::open(id, testkit::facts::actor())]).await;
        drop(opened);
    }
    for first in ["/?sort=name", "/table"] {
        let (mut found, mut paths) = (std::collections::BTreeSet::new(), vec![first.to_owned()]);
        let mut at = 0;
        while let Some(path) = paths.get(at).cloned() {
            at += 1;
            let (whole, packed) = weight(&server, &path).await;
            assert!(whole <= 70_000 && packed <= 15_000, "{path}: {whole} bytes, {packed} compressed");
            let html = shown(&server, &path).await;
            found.extend(html.split("href=\"/rdp/").skip(1).map(|rest| rest.get(..2).unwrap().to_owned()));
            let pager =
                html.split("class=\"pager\"").nth(1).and_then(|rest| rest.split("</p>").next()).unwrap_or_default();
            for link in pager.split("href=\"").skip(1) {
                let link = link.split('"').next().unwrap().replace("&#38;", "&");
                if !paths.contains(&link) {
                    paths.push(link);
                }
            }
        }
        assert!(at > 2 && at < 20, "{first} has {at} parts");
        assert_eq!(found.len(), countries.len(), "{first}");
    }
}

#[tokio::test]
async fn a_page_loads_nothing_from_elsewhere_and_has_no_inline_style_or_script() {
    let database = Database::sqlite();
    let store = database.store().await;
    let server = Served::start(store).await;
    for (_, path) in KEPT.iter().filter(|(_, path)| !path.contains("svg")) {
        let whole = super::shown::page(&server, path).await;
        let policy = whole.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(whole.header("x-content-type-options"), "nosniff");
        assert!(!whole.body.contains(" style=") && !whole.body.contains("<style"), "{path}");
        assert_eq!(whole.body.matches("<script").count(), 1, "{path}");
        for part in whole.body.split("src=\"").skip(1) {
            assert!(part.starts_with("/page.js\""), "{path}: {part:.40}");
        }
    }
}

#[tokio::test]
async fn a_picture_says_what_it_shows_as_of_when_from_where_and_under_which_licence() {
    let database = Database::sqlite();
    let store = database.store().await;
    let server = Served::start(store).await;
    for (path, title) in [
        ("/overview.svg", "Reciprocal Defense Procurement Agreements"),
        ("/rdp/KR/timeline.svg", "Korea: Reciprocal Defense Procurement Agreement"),
        ("/waiting.svg", "Who waits, and for how long"),
    ] {
        let svg = shown(&server, path).await;
        let told = ["As of 24 November 2026, log entry 623.", "https://depositary.example/", "Licence: Apache-2.0"];
        assert!(svg.contains(&format!("<title id=\"t\">{title}</title>")), "{path}");
        for text in told {
            assert!(svg.contains(text), "{path} does not say {text}");
        }
        assert!(!svg.contains("var(--") && !svg.contains("NaN") && !svg.contains("inf%"), "{path}");
    }
}
