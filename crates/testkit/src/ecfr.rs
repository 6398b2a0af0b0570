//! What does the eCFR's API answer?
//!
//! Invariant: it behaves as the real one does: versions are told twice, an import goes on, a section is removed, a page is missing.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use depositary::work::sources::Asked;
use serde_json::{Value, json};

/// A version of the section: the day from which it holds, that of its publication, and whom it lists.
#[derive(Clone)]
pub struct Version {
    /// The day from which it holds.
    pub date: &'static str,
    /// The day on which it was published.
    pub issued: &'static str,
    /// The countries with a blanket exception.
    pub blanket: Vec<&'static str>,
    /// The countries that are decided case by case.
    pub case_by_case: Vec<&'static str>,
}

/// Which of its pages the source does not have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The list of titles.
    Titles,
    /// The list of versions.
    Versions,
    /// The text of a version.
    Text,
}

/// What the source holds, and what is wrong with it.
#[derive(Default)]
pub struct Held {
    /// Its versions of the section.
    pub versions: Vec<Version>,
    /// Whether it says that an import goes on.
    pub importing: bool,
    /// Whether the section is removed.
    pub removed: bool,
    /// Whether its answers cannot be read.
    pub garbled: bool,
    /// The page that it does not have.
    pub missing: Option<Missing>,
}

/// The API, as a server of its own.
#[derive(Clone)]
pub struct Code {
    /// What it holds; a test may change it at any time.
    pub held: Arc<Mutex<Held>>,
    port: u16,
}

impl Code {
    /// Starts it with these versions, on a free port.
    pub async fn start(versions: Vec<Version>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let code = Self { held: Arc::new(Mutex::new(Held { versions, ..Held::default() })), port };
        let router = Router::new().fallback(answer).with_state(code.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        code
    }

    /// How it is asked.
    pub fn asked(&self) -> Asked {
        let here = |port| format!("http://127.0.0.1:{port}").parse().unwrap();
        Asked { source_host: here(9), ecfr_host: here(self.port), source_contact: Some("desk@example.org".to_owned()) }
    }

    /// Whom the newest version lists, as the XML of the section.
    fn text(&self) -> String {
        let held = self.held.lock().unwrap();
        let Version { blanket, case_by_case, .. } = held.versions.last().unwrap().clone();
        let each = |names: &[&str]| names.iter().map(|name| format!("<P>{name}.</P>\n")).collect::<Vec<_>>().concat();
        let b = if held.garbled { "See elsewhere." } else { "(b) From this qualifying country one by one:" };
        format!(
            "<?xml version=\"1.0\"?>\n<DIV8 N=\"225.872-1\" TYPE=\"SECTION\"><HEAD>225.872-1 General.</HEAD>\n\
             <P>(a) From these qualifying countries all is excepted:</P>\n{}<P>{b}</P>\n{}<P>(c) Nothing else follows.</P></DIV8>",
            each(&blanket),
            each(&case_by_case)
        )
    }

    fn versions(&self) -> Value {
        let held = self.held.lock().unwrap();
        let row = |version: &Version, issued: &str, substantive: bool| {
            json!({ "date": version.date, "amendment_date": version.date, "issue_date": issued, "identifier": "225.872-1",
                "name": "225.872-1 General.", "part": "225", "substantive": substantive, "removed": held.removed,
                "subpart": "225.8", "title": "48", "type": "section" })
        };
        // Each is told twice, the second time for an edit of much later that changes nothing.
        let rows = held
            .versions
            .iter()
            .flat_map(|version| [row(version, "2026-11-01", false), row(version, version.issued, true)]);
        json!({ "content_versions": rows.collect::<Vec<_>>(), "meta": { "title": "48", "result_count": "2" } })
    }
}

async fn answer(State(code): State<Code>, request: Request) -> Response {
    let json_of = |value: Value| ([(CONTENT_TYPE, "application/json")], value.to_string()).into_response();
    let (path, query) = (request.uri().path().to_owned(), request.uri().query().unwrap_or_default().to_owned());
    let whole = query == "part=225&section=225.872-1";
    let missing = code.held.lock().unwrap().missing;
    let has = |page: Missing| missing != Some(page);
    if path == "/api/versioner/v1/titles.json" && has(Missing::Titles) {
        let importing = code.held.lock().unwrap().importing;
        let titles = json!([{ "number": 47, "up_to_date_as_of": "2026-11-20" }, { "number": 48, "up_to_date_as_of": "2026-11-25" }]);
        return json_of(json!({ "titles": titles, "meta": { "date": "2026-11-26", "import_in_progress": importing } }));
    }
    if path == "/api/versioner/v1/versions/title-48.json" && whole && has(Missing::Versions) {
        return json_of(code.versions());
    }
    if path == "/api/versioner/v1/full/2026-11-25/title-48.xml" && whole && has(Missing::Text) {
        return ([(CONTENT_TYPE, "application/xml; charset=utf-8")], code.text()).into_response();
    }
    (StatusCode::NOT_FOUND, [(CONTENT_TYPE, "text/html")], "<html>not here</html>").into_response()
}
