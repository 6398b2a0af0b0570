//! How many times does a question go to the database?

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Value, json};
use testkit::databases::Database;
use testkit::facts::{Process, command, note};
use testkit::programs::{Program, free_port};

const QUERY: &str = "query($first: Int!) { list: agreements(first: $first, filter: { instrument: \"rdp\" }) { nodes {
    id country { name } instrument { name }
    status { headline sentence because { milestone { summary sources { title url } } } nextSteps { label } }
    past: status(asOf: \"2010-01-01\") { headline }
    periods { from status { headline } }
    milestones(first: 3) { totalCount nodes { summary sources { title } detail { __typename } } }
    durations(from: SIGNED, to: LISTED) { minDays }
    version
} } }";

/// Other lists, whose rows are of many agreements, some of one agreement several times.
const OTHERS: [&str; 4] = [
    "query($first: Int!) { list: milestones(first: $first) { nodes { summary sources { title } } } }",
    "query($first: Int!) { list: milestones(last: $first) { nodes { summary } } }",
    "query($first: Int!) { list: countries(first: $first) { nodes { status(instrument: \"rdp\") { headline } agreements { milestones(first: 5) { nodes { summary } } } } } }",
    "query($first: Int!) { list: stalled(first: $first, asOf: \"2025-10-28\") { nodes { agreement { milestones(first: 5) { nodes { summary } } } } } }",
];

/// The statements that a server has logged so far.
fn statements(program: &Program) -> Vec<String> {
    program.said().into_iter().filter(|line| line.contains("sqlx::query") && line.contains("select")).collect()
}

/// The statements of one question to a server that has just started, so that nothing is in its memory.
async fn trips(url: &str, query: &str, first: usize) -> (usize, usize) {
    let program =
        Program::serve(url, free_port(), &["--no-seed", "--log", "sqlx=debug", "--limit-complexity", "20000"]);
    // Only the question is counted: by its statements' tables, since the process polls the head of the log, who holds a
    // lease, which webhooks there are, and until when a source was searched.
    let polls = ["from leases", "webhook", "from sweeps"];
    let body = json!({ "query": query, "variables": { "first": first } });
    let client = reqwest::Client::new();
    let counted = |program: &Program| {
        statements(program)
            .iter()
            .filter(|line| !line.contains("log_head where") || line.contains("agreements"))
            .filter(|line| polls.iter().all(|poll| !line.contains(poll)))
            .count()
    };
    let before = counted(&program);
    let answer: Value = client
        .post(format!("http://{}/graphql", program.address))
        .json(&body)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(answer.get("errors"), None);
    tokio::time::sleep(Duration::from_millis(300)).await;
    (answer["data"]["list"]["nodes"].as_array().unwrap().len(), counted(&program) - before)
}

#[tokio::test]
async fn a_hundred_agreements_with_status_and_milestones_take_as_many_round_trips_as_one() {
    for database in Database::each().await {
        let process = Process::seeded(database.store().await).await;
        let mut opened = String::new();
        for country in depositary::domain::country::Country::partners() {
            let id = format!("rdp/{}", country.code());
            let known = process.reader.history(&testkit::facts::id(&id)).await.unwrap().is_some();
            let mut unit = vec![note(&format!("note {id}"), &id)];
            if !known {
                let open = command(&format!("opening {id}"), &id, depositary::domain::command::Intent::OpenAgreement);
                unit.insert(0, open);
            }
            process.tracker.execute(unit).await.unwrap().clear();
            write!(opened, "{id} ").unwrap();
        }
        assert!(opened.len() > 700);
        let (one, ten, hundred) = (
            trips(&database.url(), QUERY, 1).await,
            trips(&database.url(), QUERY, 10).await,
            trips(&database.url(), QUERY, 100).await,
        );
        assert_eq!((one.0, ten.0, hundred.0), (1, 10, 100));
        assert!(one.1 > 0, "nothing was counted");
        // Once somebody waits among them, one statement more reads the rounds that are compared: Argentina is the tenth at the latest.
        assert_eq!((ten.1, hundred.1), (one.1 + 1, one.1 + 1), "statements for 1, 10 and 100 agreements");
        for query in OTHERS {
            let (few, many) = (trips(&database.url(), query, 2).await, trips(&database.url(), query, 100).await);
            let all = if query.contains("stalled") { 5 } else { 100 };
            assert_eq!((few.0, many.0), (2, all), "rows of {query}");
            assert_eq!(few.1, many.1, "statements of {query}");
        }
        drop(process);
        database.drop().await;
    }
}
