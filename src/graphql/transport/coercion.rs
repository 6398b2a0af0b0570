//! Do the values of a request's variables fit?
//!
//! Invariant: as section 6.1.2 of the GraphQL specification says; a request whose variables do not fit never runs.

use std::borrow::Cow;

use apollo_compiler::Schema;
use apollo_compiler::parser::SourceSpan;
use async_graphql::{ServerError, Value, Variables};

use super::admission::Variable;
use super::failure::coded;
use super::input::{Form, Input, Path};
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

/// What is wrong with the values of an operation's variables. What was given and not asked for is no fault.
pub fn check(schema: &Schema, defined: &[Variable], given: &Variables) -> Vec<ServerError> {
    let mut errors = Vec::new();
    for Variable { definition, at } in defined {
        let (name, ty) = (definition.name.as_str(), &definition.ty);
        match given.get(name) {
            Some(value) => {
                let mut check = Check::new(schema);
                check.value(ty, false, value, &Path::Root("$", name));
                errors.extend(check.faults.into_iter().map(|fault| coded(fault.code, &fault.message, *at)));
            }
            None if definition.default_value.is_none() && ty.is_non_null() => {
                let message = format!("the variable ${name} is missing; its type is {ty}");
                errors.push(coded("BAD_USER_INPUT", &message, *at));
            }
            None => {}
        }
    }
    errors.truncate(super::validation::ERRORS);
    errors
}
