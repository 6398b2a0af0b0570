//! In which order does an answer have its fields?
//!
//! Invariant: in the order in which they were asked for (GraphQL, section 6.3), whatever was ready first: the executor
//! gives them as they come, and then the same answer would have other bytes each time.

use std::collections::HashMap;

use async_graphql::Response;
use async_graphql::parser::types::{ExecutableDocument, FragmentDefinition, Selection, SelectionSet};
use async_graphql::{Name, Positioned, Value, Variables};

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// The fields of an object with what is asked below each, in order.
type Asked<'a> = Vec<(&'a Name, Vec<&'a SelectionSet>)>;

/// What an operation is read by.
#[derive(Clone, Copy)]
struct Around<'a> {
    fragments: &'a Fragments,
    variables: &'a Variables,
}

/// An answer with its fields in the order of an operation.
pub fn ordered(
    mut answer: Response,
    document: &ExecutableDocument,
    selection: &SelectionSet,
    variables: &Variables,
) -> Response {
    order(&mut answer.data, &[selection], Around { fragments: &document.fragments, variables });
    answer
}

fn order(value: &mut Value, selections: &[&SelectionSet], around: Around<'_>) {
    match value {
        Value::List(items) => items.iter_mut().for_each(|item| order(item, selections, around)),
        Value::Object(fields) => {
            let mut asked = Asked::new();
            let mut spread = Vec::new();
            for selection in selections {
                collect(selection, around, &mut spread, &mut asked);
            }
            for (key, below) in &asked {
                if let Some(field) = fields.get_mut(*key).filter(|_| !below.is_empty()) {
                    order(field, below, around);
                }
            }
            let there = asked.iter().map(|(key, _)| *key).filter(|key| fields.contains_key(*key));
            if !there.eq(fields.keys()) {
                let mut found = std::mem::take(fields);
                fields.extend(asked.iter().filter_map(|(key, _)| found.swap_remove_entry(*key)));
                fields.extend(found);
            }
        }
        _ => {}
    }
}

/// Gathers the fields of a selection; a fragment counts where it is spread first. Which of them apply to an object's type is
/// seen by what the object has.
fn collect<'a>(selection: &'a SelectionSet, around: Around<'a>, spread: &mut Vec<&'a Name>, asked: &mut Asked<'a>) {
    for selection in &selection.items {
        match &selection.node {
            _ if left_out(&selection.node, around.variables) => {}
            Selection::Field(field) => {
                let (key, below) = (&field.node.response_key().node, &field.node.selection_set.node);
                let below = (!below.items.is_empty()).then_some(below);
                match asked.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, known)) => known.extend(below),
                    None => asked.push((key, below.into_iter().collect())),
                }
            }
            Selection::InlineFragment(inline) => collect(&inline.node.selection_set.node, around, spread, asked),
            Selection::FragmentSpread(named) => {
                let name = &named.node.fragment_name.node;
                if let Some(fragment) = around.fragments.get(name).filter(|_| !spread.contains(&name)) {
                    spread.push(name);
                    collect(&fragment.node.selection_set.node, around, spread, asked);
                }
            }
        }
    }
}

/// Whether `@skip` or `@include` leaves a selection out.
fn left_out(selection: &Selection, variables: &Variables) -> bool {
    let directives = match selection {
        Selection::Field(field) => &field.node.directives,
        Selection::InlineFragment(inline) => &inline.node.directives,
        Selection::FragmentSpread(named) => &named.node.directives,
    };
    directives.iter().any(|directive| {
        let told = match directive.node.get_argument("if").map(|told| &told.node) {
            Some(async_graphql_value::Value::Boolean(told)) => Some(*told),
            Some(async_graphql_value::Value::Variable(name)) => match variables.get(name) {
                Some(Value::Boolean(told)) => Some(*told),
                _ => None,
            },
            _ => None,
        };
        match directive.node.name.node.as_str() {
            "skip" => told == Some(true),
            "include" => told == Some(false),
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use async_graphql::{Response, Value, Variables};
    use serde_json::{Value as Json, json};

    use super::ordered;

    /// The text of an answer after it was put into the order of a query.
    fn text(query: &str, answer: Json, variables: Json) -> Option<String> {
        let document = parse_query(query).ok()?;
        let (_, operation) = document.operations.iter().next()?;
        let answer = Response::new(Value::from_json(answer).ok()?);
        let variables = Variables::from_json(variables);
        let answer = ordered(answer, &document, &operation.node.selection_set.node, &variables);
        serde_json::to_string(&answer.data).ok()
    }

    #[test]
    fn fields_come_as_they_were_asked_for_also_out_of_lists_and_fragments() {
        let answer = || json!({ "a": 1, "b": [{ "c": 2, "d": 3 }] });
        assert_eq!(text("{ b { d c } a }", answer(), json!({})).as_deref(), Some(r#"{"b":[{"d":3,"c":2}],"a":1}"#));
        let spread = "{ ...F a } fragment F on T { b { ... on U { d } c } }";
        assert_eq!(text(spread, answer(), json!({})).as_deref(), Some(r#"{"b":[{"d":3,"c":2}],"a":1}"#));
    }

    #[test]
    fn what_is_left_out_takes_no_place_and_a_field_that_comes_twice_stands_where_it_was_first() {
        let query = "query($no: Boolean!) { b @include(if: $no) a b a }";
        assert_eq!(text(query, json!({ "a": 1, "b": 2 }), json!({ "no": false })).as_deref(), Some(r#"{"a":1,"b":2}"#));
        assert_eq!(text(query, json!({ "a": 1, "b": 2 }), json!({ "no": true })).as_deref(), Some(r#"{"b":2,"a":1}"#));
    }
}
