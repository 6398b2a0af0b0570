//! Does `--json` print what the plain URL answers, for every command that has both, on every database?

use std::process::Command;

use depositary::answers::OfOtherRules;
use depositary::work::alerts::look;
use serde_json::Value;
use testkit::databases::Database;
use testkit::places::said;
use testkit::plain::plain;
use testkit::serving::Served;

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
    ("timeline FI --at-position 623", "timeline/FI?atPosition=623"),
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
    ("waiting --on 2024-03-01", "waiting?asOf=2024-03-01&first=100"),
    (
        "waiting --on 2025-10-28 --instrument rdp --at-position 500",
        "waiting?asOf=2025-10-28&instrument=rdp&atPosition=500",
    ),
    ("counts --on 2016-05-01", "counts?asOf=2016-05-01"),
    (
        "counts --instrument sosa --basis published --known-at 2017-06-30T23:59:59Z --on 2017-06-30",
        "counts?instrument=sosa&basis=PUBLISHED&knownAt=2017-06-30T23:59:59Z&asOf=2017-06-30",
    ),
    ("log", "log"),
    ("log --first 7 --before 500 --at-position 600", "log?first=7&after=500&atPosition=600"),
    ("log --proof 412 --at-position 600", "proof/412?atPosition=600"),
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
    ("figures", "figures?first=100"),
    (
        "figures --instrument rdp --measure listed_partners --on 2021-03-31",
        "figures?instrument=rdp&measure=listed_partners&on=2021-03-31&first=100",
    ),
    ("figures --fit differs --at-position 630", "figures?fit=DIFFERS&atPosition=630&first=100"),
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
        depositary::server::seed_figures(&server.behind.tracker).await.unwrap();
        // Alerts fire at the server's hour, so that there are some to compare.
        look(&server.behind.answers, &server.behind.tracker, OfOtherRules::Resolve).await.unwrap();
        for (command, path) in PAIRS {
            let mut program = Command::new(testkit::programs::binary());
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
    let paths = depositary::faces::rest::described::routes().map(|route| route.path.trim_start_matches('/'));
    for path in paths.filter(|path| !path.contains('.')) {
        let noun = path.split('/').next().unwrap();
        // A feed is no answer, `export --format csv --table milestones` has the milestones of the command line, and the bundle of
        // `evidence` is compared where it is verified. What `inbox list` prints has keys of its own, which are frozen; `sources
        // list` is compared after searches that failed (`work/sources/troubled.rs`), and what was received is bytes.
        let others = ["feed", "milestones", "evidence", "inbox", "sources", "captures"];
        assert!(others.contains(&noun) || asked.contains(noun), "{path} is compared with no command");
    }
}

#[tokio::test]
async fn an_answer_in_the_terminal_leads_to_the_page_that_gives_it_again() {
    let database = Database::sqlite();
    let server = Served::start(database.store().await).await;
    let site = format!("http://{}", server.address);
    for (command, says) in [
        ("status LV --on 2017-06-30", "Latvia was not a qualifying country"),
        (
            "status LV --on 2017-06-30 --basis published --known-at 2017-06-30T23:59:59Z",
            "No Reciprocal Defense Procurement Agreement with Latvia was in force.",
        ),
        ("timeline FI", "Finland"),
        ("agreements --on 2016-05-01 --instrument sosa", "Which agreements fit?"),
        ("stalled --on 2025-10-28", "Who waits"),
        ("waiting --on 2025-10-28", "Who waits"),
        ("counts --on 2016-05-01", "Which countries qualify?"),
        ("limits --on 2016-05-01", "Who waits"),
        ("deadlines --on 2024-03-11", "Coming deadlines"),
        ("alerts list --on 2026-11-24", "Alerts"),
    ] {
        let mut program = Command::new(testkit::programs::binary());
        program.args(command.split(' ')).env("DATABASE_URL", database.url());
        let without = said(&mut program);
        assert!(!without.out.contains("Its page:"), "{command}: nobody said where a server is");
        let told = said(program.args(["--public-url", &format!("{site}/")])).out;
        let link = told.lines().find_map(|line| line.strip_prefix("Its page: ")).unwrap_or_else(|| panic!("{told}"));
        assert!(link.starts_with(&site) && link.contains("atPosition=623"), "{command}: {link}");
        let page = server.send(reqwest::Method::GET, link.strip_prefix(&site).unwrap(), "text/html").await;
        assert!(page.status == 200 && page.body.contains(says), "{command}: {link}: {}", page.body);
    }
    let mut program = Command::new(testkit::programs::binary());
    program.args(["status", "LV", "--public-url", "https://example.org/below/"]).env("DATABASE_URL", database.url());
    assert!(said(&mut program).out.contains("Its page: https://example.org/below/rdp/LV?asOf="));
    drop(server);
    database.drop().await;
}
