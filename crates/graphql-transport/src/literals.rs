//! Do the values that are written in a document fit?
//!
//! Invariant: every argument, default value and argument of a directive is looked at, with its type, and each fragment
//! once for each operation that reaches it.

use std::borrow::Cow;
use std::collections::HashSet;

use apollo_compiler::ast::{Argument, DirectiveList, InputValueDefinition, Value as Literal};
use apollo_compiler::executable::{Selection, SelectionSet};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::{ExecutableDocument, Name, Node, Schema};
use async_graphql::{ServerError, Value};

use super::failure::coded;
use super::input::{Fault, Form, Input, Path};
use super::scalars::Scalar;
use super::validation::place;
use super::values::Check;

impl<'a> Input<'a> for &'a Node<Literal> {
    fn form(self) -> Form<'a, Self> {
        // A number that is larger than any is no value at all, and fits nowhere.
        let number = |text: &str| Value::Number(text.parse().unwrap_or_else(|_| f64_most()));
        let leaf = match self.as_ref() {
            Literal::Null => return Form::Null,
            Literal::Variable(name) => return Form::Variable(name),
            Literal::List(entries) => return Form::List(entries.iter().collect()),
            Literal::Object(members) => {
                return Form::Object(members.iter().map(|(name, value)| (name.as_str(), value)).collect());
            }
            Literal::Enum(word) => Value::Enum(async_graphql::Name::new(word.as_str())),
            Literal::String(text) => Value::String(text.clone()),
            Literal::Boolean(yes) => Value::Boolean(*yes),
            Literal::Int(text) => number(text.as_str()),
            Literal::Float(text) => number(text.as_str()),
        };
        Form::Leaf(Cow::Owned(leaf))
    }

    fn span(self) -> Option<SourceSpan> {
        self.location()
    }
}

/// What stands for a number that no machine holds.
fn f64_most() -> serde_json::Number {
    serde_json::Number::from_f64(f64::MAX).unwrap_or_else(|| 0.into())
}

/// What is wrong with the values of a document.
pub fn check(schema: &Schema, scalars: &[Scalar], document: &ExecutableDocument) -> Vec<ServerError> {
    let mut check = Check::new(schema, scalars);
    for operation in document.operations.iter() {
        check.naming(&operation.variables);
        let mut walk = Walk { schema, document, check: &mut check, seen: HashSet::new() };
        walk.directives(&operation.directives);
        for variable in &operation.variables {
            walk.directives(&variable.directives);
            if let Some(default) = &variable.default_value {
                walk.check.value(&variable.ty, false, default, &Path::Root("$", &variable.name));
            }
        }
        walk.selections(&operation.selection_set);
    }
    let told = |fault: Fault| coded(fault.code, &fault.message, place(fault.span, &document.sources));
    check.faults.into_iter().map(told).collect()
}

struct Walk<'a, 'c> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    check: &'c mut Check<'a>,
    /// The fragments that were visited.
    seen: HashSet<&'a Name>,
}

impl<'a> Walk<'a, '_> {
    fn selections(&mut self, set: &'a SelectionSet) {
        for selection in &set.selections {
            self.directives(selection.directives());
            match selection {
                Selection::Field(field) => {
                    self.arguments(&field.definition.arguments, &field.arguments);
                    self.selections(&field.selection_set);
                }
                Selection::InlineFragment(fragment) => self.selections(&fragment.selection_set),
                Selection::FragmentSpread(spread) => {
                    let fragment = self.document.fragments.get(&spread.fragment_name);
                    if let Some(fragment) = fragment.filter(|_| self.seen.insert(&spread.fragment_name)) {
                        self.directives(&fragment.directives);
                        self.selections(&fragment.selection_set);
                    }
                }
            }
        }
    }

    fn directives(&mut self, directives: &DirectiveList) {
        for directive in &directives.0 {
            if let Some(definition) = self.schema.directive_definitions.get(&directive.name) {
                self.arguments(&definition.arguments, &directive.arguments);
            }
        }
    }

    fn arguments(&mut self, definitions: &[Node<InputValueDefinition>], arguments: &[Node<Argument>]) {
        for argument in arguments {
            // An argument that is not known is for the validation to tell.
            if let Some(definition) = definitions.iter().find(|definition| definition.name == argument.name) {
                let (ty, default) = (&definition.ty, definition.default_value.is_some());
                match argument.value.as_variable() {
                    Some(name) => self.check.variable(ty, default, name, argument.location()),
                    None => self.check.value(ty, default, &argument.value, &Path::Root("", &argument.name)),
                }
            }
        }
    }
}
