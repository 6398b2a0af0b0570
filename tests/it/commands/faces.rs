//! Does `--json` print what the plain URL answers, for every command that has both, on every database?

use std::process::Command;

use depositary::alerts::look;
use depositary::answers::OfOtherRules;
use serde_json::Value;

use super::said;
use crate::databases::Database;
use crate::rest::plain;
use crate::serving::Served;

/// Each command with the path that asks the same.
const PAIRS: &[(&str, &str)] = &[
    ("status LV --on 2017-06-30", "status/LV?asOf=2017-06-30"),
    ("status KR --on 2025-10-28 --at-position 400", "status/KR?asOf=2025-10-28&atPosition=400"),
    ("status AU --on 2005-01-01", "status/AU?asOf=2005-01-01"),
    (
        "status LV --on 2017-06-30 --basis published --known-at 2017-06-30T23:59:59Z",
        "status/LV?asOf=2017-06-30&basis=PUBLISHED&knownAt=2017-06-30T23:59:59Z",
    ),
    ("status LV --instrument sosa --on 2020-01-01", "status/LV?instrument=sosa&asOf=2020-01-01"),
    ("timeline FI --at-position 621", "timeline/FI?atPosition=621"),
    (
        "timeline KR --basis published --known-at 2024-02-25T00:00:00Z",
        "timeline/KR?basis=PUBLISHED&knownAt=2024-02-25T00:00:00Z",
    ),
    ("agreements --on 2016-05-01", "agreements?asOf=2016-05-01&first=100"),
    (
        "agreements --on 2016-05-01 --instrument rdp --listing blanket,case_by_case --possible",
        "agreements?asOf=2016-05-01&instrument=rdp&listing=BLANKET&listing=CASE_BY_CASE&certainty=POSSIBLE&first=100",
    ),
    (
        "agreements --on 2020-01-01 --having signed --lacking listed",
        "agreements?asOf=2020-01-01&having=SIGNED&lacking=LISTED&first=100",
    ),
    ("stalled --on 2025-10-28", "stalled?asOf=2025-10-28&first=100"),
    ("stalled --on 2019-01-01 --instrument rdp", "stalled?asOf=2019-01-01&instrument=rdp&first=100"),
    ("durations", "durations"),
    (
        "durations --from signed --to listed --rounds first --notice-purpose negotiation",
        "durations?from=SIGNED&to=LISTED&rounds=FIRST&noticePurpose=NEGOTIATION",
    ),
    ("limits --on 2025-10-28", "limits?asOf=2025-10-28"),
    ("limits --on 2025-10-28 --stage review --at-position 500", "limits?asOf=2025-10-28&stage=REVIEW&atPosition=500"),
    ("lateness --by country", "lateness?groupBy=COUNTRY"),
    ("lateness --instrument rdp", "lateness?instrument=rdp"),
    ("contradictions", "contradictions?first=100"),
    ("contradictions --country KR,LV", "contradictions?country=KR&country=LV&first=100"),
    ("coverage", "coverage"),
    ("coverage --instrument rdp --country KR,LV", "coverage?instrument=rdp&country=KR&country=LV"),
    (
        "coverage --basis published --known-at 2017-06-30T23:59:59Z",
        "coverage?basis=PUBLISHED&knownAt=2017-06-30T23:59:59Z",
    ),
    ("deadlines --on 2024-03-11", "deadlines?asOf=2024-03-11&first=100"),
    (
        "deadlines --on 2024-03-11 --country KR --from 2000-01-01 --to 2024-12-31",
        "deadlines?asOf=2024-03-11&country=KR&from=2000-01-01&to=2024-12-31&first=100",
    ),
    (
        "diff --from 2025-06-01@400 --to 2025-10-28 --instrument rdp",
        "diff?fromAsOf=2025-06-01&fromAtPosition=400&toAsOf=2025-10-28&instrument=rdp&first=100",
    ),
    (
        "diff --from 2017-06-30 --to 2017-12-31@2017-12-31T23:59:59Z --to-basis published --country LV",
        "diff?fromAsOf=2017-06-30&toAsOf=2017-12-31&toKnownAt=2017-12-31T23:59:59Z&toBasis=PUBLISHED&country=LV&first=100",
    ),
    ("alerts list --on 2026-11-24", "alerts?asOf=2026-11-24&first=100"),
    ("alerts list --on 2026-11-24 --state firing", "alerts?asOf=2026-11-24&state=FIRING&first=100"),
];

/// What only tells on which day it was asked: the server's clock stands still, and the command's does not. A question that
/// gives no day is answered for that day.
fn without_the_day_of_asking(mut answer: Value, command: &str) -> Value {
    if !command.contains("--on") && !command.starts_with("diff") {
        answer["asOf"].take();
    }
    answer
}

#[tokio::test]
async fn every_command_prints_the_json_of_the_plain_url() {
    for database in Database::each().await {
        let server = Served::roomy(database.store().await).await;
        // Alerts fire at the server's hour, so that there are some to compare.
        look(&server.behind.answers, &server.behind.tracker, OfOtherRules::Resolve).await.unwrap();
        for (command, path) in PAIRS {
            let mut program = Command::new(env!("CARGO_BIN_EXE_depositary"));
            let said = said(program.args(command.split(' ')).arg("--json").env("DATABASE_URL", database.url()));
            assert!(said.code < 2, "{command}: {}", said.err);
            let printed = without_the_day_of_asking(said.json(), command);
            let answered = without_the_day_of_asking(plain(&server, &format!("/v1/{path}")).await, command);
            assert_eq!(printed, answered, "{command} and {path}");
        }
        assert_eq!(plain(&server, "/v1/alerts").await["totalCount"], 7, "there was something to compare");
        drop(server);
        database.drop().await;
    }
}

#[test]
fn every_path_of_answers_has_its_command() {
    let asked: std::collections::BTreeSet<&str> =
        PAIRS.iter().map(|(_, path)| path.split(['/', '?']).next().unwrap()).collect();
    let paths = depositary::rest::described::ROUTES.iter().map(|route| route.path.trim_start_matches('/'));
    for path in paths.filter(|path| !path.contains('.')) {
        let noun = path.split('/').next().unwrap();
        // A feed is no answer, and `export --format csv --table milestones` has the milestones of the command line. What `inbox list`
        // and `sources list` print has keys of its own, which are frozen, and what was received is bytes.
        let others = ["feed", "milestones", "inbox", "sources", "captures"];
        assert!(others.contains(&noun) || asked.contains(noun), "{path} is compared with no command");
    }
}
