//! Does a value fit the schema that `openapi.json` has of it?

use std::collections::BTreeSet;

use depositary::faces::rest::OPENAPI;
use reqwest::Method;
use serde_json::Value;
use testkit::serving::{Served, Whole};

pub fn document() -> Value {
    serde_json::from_str(OPENAPI).unwrap()
}

/// What a reference leads to, or the value itself.
pub fn followed<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => {
            document.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("no {reference}"))
        }
        None => value,
    }
}

/// Checks values against schemas, and notes which properties of which schema were there.
pub struct Checker {
    pub document: Value,
    pub seen: BTreeSet<String>,
}

impl Checker {
    pub fn new() -> Self {
        Self { document: document(), seen: BTreeSet::new() }
    }

    /// What is wrong with a value by a schema that is found at a place in the document.
    pub fn check(&mut self, value: &Value, place: &str) -> Result<(), String> {
        let schema = self.document.pointer(place).unwrap_or_else(|| panic!("no {place}")).clone();
        let wrong = |what: &str| Err(format!("{what} by {place}: {value}"));
        if let Some(reference) = schema["$ref"].as_str() {
            return self.check(value, reference.trim_start_matches('#'));
        }
        if let Some(choices) = schema["anyOf"].as_array() {
            let fits = |index| self.check(value, &format!("{place}/anyOf/{index}")).is_ok();
            return if (0..choices.len()).any(fits) { Ok(()) } else { wrong("none of the choices") };
        }
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let allows = |allowed: &Value| allowed == kind || (allowed == "number" && kind == "integer");
        if !allows(&schema["type"]) && !schema["type"].as_array().is_some_and(|types| types.iter().any(allows)) {
            return wrong("another type");
        }
        if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
            return wrong("another word");
        }
        for item in value.as_array().into_iter().flatten() {
            self.check(item, &format!("{place}/items"))?;
        }
        let Some(fields) = value.as_object() else { return Ok(()) };
        if let Some(missing) = schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|name| !fields.contains_key(name.as_str().unwrap()))
        {
            return wrong(&format!("{missing} is missing"));
        }
        for (name, field) in fields {
            let described = schema["properties"].get(name).is_some();
            if !described && schema["additionalProperties"] == true {
                continue;
            }
            if !described {
                return wrong(&format!("{name} is not described"));
            }
            self.check(field, &format!("{place}/properties/{name}"))?;
            self.seen.insert(format!("{place}/properties/{name}"));
        }
        Ok(())
    }

    /// Checks the answer to a request against the response that is described for its code.
    pub async fn ask(&mut self, server: &Served, described: &str, path: &str) {
        let answer = server.send(Method::GET, path, "*/*").await;
        self.judge(described, path, &answer);
    }

    /// The same of a request by the holder of a token.
    pub async fn ask_as(&mut self, server: &Served, token: &str, described: &str, path: &str) {
        let answer = server.with_header(path, "authorization", &format!("Bearer {token}")).await;
        self.judge(described, path, &answer);
    }

    pub fn judge(&mut self, described: &str, path: &str, answer: &Whole) {
        let escaped = described.replace('/', "~1");
        let response = format!("/paths/{escaped}/get/responses/{}", answer.status);
        let found =
            self.document.pointer(&response).unwrap_or_else(|| panic!("{path}: {} is not described", answer.status));
        let response =
            found["$ref"].as_str().map_or(response, |reference| reference.trim_start_matches('#').to_owned());
        let form = answer.header("content-type").split(';').next().unwrap().replace('/', "~1");
        let place = format!("{response}/content/{form}/schema");
        assert!(self.document.pointer(&place).is_some(), "{path}: {place} is not described");
        if form == "application~1json" && described != "/v1/openapi.json" {
            self.check(&answer.json(), &place).unwrap_or_else(|wrong| panic!("{path}: {wrong}"));
        }
    }

    /// Every property that any schema describes.
    pub fn described(&self) -> BTreeSet<String> {
        fn walk(value: &Value, place: &str, found: &mut BTreeSet<String>) {
            let Some(fields) = value.as_object() else { return };
            for (name, field) in fields {
                let inside = format!("{place}/{name}");
                if place.ends_with("/properties") {
                    found.insert(inside.clone());
                }
                walk(field, &inside, found);
            }
        }
        let mut found = BTreeSet::new();
        walk(&self.document["components"]["schemas"], "/components/schemas", &mut found);
        found
    }
}
