//! Do the values of a request's variables fit?
//!
//! Invariant: as section 6.1.2 of the GraphQL specification says; a request whose variables do not fit never runs.

use std::borrow::Cow;

use apollo_compiler::Schema;
use apollo_compiler::parser::SourceSpan;
use async_graphql::{ServerError, Value, Variables};
use serde_json::Value as Json;

use super::admission::Variable;
use super::codes::Code;
use super::failure::coded;
use super::input::{Form, Input, Path};
use super::scalars::Scalar;
use super::values::Check;

impl<'a> Input<'a> for &'a Value {
    fn form(self) -> Form<'a, Self> {
        match self {
            Value::Null => Form::Null,
            Value::List(entries) => Form::List(entries.iter().collect()),
            Value::Object(members) => {
                Form::Object(members.iter().map(|(name, value)| (name.as_str(), value)).collect())
            }
            leaf => Form::Leaf(Cow::Borrowed(leaf)),
        }
    }

    fn span(self) -> Option<SourceSpan> {
        None
    }
}

/// The values of a request's variables. A JSON number without a fraction is a whole number, however it is written: `1.0` is 1,
/// as section 3.5.1 has it and as JavaScript reads it. In a document `1.0` stays a `Float`.
pub fn given(mut variables: Json) -> Variables {
    make_whole(&mut variables);
    Variables::from_json(variables)
}

/// Beyond this a number that is kept as a fraction is not exact any more.
const EXACT: f64 = 9_007_199_254_740_992.0;

fn make_whole(value: &mut Json) {
    match value {
        Json::Number(number) if number.is_f64() => {
            let whole = number.as_f64().filter(|number| number.fract() == 0.0 && number.abs() <= EXACT);
            if let Some(whole) = whole {
                #[expect(clippy::cast_possible_truncation, reason = "it has no fraction and is exact")]
                let whole = whole as i64;
                *value = whole.into();
            }
        }
        Json::Array(entries) => entries.iter_mut().for_each(make_whole),
        Json::Object(members) => members.values_mut().for_each(make_whole),
        _ => {}
    }
}

/// What is wrong with the values of an operation's variables. What was given and not asked for is no fault.
pub fn check(schema: &Schema, scalars: &[Scalar], defined: &[Variable], given: &Variables) -> Vec<ServerError> {
    let mut errors = Vec::new();
    for Variable { definition, at } in defined {
        let (name, ty) = (definition.name.as_str(), &definition.ty);
        match given.get(name) {
            Some(value) => {
                let mut check = Check::new(schema, scalars);
                check.value(ty, false, value, &Path::Root("$", name));
                errors.extend(check.faults.into_iter().map(|fault| coded(fault.code, &fault.message, *at)));
            }
            None if definition.default_value.is_none() && ty.is_non_null() => {
                let message = format!("the variable ${name} is missing; its type is {ty}");
                errors.push(coded(Code::BadUserInput, &message, *at));
            }
            None => {}
        }
    }
    errors.truncate(super::validation::ERRORS);
    errors
}

#[cfg(test)]
mod tests {
    use apollo_compiler::ExecutableDocument;
    use serde_json::{Value as Json, json};

    use super::{Variable, check, given};

    const SDL: &str = "type Query { a(of: Of, many: [Int!], by: By): Int } enum By { DAY WEEK } \
                       input Of { one: Int! other: String } directive @oneOf on INPUT_OBJECT input Either @oneOf { a: Int b: Int }";

    /// What is wrong with the variables of an operation that declares these.
    fn wrong(declared: &str, variables: Json) -> Vec<String> {
        let query = format!("query({declared}) {{ a }}");
        let Ok(schema) = apollo_compiler::Schema::parse(SDL, "schema.graphql") else { return vec!["no schema".into()] };
        let document =
            ExecutableDocument::parse(apollo_compiler::validation::Valid::assume_valid_ref(&schema), query, "query");
        let Ok(document) = document else { return vec!["no document".into()] };
        let operation = document.operations.iter().next();
        let declared = operation.map(|operation| operation.variables.clone()).unwrap_or_default();
        let declared: Vec<Variable> =
            declared.into_iter().map(|definition| Variable { definition, at: None }).collect();
        check(&schema, &[], &declared, &given(variables)).into_iter().map(|error| error.message).collect()
    }

    #[test]
    fn a_value_that_does_not_fit_is_told_by_the_way_to_it() {
        for (declared, variables, message) in [
            ("$n: Int!", json!({}), "the variable $n is missing; its type is Int!"),
            ("$n: Int!", json!({ "n": null }), "$n may not be null; its type is Int!"),
            (
                "$n: [Int!]",
                json!({ "n": [1, "x"] }),
                "$n[1] is \"x\", which is no Int: it takes a whole number from -2147483648 to 2147483647",
            ),
            ("$of: Of", json!({ "of": { "other": "x" } }), "$of lacks the field one: Int!"),
            ("$of: Of", json!({ "of": { "one": 1, "othr": "x" } }), "$of: Of has no field othr; did you mean `other`?"),
            (
                "$by: By",
                json!({ "by": "DAI" }),
                "$by is \"DAI\", which is no By: it takes DAY, WEEK; did you mean `DAY`?",
            ),
            ("$e: Either", json!({ "e": { "a": 1, "b": 2 } }), "$e: Either takes exactly one of its fields, not 2"),
        ] {
            assert_eq!(wrong(declared, variables), [message], "{declared}");
        }
    }

    #[test]
    fn a_value_that_fits_passes_and_one_stands_for_a_list_of_it() {
        for (declared, variables) in [
            ("$n: Int", json!({ "n": 1.0 })),
            ("$n: Int! = 3", json!({})),
            ("$n: [Int!]", json!({ "n": 1 })),
            ("$of: Of", json!({ "of": { "one": 1 }, "unasked": true })),
            ("$by: By", json!({ "by": "WEEK" })),
            ("$e: Either", json!({ "e": { "b": 2 } })),
        ] {
            assert_eq!(wrong(declared, variables), Vec::<String>::new(), "{declared}");
        }
    }
}
