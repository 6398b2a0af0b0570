//! Does text that wants to act, in every field that a page shows, stay text?

use depositary::access::Role;
use depositary::domain::command::Intent;
use depositary::domain::event::MilestoneRecorded;
use depositary::domain::milestone::{Detail, Signing};
use depositary::domain::source::Source;
use depositary::domain::words::Evidence;
use testkit::databases::Database;
use testkit::facts::{command, milestone, open, source};
use testkit::register::notice;
use testkit::serving::Served;

use super::browser::{Browser, fields, with};
use super::shown::{page, shown};

/// What others have broken pages with.
const TEXTS: [&str; 24] = [
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "' onmouseover='alert(1)",
    "\" autofocus onfocus=\"alert(1)",
    "</bdi></td></tr></table><h1>Owned</h1>",
    "<!-- ",
    "-->",
    "]]>",
    "<style>*{display:none}</style>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0>",
    "<iframe srcdoc='<b>'>",
    "<a href=javascript:alert(1)>x</a>",
    "{{ 7 * 7 }}{% include \"x\" %}",
    "${alert(1)}`",
    "&lt;script&gt;",
    "&#60;script&#62;",
    "\\u003cscript\\u003e",
    "مرحبا <b> שלום",
    "한국 🇰🇷 ‘quoted’",
    "a\nb",
    "=cmd|' /C calc'!A0",
];

fn told_by(text: &str) -> Source {
    Source {
        url: Some("https://example.org/?a=1&b=\"><script>alert(1)</script>".to_owned()),
        publisher: Some(text.to_owned()),
        citation: Some(text.to_owned()),
        document_number: Some(text.to_owned()),
        published_on: "2020-02-03".parse().ok(),
        ..source(text)
    }
}

/// The elements and attributes of a page that could act, as they stand in it.
fn actors(html: &str) -> Vec<String> {
    let tags = html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap().to_lowercase());
    let acts = |tag: &String| {
        let name = tag.split([' ', '/', '\n']).next().unwrap();
        // What stands between quotation marks is a value, and no attribute.
        let names: String = tag.split('"').step_by(2).collect();
        let handler = names.split([' ', '\n']).any(|part| part.starts_with("on") && part.contains('='));
        matches!(name, "script" | "iframe" | "img" | "base" | "style" | "object" | "embed" | "h1") || handler
    };
    tags.filter(acts).collect()
}

#[tokio::test]
async fn text_in_any_field_is_shown_and_never_acts() {
    let database = Database::sqlite();
    let store = database.store().await;
    let server = Served::empty(store, false).await;
    let mut commands = vec![open("rdp/NZ")];
    for (place, text) in TEXTS.iter().enumerate() {
        let signing = Signing {
            on: "2020-02-01".parse().unwrap(),
            place: Some((*text).to_owned()),
            signatories: vec![(*text).to_owned()],
        };
        let details = [
            Detail::Noted {},
            Detail::DomesticApproval { body: Some((*text).to_owned()) },
            Detail::Signed { signings: vec![signing] },
        ];
        for (kind, detail) in details.into_iter().enumerate() {
            let mut recorded = milestone("2020-02-01", text, detail);
            recorded.evidence = if kind == 0 { Evidence::Suspect } else { Evidence::Stated };
            let intent =
                Intent::RecordMilestone(MilestoneRecorded { milestone: recorded, sources: vec![told_by(text)] });
            commands.push(command(&format!("{place} {kind}"), "rdp/NZ", intent));
        }
    }
    let mut recorded = 0;
    for command in commands {
        // What the door refuses needs no page.
        recorded += usize::from(server.behind.tracker.execute(vec![command]).await.is_ok());
    }
    assert!(recorded > 40, "{recorded}");
    for path in ["/rdp/NZ", "/rdp/NZ?asOf=2020-03-01", "/", "/log", "/table", "/changes?from=2019-01-01"] {
        let html = shown(&server, path).await;
        let acting = actors(&html);
        assert_eq!(acting.len(), 2, "{path}: {acting:?}");
        assert!(acting[0].starts_with("script src=\"/page.js\"") && acting[1].starts_with("h1"), "{path}: {acting:?}");
    }
    let html = shown(&server, "/rdp/NZ").await;
    assert!(html.contains("&#60;script&#62;alert(1)&#60;/script&#62;") && html.contains("שלום"));
    let (_, svg) = server.get("/rdp/NZ/timeline.svg").await;
    assert!(!svg.contains("<script") && !svg.contains("onload"), "{svg}");
}

#[tokio::test]
async fn text_in_an_address_is_shown_and_never_acts() {
    let database = Database::sqlite();
    let store = database.store().await;
    let server = Served::start(store).await;
    for text in TEXTS {
        let sent = text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
        for path in [
            format!("/rdp/{sent}"),
            format!("/{sent}"),
            format!("/rdp?country={sent}"),
            format!("/rdp/LV?asOf={sent}"),
            format!("/rdp/LV?{sent}=1"),
            format!("/?instrument={sent}"),
            format!("/table?after={sent}"),
            format!("/changes?after={sent}"),
            format!("/alerts?rule={sent}"),
            format!("/alerts?country={sent}"),
            format!("/sign-in?to={sent}"),
            format!("/sign-in?to=/{sent}"),
        ] {
            let whole = page(&server, &path).await;
            let acting = actors(&whole.body);
            assert!(
                acting.len() <= 2
                    && acting.iter().all(|tag| tag.starts_with("script src=\"/page.js\"") || tag.starts_with("h1")),
                "{path}: {acting:?}"
            );
            assert!(whole.status < 500, "{path}: {}", whole.body);
        }
    }
}

#[tokio::test]
async fn text_in_any_field_of_a_form_is_shown_again_and_never_acts() {
    let database = Database::sqlite();
    let store = database.store().await;
    let server = Served::start(store).await;
    let mut desk = Browser::signed_in(&server, Role::Recorder, "press-desk").await;
    let mut anyone = Browser::at(&server);
    for text in TEXTS {
        for kind in ["signed", "notice_published", "entered_into_force", "domestic_approval"] {
            let form = fields(&desk.get(&format!("/record?kind={kind}")).await.body);
            let kept = ["proof", "kind", "command", "version", "version_of", "sources", "precision"];
            let typed: Vec<(String, String)> = form
                .into_iter()
                .map(
                    |(name, value)| if kept.contains(&name.as_str()) { (name, value) } else { (name, text.to_owned()) },
                )
                .collect();
            let typed = with(typed, &[("country", "Latvia"), ("instrument", "rdp"), ("why", text), ("do", "preview")]);
            let page = desk.post("/record", &typed).await;
            harmless(&page.body, &format!("/record {kind} {text}"));
            assert_eq!(page.status, 422, "{text}: {}", page.body);
            let country = desk.post("/record", &with(typed, &[("country", text), ("instrument", text)])).await;
            harmless(&country.body, &format!("/record {text}"));
        }
        let token = anyone.sign_in("/sign-in", text).await;
        harmless(&token.body, &format!("/sign-in {text}"));
        let form = fields(&anyone.get("/sign-in").await.body);
        let to = anyone.post("/sign-in", &with(form, &[("to", text), ("token", text)])).await;
        harmless(&to.body, &format!("/sign-in {text}"));
    }
}

#[tokio::test]
async fn text_in_a_document_of_the_inbox_is_shown_and_never_acts() {
    let database = Database::sqlite();
    let store = database.store().await;
    let documents = TEXTS.iter().enumerate().map(|(place, text)| {
        let mut document = notice(&format!("2024-{place:05}"), "2024-02-23", &format!("Republic of Korea {text}"));
        for field in ["abstract", "action", "dates", "citation", "html_url"] {
            document[field] = format!("With the Republic of Korea {text}").into();
        }
        document
    });
    let (server, _register) = super::deciding::desk(&store, documents.collect()).await;
    let mut desk = Browser::signed_in(&server, Role::Recorder, "press-desk").await;
    harmless(&desk.get("/inbox?state=all").await.body, "/inbox");
    for place in 0..TEXTS.len() {
        let path = format!("/inbox/2024-{place:05}");
        let page = desk.get(&path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        harmless(&page.body, &path);
        assert!(!page.body.contains("open at the Federal Register"), "what is no address is no link");
    }
}

/// A page on which nothing acts but its own.
fn harmless(html: &str, what: &str) {
    let acting = actors(html);
    let own = |tag: &String| tag.starts_with("script src=\"/page.js\"") || tag.starts_with("h1");
    assert!(acting.len() <= 2 && acting.iter().all(own), "{what}: {acting:?}");
}
