//! How much does a document ask at once?
//!
//! Invariant: a fragment is counted once, however often it is spread, so counting takes no longer than reading; nothing
//! else looks into the fragments of a document before it has been counted.

use std::collections::HashMap;

use apollo_compiler::ast::{Definition, DirectiveList, Document, FragmentDefinition, OperationDefinition, Selection};
use apollo_compiler::{Name, Node};
use async_graphql::ServerError;

use super::codes::Code;
use super::failure::coded;
use super::limits::within;
use super::settings::Limits;
use super::validation::place;

/// How deep selections and fragments nest in one another; whatever visits them recurses as deep.
const NESTING: usize = super::lexer::NESTING;

/// What a selection set holds.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    /// The fields of the selection itself, without those of fragments.
    fields: usize,
    nodes: usize,
    depth: usize,
    aliases: usize,
    directives: usize,
    introspection_nodes: usize,
    introspection_depth: usize,
    /// Selection sets in one another.
    nesting: usize,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.fields = self.fields.saturating_add(other.fields);
        self.nodes = self.nodes.saturating_add(other.nodes);
        self.depth = self.depth.max(other.depth);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
        self.introspection_nodes = self.introspection_nodes.saturating_add(other.introspection_nodes);
        self.introspection_depth = self.introspection_depth.max(other.introspection_depth);
        self.nesting = self.nesting.max(other.nesting);
    }

    /// A field with this selection set.
    fn within(self, name: &str, alias: bool) -> Self {
        let inner = Self { fields: 1, aliases: self.aliases.saturating_add(usize::from(alias)), ..self };
        if name == "__schema" || name == "__type" {
            let (nodes, depth) = (self.nodes.saturating_add(1), self.depth.saturating_add(1));
            return Self { nodes: 0, depth: 0, introspection_nodes: nodes, introspection_depth: depth, ..inner };
        }
        Self { nodes: self.nodes.saturating_add(1), depth: self.depth.saturating_add(1), ..inner }
    }

    fn check(&self, limits: &Limits) -> Result<(), ServerError> {
        let counts = [
            ("the operation has root fields:", self.fields, limits.root_fields),
            ("the operation has aliases:", self.aliases, limits.aliases),
            ("the operation has directives:", self.directives, limits.directives),
            ("the fields of the operation nest to a depth of", self.depth, limits.depth),
            ("the introspection nests to a depth of", self.introspection_depth, limits.introspection_depth),
        ];
        within(&counts)
    }
}

/// Counts a document up to the limits.
///
/// # Errors
/// What is more than its limit, or a fragment that spreads itself.
pub fn count(document: &Document, limits: &Limits) -> Result<(), ServerError> {
    let mut fragments: HashMap<&Name, &Node<FragmentDefinition>> = HashMap::new();
    let mut operations: Vec<&OperationDefinition> = Vec::new();
    for definition in &document.definitions {
        match definition {
            Definition::FragmentDefinition(fragment) => {
                fragments.entry(&fragment.name).or_insert(fragment);
            }
            Definition::OperationDefinition(operation) => operations.push(operation),
            _ => {}
        }
    }
    let mut counting = Counting { document, fragments, known: HashMap::new() };
    let mut whole = Tally::default();
    for operation in operations {
        let mut tally = counting.selections(&operation.selection_set, 0)?;
        tally.directives = tally.directives.saturating_add(operation.directives.len());
        for variable in &operation.variables {
            tally.directives = tally.directives.saturating_add(variable.directives.len());
        }
        tally.check(limits)?;
        whole.add(tally);
    }
    if whole.introspection_nodes > 0 && !limits.tell_the_schema() {
        let message = "introspection is switched off on this server; its documentation has the schema";
        return Err(coded(Code::GraphqlValidationFailed, message, None));
    }
    within(&[
        ("the document has fields:", whole.nodes, limits.nodes),
        ("the introspection has fields:", whole.introspection_nodes, limits.introspection_nodes),
    ])
}

struct Counting<'a> {
    document: &'a Document,
    fragments: HashMap<&'a Name, &'a Node<FragmentDefinition>>,
    /// What is known of a fragment; nothing as long as it is being counted.
    known: HashMap<&'a Name, Option<Tally>>,
}

impl<'a> Counting<'a> {
    fn selections(&mut self, set: &'a [Selection], level: usize) -> Result<Tally, ServerError> {
        let mut tally = Tally::default();
        for selection in set {
            let (inner, directives): (Tally, &DirectiveList) = match selection {
                Selection::Field(field) => {
                    let inner = self.selections(&field.selection_set, level + 1)?;
                    (inner.within(&field.name, field.alias.is_some()), &field.directives)
                }
                Selection::InlineFragment(fragment) => {
                    (self.selections(&fragment.selection_set, level + 1)?, &fragment.directives)
                }
                Selection::FragmentSpread(spread) => {
                    (self.fragment(&spread.fragment_name, level + 1)?, &spread.directives)
                }
            };
            tally.add(inner);
            tally.directives = tally.directives.saturating_add(directives.len());
        }
        tally.nesting += 1;
        within(&[("selections and fragments nest to a depth of", level + tally.nesting, NESTING)])?;
        Ok(tally)
    }

    fn fragment(&mut self, name: &'a Name, level: usize) -> Result<Tally, ServerError> {
        // One that is not there is for the validation to tell.
        let Some(fragment) = self.fragments.get(name).copied() else { return Ok(Tally::default()) };
        match self.known.insert(name, None) {
            Some(Some(tally)) => {
                self.known.insert(name, Some(tally));
                within(&[("selections and fragments nest to a depth of", level + tally.nesting, NESTING)])?;
                Ok(tally)
            }
            Some(None) => {
                let message = format!("the fragment {name} spreads itself");
                Err(coded(Code::GraphqlValidationFailed, &message, place(fragment.location(), &self.document.sources)))
            }
            None => {
                within(&[("selections and fragments nest to a depth of", level, NESTING)])?;
                let mut tally = self.selections(&fragment.selection_set, level)?;
                tally.directives = tally.directives.saturating_add(fragment.directives.len());
                self.known.insert(name, Some(tally));
                Ok(tally)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::count;
    use crate::settings::Limits;
    use crate::validation::parse;

    fn limits() -> Limits {
        Limits {
            nodes: 20,
            aliases: 2,
            root_fields: 5,
            directives: 2,
            depth: 3,
            introspection_nodes: 4,
            introspection_depth: 3,
            ..Limits::default()
        }
    }

    /// What is more than its limit, if anything is.
    fn beyond(query: &str, limits: &Limits) -> Option<String> {
        parse(query).map_or(None, |document| count(&document, limits).err()).map(|error| error.message)
    }

    #[test]
    fn what_is_more_than_its_limit_is_told_with_the_limit() {
        for (query, message) in [
            ("{ a b c d e f }", "the operation has root fields: 6; the limit is 5"),
            ("{ x: a y: a z: a }", "the operation has aliases: 3; the limit is 2"),
            ("{ a @x @x b @x }", "the operation has directives: 3; the limit is 2"),
            ("{ a { b { c { d } } } }", "the fields of the operation nest to a depth of 4; the limit is 3"),
            ("{ __schema { a b c d } }", "the introspection has fields: 5; the limit is 4"),
            (
                "{ a { ...F } b { ...F } c { ...F } } fragment F on T { a b c d e f }",
                "the document has fields: 21; the limit is 20",
            ),
            ("{ ...F } fragment F on T { a { ...F } }", "the fragment F spreads itself"),
        ] {
            assert_eq!(beyond(query, &limits()).as_deref(), Some(message), "{query}");
        }
        for query in ["{ a b c d e }", "{ x: a y: a }", "{ a { b { c } } }", "{ __schema { a b c } }"] {
            assert_eq!(beyond(query, &limits()), None, "{query}");
        }
    }

    #[test]
    fn fragments_that_double_at_each_step_are_counted_in_no_time_and_refused() {
        let doubling =
            |at: usize| format!("fragment F{at} on T {{ a {{ ...F{next} }} b {{ ...F{next} }} }}", next = at + 1);
        let fragments: String = (0..60).map(doubling).collect();
        let limits = Limits { depth: usize::MAX, ..limits() };
        assert!(beyond(&format!("{{ ...F0 }} {fragments} fragment F60 on T {{ a }}"), &limits).is_some());
    }

    #[test]
    fn where_introspection_is_switched_off_it_is_refused() {
        let limits = Limits { introspection_nodes: 0, ..limits() };
        assert!(beyond("{ __schema { a } }", &limits).is_some_and(|message| message.contains("switched off")));
        assert_eq!(beyond("{ a }", &limits), None);
    }
}
