//! Does a value fit its type?
//!
//! Invariant: literals and the values of variables are judged by the same rules, those of section 3 of the GraphQL
//! specification; no value is made, for the executor reads it once more.

use apollo_compiler::ast::{Type, VariableDefinition};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::schema::{EnumType, ExtendedType, InputObjectType};
use apollo_compiler::{Name, Node, Schema};
use async_graphql::Value;

use super::codes::Code;
use super::input::{Fault, Form, Input, Path, shown};
use super::scalars::{self, Scalar};
use super::suggestion;
use super::validation::ERRORS;

/// A check under way.
pub struct Check<'s> {
    schema: &'s Schema,
    scalars: &'s [Scalar],
    /// The variables that may be named.
    variables: &'s [Node<VariableDefinition>],
    /// The faults that the check has found.
    pub faults: Vec<Fault>,
}

impl<'s> Check<'s> {
    /// A check that has found nothing yet.
    pub fn new(schema: &'s Schema, scalars: &'s [Scalar]) -> Self {
        Self { schema, scalars, variables: &[], faults: Vec::new() }
    }

    /// Goes on with what may name other variables.
    pub fn naming(&mut self, variables: &'s [Node<VariableDefinition>]) {
        self.variables = variables;
    }

    fn fault(&mut self, code: Code, span: Option<SourceSpan>, message: String) {
        // A fragment is read once for each operation that spreads it.
        let known = span.is_some() && self.faults.iter().any(|fault| fault.span == span);
        if !known && self.faults.len() < ERRORS {
            self.faults.push(Fault { message, code, span });
        }
    }

    fn wrong(&mut self, span: Option<SourceSpan>, message: String) {
        self.fault(Code::BadUserInput, span, message);
    }

    /// Checks a value; `default` says whether its place has a default value.
    pub fn value<'v, V: Input<'v>>(&mut self, ty: &Type, default: bool, value: V, path: &Path<'_>) {
        if self.faults.len() >= ERRORS {
            return;
        }
        match (value.form(), ty) {
            (Form::Variable(name), _) => self.variable(ty, default, name, value.span()),
            (Form::Null, _) if ty.is_non_null() => {
                self.wrong(value.span(), format!("{path} may not be null; its type is {ty}"));
            }
            (Form::Null, _) => {}
            (Form::List(entries), Type::List(inner) | Type::NonNullList(inner)) => {
                for (at, entry) in entries.into_iter().enumerate() {
                    self.value(inner, false, entry, &Path::Entry(path, at));
                }
            }
            // One that is not in a list stands for a list of one.
            (Form::Leaf(_) | Form::Object(_), Type::List(inner) | Type::NonNullList(inner)) => {
                self.value(inner, false, value, path);
            }
            (form, Type::Named(name) | Type::NonNullNamed(name)) => {
                match (self.schema.types.get(name), form) {
                    (Some(ExtendedType::InputObject(object)), Form::Object(members)) => {
                        self.object(object, value, &members, path);
                    }
                    (Some(ExtendedType::InputObject(_)), _) => {
                        self.wrong(value.span(), format!("{path} is not an object; its type is {name}"));
                    }
                    (Some(ExtendedType::Enum(words)), form) => self.word(words, value, form, path),
                    (Some(ExtendedType::Scalar(_)), form) => self.scalar(name, value, form, path),
                    // A type that is not there, or no input, is for the validation to tell.
                    _ => {}
                }
            }
        }
    }

    fn scalar<'v, V: Input<'v>>(&mut self, name: &str, value: V, form: Form<'v, V>, path: &Path<'_>) {
        let scalar = scalars::known(self.scalars, name);
        if let Form::Leaf(leaf) = &form
            && scalar.is_none_or(|scalar| (scalar.fits)(leaf))
        {
            return;
        }
        let (shown, takes) = (shown(form), scalar.map_or("something else", |scalar| scalar.takes));
        self.wrong(value.span(), format!("{path} is {shown}, which is no {name}: it takes {takes}"));
    }

    fn word<'v, V: Input<'v>>(&mut self, words: &EnumType, value: V, form: Form<'v, V>, path: &Path<'_>) {
        let known = |word: &str| words.values.contains_key(word);
        let names = || words.values.keys().map(Name::as_str);
        let (written, word) = match &form {
            // A word of the document is no text; in JSON there is nothing but text.
            Form::Leaf(leaf) => match leaf.as_ref() {
                Value::Enum(word) => (true, word.as_str()),
                Value::String(word) => (value.span().is_none(), word.as_str()),
                _ => (false, ""),
            },
            _ => (false, ""),
        };
        if written && known(word) {
            return;
        }
        let advice = suggestion::among(names(), word).unwrap_or_default();
        let all = names().take(8).collect::<Vec<_>>().join(", ");
        let (shown, name) = (shown(form), &words.name);
        self.wrong(value.span(), format!("{path} is {shown}, which is no {name}: it takes {all}{advice}"));
    }

    fn object<'v, V: Input<'v>>(&mut self, ty: &InputObjectType, value: V, members: &[(&'v str, V)], path: &Path<'_>) {
        for (at, (name, member)) in members.iter().enumerate() {
            if members.iter().take(at).any(|(before, _)| before == name) {
                self.fault(Code::GraphqlValidationFailed, member.span(), format!("{path} has the member {name} twice"));
            }
            if let Some(field) = ty.fields.get(*name) {
                let default = field.default_value.is_some();
                self.value(&field.ty, default, *member, &Path::Member(path, name));
            } else {
                let advice = suggestion::among(ty.fields.keys().map(Name::as_str), name).unwrap_or_default();
                let name: String = name.chars().take(40).collect();
                self.wrong(member.span(), format!("{path}: {} has no field {name}{advice}", ty.name));
            }
        }
        let given = |name: &str| members.iter().any(|(given, _)| *given == name);
        if let Some(missing) = ty.fields.values().find(|field| field.is_required() && !given(&field.name)) {
            self.wrong(value.span(), format!("{path} lacks the field {}: {}", missing.name, missing.ty));
        }
        if ty.directives.has("oneOf") {
            self.one_of(ty, value, members, path);
        }
    }

    fn one_of<'v, V: Input<'v>>(&mut self, ty: &InputObjectType, value: V, members: &[(&'v str, V)], path: &Path<'_>) {
        let [(name, member)] = members else {
            let message = format!("{path}: {} takes exactly one of its fields, not {}", ty.name, members.len());
            return self.wrong(value.span(), message);
        };
        match member.form() {
            Form::Null => {
                self.wrong(member.span(), format!("{path}.{name} may not be null, since {} takes one field", ty.name));
            }
            Form::Variable(variable) => {
                let may_be_null =
                    |defined: &&Node<VariableDefinition>| defined.name == variable && !defined.ty.is_non_null();
                if self.variables.iter().any(|defined| may_be_null(&defined)) {
                    let message = format!("${variable} may be null, and {path}.{name} may not; declare it with !");
                    self.fault(Code::GraphqlValidationFailed, member.span(), message);
                }
            }
            _ => {}
        }
    }

    /// Section 5.8.5: whether a variable's type fits the place that it stands in.
    pub fn variable(&mut self, ty: &Type, default: bool, name: &str, span: Option<SourceSpan>) {
        // One that is not declared is for the validation to tell.
        let Some(defined) = self.variables.iter().find(|defined| defined.name == name) else { return };
        let filled = default || defined.default_value.as_ref().is_some_and(|value| !value.is_null());
        let fits = if ty.is_non_null() && !defined.ty.is_non_null() && filled {
            defined.ty.is_assignable_to(&ty.clone().nullable())
        } else {
            defined.ty.is_assignable_to(ty)
        };
        if !fits {
            let message = format!("${name} is declared as {}, and stands where {ty} is taken", defined.ty);
            self.fault(Code::GraphqlValidationFailed, span, message);
        }
    }
}
