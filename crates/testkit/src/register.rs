//! How does the Federal Register's API behave? Pages of two, links with cursors, no results without hits, views that count up.
//!
//! Invariant: it is served as the real one does, its quirks included.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use depositary::store::Store;
use depositary::work::sources::{Asked, Fetcher, poll};
use serde_json::{Value, json};
use url::Url;

use crate::serving::Served;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing goes wrong.
    None,
    /// An answer without a body, of this status.
    Status(u16),
    /// A page that asks whether a person is there, of this status.
    Challenge(u16),
    /// It sends whoever asks to another host.
    Elsewhere,
    /// A body that never ends.
    Endless,
    /// A body that breaks off.
    Cut,
    /// A body that is said to be JSON and is none.
    NoJson,
    /// A body of another type.
    WrongType,
    /// A count that is one too many.
    WrongCount,
    /// A link to the next page that leads to another host.
    LinkElsewhere,
    /// It is busy once, and well afterwards.
    OnceBusy,
    /// No document is found by its number.
    NoDetails,
    /// The document that is known has lost its title.
    CanaryOtherwise,
}

struct Held {
    documents: Vec<Value>,
    fault: Fault,
    views: u64,
}

/// The register, on a port of its own.
#[derive(Clone)]
pub struct Register {
    held: Arc<Mutex<Held>>,
    port: u16,
    /// How many documents a page has.
    per_page: usize,
}

/// A notice about negotiations, in the API's shape.
pub fn notice(number: &str, day: &str, partner: &str) -> Value {
    json!({
        "document_number": number, "type": "Notice", "publication_date": day, "citation": "99 FR 1",
        "title": format!("Negotiation of a Reciprocal Defense Procurement Memorandum of Understanding With the {partner}"),
        "abstract": "The department asks industry for its experience in public procurement there.",
        "action": "Request for public comments.", "dates": null, "comments_close_on": null,
        "html_url": format!("https://www.federalregister.gov/documents/{number}"),
    })
}

/// A rule that adds a country to the list.
pub fn rule(number: &str, day: &str, country: &str) -> Value {
    json!({
        "document_number": number, "type": "Rule", "publication_date": day, "citation": "99 FR 2", "effective_on": day,
        "title": format!("Defense Federal Acquisition Regulation Supplement: New Qualifying Country-{country}"),
        "abstract": format!("This rule adds {country} as a qualifying country."), "action": "Final rule.",
        "raw_text_url": format!("https://www.federalregister.gov/text/{number}.txt"),
        "html_url": format!("https://www.federalregister.gov/documents/{number}"),
    })
}

/// The notice that is asked for once a week, since it is known.
fn canary() -> Value {
    notice("2021-06591", "2021-03-31", "Ministry of Defense of Japan")
}

/// The same document under another agency than the department's.
pub fn of_another_agency(mut document: Value) -> Value {
    document["agencies"] =
        json!([{ "raw_name": "GENERAL SERVICES ADMINISTRATION", "slug": "general-services-administration" }]);
    document
}

/// The same rule, which names the part of the regulation that it changes.
pub fn of_part_225(mut document: Value) -> Value {
    document["cfr_references"] = json!([{ "title": 48, "part": "225" }]);
    document
}

/// A document about something else.
pub fn other(number: &str, day: &str) -> Value {
    json!({ "document_number": number, "type": "Notice", "publication_date": day, "title": "Meeting of a board on housing" })
}

impl Register {
    /// One that has these documents.
    pub async fn start(documents: Vec<Value>) -> Self {
        Self::in_pages(documents, 2).await
    }

    /// The same with so many documents on a page.
    pub async fn in_pages(mut documents: Vec<Value>, per_page: usize) -> Self {
        documents.sort_by_key(|document| document["publication_date"].to_string());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let held = Arc::new(Mutex::new(Held { documents, fault: Fault::None, views: 0 }));
        let register = Self { held, port, per_page };
        let router = Router::new().fallback(answer).with_state(register.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        register
    }

    /// The address that it is asked at.
    pub fn host(&self) -> Url {
        format!("http://127.0.0.1:{}", self.port).parse().unwrap()
    }

    /// How it is asked.
    pub fn asked(&self) -> Asked {
        let nowhere = "http://127.0.0.1:9".parse().unwrap();
        Asked { source_host: self.host(), ecfr_host: nowhere, source_contact: Some("desk@example.org".to_owned()) }
    }

    /// Goes wrong in this way from now on.
    pub fn break_by(&self, fault: Fault) {
        self.held.lock().unwrap().fault = fault;
    }

    /// Gives a document another title.
    pub fn retitle(&self, number: &str, title: &str) {
        for document in &mut self.held.lock().unwrap().documents {
            if document["document_number"] == number {
                document["title"] = title.into();
            }
        }
    }

    fn page(&self, query: &[(String, String)]) -> Response {
        let held = self.held.lock().unwrap();
        let of =
            |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default();
        let (from, to) = (of("conditions[publication_date][gte]"), of("conditions[publication_date][lte]"));
        let within = |document: &&Value| {
            let day = document["publication_date"].as_str().unwrap();
            let agency = of("conditions[agencies][]").is_empty() || document.get("agencies").is_none();
            let term = of("conditions[term]").to_lowercase();
            let term = term.is_empty() || document.to_string().to_lowercase().contains(term.trim_matches('"'));
            let part = of("conditions[cfr][part]");
            let part = part.is_empty() || document["cfr_references"][0]["part"] == part.as_str();
            agency && term && part && from.as_str() <= day && day <= to.as_str()
        };
        let mut found: Vec<Value> = held.documents.iter().filter(within).cloned().collect();
        let count = found.len() + usize::from(held.fault == Fault::WrongCount);
        for document in &mut found {
            document["page_views"] = json!({ "count": held.views });
        }
        let at: usize = of("cursor").parse().unwrap_or(0);
        let page: Vec<Value> = found.iter().skip(at).take(self.per_page).cloned().collect();
        if page.is_empty() {
            return json_of(&json!({ "description": "Documents", "count": count }));
        }
        let mut answer = json!({ "count": count, "total_pages": 1, "results": page });
        if at + self.per_page < found.len() {
            let elsewhere = held.fault == Fault::LinkElsewhere;
            let host = if elsewhere { "https://elsewhere.example".to_owned() } else { self.host().to_string() };
            let host = host.trim_end_matches('/');
            let others = ["conditions[agencies][]", "conditions[term]", "conditions[cfr][part]"];
            let kept = others.map(|name| (name, of(name)));
            let kept = kept
                .iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(name, value)| format!("&{name}={value}"))
                .collect::<Vec<_>>()
                .concat();
            answer["next_page_url"] = format!(
                "{host}/api/v1/documents?cursor={}&format=json&conditions[publication_date][gte]={from}&conditions[publication_date][lte]={to}{kept}",
                at + self.per_page
            )
            .into();
        } else if held.fault == Fault::LinkElsewhere {
            answer["next_page_url"] = "https://elsewhere.example/api/v1/documents".into();
        }
        json_of(&answer)
    }

    fn detail(&self, path: &str) -> Response {
        let held = self.held.lock().unwrap();
        let number = path.rsplit('/').next().unwrap().trim_end_matches(".json");
        let canary = canary();
        if number == "2021-06591" && held.fault == Fault::CanaryOtherwise {
            return json_of(&json!({ "number": number }));
        }
        let known = held.documents.iter().chain([&canary]);
        let found = known.into_iter().find(|document| document["document_number"] == number);
        match found.filter(|_| held.fault != Fault::NoDetails) {
            Some(document) => {
                let mut document = document.clone();
                document["page_views"] = json!({ "count": held.views });
                json_of(&document)
            }
            None => (StatusCode::NOT_FOUND, [(CONTENT_TYPE, "text/html")], "<html>not here</html>").into_response(),
        }
    }
}

fn json_of(value: &Value) -> Response {
    ([(CONTENT_TYPE, "application/json; charset=utf-8")], value.to_string()).into_response()
}

async fn answer(
    State(register): State<Register>,
    Query(query): Query<Vec<(String, String)>>,
    request: Request,
) -> Response {
    let fault = {
        let mut held = register.held.lock().unwrap();
        held.views += 1;
        let fault = held.fault;
        if fault == Fault::OnceBusy {
            held.fault = Fault::None;
        }
        fault
    };
    let html = [(CONTENT_TYPE, "text/html")];
    match fault {
        Fault::Status(code) => return StatusCode::from_u16(code).unwrap().into_response(),
        Fault::Challenge(code) => {
            return (StatusCode::from_u16(code).unwrap(), html, "<html>Request Access</html>").into_response();
        }
        Fault::Elsewhere => return (StatusCode::FOUND, [(LOCATION, "https://unblock.example/")]).into_response(),
        Fault::Endless => {
            let endless = futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b' '; 1 << 20]));
            return ([(CONTENT_TYPE, "application/json")], Body::from_stream(endless)).into_response();
        }
        Fault::Cut => {
            let parts = [Ok(b"{\"count\": 1".to_vec()), Err(std::io::Error::other("cut"))];
            return ([(CONTENT_TYPE, "application/json")], Body::from_stream(futures_util::stream::iter(parts)))
                .into_response();
        }
        Fault::NoJson => return ([(CONTENT_TYPE, "application/json")], "{").into_response(),
        Fault::WrongType => return ([(CONTENT_TYPE, "text/csv")], "a,b").into_response(),
        Fault::OnceBusy => return (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "1")]).into_response(),
        Fault::None | Fault::WrongCount | Fault::LinkElsewhere | Fault::NoDetails | Fault::CanaryOtherwise => {}
    }
    let path = request.uri().path();
    if path.starts_with("/text/") {
        return ([(CONTENT_TYPE, "text/plain")], "<pre>A rule.</pre>").into_response();
    }
    let search = path == "/api/v1/documents.json" || path == "/api/v1/documents";
    if search { register.page(&query) } else { register.detail(path) }
}

/// Two notices, a rule, and a document about something else.
pub fn documents() -> Vec<Value> {
    vec![
        notice("2024-03705", "2024-02-23", "Republic of Korea"),
        notice("2023-19604", "2023-09-12", "Federative Republic of Brazil"),
        rule("2022-05534", "2022-03-18", "Lithuania"),
        other("2024-00001", "2024-01-02"),
    ]
}

/// Polls the register for a server.
pub async fn fill(server: &Served, store: &Store, register: &Register) {
    let fetcher = Fetcher::new(&register.asked(), server.clock.clone()).unwrap();
    poll(store, &fetcher, &server.clock, "2022-01-01".parse().ok()).await.unwrap();
}
