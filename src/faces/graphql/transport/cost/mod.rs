//! What does an operation cost?
//!
//! Invariant: cost follows the work: each field costs 1 and what is in it, a list its entries times what is in it, and what
//! reads or writes much its price. This is the one home of costs; only what depends on variables is worked out again for
//! each request.

mod advice;
mod shown;
mod table;

use apollo_compiler::ast::Value as Literal;
use apollo_compiler::executable::{Field, Operation, Selection, SelectionSet};
use apollo_compiler::{ExecutableDocument, Name};
use async_graphql::{Value, Variables};

pub use self::shown::shown;
use crate::answers::USUAL_PAGE;

/// The arguments that say how many entries a page has, in the order in which they are read.
const SIZES: [&str; 2] = ["first", "last"];

/// The cost of a selection set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cost {
    fixed: usize,
    lists: Vec<Many>,
}

/// A field that costs as often as it has entries.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Many {
    /// The name that the answer has it by, which is what a client sees of it.
    field: String,
    /// The argument that says how many entries it has, where there is one.
    by: Option<&'static str>,
    times: Times,
    /// What one entry costs.
    each: Cost,
}

/// How often something is done.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Times {
    /// What the request says, the first that says something.
    said: Vec<Said>,
    /// How often it is done when the request does not say.
    otherwise: usize,
}

/// A number or a list in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Said {
    /// The number stands in the document.
    Written(usize),
    /// It is in a variable, below some members of it, or its default value.
    Asked(Name, &'static [&'static str], Option<usize>),
}

impl Cost {
    /// The cost of an operation of a valid document that was counted.
    pub fn of(document: &ExecutableDocument, operation: &Operation) -> Self {
        let mut cost = Self::default();
        cost.add(document, operation, &operation.selection_set);
        cost
    }

    fn add(&mut self, document: &ExecutableDocument, operation: &Operation, set: &SelectionSet) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => self.add_field(document, operation, &set.ty, field),
                Selection::InlineFragment(fragment) => self.add(document, operation, &fragment.selection_set),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = document.fragments.get(&spread.fragment_name) {
                        self.add(document, operation, &fragment.selection_set);
                    }
                }
            }
        }
    }

    fn add_field(&mut self, document: &ExecutableDocument, operation: &Operation, of: &str, field: &Field) {
        let mut below = Self::default();
        below.add(document, operation, &field.selection_set);
        let price = table::find(table::PRICES, of, &field.name).unwrap_or_default();
        self.fixed = self.fixed.saturating_add(price);
        let argument = |name, within| said(operation, field.specified_argument_by_name(name)?, within);
        let list = |by, times, each| Many { field: field.response_key().to_string(), by, times, each };
        let many = table::MANY.iter().find(|(known, name, ..)| *known == of && field.name == *name);
        if let Some((.., name, within, each)) = many {
            below.fixed = below.fixed.saturating_add(*each).max(1);
            let times = Times { said: argument(name, within).into_iter().collect(), otherwise: 1 };
            self.lists.push(list(Some(*within.last().unwrap_or(name)), times, below));
        } else if field.definition.argument_by_name(SIZES[0]).is_some() {
            let said = SIZES.into_iter().filter_map(|name| argument(name, &[])).collect();
            let by = SIZES.into_iter().find(|name| argument(name, &[]).is_some()).unwrap_or(SIZES[0]);
            self.lists.push(list(Some(by), Times { said, otherwise: USUAL_PAGE }, below));
        } else if let Some(length) = table::find(table::LENGTHS, of, &field.name) {
            // What a list of words is costs as many words.
            below.fixed = if field.selection_set.is_empty() { 1 } else { below.fixed };
            self.lists.push(list(None, Times { said: Vec::new(), otherwise: length }, below));
        } else {
            self.fixed = self.fixed.saturating_add(1).saturating_add(below.fixed);
            self.lists.append(&mut below.lists);
        }
    }

    /// The cost with the values of the variables.
    pub fn with(&self, variables: &Variables) -> usize {
        self.lists.iter().map(|list| list.with(variables)).fold(self.fixed, usize::saturating_add)
    }
}

impl Many {
    /// What all its entries cost together.
    fn with(&self, variables: &Variables) -> usize {
        self.times.with(variables).saturating_mul(self.each.with(variables))
    }
}

impl Times {
    fn with(&self, variables: &Variables) -> usize {
        let said = |said: &Said| match said {
            Said::Written(times) => Some(*times),
            Said::Asked(name, within, default) => match variables.get(name.as_str()) {
                Some(value) => in_value(value, within),
                None => *default,
            },
        };
        self.said.iter().find_map(said).unwrap_or(self.otherwise)
    }
}

/// How often a value says, below some of its members; a single one stands for a list of it.
fn in_value(value: &Value, within: &[&str]) -> Option<usize> {
    match (value, within) {
        (Value::Object(members), [name, rest @ ..]) => in_value(members.get(*name)?, rest),
        (Value::Number(number), []) => number.as_i64().map(magnitude),
        (Value::List(entries), []) => Some(entries.len()),
        (Value::Null, _) | (_, [_, ..]) => None,
        (_, []) => Some(1),
    }
}

fn magnitude(size: i64) -> usize {
    usize::try_from(size.unsigned_abs()).unwrap_or(usize::MAX)
}

/// The same of a literal, in which variables stand for values.
fn said(operation: &Operation, literal: &Literal, within: &'static [&'static str]) -> Option<Said> {
    match (literal, within) {
        (Literal::Variable(variable), _) => {
            let defined = operation.variables.iter().find(|defined| defined.name == *variable);
            let default = defined.and_then(|defined| defined.default_value.as_ref());
            let default = default.and_then(|value| match said(operation, value, within) {
                Some(Said::Written(times)) => Some(times),
                _ => None,
            });
            Some(Said::Asked(variable.clone(), within, default))
        }
        (Literal::Object(members), [name, rest @ ..]) => {
            let (_, member) = members.iter().find(|(member, _)| member == name)?;
            said(operation, member, rest)
        }
        (Literal::List(entries), []) => Some(Said::Written(entries.len())),
        (Literal::Null, _) | (_, [_, ..]) => None,
        (Literal::Int(_), []) => literal.to_i32().map(|size| Said::Written(magnitude(size.into()))),
        (_, []) => Some(Said::Written(1)),
    }
}

#[cfg(test)]
mod tests {
    use apollo_compiler::schema::{ExtendedType, Type};
    use apollo_compiler::{ExecutableDocument, Schema};
    use async_graphql::Variables;
    use serde_json::json;

    use super::{Cost, table};
    use crate::answers::USUAL_PAGE;
    use crate::faces::graphql::transport::validation;

    fn cost(query: &str, variables: serde_json::Value) -> usize {
        let schema = validation::schema();
        let Ok(document) = ExecutableDocument::parse_and_validate(&schema, query, "query") else { return usize::MAX };
        let operation = document.operations.iter().next();
        operation.map_or(0, |operation| Cost::of(&document, operation).with(&Variables::from_json(variables)))
    }

    /// Every field of every type that gives a list, with whether it is cut into pages, and the type of an entry.
    fn lists(schema: &Schema) -> Vec<(String, String)> {
        let objects = schema.types.iter().filter_map(|(name, ty)| match ty {
            ExtendedType::Object(object) if !name.starts_with("__") => Some((name, object)),
            _ => None,
        });
        let is_list = |ty: &Type| matches!(ty, Type::List(_) | Type::NonNullList(_));
        let fields = objects.flat_map(|(name, object)| {
            let fields = object.fields.values().filter(move |field| is_list(&field.ty));
            fields.map(move |field| (name.to_string(), field.name.to_string()))
        });
        fields.collect()
    }

    #[test]
    fn every_list_of_the_schema_has_a_cost_and_no_cost_is_of_nothing() {
        let schema = validation::schema();
        let many = |of: &str, field: &str| table::MANY.iter().any(|(known, name, ..)| *known == of && *name == field);
        for (of, field) in lists(&schema) {
            // A page is counted where it is asked for.
            let in_a_page = of.ends_with("Connection") && matches!(field.as_str(), "nodes" | "edges");
            let known = in_a_page || many(&of, &field) || table::find(table::LENGTHS, &of, &field).is_some();
            assert!(known, "{of}.{field} gives a list whose length nobody guesses: name it in cost/table.rs");
        }
        let is_there = |of: &str, field: &str| field.starts_with("__") || schema.type_field(of, field).is_ok();
        for (of, field, number) in table::LENGTHS.iter().chain(table::PRICES) {
            assert!(*number > 0 && is_there(of, field), "{of}.{field}");
        }
        for (of, field, argument, ..) in table::MANY {
            assert!(
                schema.type_field(of, field).is_ok_and(|field| field.argument_by_name(argument).is_some()),
                "{of}.{field}"
            );
        }
    }

    #[test]
    fn every_argument_that_names_many_things_is_counted() {
        let schema = validation::schema();
        for (of, ty) in &schema.types {
            let ExtendedType::Object(object) = ty else { continue };
            for field in object.fields.values() {
                let ids = field
                    .arguments
                    .iter()
                    .any(|argument| argument.ty.inner_named_type() == "ID" && argument.ty.is_list());
                let counted = table::MANY.iter().any(|(known, name, ..)| of == known && field.name == *name);
                assert!(!ids || counted, "{of}.{} takes a list of ids that nobody counts", field.name);
            }
        }
    }

    #[test]
    fn a_list_costs_its_entries_times_what_is_in_it() {
        let cases = [
            ("{ agreements(first: 10) { nodes { id } } }", json!({}), 10 * 2),
            ("{ agreements { nodes { id } } }", json!({}), USUAL_PAGE * 2),
            ("query($n: Int = 7) { agreements(first: $n) { totalCount } }", json!({}), 7),
            ("query($n: Int = 7) { agreements(last: $n) { totalCount } }", json!({ "n": 9 }), 9),
            ("{ nodes(ids: [\"a\", \"b\", \"c\"]) { id } }", json!({}), 3),
            ("query($i: [ID!]!) { nodes(ids: $i) { id } }", json!({ "i": ["a", "b"] }), 2),
            ("query($i: ID!) { nodes(ids: [$i, $i]) { id } }", json!({ "i": "a" }), 2),
            ("query($i: [ID!]! = [\"a\", \"b\"]) { nodes(ids: $i) { id } }", json!({}), 2),
            ("{ agreement(id: \"rdp/KR\") { periods { status { because { rule } } } } }", json!({}), 1 + 10 * (1 + 4)),
        ];
        for (query, variables, expected) in cases {
            assert_eq!(cost(query, variables), expected, "{query}");
        }
    }

    #[test]
    fn whoever_records_many_facts_at_once_pays_for_each() {
        let query = "mutation($input: RecordMilestonesInput!) { recordMilestones(input: $input) { repeated } }";
        let units =
            |many: usize| cost(query, json!({ "input": { "commandId": "x", "milestones": vec![json!({}); many] } }));
        assert_eq!(units(10) - units(9), units(2) - units(1));
        assert!(units(10) >= 500);
    }
}
