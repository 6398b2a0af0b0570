//! Is anything lost or hidden when the clock is set, back or forward, on a leap day too?

use chrono::{DateTime, Utc};
use depositary::access::Role;
use serde_json::{Value, json};

use super::log;
use crate::databases::for_each_database;
use crate::recording::{input, milestone, mutate, sources};
use crate::serving::Served;

#[tokio::test]
async fn a_clock_that_is_set_back_and_forward_hides_nothing_and_time_never_runs_backwards_along_the_log() {
    for_each_database(async |store| {
        let served = &Served::start(store.clone()).await;
        let token = served.token(Role::Recorder, "desk").await;
        mutate(served, &token, "openAgreement", input("rdp/RO", json!({}))).await;
        let first = served.ask("{ log { position } }").await["log"]["position"].as_u64().unwrap();
        let times = [
            ("2028-02-29T00:30:00Z", "2028-02-29"),
            // Back an hour, to the day before.
            ("2028-02-28T23:30:00Z", "2028-02-28"),
            ("2028-02-29T23:59:59.999999Z", "2028-02-29"),
            // Forward ten years, to one without that day.
            ("2038-02-28T23:59:59Z", "2038-02-28"),
            ("2038-03-01T00:00:00Z", "2038-03"),
            // Back again.
            ("2028-02-29T12:00:00Z", "2028-02-29"),
            ("2028-02-29T11:00:00Z", "2028-02"),
            ("2028-03-01T00:00:00Z", "2028-02-29"),
        ];
        let mut recorded: Vec<(u64, DateTime<Utc>)> = Vec::new();
        for (number, (now, occurred)) in times.into_iter().enumerate() {
            served.clock.set(now.parse().unwrap());
            let summary = format!("Recorded when the clock said {now}.");
            let noted = milestone("noted", occurred, json!({ "summary": summary }));
            let members = json!({ "milestone": noted, "sources": sources() });
            let payload = mutate(served, &token, "recordMilestone", input("rdp/RO", members)).await;
            assert_eq!(payload["refusal"], Value::Null, "{now}");

            // Every read by default, at whatever the clock says, shows everything that was recorded up to now.
            let query = "{ agreement(id: \"rdp/RO\") { version status { headline position }
                milestones(first: 100) { totalCount nodes { summary } } } log { position } }";
            let all = served.ask(query).await;
            let agreement = &all["agreement"];
            recorded = log(&store)
                .await
                .iter()
                .skip(usize::try_from(first).unwrap())
                .map(|event| (event.position, event.recorded_at))
                .collect();
            assert_eq!(recorded.len(), number + 1, "{now}");
            assert_eq!(agreement["version"], number + 2, "{now}");
            assert_eq!(recorded.last().unwrap().0, first + 1 + number as u64, "{now}");
            assert_eq!(agreement["milestones"]["totalCount"], number + 1, "{now}");
            let nodes = agreement["milestones"]["nodes"].as_array().unwrap();
            assert!(nodes.iter().any(|node| node["summary"] == summary.as_str()), "{now}: {nodes:?}");
            assert_eq!(agreement["status"]["position"], all["log"]["position"], "{now}");
            let feed = served.get("/v1/feed/RO.atom").await;
            assert!(feed.0 == 200 && feed.1.contains(&summary), "{now}: {feed:?}");
            for path in
                ["/v1/timeline/RO", "/v1/status/RO", "/v1/agreements", "/v1/stalled", "/v1/durations", "/readyz"]
            {
                assert_eq!(served.get(path).await.0, 200, "{now}: {path}");
            }
        }
        assert!(recorded.windows(2).all(|pair| pair[0].1 <= pair[1].1), "{recorded:?}");
        // What was recorded while the clock was ahead is dated so, and what came after not earlier.
        let ahead: DateTime<Utc> = "2038-03-01T00:00:00Z".parse().unwrap();
        assert!(recorded[recorded.len() - 4..].iter().all(|(_, at)| *at == ahead), "{recorded:?}");
        assert!(served.behind.tracker.execute(vec![crate::facts::note("after all", "rdp/RO")]).await.is_ok());
    })
    .await;
}
