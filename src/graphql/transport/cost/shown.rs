//! How does a client see what a field costs before it asks?
//!
//! Invariant: the schema's text says of every field what the counting takes, out of the same tables; a field of which it says
//! nothing costs 1.

use super::{SIZES, table};
use crate::answers::USUAL_PAGE;

/// The directives that say it, in the words of the GraphQL cost specifications.
const DIRECTIVES: &str = r#""""
What a field costs beside what is in it; every other field costs 1. An operation whose fields cost more than 5,000 together is refused.
"""
directive @cost(weight: Int!) on FIELD_DEFINITION
"""
How often what is in a list is counted: as the first of the arguments says that is given, otherwise as often as is assumed. An argument that is a list, or has one at the end of its path, counts by its entries.
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

/// What is said of a field.
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
    use crate::graphql::transport::validation;

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
