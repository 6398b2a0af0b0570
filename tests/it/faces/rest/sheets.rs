//! Can a spreadsheet open an answer, and is it the answer that the JSON is?

use axum::response::Response;
use depositary::answers::{Ask, Pin};
use depositary::domain::ids::Position;
use depositary::faces::rest::answer::{Format, Sheet};
use depositary::projections::knowledge::Knowledge;
use serde_json::{Value, json};
use testkit::plain::{plain, read, rows};
use testkit::serving::for_each_server;

/// A JSON value as a cell should have it.
fn cell(value: &Value) -> Value {
    match value {
        Value::Null => "".into(),
        Value::String(text) => text.clone().into(),
        Value::Array(values) => values.iter().map(|value| value.as_str().unwrap()).collect::<Vec<_>>().join(" ").into(),
        other => other.to_string().into(),
    }
}

/// The columns that a status has in a row.
const FACETS: [&str; 16] = [
    "headline",
    "possibleHeadlines",
    "stage",
    "possibleStages",
    "standing",
    "possibleStandings",
    "listing",
    "possibleListings",
    "certain",
    "round",
    "since",
    "lastEvidenceOn",
    "evaluationFactorPercent",
    "outcomeUnknown",
    "undatedSources",
    "sentence",
];

fn assert_row(row: &Value, whole: &Value, node: &Value) {
    for name in FACETS {
        assert_eq!(row[name], cell(&node["status"][name]), "{name} of {row}");
    }
    for name in ["asOf", "knownAt", "basis", "position"] {
        assert_eq!(row[name], cell(&whole[name]), "{name} of {row}");
    }
}

#[tokio::test]
async fn each_row_says_what_the_json_says_with_its_date_and_its_knowledge() {
    for_each_server(async |server| {
        for path in ["/v1/status/AU?asOf=2005-01-01", "/v1/status/LV?asOf=2017-06-30&basis=PUBLISHED&knownAt=2017-06-30T23:59:59Z"] {
            let (rows, answer) = (rows(server, path).await, plain(server, path).await);
            assert_eq!(rows.len(), 1);
            assert_row(&rows[0], &answer, &answer);
            assert_eq!(rows[0]["countryName"], answer["country"]["name"]);
        }
        for (path, list) in [
            ("/v1/agreements?asOf=2016-05-01&atPosition=500", "nodes"),
            ("/v1/stalled?asOf=2025-10-28", "nodes"),
            ("/v1/timeline/SI", "periods"),
        ] {
            let (rows, answer) = (rows(server, path).await, plain(server, path).await);
            let nodes = answer[list].as_array().unwrap();
            assert!(rows.len() == nodes.len() && !rows.is_empty(), "{path}");
            for (row, node) in rows.iter().zip(nodes) {
                assert_row(row, &answer, node);
                assert!(row["id"].as_str().unwrap().starts_with("rdp/"), "{row}");
            }
        }
        let timeline = rows(server, "/v1/timeline/SI").await;
        assert_eq!((&timeline[0]["from"], &timeline[0]["to"]), (&json!(""), &json!("1971-10-20")), "no source tells a factor before");
        assert_eq!((&timeline[1]["from"], &timeline[1]["to"]), (&json!("1971-10-20"), &json!("2011-01-01")));
        let stalled = rows(server, "/v1/stalled?asOf=2025-10-28").await;
        assert_eq!((&stalled[4]["id"], &stalled[4]["days"], &stalled[4]["stalledStage"]), (&json!("rdp/KR"), &json!("581"), &json!("REVIEW")));
        let durations = rows(server, "/v1/durations?from=SIGNED&to=LISTED&rounds=FIRST").await;
        let latvia = json!({
            "id": "rdp/LV", "countryCode": "LV", "countryName": "Latvia", "round": "1", "minDays": "262", "maxDays": "262",
            "exact": "true", "noticePurpose": "NEGOTIATION",
            "asOf": "2026-11-24", "knownAt": "", "basis": "RECORDED", "position": "623",
        });
        assert!(durations.contains(&latvia), "{durations:?}");
        let lateness = rows(server, "/v1/lateness").await;
        let answer = plain(server, "/v1/lateness").await;
        for (row, group) in lateness.iter().zip(answer["nodes"].as_array().unwrap()) {
            assert_eq!((&row["publisher"], &row["tellings"]), (&cell(&group["publisher"]), &cell(&group["tellings"])));
            assert_eq!(row["toPublicationMedianDays"], cell(&group["toPublication"]["medianDays"]));
            assert_eq!(row["toPublicationBoundedMaxDays"], cell(&group["toPublication"]["bounded"]["maxDays"]));
            assert_eq!(row["bundledToRecordingLongestDays"], cell(&group["bundledToRecording"]["longestDays"]));
        }
        assert!(lateness.len() > 30 && lateness[0]["publisher"] == "U.S. General Services Administration");
        let contradictions = rows(server, "/v1/contradictions").await;
        let told = |row: &Value| (row["tells"].clone(), row["preferred"].clone(), row["by"].clone());
        assert_eq!(
            contradictions.iter().map(told).collect::<Vec<_>>(),
            [
                (json!("2024-02-23"), json!("true"), json!("DECIDING")),
                (json!("2024-02"), json!("true"), json!("DECIDING")),
                (json!("[2024-02-20..2024-02-23]"), json!("true"), json!("DECIDING")),
                (json!("2024-02-27"), json!("false"), json!("DECIDING")),
            ]
        );
        assert_eq!((&contradictions[0]["id"], &contradictions[0]["agreementId"]), (&plain(server, "/v1/contradictions").await["nodes"][0]["id"], &json!("rdp/KR")));
        assert_eq!(rows(server, "/v1/agreements?country=BE&headline=EXPIRED").await, Vec::<Value>::new());
    })
    .await;
}

async fn body(response: Response) -> Vec<u8> {
    axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()
}

#[tokio::test]
async fn a_text_that_a_spreadsheet_could_take_for_a_formula_gets_an_apostrophe_and_a_number_does_not() {
    let texts = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "a=1", "a,\"b\"\nc", ""];
    let nodes: Vec<Value> =
        texts.iter().map(|text| json!({ "text": text, "list": [text, "b"], "number": -1 })).collect();
    let sheet = Sheet { rows: "/nodes", columns: &[&[("text", "/text"), ("list", "/list"), ("number", "/number")]] };
    let day = "2020-01-01".parse().unwrap();
    let pin = Pin { day, today: day, knowledge: Knowledge::at(Position(0)), ask: Ask::default(), lasting: false };
    let response =
        Format::Csv.respond(&pin, &json!({ "nodes": nodes }), &sheet).unwrap_or_else(|error| panic!("{error}"));
    for (row, text) in read(&body(response).await).iter().zip(texts) {
        let inert =
            if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
        assert_eq!(
            (&row["text"], &row["list"], &row["number"]),
            (&json!(inert), &json!(format!("{inert} b")), &json!("-1"))
        );
    }
}

/// Whether a program could take some of a text for a formula: at its beginning, or behind what may separate cells.
fn holds_a_formula(text: &str) -> bool {
    let signs = "=+-@\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}\u{fe66}\u{fe62}\u{fe63}\u{fe6b}\u{2212}\u{207a}\u{207c}";
    let hidden =
        |char: char| char.is_whitespace() || char.is_control() || "\"\u{200b}\u{feff}\u{2060}\u{ad}".contains(char);
    let begins = |text: &str| text.trim_start_matches(hidden).starts_with(|char| signs.contains(char));
    begins(text)
        || text.match_indices([';', '|', '\t', '\n', '\r']).any(|(at, found)| begins(&text[at + found.len()..]))
}

#[test]
fn no_text_becomes_a_formula_in_any_width_behind_anything_hidden_or_by_any_separator() {
    let signs = [
        "=", "+", "-", "@", "\u{ff1d}", "\u{ff0b}", "\u{ff0d}", "\u{ff20}", "\u{fe66}", "\u{fe6b}", "\u{2212}",
        "\u{207c}",
    ];
    let hidden = [
        "",
        " ",
        "\u{a0}",
        "\u{3000}",
        "\n",
        "\r\n",
        "\t",
        "\u{b}",
        "\u{200b}",
        "\u{feff}",
        "\u{2060}",
        "\u{ad}",
        " \n\u{200b}\t",
    ];
    for sign in signs {
        for before in hidden {
            let formula = format!("{before}{sign}HYPERLINK(\"https://example.org/\")");
            for text in
                ["", ";", "a;", "a; \"", "a\t", "a\n", "a\r\n", "a;b;", "a|"].map(|front| format!("{front}{formula}"))
            {
                let inert = depositary::faces::sheet::inert(&text);
                assert!(!holds_a_formula(&inert), "{text:?} became {inert:?}");
                assert_eq!(inert.replace('\'', ""), text, "nothing but apostrophes is added");
            }
        }
    }
    for text in [
        "a = b",
        "1 - 2",
        "Korea (the Republic of)",
        "e@example.org",
        "a;b\nc",
        "",
        "Treaty; signed",
        "2020-01-01",
        "a, -b",
        "line\nline",
        "'quoted'",
        "\u{201c}=\u{201d}",
    ] {
        assert_eq!(depositary::faces::sheet::inert(text), text, "what is no formula stays as it is");
    }
}

#[tokio::test]
async fn excel_is_told_that_a_sheet_is_in_utf_8_and_a_browser_what_to_call_it() {
    for_each_server(async |server| {
        for (path, name) in [
            ("/v1/timeline/LV?", "timeline-LV.csv"),
            ("/v1/agreements?asOf=2020-01-01&", "agreements.csv"),
            ("/v1/contradictions?", "contradictions.csv"),
            ("/v1/deadlines?asOf=2024-03-11&", "deadlines.csv"),
        ] {
            let plain = server.send(reqwest::Method::GET, &format!("{path}format=csv"), "*/*").await;
            let excel = server.send(reqwest::Method::GET, &format!("{path}format=excel"), "*/*").await;
            assert_eq!((plain.status, excel.status), (200, 200), "{path}");
            // `text` drops a mark, as whoever reads UTF-8 does.
            let url = format!("http://{}{path}format=excel", server.address);
            let bytes = reqwest::get(url).await.unwrap().bytes().await.unwrap();
            assert_eq!(bytes.strip_prefix("\u{feff}".as_bytes()), Some(plain.body.as_bytes()), "{path}");
            for answer in [&plain, &excel] {
                assert_eq!(answer.header("content-disposition"), format!("attachment; filename=\"{name}\""));
                assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
            }
        }
        let json = server.send(reqwest::Method::GET, "/v1/timeline/LV", "*/*").await;
        assert_eq!(json.header("content-disposition"), "");
    })
    .await;
}
