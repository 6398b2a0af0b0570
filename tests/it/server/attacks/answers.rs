//! Requests that ask for more than they seem to: is their cost the work, and are answers bounded?

use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};
use testkit::programs::Program;
use testkit::sockets::{Heard, Socket};

use super::client::{asked, met, server};

async fn ask(program: &Program, query: &str, variables: Value) -> Value {
    let body = json!({ "query": query, "variables": variables });
    let request = Client::new().post(format!("http://{}/graphql", program.address)).json(&body);
    request.send().await.unwrap().json().await.unwrap()
}

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("none")
}

/// Every agreement a hundred times, with all that led to each of its periods.
fn greedy(times: usize) -> (String, Value) {
    let one = "nodes(ids: $ids) { ... on Agreement { periods { status { because { milestone { summary sources { title url } } } } } } }";
    let all = (0..times).map(|at| format!("a{at}: {one}")).collect::<Vec<_>>().join(" ");
    (format!("query($ids: [ID!]!) {{ {all} }}"), json!({ "ids": vec!["rdp/KR"; 100] }))
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_and_lists_without_pages_are_counted_also_in_variables() {
    let (_database, program) = server(&[]);
    for times in [1, 20] {
        let (query, variables) = greedy(times);
        let answer = ask(&program, &query, variables).await;
        assert_eq!(code(&answer), "QUERY_TOO_COMPLEX", "{answer}");
    }
    let few = json!({ "ids": ["rdp/KR"] });
    let answer = ask(&program, &greedy(1).0, few).await;
    assert!(answer["extensions"]["cost"]["requested"].as_u64().unwrap() > 100, "{}", answer["extensions"]);
    for (query, least) in [
        ("{ limits(instrument: \"rdp\") { stage } }", 50),
        ("{ deadlines(first: 1) { totalCount } }", 50),
        ("{ alertBacktest(from: \"2025-01-01\", to: \"2025-01-02\") { rule } }", 500),
    ] {
        let answer = ask(&program, query, json!({})).await;
        assert!(answer["extensions"]["cost"]["requested"].as_u64().unwrap() >= least, "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_ended_where_it_becomes_too_large_by_whichever_way_it_goes() {
    let options = ["--limit-complexity", "10000000", "--limit-answer-bytes", "100000"];
    let (_database, program) = server(&options);
    let (query, variables) = greedy(20);
    let before = program.seconds();
    let answer = ask(&program, &query, variables.clone()).await;
    assert_eq!(code(&answer), "ANSWER_TOO_LARGE", "{answer}");
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("--limit-answer-bytes"), "{answer}");
    let spent = program.seconds() - before;
    assert!(spent < 5.0, "it was not made to its end: {spent} s of a processor");
    let mut socket = Socket::introduced(program.address, "").await.unwrap();
    socket.subscribe("1", &query, variables).await;
    let Heard::Message(heard) = socket.hear().await else { panic!("the socket is open") };
    assert_eq!(
        (&heard["type"], &heard["payload"][0]["extensions"]["code"]),
        (&json!("error"), &json!("ANSWER_TOO_LARGE"))
    );
    socket.subscribe("1", "{ log { position } }", json!({})).await;
    socket.next().await;
    assert!(met(program.address, "answer-bytes") >= 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_url_is_bounded_too() {
    let (_database, program) = server(&["--limit-answer-bytes", "70000"]);
    let (refused, _) = asked(program.address, "/log/tile/entries/000");
    assert!(refused.starts_with("HTTP/1.1 400") && refused.contains("ANSWER_TOO_LARGE"), "{refused}");
    assert!(asked(program.address, "/v1/status/KR").0.starts_with("HTTP/1.1 200"));
}

/// What is dear and within the limits, several times at once: the others go on being answered.
#[tokio::test(flavor = "multi_thread")]
async fn many_large_answers_at_once_hold_little_and_nobody_else_up() {
    let (_database, program) = server(&[]);
    let before = program.memory();
    let query = "{ agreements(first: 50) { nodes { milestones(first: 19) { nodes { summary kind id position } } } } }";
    let asking: Vec<_> = (0..8)
        .map(|_| {
            let (client, url) = (Client::new(), format!("http://{}/graphql", program.address));
            tokio::spawn(async move {
                let answer = client.post(url).json(&json!({ "query": query })).send().await.unwrap();
                (answer.status().as_u16(), answer.text().await.unwrap())
            })
        })
        .collect();
    let mut slowest = Duration::ZERO;
    for _ in 0..20 {
        let (answer, took) = tokio::task::block_in_place(|| asked(program.address, "/v1/status/KR"));
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        slowest = slowest.max(took);
    }
    for one in asking {
        let (status, text) = one.await.unwrap();
        // An unoptimised build beside other tests may not have the time for all of them; then it says so.
        let told = status == 503 && (text.contains("OVERLOADED") || text.contains("TIMEOUT"));
        assert!(
            told || status == 200 && text.len() > 64 * 1024,
            "{status}: {}",
            text.chars().take(300).collect::<String>()
        );
    }
    let grown = program.memory().saturating_sub(before);
    assert!(grown < 200_000_000, "{grown} bytes more");
    assert!(slowest < Duration::from_secs(5), "{slowest:?}");
}
