//! How does a client see what a field costs before it asks?
//!
//! Invariant: the text of the schema gives for every field the cost that the server counts, from the same tables; a field without
//! a directive costs 1.

use super::{SIZES, table};
use crate::answers::USUAL_PAGE;

/// The directives that give the costs, with the names that the GraphQL cost specifications use.
const DIRECTIVES: &str = r#""""
What a field costs in addition to its usual cost. The usual cost is 1 and the cost of the fields that are selected in the field; for a list, it is the number of entries by `@listSize` times the cost of one entry. The server refuses an operation that costs more than 5,000, unless its operator has set another limit.
"""
directive @cost(weight: Int!) on FIELD_DEFINITION
"""
How many entries the server counts for a list: as many as the first given argument of `slicingArguments` says, otherwise `assumedSize`. An argument that is a list, or whose path leads to a list, stands for the number of entries of that list.
"""
directive @listSize(assumedSize: Int!, slicingArguments: [String!]) on FIELD_DEFINITION
"#;

/// The text of a schema with the cost of each field that costs more than 1.
#[must_use]
pub fn shown(sdl: &str) -> String {
    let mut text = String::with_capacity(sdl.len() + sdl.len() / 8);
    let (mut of, mut field, mut pages, mut described) = (None, None, false, false);
    for line in sdl.lines() {
        text.push_str(line);
        let trimmed = line.trim_start_matches('\t');
        let depth = line.len() - trimmed.len();
        if trimmed == "\"\"\"" {
            described = !described;
        } else if described {
            // A description may look like anything.
        } else if depth == 0 {
            of = line.strip_prefix("type ").and_then(|rest| rest.split([' ', '{']).next());
        } else if let Some(of) = of {
            if depth == 1 && !trimmed.starts_with(')') {
                field = trimmed.split(['(', ':']).next();
                pages = false;
            }
            pages |= depth == 2 && trimmed.strip_prefix(SIZES[0]).is_some_and(|rest| rest.starts_with(':'));
            if let Some(field) = field.filter(|_| depth == 1 && !trimmed.ends_with('(')) {
                text.push_str(&directives(of, field, pages));
            }
        }
        text.push('\n');
    }
    text + DIRECTIVES
}

/// The directives of a field: its cost and its length, where they differ from the usual.
fn directives(of: &str, field: &str, pages: bool) -> String {
    let many = table::MANY.iter().find(|(known, name, ..)| *known == of && *name == field);
    let each = many.map_or(0, |(.., each)| *each);
    let price = table::find(table::PRICES, of, field).unwrap_or_default() + each;
    let mut said = if price == 0 { String::new() } else { format!(" @cost(weight: {price})") };
    if let Some((.., argument, within, _)) = many {
        let path = [&[*argument], *within].concat().join(".");
        said.push_str(&format!(" @listSize(assumedSize: 1, slicingArguments: [\"{path}\"])"));
    } else if pages {
        let [first, last] = SIZES;
        said.push_str(&format!(" @listSize(assumedSize: {USUAL_PAGE}, slicingArguments: [\"{first}\", \"{last}\"])"));
    } else if let Some(length) = table::find(table::LENGTHS, of, field) {
        said.push_str(&format!(" @listSize(assumedSize: {length})"));
    }
    said
}

#[cfg(test)]
mod tests {
    use apollo_compiler::schema::ExtendedType;

    use super::{SIZES, table};
    use crate::answers::USUAL_PAGE;
    use crate::faces::graphql::transport::validation;

    #[test]
    fn the_schema_says_of_each_field_what_is_counted_for_it_and_nothing_of_one_that_costs_1() {
        let schema = validation::schema();
        let mut shown = 0;
        for (of, ty) in schema.types.iter().filter(|(name, _)| !name.starts_with("__")) {
            let ExtendedType::Object(object) = ty else { continue };
            for field in object.fields.values() {
                let number = |directive: &str, argument: &str| {
                    let value = field.directives.get(directive)?.specified_argument_by_name(argument)?;
                    value.to_i32().and_then(|value| usize::try_from(value).ok())
                };
                let many = table::MANY.iter().find(|(known, name, ..)| of == known && field.name == *name);
                let price = table::find(table::PRICES, of, &field.name).or(many.map(|(.., each)| *each));
                assert_eq!(number("cost", "weight"), price.filter(|price| *price > 0), "{of}.{}", field.name);
                let paged = field.argument_by_name(SIZES[0]).map(|_| USUAL_PAGE);
                let length = table::find(table::LENGTHS, of, &field.name);
                let size = many.map(|_| 1).or(paged).or(length);
                assert_eq!(number("listSize", "assumedSize"), size, "{of}.{}", field.name);
                shown += usize::from(size.is_some());
            }
        }
        assert!(shown > 60, "{shown} lists of the schema say how long they are");
    }
}
