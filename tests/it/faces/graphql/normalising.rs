//! Can a client that keeps every object once, under its type and id, mix two days or two knowledges up?
//!
//! The law: under one type, id, field and arguments there is one value, whatever was asked around it. Here a store keeps
//! what every type with an id answers under two days and two knowledges, as Apollo Client, graphcache and Relay do, and
//! every answer is then read back out of it.

use std::collections::{BTreeMap, BTreeSet};

use depositary::answers::OfOtherRules;
use depositary::work::alerts::look;
use serde_json::{Map, Value, json};
use testkit::serving::{Served, for_each_roomy_server};

/// The objects of all answers, each once.
#[derive(Default)]
struct Store(BTreeMap<String, Map<String, Value>>);

impl Store {
    /// Takes an answer in: what has an id leaves its place to a reference.
    fn write(&mut self, value: &Value) -> Value {
        match value {
            Value::Array(values) => values.iter().map(|value| self.write(value)).collect(),
            Value::Object(fields) => {
                let fields: Map<String, Value> =
                    fields.iter().map(|(name, value)| (name.clone(), self.write(value))).collect();
                let Some(id) = fields.get("id").and_then(Value::as_str) else { return fields.into() };
                let key = format!("{}:{id}", fields["__typename"].as_str().unwrap());
                let kept = self.0.entry(key.clone()).or_default();
                for (name, value) in fields {
                    let merged = kept.get(&name).map_or(value.clone(), |old| merged(old, &value));
                    kept.insert(name, merged);
                }
                json!({ "__ref": key })
            }
            other => other.clone(),
        }
    }

    /// What is kept in the form of an answer.
    fn read(&self, written: &Value, wire: &Value) -> Value {
        match (written, wire) {
            (Value::Array(values), Value::Array(wire)) => {
                values.iter().zip(wire).map(|(value, wire)| self.read(value, wire)).collect()
            }
            (Value::Object(fields), Value::Object(wire)) => {
                let kept = fields.get("__ref").map_or(fields, |key| &self.0[key.as_str().unwrap()]);
                let field = |(name, wire): (&String, &Value)| Some((name.clone(), self.read(kept.get(name)?, wire)));
                Value::Object(wire.iter().filter_map(field).collect())
            }
            (kept, _) => kept.clone(),
        }
    }
}

/// What two answers say of the same place without an id: the fields of both, and where both have one, the later.
fn merged(old: &Value, new: &Value) -> Value {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) if !old.contains_key("__ref") && !new.contains_key("__ref") => {
            let mut both = old.clone();
            for (name, value) in new {
                let value = old.get(name).map_or(value.clone(), |old| merged(old, value));
                both.insert(name.clone(), value);
            }
            both.into()
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            old.iter().zip(new).map(|(old, new)| merged(old, new)).collect()
        }
        _ => new.clone(),
    }
}

/// Fields without arguments of their own, down to some depth; of a connection two entries.
fn selection(types: &BTreeMap<&str, &Value>, name: &str, depth: usize) -> String {
    let mut asked = vec!["__typename".to_owned()];
    let of = types[name];
    for possible in of["possibleTypes"].as_array().into_iter().flatten() {
        let possible = possible["name"].as_str().unwrap();
        asked.push(format!("... on {possible} {{ {} }}", selection(types, possible, depth)));
    }
    for field in of["fields"].as_array().into_iter().flatten().filter(|_| of["kind"] == "OBJECT") {
        let arguments = field["args"].as_array().unwrap();
        if arguments.iter().any(|argument| argument["type"]["kind"] == "NON_NULL" && argument["defaultValue"].is_null())
        {
            continue;
        }
        let mut inner = &field["type"];
        while !inner["ofType"].is_null() {
            inner = &inner["ofType"];
        }
        let (named, inner) = (field["name"].as_str().unwrap(), inner["name"].as_str().unwrap());
        let pages = arguments.iter().any(|argument| argument["name"] == "first");
        // What two runs of a curve draw costs much and has no id below it.
        let heavy = ["shortest", "longest", "compared", "leftOut", "attempts", "edges"].contains(&named);
        match types[inner]["kind"].as_str().unwrap() {
            "SCALAR" | "ENUM" => asked.push(named.to_owned()),
            _ if depth == 0 || heavy => {}
            _ => {
                let page = if pages { "(first: 2)" } else { "" };
                asked.push(format!("{named}{page} {{ {} }}", selection(types, inner, depth - 1)));
            }
        }
    }
    asked.join(" ")
}

const INTROSPECTION: &str = "{ __schema { types { kind name possibleTypes { name }
    fields { name args { name defaultValue type { kind } }
        type { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } }";

/// The first place where two answers differ, with both values.
fn differing(kept: &Value, wire: &Value, place: &str) -> String {
    let inner = match (kept, wire) {
        (Value::Object(kept), Value::Object(wire)) => wire.iter().find_map(|(name, value)| {
            let found = kept.get(name).unwrap_or(&Value::Null);
            (found != value).then(|| differing(found, value, &format!("{place}.{name}")))
        }),
        (Value::Array(kept), Value::Array(wire)) if kept.len() == wire.len() => kept
            .iter()
            .zip(wire)
            .enumerate()
            .find(|(_, (kept, wire))| kept != wire)
            .map(|(at, (kept, wire))| differing(kept, wire, &format!("{place}[{at}]"))),
        _ => None,
    };
    inner.unwrap_or_else(|| format!("{place} is kept as {kept}, and the wire said {wire}"))
}

/// Two days by two knowledges, and today by all that is recorded.
const PINS: &[&str] = &[
    "asOf: \"2016-01-01\"",
    "asOf: \"2025-10-28\"",
    "asOf: \"2016-01-01\", atPosition: 400",
    "asOf: \"2025-10-28\", basis: PUBLISHED, knownAt: \"2024-02-25T00:00:00Z\"",
    "atPosition: 400",
    "",
];

/// Each root field with the type of its entries, and whether it takes a day.
const ROOTS: &[(&str, &str, bool)] = &[
    ("agreements(first: 4, filter: { countries: [\"LV\", \"KR\", \"US\", \"AT\"] }", "Agreement", true),
    ("stalled(first: 3", "StalledAgreement", true),
    ("alerts(first: 4", "Alert", true),
    ("deadlines(first: 2", "Deadline", true),
    ("milestones(first: 3, filter: { countries: [\"KR\"] }", "Milestone", false),
    ("contradictions(first: 2", "Milestone", false),
    ("coverage(first: 3, countries: [\"KR\", \"LV\"]", "CoveredAgreement", false),
    ("figures(first: 2", "Figure", false),
    ("lateness(first: 2, groupBy: SOURCE", "LatenessGroup", false),
];

async fn everything(server: &Served, types: &BTreeMap<&str, &Value>) -> Vec<Value> {
    let mut answers = Vec::new();
    for pin in PINS {
        for (root, name, takes_a_day) in ROOTS {
            let known = pin.split(", ").filter(|part| *takes_a_day || !part.starts_with("asOf"));
            let pin = known.collect::<Vec<_>>().join(", ");
            let query = format!("{{ list: {root}, {pin}) {{ nodes {{ {} }} }} }}", selection(types, name, 2));
            answers.push(server.ask(&query).await);
        }
        let country = selection(types, "Country", 1);
        let (place, arguments) = (answers.len(), if pin.is_empty() { String::new() } else { format!("({pin})") });
        let agreement = selection(types, "Agreement", 2);
        // A field's arguments are a part of its key, so each has a name of its own here.
        let pinned = format!("pinned{place}: agreements{arguments} {{ {agreement} }}");
        answers.push(server.ask(&format!("{{ country(code: \"LV\") {{ {country} {pinned} }} }}")).await);
    }
    answers
}

#[tokio::test]
async fn no_answer_out_of_a_store_that_keeps_each_object_once_differs_from_the_wire() {
    for_each_roomy_server(async |server| {
        look(&server.behind.answers, &server.behind.tracker, OfOtherRules::Resolve).await.unwrap();
        let schema = server.ask(INTROSPECTION).await;
        let types = schema["__schema"]["types"].as_array().unwrap();
        let types: BTreeMap<&str, &Value> = types.iter().map(|each| (each["name"].as_str().unwrap(), each)).collect();
        let answers = everything(server, &types).await;
        for backwards in [false, true] {
            let mut order: Vec<&Value> = answers.iter().collect();
            if backwards {
                order.reverse();
            }
            let mut store = Store::default();
            let written: Vec<Value> = order.iter().map(|answer| store.write(answer)).collect();
            for (written, wire) in written.iter().zip(&order) {
                let kept = store.read(written, wire);
                assert!(kept == **wire, "backwards: {backwards}: {}", differing(&kept, wire, ""));
            }
            let kept: BTreeSet<&str> = store.0.keys().map(|key| key.split(':').next().unwrap()).collect();
            let nodes = types["Node"]["possibleTypes"].as_array().unwrap();
            let nodes: BTreeSet<&str> = nodes.iter().map(|each| each["name"].as_str().unwrap()).collect();
            // An endpoint is no part of the log, and is asked for without a day or a knowledge.
            assert_eq!(kept, &nodes - &BTreeSet::from(["Webhook"]), "every type with an id was asked for");
        }
    })
    .await;
}

#[tokio::test]
async fn whatever_has_an_id_is_found_again_by_it_with_the_same_day_and_knowledge() {
    for_each_roomy_server(async |server| {
        look(&server.behind.answers, &server.behind.tracker, OfOtherRules::Resolve).await.unwrap();
        for pin in PINS {
            let list = |root: &str, fields: &str| format!("{root}, {pin}) {{ nodes {{ __typename id {fields} }} }}");
            for (root, fields) in [
                (ROOTS[0].0, "version status { headline asOf knownAt position sentence }"),
                (ROOTS[1].0, "stalled { days limitDays } status { asOf position }"),
                (ROOTS[2].0, "state milestone { __typename id occurred { edtf } }"),
            ] {
                let query = format!("{{ list: {} }}", list(root, fields));
                let answer = server.ask(&query).await;
                for node in answer["list"]["nodes"].as_array().unwrap() {
                    let of = node["__typename"].as_str().unwrap();
                    let again =
                        format!("query($id: ID!) {{ node(id: $id) {{ __typename id ... on {of} {{ {fields} }} }} }}");
                    let found = server.ask_with(&again, json!({ "id": node["id"] })).await;
                    assert_eq!(found["node"], *node, "{pin}");
                }
            }
        }
        for wrong in [
            "rdp/LV?asOf=2016-1-1",
            "rdp/LV?asOf=2016-01-01&",
            "rdp/LV?basis=RECORDED",
            "rdp/LV?atPosition=4&asOf=2016-01-01",
            "rdp/LV?",
            "rdp/LV?day=2016-01-01",
            "LV?asOf=2016-01-01",
        ] {
            let found = server.ask_with("query($id: ID!) { node(id: $id) { id } }", json!({ "id": wrong })).await;
            assert_eq!(found["node"], Value::Null, "{wrong} is another spelling, or nobody's");
        }
    })
    .await;
}
