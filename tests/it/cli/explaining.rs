//! Does `inbox explain` tell how files are read, without a network or a database?

use serde_json::{Value, json};
use testkit::places::Place;

fn korea() -> Value {
    json!({
        "document_number": "2099-00001", "publication_date": "2099-01-06", "type": "Notice",
        "title": "Negotiation of a Reciprocal Defense Procurement Agreement With the Republic of Korea",
    })
}

#[test]
fn one_line_of_json_tells_how_each_file_is_read() {
    let place = Place::bare();
    let first = place.write("first.json", &[korea()]);
    let second = place.write("second.json", &[json!({ "document_number": "2099-00002" })]);
    std::fs::write(place.path("third.json"), "<html>Request Access</html>").unwrap();
    let third = place.path("third.json").display().to_string();
    let said = place.run(&["inbox", "explain", &first, &second, &third, "--json"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let lines: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["proposals"][0]["agreement"], "rdp/KR");
    assert_eq!(lines[0]["reading"], "proposals");
    assert_eq!(lines[1]["reason"], "shape");
    assert_eq!(lines[2]["reason"], "unreadable");
    assert!(!place.path("depositary.db").exists(), "no database is opened");
}

#[test]
fn people_are_told_from_which_words() {
    let place = Place::bare();
    let file = place.write("korea.json", &[korea()]);
    let said = place.run(&["inbox", "explain", &file]);
    assert!(said.out.contains("rdp/KR notice published 2099-01-06, read from “Republic of Korea”"), "{}", said.out);
}

#[test]
fn a_text_goes_with_one_document_and_tells_its_signature() {
    let place = Place::bare();
    let rule = json!({
        "document_number": "2099-00003", "publication_date": "2099-01-06", "type": "Rule", "effective_on": "2099-01-06",
        "title": "New Qualifying Country-Estonia",
    });
    let file = place.write("rule.json", &[rule]);
    std::fs::write(
        place.path("rule.txt"),
        "On May 5, 2098, the Secretary of Defense signed an agreement with Estonia.",
    )
    .unwrap();
    let text = place.path("rule.txt").display().to_string();
    let said = place.run(&["inbox", "explain", &file, "--text", &text, "--json"]);
    assert_eq!(said.json()["proposals"][1]["detail"], json!({ "signings": [{ "on": "2098-05-05" }] }));
    let two = place.run(&["inbox", "explain", &file, &file, "--text", &text]);
    assert_eq!(two.code, 2);
}

#[test]
fn a_text_of_the_regulation_is_told_as_its_two_lists_or_as_unclear() {
    let place = Place::bare();
    let names = "Australia Belgium Canada Denmark Egypt Estonia Finland France Greece Israel Italy Japan Latvia Luxembourg \
        Netherlands Norway Poland Portugal Slovenia Spain";
    let list = names.split_whitespace().map(|name| format!("<P>{name}</P>")).collect::<Vec<_>>().concat();
    let section =
        format!("<DIV8><P>(a) Qualifying countries:</P>{list}<P>(b) Others:</P><P>Austria</P><P>(c) End.</P></DIV8>");
    std::fs::write(place.path("section.xml"), section).unwrap();
    let said = place.run(&["inbox", "explain", "--dfars", &place.path("section.xml").display().to_string(), "--json"]);
    assert_eq!(said.json()["case_by_case"], json!(["AT"]));
    assert_eq!(said.json()["blanket"].as_array().unwrap().len(), 20);
    std::fs::write(place.path("none.html"), "<html></html>").unwrap();
    let none = place.run(&["inbox", "explain", "--dfars", &place.path("none.html").display().to_string(), "--json"]);
    assert_eq!((none.code, &none.json()["unclear"]), (0, &json!("shape")));
}
