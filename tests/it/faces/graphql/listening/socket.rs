//! Does a listener hear everything once, from any position, and slow nobody down?

use depositary::access::Role;
use depositary::answers::PAGE;
use depositary::domain::ids::Position;
use depositary::domain::milestone::Detail;
use futures_util::StreamExt;
use serde_json::{Value, json};
use testkit::databases::{Database, for_each_database};
use testkit::facts::{milestone, note, open, record};
use testkit::mutations::{input, mutate, sources};
use testkit::programs::{Program, free_port};
use testkit::serving::{Served, for_each_server};
use testkit::sockets::{Heard, Socket};

const RECORDED: &str = "subscription($after: Position, $filter: RecordedFilter) {
    milestoneRecorded(after: $after, filter: $filter) {
        position kind late daysLate agreement { id: plainId } milestone { kind summary state } why
    }
}";

const CHANGED: &str = "subscription($after: Position, $filter: StatusChangeFilter) {
    statusChanged(after: $after, filter: $filter) {
        position late from to event { kind } agreement { id: plainId }
        before { headline possibleHeadlines asOf position } after { headline possibleHeadlines asOf position }
    }
}";

async fn run(served: &Served, commands: Vec<depositary::domain::command::Command>) {
    for outcome in served.behind.tracker.execute(commands).await.unwrap() {
        assert!(!outcome.repeated);
    }
}

#[tokio::test]
async fn a_listener_hears_the_past_and_then_the_present_without_a_seam() {
    for_each_server(async |served| {
        let all = "{ milestones(first: 100) { totalCount nodes { position } pageInfo { endCursor } } }";
        let counted = served.ask(all).await["milestones"]["totalCount"].as_u64().unwrap();
        let mut socket = Socket::introduced(served.address, "").await.unwrap();
        socket.subscribe("1", RECORDED, json!({ "after": 0 })).await;
        let mut heard = Vec::new();
        for _ in 0..counted {
            heard.push(socket.next().await["milestoneRecorded"]["position"].as_u64().unwrap());
        }
        assert!(heard.windows(2).all(|pair| pair[0] < pair[1]), "in the order of the log");
        // It waits now; what is recorded comes at once, and a subscriber from there on hears nothing twice.
        run(served, vec![open("rdp/RO"), note("a", "rdp/RO"), note("b", "rdp/RO")]).await;
        let (first, second) = (socket.next().await, socket.next().await);
        assert_eq!(first["milestoneRecorded"]["milestone"]["summary"], "a");
        let last = &first["milestoneRecorded"]["position"];
        let mut again = Socket::introduced(served.address, "").await.unwrap();
        again.subscribe("1", RECORDED, json!({ "after": last })).await;
        assert_eq!(again.next().await, second);
        // Without a position: from now on.
        let mut now = Socket::introduced(served.address, "").await.unwrap();
        now.subscribe("1", RECORDED, json!({})).await;
        now.subscribe("2", "{ log { position } }", json!({})).await;
        assert!(matches!(now.hear().await, Heard::Message(message) if message["id"] == "2"));
        assert!(matches!(now.hear().await, Heard::Message(message) if message["type"] == "complete"));
        run(served, vec![note("c", "rdp/RO")]).await;
        assert_eq!(now.next().await["milestoneRecorded"]["milestone"]["summary"], "c");
    })
    .await;
}

#[tokio::test]
async fn a_fact_of_long_ago_comes_when_it_is_recorded_and_is_marked_late() {
    for_each_server(async |served| {
        let position = served.ask("{ log { position } }").await["log"]["position"].clone();
        let mut socket = Socket::introduced(served.address, "").await.unwrap();
        socket.subscribe("1", RECORDED, json!({ "after": position })).await;
        run(served, vec![open("rdp/RO")]).await;
        for (name, occurred, late, days) in [
            ("old", "1991", true, 12_747),
            ("a month", "2026-10-25", false, 30),
            ("more", "2026-10-24", true, 31),
            ("now", "2026-11-24", false, 0),
        ] {
            run(served, vec![record(name, "rdp/RO", milestone(occurred, name, Detail::Noted {}))]).await;
            let heard = socket.next().await["milestoneRecorded"].take();
            assert_eq!(
                (&heard["milestone"]["summary"], &heard["late"], &heard["daysLate"]),
                (&json!(name), &json!(late), &json!(days))
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_filter_chooses_by_agreement_kind_and_event() {
    for_each_server(async |served| {
        let token = served.token(Role::Recorder, "desk").await;
        let position = served.ask("{ log { position } }").await["log"]["position"].clone();
        run(served, vec![open("rdp/RO"), open("rdp/BG"), note("n", "rdp/RO"), note("m", "rdp/BG")]).await;
        run(served, vec![record("i", "rdp/BG", milestone("2020", "i", Detail::IntentAnnounced {}))]).await;
        let id = testkit::facts::milestone_of("i").0;
        mutate(served, &token, "retractMilestone", input("rdp/BG", json!({ "milestoneId": id, "why": "A mistake." })))
            .await;
        let filters = [
            (json!({ "countries": ["BG"] }), vec!["m", "i"]),
            (json!({ "countries": ["BG"], "kinds": ["INTENT_ANNOUNCED"] }), vec!["i"]),
            (json!({ "instrument": "rdp", "kinds": ["NOTED"] }), vec!["n", "m"]),
            (json!({ "instrument": "rdp", "kinds": ["NOTED"], "events": [] }), vec!["n", "m"]),
            (json!({ "instrument": "sosa" }), vec![]),
            (json!({ "events": ["MILESTONE_RETRACTED"], "kinds": ["INTENT_ANNOUNCED"] }), vec!["i"]),
        ];
        for (filter, summaries) in filters {
            let mut socket = Socket::introduced(served.address, "").await.unwrap();
            socket.subscribe("1", RECORDED, json!({ "after": position, "filter": filter })).await;
            for summary in summaries {
                let heard = socket.next().await["milestoneRecorded"].take();
                assert_eq!(heard["milestone"]["summary"], summary, "{filter}");
                let retracted = heard["kind"] == "MILESTONE_RETRACTED";
                assert_eq!(retracted.then_some(&heard["why"]), retracted.then_some(&json!("A mistake.")));
            }
            let more = tokio::time::timeout(std::time::Duration::from_millis(300), socket.hear()).await;
            assert!(more.is_err(), "{filter}: {more:?}");
        }
        let mut socket = Socket::introduced(served.address, "").await.unwrap();
        socket.subscribe("1", RECORDED, json!({ "filter": { "instrument": "abc" } })).await;
        assert!(matches!(socket.hear().await, Heard::Message(message) if message["type"] == "error"));
    })
    .await;
}

#[tokio::test]
async fn a_change_of_status_tells_both_statuses_on_the_nearest_day_that_differs() {
    for_each_server(async |served| {
        let position = served.ask("{ log { position } }").await["log"]["position"].clone();
        let mut socket = Socket::introduced(served.address, "").await.unwrap();
        socket.subscribe("1", CHANGED, json!({ "after": position, "filter": { "countries": ["RO"] } })).await;
        run(served, vec![open("rdp/RO"), note("nothing changes", "rdp/RO")]).await;
        run(served, vec![record("i", "rdp/RO", milestone("2020-03-01", "i", Detail::IntentAnnounced {}))]).await;
        let heard = socket.next().await["statusChanged"].take();
        assert_eq!(
            (&heard["before"]["headline"], &heard["after"]["headline"]),
            (&json!("NO_AGREEMENT"), &json!("INTENT_ANNOUNCED"))
        );
        assert_eq!(
            (&heard["from"], &heard["to"], &heard["after"]["asOf"]),
            (&json!("2020-03-01"), &Value::Null, &json!("2026-11-24"))
        );
        assert_eq!(heard["before"]["position"].as_u64().unwrap() + 1, heard["after"]["position"].as_u64().unwrap());
        // An intent of 2010 changes nothing today, since another followed; only the years between differ.
        run(served, vec![record("t", "rdp/RO", milestone("2010", "t", Detail::IntentAnnounced {}))]).await;
        let heard = socket.next().await["statusChanged"].take();
        assert_eq!(
            (&heard["late"], &heard["from"], &heard["to"]),
            (&json!(true), &json!("2010-01-01"), &json!("2020-03-01"))
        );
        assert_eq!(heard["after"]["asOf"], "2020-02-29");
        assert_eq!(heard["after"]["headline"], "INTENT_ANNOUNCED");
        assert_eq!(heard["before"]["headline"], "NO_AGREEMENT");
    })
    .await;
}

#[tokio::test]
async fn the_same_listener_is_served_as_server_sent_events() {
    for_each_server(async |served| {
        let query = "subscription { milestoneRecorded(after: 0) { position } }";
        let client = reqwest::Client::new();
        let request = client.post(format!("http://{}/graphql", served.address)).header("accept", "text/event-stream");
        let answer = request.json(&json!({ "query": query })).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let mut stream = answer.bytes_stream();
        let mut text = String::new();
        while text.matches("event: next\n").count() < 100 {
            text.push_str(std::str::from_utf8(&stream.next().await.unwrap().unwrap()).unwrap());
        }
        assert!(
            text.starts_with("event: next\nid: 2\ndata: {\"data\":{\"milestoneRecorded\":{\"position\":2}}}\n\n"),
            "{text}"
        );
        // A question is answered once, and is complete.
        let url = format!("http://{}/graphql?query=%7Blog%7Bposition%7D%7D", served.address);
        let once = client.get(url).header("accept", "text/event-stream").send().await.unwrap().text().await.unwrap();
        assert!(
            once.starts_with("event: next\nid: 623\ndata: {\"data\":{\"log\"")
                && once.contains("\n\nevent: complete\ndata:"),
            "{once}"
        );
        // A browser that comes back tells what it heard last.
        let again = client.post(format!("http://{}/graphql", served.address)).header("last-event-id", "616");
        let again = again.header("accept", "application/json, text/event-stream").json(&json!({ "query": query }));
        let first = again.send().await.unwrap().bytes_stream().next().await.unwrap().unwrap();
        assert!(first.starts_with(b"event: next\nid: 618\n"), "{first:?}: 617 opens a record");
        // Without an event stream a subscription has nowhere to go, and a mutation goes by no GET.
        let plain = served.raw(query, json!({})).await;
        assert!(plain["errors"][0]["message"].as_str().unwrap().contains("text/event-stream"));
        let url = format!("http://{}/graphql?query=mutation%7B__typename%7D", served.address);
        let refused = client.get(url).send().await.unwrap();
        assert_eq!((refused.status().as_u16(), refused.headers()["allow"].to_str().unwrap()), (405, "POST"));
    })
    .await;
}

#[tokio::test]
async fn nothing_follows_an_error_on_a_socket_and_its_id_can_be_used_again() {
    for_each_server(async |served| {
        let mut socket = Socket::introduced(served.address, "").await.unwrap();
        for wrong in
            ["{ wrong }", "{", "subscription { milestoneRecorded(filter: { instrument: \"abc\" }) { position } }"]
        {
            socket.subscribe("1", wrong, json!({})).await;
            assert!(matches!(socket.hear().await, Heard::Message(message) if message["type"] == "error"), "{wrong}");
        }
        socket.subscribe("1", "{ log { position } }", json!({})).await;
        socket.next().await;
        assert_eq!(socket.hear().await, Heard::Message(json!({ "type": "complete", "id": "1" })));
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_told_to_end_tells_its_listeners_and_ends() {
    for database in Database::each().await {
        let mut program = Program::serve(&database.url(), free_port(), &[]);
        let mut socket = Socket::introduced(program.address, "").await.unwrap();
        socket.subscribe("1", "subscription { milestoneRecorded { position } }", json!({})).await;
        let url = format!("http://{}/graphql?query=subscription%7BmilestoneRecorded%7Bposition%7D%7D", program.address);
        let events = reqwest::Client::new().get(url).header("accept", "text/event-stream").send().await.unwrap();
        let started = std::time::Instant::now();
        program.terminate();
        assert_eq!(socket.hear().await, Heard::Closed(1001));
        assert!(!events.text().await.unwrap().contains("complete"), "it was cut off, and comes back");
        assert_eq!((program.ended(), started.elapsed().as_secs()), (Some(0), 0));
        drop(program);
        database.drop().await;
    }
}

#[tokio::test]
async fn a_read_waits_for_a_position_and_says_so_when_it_does_not_come() {
    let Some(database) = Database::postgres().await else { return };
    let writer = Served::empty(database.store().await, false).await;
    let other = Served::empty(database.store().await, false).await;
    let token = writer.token(Role::Recorder, "desk").await;
    mutate(&writer, &token, "openAgreement", input("rdp/RO", json!({}))).await;
    let query = "query($at: Position) { log(minPosition: $at) { position } agreement(id: \"rdp/RO\") { version } }";
    for version in 2..40_u32 {
        let members = json!({ "milestone": { "noted": { "occurred": "2010", "evidence": "STATED", "summary": "." } }, "sources": sources() });
        let written = mutate(&writer, &token, "recordMilestone", input("rdp/RO", members)).await;
        let read = other.ask_with(query, json!({ "at": written["position"] })).await;
        assert_eq!(read["agreement"]["version"], version, "the other process answers by what this one wrote");
    }
    let started = std::time::Instant::now();
    let late = other.raw("{ log(minPosition: 1000) { position } }", json!({})).await;
    assert_eq!(late["errors"][0]["extensions"]["code"], "POSITION_NOT_REACHED");
    assert!(late["errors"][0]["message"].as_str().unwrap().contains("position 1000"), "{late}");
    assert!(late.get("data").is_none() && (4..8).contains(&started.elapsed().as_secs()));
    let header = reqwest::Client::new().post(format!("http://{}/graphql", other.address));
    let header = header.header("depositary-min-position", "soon").json(&json!({ "query": "{ log { position } }" }));
    let refused = header.send().await.unwrap();
    assert_eq!(refused.status(), 400);
    assert!(refused.text().await.unwrap().contains("depositary-min-position"));
    database.drop().await;
}

#[tokio::test]
async fn a_follower_holds_a_page_at_most_however_slowly_it_is_read() {
    for_each_database(async |store| {
        let served = Served::empty(store, false).await;
        run(&served, vec![open("rdp/RO")]).await;
        let mut behind = served.behind.answers.follow(Some(Position(0))).await.unwrap();
        let mut ahead = served.behind.answers.follow(None).await.unwrap();
        for hundred in 0..15 {
            let commands = (0..100).map(|number| note(&format!("{hundred}/{number}"), "rdp/RO"));
            run(&served, commands.collect()).await;
            // One reads everything, one a single event: neither holds more than a page, nor waits for the other.
            for _ in 0..100 {
                ahead.next().await.unwrap();
                assert!(ahead.held() <= PAGE);
            }
            assert_eq!(behind.next().await.unwrap().position, Position(hundred + 1));
            assert!(behind.held() <= PAGE);
        }
        for position in 16..=1_501 {
            assert_eq!(behind.next().await.unwrap().position, Position(position));
        }
    })
    .await;
}
