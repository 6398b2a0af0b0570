//! What becomes of an argument whose variable was left out?
//!
//! Invariant: as section 6.4.1 of the GraphQL specification says, it is as if the argument were not there, so that its
//! default value holds; only an explicit null is a null.

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Variables};
use async_graphql_value::Value;

/// The document of a request without the arguments, and the members of input objects, whose variables were left out.
pub fn without(
    mut document: ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
) -> ExecutableDocument {
    let defined = operation.variable_definitions.iter().map(|defined| &defined.node);
    let gone = |defined: &Name| !variables.contains_key(defined);
    let gone: Vec<&Name> = defined
        .filter(|defined| defined.default_value.is_none() && gone(&defined.name.node))
        .map(|defined| &defined.name.node)
        .collect();
    if gone.is_empty() {
        return document;
    }
    match &mut document.operations {
        DocumentOperations::Single(operation) => in_set(&mut operation.node.selection_set.node, &gone),
        DocumentOperations::Multiple(all) => {
            for operation in all.values_mut() {
                in_set(&mut operation.node.selection_set.node, &gone);
            }
        }
    }
    for fragment in document.fragments.values_mut() {
        in_set(&mut fragment.node.selection_set.node, &gone);
    }
    document
}

fn in_set(set: &mut SelectionSet, gone: &[&Name]) {
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) => {
                let field = &mut field.node;
                field.arguments.retain(|(_, value)| !is_gone(&value.node, gone));
                field.arguments.iter_mut().for_each(|(_, value)| in_value(&mut value.node, gone));
                in_set(&mut field.selection_set.node, gone);
            }
            Selection::InlineFragment(fragment) => in_set(&mut fragment.node.selection_set.node, gone),
            // Each fragment is gone through by itself.
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn in_value(value: &mut Value, gone: &[&Name]) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !is_gone(member, gone));
            members.values_mut().for_each(|member| in_value(member, gone));
        }
        // An entry that is left out of a list is null.
        Value::List(entries) => entries.iter_mut().for_each(|entry| in_value(entry, gone)),
        _ => {}
    }
}

fn is_gone(value: &Value, gone: &[&Name]) -> bool {
    matches!(value, Value::Variable(name) if gone.contains(&name))
}

#[cfg(test)]
mod tests {
    use async_graphql::Variables;
    use async_graphql::parser::parse_query;
    use async_graphql::parser::types::Selection;
    use serde_json::{Value as Json, json};

    use super::without;

    /// The arguments of the first field of a query, once those whose variables were left out are gone.
    fn arguments(query: &str, variables: Json) -> Vec<String> {
        let Ok(document) = parse_query(query) else { return Vec::new() };
        let Some(operation) = document.operations.iter().next().map(|(_, operation)| operation.node.clone()) else {
            return Vec::new();
        };
        let document = without(document, &operation, &Variables::from_json(variables));
        let operation = document.operations.iter().next().map(|(_, operation)| operation.node.clone());
        let items = operation.map(|operation| operation.selection_set.node.items).unwrap_or_default();
        let Some(Selection::Field(field)) = items.first().map(|item| &item.node) else { return Vec::new() };
        field.node.arguments.iter().map(|(name, value)| format!("{}: {}", name.node, value.node)).collect()
    }

    #[test]
    fn an_argument_whose_variable_was_left_out_is_gone_and_a_null_is_a_null() {
        let query = "query($n: Int, $m: Int = 1) { a(x: $n, y: $m, z: { k: $n, l: [$n] }) }";
        assert_eq!(arguments(query, json!({})), ["y: $m", "z: {l: [$n]}"]);
        assert_eq!(arguments(query, json!({ "n": null })), ["x: $n", "y: $m", "z: {k: $n, l: [$n]}"]);
    }
}
