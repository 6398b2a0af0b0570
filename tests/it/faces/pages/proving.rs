//! Does what a page gives away prove what it says, to somebody who has nothing else of this log?

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use depositary::faces::behind::Behind;
use depositary::ledger::proof::included;
use depositary::proof::evidence::{Bundle, bundle};
use depositary::proof::signing::load_or_make;
use serde_json::Value;
use testkit::databases::for_each_database;
use testkit::serving::{Served, for_each_server};

use super::shown::{page, shown};

fn hash(text: &Value) -> [u8; 32] {
    STANDARD.decode(text.as_str().unwrap()).unwrap().try_into().unwrap()
}

#[tokio::test]
async fn the_evidence_of_a_page_is_what_the_command_line_accepts() {
    for_each_database(async |store| {
        let place = tempfile::tempdir().unwrap();
        let base = Served::start(store.clone()).await;
        let signer = load_or_make(&place.path().join("log.key"), Some("example.org/log")).unwrap();
        let answers = base.behind.answers.clone().signed_by(Some(signer));
        let behind = Behind { answers: answers.clone(), ..base.behind.clone() };
        let server = Served::with(store, behind, base.clock.clone()).await;
        let html = shown(&server, "/rdp/KR?asOf=2025-10-28").await;
        let link = html.split("<a href=\"").find(|link| link.contains("/evidence.json")).unwrap();
        let link = link.split('"').next().unwrap().replace("&#38;", "&");
        let given = page(&server, &link).await;
        assert_eq!((given.status, given.header("content-type")), (200, "application/json"), "{}", given.body);
        assert_eq!(given.header("content-disposition"), "attachment; filename=\"evidence-rdp-KR-2025-10-28.json\"");
        let read = Bundle::read(&given.json()).unwrap();
        assert!(read.is_honest());
        let (id, pin) = ("rdp/KR".parse().unwrap(), read.question.pin().unwrap());
        assert_eq!(bundle(&answers, &id, &pin).await.unwrap().text().unwrap(), given.body);
        let plain = server.get(&link.replace("/rdp/KR/evidence.json", "/v1/evidence/KR")).await;
        assert_eq!(plain, (200, given.body.clone()), "the plain URL gives the same bundle");
        let file = place.path().join("korea.json");
        std::fs::write(&file, &given.body).unwrap();
        let verify = std::process::Command::new(testkit::programs::binary())
            .args(["verify".as_ref(), file.as_os_str()])
            .current_dir(place.path())
            .env_clear()
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&verify.stdout).into_owned();
        assert!(verify.status.success() && said.contains("under review for 581 days"), "{said}");
        for (path, code) in [("/rdp/Korea/evidence.json", 404), ("/rdp/KR/evidence.json?asOf=2025-02-30", 400)] {
            assert_eq!(page(&server, path).await.status, code, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn each_entry_of_the_log_leads_to_the_proof_that_it_is_there() {
    for_each_server(async |server| {
        let html = shown(server, "/log").await;
        for position in [1, 2, 622, 623] {
            let path = format!("/entries/{position}/proof.json");
            assert!(position < 100 || html.contains(&format!("href=\"{path}\"")), "{path}");
            let proof = page(server, &path).await;
            assert_eq!(proof.status, 200, "{}", proof.body);
            let told = proof.json();
            let (size, root) = (told["size"].as_u64().unwrap(), hash(&told["root"]));
            let hashes: Vec<[u8; 32]> = told["hashes"].as_array().unwrap().iter().map(hash).collect();
            included(hash(&told["leafHash"]), position - 1, size, &hashes, &root).unwrap();
            let (note, root) = (told["checkpoint"].as_str().unwrap(), STANDARD.encode(root));
            assert!(note.contains(&format!("\n{size}\n{root}\n")), "{note}");
        }
        for wrong in ["0", "624", "x", "-1", "1.5", "99999999999999999999"] {
            assert_eq!(page(server, &format!("/entries/{wrong}/proof.json")).await.status, 400, "{wrong}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_page_of_a_country_says_of_each_type_of_agreement_what_its_own_page_says() {
    for_each_server(async |server| {
        for (path, says) in [
            ("/countries/KR", ["Korea is not a qualifying country", "Korea is a Security of Supply partner."]),
            ("/countries/LV?asOf=2017-06-30", ["Latvia was not a qualifying country", "on 30 June 2017."]),
            ("/countries/NZ", ["Nothing on record", "href=\"/rdp/NZ\""]),
        ] {
            let html = shown(server, path).await;
            for text in says {
                assert!(html.contains(text), "{path} does not say {text}: {html}");
            }
        }
        assert!(shown(server, "/rdp/KR").await.contains("href=\"/countries/KR\""));
        for (path, code) in
            [("/countries/kr", 308), ("/countries/US", 404), ("/countries/Korea", 404), ("/countries/KR?x=1", 400)]
        {
            let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
            let answer = client.get(format!("http://{}{path}", server.address)).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), code, "{path}");
        }
    })
    .await;
}
