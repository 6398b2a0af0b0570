//! What would fit, where an operation costs too much?
//!
//! Invariant: what is advised fits, with everything else as it was asked.

use async_graphql::Variables;

use super::{Cost, SIZES};

impl Cost {
    /// What to ask for less of so that the whole costs no more than this, by the field that costs the most; `None` where no list
    /// makes it cost so much.
    pub fn advice(&self, variables: &Variables, most: usize) -> Option<String> {
        let list = self.lists.iter().max_by_key(|list| list.with(variables))?;
        let (field, all) = (&list.field, list.with(variables));
        let fewer = || {
            format!(
                "`{field}` makes {all} of it; ask for fewer entries in it and in the lists inside it, or for fewer fields"
            )
        };
        Some(self.fitting(variables, most).unwrap_or_else(fewer))
    }

    /// A number of entries with which the whole fits; `None` where no list has one.
    fn fitting(&self, variables: &Variables, most: usize) -> Option<String> {
        let list = self.lists.iter().max_by_key(|list| list.with(variables))?;
        let (all, each) = (list.with(variables), list.each.with(variables));
        let room = most.saturating_sub(self.with(variables).saturating_sub(all));
        let fits = room.checked_div(each).unwrap_or_default();
        let field = &list.field;
        match list.by {
            Some(by) if fits > 0 && SIZES.contains(&by) => {
                Some(format!("`{field}` makes {all} of it, and fits with `{by}: {fits}`"))
            }
            Some(by) if fits > 0 => Some(format!("`{field}` makes {all} of it, and fits with {fits} in `{by}`")),
            // Not even one entry fits as it is asked for: what is in it costs too much.
            _ => list.each.fitting(variables, room / list.times.with(variables).max(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use apollo_compiler::{ExecutableDocument, Schema};
    use async_graphql::Variables;
    use serde_json::json;

    use super::Cost;
    use crate::cost::samples::{COSTS, SDL};

    fn cost(query: &str) -> Option<Cost> {
        let schema = Schema::parse_and_validate(SDL, "schema.graphql").ok()?;
        let document = ExecutableDocument::parse_and_validate(&schema, query, "query").ok()?;
        let operation = document.operations.iter().next()?;
        Some(Cost::of(&COSTS, &document, operation))
    }

    #[test]
    fn what_is_advised_fits_and_one_more_does_not() {
        let nothing = Variables::from_json(json!({}));
        for (wrong, right, over) in [
            (
                "{ shelves(first: 100) { nodes { pages(first: 100) { totalCount } } } }",
                "`shelves` makes 10100 of it, and fits with `first: 49`",
                "{ shelves(first: 50) { nodes { pages(first: 100) { totalCount } } } }",
            ),
            (
                "{ all: shelves(last: 100) { nodes { pages { totalCount } } } }",
                "`all` makes 5100 of it, and fits with `last: 98`",
                "{ all: shelves(last: 99) { nodes { pages { totalCount } } } }",
            ),
        ] {
            let cost_of = |query: &str| cost(query).map(|cost| cost.with(&nothing)).unwrap_or_default();
            assert_eq!(cost(wrong).and_then(|cost| cost.advice(&nothing, 5_000)).as_deref(), Some(right));
            let mended = |query: &str, size: &str| query.replace("100) { nodes", &format!("{size}) {{ nodes"));
            let size = right.rsplit(' ').next().unwrap_or_default().trim_end_matches('`');
            assert!(cost_of(&mended(wrong, size)) <= 5_000 && cost_of(over) > 5_000, "{wrong}");
        }
    }
}
