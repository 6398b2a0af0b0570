//! How does a client see what a field costs before it asks?
//!
//! Invariant: the text of the schema gives for every field the cost that the server counts, from the same tables; a field without
//! a directive costs 1.

use super::{Costs, CountedArgument, SIZES};

/// The directives that give the costs, with the names that the GraphQL cost specifications use; `MOST` is what an operation
/// may cost.
const DIRECTIVES: &str = r#""""
What a field costs in addition to its usual cost. The usual cost is 1 plus the cost of the fields selected inside the field; for a list, it is the cost of one entry times the number of entries that `@listSize` gives. The server refuses an operation that costs more than MOST, unless the server's operator has set another limit.
"""
directive @cost(weight: Int!) on FIELD_DEFINITION
"""
How many entries the server counts for a list when it computes a cost: the value of the first argument in `slicingArguments` that the operation gives, or `assumedSize` when it gives none. An argument that is a list, or whose path leads to a list, stands for the number of entries of that list.
"""
directive @listSize(assumedSize: Int!, slicingArguments: [String!]) on FIELD_DEFINITION
"#;

/// The text of a schema, as async-graphql writes it, with the cost of each field that costs more than 1. `most` is what an
/// operation may cost where the operator sets no other limit.
#[must_use]
pub fn shown(sdl: &str, costs: &Costs, most: usize) -> String {
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
                text.push_str(&directives(costs, of, field, pages));
            }
        }
        text.push('\n');
    }
    text + &DIRECTIVES.replace("MOST", &thousands(most))
}

/// The directives of a field: its cost and its length, where they differ from the usual.
fn directives(costs: &Costs, of: &str, field: &str, pages: bool) -> String {
    let several = costs.several(of, field);
    let price = costs.price(of, field).unwrap_or_default() + several.map_or(0, |several| several.each);
    let mut said = if price == 0 { String::new() } else { format!(" @cost(weight: {price})") };
    if let Some(CountedArgument { argument, within, .. }) = several {
        let path = [&[*argument], *within].concat().join(".");
        said.push_str(&format!(" @listSize(assumedSize: 1, slicingArguments: [\"{path}\"])"));
    } else if pages {
        let ([first, last], usual) = (SIZES, costs.usual_page);
        said.push_str(&format!(" @listSize(assumedSize: {usual}, slicingArguments: [\"{first}\", \"{last}\"])"));
    } else if let Some(length) = costs.length(of, field) {
        said.push_str(&format!(" @listSize(assumedSize: {length})"));
    }
    said
}

/// A number with commas, as English text has it.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::samples::{COSTS, SDL};
    use super::{shown, thousands};

    #[test]
    fn the_text_says_of_a_field_what_is_counted_for_it_and_nothing_of_one_that_costs_1() {
        let text = shown(SDL, &COSTS, 5_000);
        for line in [
            "\tcounts: Counts! @cost(weight: 100)",
            "\tnodes(ids: [ID!]!): [Shelf]! @listSize(assumedSize: 1, slicingArguments: [\"ids\"])",
            "\t): ShelfConnection! @listSize(assumedSize: 50, slicingArguments: [\"first\", \"last\"])",
            "\trows: [Row!]! @listSize(assumedSize: 10)",
            "\taddBooks(input: AddBooksInput!): Added! @cost(weight: 50) @listSize(assumedSize: 1, slicingArguments: [\"input.books\"])",
            "\tid: ID!",
            "\tbooks: [BookInput!]!",
        ] {
            assert!(text.lines().any(|there| there == line), "{line}");
        }
        assert!(text.contains("costs more than 5,000, unless"));
        assert!(apollo_compiler::Schema::parse_and_validate(text, "schema.graphql").is_ok());
    }

    #[test]
    fn a_large_number_is_written_with_commas() {
        assert_eq!([0, 999, 5_000, 1_234_567].map(thousands), ["0", "999", "5,000", "1,234,567"]);
    }
}
