//! What does an operation cost?
//!
//! Invariant: each field costs 1 and what is in it, and a list by pages its page times what is in it, as the schema's own
//! `complexity` says, with a base where any page is cut from an answer made of every agreement; only what depends on
//! variables is worked out again for each request.

use apollo_compiler::ast::Value as Literal;
use apollo_compiler::executable::{Field, Operation, Selection, SelectionSet};
use apollo_compiler::{ExecutableDocument, Name};
use async_graphql::{Value, Variables};

/// The arguments that say how many entries a page has, in the order in which they are read.
const SIZES: [&str; 2] = ["first", "last"];
/// The entries of a page when nothing is said.
const PAGE: usize = 50;

/// The fields that read much for any answer, with what that costs beside the field and what is in it: those that fold every
/// agreement for any page, and those that read tiles of the tree.
const BASES: [(&str, &str, usize); 7] = [
    ("Query", "alertBacktest", 500),
    ("Query", "contradictions", 50),
    ("Query", "diff", 50),
    ("Query", "lateness", 200),
    ("Log", "checkpoint", 9),
    ("Log", "inclusionProof", 9),
    ("Log", "consistencyProof", 9),
];

/// The cost of a selection set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cost {
    fixed: usize,
    lists: Vec<(Page, Cost)>,
}

/// How many entries a page has.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Page([Size; 2]);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Size {
    Unsaid,
    Said(usize),
    /// By a variable, or its default value.
    Asked(Name, Option<usize>),
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
            if let Selection::Field(field) = selection {
                let base = BASES.iter().find(|(of, name, _)| set.ty == *of && field.name == *name);
                self.fixed = self.fixed.saturating_add(base.map_or(0, |(.., base)| *base));
            }
            match selection {
                Selection::Field(field) if field.definition.argument_by_name(SIZES[0]).is_some() => {
                    let mut entry = Self::default();
                    entry.add(document, operation, &field.selection_set);
                    let page = Page(SIZES.map(|name| size(operation, field, name)));
                    self.lists.push((page, entry));
                }
                Selection::Field(field) => {
                    self.fixed = self.fixed.saturating_add(1);
                    self.add(document, operation, &field.selection_set);
                }
                Selection::InlineFragment(fragment) => self.add(document, operation, &fragment.selection_set),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = document.fragments.get(&spread.fragment_name) {
                        self.add(document, operation, &fragment.selection_set);
                    }
                }
            }
        }
    }

    /// The cost with the values of the variables.
    pub fn with(&self, variables: &Variables) -> usize {
        let lists =
            self.lists.iter().map(|(page, entry)| page.entries(variables).saturating_mul(entry.with(variables)));
        lists.fold(self.fixed, usize::saturating_add)
    }
}

impl Page {
    fn entries(&self, variables: &Variables) -> usize {
        let said = |size: &Size| match size {
            Size::Unsaid => None,
            Size::Said(size) => Some(*size),
            Size::Asked(name, default) => match variables.get(name.as_str()) {
                Some(Value::Number(number)) => number.as_i64().map(entries),
                Some(_) => None,
                None => *default,
            },
        };
        self.0.iter().find_map(said).unwrap_or(PAGE)
    }
}

fn entries(size: i64) -> usize {
    usize::try_from(size.unsigned_abs()).unwrap_or(usize::MAX)
}

fn size(operation: &Operation, field: &Field, name: &str) -> Size {
    let number = |literal: &Literal| literal.to_i32().map(|size| entries(size.into()));
    match field.specified_argument_by_name(name).map(AsRef::as_ref) {
        Some(Literal::Variable(variable)) => {
            let defined = operation.variables.iter().find(|defined| defined.name == *variable);
            let default = defined.and_then(|defined| defined.default_value.as_ref());
            Size::Asked(variable.clone(), default.and_then(|value| number(value)))
        }
        Some(literal) => number(literal).map_or(Size::Unsaid, Size::Said),
        None => Size::Unsaid,
    }
}
