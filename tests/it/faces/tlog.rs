//! Can anyone who reads the log by HTTP prove that nothing in it was altered, with tools of others?

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use depositary::domain::ids::Position;
use depositary::ledger::tree::{Frontier, Hash, leaf_hash};
use depositary::ledger::{Checkpoint, Signer, proof};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::databases::Database;
use testkit::facts::note;
use testkit::serving::{Served, for_each_server};

fn hash(value: &Value) -> Hash {
    STANDARD.decode(value.as_str().unwrap()).unwrap().try_into().unwrap()
}

fn hashes(value: &Value) -> Vec<Hash> {
    value.as_array().unwrap().iter().map(hash).collect()
}

/// The bytes of a tile or bundle.
async fn bytes(served: &Served, path: &str) -> Vec<u8> {
    let answer = reqwest::get(format!("http://{}/log/{path}", served.address)).await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    assert!(answer.headers()["cache-control"].to_str().unwrap().contains("immutable"), "a tile never changes");
    answer.bytes().await.unwrap().to_vec()
}

/// The entries of a bundle.
fn entries(mut bundle: &[u8]) -> Vec<Vec<u8>> {
    let mut entries = Vec::new();
    while let Some((length, rest)) = bundle.split_first_chunk::<2>() {
        let (entry, rest) = rest.split_at(usize::from(u16::from_be_bytes(*length)));
        entries.push(entry.to_vec());
        bundle = rest;
    }
    entries
}

#[tokio::test]
async fn a_reader_of_tiles_computes_the_root_of_the_checkpoint_from_the_entries_alone() {
    for_each_server(async |served| {
        let (status, note) = served.get("/log/checkpoint").await;
        assert_eq!(status, 200);
        let checkpoint = Checkpoint::open(&note, None).unwrap();
        assert_eq!(checkpoint.size, 623);
        let (mut tree, mut leaves) = (Frontier::default(), Vec::new());
        for path in ["000", "001", "002.p/111"] {
            let found: Vec<Hash> = bytes(served, &format!("tile/0/{path}")).await.as_chunks::<32>().0.to_vec();
            let entries = entries(&bytes(served, &format!("tile/entries/{path}")).await);
            assert_eq!(entries.iter().map(|entry| leaf_hash(entry)).collect::<Vec<_>>(), found);
            leaves.extend(found);
        }
        let mut nodes = Vec::new();
        for leaf in &leaves {
            tree.push(*leaf, |node| nodes.push(node.hash));
        }
        assert_eq!(tree.root(), checkpoint.root);
        assert_eq!(bytes(served, "tile/1/000.p/2").await, nodes.concat());

        for (path, told) in [
            ("tile/0/002.p/112", "not grown so far"),
            ("tile/0/002", "not grown so far"),
            ("tile/0/003.p/1", "not grown so far"),
            ("tile/entries/x999/x999/x999/999", "not grown so far"),
            ("tile/0/0", "there is nothing here"),
            ("tile/0/000.p/0", "there is nothing here"),
            ("tile/0/000.p/256", "there is nothing here"),
            ("tile/0/000.p/01", "there is nothing here"),
            ("tile/00/000", "there is nothing here"),
            ("tile/8/000", "there is nothing here"),
            ("tile/data/000", "there is nothing here"),
            ("other", "there is nothing here"),
            ("key", "not signed"),
        ] {
            let (status, body) = served.get(&format!("/log/{path}")).await;
            assert_eq!(status, 404, "{path}");
            assert!(body.contains(told), "{path}: {body}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_event_is_proven_to_be_in_the_log_and_every_earlier_log_to_be_its_beginning() {
    for_each_server(async |served| {
        let query = "query($position: Position!, $from: Position!, $to: Position!) { log {
            checkpoint(atPosition: $to) { size root signed verifierKey note }
            inclusionProof(position: $position, atPosition: $to) { position size leafHash root hashes }
            consistencyProof(from: $from, to: $to) { from to fromRoot toRoot hashes }
        } }";
        let events = served.behind.answers.reader().store().stored_events(Position(0), 900).await.unwrap();
        for (position, from, to) in
            [(1, 0, 1), (1, 1, 623), (256, 256, 257), (257, 255, 623), (623, 623, 623), (300, 512, 513)]
        {
            let asked = json!({ "position": position, "from": from, "to": to });
            let log = served.ask_with(query, asked).await["log"].take();
            let root = hash(&log["checkpoint"]["root"]);
            let (inclusion, consistency) = (&log["inclusionProof"], &log["consistencyProof"]);
            let event = &events[usize::try_from(position).unwrap() - 1];
            assert_eq!(hash(&inclusion["leafHash"]).to_vec(), event.leaf_hash);
            let path = hashes(&inclusion["hashes"]);
            proof::included(event.leaf().hash().unwrap(), position - 1, to, &path, &root).unwrap();
            let path = hashes(&consistency["hashes"]);
            proof::consistent(from, &hash(&consistency["fromRoot"]), to, &root, &path).unwrap();
            assert_eq!(log["checkpoint"]["signed"], false);
            assert_eq!(log["checkpoint"]["verifierKey"], Value::Null);
        }
        for (asked, told) in [
            (json!({ "position": 0, "from": 1, "to": 2 }), "position 0 is not in a log of 2 events"),
            (json!({ "position": 3, "from": 1, "to": 2 }), "position 3 is not in a log of 2 events"),
            (json!({ "position": 1, "from": 3, "to": 2 }), "position 3 is not in a log of 2 events"),
            (json!({ "position": 1, "from": 1, "to": 624 }), "position 624 lies ahead of the log"),
        ] {
            let answer = served.raw(query, asked).await;
            assert!(answer["errors"].to_string().contains(told), "{answer}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_proof_costs_what_reading_its_tiles_costs() {
    for_each_server(async |served| {
        let answer = served.raw("{ log { checkpoint { size } } }", json!({})).await;
        // The log, the checkpoint with the tiles that it reads, and its size.
        assert_eq!(answer["extensions"]["cost"]["requested"], 1 + 10 + 1, "{answer}");
    })
    .await;
}

#[tokio::test]
async fn a_checkpoint_is_signed_by_the_key_beside_the_database_and_a_kept_one_is_proven_to_begin_a_later_log() {
    for database in Database::each().await {
        let served = Served::start(database.store().await).await;
        let signer = Signer::new("example.org/log", [3; 32]).unwrap();
        let mut behind = served.behind.clone();
        behind.answers = behind.answers.signed_by(Some(signer.clone()));
        let kept = behind.answers.commitment(behind.answers.position()).await.unwrap();
        let _ = behind.tracker.execute(vec![note("later", "rdp/KR")]).await.unwrap();
        let later = behind.answers.commitment(behind.answers.position()).await.unwrap();
        let open = |note: &str| Checkpoint::open(note, Some(&signer.verifier())).unwrap();
        let (from, to) = (open(&kept.note), open(&later.note));
        assert_eq!((from.size, to.size), (623, 624));
        let proof = behind.answers.consistency(kept.size, later.size).await.unwrap();
        proof::consistent(from.size, &from.root, to.size, &to.root, &proof.hashes).unwrap();
    }
}

#[tokio::test]
async fn under_private_the_log_is_read_by_those_with_a_token_alone() {
    for database in Database::each().await {
        let served = Served::empty(database.store().await, true).await;
        for path in ["/log/checkpoint", "/log/key", "/log/tile/0/000", "/log/tile/entries/000"] {
            assert_eq!(served.send(Method::GET, path, "*/*").await.status, 401, "{path}");
        }
    }
}
