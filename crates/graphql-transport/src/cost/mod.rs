//! What does an operation cost?
//!
//! Invariant: cost follows the work: each field costs 1 and what is in it, a list its entries times what is in it, and what
//! reads or writes much its price, as the program's table says. Only what depends on variables is worked out again for each
//! request.

mod advice;
#[cfg(test)]
mod samples;
mod shown;
mod table;

use apollo_compiler::ast::Value as Literal;
use apollo_compiler::executable::{Field, Operation, Selection, SelectionSet};
use apollo_compiler::{ExecutableDocument, Name, Schema};
use async_graphql::{Value, Variables};

pub use self::shown::shown;
pub use self::table::{Costs, CountedArgument, FieldNumber};

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

impl Costs {
    /// What the first operation of a document costs, for the tests of a program's table.
    ///
    /// # Errors
    /// What is wrong with the schema or with the document, in words.
    pub fn of(&self, sdl: &str, query: &str, variables: serde_json::Value) -> Result<usize, String> {
        let schema = Schema::parse_and_validate(sdl, "schema.graphql").map_err(|wrong| wrong.errors.to_string())?;
        let document = ExecutableDocument::parse_and_validate(&schema, query, "query");
        let document = document.map_err(|wrong| wrong.errors.to_string())?;
        let operation = document.operations.iter().next().ok_or("the document has no operation")?;
        Ok(Cost::of(self, &document, operation).with(&Variables::from_json(variables)))
    }
}

/// What an operation is read by.
#[derive(Clone, Copy)]
struct Around<'a> {
    costs: &'a Costs,
    document: &'a ExecutableDocument,
    operation: &'a Operation,
}

impl Cost {
    /// The cost of an operation of a valid document that was counted.
    pub fn of(costs: &Costs, document: &ExecutableDocument, operation: &Operation) -> Self {
        let mut cost = Self::default();
        cost.add(Around { costs, document, operation }, &operation.selection_set);
        cost
    }

    fn add(&mut self, around: Around<'_>, set: &SelectionSet) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => self.add_field(around, &set.ty, field),
                Selection::InlineFragment(fragment) => self.add(around, &fragment.selection_set),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = around.document.fragments.get(&spread.fragment_name) {
                        self.add(around, &fragment.selection_set);
                    }
                }
            }
        }
    }

    fn add_field(&mut self, around: Around<'_>, of: &str, field: &Field) {
        let Around { costs, operation, .. } = around;
        let mut below = Self::default();
        below.add(around, &field.selection_set);
        let price = costs.price(of, &field.name).unwrap_or_default();
        self.fixed = self.fixed.saturating_add(price);
        let argument = |name, within| said(operation, field.specified_argument_by_name(name)?, within);
        let list = |by, times, each| Many { field: field.response_key().to_string(), by, times, each };
        if let Some(CountedArgument { argument: name, within, each, .. }) = costs.several(of, &field.name) {
            below.fixed = below.fixed.saturating_add(*each).max(1);
            let times = Times { said: argument(name, within).into_iter().collect(), otherwise: 1 };
            self.lists.push(list(Some(*within.last().unwrap_or(name)), times, below));
        } else if field.definition.argument_by_name(SIZES[0]).is_some() {
            let said = SIZES.into_iter().filter_map(|name| argument(name, &[])).collect();
            let by = SIZES.into_iter().find(|name| argument(name, &[]).is_some()).unwrap_or(SIZES[0]);
            below.fixed = below.fixed.max(usize::from(field.selection_set.is_empty()));
            self.lists.push(list(Some(by), Times { said, otherwise: costs.usual_page }, below));
        } else if let Some(length) = costs.length(of, &field.name) {
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
    use serde_json::{Value as Json, json};

    use super::samples::{COSTS, SDL};

    fn cost(query: &str, variables: Json) -> usize {
        COSTS.of(SDL, query, variables).unwrap_or(usize::MAX)
    }

    #[test]
    fn a_list_costs_its_entries_times_what_is_in_it() {
        let usual = COSTS.usual_page;
        let cases = [
            ("{ shelves(first: 10) { nodes { id } } }", json!({}), 10 * 2),
            ("{ shelves { nodes { id } } }", json!({}), usual * 2),
            ("query($n: Int = 7) { shelves(first: $n) { totalCount } }", json!({}), 7),
            ("query($n: Int = 7) { shelves(last: $n) { totalCount } }", json!({ "n": 9 }), 9),
            ("{ nodes(ids: [\"a\", \"b\", \"c\"]) { id } }", json!({}), 3),
            ("query($i: [ID!]!) { nodes(ids: $i) { id } }", json!({ "i": ["a", "b"] }), 2),
            ("query($i: ID!) { nodes(ids: [$i, $i]) { id } }", json!({ "i": "a" }), 2),
            ("query($i: [ID!]! = [\"a\", \"b\"]) { nodes(ids: $i) { id } }", json!({}), 2),
            ("{ shelf(id: \"a\") { rows { books { title } } } }", json!({}), 1 + 10 * 4),
        ];
        for (query, variables, expected) in cases {
            assert_eq!(cost(query, variables), expected, "{query}");
        }
    }

    #[test]
    fn whoever_sends_many_things_at_once_pays_for_each() {
        let query = "mutation($input: AddBooksInput!) { addBooks(input: $input) { added } }";
        let units = |many: usize| cost(query, json!({ "input": { "books": vec![json!({}); many] } }));
        assert_eq!(units(10) - units(9), 50 + 1);
        assert_eq!(units(10), 10 * (50 + 1));
    }

    #[test]
    fn a_field_with_a_price_costs_it_beside_itself_and_a_fragment_costs_wherever_it_is_spread() {
        assert_eq!(cost("{ counts { all } }", json!({})), 100 + 1 + 1);
        assert_eq!(cost("{ counts { ...F } again: counts { ...F } } fragment F on Counts { all }", json!({})), 2 * 102);
    }

    #[test]
    fn what_is_no_operation_of_the_schema_has_no_cost() {
        assert!(COSTS.of(SDL, "{ unheard }", json!({})).is_err());
    }
}
