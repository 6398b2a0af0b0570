//! Are the words of every agreement's page those of GraphQL, on ten days?

use serde_json::{Value, json};
use testkit::serving::{Served, for_each_roomy_server};

use super::shown::{escaped, shown};

/// Days on which much differs: before everything, within bounds, between signature and listing, today, and to come.
const DAYS: [&str; 10] = [
    "1960-01-01",
    "1985-06-01",
    "1992-03-18",
    "2005-01-01",
    "2012-03-01",
    "2016-05-01",
    "2017-06-30",
    "2019-12-31",
    "2024-06-01",
    "2026-11-24",
];

const QUERY: &str = r#"query($asOf: Date!) { agreements(first: 100, filter: { instrument: "rdp" }, asOf: $asOf) { nodes {
    id: plainId country { name } status { sentence possibleListings possibleStandings evaluationFactorPercent since outcomeUnknown
        waiting { days daysAtMost stalled stage limit { usual } } } } } }"#;

fn word(value: &Value) -> &str {
    match value.as_str().unwrap() {
        "UNLISTED" => "no",
        "CASE_BY_CASE" => "purchase by purchase",
        "BLANKET" => "any purchase",
        "NOT_CONCLUDED" => "none",
        "SIGNED" => "signed, not in force",
        "IN_FORCE" => "in force",
        "SUSPENDED" => "suspended",
        "EXPIRED" => "expired",
        "TERMINATED" => "terminated",
        other => panic!("{other}"),
    }
}

fn words(values: &Value) -> String {
    values.as_array().unwrap().iter().map(word).collect::<Vec<_>>().join(" or ")
}

/// The value of a fact at the head of a page, in small letters.
fn fact(page: &str, name: &str) -> String {
    let after = page.split(&format!("<dt>{name}</dt><dd>")).nth(1).unwrap_or_else(|| panic!("no {name}"));
    after.split('<').next().unwrap().to_lowercase()
}

fn thousands(number: i64) -> String {
    if number < 1_000 { number.to_string() } else { format!("{},{:03}", number / 1_000, number % 1_000) }
}

async fn compare(server: &Served, day: &str) -> usize {
    let answer = server.ask_with(QUERY, json!({ "asOf": day })).await;
    let nodes = answer["agreements"]["nodes"].as_array().unwrap();
    for node in nodes {
        let (id, status) = (node["id"].as_str().unwrap(), &node["status"]);
        let path = format!("/{id}?asOf={day}");
        let page = shown(server, &path).await;
        let sentence = status["sentence"].as_str().unwrap();
        assert!(page.contains(&escaped(sentence)), "{path} does not say: {sentence}");
        let listing = match &status["possibleListings"] {
            one if one == &json!(["BLANKET"]) => "yes, for any purchase".to_owned(),
            one if one == &json!(["CASE_BY_CASE"]) => "yes, purchase by purchase".to_owned(),
            one if one == &json!(["UNLISTED"]) => "no".to_owned(),
            many => format!("not certain: {}", words(many)),
        };
        assert_eq!(fact(&page, "On the list"), listing, "{path}");
        let factor = match status["evaluationFactorPercent"].as_i64() {
            None => "not certain".to_owned(),
            Some(0) => "none".to_owned(),
            Some(percent) => format!("{percent} percent"),
        };
        assert_eq!(fact(&page, "Price factor"), factor, "{path}");
        assert_eq!(fact(&page, "Agreement"), words(&status["possibleStandings"]), "{path}");
        let (talks, waiting) = (fact(&page, "Talks"), &status["waiting"]);
        let of_talks = ["INTENT", "CONSULTATION", "REVIEW", "AGREED", "DETERMINED"].map(Value::from);
        if status["outcomeUnknown"] == true {
            assert_eq!(talks, "renewal: outcome not known", "{path}");
        } else if of_talks.contains(&waiting["stage"]) {
            assert!(talks.contains(&format!("{} ", thousands(waiting["days"].as_i64().unwrap()))), "{path}: {talks}");
            let noted = page.split("<dt>Talks</dt>").nth(1).unwrap().split("</div>").next().unwrap();
            assert_eq!(noted.contains(" more than the "), waiting["stalled"] == true, "{path}: {noted}");
            let usual = waiting["limit"]["usual"].as_str().unwrap();
            assert!(noted.contains(&escaped(usual)), "{path} does not say {usual}: {noted}");
        } else {
            assert!(talks == "none open" || talks == "perhaps open", "{path}: {talks}");
        }
    }
    nodes.len()
}

#[tokio::test]
async fn every_agreements_page_says_on_ten_days_what_graphql_says() {
    for_each_roomy_server(async |server| {
        let mut compared = 0;
        for day in DAYS {
            compared += compare(server, day).await;
        }
        assert_eq!(compared, 10 * 33);
    })
    .await;
}

#[tokio::test]
async fn the_overview_and_the_table_list_every_country_as_graphql_lists_it() {
    for_each_roomy_server(async |server| {
        for day in ["2016-05-01", "2026-11-24"] {
            let answer = server.ask_with(QUERY, json!({ "asOf": day })).await;
            let (overview, table) =
                (shown(server, &format!("/?asOf={day}")).await, shown(server, &format!("/table?asOf={day}")).await);
            for node in answer["agreements"]["nodes"].as_array().unwrap() {
                let (name, status) = (node["country"]["name"].as_str().unwrap(), &node["status"]);
                let (listing, standing) = (words(&status["possibleListings"]), words(&status["possibleStandings"]));
                for page in [&overview, &table] {
                    let row = page.split("<tr>").skip(1).find(|row| row.contains(&format!(">{name}</a>"))).unwrap();
                    assert!(row.contains(&format!("</svg> {listing}</td>")), "{day} {name}: {row}");
                    assert!(row.contains(&format!("<td>{standing}</td>")), "{day} {name}: {row}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_past_day_shows_what_was_published_beside_what_is_known_now_where_they_differ() {
    for_each_roomy_server(async |server| {
        let now = shown(server, "/rdp/LV?asOf=2017-06-30").await;
        let then = shown(server, "/rdp/LV?asOf=2017-06-30&basis=published&knownAt=2017-06-30").await;
        for page in [&now, &then] {
            let two = page.split("id=\"h-two\"").nth(1).unwrap().split("</section>").next().unwrap();
            assert!(two.contains("By what had been published by 30 June 2017"), "{two}");
            assert!(two.contains("By everything on record"), "{two}");
            assert!(two.contains("signed on 10 April 2017, had been in force since then"), "{two}");
            assert!(two.contains("No Reciprocal Defense Procurement Agreement with Latvia was in force."), "{two}");
        }
        assert!(!shown(server, "/rdp/LV").await.contains("id=\"h-two\""), "today has one answer");
        let page = shown(server, "/rdp/LV?asOf=2017-06-30&basis=published&knownAt=2017-06-30").await;
        assert!(page.contains("sources without a date of publication were left out"));
    })
    .await;
}
